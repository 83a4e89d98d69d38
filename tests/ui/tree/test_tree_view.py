"""The picture: what it shows, where it is walked and clicked, how little is drawn."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation
from desktop.ui.main_window import MainWindow
from desktop.ui.tree.painting import TreePainter
from desktop.ui.tree.tree_view import TreeView
from tests.ui.conftest import OpenWindow, named, only, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.tree.tree_driver import message, open_tree, press, selected_text, view_of


def test_it_shows_every_message_and_selects_where_the_chat_stands(opened: MainWindow, chats: FakeChats) -> None:
    layout = view_of(opened).layout_shown()
    assert {node.id for spot in layout.spots for node in spot.nodes} == set(chats.messages)
    assert selected_text(chats, opened) == "Then none is needed."
    assert view_of(opened).viewport().rect().contains(view_of(opened).place_of(message(chats, "Then none is needed.").id))


def test_words_beside_a_row_can_be_clicked_too(opened: MainWindow, chats: FakeChats, qtbot: QtBot) -> None:
    view = view_of(opened)
    place = QPoint(view.viewport().width() // 2, view.place_of(message(chats, "Why a lifetime?").id).y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chats.calls[-1][0] == "go_to"


def test_a_click_beside_everything_goes_nowhere(opened: MainWindow, chats: FakeChats, qtbot: QtBot) -> None:
    view = view_of(opened)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.viewport().rect().bottomRight() - QPoint(4, 4))
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


def hover(view: TreeView, place: QPoint) -> None:
    """Let the pointer rest at a place."""
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place)))


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
