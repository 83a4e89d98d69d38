"""Whether a model's file is the one with which chats were saved, to the last byte.

Saved states belong to a context key, which knows a model by its header, size and samples of its data. That tells all but the subtlest
change. So where a key is used with a file of another stamp, a copy perhaps, the SHA-256 decides, before anything saved is read.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from desktop.chat.digest_reading import read_digests
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import NoticeRaised
from desktop.models.digests import ChangedError
from desktop.models.finding import stamp_of
from desktop.models.gguf import ModelFile
from desktop.models.model_index import LoadedFile, ModelIndex, Record, Stamps
from desktop.sessions.keys import ContextKey
from desktop.sessions.store import SegmentStore
from desktop.system.threads import in_thread
from desktop.system.words import say

log = logging.getLogger(__name__)


class FileCheck:
    """Compare each loaded file with the one that its context key was used with before. For the event loop's thread."""

    def __init__(
        self, index: ModelIndex, segments: SegmentStore, events: EventBuffer, want: Callable[[Stamps, tuple[Path, ...]], None]
    ) -> None:
        """Remember files in an index; want has the digest of a loaded file computed in the background."""
        self._index, self._segments, self._events, self._want = index, segments, events, want

    async def check(self, file: ModelFile, context: ContextKey) -> None:
        """Set what is saved under a context key aside, and say so, where a file that was loaded is another one than it was saved with.

        Takes a moment for a copy, whose SHA-256 is computed if it is not known. To be called after loading, before a chat is read.
        """
        try:
            stamps = await in_thread("library", lambda: tuple(stamp_of(part) for part in file.parts))
            self._index.keep(Record(file.path, stamps, file.header, file.identity))
            before, now = self._index.loaded(context), self._index.record(stamps)
            digests = now.digests if now is not None else ()
            if before is not None and before.stamps != stamps and before.digests:
                digests = digests or await read_digests(file.parts)
                self._index.set_digests(stamps, digests)
                if digests != before.digests:
                    await self._set_aside(file, context)
        except (OSError, ChangedError) as error:
            log.warning("file not compared: %s", type(error).__name__)
            return
        self._index.set_loaded(context, LoadedFile(stamps, digests))
        await in_thread("library", self._index.save)
        if not digests:
            self._want(stamps, file.parts)

    async def _set_aside(self, file: ModelFile, context: ContextKey) -> None:
        await in_thread("library", lambda: self._segments.reject_all(context, "the model's file is another one"))
        told = say(
            "The file of {name} is another one than before, so your chats with it are read again. Your messages are kept.", name=file.name
        )
        self._events.put(NoticeRaised(told))
