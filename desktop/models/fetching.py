"""Fetching one file: from where it was left, again after what passes, until its SHA-256 is right."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from desktop.models.download import DownloadPhase
from desktop.models.download_errors import NoModelError, WrongContentError, WrongSizeError
from desktop.models.network import Answer, Network
from desktop.models.network_errors import BusyHostError, ConnectionLostError, NetworkError
from desktop.models.part_file import PartFile
from desktop.system.threads import in_thread
from desktop.system.words import Words, say, sentences

T = TypeVar("T")

PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)  # seconds before each new attempt
BLOCK = 1 << 18  # bytes that are written at once
BLOCK_SECONDS = 0.25  # after which fewer are
IS_PROGRESS = 1 << 20  # bytes, after which earlier attempts are forgotten
MAGIC = b"GGUF"

_ETAG = re.compile(r'"[!#-~]{1,200}"', re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is fetched."""

    url: str
    name: str  # in sentences
    size: int  # bytes
    digest: str  # SHA-256, hexadecimal


class Course(Protocol):
    """Who is told how a file goes."""

    def advance(self, length: int) -> None:
        """Take how many bytes of it there are."""
        ...

    def tell(self, phase: DownloadPhase, problem: Words | None = None) -> None:
        """Take where it stands."""
        ...


class Fetching:
    """The way of one file into its part. Cancelled, it keeps what has arrived."""

    def __init__(
        self,
        network: Network,
        wanted: Wanted,
        part: PartFile,
        etag: str,
        keep_etag: Callable[[str], None],
        course: Course,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """Take the etag that the bytes in the part are of, and what notes another one on the disk, before bytes of it are written."""
        self._network, self._wanted, self._part, self._course, self._pauses = network, wanted, part, course, pauses
        self._etag, self._keep_etag = etag, keep_etag

    async def run(self) -> None:
        """Fetch what is missing. Raises RivuletError, and OSError of the disk."""
        await self._hash_what_is_there()
        attempts = 0
        while self._part.length < self._wanted.size:
            before = self._part.length
            try:
                await self._attempt()
            except NetworkError as error:
                if self._part.length - before >= IS_PROGRESS:
                    attempts = 0
                if not error.is_passing or attempts == len(self._pauses):
                    raise
                pause = max(self._pauses[attempts], error.seconds if isinstance(error, BusyHostError) else 0)
                attempts += 1
                self._course.tell(DownloadPhase.WAITING, sentences(error.sentence))
                await asyncio.sleep(pause)
                self._course.tell(DownloadPhase.RUNNING)
        await _on_disk(self._part.sync)
        if self._part.digest != self._wanted.digest:
            await self._restart()
            raise WrongContentError(self._wanted.name)

    async def _hash_what_is_there(self) -> None:
        if self._part.hashed < self._part.length:
            self._course.tell(DownloadPhase.CHECKING)
            while await _on_disk(self._part.hash_more):
                pass
            self._course.tell(DownloadPhase.RUNNING)
        self._course.advance(self._part.length)

    async def _attempt(self) -> None:
        if not await self._receive():  # the server cannot go on from there
            await self._receive()

    async def _receive(self) -> bool:
        """Ask for what is missing and write it; return False where all must be asked for instead."""
        headers = {"accept-encoding": "identity"}
        if start := self._part.length:
            headers |= {"range": f"bytes={start}-", **({"if-range": self._etag} if self._etag else {})}
        async with self._network.get(self._wanted.url, headers) as answer:
            if answer.status not in (200, 206, 416) or (answer.status != 200 and not start):
                raise answer.refusal(self._wanted.name)
            self._require_file(answer)
            if answer.status == 200 and start:
                await self._start_over(answer)
            elif answer.status == 416 or (start and not self._goes_on(answer)):
                await self._start_over(answer)
                return False
            self._require_size(answer)
            if not self._part.length:
                self._etag = _strong(answer.headers.get("etag", ""))
                await _on_disk(partial(self._keep_etag, self._etag))
            await self._write_all(answer)
        if self._part.length < self._wanted.size:
            raise ConnectionLostError(answer.host)
        return True

    def _goes_on(self, answer: Answer) -> bool:
        """Return whether a partial answer continues what there is of the same file."""
        etag = _strong(answer.headers.get("etag", ""))
        told = answer.headers.get("content-range", "")
        awaited = f"bytes {self._part.length}-{self._wanted.size - 1}/{self._wanted.size}"
        return told == awaited and not (self._etag and etag and etag != self._etag) and not _is_packed(answer)

    async def _start_over(self, answer: Answer) -> None:
        etag = _strong(answer.headers.get("etag", ""))
        if self._etag and etag and etag != self._etag:
            why = say("{name} is another one on the server now, so it is fetched from its beginning.", name=self._wanted.name)
        else:
            why = say("The server cannot go on where it stopped, so {name} is fetched from its beginning.", name=self._wanted.name)
        await self._restart()
        self._course.tell(DownloadPhase.RUNNING, why)

    async def _restart(self) -> None:
        await _on_disk(self._part.restart)
        self._course.advance(0)

    def _require_file(self, answer: Answer) -> None:
        if answer.status != 416 and answer.headers.get("content-type", "").startswith("text/html"):
            raise NoModelError(self._wanted.name)

    def _require_size(self, answer: Answer) -> None:
        length = answer.headers.get("content-length", "")
        if length.isdecimal() and not _is_packed(answer) and self._part.length + int(length) != self._wanted.size:
            raise WrongSizeError(self._wanted.name)

    async def _write_all(self, answer: Answer) -> None:
        block, written_at = bytearray(), time.monotonic()
        try:
            async with aclosing(answer.chunks()) as chunks:
                async for chunk in chunks:
                    block += chunk
                    if len(block) >= BLOCK or time.monotonic() - written_at >= BLOCK_SECONDS:
                        ready, block = block, bytearray()
                        await self._write(ready)
                        written_at = time.monotonic()
        finally:
            await self._write(block)

    async def _write(self, block: bytearray) -> None:
        if not self._part.length and block[: len(MAGIC)] != MAGIC[: len(block)]:
            raise NoModelError(self._wanted.name)
        if self._part.length + len(block) > self._wanted.size:
            await self._restart()
            raise WrongSizeError(self._wanted.name)
        await _on_disk(partial(self._part.write, block))
        self._course.advance(self._part.length)


def _on_disk(call: Callable[[], T]) -> Awaitable[T]:
    return in_thread("download", call)


def _strong(etag: str) -> str:
    """Return what a server may be asked to compare; a weak one does not promise the same bytes, and a strange one is none."""
    return etag if _ETAG.fullmatch(etag) else ""


def _is_packed(answer: Answer) -> bool:
    return answer.headers.get("content-encoding", "identity").lower() != "identity"
