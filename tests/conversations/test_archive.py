"""Chats as JSON: what is written comes back, and what comes from elsewhere is bounded and checked before anything is stored."""

import contextlib
import io
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.conversations import archive_json
from desktop.conversations.archive import (
    ArchivedChat,
    ArchivedEdit,
    ArchivedMessage,
    ArchivedNode,
    ArchivedRecords,
    ArchivedTokens,
    ArchivedTree,
    DamagedArchiveError,
)
from desktop.conversations.archive_json import (
    MOST_DEPTH,
    Unreadable,
    archive_from_json,
    archive_to_json,
    records_from_json,
    records_to_json,
    trees,
)
from desktop.conversations.kv_records import KvContext, SavedNode, TokenForm
from desktop.conversations.message import Conversation, ReplyStats, Role, Status
from desktop.conversations.setup import Sampling
from desktop.conversations.store import ConversationStore
from desktop.system.json_list import objects
from tests.conversations.conftest import Run

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
STATS = ReplyStats(10, 20, 0.5, 30, 1.5, 0.75)
MESSAGES = (
    ArchivedMessage(None, Role.USER, "Why are there tides?", Status.COMPLETE, NOON),
    ArchivedMessage(0, Role.ASSISTANT, "The moon.", Status.STOPPED, NOON, "hm", "tiny", 7, STATS),
    ArchivedMessage(0, Role.ASSISTANT, "The moon, 月.", Status.COMPLETE, NOON),
)
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
    ends=(1, 2),
    model="other",
    sampling=Sampling(0.5, 0.9, 20, 0.1, 1.1, 7, 300),
    redo=1,
    forked_at=0,
    visited=(1,),
    draft="And",
    edits=(ArchivedEdit(0, "Why no tides?", True),),
    is_kept_ready=True,
    trashed_at=NOON,
)
TREE = ArchivedTree(MESSAGES, (CHAT,))
CONTENT = archive_to_json(TREE)
HEAD, BEGIN, *SAID, LAST = json.loads(CONTENT)
RECORDS = ArchivedRecords(
    (ArchivedTokens(1, "v", TokenForm.GENERATED, (1, 2, 0x7FFF_FFFF)),),
    (ArchivedNode(1, b"c" * 16, TokenForm.SETTLED, b"e" * 16),),
    (KvContext(b"c" * 16, b"i" * 32, "tiny", {"epoch": 2, "file": None}),),
)


def test_what_is_written_comes_back() -> None:
    assert archive_from_json(CONTENT) == TREE
    assert records_from_json(records_to_json(RECORDS), 3) == RECORDS


def test_people_can_read_it() -> None:
    assert "The moon, 月." in CONTENT.decode()
    assert CONTENT.count(b"\n") == 8, "each object has a line of its own"


def text(*records: Any) -> bytes:
    return json.dumps(records).encode()


def changed(**values: Any) -> bytes:
    return text(HEAD, BEGIN, *SAID, {**LAST, **values})


def with_message(number: int, **values: Any) -> bytes:
    return text(HEAD, BEGIN, *[{**said, **values} if place == number else said for place, said in enumerate(SAID)], LAST)


def without_kinds(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "kind"}


