from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.message import Conversation, ConversationId, MessageId, Status
from desktop.conversations.setup import Sampling, Setup
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run

NOBODY = ConversationId(999)


async def turn(store: ConversationStore, chat: Conversation) -> MessageId:
    """Add a turn whose reply has a saved node that is named after it."""
    await store.add_user_message(chat.id, "Why?")
    reply = await store.begin_reply(chat.id, "tiny", seed=1)
    store.finish_reply(reply.id, "The moon.", Status.COMPLETE, None, "v", [1])
    store.save_node(reply.id, b"a", node(reply.id))
    return reply.id


def node(message_id: MessageId) -> bytes:
    return b"node of %d" % message_id


def test_how_prompts_are_made_is_kept_and_inherited(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        assert (chat.thinking, chat.keeps_reasoning, chat.is_plain, chat.is_kept_ready) == (None, False, False, False)
        message = await store.add_user_message(chat.id, "hello")
        for thinking in (True, False, None, False):
            assert (await store.set_thinking(chat.id, thinking)).thinking is thinking
        assert (await store.set_keeps_reasoning(chat.id, True)).keeps_reasoning is True
        kept = await store.set_kept_ready(chat.id, True)
        assert (kept.thinking, kept.keeps_reasoning, kept.is_kept_ready) == (False, True, True)
        fork = await store.fork(chat.id, message.id, "Fork")
        assert (fork.thinking, fork.keeps_reasoning, fork.is_plain, fork.is_kept_ready) == (False, True, False, False)
        plain = await store.create("Text", date(2025, 3, 1), is_plain=True)
        assert plain.is_plain
        assert (await store.set_kept_ready(chat.id, False)).is_kept_ready is False

    run(scenario())


def test_the_model_and_how_replies_are_written_are_kept_and_inherited(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        assert (chat.model, chat.sampling) == ("", Sampling())
        await store.add_user_message(chat.id, "hello")
        reply = await store.begin_reply(chat.id, "tiny", seed=1)
        store.finish_reply(reply.id, "Hi.", Status.COMPLETE, None, "v", [])
        assert (await store.conversation(chat.id)).model == "tiny", "whoever wrote last"
        for sampling in (Sampling(0.0), Sampling(1.5, 0.5, 10, 0.2, 1.3, 7, 100), Sampling(), Sampling(seed=1, top_k=0, top_p=0.25)):
            assert (await store.presets.set_sampling(chat.id, sampling)).sampling == sampling
        assert (await store.set_model(chat.id, "large")).model == "large"
        fork = await store.fork(chat.id, reply.id, "Fork")
        assert (fork.model, fork.sampling) == ("large", sampling)

    run(scenario())


def test_the_trash_is_a_list_of_its_own(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        now = datetime(2025, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
        other = await store.create("Other", date(2025, 3, 1))
        last = await store.create("Last", date(2025, 3, 1))
        trashed = await store.move_to_trash(chat.id, now)
        assert trashed.trashed_at == now
        await store.move_to_trash(last.id, now + timedelta(seconds=1))
        assert [left.id for left in await store.conversations()] == [other.id]
        assert [gone.id for gone in await store.trashed()] == [last.id, chat.id]
        assert (await store.conversation(chat.id)) == trashed
        assert await store.restore_from_trash(chat.id) == chat
        assert [gone.id for gone in await store.trashed()] == [last.id]
        await store.delete_conversation(last.id)
        assert await store.trashed() == []

    run(scenario())


def test_what_only_the_trash_has_owns_no_saved_states(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        now = datetime.now(UTC)
        shared = await turn(store, chat)
        own = await turn(store, chat)
        fork = await store.fork(chat.id, shared, "Fork")
        forked = await turn(store, fork)
        assert await store.shared_messages(chat.id) == {message.id for message in (await store.path(chat.id))[:2]}
        await store.move_to_trash(chat.id, now)
        assert await store.shared_messages(fork.id) == set()
        assert (await store.end_keys_by_context())[b"a"] == {node(shared), node(forked)}
        await store.move_to_trash(fork.id, now)
        assert not (await store.end_keys_by_context()).get(b"a")
        assert await store.end_keys_by_context() == {b"a": set()}
        assert [saved.end_key for saved in await store.nodes([own])] == [b""], "that it was saved once is remembered"
        assert len(await store.path(chat.id)) == 4
        await store.restore_from_trash(chat.id)
        store.save_node(own, b"a", b"again")
        assert await store.end_keys_by_context() == {b"a": {b"again"}}

    run(scenario())


def test_chats_that_nobody_uses_lose_their_saved_states(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        shared = await turn(store, chat)
        fork = await store.fork(chat.id, shared, "Fork")
        own = await turn(store, fork)
        now = datetime.now(UTC)
        later = now + timedelta(hours=1)
        assert await store.expire(now - timedelta(hours=1), []) == []
        await store.touch([fork.id], later)
        assert await store.expire(later, []) == [chat.id], "unused since then, not after"
        assert (await store.end_keys_by_context())[b"a"] == {node(shared), node(own)}, "the fork has it too"
        assert await store.expire(later + timedelta(seconds=1), [fork.id]) == [chat.id]
        assert (await store.end_keys_by_context())[b"a"] == {node(shared), node(own)}
        assert await store.expire(later + timedelta(seconds=1), []) == [chat.id, fork.id]
        assert not (await store.end_keys_by_context()).get(b"a")
        assert len(await store.path(fork.id)) == 4

    run(scenario())


def test_a_message_is_a_use_and_some_chats_never_expire(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        kept = await store.create("Kept", date(2025, 3, 1))
        trashed = await store.create("Trashed", date(2025, 3, 1))
        await store.set_kept_ready(kept.id, True)
        await store.move_to_trash(trashed.id, datetime.now(UTC))
        limit = datetime.now(UTC)
        assert await store.expire(limit, []) == [chat.id]
        await store.touch([chat.id], limit - timedelta(days=1))
        await turn(store, chat)
        assert await store.expire(limit, []) == []

    run(scenario())


def test_nodes_are_told_by_context(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        first = await turn(store, chat)
        second = await turn(store, chat)
        store.save_node(first, b"b", b"other")
        assert await store.end_keys_by_context() == {b"a": {node(first), node(second)}, b"b": {b"other"}}

    run(scenario())


def test_the_nodes_at_which_chats_stand_are_told(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        first = await turn(store, chat)
        await store.fork(chat.id, first, "Fork")
        between = await turn(store, chat)
        last = await turn(store, chat)
        store.save_node(last, b"b", b"other")
        store.save_node(between, b"b", b"passed")
        assert await store.head_ends() == {b"a": {node(first), node(last)}, b"b": {b"other"}}

    run(scenario())


def test_forks_are_found(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        message = await store.add_user_message(chat.id, "hello")
        forks = [await store.fork(chat.id, message.id, name) for name in "ab"]
        await store.fork(forks[0].id, message.id, "c")
        assert await store.forks(chat.id) == forks

    run(scenario())


def test_unknown_chats_are_told(store: ConversationStore, run: Run) -> None:
    for call in (
        store.move_to_trash(NOBODY, datetime.now(UTC)),
        store.restore_from_trash(NOBODY),
        store.set_thinking(NOBODY, True),
        store.set_keeps_reasoning(NOBODY, True),
        store.set_kept_ready(NOBODY, True),
        store.presets.set_sampling(NOBODY, Sampling(1.0)),
        store.presets.set_system_prompt(NOBODY, "Be brief."),
        store.presets.set_up(NOBODY, Setup()),
        store.set_model(NOBODY, "tiny"),
    ):
        with pytest.raises(UnknownConversationError):
            run(call)
