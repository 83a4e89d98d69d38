"""A chat as one file: its tree, and with its state the segments of its KV cache. Written and read as a stream.

    16 bytes  "Rivulet chat 01\n"
    frames    4 bytes kind, 8 bytes length (little-endian), content, 16 bytes xxh3-128 of all of that

The kinds, in this order: CHAT, the chat as JSON (conversations/archive_json.py); with state RECS, exact tokens and nodes as JSON,
then SEGM, a segment's file, each perhaps followed by TAIL, the file of the state at its end; last END, which is empty. No zip
file: that has a directory at its end, which a pipe cannot be read by, and names, sizes and compression to distrust. Here
nothing is named, every length is bounded before anything is read, and a file that is cut lacks its END.
"""

import logging
import os
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from xxhash import xxh3_128

from desktop.chat.file_kinds import CHAT_MAGIC
from desktop.chat.titles import shown_title, title_from
from desktop.conversations.archive import ArchivedRecords, ArchivedTree, DamagedArchiveError
from desktop.conversations.archive_json import MOST_BYTES, archive_from_json, archive_to_json, records_from_json, records_to_json
from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.store import ConversationStore
from desktop.sessions.folder import BASE, STATE
from desktop.sessions.keys import ContextKey, NodeKey, node_key
from desktop.sessions.segment import DamagedSegmentError, make_private_folder, read_base_header
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.system.errors import RivuletError
from desktop.system.files import private_opener
from desktop.system.threads import in_thread
from desktop.system.words import said_by, say

log = logging.getLogger(__name__)

MAGIC = CHAT_MAGIC
MOST_SEGMENT_BYTES = 1 << 30
MOST_FRAMES = 100_000
PIECE = 1 << 20  # bytes read at once
FLUSH_SECONDS = 60.0
_HEAD = struct.Struct("<4sQ")
_CHECKSUM_BYTES = 16
_CUT = say("it is cut short")


class _Kind(Enum):
    CHAT = b"CHAT"
    RECORDS = b"RECS"
    SEGMENT = b"SEGM"
    STATE = b"TAIL"
    END = b"END."


_FOLLOWERS = {
    None: {_Kind.CHAT},
    _Kind.CHAT: {_Kind.RECORDS, _Kind.END},
    _Kind.RECORDS: {_Kind.SEGMENT, _Kind.END},
    _Kind.SEGMENT: {_Kind.SEGMENT, _Kind.STATE, _Kind.END},
    _Kind.STATE: {_Kind.SEGMENT, _Kind.END},
}
_LIMITS = {_Kind.CHAT: MOST_BYTES, _Kind.RECORDS: MOST_BYTES, _Kind.END: 0}


class ArchiveFileError(RivuletError):
    """The file could not be written, or not be read."""

    def __init__(self, what: str, error: OSError) -> None:
        reason = error.strerror or said_by(error)
        if what == "written":
            told = say("The file could not be written ({reason}). The chats are as they were; choose another place.", reason=reason)
        else:
            told = say("The file could not be read ({reason}). The chats are as they were; choose another file.", reason=reason)
        super().__init__(told)


@dataclass(slots=True)
class _Unpacked:
    """What an archive held, all of it checked against its checksums."""

    tree: ArchivedTree
    records: ArchivedRecords = field(default_factory=ArchivedRecords)
    files: list[Path] = field(default_factory=list)  # of segments, each perhaps followed by its state's


async def export_chat(
    store: ConversationStore, segments: SegmentStore, conversation_id: ConversationId, stream: BinaryIO, *, with_state: bool
) -> None:
    """Write a chat to a stream, with its saved states if wanted.

    Raises UnknownConversationError, TooLargeToExportError, ArchiveFileError.
    """
    tree, records = await store.archive.read_archive(conversation_id)

    def write() -> None:
        files = _segment_files(segments, records) if with_state else []
        try:
            _write(stream, tree, records if with_state else None, files)
        except OSError as error:
            raise ArchiveFileError("written", error) from error

    await in_thread("archive", write)


