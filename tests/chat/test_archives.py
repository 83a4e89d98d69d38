"""Taking all chats along and back: bytes that stay the same, and what an import says of a file that is not as it should be."""

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.chat import archives
from desktop.chat.archive import MAGIC, ArchiveFileError
from desktop.chat.course import Course, StoppedError
from desktop.chat.events import ConversationsAdded, FoldersChanged
from desktop.chat.imported import Imported, imported_sentences
from desktop.conversations import archive_json, order
from desktop.conversations.archive import (
    ArchivedChat,
    ArchivedEdit,
    ArchivedMessage,
    ArchivedTree,
    ChangedWhileExportedError,
    DamagedArchiveError,
    TooLargeToExportError,
    leaves,
    members,
)
from desktop.conversations.archive_json import Unreadable
from desktop.conversations.edits import Edit
from desktop.conversations.message import Conversation, ConversationId, ReplyStats, Role, Status
from desktop.conversations.setup import Sampling
from tests.chat.taking_along import Home, as_file, simple

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)

OpenHome = Callable[[str], Home]


@pytest.fixture
def open_home(tmp_path: Path) -> Iterator[OpenHome]:
    homes: list[Home] = []

    def open_home(name: str) -> Home:
        homes.append(Home(tmp_path / name))
        return homes[-1]

    yield open_home
    for home in homes:
        home.close()


@pytest.fixture
def here(open_home: OpenHome) -> Home:
    return open_home("here")


@pytest.fixture
def there(open_home: OpenHome) -> Home:
    return open_home("there")


def talked(home: Home, title: str = "Tides", texts: tuple[str, ...] = ("Why are there tides?", "The moon.")) -> Conversation:
    async def talk() -> Conversation:
        chat = await home.store.create(title, date(2025, 3, 1), "Be brief.")
        for text in texts:
            await home.store.add_user_message(chat.id, text)
        return await home.store.conversation(chat.id)

    return home.run(talk())


def family(home: Home) -> Conversation:
    """Return a chat with two forks, one of a fork, whose parent was deleted; all that a chat can have is in one of them."""

    async def grow() -> Conversation:
        store = home.store
        chat = await store.create("Tides", date(2025, 3, 1))
        ask = await store.add_user_message(chat.id, "Why are there tides?")
        reply = await store.begin_reply(chat.id, "tiny", 7)
        store.finish_reply(reply.id, "The moon.", Status.STOPPED, ReplyStats(1, 2, 0.5, 3, 1.25, 0.75), "v", [5], "hm")
        await store.add_version(chat.id, ask.id, "Why are there no tides?")
        fork = await store.fork(chat.id, reply.id, "Fork of Tides")
        again = await store.fork(fork.id, reply.id, "Fork of Fork of Tides")
        await store.add_user_message(again.id, "And the sun?")
        await store.visit(fork.id, (await store.conversation(again.id)).head_id)
        await store.undo(fork.id)
        await store.save_draft(fork.id, "not sent")
        await store.order.set_pinned(fork.id, True)
        await store.order.move(fork.id, (await store.order.add_folder("Rivers & seas")).id)
        await store.rename(chat.id, "Tides")
        await store.save_edit(fork.id, ask.id, Edit("put aside", False))
        await store.set_kept_ready(fork.id, True)
        await store.set_thinking(again.id, False)
        await store.presets.set_sampling(again.id, Sampling(0.0, seed=7, most_tokens=100))
        await store.move_to_trash(again.id, NOON)
        orphan = await store.fork(chat.id, ask.id, "Fork of a chat that is gone")
        between = await store.create("Between", date(2025, 3, 2))
        await store.add_user_message(between.id, "x")
        await store.fork(chat.id, ask.id, "Later")
        return orphan

    return home.run(grow())


