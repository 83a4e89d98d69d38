"""Taking chats along: to files that people or other programs read, and from files of this program and of ChatGPT."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from desktop.chat.archive import MAGIC, ArchiveFileError, with_shown_titles
from desktop.chat.course import Course
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ConversationsAdded, FoldersChanged
from desktop.chat.imported import STOPPED, Imported
from desktop.chat.markdown import chat_to_markdown
from desktop.conversations.archive import ArchivedTree, ChangedWhileExportedError, DamagedArchiveError, TooLargeToExportError
from desktop.conversations.archive_json import (
    MOST_DEPTH,
    MOST_TEXT,
    Unreadable,
    begin_json,
    chat_to_json,
    end_json,
    message_to_json,
    tree_to_json,
    trees,
)
from desktop.conversations.chatgpt import conversations
from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.store import ConversationStore
from desktop.system.fields import Fields
from desktop.system.files import replacing
from desktop.system.json_list import BrokenListError, Readable, objects
from desktop.system.threads import in_thread
from desktop.system.words import said_by, say

T = TypeVar("T")

THREAD = "archive"
MOST_FILE_BYTES = 2 << 30
MOST_OBJECT_BYTES = 64 << 20  # parsing one takes at most a second, in which no other thread goes on
SLICE_MESSAGES = 500  # that are read or stored at once
SLICE_BYTES = 4 << 20  # of a file, after which what was read of it is stored
MOST_SKIPPED = 100  # of which it is said why
_ZIP = b"PK"


class ImportFramed(Protocol):
    """Makes a chat of a file that may have saved states."""

    def __call__(self, stream: BinaryIO, *, trusted: bool) -> Awaitable[Conversation]:
        """Return the chat; its states are taken in only if they are trusted."""
        ...


class Archives:
    """Write chats to files and make chats of files. For the event loop's thread."""

    def __init__(self, store: ConversationStore, import_framed: ImportFramed, events: EventBuffer) -> None:
        """Use the store; import_framed makes a chat of a file that may have saved states."""
        self._store, self._import_framed, self._events = store, import_framed, events

    async def export_json(self, path: Path, course: Course, chat_id: ConversationId | None = None) -> int:
        """Write a chat, or all with what was not sent, as JSON that can be imported; return how many chats were written.

        Of all, those that are too large to be imported again are left out, which the course tells. Raises TooLargeToExportError.
        """
        return await self._export(path, course, lambda ask, stream: self._write_json(ask, stream, course, chat_id))

    async def export_markdown(
        self, path: Path, course: Course, chat_id: ConversationId | None = None, *, with_thoughts: bool = False
    ) -> int:
        """Write a chat, or all that are not in the trash, as Markdown; return how many chats were written."""
        return await self._export(
            path, course, lambda ask, stream: _write(self._markdown(ask, course, chat_id, with_thoughts=with_thoughts), stream, course)
        )

    async def import_file(self, path: Path, course: Course, *, trusted: bool = False) -> Imported:
        """Make chats of a file: each chat as a whole or not at all. What was imported before the person stops it stays.

        trusted: saved states that come with a chat are taken in.

        Raises DamagedArchiveError and ArchiveFileError, with nothing imported, and StorageError.
        """
        try:
            beginning = await in_thread(THREAD, lambda: _beginning(path))
            if beginning == MAGIC:
                with path.open("rb") as stream:
                    chat = await self._import_framed(stream, trusted=trusted)
                return Imported(1, first=chat)
            return await self._in_thread(course, lambda ask: self._read(ask, path, course))
        except OSError as error:
            raise ArchiveFileError("read", error) from error

    async def _export(self, path: Path, course: Course, write: "Callable[[_Ask, BinaryIO], None]") -> int:
        def write_file(ask: _Ask) -> None:
            with replacing(path) as stream:
                write(ask, stream)

        try:
            await self._in_thread(course, write_file)
        except OSError as error:
            raise ArchiveFileError("written", error) from error
        except UnknownConversationError as error:
            raise ChangedWhileExportedError from error
        return course.done

    async def _in_thread(self, course: Course, call: "Callable[[_Ask], T]") -> T:
        """Run a call in a thread from which it may ask the store; cancelled, it ends the call first."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()

        def ask(coroutine: Coroutine[Any, Any, T]) -> T:
            if task is not None and task.cancelling():
                course.stop()
            return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

        return await in_thread(THREAD, lambda: call(ask))

    def _write_json(self, ask: "_Ask", stream: BinaryIO, course: Course, chat_id: ConversationId | None) -> None:
        families = [(chat_id,)] if chat_id is not None else ask(self._store.archive.families())
        course.total = sum(map(len, families))
        stream.write(begin_json())
        for family in families:
            begin = stream.tell()
            try:
                _write(self._tree(ask, family, is_alone=chat_id is not None), stream, course)
                course.done += len(family)
            except TooLargeToExportError:
                if chat_id is not None:
                    raise
                _cut(stream, begin)
                self._write_apart(ask, stream, course, family)
        stream.write(end_json())

    def _write_apart(self, ask: "_Ask", stream: BinaryIO, course: Course, family: Sequence[ConversationId]) -> None:
        """Write each chat of a family that is too large as a whole, as far as it is not too large itself."""
        for chat_id in family:
            begin = stream.tell()
            try:
                _write(self._tree(ask, (chat_id,), is_alone=False), stream, course)
                course.done += 1
            except TooLargeToExportError:
                _cut(stream, begin)
                course.left_out.append(ask(self._store.conversation(chat_id)).title)

    def _tree(self, ask: "_Ask", chat_ids: Sequence[ConversationId], *, is_alone: bool) -> Iterator[bytes]:
        """Yield a tree piece by piece, none of which an import refuses. Raises TooLargeToExportError, perhaps after some."""
        outline = ask(self._store.archive.read_outline(chat_ids, is_alone=is_alone))
        count, size = len(outline.message_ids), 0
        yield tree_to_json(count, len(chat_ids), outline.has)
        slices = (
            ask(self._store.archive.read_messages(outline, begin, begin + SLICE_MESSAGES)) for begin in range(0, count, SLICE_MESSAGES)
        )
        for piece in chain(map(message_to_json, chain.from_iterable(slices)), map(chat_to_json, outline.chats)):
            size += len(piece)
            if size > MOST_TEXT or len(piece) > MOST_OBJECT_BYTES:
                raise TooLargeToExportError
            yield piece

    def _markdown(self, ask: "_Ask", course: Course, chat_id: ConversationId | None, *, with_thoughts: bool) -> Iterator[bytes]:
        chat_ids = [chat_id] if chat_id is not None else [chat.id for chat in ask(self._store.conversations())]
        course.total = len(chat_ids)
        for one in chat_ids:
            chat, path, versions = ask(self._store.conversation(one)), ask(self._store.path(one)), ask(self._store.versions(one))
            for text in chat_to_markdown(chat, path, versions, with_thoughts=with_thoughts):
                yield text.encode("utf-8", "replace")
            course.done += 1

    def _read(self, ask: "_Ask", path: Path, course: Course) -> Imported:
        imported = Imported()
        waiting: list[ArchivedTree] = []
        with path.open("rb") as file:
            course.total = os.fstat(file.fileno()).st_size
            stored_at = 0
            with closing(_found(_Watched(file, course))) as found:
                try:
                    for one in found:
                        _take(imported, waiting, one)
                        if file.tell() - stored_at > SLICE_BYTES or sum(len(it.messages) + 1 for it in waiting) > SLICE_MESSAGES:
                            stored_at = file.tell()
                            self._store_all(ask, imported, waiting)
                        if course.is_stopped:
                            imported.ended = STOPPED
                            break
                except ValueError as error:
                    imported.ended = STOPPED if course.is_stopped else said_by(error)
            self._store_all(ask, imported, waiting)
        if imported.ended and not imported.chats and not course.is_stopped:
            raise DamagedArchiveError(imported.ended)
        return imported

    def _store_all(self, ask: "_Ask", imported: Imported, waiting: list[ArchivedTree]) -> None:
        if not waiting:
            return
        added = [chat for tree in ask(self._store.archive.add_trees(waiting)) for chat in tree.conversations]
        listed = tuple(chat for chat in added if chat.trashed_at is None)
        imported.chats += len(added)
        imported.trashed += len(added) - len(listed)
        if any(chat.folder_id is not None for chat in added):
            self._events.put(FoldersChanged(tuple(ask(self._store.order.folders()))))
        if listed:
            imported.first = imported.first or listed[0]
            self._events.put(ConversationsAdded(listed))
        waiting.clear()


class _Watched:
    """A file that is read to its end, or no further once the person stops that."""

    def __init__(self, file: BinaryIO, course: Course) -> None:
        self._file, self._course = file, course

    def read(self, size: int) -> bytes:
        piece = b"" if self._course.is_stopped else self._file.read(size)
        self._course.done += len(piece)
        return piece


def _write(pieces: Iterator[bytes], stream: BinaryIO, course: Course) -> None:
    for piece in pieces:
        course.check()
        stream.write(piece)


def _cut(stream: BinaryIO, length: int) -> None:
    stream.seek(length)
    stream.truncate()


def _beginning(path: Path) -> bytes:
    """Return what a file begins with. Raises DamagedArchiveError for what is no file of chats at all."""
    if path.exists() and not path.is_file():  # a pipe, say, which whoever opens it waits for
        raise OSError(say("it is no file"))
    if path.stat().st_size > MOST_FILE_BYTES:
        raise DamagedArchiveError(say("it is larger than {size} GiB", size=MOST_FILE_BYTES >> 30))
    with path.open("rb") as file:
        beginning = file.read(len(MAGIC))
    if beginning.startswith(_ZIP):
        raise DamagedArchiveError(say("it is a zip file; unpack it first and choose the conversations.json in it"))
    return beginning


def _found(stream: Readable) -> Generator[ArchivedTree | Unreadable, None, None]:
    """Yield what is found in a JSON file, of whichever program it is. Raises ValueError."""
    items = objects(stream, MOST_OBJECT_BYTES, MOST_DEPTH)
    first = next(items, None)
    if first is None:
        raise BrokenListError(say("it is empty"))
    is_own = first.content is not None and Fields.parse(first.content, say("entry {number}", number=1)).optional("kind", str) is not None
    yield from (trees if is_own else conversations)(chain([first], items))


def _take(imported: Imported, waiting: list[ArchivedTree], one: ArchivedTree | Unreadable) -> None:
    if isinstance(one, ArchivedTree):
        waiting.append(with_shown_titles(one))
        return
    imported.skipped += 1
    if len(imported.reasons) < MOST_SKIPPED:
        imported.reasons.append(one)


_Ask = Callable[[Coroutine[Any, Any, Any]], Any]  # what a coroutine on the event loop returns
