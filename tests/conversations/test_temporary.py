"""What the store is asked of a temporary chat never comes to its file."""

import inspect
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desktop.conversations.archive_store import ArchiveStore
from desktop.conversations.context_start import ContextStore
from desktop.conversations.edits import Edit
from desktop.conversations.message import Conversation, Message, Status, is_temporary
from desktop.conversations.order import OrderStore
from desktop.conversations.preset_store import PresetStore
from desktop.conversations.setup import Sampling, Setup
from desktop.conversations.store import ConversationStore
from desktop.conversations.written import Attachment
from tests.conversations.conftest import Run

MARK = "Xylophonquark"
DAY = date(2025, 3, 1)
KINDS = {"store": ConversationStore, "archive": ArchiveStore, "order": OrderStore, "context": ContextStore, "presets": PresetStore}
OWN = {"conversation_id", "conversation", "chat_ids", "message_id", "message_ids", "outline"}  # what tells whose something is
OF_PRESETS = {"preset_id", "preset"}
TEXTS = {"title", "text", "name", "system_prompt", "model", "reasoning", "vocabulary"}


def own_methods() -> Iterator[tuple[str, str]]:
    """Walk to all that is asked of a chat or a message."""
    for kind, its in KINDS.items():
        for name, method in inspect.getmembers(its, inspect.isfunction):
            if not name.startswith("_") and OWN & inspect.signature(method).parameters.keys():
                yield kind, name


def argument(name: str, chat: Conversation, message: Message) -> object:
    """Return what a method may get under a name, with the mark in it where it is a text."""
    if name in TEXTS:
        return MARK
    known: dict[str, object] = {
        "conversation_id": chat.id,
        "conversation": chat,
        "chat_ids": [chat.id],
        "message_id": message.id,
        "message_ids": [message.id],
        "texts": [MARK],
        "kept": [Attachment(MARK, MARK)],
        "edit": Edit(MARK, is_open=True),
        "setup": Setup(MARK, Sampling(temperature=0.5)),
        "sampling": Sampling(temperature=0.5),
        "began_on": DAY,
        "at": datetime.now(UTC),
        "ids": [1, 2],
        "seed": 1,
        "status": Status.COMPLETE,
        "context_key": MARK.encode(),
        "end_key": MARK.encode(),
        "begin": 0,
        "end": 1,
        **dict.fromkeys(("thinking", "keeps", "is_kept", "is_pinned", "is_folded"), True),
        **dict.fromkeys(("stats", "preset", "preset_id", "folder_id"), None),
    }
    return known[name]  # one that is not known here is to be added


def made(store: ConversationStore, run: Run) -> tuple[Conversation, Message, Message]:
    chat = run(store.create_temporary(MARK, DAY))
    asked = run(store.add_user_message(chat.id, MARK))
    reply = run(store.begin_reply(chat.id, MARK, 1))
    return run(store.conversation(chat.id)), asked, reply


def stored(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in (path, Path(f"{path}-wal")) if file.exists())


@pytest.mark.parametrize(("kind", "name"), list(own_methods()))
def test_nothing_of_it_is_asked_of_the_file(
    store: ConversationStore, path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    chat, asked, reply = made(store, run)
    outline = run(store.archive.read_outline([chat.id]))
    asked_of_the_file: list[str] = []
    with monkeypatch.context() as patch:
        for way in ("run", "post"):
            patch.setattr(store._database, way, lambda *_, way=way, **__: asked_of_the_file.append(way))
        method = getattr(store if kind == "store" else getattr(store, kind), name)
        needed = [it.name for it in inspect.signature(method).parameters.values() if it.default is it.empty]
        about = reply if {"vocabulary", "context_key"} & set(needed) else asked
        if name == "begin_reply":
            run(store.add_user_message(chat.id, MARK))
        result = method(*(outline if it == "outline" else argument(it, chat, about) for it in needed))
        if inspect.iscoroutine(result):
            result = run(result)
    assert not asked_of_the_file
    assert not isinstance(result, Conversation) or is_temporary(result.id)
    assert run(store.conversations()) == []
    assert MARK.encode() not in stored(path)
    assert store.close(10)
    assert MARK.encode() not in stored(path)


def test_the_walk_finds_what_there_is() -> None:
    assert {("store", "save_attachments"), ("store", "nodes"), ("context", "begin_anew"), ("presets", "set_sampling")} <= set(own_methods())


def test_what_is_kept_of_it_is_there_while_it_is_open(store: ConversationStore, run: Run) -> None:
    chat, asked, reply = made(store, run)
    files = (Attachment("notes.txt", "one"),)
    run(store.save_attachments(chat.id, files))
    run(store.context.set_start(chat.id, asked.id))
    changed = run(store.presets.set_sampling(chat.id, Sampling(seed=7)))
    store.save_node(reply.id, b"context", b"end", start_id=asked.id)
    assert run(store.attachments(chat.id)) == files
    assert changed.sampling == Sampling(seed=7)
    assert changed.context_start_id == asked.id
    assert run(store.answers(asked.id)) == 1
    assert [node.end_key for node in run(store.nodes([reply.id], asked.id))] == [b"end"]


def test_a_preset_is_told_of_it_as_of_any_chat(store: ConversationStore, run: Run) -> None:
    preset = run(store.presets.add("Poet", Setup("In verse.")))
    chat = run(store.create_temporary(MARK, DAY))
    assert run(store.presets.set_up(chat.id, preset.setup, preset.id)).preset_id == preset.id
    assert run(store.presets.set_system_prompt(chat.id, MARK)).preset_id is None
    assert run(store.presets.presets()) == [preset]


def test_a_chat_that_begins_anew_from_it_is_of_its_kind(store: ConversationStore, run: Run) -> None:
    chat, *_ = made(store, run)
    assert is_temporary(run(store.context.begin_anew(chat.id, MARK, [MARK])).id)