def test_all_chats_are_the_same_elsewhere(here: Home, there: Home) -> None:
    family(here)
    content = here.exported()
    imported = there.imported(content)
    assert there.exported() == content
    assert (imported.chats, imported.trashed, imported.skipped, imported.ended) == (6, 1, 0, "")
    assert there.titles() == here.titles()
    assert there.texts("Fork of Tides") == here.texts("Fork of Tides")
    told = [chat.title for event in there.events.drain() if isinstance(event, ConversationsAdded) for chat in event.conversations]
    assert sorted(told) == there.titles(), "the list hears of all but those in the trash"
    assert imported.first is not None
    assert imported.first.title == "Tides"


def test_forks_whose_parent_is_gone_still_share_their_messages(here: Home, there: Home) -> None:
    async def part() -> None:
        chat = talked_id
        for _ in range(2):
            await here.store.fork(chat, (await here.store.path(chat))[0].id, "Fork of Tides")
        await here.store.delete_conversation(chat)

    talked_id = talked(here).id
    here.run(part())
    content = here.exported()
    assert [record.get("messages") for record in json.loads(content) if record["kind"] == "tree"] == [1]
    there.imported(content)
    assert there.exported() == content


def test_a_second_import_adds_and_takes_nothing_away(here: Home) -> None:
    family(here)
    content = here.exported()
    here.imported(content)
    assert len(here.titles()) == 10


def test_one_chat_goes_without_what_was_not_sent_and_without_its_forks(here: Home, there: Home) -> None:
    family(here)
    fork = next(chat for chat in here.run(here.store.conversations()) if chat.title == "Fork of Tides")
    content = here.exported(fork)
    assert b"not sent" not in content
    assert b"put aside" not in content
    assert b"no tides" not in content, "its parent's own messages"
    assert there.imported(content).chats == 1
    [imported] = there.run(there.store.conversations())
    assert (imported.forked_from_id, imported.is_kept_ready) == (None, False)
    assert there.exported(imported) == content


def test_a_file_is_for_its_owner_alone_and_a_failed_export_leaves_nothing(here: Home, tmp_path: Path) -> None:
    talked(here)
    here.exported()
    assert (here.folder / "out.json").stat().st_mode & 0o777 == 0o600
    before = sorted(os.listdir(here.folder))
    with pytest.raises(ArchiveFileError, match="could not be written"):
        here.run(here.archives.export_json(tmp_path / "missing" / "out.json", Course()))
    course = Course()
    course.stop()
    with pytest.raises(StoppedError, match="No file was written"):
        here.run(here.archives.export_json(here.folder / "other.json", course))
    with pytest.raises(ChangedWhileExportedError):
        here.run(here.archives.export_json(here.folder / "other.json", Course(), ConversationId(99)))
    assert sorted(os.listdir(here.folder)) == before


def test_an_export_that_is_cancelled_ends_and_leaves_nothing(here: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "SLICE_MESSAGES", 1)
    talked(here, texts=tuple("abc" * 20))
    before = sorted(os.listdir(here.folder))

    async def begin_and_cancel() -> None:
        task = asyncio.create_task(here.archives.export_json(here.folder / "other.json", Course()))
        read = here.store.archive.read_messages

        async def cancel_then_read(*arguments: Any) -> list[ArchivedMessage]:
            if not task.cancelling():  # a second time it would be left alone
                task.cancel()
            return await read(*arguments)

        monkeypatch.setattr(here.store.archive, "read_messages", cancel_then_read)
        with pytest.raises(asyncio.CancelledError):
            await task

    here.run(begin_and_cancel())
    assert sorted(os.listdir(here.folder)) == before


