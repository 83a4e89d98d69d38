from collections.abc import Callable
from datetime import date

from desktop.conversations.edits import Edit
from desktop.conversations.message import Conversation, MessageId
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run

OPEN, ASIDE = Edit("Why the moon?\n", is_open=True), Edit("Why \U0001f319?", is_open=False)


def test_edits_are_there_when_the_store_is_opened_again(open_store: Callable[[], ConversationStore], run: Run) -> None:
    store = open_store()
    chat, asked = run(begin(store))
    run(store.save_edit(chat.id, asked, OPEN))
    run(store.save_edit(chat.id, asked, ASIDE))
    assert store.close(10)
    store = open_store()
    assert run(store.edits(chat.id)) == {asked: ASIDE}
    run(store.save_edit(chat.id, asked, None))
    run(store.save_edit(chat.id, asked, None))
    assert run(store.edits(chat.id)) == {}


def test_an_edit_belongs_to_one_chat_and_goes_with_it(store: ConversationStore, run: Run) -> None:
    chat, asked = run(begin(store))
    fork = run(store.fork(chat.id, asked, "Fork"))
    run(store.save_edit(chat.id, asked, OPEN))
    assert run(store.edits(fork.id)) == {}
    run(store.save_edit(fork.id, asked, ASIDE))
    run(store.delete_conversation(chat.id))
    assert run(store.edits(chat.id)) == {}
    assert run(store.edits(fork.id)) == {asked: ASIDE}


def test_what_was_sent_is_not_being_written_any_more(store: ConversationStore, run: Run) -> None:
    chat, asked = run(begin(store))
    run(store.save_edit(chat.id, asked, OPEN))
    run(store.add_version(chat.id, asked, OPEN.text))
    assert run(store.edits(chat.id)) == {}


def test_an_edit_of_what_is_gone_is_dropped(store: ConversationStore, run: Run) -> None:
    chat, asked = run(begin(store))
    run(store.save_edit(chat.id, MessageId(99), OPEN))
    run(store.delete_conversation(chat.id))
    run(store.save_edit(chat.id, asked, OPEN))
    assert run(store.edits(chat.id)) == {}


async def begin(store: ConversationStore) -> tuple[Conversation, MessageId]:
    """Make a chat in which something was asked."""
    chat = await store.create("Tides", date(2025, 3, 1))
    return chat, (await store.add_user_message(chat.id, "Why?")).id
