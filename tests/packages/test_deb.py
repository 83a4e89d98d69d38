import gzip
import hashlib
import io
import os
import shlex
import shutil
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest
from building import deb as building_deb
from building.changelog import Release, release_of
from building.deb import build_deb
from building.desktop_files import LINUX, NAME
from building.icons import HICOLOR_SIZES
from building.running import BuildError

from desktop import __version__
from desktop.app.command_line import parse
from tests.packages.clean_root import CleanRoot
from tests.packages.conftest import DEBIAN_TOOLS, DESKTOP_TOOLS, OLDER, needs

pytestmark = [needs(*DEBIAN_TOOLS, *DESKTOP_TOOLS)]


def members_of(deb: Path, *, control: bool = False) -> dict[str, tarfile.TarInfo]:
    with tar_of(deb, control=control) as tar:
        return {member.name.removeprefix("./"): member for member in tar.getmembers()}


def tar_of(deb: Path, *, control: bool = False) -> tarfile.TarFile:
    option = "--ctrl-tarfile" if control else "--fsys-tarfile"
    content = subprocess.run(["dpkg-deb", option, deb], capture_output=True, check=True, timeout=60).stdout
    return tarfile.open(fileobj=io.BytesIO(content))


def text_of(deb: Path, name: str, *, control: bool = False) -> str:
    with tar_of(deb, control=control) as tar:
        stream = tar.extractfile(f"./{name}")
        assert stream is not None
        return stream.read().decode()


def fields_of(deb: Path) -> dict[str, str]:
    lines = text_of(deb, "control", control=True).splitlines()
    return dict(line.split(": ", 1) for line in lines if not line.startswith(" "))


def test_its_control_file_says_what_it_is(deb: Path) -> None:
    fields = fields_of(deb)
    architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    assert (fields["Package"], fields["Version"], fields["Architecture"]) == ("rivulet", __version__, architecture)
    assert deb.name == f"rivulet_{__version__}_{architecture}.deb"
    assert "libc6 (>= " in fields["Depends"]
    assert "mesa-vulkan-drivers" in fields["Recommends"]
    files = [member for member in members_of(deb).values() if member.isfile()]
    kibibytes = sum(member.size for member in files) / 1024
    assert kibibytes <= int(fields["Installed-Size"]) <= kibibytes + len(files)


def test_it_has_no_scripts(deb: Path) -> None:
    assert set(members_of(deb, control=True)) - {"", "."} == {"control", "md5sums"}


def test_the_whole_application_is_in_it(deb: Path, application: Path) -> None:
    members = members_of(deb)
    for path in application.rglob("*"):
        member = members[f"usr/lib/rivulet/{path.relative_to(application)}"]
        if path.is_symlink():
            assert member.linkname == os.readlink(path)
        elif path.is_file():
            assert member.size == path.stat().st_size


def test_its_files_are_roots_and_anyone_can_read_them(deb: Path) -> None:
    for name, member in members_of(deb).items():
        assert (member.uid, member.gid) == (0, 0), name
        if member.issym():
            continue
        runs = member.isdir() or name == "usr/lib/rivulet/rivulet"
        assert stat.S_IMODE(member.mode) == (0o755 if runs else 0o644), name


def test_nothing_lies_outside_of_the_systems_own_folders(deb: Path) -> None:
    for name in members_of(deb):
        assert name in {"", ".", "usr"} or name.startswith(("usr/bin", "usr/lib", "usr/share")), name


def test_its_sums_are_those_of_its_files(deb: Path) -> None:
    listed = {}
    for line in text_of(deb, "md5sums", control=True).splitlines():
        digest, name = line.split("  ", 1)
        listed[name] = digest
    with tar_of(deb) as tar:
        for member in tar.getmembers():
            stream = tar.extractfile(member) if member.isfile() else None
            if stream:
                assert listed.pop(member.name.removeprefix("./")) == hashlib.md5(stream.read(), usedforsecurity=False).hexdigest()
    assert listed == {}


def test_it_comes_out_alike_each_time(deb: Path, application: Path, notices: Path, tmp_path: Path) -> None:
    os.utime(application / "rivulet", (1, 1))
    again = build_deb(application, __version__, tmp_path, notices=notices)
    assert again.read_bytes() == deb.read_bytes()


def test_licences_changes_and_manual_are_there(deb: Path) -> None:
    with tar_of(deb) as tar:
        extracted = {name: tar.extractfile(f"./usr/share/{name}") for name in ("doc/rivulet/changelog.gz", "man/man1/rivulet.1.gz")}
        texts = {name: gzip.decompress(stream.read()).decode() for name, stream in extracted.items() if stream}
    assert f"rivulet ({__version__}) " in texts["doc/rivulet/changelog.gz"]
    assert f'"Rivulet {__version__}"' in texts["man/man1/rivulet.1.gz"]
    assert "@" not in texts["man/man1/rivulet.1.gz"]
    copyright_ = text_of(deb, "usr/share/doc/rivulet/copyright")
    assert "Permission is hereby granted, free of charge" in copyright_
    assert copyright_.count("Copyright") == 1
    assert text_of(deb, "usr/share/doc/rivulet/THIRD-PARTY-NOTICES.txt") == "Qt is under the LGPL.\n"


