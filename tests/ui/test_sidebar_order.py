"""Pins, folders and folded forks in the list, by pointer and by keys."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QLineEdit, QListView, QMenu
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation, FolderId
from desktop.system.errors import RivuletError
from desktop.ui.chat_drag import chat_data, dragged_chat, dragged_folder, folder_data
from desktop.ui.main_window import MainWindow
from desktop.ui.sidebar.chat_list_model import ChatListRole
from desktop.ui.sidebar.chat_list_view import ChatListView
from desktop.ui.sidebar.row_marks import RowMark, mark_place
from desktop.ui.sidebar.sidebar import Sidebar
from tests.ui.conftest import OpenWindow, only, panes, settle
from tests.ui.fake_chats import FakeChats, Spawner
from tests.ui.window_driver import Dialogue, click_row, drain, index, rows


def view(window: MainWindow) -> ChatListView:
    found = window.findChild(QListView, "chatList")
    assert isinstance(found, ChatListView)
    return found


def choose(window: MainWindow, title: str, *words: str) -> None:
    """Choose an action of a row's menu, or of a menu in it."""
    sidebar = window.findChild(Sidebar)
    assert sidebar is not None
    menu: QMenu | None = sidebar.row_menu(index(window, title))
    whole = menu
    for word in words:
        assert menu is not None
        action: QAction = next(action for action in menu.actions() if action.text().split("\t")[0] == word)
        menu = action.menu()
    action.trigger()
    assert whole is not None
    whole.deleteLater()
    drain(window)


