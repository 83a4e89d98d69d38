import configparser
import os
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from building import desktop_files
from building.changelog import read_releases
from building.desktop_files import NAME, check_desktop_files, write_desktop_files
from building.running import BuildError

from desktop.chat.archive import MAGIC
from desktop.system.program import APPLICATION_ID
from tests.packages.conftest import DESKTOP_TOOLS, needs


@pytest.fixture
def share(tmp_path: Path) -> Path:
    write_desktop_files(tmp_path / "share")
    return tmp_path / "share"


def entry_of(share: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(share / f"applications/{NAME}.desktop", "utf-8")
    return parser["Desktop Entry"]


def metainfo_of(share: Path) -> ElementTree.Element:
    return ElementTree.parse(share / f"metainfo/{NAME}.metainfo.xml").getroot()


def types_of(share: Path) -> set[str]:
    return {element.attrib["type"] for element in ElementTree.parse(share / f"mime/packages/{NAME}.xml").iter() if "type" in element.attrib}


def test_all_of_them_go_by_the_applications_id(share: Path) -> None:
    assert NAME == APPLICATION_ID
    assert entry_of(share)["Icon"] == NAME
    assert metainfo_of(share).findtext("id") == NAME
    assert metainfo_of(share).findtext("launchable") == f"{NAME}.desktop"


def test_the_entry_says_all_that_a_menu_needs(share: Path) -> None:
    entry = entry_of(share)
    assert entry["Exec"].split() == ["rivulet", "%F"]
    assert (entry["Type"], entry["Terminal"], entry["StartupNotify"]) == ("Application", "false", "true")
    assert entry["StartupWMClass"] == "Rivulet"  # what Qt makes of the application's name, see tests/packages/installed_journey.py
    for key in ("GenericName", "Comment", "Keywords"):
        assert entry[key] != entry[f"{key}[de]"]


def test_entry_metainfo_and_mime_types_agree(share: Path) -> None:
    types = set(entry_of(share)["MimeType"].strip(";").split(";"))
    assert types == {"application/x-rivulet-chat", "application/x-gguf"}
    assert {element.text for element in metainfo_of(share).iter("mediatype")} == types
    assert types <= types_of(share)


def test_the_metainfo_has_the_releases_of_the_changelog(share: Path) -> None:
    told = [(element.attrib["version"], element.attrib["date"]) for element in metainfo_of(share).iter("release")]
    assert told == [(release.version, release.date.isoformat()) for release in read_releases()]


def test_every_paragraph_of_the_metainfo_is_there_in_german(share: Path) -> None:
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    root = metainfo_of(share)
    description = root.find("description")
    assert description is not None
    told = [element for element in description.iter() if element.tag in {"p", "li"}]
    assert [element.get(language) for element in told] == [None, "de"] * (len(told) // 2)
    assert len(root.findall("summary")) == 2


def test_the_magic_is_what_exported_chats_begin_with(share: Path) -> None:
    values = {
        element.attrib["value"].encode()
        for element in ElementTree.parse(share / f"mime/packages/{NAME}.xml").iter()
        if "value" in element.attrib
    }
    assert any(MAGIC.startswith(value) for value in values)
    assert b"GGUF" in values


@needs(*DESKTOP_TOOLS)
def test_the_desktops_tools_find_no_fault(share: Path) -> None:
    check_desktop_files(share)


@needs(*DESKTOP_TOOLS)
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (f"applications/{NAME}.desktop", "Type=Application", "Type=Nonsense"),
        (f"metainfo/{NAME}.metainfo.xml", "<metadata_license>CC0-1.0</metadata_license>", ""),
        (f"mime/packages/{NAME}.xml", "</mime-info>", ""),
        (f"mime/packages/{NAME}.xml", 'type="application/x-gguf"', 'type="gguf"'),
    ],
)
def test_what_the_tools_find_fault_with_is_said(share: Path, file: str, old: str, new: str) -> None:
    text = (share / file).read_text("utf-8")
    assert old in text
    (share / file).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(BuildError, match="finds fault"):
        check_desktop_files(share)


def test_a_tool_that_is_missing_is_named_with_its_package(share: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="Install the package desktop-file-utils"):
        check_desktop_files(share)


@needs(*DESKTOP_TOOLS)
def test_the_command_makes_and_checks_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert desktop_files.main() == 0
    monkeypatch.setenv("PATH", str(tmp_path))
    assert desktop_files.main() == 1
    assert "is not there" in capsys.readouterr().err


@needs("update-mime-database", "gio")
@pytest.mark.parametrize(
    ("name", "content", "known_as"),
    [
        ("chat.rivulet", MAGIC, "application/x-rivulet-chat"),
        ("model.gguf", b"GGUF\3\0\0\0", "application/x-gguf"),
        ("renamed", MAGIC, "application/x-rivulet-chat"),
        ("renamed", b"GGUF\3\0\0\0", "application/x-gguf"),
        ("notes", b"This is how GGUF begins", "text/plain"),
    ],
)
def test_files_are_known_by_name_and_by_content(share: Path, tmp_path: Path, name: str, content: bytes, known_as: str) -> None:
    subprocess.run(["update-mime-database", share / "mime"], check=True, timeout=60)
    file = tmp_path / name
    file.write_bytes(content)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_DATA_HOME": str(share)}
    command = ["gio", "info", "--attributes=standard::content-type", file]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout
    assert f"standard::content-type: {known_as}\n" in told
