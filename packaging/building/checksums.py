"""The SHA-256 of each package, in the form that `sha256sum --check` reads."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def write_checksums(packages: Iterable[Path], target: Path) -> Path:
    """Write SHA256SUMS for files that lie beside it, sorted by name."""
    lines = [f"{_sha256(path)}  {path.name}\n" for path in sorted(packages, key=lambda path: path.name)]
    target.write_text("".join(lines), "utf-8", newline="\n")  # on Windows, too
    return target


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
