"""A model that ended the last process while it was being loaded is not loaded by itself again."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from desktop.system.files import write_private
from desktop.system.threads import in_thread

log = logging.getLogger(__name__)


class LoadGuard:
    """Which model is being loaded, in a file that is there only meanwhile."""

    def __init__(self, file: Path | None) -> None:
        """Look for what an earlier process left in the file; None: nothing is written."""
        self._file = file
        self._left = _read(file) if file is not None else None

    def ended_with(self, path: Path) -> bool:
        """Tell whether an earlier process ended while it was loading a model."""
        return self._left == str(path)

    @asynccontextmanager
    async def loading(self, path: Path) -> AsyncIterator[None]:
        """Have the file on the disk while a model is being loaded, whatever becomes of that if the process goes on."""
        if self._file is None:
            yield
            return
        try:
            try:
                await in_thread("load-guard", partial(write_private, self._file, json.dumps({"loading": str(path)}).encode()))
            except OSError as error:  # a full disk is no reason to load nothing
                log.warning("not noted what is being loaded: %s", error)
            yield
        finally:
            self._left = None
            with suppress(OSError):
                self._file.unlink(missing_ok=True)


def _read(file: Path) -> str | None:
    try:
        noted = json.loads(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("what was being loaded cannot be read: %s", error)
        return None
    return noted["loading"] if isinstance(noted, dict) and isinstance(noted.get("loading"), str) else None
