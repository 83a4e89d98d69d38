"""Model files that were never seen are tried by a process that may die of it, once for each."""

import json
import logging
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path

from desktop.chat.errors import ModelCrashError, ModelHangError, TemplateFaultError, TemplateLimitFaultError
from desktop.inference.errors import ModelLoadError, UnsupportedModelError
from desktop.inference.examination import KNOWN_TO_SHARE, MODULE, Fault, Findings, findings_of, library_version, seconds_for
from desktop.models.gguf import ModelFile
from desktop.system.errors import RivuletError
from desktop.system.files import write_private
from desktop.system.threads import in_thread
from desktop.system.throwaway import Throwaway

log = logging.getLogger(__name__)

MOST_REMEMBERED = 1000  # files; the last ones
PASSING = (Fault.HANG, Fault.REFUSED)  # another day it may not be so: the machine has less to do, or the drive is there again


class Examining:
    """Ask once for each model file, and remember the answer until llama.cpp is another. For the event loop's thread."""

    def __init__(self, memory: Path | None) -> None:
        """Remember answers in a file; None: only as long as this object lives. A damaged file is asked anew."""
        self._file = memory
        self._version = library_version()
        self._found: dict[str, Findings] = {}
        if memory is not None:
            with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
                stored = json.loads(memory.read_bytes())
                if stored["version"] == self._version:
                    self._found = {key: _findings(value) for key, value in stored["files"].items()}

    def is_known(self, file: ModelFile) -> bool:
        """Tell whether a file was tried before."""
        return file.identity.hex() in self._found

    def is_sound(self, identity: bytes) -> bool:
        """Tell whether a file of an identity was tried and nothing was found."""
        found = self._found.get(identity.hex())
        return found is not None and found.fault is None

    async def examine(self, file: ModelFile) -> bool:
        """Return whether a file's memory can share ranges of a sequence, where it can be loaded at all.

        Takes as long as reading the weights for a file never seen before; cancelled, it ends at once. Raises RivuletError with
        what is wrong with it.
        """
        key = file.identity.hex()
        if (found := self._found.get(key)) is None:
            found = await self._ask(file) or Findings(None)
        if found.fault is not None:
            raise _error(file.path.name, found)
        return found.shares_ranges if found.shares_ranges is not None else file.architecture in KNOWN_TO_SHARE

    async def _ask(self, file: ModelFile) -> Findings | None:
        """Return what a process found; None: nothing, for a reason that is not the file's."""
        process = Throwaway(MODULE, str(file.path), str(file.size))
        try:
            ended = await process.ended("examining", seconds_for(file.size))
        except OSError as error:
            log.warning("no process to try %s: %s", file.path.name, error)
            return None
        found = findings_of(ended.output, ended.code)
        level = logging.WARNING if found is None else logging.INFO
        log.log(level, "tried %s: %s, exit code %s; %s", file.path.name, found, ended.code, ended.errors.strip().rpartition("\n")[2])
        if found is not None and found.fault not in PASSING:
            await in_thread("examining", partial(self._remember, file.identity.hex(), found))
        return found

    def _remember(self, key: str, found: Findings) -> None:
        self._found[key] = found
        kept = dict([*self._found.items()][-MOST_REMEMBERED:])
        if self._file is not None:
            stored = {"version": self._version, "files": {key: asdict(found) for key, found in kept.items()}}
            with suppress(OSError):
                write_private(self._file, json.dumps(stored).encode())


def _findings(stored: dict[str, object]) -> Findings:
    fault, detail, shares = stored["fault"], stored["detail"], stored["shares_ranges"]
    if not isinstance(fault, str | None) or not isinstance(detail, str) or not isinstance(shares, bool | None):
        raise TypeError
    return Findings(Fault(fault) if fault is not None else None, detail, shares)


def _error(name: str, found: Findings) -> RivuletError:
    match found.fault:
        case Fault.REFUSED:
            return ModelLoadError(name, found.detail)
        case Fault.UNSUPPORTED:
            return UnsupportedModelError(name)
        case Fault.TEMPLATE:
            return TemplateFaultError(name, found.detail)
        case Fault.TEMPLATE_LIMIT:
            return TemplateLimitFaultError(name)
        case Fault.HANG:
            return ModelHangError(name)
    return ModelCrashError(name)
