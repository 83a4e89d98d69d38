"""The tree in a pane: opened and closed, used to go somewhere, kept as the conversation is."""

import pytest
from PySide6.QtCore import SIGNAL, QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation
from desktop.system.errors import RivuletError
from desktop.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.tree.conftest import HoldingSpawner
from tests.ui.tree.tree_driver import click, message, open_tree, pane_of, press, reloaded, selected_text, tree_of, view_of
from tests.ui.window_driver import Dialogue, drain, texts, write


def test_the_key_opens_the_tree_and_closes_it_again(opened: MainWindow, qtbot: QtBot) -> None:
    pane = pane_of(opened)
    assert tree_of(opened).isVisible()
    assert not pane.transcript.isVisible()
    assert pane.composer.isVisible()
    assert view_of(opened).hasFocus()
    open_tree(qtbot, opened)
    assert pane.transcript.isVisible()
    assert pane.composer.edit.hasFocus()


def test_the_messages_stay_until_the_tree_is_read(
    open_window: OpenWindow, family: tuple[Conversation, Conversation], spawner: HoldingSpawner, qtbot: QtBot
) -> None:
    window = open_window(family[0])
    spawner.holds = True
    open_tree(qtbot, window)
    assert pane_of(window).transcript.isVisible()
    spawner.release()
    assert tree_of(window).isVisible()


def test_the_key_again_calls_off_a_tree_on_its_way(
    open_window: OpenWindow, family: tuple[Conversation, Conversation], spawner: HoldingSpawner, qtbot: QtBot
) -> None:
    window = open_window(family[0])
    spawner.holds = True
    open_tree(qtbot, window)
    open_tree(qtbot, window)
    spawner.release()
    assert not tree_of(window).isVisible()


def test_a_tree_that_comes_late_takes_no_focus_from_another_pane(
    open_window: OpenWindow, family: tuple[Conversation, Conversation], spawner: HoldingSpawner, qtbot: QtBot
) -> None:
    window = open_window(*family)
    spawner.holds = True
    open_tree(qtbot, window)
    panes(window)[1].composer.edit.setFocus()
    spawner.release()
    assert tree_of(window).isVisible()
    assert panes(window)[1].composer.edit.hasFocus()


def test_a_tree_that_cannot_be_read_is_told_and_may_be_asked_for_again(
    open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, spawner: HoldingSpawner, qtbot: QtBot
) -> None:
    window = open_window(dialogue[0])
    chats.failure = RivuletError("The disk is gone.")
    open_tree(qtbot, window)
    assert spawner.sentences == ["The disk is gone."]
    assert pane_of(window).transcript.isVisible()
    open_tree(qtbot, window)
    assert tree_of(window).isVisible()


def test_the_pane_menu_opens_the_tree(open_window: OpenWindow, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0])
    pane = pane_of(window)
    actions = {action.text().partition("\t")[0]: action for action in pane.menu().actions()}
    actions["Show the tree"].trigger()
    assert tree_of(window).isVisible()
    assert "Hide the tree\tCtrl+Shift+T" in [action.text() for action in pane.menu().actions()]


@pytest.mark.parametrize("way", ["escape", "button"])
def test_escape_and_the_button_close_the_tree_and_stop_nothing(opened: MainWindow, chats: FakeChats, qtbot: QtBot, way: str) -> None:
    if way == "escape":
        press(qtbot, opened, Qt.Key.Key_Escape)
    else:
        qtbot.mouseClick(only(opened, "closeTreeButton"), Qt.MouseButton.LeftButton)
    assert not tree_of(opened).isVisible()
    assert not any(call[0] == "stop" for call in chats.calls)


