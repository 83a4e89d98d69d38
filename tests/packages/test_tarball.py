import hashlib
import os
import platform
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from building.checksums import write_checksums
from building.desktop_files import NAME
from building.tarball import build_tarball

from desktop import __version__
from tests.packages.conftest import DESKTOP_TOOLS, needs

pytestmark = [needs(*DESKTOP_TOOLS)]

FOLDER = f"rivulet-{__version__}-linux-{platform.machine()}"
HOSTILE = 'a b\'s "new" $HOME `id` back\\slash & | ü'


@pytest.fixture
def unpacked(tarball: Path, tmp_path: Path) -> Path:
    place = tmp_path / HOSTILE
    place.mkdir()
    with tarfile.open(tarball) as tar:
        if hasattr(tarfile, "data_filter"):  # not in Debian 12's Python
            tar.extraction_filter = tarfile.data_filter
        tar.extractall(place)
    return place / FOLDER


def install(unpacked: Path, home: Path, *arguments: str, status: int = 0) -> str:
    home.mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    result = subprocess.run([unpacked / "install-for-me", *arguments], env=environment, cwd="/", capture_output=True, text=True, timeout=60)
    assert result.returncode == status, result.stderr
    return result.stdout + result.stderr


def files(home: Path) -> set[str]:
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}


