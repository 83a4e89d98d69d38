"""The file that tells how a run ended: it is made at the start, and is gone after an orderly end of a run without defects.

What people and models write never goes into it. So of an error it has the class and where it was raised, never its message, which may
quote a chat; nor values of variables. Of what llama.cpp says when it ends the process, names of files are left out.
"""

import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from desktop.system.files import private_opener

FILE_NAME = "crash.log"
DEFECT = "Unexpected error in "  # how a defect begins, in a line of its own
ABORT = "llama.cpp ended the process: "

_MOST_DEFECTS = 20  # that one run writes down; one in what is drawn comes with every frame
_MOST_FRAMES = 60
_MOST_ERRORS = 10  # of which one was raised while another was handled
_LONGEST = 400  # characters of what llama.cpp says
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_ABORT = re.compile(r"(?P<place>.*?:\d+: )(?P<text>.*)", re.DOTALL)  # in llama.cpp's source, and what it says there
_CONDITION = "GGML_ASSERT("  # which stands in the source as it is; in any other text there may be names of files
_NAME = re.compile(r"[\\/\"'`].*", re.DOTALL)


class CrashFile:
    """The file of this run, open until close(), so that a crash can write to it. Its methods may be called in any thread.

    Args:
        logs: the folder it lies in, which must exist; what another run left there is removed.
        facts: what is told of this run, by name.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, logs: Path, facts: Mapping[str, str]) -> None:
        self._path = logs / FILE_NAME
        self._path.unlink(missing_ok=True)  # nothing is written through a link
        self._file = open(self._path, "xb", buffering=0, opener=private_opener)  # noqa: SIM115  a crash finds no time to open it
        self._lock = threading.Lock()
        self._defects = 0
        with suppress(OSError):  # a full disk; there may be room once it is needed
            self._write(json.dumps(dict(facts)))

    def fileno(self) -> int:
        """Return the descriptor, to which a dying process writes."""
        return self._file.fileno()

    def add_defect(self, where: str, error: BaseException | None) -> None:
        """Write down an error that nobody caught, without its message; where: in this program's own words."""
        with self._lock:
            self._defects += 1
            if self._defects <= _MOST_DEFECTS:
                self._write("\n".join([f"{DEFECT}{where}", *_without_words(error)]))

    def add_abort(self, message: str) -> None:
        """Write down which of llama.cpp's conditions did not hold; its process ends after that."""
        self._write(ABORT + " ".join(_UNPRINTABLE.sub(" ", _without_names(message))[:_LONGEST].split()))

    def close(self) -> None:
        """Let go of the file, which stays."""
        self._file.close()

    def end(self) -> None:
        """Close it after an orderly end, and remove it unless there was a defect."""
        self.close()
        if not self._defects:
            self._path.unlink(missing_ok=True)

    def _write(self, text: str) -> None:
        if not self._file.closed:
            os.write(self._file.fileno(), f"{text}\n".encode(errors="replace"))


def _without_names(message: str) -> str:
    """Return what llama.cpp says up to the first name of a file, or anything quoted."""
    place, text = found.groups() if (found := _ABORT.fullmatch(message)) is not None else ("", message)
    return place + (text if text.startswith(_CONDITION) else _NAME.sub("...", text))


def _without_words(error: BaseException | None) -> Iterator[str]:
    """Give an error's class and stack, and those of what it came from; the one that came last first."""
    known = 0
    while error is not None and known < _MOST_ERRORS:
        known += 1
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        yield from _frames(error.__traceback__)
        if isinstance(error, BaseExceptionGroup):
            yield f"  with {', '.join(sorted({type(one).__qualname__ for one in error.exceptions}))}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if error is not None and known < _MOST_ERRORS:
            yield "which came from"


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    count = 0
    while traceback is not None:
        count += 1
        if count <= _MOST_FRAMES:
            code = traceback.tb_frame.f_code
            yield f'  File "{code.co_filename}", line {traceback.tb_lineno} in {code.co_qualname}'
        traceback = traceback.tb_next
    if count > _MOST_FRAMES:
        yield f"  and {count - _MOST_FRAMES} more"
