"""The tiny model that comes with Rivulet, so that the first window talks before any other model is here."""

import hashlib
import logging
import threading
from pathlib import Path

log = logging.getLogger(__name__)

NAME = "Guide"  # as its header says, and as chats remember what wrote them
LONGEST_REPLY = 300  # tokens, where nobody chose another limit; what it says of itself has a quarter of that, a quotation may have more


class Guide:
    """Its file, which lies among what comes with Rivulet. May be used from any thread."""

    def __init__(self, folder: Path) -> None:
        """Use a folder's guide.gguf, and guide.sha256, which says what that has to be."""
        self.path = folder / "guide.gguf"
        self._expected = folder / "guide.sha256"
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] = ()  # what changes when the file does, as it was looked at last
        self._digest = ""
        self._is_told = False

    def is_sound(self) -> bool:
        """Tell whether the file is there and the one that came with Rivulet, to the last byte; so it need not be tried first.

        Reads all of it the first time: not for the window's thread. Where it is not, the log says so once.
        """
        with self._lock:
            try:
                status = self.path.stat()
                if (seen := (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)) != self._seen:
                    with self.path.open("rb") as file:
                        self._digest = hashlib.file_digest(file, "sha256").hexdigest()
                    self._seen = seen
                if self._digest == self.digest():
                    return True
                self._tell("its file is another one than came with Rivulet")
            except (OSError, ValueError, IndexError) as error:
                self._tell(str(error))
            return False

    def digest(self) -> str:
        """Return the SHA-256 that the file has to have. Raises OSError, ValueError or IndexError where that is not said."""
        return self._expected.read_text("ascii").split()[0]

    def _tell(self, why: str) -> None:
        if not self._is_told:
            self._is_told = True
            log.warning("no guide: %s", why)
