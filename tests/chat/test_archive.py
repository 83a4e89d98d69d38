"""One file a chat: what is hostile, cut or flipped imports nothing; states are taken only where they are trusted."""

import asyncio
import io
import random
import struct
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from xxhash import xxh3_128_digest

from desktop.chat.archive import MAGIC, ArchiveFileError, export_chat, import_chat
from desktop.chat.titles import LONGEST_TITLE
from desktop.conversations.archive import DamagedArchiveError
from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.message import Conversation, ConversationId, Status
from desktop.conversations.store import ConversationStore
from desktop.sessions.keys import ContextKey, NodeKey
from desktop.sessions.store import SegmentStore
from tests.sessions.segments import CONTEXT, OTHER_CONTEXT, cut_path, make_segment

PATH = list(range(100, 190))
CUTS = [30, 60]


class Place:
    """A data directory's stores."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.faults: list[object] = []
        self.folder = folder
        self.store = ConversationStore.open(folder / "conversations.sqlite3", self.faults.append)
        self.segments = SegmentStore(folder / "sessions", self.faults.append)
        (folder / "sessions").mkdir(exist_ok=True)

    async def chat(self, title: str = "Tides", *, has_states: bool = True, context: ContextKey = CONTEXT) -> Conversation:
        """Return a chat of one turn whose path is saved in three segments, the last two with states."""
        chat = await self.store.create(title, date(2025, 3, 1), "Be brief.")
        await self.store.add_user_message(chat.id, "Why are there tides?")
        reply = await self.store.begin_reply(chat.id, "tiny", 7)
        self.store.finish_reply(reply.id, "The moon.", Status.COMPLETE, None, "v", PATH[60:])
        if has_states:
            segments = cut_path(PATH, CUTS, context=context, state_bytes=64)
            for segment in segments:
                assert self.segments.save(segment)
            self.store.save_node(reply.id, context, segments[-1].end)
        assert self.segments.flush(10)
        return await self.store.conversation(chat.id)

    async def exported(self, chat: ConversationId, *, with_state: bool = True) -> bytes:
        stream = io.BytesIO()
        await export_chat(self.store, self.segments, chat, stream, with_state=with_state)
        return stream.getvalue()

    async def imported(self, content: bytes, *, trusted: bool = True) -> Conversation:
        return await import_chat(self.store, self.segments, io.BytesIO(content), self.folder / "sessions", trusted=trusted)

    def is_empty(self) -> bool:
        """Tell whether nothing was imported, and nothing of the attempt is left."""
        return not list((self.folder / "sessions").rglob("*"))

    async def saved(self, chat: Conversation) -> list[tuple[bytes, bytes]]:
        """Return the context and end keys that a chat's messages own."""
        return [(node.context_key, node.end_key) for node in await self.store.nodes([m.id for m in await self.store.path(chat.id)])]

    def close(self) -> None:
        assert self.segments.close(10)
        assert self.store.close(10)
        assert not self.faults


Scenario = Callable[[Place, Place], Coroutine[Any, Any, None]]


@pytest.fixture
def between(tmp_path: Path) -> Callable[[Scenario], None]:
    """Run a scenario on two data directories."""

    def run(scenario: Scenario) -> None:
        places = Place(tmp_path / "here"), Place(tmp_path / "there")
        try:
            asyncio.run(scenario(*places))
        finally:
            for place in places:
                place.close()

    return run


def frame(kind: bytes, content: bytes, size: int | None = None) -> bytes:
    body = struct.pack("<4sQ", kind, len(content) if size is None else size) + content
    return body + xxh3_128_digest(body)


def frames(content: bytes) -> list[tuple[bytes, bytes]]:
    """Return the kinds and contents of an archive's frames."""
    found, at = [], len(MAGIC)
    while at < len(content):
        kind, size = struct.unpack_from("<4sQ", content, at)
        found.append((kind, content[at + 12 : at + 12 + size]))
        at += 12 + size + 16
    return found


def joined(parts: list[tuple[bytes, bytes]]) -> bytes:
    return MAGIC + b"".join(frame(kind, content) for kind, content in parts)


