"""The libraries of the system that were copied into the application, on Debian and what is made from it.

A package's copyright file is the text of its licence there; it names common licences, which lie in a folder of their own.
"""

import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from building.third_party import LicenceError, Part

DOCUMENTS = Path("/usr/share/doc")
COMMON = Path("/usr/share/common-licenses")
_PYTHON = re.compile(r"libpython3")  # told of as Python
_OWN = re.compile(r"lib(ggml|llama|mtmd)")  # llama.cpp's, wherever its loader looks
_COMMON_NAME = re.compile(r"/usr/share/common-licenses/([A-Za-z]+(?:-[0-9.]*[0-9])?)")

Ask = Callable[[str], str]


def system_parts(frozen: Path, ask: Ask | None = None, documents: Path = DOCUMENTS, common: Path = COMMON) -> list[Part]:
    """Return the packages whose libraries lie in a frozen application, each with its copyright file.

    Args:
        frozen: the application's folder.
        ask: returns what `dpkg -S` says of a file's name; empty where no package has it.
        documents: where packages have their copyright files.
        common: where the licences lie that those name.

    Raises:
        LicenceError: a library belongs to no package, or its package tells no copyright.
    """
    owners: dict[str, list[str]] = {}
    lost = []
    for library in collected(frozen):
        package = _owner((ask or _dpkg)(library), library)
        if package is None:
            lost.append(library)
        else:
            owners.setdefault(package, []).append(library)
    silent = [package for package in owners if not (documents / package / "copyright").is_file()]
    if lost or silent:
        raise LicenceError(
            " ".join(
                [f"No package of the system has {name}." for name in lost]
                + [f"The package {name} has no copyright file." for name in silent]
            )
        )
    parts = [_part(package, libraries, documents) for package, libraries in sorted(owners.items())]
    return [*parts, *_common_parts((text for part in parts for text in part.texts), common)]


def collected(frozen: Path) -> list[str]:
    """Return the names of the libraries that were taken from the system: those that lie beside Python, and are no links into a package."""
    inside = frozen / "_internal"
    names = {file.name for file in inside.glob("*.so*") if file.is_file() and not file.is_symlink()}
    return sorted(name for name in names if name.startswith("lib") and not _PYTHON.match(name) and not _OWN.match(name))


def _part(package: str, libraries: Iterable[str], documents: Path) -> Part:
    text = (documents / package / "copyright").read_text("utf-8", errors="replace")
    remark = f"Of the system that this was built on, unchanged; its sources are in that system's archive. Here: {', '.join(libraries)}"
    return Part(package, "", "see below", (text,), remark)


def _common_parts(texts: Iterable[str], common: Path) -> list[Part]:
    names: dict[Path, list[str]] = {}  # "GPL" is a link to the newest
    for name in sorted({name for text in texts for name in _COMMON_NAME.findall(text)}):
        if (common / name).is_file():
            names.setdefault((common / name).resolve(), []).append(name)
    return [
        Part(f"Text of the licence {' or '.join(found)}", "", found[-1], (file.read_text("utf-8", errors="replace"),))
        for file, found in names.items()
    ]


def _owner(told: str, library: str) -> str | None:
    """Return the package in dpkg's answer, whose lines are `package:architecture, another: /path`."""
    for line in told.splitlines():
        packages, _, path = line.partition(": ")
        if Path(path).name == library and path.startswith(("/lib", "/usr/lib")):
            return packages.split(",")[0].partition(":")[0]
    return None


def _dpkg(library: str) -> str:
    return subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True, check=False, timeout=60).stdout