def exec_of(home: Path) -> str:
    text = (home / f".local/share/applications/{NAME}.desktop").read_text("utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith("Exec="))
    return line.removeprefix("Exec=")


def parsed(value: str) -> list[str]:
    """What a desktop makes of the Exec key: text escapes first, then quotes."""
    value = re.sub(r"\\(.)", lambda found: {"s": " ", "n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1]), value)
    quoted, rest = re.fullmatch(r'"((?:[^"\\]|\\.)*)"(.*)', value).groups()  # type: ignore[union-attr]
    return [re.sub(r"\\(.)", r"\1", quoted), *rest.split()]


def test_everything_lies_in_one_folder_and_belongs_to_root(tarball: Path) -> None:
    assert tarball.name == f"{FOLDER}.tar.xz"
    with tarfile.open(tarball) as tar:
        for member in tar.getmembers():
            assert member.name == FOLDER or member.name.startswith(f"{FOLDER}/")
            assert (member.uid, member.gid, member.uname) == (0, 0, "root")
            runs = member.isdir() or member.name in {f"{FOLDER}/rivulet", f"{FOLDER}/install-for-me"}
            assert member.issym() or member.mode == (0o755 if runs else 0o644), member.name
        names = set(tar.getnames())
    assert {f"{FOLDER}/{name}" for name in ("LICENSE", "THIRD-PARTY-NOTICES.txt", f"share/applications/{NAME}.desktop")} <= names


def test_it_comes_out_alike_each_time(tarball: Path, application: Path, notices: Path, tmp_path: Path) -> None:
    os.utime(application / "rivulet", (5, 5))
    assert build_tarball(application, __version__, tmp_path, notices=notices).read_bytes() == tarball.read_bytes()


def test_its_program_starts_where_it_was_unpacked(unpacked: Path) -> None:
    told = subprocess.run([unpacked / "rivulet", "/proc/self/exe"], capture_output=True, text=True, check=True, timeout=10).stdout
    assert told.strip() == str(unpacked / "rivulet")


def test_it_goes_into_a_persons_menu_with_the_folders_own_path(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    told = install(unpacked, home)
    assert "in your menu" in told
    entry = home / f".local/share/applications/{NAME}.desktop"
    assert parsed(exec_of(home)) == [str(unpacked / "rivulet"), "%F"]
    subprocess.run(["desktop-file-validate", "--no-hints", entry], check=True, timeout=60)
    assert (home / f".local/share/icons/hicolor/48x48/apps/{NAME}.png").is_file()
    assert (home / ".local/share/mime/application/x-gguf.xml").is_file()


@needs("gio")
def test_a_desktop_starts_it_from_that_entry(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (unpacked / "rivulet").write_text('#!/bin/sh\nprintf "%s" "$0|$1" >"$HOME/started"\n')
    install(unpacked, home)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    command = ["gio", "launch", home / f".local/share/applications/{NAME}.desktop", tmp_path / "a model.gguf"]
    subprocess.run(command, env=environment, check=True, timeout=60)
    assert (home / "started").read_text() == f"{unpacked / 'rivulet'}|{tmp_path / 'a model.gguf'}"


def test_uninstalling_takes_away_what_was_put_there_and_nothing_else(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    kept = [home / ".local/share/rivulet/conversations.sqlite3", home / ".local/share/applications/other.desktop"]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=other\n")
    before = files(home)
    install(unpacked, home)
    assert files(home) > before
    install(unpacked, home, "--uninstall")
    made_by_tools = {name for name in files(home) if name.startswith(".local/share/mime/") or name.endswith("/mimeinfo.cache")}
    assert not any("rivulet" in name.lower() for name in made_by_tools)
    assert files(home) - made_by_tools == before
    assert "x-gguf" not in (home / ".local/share/mime/types").read_text()
    install(unpacked, home, "--uninstall")  # once more does no harm


def test_a_second_copy_takes_over_and_the_first_then_takes_nothing_away(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    second = tmp_path / "second"
    shutil.copytree(unpacked, second, symlinks=True)
    install(unpacked, home)
    install(second, home)
    assert parsed(exec_of(home))[0] == str(second / "rivulet")
    assert "another one" in install(unpacked, home, "--uninstall", status=1)
    assert parsed(exec_of(home))[0] == str(second / "rivulet")
    install(second, home, "--uninstall")
    assert not (home / f".local/share/applications/{NAME}.desktop").exists()


def test_a_folder_that_was_moved_is_told_how_to_leave_the_menu(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    install(unpacked, home)
    moved = unpacked.rename(tmp_path / "moved")
    assert "moved, run ./install-for-me before" in install(moved, home, "--uninstall", status=1)
    install(moved, home)
    install(moved, home, "--uninstall")
    assert not (home / f".local/share/applications/{NAME}.desktop").exists()


def test_a_link_to_it_does_the_same(unpacked: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "install-for-me").symlink_to(unpacked / "install-for-me")
    install(elsewhere, tmp_path / "home")
    assert parsed(exec_of(tmp_path / "home"))[0] == str(unpacked / "rivulet")


def test_wrong_usage_is_said(unpacked: Path, tmp_path: Path) -> None:
    assert "usage" in install(unpacked, tmp_path / "home", "--nonsense", status=2)


@pytest.mark.parametrize("name", ["line\nbreak", "100%", "a=b"])
def test_a_folder_that_no_entry_can_name_is_said_and_nothing_is_put_anywhere(unpacked: Path, tmp_path: Path, name: str) -> None:
    moved = unpacked.rename(tmp_path / name)
    assert "no menu entry can hold" in install(moved, tmp_path / "home", status=1)
    assert files(tmp_path / "home") == set()


def test_data_elsewhere_is_respected(unpacked: Path, tmp_path: Path) -> None:
    data = tmp_path / "my data"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(data)}
    subprocess.run([unpacked / "install-for-me"], env=environment, check=True, capture_output=True, timeout=60)
    assert (data / f"applications/{NAME}.desktop").is_file()
    assert not (tmp_path / "home").exists()


@needs("sha256sum")
def test_sums_are_checked_by_the_systems_own_command(tmp_path: Path) -> None:
    packages = [tmp_path / "b.deb", tmp_path / "a.tar.xz"]
    for path in packages:
        path.write_bytes(path.name.encode())
    sums = write_checksums(packages, tmp_path / "SHA256SUMS")
    expected = "".join(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in ("a.tar.xz", "b.deb"))
    assert sums.read_bytes() == expected.encode()
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=10).returncode == 0
    packages[0].write_bytes(b"changed")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=10).returncode == 1
