"""Chats as JSON: what is written comes back, and what comes from elsewhere is bounded and checked before anything is stored."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.conversations.archive import (
    ArchivedChat,
    ArchivedMessage,
    ArchivedNode,
    ArchivedRecords,
    ArchivedTokens,
    DamagedArchiveError,
    chat_from_json,
    chat_to_json,
    records_from_json,
    records_to_json,
)
from desktop.conversations.kv_records import KvContext, SavedNode, TokenForm
from desktop.conversations.message import Conversation, ReplyStats, Role, Status
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
STATS = ReplyStats(10, 20, 0.5, 30, 1.5, 0.75)
CHAT = ArchivedChat(
    title="Tides",
    system_prompt="Be brief.",
    began_on=date(2025, 3, 1),
    created_at=NOON,
    updated_at=NOON,
    thinking=True,
    keeps_reasoning=False,
    is_plain=False,
    head=2,
    messages=(
        ArchivedMessage(None, Role.USER, "Why are there tides?", Status.COMPLETE, NOON),
        ArchivedMessage(0, Role.ASSISTANT, "The moon.", Status.STOPPED, NOON, "hm", "tiny", 7, STATS),
        ArchivedMessage(0, Role.ASSISTANT, "The moon, 月.", Status.COMPLETE, NOON),
    ),
    model="other",
    temperature=0.5,
)
RECORDS = ArchivedRecords(
    (ArchivedTokens(1, "v", TokenForm.GENERATED, (1, 2, 0x7FFF_FFFF)),),
    (ArchivedNode(1, b"c" * 16, TokenForm.SETTLED, b"e" * 16),),
    (KvContext(b"c" * 16, b"i" * 32, "tiny", {"epoch": 2, "file": None}),),
)


def test_what_is_written_comes_back() -> None:
    assert chat_from_json(chat_to_json(CHAT)) == CHAT
    assert records_from_json(records_to_json(RECORDS), 3) == RECORDS


def test_people_can_read_it() -> None:
    assert "The moon, 月." in chat_to_json(CHAT).decode()


def changed(**values: Any) -> bytes:
    return json.dumps({**json.loads(chat_to_json(CHAT)), **values}).encode()


def test_what_an_older_rivulet_wrote_is_read() -> None:
    content = json.loads(chat_to_json(CHAT))
    del content["model"], content["temperature"], content["messages"][1]["stats"]["thinking_seconds"]
    older = chat_from_json(json.dumps(content).encode())
    assert (older.model, older.temperature) == ("tiny", None), "the model is the one that wrote last"
    assert older.messages[1].stats == replace(STATS, thinking_seconds=0.0)


def with_message(number: int, **values: Any) -> bytes:
    content = json.loads(chat_to_json(CHAT))
    content["messages"][number] |= values
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"{" * 100_000,
        b'{"version": 1, "messages": ' + b"[" * 100_000,
        b'{"version": 1}',
        changed(version=2),
        changed(version=True),
        changed(title=7),
        changed(title="x" * 10_001),
        changed(began_on="yesterday"),
        changed(began_on="2025-03-01T00:00"),
        changed(created_at="2025-03-01T12:00:00"),
        changed(created_at="0001-01-01T00:00:00+23:00"),
        changed(thinking="yes"),
        changed(temperature=-1),
        changed(temperature="cold"),
        changed(model=7),
        changed(is_plain=None),
        changed(head=3),
        changed(head=-1),
        changed(head=1.0),
        changed(head=True),
        changed(messages={}),
        changed(messages=[1]),
        changed(messages=[], head=0),
        with_message(0, parent=0),
        with_message(1, parent=2),
        with_message(1, parent=10**30),
        with_message(1, role="system"),
        with_message(1, status="streaming"),
        with_message(0, status="stopped"),
        with_message(0, text=None),
        with_message(1, seed=-1),
        with_message(1, seed=1 << 63),
        with_message(1, stats={"tokens_restored": 1}),
        with_message(1, stats={"a": {"b": {}}}),
        changed(messages=[]).replace(b'"head": 2', b'"head": Infinity'),
        chat_to_json(CHAT).replace(b"0.5", b"NaN"),
        chat_to_json(CHAT).replace(b"0.5", b"1e999"),
        chat_to_json(CHAT).replace(b"0.5", b"1e300"),
        chat_to_json(CHAT)[:-3],
    ],
)
def test_anything_else_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(DamagedArchiveError, match=r"Nothing was imported\.$"):
        chat_from_json(content)


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("tokens", {"message": 3}),
        ("tokens", {"ids": [-1]}),
        ("tokens", {"ids": [1 << 31]}),
        ("tokens", {"ids": [1.5]}),
        ("tokens", {"ids": [True]}),
        ("tokens", {"form": "boiled"}),
        ("nodes", {"end": "zz"}),
        ("nodes", {"context": "ab" * 65}),
        ("contexts", {"settings": {"a": []}}),
        ("contexts", {"settings": {"a": 31.25}}),
        ("contexts", {"model_name": 1}),
    ],
)
def test_records_are_checked_too(part: str, values: dict[str, Any]) -> None:
    content = json.loads(records_to_json(RECORDS))
    content[part][0] |= values
    with pytest.raises(DamagedArchiveError):
        records_from_json(json.dumps(content).encode().replace(b"31.25", b"1e999"), 3)  # which could not be exported again


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(st.sampled_from(sorted(json.loads(chat_to_json(CHAT)))), JSON)
def test_no_value_of_any_field_leads_to_another_error(name: str, value: object) -> None:
    with contextlib.suppress(DamagedArchiveError):
        chat_from_json(changed(**{name: value}))


@given(st.sampled_from(sorted(json.loads(chat_to_json(CHAT))["messages"][1])), JSON)
def test_nor_does_one_of_a_message(name: str, value: object) -> None:
    with contextlib.suppress(DamagedArchiveError):
        chat_from_json(with_message(1, **{name: value}))


def grown(store: ConversationStore, chat: Conversation, run: Run) -> None:
    """Let a chat have two versions of a reply, one with tokens and a node, and stand at the first."""
    run(store.add_user_message(chat.id, "Why are there tides?"))
    reply = run(store.begin_reply(chat.id, "tiny", 7))
    store.finish_reply(reply.id, "The moon.", Status.COMPLETE, STATS, "v", [5, 6], "hm")
    store.save_node(reply.id, b"c" * 16, b"e" * 16)
    run(store.save_kv_context(KvContext(b"c" * 16, b"i", "tiny", {})))
    run(store.move_head(chat.id, reply.parent_id))
    other = run(store.begin_reply(chat.id, "tiny", 8))
    store.finish_reply(other.id, "The sun \ud800.", Status.CUT, None, "v", [9])
    run(store.move_head(chat.id, reply.id))


def test_a_chat_with_its_tree_is_the_same_in_another_store(
    open_store: Callable[[], ConversationStore], store: ConversationStore, chat: Conversation, run: Run
) -> None:
    grown(store, chat, run)
    archived, records = run(store.read_archive(chat.id))
    imported = run(store.add_archive(chat_from_json(chat_to_json(archived)), records.tokens))
    run(store.add_nodes(imported, records.nodes, records.contexts))
    again, records_again = run(store.read_archive(imported.conversation.id))
    assert (again, records_again) == (archived, records)
    assert (len(records.tokens), len(records.nodes), len(records.contexts)) == (2, 1, 1)
    before, after = run(store.path(chat.id)), run(store.path(imported.conversation.id))
    assert [message.text for message in after] == [message.text for message in before]
    assert not {message.id for message in after} & {message.id for message in before}
    assert [len(versions) for versions in run(store.versions(imported.conversation.id)).values()] == [2]
    assert run(store.nodes([after[-1].id])) == [SavedNode(after[-1].id, b"c" * 16, b"e" * 16)]


def test_drafts_and_pins_stay_at_home(store: ConversationStore, chat: Conversation, run: Run) -> None:
    run(store.save_draft(chat.id, "not sent"))
    run(store.set_kept_ready(chat.id, True))
    archived, records = run(store.read_archive(chat.id))
    assert b"not sent" not in chat_to_json(archived)
    imported = run(store.add_archive(archived, records.tokens)).conversation
    assert (imported.draft, imported.is_kept_ready, imported.head_id) == ("", False, None)


def test_a_reply_that_streams_is_exported_as_interrupted(store: ConversationStore, chat: Conversation, run: Run) -> None:
    run(store.add_user_message(chat.id, "Hello"))
    run(store.begin_reply(chat.id, "tiny", 1, "par"))
    archived, _ = run(store.read_archive(chat.id))
    assert [message.status for message in archived.messages] == [Status.COMPLETE, Status.INTERRUPTED]


def test_a_known_context_keeps_what_it_stands_for(store: ConversationStore, chat: Conversation, run: Run) -> None:
    grown(store, chat, run)
    archived, records = run(store.read_archive(chat.id))
    imported = run(store.add_archive(archived))
    run(store.add_nodes(imported, records.nodes, [KvContext(b"c" * 16, b"forged", "other", {})]))
    assert run(store.kv_contexts()) == list(records.contexts)


def test_without_its_tokens_a_chat_has_none(store: ConversationStore, chat: Conversation, run: Run) -> None:
    grown(store, chat, run)
    archived, _ = run(store.read_archive(chat.id))
    imported = run(store.add_archive(archived))
    assert run(store.reply_tokens(imported.message_ids, "v")) == {}


def test_a_chat_from_the_future_does_not_head_the_list_for_ever(store: ConversationStore, chat: Conversation, run: Run) -> None:
    run(store.add_archive(replace(CHAT, updated_at=datetime(9999, 1, 1, tzinfo=UTC))))
    run(store.add_user_message(chat.id, "Hello"))
    assert run(store.conversations())[0].id == chat.id


def test_settings_that_no_text_can_hold_are_exported_all_the_same() -> None:
    context = replace(RECORDS.contexts[0], settings={"a": "\ud800"})
    assert b'"a": "?"' in records_to_json(replace(RECORDS, contexts=(context,)))
