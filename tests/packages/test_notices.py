"""The third-party notices, made of what is installed here."""

import subprocess
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, version
from pathlib import Path

import pytest
from building import notices
from building.licence_texts import licence_text
from building.notices import Sources, distribution_part, needed, write_notices
from building.system_notices import collected, system_parts
from building.third_party import LicenceError

import desktop

ROOT = Path(desktop.__file__).parents[1]
DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]


@pytest.fixture
def llama(tmp_path: Path) -> Path:
    source = tmp_path / "llama.cpp"
    (source / "licenses").mkdir(parents=True)
    (source / "vendor" / "http").mkdir(parents=True)
    (source / "LICENSE").write_text("MIT, of those who wrote ggml")
    (source / "licenses" / "LICENSE-json").write_text("the words of json")
    (source / "vendor" / "http" / "LICENSE").write_text("the words of http")
    return source


def make_distribution(folder: Path, name: str, metadata: str = "", **files: str) -> Distribution:
    """Make a distribution that is installed in a folder, with files in its dist-info."""
    place = folder / f"{name}-1.2.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.2\n{metadata}")
    for file, text in files.items():
        (place / file).write_text(text)
    (place / "RECORD").write_text("".join(f"{place.name}/{file},,\n" for file in ["METADATA", *files]))
    return PathDistribution(place)


def test_every_dependency_is_named_with_its_text(tmp_path: Path, llama: Path) -> None:
    target = tmp_path / "THIRD-PARTY-NOTICES.txt"
    parts = write_notices(target, Sources(ROOT, llama, freezer=None))
    told = target.read_text("utf-8")
    named = {notices.canonical(part.name): part for part in parts}
    for text in DEPENDENCIES:
        name = notices.canonical(notices.Requirement(text).name)
        assert named[name].version == version(name)
        assert any(len(words) > 500 for words in named[name].texts), name
        assert f"\n{named[name].heading}\nLicence: {named[name].licence}\n" in told
    assert {"numpy", "httpcore", "certifi", "markupsafe", "python"} <= set(named), "what those need in turn"
    assert "pytest" not in named
    for words in ("the words of json", "the words of http", "PYTHON SOFTWARE FOUNDATION LICENSE", "you may replace them", "Unicode, Inc."):
        assert words in told
    for words in ("GNU LESSER GENERAL PUBLIC LICENSE", "GNU GENERAL PUBLIC LICENSE\n", "END OF TERMS AND CONDITIONS"):
        assert words in told, "Qt's own wheels have none of these"


def test_a_distribution_without_a_text_ends_it(tmp_path: Path, llama: Path) -> None:
    bare = make_distribution(tmp_path / "site", "bare", "License: MIT\n")

    def find(name: str) -> Distribution:
        return bare if name == "bare" else Distribution.from_name(name)

    with pytest.raises(LicenceError, match=r"^bare 1\.2 has no licence text\.$"):
        distribution_part(bare)
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\ndependencies = ["bare>=1", "httpx"]\n')
    target = tmp_path / "told.txt"
    with pytest.raises(LicenceError, match="bare"):
        write_notices(target, Sources(project, llama, freezer=None), find)
    assert not target.exists()
    empty = make_distribution(tmp_path / "empty", "empty", "License-File: LICENSE\n", LICENSE=" \n")
    with pytest.raises(LicenceError, match="empty"):
        distribution_part(empty)


def test_the_licence_is_named_and_its_files_are_found(tmp_path: Path) -> None:
    plain = make_distribution(tmp_path / "a", "plain", "Classifier: License :: OSI Approved :: BSD License\n", COPYING="copy it")
    part = distribution_part(plain)
    assert (part.licence, part.texts) == ("BSD License", ("copy it",))
    named = make_distribution(
        tmp_path / "b",
        "named",
        "License-Expression: MIT\nLicense: old words\nLicense-File: WORDS\nProject-URL: Homepage, https://named.example\n",
        WORDS="some words",
        LICENSE="not what it names",
    )
    part = distribution_part(named)
    assert (part.licence, part.texts, part.home) == ("MIT", ("some words",), "https://named.example")


