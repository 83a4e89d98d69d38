"""The tree in the window: opened, looked at, walked, and used to go somewhere."""

from collections.abc import Coroutine
from typing import Any

import pytest
from PySide6.QtCore import SIGNAL, QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation, Message
from desktop.system.errors import RivuletError
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from desktop.ui.tree.painting import TreePainter
from desktop.ui.tree.tree_page import TreePage
from desktop.ui.tree.tree_view import TreeView
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats, Spawner
from tests.ui.window_driver import Dialogue, drain, texts, write

_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class HoldingSpawner(Spawner):
    """Runs coroutines at once, but while it holds: those wait until they are released."""

    def __init__(self) -> None:
        super().__init__()
        self.holds = False
        self._held: list[Coroutine[Any, Any, None]] = []

    def __call__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        if self.holds:
            self._held.append(coroutine)
        else:
            super().__call__(coroutine)

    def release(self) -> None:
        self.holds = False
        while self._held:
            self(self._held.pop(0))


@pytest.fixture
def spawner() -> HoldingSpawner:
    return HoldingSpawner()


@pytest.fixture
def family(chats: FakeChats, dialogue: Dialogue) -> tuple[Conversation, Conversation]:
    """Return a chat of two rounds with another version of its first reply, and a fork of it that went on from its first round."""
    chat, messages = dialogue
    chats._stand_at(chat.id, messages[0].id)
    chats.reply(chat, "An older answer.")
    chats._stand_at(chat.id, messages[3].id)
    fork = chats.add_chat("With an arena", parent=chat, at=messages[1])
    chats.person(fork, "And an arena?")
    chats.reply(fork, "One lifetime.")
    return chats.chats[chat.id], chats.chats[fork.id]


@pytest.fixture
def opened(open_window: OpenWindow, family: tuple[Conversation, Conversation], qtbot: QtBot) -> MainWindow:
    """Return a window with the first chat, its tree open."""
    window = open_window(family[0])
    open_tree(qtbot, window)
    return window


def open_tree(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_T, _KEYS)
    settle()


def pane_of(window: MainWindow) -> Pane:
    return panes(window)[0]


def tree_of(window: MainWindow) -> TreePage:
    tree = pane_of(window).findChild(TreePage)
    assert tree is not None
    return tree


def view_of(window: MainWindow) -> TreeView:
    return tree_of(window).view


def message(chats: FakeChats, text: str) -> Message:
    return next(it for it in chats.messages.values() if it.text == text)


def click(qtbot: QtBot, window: MainWindow, at: Message) -> None:
    view = view_of(window)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.place_of(at.id))
    drain(window)


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(view_of(window), key)
    drain(window)


def selected_text(chats: FakeChats, window: MainWindow) -> str:
    node = view_of(window).selected()
    assert node is not None
    return chats.messages[node.id].text


def reloaded(qtbot: QtBot, chats: FakeChats, window: MainWindow) -> None:
    """Wait until the tree was read again."""
    before = sum(call[0] == "tree" for call in chats.calls)
    drain(window)
    qtbot.waitUntil(lambda: sum(call[0] == "tree" for call in chats.calls) > before)


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


def test_it_shows_every_message_and_selects_where_the_chat_stands(opened: MainWindow, chats: FakeChats) -> None:
    layout = view_of(opened).layout_shown()
    assert {node.id for spot in layout.spots for node in spot.nodes} == set(chats.messages)
    assert selected_text(chats, opened) == "Then none is needed."
    assert view_of(opened).viewport().rect().contains(view_of(opened).place_of(message(chats, "Then none is needed.").id))


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


def test_words_beside_a_row_can_be_clicked_too(opened: MainWindow, chats: FakeChats, qtbot: QtBot) -> None:
    view = view_of(opened)
    place = QPoint(view.viewport().width() // 2, view.place_of(message(chats, "Why a lifetime?").id).y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chats.calls[-1][0] == "go_to"


def test_a_click_beside_everything_goes_nowhere(opened: MainWindow, chats: FakeChats, qtbot: QtBot) -> None:
    view = view_of(opened)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.viewport().rect().bottomRight() - QPoint(4, 4))
    assert not any(call[0] == "go_to" for call in chats.calls)


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


