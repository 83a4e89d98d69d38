"""How the person orders chats, as it is told."""

from pathlib import Path

from desktop.chat.chat_order import NEW_FOLDER
from desktop.chat.events import ConversationChanged, FoldersChanged
from desktop.conversations.folder import Folder
from tests.chat.bench import Bench, run


def test_what_is_ordered_is_told(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        order = bench.chats.organising
        chat = (await bench.chats.new()).id
        folder = await order.add_folder()
        assert bench.of(FoldersChanged)[-1].folders == (Folder(folder.id, NEW_FOLDER),)
        await order.rename_folder(folder.id, "  Letters\nand more ")
        await order.rename_folder(folder.id, " ")
        await order.set_folder_folded(folder.id, True)
        await order.move(chat, folder.id)
        await order.set_pinned(chat, True)
        await order.set_folded(chat, True)
        [*_, folders] = bench.of(FoldersChanged)
        assert list(folders.folders) == await order.folders() == [Folder(folder.id, "Letters", is_folded=True)]
        changed = bench.of(ConversationChanged)[-1].conversation
        assert (changed.folder_id, changed.is_pinned, changed.is_folded) == (folder.id, True, True)
        await order.delete_folder(folder.id)
        assert bench.of(FoldersChanged)[-1].folders == ()
        assert bench.of(ConversationChanged)[-1].conversation.folder_id is None

    run(tmp_path, None, test)
