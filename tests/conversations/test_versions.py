from desktop.conversations.message import Conversation, Message, Status
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run


async def reply(store: ConversationStore, chat: Conversation, text: str) -> Message:
    begun = await store.begin_reply(chat.id, "tiny", seed=1)
    store.finish_reply(begun.id, text, Status.COMPLETE, None, "v", [1], "Hm.")
    return (await store.path_to(begun.id))[-1]


def test_a_version_stands_beside_what_it_was_made_of(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        first = await store.add_user_message(chat.id, "Why?")
        answer = await reply(store, chat, "The moon.")
        edited = await store.add_version(chat.id, answer.id, "The sun.")
        assert (edited.parent_id, edited.text, edited.reasoning, edited.model) == (first.id, "The sun.", "Hm.", "tiny")
        assert (edited.status, edited.seed, edited.stats) == (Status.COMPLETE, None, None)
        assert await store.path(chat.id) == [first, edited]
        assert await store.versions(chat.id) == {edited.id: (answer.id, edited.id)}
        again = await store.add_version(chat.id, first.id, "How?")
        assert (again.parent_id, again.model) == (None, "")
        assert await store.versions(chat.id) == {again.id: (first.id, again.id)}

    run(scenario())


def test_a_version_is_shown_with_what_followed_it_last(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        first = await store.add_user_message(chat.id, "Why?")
        old = await reply(store, chat, "The moon.")
        await store.add_user_message(chat.id, "And?")
        new = await store.add_version(chat.id, old.id, "The sun.")
        await store.move_head(chat.id, old.id)
        last = await store.add_user_message(chat.id, "Is that so?")
        await store.add_version(chat.id, first.id, "How?")
        heads = [(await store.show_version(chat.id, shown.id)).head_id for shown in (first, old, new, last)]
        assert heads == [last.id, last.id, new.id, last.id]

    run(scenario())