def test_what_version_1_wrote_is_read() -> None:
    known = ("title", "system_prompt", "began_on", "created_at", "updated_at", "thinking", "keeps_reasoning", "is_plain", "head")
    content = {"version": 1, **{name: LAST[name] for name in known}, "messages": deepcopy([without_kinds(said) for said in SAID])}
    del content["messages"][1]["stats"]["thinking_seconds"]
    older = archive_from_json(json.dumps(content).encode())
    [chat] = older.chats
    assert (chat.model, chat.sampling) == ("tiny", Sampling()), "the model is the one that wrote last"
    assert older.messages[1].stats == replace(STATS, thinking_seconds=0.0)
    assert chat.ends == (1, 2), "it has all messages"
    with pytest.raises(DamagedArchiveError):
        archive_from_json(json.dumps({**content, "head": 3}).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"{" * 100_000,
        b'{"version": 1, "messages": ' + b"[" * 100_000,
        b"[" * 100_000,
        b'[{"a":' * 100_000,
        b'{"version": 1}',
        text(),
        text(HEAD),
        text(BEGIN, *SAID, LAST),
        text({**HEAD, "kind": "chats"}, BEGIN, *SAID, LAST),
        text({**HEAD, "version": 3}, BEGIN, *SAID, LAST),
        text({**HEAD, "version": True}, BEGIN, *SAID, LAST),
        text(HEAD, *SAID, LAST),
        text(HEAD, BEGIN, *SAID),
        text(HEAD, BEGIN, *SAID[:2], LAST),
        text(HEAD, BEGIN, *SAID, SAID[0], LAST),
        text(HEAD, BEGIN, LAST, *SAID),
        text(HEAD, {**BEGIN, "messages": -1}, LAST),
        text(HEAD, {**BEGIN, "messages": 10**9}, *SAID, LAST),
        text(HEAD, {**BEGIN, "chats": 0}, *SAID, LAST),
        text(HEAD, {**BEGIN, "chats": 2}, *SAID, LAST),
        text(HEAD, {**BEGIN, "chats": 2}, *SAID, LAST, LAST),
        text(HEAD, BEGIN, *SAID, LAST, BEGIN, *SAID, LAST),
        changed(ends=[1]),
        changed(ends=[1], head=1),
        changed(ends=[2, 3]),
        changed(ends=[-1, 1, 2]),
        changed(ends="all"),
        changed(ends=[1, 2, 2, 2]),
        changed(visited=[3]),
        changed(redo=3),
        changed(forked_from=0),
        changed(forked_at=7),
        changed(draft=7),
        changed(edits=[{"message": 9, "text": "", "is_open": True}]),
        changed(edits=[{"message": 0, "text": "", "is_open": True}] * 2),
        changed(edits=[7]),
        changed(is_kept_ready=1),
        changed(trashed_at="never"),
        changed(title=7),
        changed(title="x" * 10_001),
        changed(began_on="yesterday"),
        changed(began_on="2025-03-01T00:00"),
        changed(created_at="2025-03-01T12:00:00"),
        changed(created_at="0001-01-01T00:00:00+23:00"),
        changed(thinking="yes"),
        changed(temperature=-1),
        changed(temperature="cold"),
        changed(top_p=1.5),
        changed(top_k=-1),
        changed(top_k=0.5),
        changed(min_p=1.01),
        changed(repeat_penalty=0),
        changed(repeat_penalty=1e300),
        changed(seed=-1),
        changed(seed=0xFFFF_FFFF),
        changed(most_tokens=0),
        changed(model=7),
        changed(is_plain=None),
        changed(head=3),
        changed(head=-1),
        changed(head=1.0),
        changed(head=True),
        text(HEAD, BEGIN, 1, *SAID[1:], LAST),
        text(HEAD, {**BEGIN, "messages": 0}, LAST),
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
        CONTENT.replace(b'"head": 2', b'"head": Infinity'),
        CONTENT.replace(b"0.5", b"NaN"),
        CONTENT.replace(b"0.5", b"1e999"),
        CONTENT.replace(b"0.5", b"1e300"),
        CONTENT.replace(b'"head": 2', b'"head": 2' + b"0" * 5000),
        CONTENT[:-3],
        CONTENT + b"[]",
    ],
)
def test_anything_else_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(DamagedArchiveError, match=r"Nothing was imported\.$"):
        archive_from_json(content)


BOTH = {**BEGIN, "chats": 2}
PART = {**LAST, "ends": [1], "head": 1, "edits": [], "forked_from": 0}


def found(*records: Any) -> list[ArchivedTree | Unreadable]:
    return list(trees(objects(io.BytesIO(text(*records)), 1 << 20, MOST_DEPTH)))


def test_a_fork_has_a_part_of_its_tree() -> None:
    [tree] = found(HEAD, BOTH, *SAID, LAST, PART)
    assert isinstance(tree, ArchivedTree)
    assert [chat.ends for chat in tree.chats] == [(1, 2), (1,)]


@pytest.mark.parametrize(
    "values",
    [
        {"head": 2},
        {"redo": 2},
        {"forked_at": 2},
        {"visited": [2]},
        {"edits": [{"message": 2, "text": "", "is_open": True}]},
        {"ends": []},
        {"forked_from": 1},
    ],
)
def test_a_chat_names_only_what_it_has_and_only_chats_before_it(values: dict[str, Any]) -> None:
    [damaged, whole] = found(HEAD, BOTH, *SAID, LAST, {**PART, **values}, BEGIN, *SAID, LAST)
    assert isinstance(damaged, Unreadable)
    assert damaged.where == "the chats from entry 2 on"
    assert whole == TREE, "what follows is read"


def test_a_tree_without_its_end_is_told_wherever_it_stands() -> None:
    missing = "its end is missing"
    assert found(HEAD, BEGIN, *SAID) == [Unreadable("the chats from entry 2 on", missing)]
    assert found(HEAD, BEGIN, SAID[0], BEGIN, *SAID, LAST) == [Unreadable("the chats from entry 2 on", missing), TREE]


