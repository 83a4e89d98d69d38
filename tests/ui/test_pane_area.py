"""Panes side by side: where chats are opened, dropped and moved, and what goes to all of them."""

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QListView, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import Activity
from desktop.chat.other_model import OtherModel
from desktop.conversations.message import Conversation
from desktop.ui.chat_drag import chat_data, dragged_chat
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.drop_place import DropMark, drop_place
from desktop.ui.panes.pane import MINIMUM_WIDTH, Pane
from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.panes.pane_head import PaneHead
from desktop.ui.panes.pane_splitter import PaneHandle
from desktop.ui.panes.pane_tabs import PaneTab
from desktop.ui.sidebar.sidebar import Sidebar
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue, click_row, drain, index, notices

CONTROL, SHIFT, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def area_of(window: MainWindow) -> PaneArea:
    area = window.findChild(PaneArea)
    assert area is not None
    return area


def titles(window: MainWindow) -> list[str]:
    return [pane.head.title() for pane in area_of(window).panes()]


def chats_named(chats: FakeChats, names: str) -> list[Conversation]:
    return [chats.add_chat(name) for name in names]


def place_in(window: MainWindow, number: int, share: float) -> QPoint:
    """Return a place in a pane, at a share of its width, as the area sees it."""
    pane, area = area_of(window).panes()[number], area_of(window)
    return pane.mapTo(area, QPoint(round(pane.width() * share), 200))


