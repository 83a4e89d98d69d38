from datetime import UTC, date, datetime

import pytest

from desktop.conversations.chat_tree import EXCERPT
from desktop.conversations.errors import UnknownConversationError, UnknownMessageError
from desktop.conversations.message import Conversation, ConversationId, MessageId, Role, Status
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run

NOW = datetime(2025, 3, 4, tzinfo=UTC)


def test_the_tree_has_all_chats_of_a_family_and_no_other(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        root = await store.add_user_message(chat.id, "  Why\n\nare there   tides? ")
        reply = await store.begin_reply(chat.id, "tiny", seed=1)
        fork = await store.fork(chat.id, reply.id, "a")
        long = await store.add_user_message(fork.id, "word " * EXCERPT)
        deep = await store.fork(fork.id, long.id, "b")
        own = await store.add_user_message(deep.id, "own")
        stranger = await store.create("other", date(2025, 3, 1))
        await store.add_user_message(stranger.id, "stranger")
        for member in (chat, fork, deep):
            tree = await store.tree(member.id)
            assert [found.id for found in tree.chats] == [chat.id, fork.id, deep.id]
            assert [(node.id, node.parent_id, node.chat_id) for node in tree.nodes] == [
                (root.id, None, chat.id),
                (reply.id, root.id, chat.id),
                (long.id, reply.id, fork.id),
                (own.id, long.id, deep.id),
            ]
        assert (tree.nodes[0].excerpt, tree.nodes[0].role) == ("Why are there tides?", Role.USER)
        assert (tree.nodes[1].excerpt, tree.nodes[1].status) == ("", Status.STREAMING)
        assert tree.nodes[2].excerpt == ("word " * EXCERPT)[:EXCERPT]
        await store.move_to_trash(fork.id, NOW)
        assert [found.id for found in (await store.tree(chat.id)).chats] == [chat.id, deep.id], "what is in the trash connects"
        await store.move_to_trash(deep.id, NOW)
        assert [node.id for node in (await store.tree(chat.id)).nodes] == [root.id, reply.id]

    run(scenario())


def test_a_visited_message_keeps_its_branch(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        root = await store.add_user_message(chat.id, "Why?")
        fork = await store.fork(chat.id, root.id, "a")
        reply = await store.begin_reply(fork.id, "tiny", seed=1)
        await store.fork(fork.id, reply.id, "b")
        visited = await store.visit(chat.id, reply.id)
        assert visited.head_id == reply.id
        assert await store.path(chat.id) == await store.path(fork.id)
        assert [node.chat_id for node in (await store.tree(chat.id)).nodes] == [chat.id, fork.id]
        await store.delete_conversation(fork.id)
        assert [message.id for message in await store.path(chat.id)] == [root.id, reply.id]

    run(scenario())


def test_only_messages_of_the_tree_can_be_visited(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        root = await store.add_user_message(chat.id, "Why?")
        fork = await store.fork(chat.id, root.id, "a")
        own = await store.add_user_message(fork.id, "own")
        other = await store.create("other", date(2025, 3, 1))
        stranger = await store.add_user_message(other.id, "stranger")
        await store.move_to_trash(fork.id, NOW)
        for message_id in (stranger.id, own.id, MessageId(99)):
            with pytest.raises(UnknownMessageError):
                await store.visit(chat.id, message_id)
            with pytest.raises(UnknownMessageError):
                await store.show_version(chat.id, message_id)
        for call in (store.tree, store.versions):
            with pytest.raises(UnknownConversationError):
                await call(ConversationId(99))

    run(scenario())


def test_an_exported_chat_has_all_its_versions(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        first = await store.add_user_message(chat.id, "Why?")
        await store.add_version(chat.id, first.id, "How?")
        third = await store.add_version(chat.id, first.id, "When?")
        archived, _ = await store.archive.read_archive(chat.id)
        imported = await store.archive.add_archive(archived)
        new = imported.conversations[0].id
        assert list((await store.versions(new)).values()) == [imported.message_ids]
        assert [(await store.path_to(message_id))[-1].text for message_id in imported.message_ids] == ["Why?", "How?", "When?"]
        assert (await store.path(new))[-1].text == third.text

    run(scenario())