def test_a_chat_with_its_states_comes_back(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        chat = await here.chat()
        content = await here.exported(chat.id)
        assert [kind for kind, _ in frames(content)] == [b"CHAT", b"RECS", *[b"SEGM", b"TAIL"] * 3, b"END."]
        imported = await there.imported(content)
        assert (imported.title, imported.system_prompt, imported.began_on) == (chat.title, chat.system_prompt, chat.began_on)
        assert [m.text for m in await there.store.path(imported.id)] == ["Why are there tides?", "The moon."]
        assert await there.saved(imported) == await here.saved(chat)
        assert await there.exported(imported.id) == content, "what is imported can be exported again, byte for byte"

    between(scenario)


def test_states_that_are_not_trusted_are_ignored(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        imported = await there.imported(await here.exported((await here.chat()).id), trusted=False)
        path = await there.store.path(imported.id)
        assert [message.text for message in path] == ["Why are there tides?", "The moon."]
        assert await there.saved(imported) == []
        assert await there.store.reply_tokens([path[-1].id], "v") == {}, "ids may say something else than the text"
        assert await there.store.kv_contexts() == []
        assert there.is_empty()

    between(scenario)


def test_without_state_the_file_has_none(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        content = await here.exported((await here.chat()).id, with_state=False)
        assert [kind for kind, _ in frames(content)] == [b"CHAT", b"END."]
        assert await there.saved(await there.imported(content)) == []

    between(scenario)


def test_it_can_be_read_from_what_cannot_go_back(between: Callable[[Scenario], None], tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        """Gives a few bytes at a time and has no places."""

        def __init__(self, content: bytes) -> None:
            self._inner = io.BytesIO(content)

        def read(self, size: int = -1) -> bytes:
            return self._inner.read(min(size, 1000))

    async def scenario(here: Place, there: Place) -> None:
        content = await here.exported((await here.chat()).id)
        imported = await import_chat(there.store, there.segments, Pipe(content), there.folder / "sessions", trusted=True)  # type: ignore[arg-type]
        assert len(await there.saved(imported)) == 1

    between(scenario)


def test_a_file_that_is_cut_anywhere_imports_nothing(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        content = await here.exported((await here.chat()).id)
        draw = random.Random(1)
        for length in [0, 1, len(MAGIC), len(content) - 1, *(draw.randrange(len(content)) for _ in range(60))]:
            with pytest.raises(DamagedArchiveError):
                await there.imported(content[:length])
        assert await there.store.conversations() == []
        assert there.is_empty()

    between(scenario)


def test_a_flipped_bit_anywhere_imports_nothing(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        content = await here.exported((await here.chat()).id)
        draw = random.Random(2)
        for _ in range(120):
            flipped = bytearray(content)
            flipped[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
            with pytest.raises(DamagedArchiveError, match=r"Nothing was imported\.$"):
                await there.imported(bytes(flipped), trusted=draw.random() < 0.5)
        assert await there.store.conversations() == []
        assert there.is_empty()

    between(scenario)


CHAT_FRAME = (
    b"CHAT",
    b'{"version": 1, "title": "t", "system_prompt": "", "began_on": "2025-03-01", "created_at": "2025-03-01T00:00:00Z",'
    b'"updated_at": "2025-03-01T00:00:00Z", "thinking": null, "keeps_reasoning": false, "is_plain": false, "head": null, "messages": []}',
)
RECORDS_FRAME = (b"RECS", b'{"version": 1, "tokens": [], "nodes": [], "contexts": []}')
END_FRAME = (b"END.", b"")


def test_the_frames_made_here_are_good_ones(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        assert (await there.imported(joined([CHAT_FRAME, RECORDS_FRAME, END_FRAME]))).title == "t"

    between(scenario)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" * 100,
        MAGIC,
        MAGIC.replace(b"01", b"02") + frame(*CHAT_FRAME) + frame(*END_FRAME),
        joined([END_FRAME]),
        joined([CHAT_FRAME, CHAT_FRAME, END_FRAME]),
        joined([RECORDS_FRAME, CHAT_FRAME, END_FRAME]),
        joined([CHAT_FRAME, (b"SEGM", b"x"), END_FRAME]),
        joined([CHAT_FRAME, RECORDS_FRAME, (b"TAIL", b"x"), END_FRAME]),
        joined([CHAT_FRAME, RECORDS_FRAME, (b"SEGM", b"x"), (b"TAIL", b"x"), (b"TAIL", b"x"), END_FRAME]),
        joined([CHAT_FRAME, RECORDS_FRAME, (b"../x", b"x"), END_FRAME]),
        joined([CHAT_FRAME, END_FRAME, END_FRAME]),
        joined([CHAT_FRAME, END_FRAME]) + b"\n",
        joined([CHAT_FRAME, (b"END.", b"x")]),
        joined([(b"CHAT", b"{}"), END_FRAME]),
        joined([CHAT_FRAME, (b"RECS", b"{}"), END_FRAME]),
        MAGIC + frame(b"CHAT", b"{}", size=1 << 63),
        MAGIC + frame(b"CHAT", b"{}", size=(128 << 20) + 1),
        MAGIC + frame(*CHAT_FRAME) + frame(*RECORDS_FRAME) + frame(b"SEGM", b"x", size=(1 << 30) + 1),
    ],
)
def test_hostile_files_import_nothing(between: Callable[[Scenario], None], content: bytes) -> None:
    async def scenario(here: Place, there: Place) -> None:
        with pytest.raises(DamagedArchiveError, match=r"Nothing was imported\.$"):
            await there.imported(content)
        assert await there.store.conversations() == []
        assert there.is_empty()

    between(scenario)


def test_a_promised_length_takes_no_memory_before_it_comes(between: Callable[[Scenario], None]) -> None:
    class Watched(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1) -> bytes:
            self.largest = max(self.largest, size or 0)
            return super().read(size)

    async def scenario(here: Place, there: Place) -> None:
        stream = Watched(MAGIC + frame(b"CHAT", b"{}", size=100 << 20))
        with pytest.raises(DamagedArchiveError):
            await import_chat(there.store, there.segments, stream, there.folder / "sessions", trusted=True)
        assert 0 < stream.largest <= 1 << 20

    between(scenario)


def altered(content: bytes, alter: Callable[[int, bytes, bytes], bytes]) -> bytes:
    """Return an archive in whose frames alter(number, kind, content) changed the contents; their checksums are right."""
    return joined([(kind, alter(number, kind, part)) for number, (kind, part) in enumerate(frames(content))])


def segment_file(place: Place, index: int) -> bytes:
    return sorted((place.folder / "sessions").rglob("*.kv"))[index].read_bytes()


def test_a_segment_whose_key_does_not_follow_from_its_ids_is_left_out(between: Callable[[Scenario], None], tmp_path: Path) -> None:
    async def scenario(here: Place, there: Place) -> None:
        content = await here.exported((await here.chat()).id)
        liar = Place(tmp_path / "liar")
        forged = make_segment(PATH, 0, 30, state_bytes=64)
        wrong = make_segment([1] * 30, 0, 30, state_bytes=64)
        liar.segments.save(type(wrong)(CONTEXT, forged.start, forged.end, wrong.ids, wrong.base, wrong.state))
        assert liar.segments.flush(10)
        lie = segment_file(liar, 0)
        liar.close()
        first = next(number for number, (kind, _) in enumerate(frames(content)) if kind == b"SEGM")
        imported = await there.imported(altered(content, lambda number, kind, part: lie if number == first else part))
        assert [m.text for m in await there.store.path(imported.id)] == ["Why are there tides?", "The moon."]
        assert await there.saved(imported) == [], "nor is what follows it: the way to it is not there"
        there.segments.select(CONTEXT)
        assert not there.segments.holds_node(forged.end)

    between(scenario)


@pytest.mark.parametrize("kind", [b"SEGM", b"TAIL"])
def test_damage_in_a_segment_is_found_by_its_own_checksums(between: Callable[[Scenario], None], kind: bytes) -> None:
    async def scenario(here: Place, there: Place) -> None:
        content = await here.exported((await here.chat()).id)
        spoiled = altered(content, lambda number, found, part: part[:-1] + bytes([part[-1] ^ 1]) if found == kind else part)
        imported = await there.imported(spoiled)
        assert len(await there.store.path(imported.id)) == 2
        there.segments.select(CONTEXT)
        stored = there.segments.lookup(make_segment(PATH).ids)
        if kind == b"SEGM":
            assert await there.saved(imported) == []
            assert not stored.edges
        else:
            assert all(edge.state_bytes == 0 for edge in stored.edges)

    between(scenario)


def test_states_of_several_models_go_together(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        chat = await here.chat()
        [_, reply] = await here.store.path(chat.id)
        for segment in cut_path(PATH, [45], context=OTHER_CONTEXT):
            here.segments.save(segment)
        here.store.save_node(reply.id, OTHER_CONTEXT, make_segment(PATH, context=OTHER_CONTEXT).end)
        assert here.segments.flush(10)
        imported = await there.imported(await here.exported(chat.id))
        assert {context for context, _ in await there.saved(imported)} == {CONTEXT, OTHER_CONTEXT}
        for context in (CONTEXT, OTHER_CONTEXT):
            there.segments.select(context)
            assert there.segments.lookup(make_segment(PATH).ids).node_tokens == len(PATH)

    between(scenario)


def test_states_that_were_removed_are_left_out(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        chat = await here.chat()
        for file in (here.folder / "sessions").rglob("*.kv"):
            file.unlink()
        imported = await there.imported(await here.exported(chat.id))
        assert len(await there.store.path(imported.id)) == 2
        assert await there.saved(imported) == []

    between(scenario)


def test_titles_are_made_fit_to_be_shown(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        chat = await here.chat("\u202ea\x1b[2J\n" + "x" * 500, has_states=False)
        title = (await there.imported(await here.exported(chat.id))).title
        assert len(title) <= LONGEST_TITLE
        assert title.isprintable()

    between(scenario)


def test_what_cannot_be_written_or_read_is_told(between: Callable[[Scenario], None]) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    async def scenario(here: Place, there: Place) -> None:
        chat = await here.chat(has_states=False)
        with pytest.raises(ArchiveFileError, match="No space left"):
            await export_chat(here.store, here.segments, chat.id, Full(), with_state=True)
        with pytest.raises(ArchiveFileError, match="Input/output"):
            await import_chat(there.store, there.segments, Full(), there.folder / "sessions", trusted=True)
        with pytest.raises(UnknownConversationError):
            await here.exported(ConversationId(99))
        assert there.is_empty()

    between(scenario)


def test_nothing_keyed_to_a_node_that_is_not_there_is_taken(between: Callable[[Scenario], None]) -> None:
    async def scenario(here: Place, there: Place) -> None:
        chat = await here.chat()
        [_, reply] = await here.store.path(chat.id)
        here.store.save_node(reply.id, CONTEXT, NodeKey(b"x" * 16))
        imported = await there.imported(await here.exported(chat.id))
        assert await there.saved(imported) == []

    between(scenario)
