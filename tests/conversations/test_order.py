from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from desktop.conversations.errors import UnknownConversationError, UnknownFolderError
from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, FolderId
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run

NOBODY = ConversationId(999)
NOWHERE = FolderId(999)


def test_the_order_is_there_when_the_store_is_opened_again(open_store: Callable[[], ConversationStore], run: Run) -> None:
    async def arrange(store: ConversationStore) -> Conversation:
        chat = await store.create("Tides", date(2025, 3, 1))
        assert (chat.is_pinned, chat.is_folded, chat.folder_id) == (False, False, None)
        letters, work = await store.order.add_folder("Letters"), await store.order.add_folder("Work")
        await store.order.rename_folder(work.id, "Travel")
        await store.order.set_folder_folded(letters.id, True)
        await store.order.set_pinned(chat.id, True)
        await store.order.set_folded(chat.id, True)
        return await store.order.move(chat.id, work.id)

    store = open_store()
    chat = run(arrange(store))
    assert store.close(10)
    store = open_store()
    letters, travel = run(store.order.folders())
    assert (letters, travel) == (Folder(letters.id, "Letters", is_folded=True), Folder(travel.id, "Travel"))
    assert (chat.is_pinned, chat.is_folded, chat.folder_id) == (True, True, travel.id)
    assert run(store.conversations()) == [chat]
    for undone in (store.order.set_pinned(chat.id, False), store.order.set_folded(chat.id, False), store.order.move(chat.id, None)):
        chat = run(undone)
    assert (chat.is_pinned, chat.is_folded, chat.folder_id) == (False, False, None)


def test_chats_outlive_their_folder(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        folder = await store.order.add_folder("Letters")
        other = await store.create("Trashed", date(2025, 3, 1))
        for one in (chat, other):
            await store.order.move(one.id, folder.id)
        await store.move_to_trash(other.id, datetime.now(UTC))
        assert await store.order.delete_folder(folder.id) == [chat], "what is in the trash is not listed"
        assert await store.order.folders() == []
        assert (await store.restore_from_trash(other.id)).folder_id is None

    run(scenario())


def test_a_fork_stands_where_its_parent_does(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        message = await store.add_user_message(chat.id, "hello")
        folder = await store.order.add_folder("Letters")
        await store.order.move(chat.id, folder.id)
        await store.order.set_pinned(chat.id, True)
        fork = await store.fork(chat.id, message.id, "Fork")
        assert (fork.is_pinned, fork.folder_id) == (False, None), "it has no place of its own"

    run(scenario())


@pytest.mark.parametrize("is_deleted", [True, False])
def test_forks_stay_in_the_folder_of_a_chat_that_goes(store: ConversationStore, chat: Conversation, run: Run, is_deleted: bool) -> None:
    async def scenario() -> None:
        message = await store.add_user_message(chat.id, "hello")
        letters, work = await store.order.add_folder("Letters"), await store.order.add_folder("Work")
        fork, other = [await store.fork(chat.id, message.id, title) for title in ("Fork", "Other")]
        await store.order.move(chat.id, letters.id)
        await store.order.move(other.id, work.id)
        await (store.delete_conversation(chat.id) if is_deleted else store.move_to_trash(chat.id, datetime.now(UTC)))
        assert (await store.conversation(fork.id)).folder_id == letters.id
        assert (await store.conversation(other.id)).folder_id == work.id

    run(scenario())


def test_what_is_not_there_is_told(store: ConversationStore, chat: Conversation, run: Run) -> None:
    for call in (
        store.order.move(chat.id, NOWHERE),
        store.order.rename_folder(NOWHERE, "Name"),
        store.order.set_folder_folded(NOWHERE, True),
        store.order.delete_folder(NOWHERE),
    ):
        with pytest.raises(UnknownFolderError):
            run(call)
    for call in (store.order.set_pinned(NOBODY, True), store.order.set_folded(NOBODY, True), store.order.move(NOBODY, None)):
        with pytest.raises(UnknownConversationError):
            run(call)


def test_a_title_that_the_person_chose_stays(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        assert not chat.is_title_chosen
        suggested = await store.suggest_title(chat.id, "Why the moon?")
        assert (suggested.title, suggested.is_title_chosen) == ("Why the moon?", False)
        chosen = await store.rename(chat.id, "Ebb")
        assert (chosen.title, chosen.is_title_chosen) == ("Ebb", True)
        assert await store.suggest_title(chat.id, "Another") == chosen

    run(scenario())


@pytest.mark.parametrize(("place", "expected"), [(0, "CAB"), (1, "ACB"), (2, "ABC"), (9, "ABC"), (-1, "CAB")])
def test_a_folder_stands_where_it_was_put(open_store: Callable[[], ConversationStore], run: Run, place: int, expected: str) -> None:
    async def arrange(store: ConversationStore) -> None:
        made = [await store.order.add_folder(name) for name in "ABC"]
        await store.order.set_folder_folded(made[2].id, True)
        await store.order.move_folder(made[2].id, place)

    store = open_store()
    run(arrange(store))
    assert store.close(10)
    folders = run(open_store().order.folders())
    assert "".join(folder.name for folder in folders) == expected
    assert [folder.name for folder in folders if folder.is_folded] == ["C"]


def test_a_folder_that_is_gone_is_not_moved(store: ConversationStore, run: Run) -> None:
    with pytest.raises(UnknownFolderError):
        run(store.order.move_folder(NOWHERE, 0))