def test_a_family_that_is_too_large_is_written_chat_by_chat(here: Home, there: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    trunk = talked(here, "Trunk", ("a", "b", "c"))
    fork = here.run(here.store.fork(trunk.id, here.run(here.store.path(trunk.id))[0].id, "Fork of Trunk"))
    for text in ("d", "e"):
        here.run(here.store.add_user_message(fork.id, text))
    here.run(here.store.save_draft(fork.id, "not sent"))
    talked(here, "Other", ("x",))
    monkeypatch.setattr(archive_json, "MOST_MESSAGES", 3)
    imported = there.imported(here.exported())
    assert (imported.chats, imported.skipped, imported.ended) == (3, 0, "")
    chats = {chat.title: chat for chat in there.run(there.store.conversations())}
    texts = {title: [message.text for message in there.run(there.store.path(chat.id))] for title, chat in chats.items()}
    assert texts == {"Trunk": ["a", "b", "c"], "Fork of Trunk": ["a", "d", "e"], "Other": ["x"]}
    assert chats["Fork of Trunk"].draft == "not sent"


@pytest.mark.parametrize(
    ("module", "limit", "most"),
    [("json", "MOST_MESSAGES", 2), ("json", "MOST_MEMBERS", 2), ("here", "MOST_TEXT", 1000), ("here", "MOST_OBJECT_BYTES", 800)],
)
def test_what_no_import_would_take_is_left_out_and_told(
    here: Home, there: Home, monkeypatch: pytest.MonkeyPatch, module: str, limit: str, most: int
) -> None:
    texts = ("a", "b", "c") if module == "json" else ("a" * 700,)
    large = talked(here, "Too large", texts)
    talked(here, "Small", ("x",))
    monkeypatch.setattr(archive_json if module == "json" else archives, limit, most)
    course = Course()
    assert here.run(here.archives.export_json(here.folder / "out.json", course)) == 1
    assert course.left_out == ["Too large"]
    imported = there.imported((here.folder / "out.json").read_bytes())
    assert (imported.chats, imported.skipped, imported.ended) == (1, 0, "")
    with pytest.raises(TooLargeToExportError):
        here.run(here.archives.export_json(here.folder / "one.json", Course(), large.id))
    assert not (here.folder / "one.json").exists()


def test_a_chat_that_is_deleted_while_it_is_exported_is_told(here: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = talked(here)
    read = here.store.archive.read_messages

    async def delete_then_read(*arguments: Any) -> list[ArchivedMessage]:
        await here.store.delete_conversation(chat.id)
        return await read(*arguments)

    monkeypatch.setattr(here.store.archive, "read_messages", delete_then_read)
    with pytest.raises(ChangedWhileExportedError, match="no file was written"):
        here.exported()


def test_progress_reaches_its_end(here: Home, there: Home) -> None:
    family(here)
    course = Course()
    assert here.run(here.archives.export_json(here.folder / "out.json", course)) == 6
    assert (course.done, course.total) == (6, 6)
    course = Course()
    content = (here.folder / "out.json").read_bytes()
    there.imported(content, course)
    assert course.done == course.total == len(content)


def test_an_import_that_is_stopped_keeps_what_it_has(here: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "SLICE_MESSAGES", 1)
    course = Course()
    add = here.store.archive.add_trees

    async def add_then_stop(trees: list[ArchivedTree]) -> Any:
        added = await add(trees)
        course.stop()
        return added

    monkeypatch.setattr(here.store.archive, "add_trees", add_then_stop)
    imported = here.imported(as_file(*(simple(f"Chat {number}") for number in range(50))), course)
    assert imported_sentences(imported) == "1 chat imported. The import was stopped; what was imported stays."
    assert here.titles() == ["Chat 0"]


def test_a_chat_that_cannot_be_stored_leaves_nothing_of_itself(here: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ArchivedTree((message(), message(0)), (chat_of((1,), 1), replace(chat_of((1,), 1), sampling=Sampling(-1.0))))
    with pytest.raises(Exception, match="CHECK"):
        here.run(here.store.archive.add_trees([tree]))
    assert here.titles() == []
    assert json.loads(here.exported())[1:] == []


def in_folders(home: Home) -> dict[str, str | None]:
    folders = {folder.id: folder.name for folder in home.run(home.store.order.folders())}
    return {chat.title: None if chat.folder_id is None else folders[chat.folder_id] for chat in home.run(home.store.conversations())}


def test_pins_folders_and_chosen_titles_come_along(here: Home, there: Home) -> None:
    folder = here.run(here.store.order.add_folder("Rivers")).id
    chat, loose = talked(here, "Mine"), talked(here, "Loose")
    here.run(here.store.order.move(chat.id, folder))
    here.run(here.store.order.set_pinned(loose.id, True))
    here.run(here.store.rename(chat.id, "Mine"))
    known = there.run(there.store.order.add_folder("Rivers"))
    there.imported(here.exported())
    assert in_folders(there) == {"Mine": "Rivers", "Loose": None}
    assert there.run(there.store.order.folders()) == [known], "it goes into the one of the same name"
    chats = {one.title: one for one in there.run(there.store.conversations())}
    assert {title for title, one in chats.items() if one.is_pinned} == {"Loose"}
    assert {title for title, one in chats.items() if one.is_title_chosen} == {"Mine"}


def test_a_chat_alone_leaves_its_place_at_home(here: Home, there: Home) -> None:
    chat = talked(here, "Mine")
    here.run(here.store.order.move(chat.id, here.run(here.store.order.add_folder("Rivers")).id))
    here.run(here.store.order.set_pinned(chat.id, True))
    there.imported(here.exported(chat))
    assert in_folders(there) == {"Mine": None}
    assert not any(one.is_pinned for one in there.run(there.store.conversations()))


def test_a_folder_that_is_missing_is_made_and_told(here: Home, there: Home) -> None:
    here.run(here.store.order.move(talked(here, "Mine").id, here.run(here.store.order.add_folder("Rivers")).id))
    there.imported(here.exported())
    told = [event for event in there.events.drain() if isinstance(event, FoldersChanged)]
    assert [[folder.name for folder in event.folders] for event in told] == [["Rivers"]]


@pytest.mark.parametrize(("name", "made"), [("a" * 9_000, "a" * 79 + "…"), ("\u202e\x07 \n", None), ("a\nb", "a"), ("x\u202ey", "xy")])
def test_a_hostile_folder_is_bounded(here: Home, there: Home, name: str, made: str | None) -> None:
    here.run(here.store.order.move(talked(here, "Mine").id, here.run(here.store.order.add_folder("Rivers")).id))
    lines = [json.loads(line.rstrip(",")) for line in here.exported().decode().splitlines() if line.startswith("{")]
    lines[-1]["folder"] = name
    there.imported(json.dumps(lines).encode())
    assert in_folders(there) == {"Mine": made}


def test_no_file_makes_folders_without_end(here: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "MOST_MADE", 2)
    tree = ArchivedTree((message(),), tuple(chat_of((0,), 0, title=f"{number}", folder=f"Folder {number}") for number in range(4)))
    here.run(here.store.archive.add_trees([tree]))
    assert in_folders(here) == {"0": "Folder 0", "1": "Folder 1", "2": None, "3": None}


def test_a_file_of_before_there_were_folders_is_imported(here: Home, there: Home) -> None:
    talked(here, "Mine")
    lines = [json.loads(line.rstrip(",")) for line in here.exported().decode().splitlines() if line.startswith("{")]
    for key in ("is_title_chosen", "is_pinned", "folder"):
        del lines[-1][key]
    assert there.imported(json.dumps(lines).encode()).chats == 1
    assert in_folders(there) == {"Mine": None}


def test_a_file_with_saved_states_is_left_to_who_knows_them(here: Home) -> None:
    talked(here)
    assert here.imported(MAGIC + b"...").chats == 1
    assert here.framed == [MAGIC + b"..."]


# Byte for byte, whatever the tree


def message(parent: int | None = None, **values: Any) -> ArchivedMessage:
    return replace(ArchivedMessage(parent, Role.USER, "Why?", Status.COMPLETE, NOON), **values)


def chat_of(ends: tuple[int, ...], head: int | None, **values: Any) -> ArchivedChat:
    return replace(ArchivedChat("Tides", "", date(2025, 3, 1), NOON, NOON, None, False, False, head, ends), **values)


TEXTS = st.text(max_size=20)
TITLES = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=100)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC))
STATS = st.builds(ReplyStats, st.integers(0, 9), st.integers(0, 9), st.floats(0, 9), st.integers(0, 9), st.floats(0, 9), st.floats(0, 9))


