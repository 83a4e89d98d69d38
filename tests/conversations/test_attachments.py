from collections.abc import Callable
from datetime import date

from desktop.conversations.message import Conversation
from desktop.conversations.store import ConversationStore
from desktop.conversations.written import Attachment, Written, joined
from tests.conversations.conftest import Run

FILES = (Attachment("notes.txt", "one\ntwo\n"), Attachment("main.py", "print()"))


def test_files_of_a_draft_are_there_when_the_store_is_opened_again(
    open_store: Callable[[], ConversationStore], chat: Conversation, run: Run
) -> None:
    store = open_store()
    run(store.save_attachments(chat.id, FILES[:1]))
    run(store.save_attachments(chat.id, FILES))
    assert store.close(10)
    store = open_store()
    assert run(store.attachments(chat.id)) == FILES
    run(store.save_attachments(chat.id, ()))
    assert run(store.attachments(chat.id)) == ()


def test_files_go_with_their_chat_and_are_not_kept_for_one_that_is_gone(store: ConversationStore, chat: Conversation, run: Run) -> None:
    run(store.save_attachments(chat.id, FILES))
    run(store.delete_conversation(chat.id))
    assert run(store.attachments(chat.id)) == ()
    run(store.save_attachments(chat.id, FILES))
    assert run(store.attachments(chat.id)) == ()


def test_a_chat_with_a_file_is_not_empty(store: ConversationStore, run: Run) -> None:
    chat = run(store.create("Tides", date(2025, 3, 1)))
    assert run(store.empty(chat.title)) == chat
    run(store.save_attachments(chat.id, FILES))
    assert run(store.empty(chat.title)) is None


def test_a_draft_takes_its_files_along(store: ConversationStore, chat: Conversation, run: Run) -> None:
    run(store.save_draft(chat.id, "Look"))
    run(store.save_attachments(chat.id, FILES[:1]))
    outline = run(store.archive.read_outline([chat.id]))
    assert [it.draft for it in outline.chats] == ["Look\n\n`notes.txt`\n```txt\none\ntwo\n```"]


def test_a_message_has_its_files_behind_what_was_typed() -> None:
    assert Written("\n  What is this? \n", FILES).message() == (
        "  What is this?\n\n`notes.txt`\n```txt\none\ntwo\n```\n\n`main.py`\n```py\nprint()\n```"
    )
    assert Written(" \n", FILES[1:]).message() == "`main.py`\n```py\nprint()\n```"
    assert Written(" \n").message() == ""


def test_nothing_in_a_file_ends_its_block() -> None:
    text = "```\ncode\n```\n````md\n```"
    assert Attachment("a`\nb.odd name", text).block() == f"`a' b.odd name`\n`````\n{text}\n`````"


def test_what_was_written_for_several_messages_is_joined_in_order() -> None:
    assert joined(Written("a", FILES[:1]), Written(""), Written("b", FILES[1:])) == Written("a\nb", FILES)
    assert joined() == Written("")