def test_the_arrow_keys_walk(opened: MainWindow, chats: FakeChats, qtbot: QtBot) -> None:
    walk = {
        Qt.Key.Key_Up: "And if it owns?",
        Qt.Key.Key_Right: "And an arena?",
        Qt.Key.Key_Down: "One lifetime.",
        Qt.Key.Key_Left: "Then none is needed.",
        Qt.Key.Key_Home: "Why a lifetime?",
        Qt.Key.Key_End: "Then none is needed.",
    }
    for key, text in walk.items():
        press(qtbot, opened, key)
        assert selected_text(chats, opened) == text
    press(qtbot, opened, Qt.Key.Key_Down)  # nothing is further down
    assert selected_text(chats, opened) == "Then none is needed."


def test_down_follows_the_chat_of_the_pane(
    open_window: OpenWindow, chats: FakeChats, family: tuple[Conversation, Conversation], qtbot: QtBot
) -> None:
    window = open_window(family[1])
    open_tree(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert selected_text(chats, window) == "And an arena?"


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


def test_the_place_where_each_pane_stands_is_told(open_window: OpenWindow, family: tuple[Conversation, Conversation], qtbot: QtBot) -> None:
    window = open_window(*family)
    open_tree(qtbot, window)
    assert view_of(window).accessibleName() == (
        "Tree. Reply, branch A, message 4 of 4: Then none is needed., “Rust lifetimes, gently” stands here, pane 1"
    )
    press(qtbot, window, Qt.Key.Key_Right)
    assert view_of(window).accessibleName() == "Tree. Reply, branch B, message 4 of 4: One lifetime., “With an arena” stands here, pane 2"
    press(qtbot, window, Qt.Key.Key_Home, Qt.Key.Key_Down)
    assert view_of(window).accessibleName().endswith("1 chat leaves here")
    press(qtbot, window, Qt.Key.Key_Right)
    assert view_of(window).accessibleName().endswith("An older answer., older version")


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


def test_an_empty_chat_says_what_will_be_here(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    open_tree(qtbot, window)
    view = view_of(window)
    assert view.selected() is None
    assert not only(window, "goHereButton").isEnabled()
    empty = view.viewport().grab().toImage()
    assert len({empty.pixel(x, y) for x in range(0, empty.width(), 3) for y in range(0, empty.height(), 3)}) > 2  # there are words
    press(qtbot, window, Qt.Key.Key_Down, Qt.Key.Key_F, Qt.Key.Key_B, Qt.Key.Key_Return, Qt.Key.Key_Menu)


def test_folded_messages_unfold(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    chat = chats.add_chat("Long")
    for number in range(20):
        chats.person(chat, f"Question {number}")
        chats.reply(chat, f"Answer {number}")
    window = open_window(chats.chats[chat.id])
    open_tree(qtbot, window)
    view = view_of(window)
    folded = next(spot for spot in view.layout_shown().spots if spot.is_folded)
    press(qtbot, window, Qt.Key.Key_Home, *[Qt.Key.Key_Down] * folded.row)
    assert view.accessibleName() == f"Tree. {len(folded.nodes)} messages, Enter shows them"
    assert not only(window, "forkHereButton").isEnabled()
    press(qtbot, window, Qt.Key.Key_Return)
    assert not any(spot.is_folded for spot in view.layout_shown().spots)
    assert selected_text(chats, window) == chats.messages[folded.nodes[0].id].text
    assert not any(call[0] == "go_to" for call in chats.calls)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Return which spots were drawn, by their number in the layout."""
    drawn: set[int] = set()
    draw = TreePainter._draw_spot
    monkeypatch.setattr(TreePainter, "_draw_spot", lambda self, index, spot: (drawn.add(index), draw(self, index, spot)))
    return drawn


def test_only_what_is_seen_is_drawn(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, drawn: set[int]) -> None:
    chat = chats.add_chat("Very long")
    for number in range(500):
        asked = chats.person(chat, f"Question {number}")
        chats.reply(chat, f"Old answer {number}")
        chats._stand_at(chat.id, asked.id)
        chats.reply(chat, f"Answer {number}")
    window = open_window(chats.chats[chat.id])
    open_tree(qtbot, window)
    view = view_of(window)
    spots, sight = view.layout_shown().spots, view.viewport().rect()
    assert len(spots) == 1500
    assert drawn >= {index for index, spot in enumerate(spots) if sight.contains(view.place_of(spot.nodes[0].id))}
    assert 0 < len(drawn) < 100
    last = message(chats, "Answer 499")
    assert view.viewport().rect().contains(view.place_of(last.id))
    press(qtbot, window, Qt.Key.Key_Home)
    assert view.viewport().rect().contains(view.place_of(message(chats, "Question 0").id))


def test_a_place_far_to_the_right_comes_into_sight(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, drawn: set[int]) -> None:
    chat = chats.add_chat("Many")
    start = chats.person(chat, "Start")
    for number in range(60):
        chats._stand_at(chat.id, start.id)
        chats.reply(chat, f"Way {number}")
    window = open_window(chats.chats[chat.id], width=700)
    open_tree(qtbot, window)
    view = view_of(window)
    assert selected_text(chats, window) == "Way 59"
    assert view.viewport().rect().contains(view.place_of(message(chats, "Way 59").id))
    assert not view.viewport().rect().contains(view.place_of(message(chats, "Way 0").id))
    assert len(drawn) < 40


def test_zoom_and_theme_are_taken_up(opened: MainWindow, chats: FakeChats) -> None:
    view, theme = view_of(opened), opened._theme
    first, last = message(chats, "Why a lifetime?"), message(chats, "Then none is needed.")
    before = view.place_of(last.id).y() - view.place_of(first.id).y()
    ground = view.viewport().grab().toImage().pixelColor(2, 2).name().upper()
    theme.set_zoom(200)
    theme.choose("dark")
    settle()
    assert view.place_of(last.id).y() - view.place_of(first.id).y() == 2 * before
    assert ground == "#FCFBF9"
    assert view.viewport().grab().toImage().pixelColor(2, 2).name().upper() == "#17191B"


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


def test_what_is_said_in_the_tree_is_never_a_rich_text(
    open_window: OpenWindow, chats: FakeChats, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = chats.add_chat("<b>bold</b>")
    chats.person(chat, "<img src='file:///etc/passwd'>\u202e hidden")
    window = open_window(chats.chats[chat.id])
    open_tree(qtbot, window)
    view = view_of(window)
    shown: list[str] = []
    monkeypatch.setattr("desktop.ui.tree.tree_view.QToolTip.showText", lambda _place, words, _widget: shown.append(words))
    hover(view, view.place_of(message(chats, chats.messages[1].text).id))  # type: ignore[index]
    assert "&lt;img" in shown[0]
    assert "<img" not in shown[0]
    assert "\u202e" not in shown[0]
    assert named(window, "treePage")


def hover(view: TreeView, place: QPoint) -> None:
    """Let the pointer rest at a place."""
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place)))


def test_a_closed_pane_is_told_nothing_any_more(opened: MainWindow, family: tuple[Conversation, Conversation], chats: FakeChats) -> None:
    bridge = opened._bridge
    signals = (SIGNAL("conversation_added(PyObject)"), SIGNAL("head_moved(PyObject)"), SIGNAL("reply_finished(PyObject)"))
    before = [bridge.receivers(signal) for signal in signals]
    assert all(before)
    opened._area.open_beside(chats.chats[family[1].id])
    opened._area.close_pane(opened._area.active())
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert [bridge.receivers(signal) for signal in signals] == before