@st.composite
def archived_messages(draw: st.DrawFn, number: int) -> ArchivedMessage:
    parent = draw(st.none() | st.integers(max(0, number - 3), number - 1)) if number else None
    if draw(st.booleans()):
        return message(parent, text=draw(TEXTS), created_at=draw(TIMES))
    status = draw(st.sampled_from([status for status in Status if status is not Status.STREAMING]))
    seed, stats = draw(st.none() | st.integers(0, (1 << 63) - 1)), draw(st.none() | STATS)
    return ArchivedMessage(parent, Role.ASSISTANT, draw(TEXTS), status, draw(TIMES), draw(TEXTS), draw(TEXTS), seed, stats)


@st.composite
def archived_trees(draw: st.DrawFn) -> ArchivedTree:
    messages = [draw(archived_messages(number)) for number in range(draw(st.integers(0, 7)))]
    numbers = st.integers(0, len(messages) - 1) if messages else st.nothing()
    chats = list[ArchivedChat]()
    count = draw(st.integers(1, 4))
    for place in range(count):
        chosen = draw(st.sets(numbers)) if messages else set()
        if place == count - 1:  # every message belongs to a chat
            chosen |= set(leaves(messages))
        has = members(chosen, messages)
        ends = tuple(sorted(has - {messages[number].parent for number in has}))
        own = st.none() | st.sampled_from(sorted(has)) if has else st.none()
        edits = draw(st.dictionaries(st.sampled_from(sorted(has)), st.tuples(TEXTS, st.booleans()))) if has else {}
        chats.append(
            ArchivedChat(
                title=draw(TITLES),
                system_prompt=draw(TEXTS),
                began_on=draw(st.dates()),
                created_at=draw(TIMES),
                updated_at=draw(TIMES),
                thinking=draw(st.none() | st.booleans()),
                keeps_reasoning=draw(st.booleans()),
                is_plain=draw(st.booleans()),
                head=draw(own),
                ends=ends,
                model=draw(TEXTS),
                sampling=Sampling(
                    draw(st.none() | st.floats(0, 2)),
                    draw(st.none() | st.floats(0, 1)),
                    draw(st.none() | st.integers(0, 200)),
                    draw(st.none() | st.floats(0, 1)),
                    draw(st.none() | st.floats(0.5, 2)),
                    draw(st.none() | st.integers(0, 1 << 31)),
                    draw(st.none() | st.integers(1, 9000)),
                ),
                redo=draw(own),
                forked_from=draw(st.none() | st.integers(0, place - 1)) if place else None,
                forked_at=draw(own),
                visited=tuple(sorted(draw(st.sets(st.sampled_from(sorted(has)))))) if has else (),
                draft=draw(TEXTS),
                edits=tuple(ArchivedEdit(number, *edit) for number, edit in sorted(edits.items())),
                is_title_chosen=draw(st.booleans()),
                is_pinned=draw(st.booleans()),
                folder=draw(st.none() | st.sampled_from(["Rivers", "Seas", "Élan vital"])),
                is_kept_ready=draw(st.booleans()),
                trashed_at=draw(st.none() | TIMES),
            )
        )
    return ArchivedTree(tuple(messages), tuple(chats))


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(archived_trees(), max_size=4))
def test_export_import_export_gives_the_same_bytes(trees: list[ArchivedTree]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there = Home(Path(folder) / "here"), Home(Path(folder) / "there")
        try:
            here.run(here.store.archive.add_trees(trees))
            content = here.exported()
            imported = there.imported(content)
            assert there.exported() == content
            assert (imported.chats, imported.skipped, imported.ended) == (sum(len(tree.chats) for tree in trees), 0, "")
            stored = [kind for kind in json.loads(content) if kind["kind"] == "message"]
            assert len(stored) == sum(len(tree.messages) for tree in trees)
        finally:
            here.close()
            there.close()


# What an import says


def test_nothing_but_chats_of_the_future_is_changed_by_time(here: Home) -> None:
    later = datetime.now(UTC) + timedelta(days=900)
    here.run(here.store.archive.add_trees([ArchivedTree((), (chat_of((), None, updated_at=later),))]))
    assert json.loads(here.exported())[-1]["updated_at"] < later.isoformat()


def spoiled(content: bytes, kind: str, nth: int, **values: Any) -> bytes:
    """Return a file in which one record of a kind is another one."""
    records = json.loads(content)
    places = [place for place, record in enumerate(records) if record["kind"] == kind]
    records[places[nth]] |= values
    return json.dumps(records).encode()


def test_a_damaged_chat_is_skipped_and_the_others_are_imported(here: Home, there: Home) -> None:
    for title in ("One", "Two", "Three"):
        talked(here, title)
    imported = there.imported(spoiled(here.exported(), "message", 3, role="system"))
    assert there.titles() == ["One", "Three"]
    assert imported_sentences(imported) == ("2 chats imported. 1 skipped: the chats from entry 6 on: role of entry 8 is missing or wrong.")


def test_what_is_cut_keeps_the_chats_before_it(here: Home, there: Home) -> None:
    for title in ("One", "Two"):
        talked(here, title)
    imported = there.imported(here.exported()[:-40])
    assert there.titles() == ["One"]
    assert imported_sentences(imported) == "1 chat imported. What follows in the file could not be read: it is cut short in entry 9."


@pytest.mark.parametrize(
    ("imported", "sentences"),
    [
        (Imported(), "No chats imported."),
        (Imported(1), "1 chat imported."),
        (Imported(12_000, trashed=2), "12,000 chats imported, 2 of them into the trash."),
        (
            Imported(2, skipped=5, reasons=[Unreadable(f"“{name}”", "it has no messages") for name in "abcd"]),
            "2 chats imported. 5 skipped: “a”: it has no messages; “b”: it has no messages; “c”: it has no messages; and 2 more.",
        ),
    ],
)
def test_sentences(imported: Imported, sentences: str) -> None:
    assert imported_sentences(imported) == sentences


def test_a_large_import_is_stored_in_slices(here: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    slices: list[int] = []
    add = here.store.archive.add_trees

    async def noted(trees: list[ArchivedTree]) -> Any:
        slices.append(len(trees))
        return await add(trees)

    monkeypatch.setattr(here.store.archive, "add_trees", noted)
    here.imported(as_file(*(simple(f"Chat {number}") for number in range(400))))
    assert sum(slices) == 400
    assert max(slices) <= 167, "each has two messages and itself"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is cut short"),
        (b"[]", "it is empty"),
        (b"[", "it is cut short"),
        (b"{}", "it is no list"),
        (b"PK\x03\x04....", "unpack it first and choose the conversations.json"),
        (b"\x89PNG\r\n", "it is no list"),
        (b'[{"kind": "rivulet chats", "version": 9}]', "it has version 9, and this Rivulet knows 2"),
        (b'[{"kind": "songs"}]', "it holds no chats of Rivulet"),
        (b'[{"kind": ["rivulet chats"]}]', "kind of its beginning is missing or wrong"),
        (b'[{"a": NaN}]', "NaN is no number"),
        (b'[{"a": "\xff"}]', "can't decode"),
    ],
)
def test_what_is_no_file_of_chats_says_why(here: Home, content: bytes, why: str) -> None:
    with pytest.raises(DamagedArchiveError, match=r"Nothing was imported\.$") as raised:
        here.imported(content)
    assert why in raised.value.sentence


def test_a_file_that_is_too_large_a_folder_or_missing_is_refused(here: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archives, "MOST_FILE_BYTES", 10)
    with pytest.raises(DamagedArchiveError, match="it is larger than"):
        here.imported(as_file(simple()))
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(ArchiveFileError, match="could not be read"):
            here.run(here.archives.import_file(path, Course()))
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(ArchiveFileError, match="it is no file"):
        here.run(here.archives.import_file(tmp_path / "pipe.json", Course()))