def press_mark(qtbot: QtBot, window: MainWindow, title: str, mark: RowMark) -> None:
    at = index(window, title)
    place = mark_place(at.data(ChatListRole.ROW), mark, view(window).visualRect(at))
    qtbot.mouseClick(view(window).viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    drain(window)


def name(qtbot: QtBot, window: MainWindow, text: str) -> None:
    editor = only(window, "titleEdit")
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle()
    drain(window)


def drop(window: MainWindow, chat: Conversation, title: str) -> None:
    chats = view(window)
    at = QPointF(chats.visualRect(index(window, title)).center())
    data, move = chat_data(chat.id), Qt.DropAction.MoveAction
    over = QDragMoveEvent(at.toPoint(), move, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    chats.dragMoveEvent(over)
    assert over.isAccepted()
    assert chats.drop_row() == index(window, title).row()
    chats.dropEvent(QDropEvent(at, move, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    assert chats.drop_row() == -1
    drain(window)


def test_a_chat_is_pinned_with_its_forks(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.add_chat("With an arena", parent=dialogue[0], at=dialogue[1][1])
    chats.add_chat("Other")
    window = open_window(dialogue[0])
    choose(window, "Rust lifetimes, gently", "Pin")
    assert ("set_pinned", dialogue[0].id, True) in chats.calls
    assert [*rows(window)[:3], rows(window)[-1]] == ["Pinned", "Rust lifetimes, gently", "With an arena", "Other"]
    choose(window, "Rust lifetimes, gently", "Unpin")
    assert "Pinned" not in rows(window)


def test_a_folder_is_made_by_keys_and_named_in_place(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    window.toggle_sidebar()
    qtbot.keyClick(panes(window)[0].composer.edit, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert only(window, "titleEdit").accessibleName() == "Name of the folder"
    name(qtbot, window, "Letters")
    assert rows(window)[0] == "Letters"
    assert ("rename_folder", 1, "Letters") in chats.calls


def test_a_chat_goes_into_a_folder_that_is_made_for_it(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    choose(window, "Rust lifetimes, gently", "Move to folder", "New folder…")
    name(qtbot, window, "Letters & more")
    assert rows(window) == ["Letters & more", "Rust lifetimes, gently"]
    choose(window, "Rust lifetimes, gently", "Move to folder", "No folder")
    assert rows(window)[0] == "Letters & more"
    assert rows(window)[-1] == "Rust lifetimes, gently"
    choose(window, "Rust lifetimes, gently", "Move to folder", "Letters && more")
    assert rows(window) == ["Letters & more", "Rust lifetimes, gently"]


def test_a_deleted_folder_gives_its_chats_back(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    folder = chats.order.add("Letters")
    chats.change(dialogue[0].id, folder_id=folder.id)
    window = open_window(dialogue[0])
    choose(window, "Letters", "Delete folder")
    assert "Letters" not in rows(window)
    assert rows(window)[-1] == "Rust lifetimes, gently"


def test_a_folder_folds_by_a_click_and_by_keys(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    folder = chats.order.add("Letters")
    chats.change(dialogue[0].id, folder_id=folder.id)
    window = open_window(dialogue[0])
    role = Qt.ItemDataRole.AccessibleTextRole
    assert index(window, "Letters").data(role) == "Letters, folder, 1 chat"
    click_row(qtbot, window, "Letters")
    assert rows(window) == ["Letters"]
    assert index(window, "Letters").data(role) == "Letters, folder, 1 chat, folded"
    assert chats.order.kept[0].is_folded
    view(window).setFocus()
    view(window).setCurrentIndex(index(window, "Letters"))
    qtbot.keyClick(view(window), Qt.Key.Key_Right)
    assert rows(window) == ["Letters", "Rust lifetimes, gently"]
    qtbot.keyClick(view(window), Qt.Key.Key_Right)
    assert view(window).currentIndex().data() == "Rust lifetimes, gently"
    qtbot.keyClick(view(window), Qt.Key.Key_Left)
    assert view(window).currentIndex().data() == "Letters", "from a chat to what it is in"
    qtbot.keyClick(view(window), Qt.Key.Key_Left)
    assert rows(window) == ["Letters"]


def test_forks_fold_under_their_parent(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    first = chats.add_chat("First", parent=dialogue[0], at=dialogue[1][1])
    chats.add_chat("Second", parent=first, at=dialogue[1][1])
    window = open_window(dialogue[0])
    press_mark(qtbot, window, "Rust lifetimes, gently", RowMark.FOLD)
    assert rows(window)[1:] == ["Rust lifetimes, gently"]
    assert chats.chats[dialogue[0].id].is_folded, "it is remembered"
    told = index(window, "Rust lifetimes, gently").data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Rust lifetimes, gently, branch A, 2 forks folded"
    view(window).setFocus()
    view(window).setCurrentIndex(index(window, "Rust lifetimes, gently"))
    qtbot.keyClick(view(window), Qt.Key.Key_Right)
    assert rows(window)[2:] == ["First", "Second"]
    view(window).setCurrentIndex(index(window, "Second"))
    for expected in ("First", "First", "Rust lifetimes, gently"):
        qtbot.keyClick(view(window), Qt.Key.Key_Left)
        assert view(window).currentIndex().data() == expected
    assert rows(window)[2:] == ["First"]
    assert len([call for call in chats.calls if call[0] == "open"]) == 1, "nothing was opened by that"


def test_what_is_folded_away_is_unfolded_to_be_renamed(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    folder = chats.order.add("Letters", is_folded=True)
    chats.change(dialogue[0].id, folder_id=folder.id, is_folded=True)
    fork = chats.add_chat("First", parent=dialogue[0], at=dialogue[1][1])
    window = open_window(fork)
    assert rows(window) == ["Letters"]
    qtbot.keyClick(panes(window)[0].composer.edit, Qt.Key.Key_F2)
    name(qtbot, window, "Mine")
    assert ("rename", fork.id, "Mine") in chats.calls


@pytest.mark.parametrize("key", [Qt.Key.Key_Menu, Qt.Key.Key_F10])
def test_the_menu_opens_by_keys(open_window: OpenWindow, dialogue: Dialogue, qtbot: QtBot, key: Qt.Key) -> None:
    window = open_window(dialogue[0])
    view(window).setFocus()
    view(window).setCurrentIndex(index(window, "Rust lifetimes, gently"))
    modifier = Qt.KeyboardModifier.ShiftModifier if key == Qt.Key.Key_F10 else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(view(window), key, modifier)
    menu = only(window, "chatMenu")
    assert isinstance(menu, QMenu)
    words = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert words == ["Open", "Open beside", "Rename", "Pin", "Move to folder", "Fork", "Export", "Move to trash"]
    menu.close()
    settle()


def test_the_mark_of_a_row_opens_its_menu_and_not_the_chat(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    other = chats.add_chat("Other")
    window = open_window(dialogue[0])
    press_mark(qtbot, window, "Other", RowMark.MENU)
    only(window, "chatMenu").close()
    settle()
    assert ("open", other.id) not in chats.calls
    click_row(qtbot, window, "Other")
    chosen: list[object] = []
    view(window).row_chosen.connect(chosen.append)
    press_mark(qtbot, window, "Other", RowMark.MENU)
    only(window, "chatMenu").close()
    settle()
    assert chosen == []


def test_a_chat_is_forked_from_the_list(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    choose(window, "Rust lifetimes, gently", "Fork")
    assert ("fork", dialogue[0].id, dialogue[1][-1].id) in chats.calls
    assert [pane.head.title() for pane in panes(window)] == ["Rust lifetimes, gently", "Fork of Rust lifetimes, gently"]


def test_a_chat_is_dragged_to_where_it_is_to_stand(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chat = dialogue[0]
    folder = chats.order.add("Letters")
    pinned = chats.add_chat("First of all")
    chats.change(pinned.id, is_pinned=True)
    inside = chats.add_chat("Inside")
    chats.change(inside.id, folder_id=folder.id)
    chats.add_chat("Other")
    window = open_window(chat)
    drop(window, chat, "Letters")
    assert chats.chats[chat.id].folder_id == folder.id
    drop(window, chat, "First of all")
    assert chats.chats[chat.id].is_pinned
    drop(window, chat, "Inside")
    assert (chats.chats[chat.id].is_pinned, chats.chats[chat.id].folder_id) == (False, folder.id)
    drop(window, chat, "Other")
    assert chats.chats[chat.id].folder_id is None
    before = len(chats.calls)
    drop(window, chat, "Other")
    assert len(chats.calls) == before, "it stands there already"


def test_a_failure_is_told_and_the_list_stays(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, spawner: Spawner) -> None:
    window = open_window(dialogue[0])
    before = rows(window)
    chats.failure = RivuletError("The disk is full.")
    choose(window, "Rust lifetimes, gently", "Pin")
    assert spawner.sentences == ["The disk is full."]
    assert rows(window) == before


def test_a_folders_name_cannot_garble_the_list(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.order.add("a\u202ecod\n<b>exe</b>")
    window = open_window(dialogue[0])
    assert rows(window)[0] == "acod <b>exe</b>"
    tooltip = index(window, rows(window)[0]).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tooltip


def test_a_double_click_on_a_mark_renames_nothing(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    chats.add_chat("First", parent=dialogue[0], at=dialogue[1][1])
    window = open_window(dialogue[0])
    at = index(window, "Rust lifetimes, gently")
    place = mark_place(at.data(ChatListRole.ROW), RowMark.FOLD, view(window).visualRect(at)).center()
    qtbot.mouseDClick(view(window).viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view(window).findChild(QLineEdit, "titleEdit") is None
    assert replace(chats.chats[dialogue[0].id]).is_folded is True


def test_the_list_scrolls_while_a_chat_is_dragged_near_its_edge(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot
) -> None:
    for number in range(60):
        chats.add_chat(f"Chat {number}")
    window = open_window(dialogue[0])
    listed = view(window)
    bar = listed.verticalScrollBar()
    bar.setValue(400)
    at = QPointF(40, 3)
    data, move = chat_data(dialogue[0].id), Qt.DropAction.MoveAction
    listed.dragMoveEvent(QDragMoveEvent(at.toPoint(), move, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: bar.value() < 400)
    listed.dropEvent(QDropEvent(at, move, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    stopped = bar.value()
    qtbot.wait(150)
    assert bar.value() == stopped


@pytest.fixture
def folders(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> MainWindow:
    """A window with three folders, of which the second is folded and the third has a chat."""
    for folder in ("Letters", "Travel", "Work"):
        chats.order.add(folder, is_folded=folder == "Travel")
    chats.change(dialogue[0].id, folder_id=chats.order.kept[2].id)
    return open_window(chats.chats[dialogue[0].id])


def folder_names(window: MainWindow) -> list[str]:
    return [row for row in rows(window) if row in ("Letters", "Travel", "Work")]


def test_folders_are_moved_by_keys(qtbot: QtBot, chats: FakeChats, folders: MainWindow) -> None:
    listed = view(folders)
    listed.setFocus()
    listed.setCurrentIndex(index(folders, "Letters"))
    for key, expected in [
        (Qt.Key.Key_Up, ["Letters", "Travel", "Work"]),  # it is at the top
        (Qt.Key.Key_Down, ["Travel", "Letters", "Work"]),
        (Qt.Key.Key_Down, ["Travel", "Work", "Letters"]),
        (Qt.Key.Key_Down, ["Travel", "Work", "Letters"]),
        (Qt.Key.Key_Up, ["Travel", "Letters", "Work"]),
    ]:
        qtbot.keyClick(listed, key, Qt.KeyboardModifier.AltModifier)
        drain(folders)
        assert folder_names(folders) == expected
        assert [folder.name for folder in chats.order.kept] == expected
        assert listed.currentIndex().data() == "Letters"
    assert [folder.is_folded for folder in chats.order.kept] == [True, False, False], "folded as before"
    assert len([call for call in chats.calls if call[0] == "move_folder"]) == 3


def test_folders_are_moved_by_their_menu(chats: FakeChats, folders: MainWindow) -> None:
    choose(folders, "Work", "Move up")
    assert folder_names(folders) == ["Letters", "Work", "Travel"]
    choose(folders, "Letters", "Move down")
    assert folder_names(folders) == ["Work", "Letters", "Travel"]
    assert rows(folders)[rows(folders).index("Work") + 1] == "Rust lifetimes, gently", "its chats go with it"
    sidebar = folders.findChild(Sidebar)
    assert sidebar is not None
    menu = sidebar.row_menu(index(folders, "Work"))
    assert menu is not None
    enabled = {action.text().split("\t")[0]: action.isEnabled() for action in menu.actions()}
    assert (enabled["Move up"], enabled["Move down"]) == (False, True)
    menu.deleteLater()


def test_the_only_folder_is_not_moved(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chats.order.add("Letters")
    window = open_window(dialogue[0])
    sidebar = window.findChild(Sidebar)
    assert sidebar is not None
    menu = sidebar.row_menu(index(window, "Letters"))
    assert menu is not None
    assert not any(action.text().startswith("Move") for action in menu.actions())
    menu.deleteLater()


@pytest.mark.parametrize(
    ("dragged", "target", "expected"),
    [
        ("Letters", "Work", ["Travel", "Work", "Letters"]),
        ("Work", "Letters", ["Work", "Letters", "Travel"]),
        ("Letters", "Rust lifetimes, gently", ["Travel", "Work", "Letters"]),  # which stands in Work
        ("Letters", "", ["Travel", "Work", "Letters"]),  # below all
        ("Travel", "Travel", ["Letters", "Travel", "Work"]),
    ],
)
def test_a_folder_is_dragged(chats: FakeChats, folders: MainWindow, dragged: str, target: str, expected: list[str]) -> None:
    listed = view(folders)
    assert listed.model().flags(index(folders, dragged)) & Qt.ItemFlag.ItemIsDragEnabled
    data = folder_data(next(folder.id for folder in chats.order.kept if folder.name == dragged))
    at = QPointF(listed.visualRect(index(folders, target)).center()) if target else QPointF(20, listed.viewport().height() - 4)
    move = Qt.DropAction.MoveAction
    moved = QDragMoveEvent(at.toPoint(), move, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    listed.dragMoveEvent(moved)
    assert moved.isAccepted()
    listed.dropEvent(QDropEvent(at, move, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    drain(folders)
    assert folder_names(folders) == expected
    assert [folder.name for folder in chats.order.kept] == expected


def test_no_pane_takes_a_folder() -> None:
    assert dragged_chat(folder_data(FolderId(1))) is None
    assert dragged_folder(folder_data(FolderId(1))) == 1