def test_the_manual_knows_every_option_and_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    words = capsys.readouterr().out.replace(",", " ").replace("[", " ").split()
    manual = (LINUX / "rivulet.1").read_text("utf-8").replace("\\-", "-")
    for word in {word.rstrip("]") for word in words if word.startswith("--")} | {"run", "doctor", "sessions", "models", "delete-all"}:
        assert word in manual


def test_it_installs_and_starts_from_its_entry(deb: Path, clean_root: CleanRoot) -> None:
    root = clean_root.path
    clean_root.dpkg("--install", str(deb))
    entry = (root / f"usr/share/applications/{NAME}.desktop").read_text("utf-8")
    program, field = shlex.split(next(line.removeprefix("Exec=") for line in entry.splitlines() if line.startswith("Exec=")))
    assert field == "%F"
    command = root / "usr/bin" / program
    # The stand-in tells which file it is: a link must not hide from PyInstaller's bootloader where the application lies.
    told = subprocess.run([command, "/proc/self/exe"], capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    assert told == str(root / "usr/lib/rivulet/rivulet")
    for size in HICOLOR_SIZES:
        assert (root / f"usr/share/icons/hicolor/{size}x{size}/apps/{NAME}.png").is_file()
    assert (root / f"usr/share/icons/hicolor/scalable/apps/{NAME}.svg").is_file()


def test_a_persons_data_outlive_upgrade_removal_and_purge(
    deb: Path, application: Path, notices: Path, clean_root: CleanRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changelog = {OLDER: Release(OLDER, release_of(__version__).date, ()), __version__: release_of(__version__)}
    monkeypatch.setattr(building_deb, "release_of", changelog.__getitem__)
    (application / "_internal/only-in-the-older.txt").write_text("x")
    older = build_deb(application, OLDER, tmp_path, notices=notices)
    (application / "_internal/only-in-the-older.txt").unlink()

    root = clean_root.path
    clean_root.dpkg("--install", str(older))
    assert (root / "usr/lib/rivulet/_internal/only-in-the-older.txt").is_file()
    kept = [root / "home/ada/.local/share/rivulet/conversations.sqlite3", root / "home/ada/.local/share/rivulet/models/a.gguf"]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("kept")

    clean_root.dpkg("--install", str(deb))
    assert not (root / "usr/lib/rivulet/_internal/only-in-the-older.txt").exists()
    assert f"Version: {__version__}" in (root / "var/lib/dpkg/status").read_text()

    clean_root.dpkg("--remove", "rivulet")
    clean_root.dpkg("--purge", "rivulet")
    left = [path for path in root.rglob("*rivulet*") if not path.is_relative_to(root / "home")]
    assert [path for path in left if path.name != "rivulet.list" and "var/lib/dpkg" not in path.as_posix()] == []
    assert [path.read_text() for path in kept] == ["kept", "kept"]


@pytest.mark.parametrize(
    ("name", "field"),
    [("libggml-vulkan.so", "Recommends"), ("libqgtk3.so", "Suggests"), ("libqxcb.so", "Depends")],
)
def test_what_it_can_go_without_is_not_needed(application: Path, notices: Path, tmp_path: Path, name: str, field: str) -> None:
    folder = tmp_path / "application"
    shutil.copytree(application, folder, symlinks=True)
    shutil.copy("/usr/bin/dpkg-deb", folder / "_internal" / name)  # it needs liblzma, as llama.cpp's module needs Vulkan's loader
    fields = fields_of(build_deb(folder, __version__, tmp_path, notices=notices))
    assert [key for key in ("Depends", "Recommends", "Suggests") if "liblzma5" in fields.get(key, "")] == [field]


def test_what_it_brings_itself_is_not_needed(application: Path, notices: Path, tmp_path: Path) -> None:
    folder = tmp_path / "application"
    shutil.copytree(application, folder, symlinks=True)
    shutil.copy("/usr/bin/dpkg-deb", folder / "_internal/libqxcb.so")
    [library, *_] = Path("/lib").glob("*/liblzma.so.5")
    shutil.copy(library, folder / "_internal")
    fields = fields_of(build_deb(folder, __version__, tmp_path, notices=notices))
    assert "libc6 " in fields["Depends"]
    assert "liblzma5" not in fields["Depends"]


def test_a_version_that_the_changelog_does_not_know_is_not_packed(application: Path, notices: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"does not tell of version 99\.0"):
        build_deb(application, "99.0", tmp_path, notices=notices)
    assert list(tmp_path.iterdir()) == []