def test_chats_may_not_have_more_together_than_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_json, "MOST_MEMBERS", 4)
    [damaged] = found(HEAD, BOTH, *SAID, LAST, PART)
    assert damaged == Unreadable("the chats from entry 2 on", "its chats have too many messages")


def test_a_tree_may_not_be_larger_than_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_json, "MOST_TEXT", 300)
    [damaged] = found(HEAD, BEGIN, *SAID, LAST)
    assert damaged == Unreadable("the chats from entry 2 on", "it is larger than 0 MiB")


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


@given(st.sampled_from(sorted(LAST)), JSON)
def test_no_value_of_any_field_leads_to_another_error(name: str, value: object) -> None:
    with contextlib.suppress(DamagedArchiveError):
        archive_from_json(changed(**{name: value}))


@given(st.sampled_from(sorted(SAID[1])), JSON)
def test_nor_does_one_of_a_message(name: str, value: object) -> None:
    with contextlib.suppress(DamagedArchiveError):
        archive_from_json(with_message(1, **{name: value}))


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
    archived, records = run(store.archive.read_archive(chat.id))
    imported = run(store.archive.add_archive(archive_from_json(archive_to_json(archived)), records.tokens))
    run(store.archive.add_nodes(imported, records.nodes, records.contexts))
    again, records_again = run(store.archive.read_archive(imported.conversations[0].id))
    assert (again, records_again) == (archived, records)
    assert (len(records.tokens), len(records.nodes), len(records.contexts)) == (2, 1, 1)
    before, after = run(store.path(chat.id)), run(store.path(imported.conversations[0].id))
    assert [message.text for message in after] == [message.text for message in before]
    assert not {message.id for message in after} & {message.id for message in before}
    assert [len(versions) for versions in run(store.versions(imported.conversations[0].id)).values()] == [2]
    assert run(store.nodes([after[-1].id])) == [SavedNode(after[-1].id, b"c" * 16, b"e" * 16)]


def test_drafts_and_pins_stay_at_home(store: ConversationStore, chat: Conversation, run: Run) -> None:
    run(store.save_draft(chat.id, "not sent"))
    run(store.set_kept_ready(chat.id, True))
    archived, records = run(store.archive.read_archive(chat.id))
    assert b"not sent" not in archive_to_json(archived)
    [imported] = run(store.archive.add_archive(archived, records.tokens)).conversations
    assert (imported.draft, imported.is_kept_ready, imported.head_id) == ("", False, None)


def test_a_reply_that_streams_is_exported_as_interrupted(store: ConversationStore, chat: Conversation, run: Run) -> None:
    run(store.add_user_message(chat.id, "Hello"))
    run(store.begin_reply(chat.id, "tiny", 1, "par"))
    archived, _ = run(store.archive.read_archive(chat.id))
    assert [message.status for message in archived.messages] == [Status.COMPLETE, Status.INTERRUPTED]


def test_a_known_context_keeps_what_it_stands_for(store: ConversationStore, chat: Conversation, run: Run) -> None:
    grown(store, chat, run)
    archived, records = run(store.archive.read_archive(chat.id))
    imported = run(store.archive.add_archive(archived))
    run(store.archive.add_nodes(imported, records.nodes, [KvContext(b"c" * 16, b"forged", "other", {})]))
    assert run(store.kv_contexts()) == list(records.contexts)


def test_without_its_tokens_a_chat_has_none(store: ConversationStore, chat: Conversation, run: Run) -> None:
    grown(store, chat, run)
    archived, _ = run(store.archive.read_archive(chat.id))
    imported = run(store.archive.add_archive(archived))
    assert run(store.reply_tokens(imported.message_ids, "v")) == {}


def test_a_chat_from_the_future_does_not_head_the_list_for_ever(store: ConversationStore, chat: Conversation, run: Run) -> None:
    run(store.archive.add_archive(replace(TREE, chats=(replace(CHAT, updated_at=datetime(9999, 1, 1, tzinfo=UTC), trashed_at=None),))))
    run(store.add_user_message(chat.id, "Hello"))
    assert run(store.conversations())[0].id == chat.id


def test_settings_that_no_text_can_hold_are_exported_all_the_same() -> None:
    context = replace(RECORDS.contexts[0], settings={"a": "\ud800"})
    assert b'"a": "?"' in records_to_json(replace(RECORDS, contexts=(context,)))
