"""The Debian package: the application under /usr/lib, what the desktop needs beside it, and no scripts.

What a menu, an icon theme and a file type need is done by triggers of the packages that look after them. Nothing of a person's
is in the package, so neither removing nor purging it can touch that.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from building.changelog import MAINTAINER, Release, debian_changelog, read_releases, release_of
from building.desktop_files import LINUX, check_desktop_files, write_desktop_files
from building.prerequisites import PROGRAMS
from building.running import BuildError
from building.staging import copy_application, settle

_ALSO_GOOD = "mesa-vulkan-drivers"  # no file names it: Vulkan's loader looks for drivers while the program runs
_NAME = re.compile(r"(.+)\.so\.(.+)")  # of a library, with the version that programs ask for
# Modules that are gone without where their libraries are missing: llama.cpp's for graphics cards, Qt's for GTK's dialogs.
_OPTIONAL = {"Recommends": re.compile(r"libggml-(vulkan|cuda|hip)"), "Suggests": re.compile(r"libqgtk3")}

_DESCRIPTION = """\
Description: chat with language models that run on your own computer
 Rivulet runs language models with llama.cpp and sends nothing of what you
 write anywhere. A chat you reopen answers at once, because what the model has
 read is kept on disk; a chat you fork costs nothing. A small guide comes with
 it and needs no network; other models are found on this computer or fetched.
"""


def build_deb(application: Path, version: str, target: Path, *, notices: Path) -> Path:
    """Pack the one-folder application into the target folder and return the .deb.

    Raises:
        BuildError: the changelog does not tell of the version, the desktop's tools find a fault, or Debian's tools fail.
    """
    release = release_of(version)
    architecture = _run("dpkg", "--print-architecture").strip()
    package = target / f"rivulet_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "debian/rivulet")  # where dpkg-shlibdeps expects what a package will hold
        _stage(application, root, release, notices)
        _write_control(root, version, architecture)
        settle(root, release.moment)
        settings = os.environ | {"SOURCE_DATE_EPOCH": str(release.moment)}
        _run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(package), environment=settings)
    return package


def _stage(application: Path, root: Path, release: Release, notices: Path) -> None:
    copy_application(application, root / "usr/lib/rivulet")
    command = root / "usr/bin/rivulet"
    command.parent.mkdir()
    command.symlink_to("../lib/rivulet/rivulet")
    share = root / "usr/share"
    write_desktop_files(share)
    check_desktop_files(share)
    documents = share / "doc/rivulet"
    documents.mkdir(parents=True)
    _write_gzip(documents / "changelog.gz", debian_changelog(read_releases()))
    shutil.copy(notices, documents / "THIRD-PARTY-NOTICES.txt")
    licence = (
        (LINUX.parents[1] / "LICENSE").read_text("utf-8").partition("\n\n")[2].partition("\n\n")[2]
    )  # after its title and the copyright
    lines = [f" {line}" if line else " ." for line in licence.strip().splitlines()]
    (documents / "copyright").write_text((LINUX / "copyright").read_text("utf-8") + "\n".join(lines) + "\n", "utf-8")
    manual = (LINUX / "rivulet.1").read_text("utf-8").replace("@VERSION@", release.version).replace("@DATE@", str(release.date))
    (share / "man/man1").mkdir(parents=True)
    _write_gzip(share / "man/man1/rivulet.1.gz", manual)


def _write_gzip(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _write_control(root: Path, version: str, architecture: str) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    dependencies = {field: ", ".join(packages) for field, packages in _dependencies(root).items()}
    control = root / "DEBIAN"
    control.mkdir()
    fields = {
        "Package": "rivulet",
        "Version": version,
        "Architecture": architecture,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(sum(-(-path.stat().st_size // 1024) for path in files)),  # in KiB
        **dict(sorted(dependencies.items())),
        "Section": "utils",
        "Priority": "optional",
    }
    (control / "control").write_text("".join(f"{name}: {value}\n" for name, value in fields.items()) + _DESCRIPTION, "utf-8")
    sums = [f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(root)}\n" for path in files]
    (control / "md5sums").write_text("".join(sums), "utf-8")


def _dependencies(root: Path) -> dict[str, list[str]]:
    """Return the packages that the application needs, and is better with, by their fields, as Debian's own tool finds them."""
    (root.parent / "control").write_text("Source: rivulet\n\nPackage: rivulet\nArchitecture: any\n", "utf-8")
    linked = list(_linked(root))
    # What the application brings itself needs no package, though the system may have one for it.
    brought = sorted({name.groups() for path in root.rglob("*.so.*") if (name := _NAME.fullmatch(path.name))})
    (root.parent / "shlibs.local").write_text("".join(f"{library} {version}\n" for library, version in brought), "utf-8")
    private = [f"-l{folder}" for folder in sorted({path.parent for path in linked})]
    programs = [argument for path in linked for argument in (f"-d{_field(path)}", f"-e{path}")]
    found = _run("dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0", *private, *programs, folder=root.parents[1])
    fields = {field: value.split(", ") for field, value in re.findall(r"^shlibs:(\w+)=(.+)$", found, re.MULTILINE)}
    return fields | {"Recommends": [*fields.get("Recommends", []), _ALSO_GOOD]}


def _field(path: Path) -> str:
    return next((field for field, pattern in _OPTIONAL.items() if pattern.match(path.name)), "Depends")


def _linked(root: Path) -> Iterator[Path]:
    """Yield the programs and libraries of the application."""
    for path in sorted((root / "usr/lib").rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                if stream.read(4) == b"\x7fELF":
                    yield path


def _run(tool: str, *arguments: str, folder: Path | None = None, environment: dict[str, str] | None = None) -> str:
    if not shutil.which(tool):
        raise BuildError(f"{tool} is not there to make the Debian package. Install {PROGRAMS['dpkg-shlibdeps']}.")
    result = subprocess.run([tool, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    if result.returncode:
        faults = [line for line in result.stderr.splitlines() if ": warning: " not in line]  # of which dpkg-shlibdeps has hundreds
        raise BuildError("\n".join([f"{tool} failed:", *faults]))
    return result.stdout
