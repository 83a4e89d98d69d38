"""THIRD-PARTY-NOTICES.txt: what the application is made of besides Rivulet itself, with the licence of each part.

It is made from what is installed where the application is built, so that environment's Python runs it, with packaging/ on its path:
python -m building.notices TARGET --project DIR --llama DIR --frozen DIR. A part without the text of its licence ends the build.
"""

import argparse
import os
import platform
import re
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from building.licence_texts import licence_text
from building.system_notices import system_parts
from building.third_party import LicenceError, Part

FREEZER = "pyinstaller"  # whose bootloader is the executable
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)
_MICROSOFT = re.compile(r"(vcruntime|msvcp|vcomp|concrt|ucrtbase|api-ms-win)", re.IGNORECASE)
MICROSOFT_HOME = "https://learn.microsoft.com/cpp/windows/redistributing-visual-cpp-files"
_WIDTH = 100

QT_WORDS = """\
Qt and Qt for Python (PySide6, shiboken6) are used under the GNU Lesser General Public License, version 3, whose text stands below,
with that of the GNU General Public License, version 3, which it is a part of. They were not changed. Copyright (C) The Qt Company Ltd.
and other contributors.

They are libraries in files of their own, in the folders PySide6 and shiboken6 of the application: you may replace them with versions
that you made yourself, and may take the application apart to find mistakes in such changes. Their sources are at
https://download.qt.io/official_releases/qt/ and https://download.qt.io/official_releases/QtForPython/, in the folders of the
versions named here. Parts of Qt come from others; https://doc.qt.io/qt-6/licenses-used-in-qt.html lists all of them.

On Linux ICU (libicudata, libicui18n, libicuuc) comes with Qt, under these words:

COPYRIGHT AND PERMISSION NOTICE (ICU 58 and later)

Copyright (C) 1991-2023 Unicode, Inc. All rights reserved.
Distributed under the Terms of Use in https://www.unicode.org/copyright.html.

Permission is hereby granted, free of charge, to any person obtaining a copy of the Unicode data files and any associated documentation
(the "Data Files") or Unicode software and any associated documentation (the "Software") to deal in the Data Files or Software without
restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, and/or sell copies of the Data
Files or Software, and to permit persons to whom the Data Files or Software are furnished to do so, provided that either
(a) this copyright and permission notice appear with all copies of the Data Files or Software, or
(b) this copyright and permission notice appear in associated Documentation.

THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF THIRD PARTY RIGHTS. IN NO EVENT SHALL THE COPYRIGHT
HOLDER OR HOLDERS INCLUDED IN THIS NOTICE BE LIABLE FOR ANY CLAIM, OR ANY SPECIAL INDIRECT OR CONSEQUENTIAL DAMAGES, OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING
OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THE DATA FILES OR SOFTWARE.

Except as contained in this notice, the name of a copyright holder shall not be used in advertising or otherwise to promote the sale, use
or other dealings in these Data Files or Software without prior written authorization of the copyright holder."""

PYTHON_WORDS = """\
Its standard library contains parts of others, among them expat, mpdecimal and HACL*, and where its own installer brought it here also
OpenSSL, SQLite, libffi, zlib, bzip2 and xz. https://docs.python.org/3/license.html has the words of all of them."""

# Distributions whose wheels have no text of their licence: why that is no mistake, and the texts to take instead.
WITHOUT_TEXT: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "pyside6-essentials": (QT_WORDS, ("LGPL-3", "GPL-3")),
    "shiboken6": ("A part of Qt for Python: its licence is that of PySide6.", ()),
}

Find = Callable[[str], Distribution]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the parts of the application come from."""

    project: Path  # its pyproject.toml names what it needs
    llama: Path  # the sources of llama.cpp that were compiled
    frozen: Path | None = None  # the application's folder; None: no library of the system is looked for
    freezer: str | None = FREEZER  # None: nothing was frozen


def write_notices(target: Path, sources: Sources, find: Find = distribution) -> list[Part]:
    """Write the notices of all parts to a file and return the parts.

    Raises:
        LicenceError: a part has no licence text; the message names all of them.
        OSError: a file cannot be read or written.
    """
    roots = tomllib.loads((sources.project / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    roots = [*roots, *([sources.freezer] if sources.freezer else [])]
    parts = [_python_part(), *llama_parts(sources.llama)]
    flaws = []
    for found in needed(roots, find, stops=frozenset({FREEZER})):
        try:
            parts.append(distribution_part(found))
        except LicenceError as error:
            flaws.append(str(error))
    if sources.frozen is not None:
        parts += system_parts(sources.frozen) if sys.platform == "linux" else microsoft_parts(sources.frozen)
    if flaws:
        raise LicenceError(" ".join(flaws))
    target.write_text(as_text(parts), "utf-8", newline="\n")
    return parts


def needed(roots: Iterable[str], find: Find = distribution, stops: frozenset[str] = frozenset()) -> list[Distribution]:
    """Return the distributions that these requirements come to on this system, by name; what a stop needs is not followed.

    Raises LicenceError: one is not installed.
    """
    waiting = [Requirement(text) for text in roots]
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        name, extras = canonical(wanted.name), frozenset(wanted.extras)
        if (wanted.marker is not None and not wanted.marker.evaluate()) or (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found[name] = find(wanted.name)
        except PackageNotFoundError as error:
            raise LicenceError(f"{wanted.name} is not installed.") from error
        if name not in stops:
            waiting += _requirements(found[name], extras)
    return [found[name] for name in sorted(found)]


def canonical(name: str) -> str:
    """Return a distribution's name as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirements(found: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in found.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            requirement.marker = None  # it holds; what it says of extras must not be asked again
            yield requirement


