"""The log file: what went wrong and when. What is written in chats is not put there; the words of an unforeseen error may quote it."""

import logging
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import cast

from desktop.system.files import private_opener

FILE_NAME = "rivulet.log"
FILE_BYTES = 1_000_000
OLD_FILES = 3

_logger = logging.getLogger("desktop")


def open_log(folder: Path) -> Callable[[], None]:
    """Write Rivulet's log records, and other packages' warnings, to a rotating file; return what closes it.

    Args:
        folder: where the files are; it must exist.
    """
    root = logging.getLogger()
    handler = _PrivateRotatingFileHandler(
        folder / FILE_NAME, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", errors="backslashreplace"
    )  # a file's name may be no text
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    level = _logger.level
    root.addHandler(handler)
    _logger.setLevel(logging.INFO)

    def close() -> None:
        _logger.setLevel(level)
        root.removeHandler(handler)
        handler.close()

    return close


class _PrivateRotatingFileHandler(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        return cast(TextIOWrapper, open(self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=private_opener))
