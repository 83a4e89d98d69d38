"""From which message on the model reads a chat, as it is stored, forked, exported and forgotten."""

from dataclasses import replace

import pytest

from desktop.conversations.archive_json import archive_from_json, archive_to_json, records_from_json, records_to_json
from desktop.conversations.context_start import read_part, start_of
from desktop.conversations.errors import UnknownMessageError
from desktop.conversations.kv_records import SavedNode
from desktop.conversations.message import Conversation, Message, MessageId, Role, Status
from desktop.conversations.setup import Sampling
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run


async def filled(store: ConversationStore, chat: Conversation, turns: int = 3) -> list[Message]:
    for number in range(turns):
        await store.add_user_message(chat.id, f"Question {number}")
        reply = await store.begin_reply(chat.id, "tiny", 1)
        store.finish_reply(reply.id, f"Answer {number}", Status.COMPLETE, None, "v", [number])
    return await store.path(chat.id)


def test_the_start_counts_while_it_is_on_the_way(store: ConversationStore, chat: Conversation, run: Run) -> None:
    path = run(filled(store, chat))
    assert (start_of(path, chat), read_part(path, None)) == (None, path)
    changed = run(store.context.set_start(chat.id, path[2].id))
    assert start_of(path, changed) == path[2].id
    assert read_part(path, path[2].id) == path[2:]
    assert start_of(path[:2], changed) is None, "the chat was rewound before it"
    assert start_of(path, replace(changed, context_start_id=path[3].id)) is None, "a context begins with what a person wrote"
    assert run(store.context.set_start(chat.id, None)).context_start_id is None


def test_only_a_message_of_the_path_can_be_the_start(store: ConversationStore, chat: Conversation, run: Run) -> None:
    run(filled(store, chat))
    with pytest.raises(UnknownMessageError):
        run(store.context.set_start(chat.id, MessageId(999)))
    assert run(store.conversation(chat.id)).context_start_id is None


def test_forks_have_the_start_where_they_have_the_message(store: ConversationStore, chat: Conversation, run: Run) -> None:
    path = run(filled(store, chat))
    run(store.context.set_start(chat.id, path[2].id))
    assert run(store.fork(chat.id, path[3].id, "Later")).context_start_id == path[2].id
    assert run(store.fork(chat.id, path[2].id, "There")).context_start_id == path[2].id
    assert run(store.fork(chat.id, path[1].id, "Before")).context_start_id is None


def test_the_start_of_a_fork_lives_on_without_its_parent(store: ConversationStore, chat: Conversation, run: Run) -> None:
    path = run(filled(store, chat))
    run(store.context.set_start(chat.id, path[2].id))
    fork = run(store.fork(chat.id, path[3].id, "Later"))
    run(store.delete_conversation(chat.id))
    assert run(store.conversation(fork.id)).context_start_id == path[2].id
    run(store.delete_conversation(fork.id))


def test_nodes_of_other_starts_are_other_nodes(store: ConversationStore, chat: Conversation, run: Run) -> None:
    path = run(filled(store, chat))
    last, start = path[-1].id, path[2].id
    store.save_node(last, b"c", b"whole")
    store.save_node(last, b"c", b"part", start_id=start)
    assert run(store.nodes([last])) == [SavedNode(last, b"c", b"whole")]
    assert run(store.nodes([last], start)) == [SavedNode(last, b"c", b"part", start_id=start)]
    assert run(store.end_keys_by_context()) == {b"c": {b"whole", b"part"}}, "both are owned"
    assert run(store.head_ends()) == {b"c": {b"whole"}}
    run(store.context.set_start(chat.id, start))
    assert run(store.head_ends()) == {b"c": {b"whole", b"part"}}


def test_an_archive_takes_the_start_along(store: ConversationStore, chat: Conversation, run: Run) -> None:
    path = run(filled(store, chat))
    run(store.context.set_start(chat.id, path[2].id))
    store.save_node(path[-1].id, b"c", b"part", start_id=path[2].id)
    tree, records = run(store.archive.read_archive(chat.id))
    assert tree.chats[0].context_start == 2
    tree = archive_from_json(archive_to_json(tree))
    records = records_from_json(records_to_json(records), len(tree.messages))
    imported = run(store.archive.add_archive(tree))
    run(store.archive.add_nodes(imported, records.nodes, records.contexts))
    (again,) = imported.conversations
    ids = imported.message_ids
    assert again.context_start_id == ids[2]
    assert run(store.nodes([ids[5]], ids[2])) == [SavedNode(ids[5], b"c", b"part", start_id=ids[2])]


def test_a_chat_that_begins_anew_stands_under_the_other(store: ConversationStore, chat: Conversation, run: Run) -> None:
    path = run(filled(store, chat))
    run(store.presets.set_sampling(chat.id, Sampling(temperature=0.5)))
    run(store.set_thinking(chat.id, False))
    anew = run(store.context.begin_anew(chat.id, "Anew", ["Summary", "And?"]))
    source = run(store.conversation(chat.id))
    assert (anew.forked_from_id, anew.forked_at_id, anew.title) == (chat.id, None, "Anew")
    for field in ("began_on", "system_prompt", "sampling", "thinking", "keeps_reasoning", "model"):
        assert getattr(anew, field) == getattr(source, field)
    told = run(store.path(anew.id))
    assert [(message.role, message.text) for message in told] == [(Role.USER, "Summary"), (Role.USER, "And?")]
    assert run(store.path(chat.id)) == path
    assert {it.id for it in run(store.tree(chat.id)).chats} == {chat.id, anew.id}


def test_a_new_version_of_the_message_that_begins_the_context_begins_it(store: ConversationStore, chat: Conversation, run: Run) -> None:
    path = run(filled(store, chat))
    run(store.context.set_start(chat.id, path[2].id))
    run(store.add_version(chat.id, path[4].id, "Elsewhere"))
    assert run(store.conversation(chat.id)).context_start_id == path[2].id
    version = run(store.add_version(chat.id, path[2].id, "Anew"))
    edited = run(store.conversation(chat.id))
    assert edited.context_start_id == version.id
    assert start_of(run(store.path(chat.id)), edited) == version.id