def distribution_part(found: Distribution) -> Part:
    """Return what a distribution says of itself, with the texts of its licence. Raises LicenceError: it has none."""
    name, version = found.metadata["Name"], found.version
    reason, carried = WITHOUT_TEXT.get(canonical(name), ("", ()))
    texts = [*_texts(found), *map(licence_text, carried)]
    if not texts and not reason:
        raise LicenceError(f"{name} {version} has no licence text.")
    return Part(name, version, licence_of(found), tuple(texts), reason, _home(found))


def licence_of(found: Distribution) -> str:
    """Return in one line which licence a distribution names."""
    named = _field(found, "License-Expression") or _field(found, "License")
    if named and "\n" not in named:
        return named
    classified = [text.rpartition(" :: ")[2] for text in found.metadata.get_all("Classifier") or () if text.startswith("License ::")]
    return ", ".join(classified) or "see below"


def _home(found: Distribution) -> str:
    labelled = dict(text.partition(",")[::2] for text in found.metadata.get_all("Project-URL") or ())
    urls = {label.strip().lower(): url.strip() for label, url in labelled.items()}
    known = (urls.get(label) for label in ("homepage", "source", "source code", "repository", "documentation"))
    return _field(found, "Home-page") or next((url for url in known if url), "")


def _field(found: Distribution, name: str) -> str:
    """Return what a distribution's metadata has under a name, empty where it has nothing."""
    return next(iter(found.metadata.get_all(name) or ()), "").strip()


def _texts(found: Distribution) -> list[str]:
    """Return the texts of a distribution's licence files: those that it names, or such that are called like one."""
    files = [file for file in found.files or () if ".dist-info" in file.parts[0]]
    named = set(found.metadata.get_all("License-File") or ())
    told = [file for file in files if "/".join(file.parts[1:]).removeprefix("licenses/") in named]
    chosen = told or [file for file in files if _LICENCE_FILE.match(file.name) or "licenses" in file.parts]
    texts = [Path(str(file.locate())).read_text("utf-8", errors="replace") for file in chosen]
    return list(dict.fromkeys(text for text in texts if text.strip()))


def llama_parts(source: Path) -> list[Part]:
    """Return llama.cpp with ggml, and what is compiled into it, from the folder of its sources. Raises LicenceError."""
    licence = source / "LICENSE"
    if not licence.is_file():
        raise LicenceError(f"{source} has no LICENSE; it is to be the folder of llama.cpp's sources.")
    others = [*sorted((source / "licenses").glob("LICENSE*")), *sorted((source / "vendor").rglob("LICEN[CS]E*"))]
    texts = [f"{file.relative_to(source).as_posix()}:\n\n{file.read_text('utf-8', errors='replace')}" for file in others]
    main = Part("llama.cpp with ggml", "", "MIT", (licence.read_text("utf-8"),), "", "https://github.com/ggml-org/llama.cpp")
    within = Part("What llama.cpp contains of others", "", "see below", tuple(texts)) if texts else None
    return [main, within] if within is not None else [main]


def microsoft_parts(frozen: Path) -> list[Part]:
    """Return Microsoft's runtime libraries, where a frozen application has them."""
    names = sorted({file.name for file in frozen.rglob("*.dll") if _MICROSOFT.match(file.name)})
    if not names:
        return []
    words = f"Passed on unchanged, as the licence of Visual Studio allows for these files: {', '.join(names)}"
    return [Part("Microsoft Visual C++ and Universal C Runtime", "", "Microsoft Software License Terms", (), words, MICROSOFT_HOME)]


def _python_part() -> Part:
    """Return Python, with the libraries that its installers bring."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    places = [stdlib / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE"]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        raise LicenceError(f"Python has no LICENSE.txt in {os.path.dirname(places[0])} or {sys.base_prefix}.")
    texts = (file.read_text("utf-8"),)
    return Part("Python", platform.python_version(), "PSF-2.0", texts, PYTHON_WORDS, "https://www.python.org")


def as_text(parts: Sequence[Part]) -> str:
    """Return the notices as one text: a list of all parts, then each with its licence."""
    lines = [
        "What Rivulet is made of",
        "",
        "Rivulet is under the MIT licence (LICENSE). The application brings along the parts below, each under a licence of its own.",
        "",
        *(f"  {part.heading}: {part.licence}" for part in parts),
    ]
    for part in parts:
        lines += ["", "=" * _WIDTH, part.heading, f"Licence: {part.licence}", *([part.home] if part.home else []), ""]
        lines += [part.remark, ""] if part.remark else []
        for text in part.texts:
            lines += [*(line.rstrip() for line in text.strip("\n").splitlines()), "", "-" * _WIDTH, ""]
    return "\n".join(lines).rstrip() + "\n"


def _main() -> None:
    parser = argparse.ArgumentParser(prog="building.notices", description="Write the notices of all parts to a file.")
    parser.add_argument("target", type=Path)
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--llama", type=Path, required=True, help="the folder of llama.cpp's sources")
    parser.add_argument("--frozen", type=Path, help="the application's folder")
    found = parser.parse_args()
    try:
        write_notices(found.target, Sources(found.project, found.llama, found.frozen))
    except LicenceError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    _main()