async def import_chat(store: ConversationStore, segments: SegmentStore, stream: BinaryIO, folder: Path, *, trusted: bool) -> Conversation:
    """Make a chat of an archive and return it; its states are taken in only if they are trusted, else ignored.

    What is taken in lies in the folder for a moment. The title is made fit to be shown. Raises DamagedArchiveError,
    ArchiveFileError and StorageError, with nothing imported.
    """
    with ExitStack() as stack:
        try:
            if trusted:
                make_private_folder(folder)
                spool = Path(stack.enter_context(TemporaryDirectory(prefix=".import-", dir=folder)))
            unpacked = await in_thread("archive", lambda: _read(stream, spool if trusted else None))
        except OSError as error:
            raise ArchiveFileError("read", error) from error
        imported = await store.archive.add_archive(with_shown_titles(unpacked.tree), unpacked.records.tokens)
        if unpacked.files:
            adopted = await in_thread("archive", lambda: _adopt(segments, unpacked.files))
            nodes = [node for node in unpacked.records.nodes if (node.context_key, node.end_key) in adopted]
            used = {node.context_key for node in nodes}
            await store.archive.add_nodes(imported, nodes, [context for context in unpacked.records.contexts if context.key in used])
        return imported.conversations[0]


def with_shown_titles(tree: ArchivedTree) -> ArchivedTree:
    """Return a tree whose titles, and whose folders' names, are fit to be shown."""
    shown = (replace(chat, title=shown_title(chat.title), folder=title_from(chat.folder or "") or None) for chat in tree.chats)
    return replace(tree, chats=tuple(shown))


def _segment_files(segments: SegmentStore, records: ArchivedRecords) -> list[Path]:
    """Return the files of all ways to the records' nodes, each once: a base, its state, then what follows them."""
    segments.flush(FLUSH_SECONDS)
    files: dict[Path, None] = {}
    for node in records.nodes:
        files.update(dict.fromkeys(segments.segment_files(ContextKey(node.context_key), NodeKey(node.end_key))))
    return list(files)


def _write(stream: BinaryIO, tree: ArchivedTree, records: ArchivedRecords | None, files: list[Path]) -> None:
    stream.write(MAGIC)
    _write_frame(stream, _Kind.CHAT, [content := archive_to_json(tree)], len(content))
    if records is not None:
        _write_frame(stream, _Kind.RECORDS, [content := records_to_json(records)], len(content))
        has_base = False
        for path in files:
            if path.suffix == BASE:
                has_base = _write_file(stream, _Kind.SEGMENT, path)
            elif has_base:
                _write_file(stream, _Kind.STATE, path)
    _write_frame(stream, _Kind.END, [], 0)
    stream.flush()


def _write_file(stream: BinaryIO, kind: _Kind, path: Path) -> bool:
    """Write a file as a frame; return whether it was still there."""
    try:
        file = path.open("rb")
    except FileNotFoundError:  # never written, or removed to make room
        return False
    with file:
        size = os.fstat(file.fileno()).st_size
        _write_frame(stream, kind, iter(lambda: file.read(PIECE), b""), size)
    return True


def _write_frame(stream: BinaryIO, kind: _Kind, pieces: Iterator[bytes] | list[bytes], size: int) -> None:
    head = _HEAD.pack(kind.value, size)
    digest = xxh3_128(head)
    stream.write(head)
    for piece in pieces:
        digest.update(piece)
        stream.write(piece)
        size -= len(piece)
    if size:
        raise OSError(say("a saved state changed its size while it was read"))
    stream.write(digest.digest())