def test_requirements_are_followed_as_their_markers_say(tmp_path: Path) -> None:
    known = {
        "top": make_distribution(
            tmp_path,
            "top",
            "Requires-Dist: part[fast]\nRequires-Dist: never; python_version < '3'\nRequires-Dist: loose; extra == 'more'\n",
        ),
        "part": make_distribution(tmp_path, "part", "Requires-Dist: speed; extra == 'fast'\nRequires-Dist: Top\n"),
        "speed": make_distribution(tmp_path, "speed"),
    }

    def find(name: str) -> Distribution:
        try:
            return known[name.lower()]
        except KeyError:
            raise PackageNotFoundError(name) from None

    assert [one.metadata["Name"] for one in needed(["top>=1"], find)] == ["part", "speed", "top"]
    assert [one.metadata["Name"] for one in needed(["top"], find, frozenset({"part"}))] == ["part", "top"]
    with pytest.raises(LicenceError, match="loose is not installed"):
        needed(["top[more]"], find)


def test_sources_of_llama_without_a_licence_end_it(tmp_path: Path) -> None:
    with pytest.raises(LicenceError, match="has no LICENSE"):
        write_notices(tmp_path / "told.txt", Sources(ROOT, tmp_path, freezer=None))


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    inside = tmp_path / "frozen" / "_internal"
    (inside / "PySide6").mkdir(parents=True)
    for name in ("libz.so.1", "libpython3.11.so.1.0", "libggml-cpu-haswell.so", "PySide6/libQt6Core.so.6", "base_library.zip"):
        (inside / name).touch()
    (inside / "libQt6Core.so.6").symlink_to("PySide6/libQt6Core.so.6")
    return inside.parent


def test_libraries_of_the_system_come_with_their_packages(tmp_path: Path, frozen: Path) -> None:
    assert collected(frozen) == ["libz.so.1"]
    documents, common = tmp_path / "doc", tmp_path / "common"
    (documents / "zlib1g").mkdir(parents=True)
    (documents / "zlib1g" / "copyright").write_text(
        "zlib's words; see /usr/share/common-licenses/GPL-2 and /usr/share/common-licenses/GPL."
    )
    common.mkdir()
    (common / "GPL-2").write_text("all of the GPL")
    (common / "GPL").symlink_to("GPL-2")
    told = "other: /opt/x/libz.so.1\nzlib1g:amd64: /lib/x86_64-linux-gnu/libz.so.1\n"
    parts = system_parts(frozen, lambda name: told, documents, common)
    assert [(part.name, part.texts) for part in parts] == [
        ("zlib1g", ("zlib's words; see /usr/share/common-licenses/GPL-2 and /usr/share/common-licenses/GPL.",)),
        ("Text of the licence GPL or GPL-2", ("all of the GPL",)),
    ]
    assert "libz.so.1" in parts[0].remark
    with pytest.raises(LicenceError, match=r"No package of the system has libz\.so\.1"):
        system_parts(frozen, lambda name: "", documents, common)
    (documents / "zlib1g" / "copyright").unlink()
    with pytest.raises(LicenceError, match="zlib1g has no copyright file"):
        system_parts(frozen, lambda name: told, documents, common)


@pytest.mark.skipif(sys.platform != "linux" or not Path("/var/lib/dpkg/status").exists(), reason="asks Debian's packages")
def test_debian_is_asked(frozen: Path) -> None:
    if subprocess.run(["dpkg", "-S", "*/libz.so.1"], capture_output=True, check=False).returncode:
        pytest.skip("this system has no zlib of its own")
    (part, *_) = system_parts(frozen)
    assert part.name.startswith("zlib")
    assert "Mark Adler" in part.texts[0]


def test_a_licence_that_the_system_lacks_is_fetched(tmp_path: Path) -> None:
    words = "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n"
    asked: list[str] = []
    assert licence_text("LGPL-3", tmp_path, lambda address: asked.append(address) or words) == words
    assert asked == ["https://www.gnu.org/licenses/lgpl-3.0.txt"]


def test_a_page_that_is_no_licence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LicenceError, match="not the text of GPL-3"):
        licence_text("GPL-3", tmp_path, lambda address: "Moved")


def test_a_licence_that_cannot_be_got_is_told(tmp_path: Path) -> None:
    def fail(address: str) -> str:
        raise OSError("no route")

    with pytest.raises(LicenceError, match=r"LGPL-3 could not be fetched from .*no route"):
        licence_text("LGPL-3", tmp_path, fail)