def test_a_click_on_a_message_goes_there_and_the_tree_stays(
    opened: MainWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    version = message(chats, "An older answer.")
    click(qtbot, opened, version)
    assert ("go_to", family[0].id, version.id) in chats.calls
    assert tree_of(opened).isVisible()
    assert texts(pane_of(opened)) == ["Why a lifetime?", "An older answer."]
    press(qtbot, opened, Qt.Key.Key_Escape)
    assert pane_of(opened).transcript.isVisible()


def test_a_click_where_another_chat_stands_opens_that_chat(
    opened: MainWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    click(qtbot, opened, message(chats, "One lifetime."))
    assert [pane.chat_id for pane in panes(opened)] == [family[0].id, family[1].id]
    assert not any(call[0] == "go_to" for call in chats.calls)


def test_on_its_own_path_the_chat_goes_itself_whoever_stands_there(
    opened: MainWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    at = message(chats, "Because it *borrows*.")
    chats.add_chat("Has not gone on", parent=family[0], at=at)
    chats.change(family[0].id, title="Read it again")
    reloaded(qtbot, chats, opened)
    click(qtbot, opened, at)
    assert ("go_to", family[0].id, at.id) in chats.calls
    assert len(panes(opened)) == 1


def test_a_click_where_the_chat_stands_leads_back_to_its_messages(opened: MainWindow, chats: FakeChats, qtbot: QtBot) -> None:
    click(qtbot, opened, message(chats, "Then none is needed."))
    assert not tree_of(opened).isVisible()
    assert not any(call[0] == "go_to" for call in chats.calls)


def test_enter_goes_to_what_is_selected(
    opened: MainWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    press(qtbot, opened, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Return)
    assert ("go_to", family[0].id, message(chats, "Because it *borrows*.").id) in chats.calls


@pytest.mark.parametrize("way", ["key", "button"])
def test_what_is_selected_is_forked_into_a_pane_beside(
    opened: MainWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot, way: str
) -> None:
    press(qtbot, opened, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down)
    if way == "key":
        press(qtbot, opened, Qt.Key.Key_F)
    else:
        qtbot.mouseClick(only(opened, "forkHereButton"), Qt.MouseButton.LeftButton)
    assert ("fork", family[1].id, message(chats, "One lifetime.").id) in chats.calls  # by a chat that has it
    assert len(panes(opened)) == 2
    assert panes(opened)[1].chat_id == max(chats.chats)


def test_the_chat_of_a_message_is_opened_beside(
    opened: MainWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    assert not only(opened, "openBesideButton").isEnabled()  # it belongs to this chat alone
    press(qtbot, opened, Qt.Key.Key_Up, Qt.Key.Key_Right)
    assert only(opened, "openBesideButton").isEnabled()
    press(qtbot, opened, Qt.Key.Key_B)
    assert [pane.chat_id for pane in panes(opened)] == [family[0].id, family[1].id]


def test_the_menu_key_offers_what_the_bar_does(opened: MainWindow, chats: FakeChats, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[QMenu, QPoint]] = []
    monkeypatch.setattr("desktop.ui.tree.tree_page.QMenu.popup", lambda menu, place: shown.append((menu, place)))
    press(qtbot, opened, Qt.Key.Key_Home)
    view, at = view_of(opened), QPoint(1, 1)
    QApplication.sendEvent(view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, view.viewport().mapToGlobal(at)))
    ((menu, place),) = shown
    assert view.viewport().mapFromGlobal(place) == view.place_of(message(chats, "Why a lifetime?").id)
    actions: list[QAction] = menu.actions()
    assert [(action.text(), action.isEnabled()) for action in actions] == [
        ("Go here\tEnter", True),
        ("Fork from here\tF", True),
        ("Open beside\tB", False),
    ]
    actions[0].trigger()
    assert chats.calls[-1][:1] == ("go_to",)


def test_a_right_click_offers_it_for_what_is_under_the_pointer(
    opened: MainWindow, chats: FakeChats, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QMenu] = []
    monkeypatch.setattr("desktop.ui.tree.tree_page.QMenu.popup", lambda menu, _place: shown.append(menu))
    view = view_of(opened)
    for at in (view.place_of(message(chats, "And an arena?").id), view.viewport().rect().bottomRight() - QPoint(4, 4)):
        QApplication.sendEvent(view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at)))
    (menu,) = shown
    assert all(action.isEnabled() for action in menu.actions())  # the message under the pointer belongs to another chat
    assert selected_text(chats, opened) == "And an arena?"


def test_what_comes_to_be_appears_while_it_is_open(opened: MainWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat_id = pane_of(opened).chat_id
    assert chat_id is not None
    reply = chats.begin_reply(chat_id, "More")
    reloaded(qtbot, chats, opened)
    assert reply.id in view_of(opened).layout_shown().places
    assert tree_of(opened).isVisible()
    assert selected_text(chats, opened) == "More"  # what stood at the head follows it


def test_what_was_selected_stays_so(opened: MainWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot) -> None:
    press(qtbot, opened, Qt.Key.Key_Home)
    chats.begin_reply(family[1].id, "Elsewhere")
    reloaded(qtbot, chats, opened)
    assert message(chats, "Elsewhere").id in view_of(opened).layout_shown().places
    assert selected_text(chats, opened) == "Why a lifetime?"


def test_after_going_somewhere_the_mark_follows(
    opened: MainWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    version = message(chats, "An older answer.")
    click(qtbot, opened, version)
    shown = view_of(opened).family()
    qtbot.waitUntil(lambda: view_of(opened).family() is not shown)
    after = view_of(opened).family()
    assert after is not None
    assert after.head_id == version.id
    assert view_of(opened).accessibleName().endswith("“Rust lifetimes, gently” stands here")
    press(qtbot, opened, Qt.Key.Key_Return)
    assert not tree_of(opened).isVisible()


def test_other_conversations_and_a_hidden_tree_read_nothing(opened: MainWindow, chats: FakeChats, qtbot: QtBot) -> None:
    reload = tree_of(opened)._reload
    other = chats.add_chat("Another")
    chats.begin_reply(other.id, "Not here")
    drain(opened)
    assert not reload.isActive()
    press(qtbot, opened, Qt.Key.Key_Escape)
    chats.change(pane_of(opened).chat_id, title="Renamed")  # type: ignore[arg-type]
    drain(opened)
    assert not reload.isActive()


def test_a_fork_made_elsewhere_and_one_that_is_gone_are_taken_up(
    opened: MainWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    family_shown = view_of(opened).family()
    assert family_shown is not None
    chats.remove(family[1].id)
    reloaded(qtbot, chats, opened)
    family_shown = view_of(opened).family()
    assert family_shown is not None
    assert [chat.id for chat in family_shown.tree.chats] == [family[0].id]


def test_sending_shows_the_messages(opened: MainWindow, qtbot: QtBot) -> None:
    write(qtbot, pane_of(opened), "On with it")
    drain(opened)
    assert not tree_of(opened).isVisible()
    assert texts(pane_of(opened))[-2:] == ["On with it", ""]


def test_another_chat_in_the_pane_is_shown_by_its_messages(opened: MainWindow, chats: FakeChats) -> None:
    other = chats.add_chat("Another")
    chats.person(other, "Hello")
    pane = pane_of(opened)
    pane.show_chat(chats.chats[other.id])
    assert not tree_of(opened).isVisible()
    assert texts(pane) == ["Hello"]


def test_tab_walks_from_the_tree_through_its_bar(opened: MainWindow, qtbot: QtBot) -> None:
    reached: list[str] = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused: QWidget | None = QApplication.focusWidget()
        assert focused is not None
        reached.append(focused.objectName())
    assert reached == ["goHereButton", "forkHereButton", "closeTreeButton", "composer"]


def test_the_bar_leaves_out_what_does_not_fit_and_never_widens_the_pane(opened: MainWindow) -> None:
    pane = pane_of(opened)
    opened.resize(440, 600)
    settle()
    assert [bool(named(pane, name)) for name in ("goHereButton", "forkHereButton", "openBesideButton", "treeWords")] == [True] * 4
    opened._theme.set_zoom(200)
    settle()
    assert pane.minimumSizeHint().width() <= 440
    assert [bool(named(pane, name)) for name in ("goHereButton", "forkHereButton", "openBesideButton", "treeWords")] == [
        True,
        True,
        False,
        False,
    ]
    close = only(pane, "closeTreeButton")
    assert close.mapTo(pane, close.rect().topRight()).x() < pane.width()


def test_a_closed_pane_is_told_nothing_any_more(opened: MainWindow, family: tuple[Conversation, Conversation], chats: FakeChats) -> None:
    bridge = opened._bridge
    signals = (SIGNAL("conversation_added(PyObject)"), SIGNAL("head_moved(PyObject)"), SIGNAL("reply_finished(PyObject)"))
    before = [bridge.receivers(signal) for signal in signals]
    assert all(before)
    opened._area.open_beside(chats.chats[family[1].id])
    opened._area.close_pane(opened._area.active())
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert [bridge.receivers(signal) for signal in signals] == before