def _read(stream: BinaryIO, spool: Path | None) -> _Unpacked:
    """Return what an archive holds once all of it was read; without a spool folder no state. Raises DamagedArchiveError."""
    if _take(stream, len(MAGIC)) != MAGIC:
        raise DamagedArchiveError(say("it is no exported chat, or one of a newer Rivulet"))
    unpacked: _Unpacked | None = None
    before: _Kind | None = None
    for _ in range(MOST_FRAMES):
        kind, size, digest = _read_head(stream, before)
        if kind in (_Kind.CHAT, _Kind.RECORDS):
            content = _checked(stream, digest, b"".join(_pieces(stream, size, digest)))
            if kind is _Kind.CHAT:
                unpacked = _Unpacked(archive_from_json(content))
            elif unpacked is not None and spool is not None:
                unpacked.records = records_from_json(content, len(unpacked.tree.messages))
        elif unpacked is not None and spool is not None and kind is not _Kind.END:
            _spool(stream, size, digest, spool, unpacked.files, kind)
        else:
            for _piece in _pieces(stream, size, digest):
                pass
            _checked(stream, digest)
        if kind is _Kind.END:
            break
        before = kind
    else:
        raise DamagedArchiveError(say("it has too many parts"))
    if stream.read(1) or unpacked is None:
        raise DamagedArchiveError(say("something follows its end"))
    return unpacked


def _read_head(stream: BinaryIO, before: _Kind | None) -> tuple[_Kind, int, xxh3_128]:
    head = _take(stream, _HEAD.size)
    name, size = _HEAD.unpack(head)
    try:
        kind = _Kind(name)
    except ValueError as error:
        raise DamagedArchiveError(say("it has a part that this Rivulet does not know")) from error
    if kind not in _FOLLOWERS[before]:
        raise DamagedArchiveError(say("its parts are not in order"))
    if size > _LIMITS.get(kind, MOST_SEGMENT_BYTES):
        raise DamagedArchiveError(say("one of its parts is too large"))
    return kind, size, xxh3_128(head)


def _spool(stream: BinaryIO, size: int, digest: xxh3_128, folder: Path, files: list[Path], kind: _Kind) -> None:
    """Keep a segment's file, or its state's, under a name of our own."""
    path = folder / f"{len(files)}{BASE if kind is _Kind.SEGMENT else STATE}"
    files.append(path)
    with open(path, "xb", opener=private_opener) as file:
        for piece in _pieces(stream, size, digest):
            file.write(piece)
    _checked(stream, digest)


def _pieces(stream: BinaryIO, size: int, digest: xxh3_128) -> Iterator[bytes]:
    while size:
        piece = stream.read(min(size, PIECE))
        if not piece:
            raise DamagedArchiveError(_CUT)
        digest.update(piece)
        size -= len(piece)
        yield piece


def _checked(stream: BinaryIO, digest: xxh3_128, content: bytes = b"") -> bytes:
    if _take(stream, _CHECKSUM_BYTES) != digest.digest():
        raise DamagedArchiveError(say("one of its parts does not have the checksum it was written with"))
    return content


def _take(stream: BinaryIO, size: int) -> bytes:
    return b"".join(_pieces(stream, size, xxh3_128()))


def _adopt(segments: SegmentStore, files: list[Path]) -> set[tuple[bytes, bytes]]:
    """Take segments in whose nodes follow from their ids, from the root on; return the (context, end) keys that are there now."""
    ways: dict[tuple[bytes, bytes], TokenIds] = {}  # to the nodes that are known, from the root
    base: tuple[ContextKey, TokenIds] | None = None  # to which a state belongs
    for path in files:
        try:
            if path.suffix == BASE:
                base = _adopt_base(segments, path, ways)
            elif base is not None:
                segments.adopt(path, *base)
        except (DamagedSegmentError, OSError) as error:
            log.info("a saved state was not taken in: %s", error)
            base = None
    return set(ways)


def _adopt_base(segments: SegmentStore, path: Path, ways: dict[tuple[bytes, bytes], TokenIds]) -> tuple[ContextKey, TokenIds] | None:
    header = read_base_header(path)
    root = node_key(header.context, token_ids())
    begun = token_ids() if header.start == root else ways.get((header.context, header.start))
    if begun is None or not header.ids:  # the way to it is not there, or it leads nowhere
        return None
    ids = begun + header.ids
    if not segments.adopt(path, header.context, ids):
        return None
    ways[header.context, header.end] = ids
    return header.context, ids
