"""Private files that are either the old ones or the new ones, never half of one."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

Bytes = bytes | bytearray | memoryview


def write_private(path: Path, *parts: Bytes, durable: bool = True) -> None:
    """Replace a file by the given parts; see replacing()."""
    with replacing(path, durable=durable) as file:
        for part in parts:
            file.write(part)


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """Give a file to write, readable by the person alone, that takes path's place in one step when the block ends.

    Until then the old file stays; a failure leaves it as it was. With durable=False a loss of power may leave either, or an
    empty file: enough for what is verified when it is read. May be used in any thread.

    Raises:
        OSError: the file cannot be written; nothing is left of the attempt.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")  # has mode 0600
    try:
        with open(descriptor, "wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    if durable:
        sync_folder(path.parent)


def private_opener(path: str, flags: int) -> int:
    """Open a file for open(..., opener=private_opener): what is created is readable by the person alone."""
    return os.open(path, flags, 0o600)


def set_aside(path: Path) -> Path:
    """Rename a damaged file so that a new one can take its place, and return its new path. Never overwrites one.

    Raises:
        OSError: the file cannot be renamed.
    """
    number = 1
    while (target := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return path.rename(target)


def sync_folder(folder: Path) -> None:
    """Force to the disk what was renamed in a folder. Raises OSError."""
    if sys.platform == "win32":  # has no way to open a folder, and needs none
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