def drag(window: MainWindow, chat: Conversation, position: QPoint) -> DropMark:
    """Drag a chat over a position; the drop is for the caller."""
    area, data = area_of(window), chat_data(chat.id)
    arguments = Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered, moved = QDragEnterEvent(position, *arguments), QDragMoveEvent(position, *arguments)
    QApplication.sendEvent(area, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(area, moved)
    mark = area.findChild(DropMark)
    assert mark is not None
    return mark


def drop(window: MainWindow, chat: Conversation, position: QPoint) -> None:
    drag(window, chat, position)
    data = chat_data(chat.id)  # the event does not keep it
    arguments = Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(area_of(window), QDropEvent(QPointF(position), *arguments))
    settle()


def enter(window: MainWindow, number: int) -> Pane:
    pane = area_of(window).panes()[number]
    area_of(window)._enter(pane)
    return pane


@pytest.mark.parametrize(("x", "expected"), [(110, (0, False)), (200, (0, True)), (290, (1, False)), (310, (1, False)), (400, (1, True))])
def test_near_an_edge_a_chat_is_inserted_and_in_the_middle_it_takes_the_pane(x: int, expected: tuple[int, bool]) -> None:
    targets = [(0, QRect(100, 0, 200, 500)), (1, QRect(300, 0, 200, 500))]
    place = drop_place(QPoint(x, 20), targets)
    assert place is not None
    assert (place.index, place.takes) == expected
    assert drop_place(QPoint(50, 20), targets) is None


def test_a_dragged_chat_shows_where_it_will_stand_until_it_leaves(open_window: OpenWindow, chats: FakeChats) -> None:
    a, b, c = chats_named(chats, "ABC")
    window = open_window(a, b)
    pane = area_of(window).panes()[1]
    mark = drag(window, c, place_in(window, 1, 0.5))
    assert mark.isVisible()
    assert mark.geometry() == QRect(pane.mapTo(area_of(window), QPoint()), pane.size())
    drag(window, c, place_in(window, 1, 0.02))
    assert (mark.x(), mark.width()) == (pane.mapTo(area_of(window), QPoint()).x(), 4)
    QApplication.sendEvent(area_of(window), QDragLeaveEvent())  # as Esc does
    assert not mark.isVisible()
    assert titles(window) == ["A", "B"]


def test_a_chat_is_dropped_beside_a_pane_or_into_it(open_window: OpenWindow, chats: FakeChats) -> None:
    a, b, c, d = chats_named(chats, "ABCD")
    window = open_window(a, b, width=1800)
    drop(window, c, place_in(window, 1, 0.02))
    assert titles(window) == ["A", "C", "B"]
    assert area_of(window).active().chat_id == c.id
    drop(window, d, place_in(window, 2, 0.5))
    assert titles(window) == ["A", "C", "D"]
    assert ("close", b.id) in chats.calls


def test_a_chat_that_is_open_moves_instead_of_opening_twice(open_window: OpenWindow, chats: FakeChats) -> None:
    a, b, c = chats_named(chats, "ABC")
    window = open_window(a, b, c, width=1800)
    opened = area_of(window).panes()
    opened[0].composer.set_text("draft of A")
    drop(window, a, place_in(window, 2, 0.98))
    assert titles(window) == ["B", "C", "A"]
    assert area_of(window).panes() == [opened[1], opened[2], opened[0]]
    assert [pane.x() for pane in area_of(window).panes()] == sorted(pane.x() for pane in opened)
    drop(window, a, place_in(window, 0, 0.5))
    assert titles(window) == ["A", "C", "B"]
    assert opened[0].composer.text() == "draft of A"
    assert not [call for call in chats.calls if call[0] == "close"]
    assert panes(window) == area_of(window).panes()  # who walks the children meets them from the left


def test_a_fifth_that_is_dropped_stands_where_it_was_dropped(open_window: OpenWindow, chats: FakeChats) -> None:
    *four, fifth = chats_named(chats, "ABCDE")
    window = open_window(*four, width=1800)
    for number in (3, 2, 1, 0):
        enter(window, number)
    drop(window, fifth, place_in(window, 0, 0.02))
    assert titles(window) == ["E", "A", "B", "C"]
    assert notices(window) == ["Four chats are open, so “D” made room. It is still in the sidebar."]


def test_a_chat_can_be_dropped_on_a_tab(open_window: OpenWindow, chats: FakeChats) -> None:
    a, b, c = chats_named(chats, "ABC")
    window = open_window(a, b, width=700)
    tab = [tab for tab in window.findChildren(PaneTab) if tab.isVisible()][1]
    drop(window, c, tab.mapTo(area_of(window), tab.rect().center()))
    assert titles(window) == ["A", "C"]
    assert [pane.chat_id for pane in panes(window)] == [c.id]


def test_what_is_no_chat_is_not_for_the_panes(open_window: OpenWindow, chats: FakeChats) -> None:
    window = open_window(*chats_named(chats, "A"))
    data = QMimeData()
    data.setText("1")
    event = QDragEnterEvent(QPoint(100, 100), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(area_of(window), event)
    assert not event.isAccepted()
    assert dragged_chat(data) is None


def test_a_row_of_the_sidebar_can_be_dragged(
    open_window: OpenWindow, chats: FakeChats, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    a, b = chats_named(chats, "AB")
    window = open_window(a)
    dragged = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, _actions: dragged.append(dragged_chat(drag.mimeData())))
    chat_list = window.findChild(QListView, "chatList")
    assert chat_list is not None
    start = chat_list.visualRect(index(window, "B")).center()
    qtbot.mousePress(chat_list.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in (start + QPoint(40, 0), start + QPoint(80, 0)):
        place = QPointF(step)
        event = QMouseEvent(
            QEvent.Type.MouseMove, place, QPointF(chat_list.viewport().mapToGlobal(step)), Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(chat_list.viewport(), event)
    assert dragged == [b.id]
    assert titles(window) == ["A"]


def test_the_sidebar_opens_beside(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    a, _, _, _ = chats_named(chats, "ABCD")
    window = open_window(a, width=1900)
    chat_list, sidebar = window.findChild(QListView, "chatList"), window.findChild(Sidebar)
    assert chat_list is not None
    assert sidebar is not None
    place = chat_list.visualRect(index(window, "B")).center()
    qtbot.mouseClick(chat_list.viewport(), Qt.MouseButton.LeftButton, CONTROL, place)
    assert titles(window) == ["A", "B"]
    chat_list.setFocus()
    chat_list.setCurrentIndex(index(window, "C"))
    qtbot.keyClick(chat_list, Qt.Key.Key_Return, CONTROL)
    assert titles(window) == ["A", "B", "C"]
    menu = sidebar.row_menu(index(window, "D"))
    assert menu is not None
    next(action for action in menu.actions() if action.text().startswith("Open beside")).trigger()
    assert titles(window) == ["A", "B", "C", "D"]
    click_row(qtbot, window, "A")
    assert area_of(window).active().chat_id == a.id


def test_the_keys_lead_from_pane_to_pane_and_move_them(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window(*chats_named(chats, "ABC"), width=1800)
    area = area_of(window)

    def active() -> str:
        assert area.active().composer.edit.hasFocus()
        return area.active().head.title()

    enter(window, 0)
    qtbot.keyClick(window, Qt.Key.Key_Right, CONTROL | ALT)
    assert active() == "B"
    qtbot.keyClick(window, Qt.Key.Key_Left, CONTROL | ALT)
    qtbot.keyClick(window, Qt.Key.Key_Left, CONTROL | ALT)
    assert active() == "C"
    qtbot.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert active() == "B"
    qtbot.keyClick(window, Qt.Key.Key_4, CONTROL)
    assert active() == "B"
    qtbot.keyClick(window, Qt.Key.Key_Right, CONTROL | SHIFT | ALT)
    assert (titles(window), active()) == (["A", "C", "B"], "B")
    qtbot.keyClick(window, Qt.Key.Key_Right, CONTROL | SHIFT | ALT)
    assert titles(window) == ["A", "C", "B"]
    menu = area.active().menu()
    actions = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert not actions["Move right"].isEnabled()
    actions["Move left"].trigger()
    assert titles(window) == ["A", "B", "C"]


def test_an_empty_chat_opens_beside_the_active_one(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    qtbot.keyClick(window, Qt.Key.Key_Backslash, CONTROL)
    drain(window)
    assert titles(window) == ["Rust lifetimes, gently", "New chat"]
    assert area_of(window).active().head.title() == "New chat"


def test_a_moved_pane_keeps_its_width_and_a_double_click_shares_it(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window(*chats_named(chats, "AB"))
    area = area_of(window)
    handle = next(it for it in window.findChildren(PaneHandle) if it.isVisible())
    handle.setFocus()
    for _ in range(4):
        qtbot.keyClick(handle, Qt.Key.Key_Right)
    first, second = area.panes()
    assert first.width() - second.width() == pytest.approx(4 * 2 * 24, abs=12)
    wide = first.width()
    area.move_pane(first, 1)
    settle()
    assert first.width() == pytest.approx(wide, abs=2)
    assert first.x() > second.x()
    handle = next(it for it in window.findChildren(PaneHandle) if it.isVisible())
    qtbot.mouseDClick(handle, Qt.MouseButton.LeftButton)
    settle()
    assert first.width() == pytest.approx(second.width(), abs=2)


def test_a_middle_click_on_a_tab_closes_its_pane(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    a, b = chats_named(chats, "AB")
    window = open_window(a, b, width=700)
    tab = [tab for tab in window.findChildren(PaneTab) if tab.isVisible()][1]
    qtbot.mouseClick(tab, Qt.MouseButton.MiddleButton)
    assert titles(window) == ["A"]
    assert ("close", b.id) in chats.calls
    assert not [call for call in chats.calls if call[0] in ("stop", "delete", "move_to_trash")]


def test_where_all_are_busy_the_one_used_longest_ago_makes_room_and_keeps_its_draft(open_window: OpenWindow, chats: FakeChats) -> None:
    *four, fifth = chats_named(chats, "ABCDE")
    window = open_window(*four, width=1800)
    for number in (1, 0, 2, 3):
        enter(window, number)
    for chat in four:
        chats.set_activity(chat.id, Activity.REPLYING)
    drain(window)
    area_of(window).panes()[1].composer.set_text("unsent")
    area_of(window).open_beside(fifth)
    assert titles(window) == ["A", "C", "D", "E"]
    assert chats.chats[four[1].id].draft == "unsent"
    assert not [call for call in chats.calls if call[0] == "stop"]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_several_ways_open_in_order(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, count: int) -> None:
    others = chats_named(chats, "XY")
    window = open_window(others[0], dialogue[0], others[1], width=1900)
    parent = enter(window, 1)
    before = len(chats.chats)
    parent.transcript.ways_requested.emit(dialogue[1][2], count)
    drain(window)
    ways = [chat.id for chat in list(chats.chats.values())[before:]]
    assert len(ways) == count
    shown = [pane.chat_id for pane in area_of(window).panes()]
    assert [chat_id for chat_id in shown if chat_id in ways] == ways
    assert area_of(window).active().chat_id == ways[0]
    assert (dialogue[0].id in shown) == (count < 4)
    assert len(notices(window)) == 1
    assert len(shown) == 4


def test_ways_that_do_not_fit_leave_the_first_in_sight(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    window = open_window(dialogue[0], width=800)
    panes(window)[0].transcript.ways_requested.emit(dialogue[1][2], 3)
    drain(window)
    assert [pane.chat_id for pane in panes(window)] == [chat.id for chat in list(chats.chats.values())[1:3]]


def test_one_prompt_goes_to_every_pane(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    a, b, c = chats_named(chats, "ABC")
    window = open_window(a, b, c, width=1100)
    first = enter(window, 0)
    assert len(panes(window)) == 2  # one waits in the tabs
    area_of(window).panes()[1].composer.set_text("a draft")
    qtbot.keyClicks(first.composer.edit, "Hello")
    qtbot.keyClick(first.composer.edit, Qt.Key.Key_Return, CONTROL | SHIFT)
    drain(window)
    assert [call for call in chats.calls if call[0] == "send"] == [("send", chat.id, "Hello") for chat in (a, b, c)]
    assert [pane.composer.text() for pane in area_of(window).panes()] == ["", "a draft", ""]
    assert notices(window) == []


def test_who_cannot_send_now_keeps_it_in_the_box(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    a, b, c = chats_named(chats, "ABC")
    chats.other_models[c.id] = OtherModel("Gemma", None, None, None, "Qwen3 4B", None)
    window = open_window(a, b, c, width=1800)
    chats.set_activity(b.id, Activity.REPLYING)
    drain(window)
    first = enter(window, 0)
    area_of(window).panes()[1].composer.set_text("next")
    first.composer.set_text("Hello")
    button = only(window, "sendToAllButton")
    assert first.isAncestorOf(button)
    assert isinstance(button, QAbstractButton)
    button.click()
    drain(window)
    assert [call for call in chats.calls if call[0] in ("send", "stop")] == [("send", a.id, "Hello")]
    assert [pane.composer.text() for pane in area_of(window).panes()] == ["", "Hello\nnext", "Hello"]
    assert notices(window) == [
        "Sent to 1 of 3 chats. The message waits in the box of “B”, which is busy and “C”, which asks which model goes on."
    ]


def test_a_busy_pane_can_send_to_the_others(open_window: OpenWindow, chats: FakeChats, qtbot: QtBot) -> None:
    a, b = chats_named(chats, "AB")
    window = open_window(a, b)
    chats.set_activity(a.id, Activity.REPLYING)
    drain(window)
    first = enter(window, 0)
    first.composer.set_text("Hello")
    qtbot.keyClick(first.composer.edit, Qt.Key.Key_Return, CONTROL | SHIFT)
    assert [call for call in chats.calls if call[0] == "send"] == [("send", b.id, "Hello")]
    assert first.composer.text() == "Hello"


def test_one_pane_alone_offers_nothing_for_all(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0])
    assert not named(window, "sendToAllButton")
    pane = panes(window)[0]
    pane.composer.set_text("Hello")
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return, CONTROL | SHIFT)
    assert not [call for call in chats.calls if call[0] == "send"]


def test_the_head_forks_at_the_last_message(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> None:
    window = open_window(dialogue[0], *chats_named(chats, "E"))
    full, empty = panes(window)
    assert not only(empty, "headForkButton").isEnabled()
    qtbot.mouseClick(only(full, "headForkButton"), Qt.MouseButton.LeftButton)
    assert ("fork", dialogue[0].id, dialogue[1][-1].id) in chats.calls
    with qtbot.waitSignal(full.head.tree_requested):
        qtbot.mouseClick(only(full, "treeButton"), Qt.MouseButton.LeftButton)


def test_the_models_name_gives_way_before_the_title(open_window: OpenWindow, chats: FakeChats) -> None:
    short, long = chats.add_chat("A title of some length"), chats.add_chat("word " * 40)
    window = open_window(short, long)
    for width in (560, MINIMUM_WIDTH + 40, MINIMUM_WIDTH):
        for pane in panes(window):
            head = pane.findChild(PaneHead)
            assert head is not None
            head.resize(width, head.height())
            head.layout().activate()  # type: ignore[union-attr]
            title, chip = only(head, "paneTitle"), only(head, "modelPicker")
            is_cut = title.width() < title.sizeHint().width()
            assert not is_cut or not chip.property("text")
            assert bool(title.toolTip()) == is_cut
            last = only(head, "closePaneButton")
            assert chip.geometry().right() < only(head, "headForkButton").geometry().left()
            assert last.geometry().right() < width
    assert isinstance(only(panes(window)[0], "modelPicker"), QWidget)
