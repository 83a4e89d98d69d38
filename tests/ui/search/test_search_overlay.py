"""The search in all chats: over the window, by keyboard, and to the message that was found."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListView, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import FoldersChanged
from desktop.conversations.message import Conversation
from desktop.conversations.search import NO_FOLDER, SearchQuery, SearchResults
from desktop.ui.controls.search_field import SearchField
from desktop.ui.main_window import MainWindow
from desktop.ui.search.folder_chip import FolderChip
from desktop.ui.search.search_overlay import BEHIND, NOTHING, SearchOverlay
from desktop.ui.window_context import WindowContext
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.test_access import assert_accessible
from tests.ui.window_driver import Dialogue, drain, texts


@pytest.fixture
def window(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue) -> MainWindow:
    """A window with one chat, and another one that is not shown."""
    other = chats.add_chat("Moon and tides")
    chats.person(other, "Why <b>ebb</b>?")
    for number in range(30):
        chats.reply(other, f"Because of the moon, {number}. " * 12)
        chats.person(other, f"And then, {number}?")
    chats.change(other.id, model="Qwen3 4B")
    return open_window(dialogue[0])


def overlay(window: MainWindow) -> SearchOverlay:
    found = window.findChild(SearchOverlay)
    assert found is not None
    return found


def search_for(qtbot: QtBot, window: MainWindow, text: str) -> SearchField:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    field = only(window, "searchField")
    assert isinstance(field, SearchField)
    field.clear()
    qtbot.keyClicks(field, text)
    settle()
    return field


def shown(window: MainWindow) -> list[str]:
    model = window.findChild(QListView, "searchResults").model()  # type: ignore[union-attr]
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def caption(window: MainWindow) -> str:
    label = only(window, "searchCaption")
    assert isinstance(label, QLabel)
    return label.text()


def chosen(chats: FakeChats, window: MainWindow) -> Conversation:
    return chats.chats[panes(window)[-1].chat_id]  # type: ignore[index]


def test_results_come_while_one_types(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    search_for(qtbot, window, "ebb")
    assert [query.text for query in chats.search.queries] == ["", "e", "eb", "ebb"]
    assert shown(window) == ["Moon and tides: Why <b>ebb</b>?"]
    assert caption(window) == "1 found"
    search_for(qtbot, window, "nowhere")
    assert (shown(window), caption(window)) == ([], NOTHING)


def test_enter_opens_the_chat_at_its_message(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    field = search_for(qtbot, window, "moon, 1")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert overlay(window).isHidden()
    pane = panes(window)[0]
    assert chosen(chats, window).title == "Moon and tides"
    position = pane.transcript.scroll_position()
    assert position is not None
    assert "moon, 10." in chats.messages[position.message_id].text  # type: ignore[index]
    assert pane.composer.edit.hasFocus()
    field = search_for(qtbot, window, "moon, 2.")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle()
    position = pane.transcript.scroll_position()
    assert position is not None
    assert "moon, 2." in chats.messages[position.message_id].text, "in the chat that is shown too"  # type: ignore[index]


def test_ctrl_enter_opens_beside(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    field = search_for(qtbot, window, "moon, 1")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert len(panes(window)) == 2
    assert panes(window)[1].transcript.scroll_position() is not None
    assert chosen(chats, window).title == "Moon and tides"


def test_a_title_opens_the_chat_at_its_end(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    field = search_for(qtbot, window, "and tides")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert chosen(chats, window).title == "Moon and tides"
    assert panes(window)[0].transcript.scroll_position() is None


def test_a_click_opens_what_it_hits(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    search_for(qtbot, window, "ebb")
    results = window.findChild(QListView, "searchResults")
    assert results is not None
    place = results.visualRect(results.model().index(0, 0)).center()
    qtbot.mouseClick(results.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle()
    assert chosen(chats, window).title == "Moon and tides"


def test_another_version_is_gone_to(qtbot: QtBot, window: MainWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chat, messages = dialogue
    field = search_for(qtbot, window, "it owns")
    chats.move_head(chat.id, messages[1].id, None)
    chats.person(chats.chats[chat.id], "Something else")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert "And if it owns?" in texts(panes(window)[0])


def test_in_a_fork_the_shared_history_is_unfolded(qtbot: QtBot, window: MainWindow, chats: FakeChats, dialogue: Dialogue) -> None:
    chat, messages = dialogue
    fork = chats.add_chat("Of its own", parent=chat, at=messages[3])
    chats.person(fork, "Onwards")
    chats.change(fork.id)
    window._bridge.drain()
    field = search_for(qtbot, window, "Why a lifetime")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert chosen(chats, window).title == "Of its own"
    assert "Why a lifetime?" in texts(panes(window)[0])


def test_escape_and_a_click_beside_close_it_and_stop_nothing(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    before = panes(window)[0].composer.edit
    field = search_for(qtbot, window, "ebb")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert overlay(window).isHidden()
    assert before.hasFocus()
    assert not [call for call in chats.calls if call[0] == "stop"]
    search_for(qtbot, window, "ebb")
    scrim = window._search._host._scrim
    qtbot.mouseClick(scrim, Qt.MouseButton.LeftButton, pos=scrim.rect().bottomLeft())
    assert overlay(window).isHidden()
    assert scrim.isHidden()


def test_the_sidebar_has_a_button_for_it(qtbot: QtBot, window: MainWindow) -> None:
    button = only(window, "searchButton")
    assert isinstance(button, QToolButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert only(window, "searchField").hasFocus()


def test_filters(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    search_for(qtbot, window, "lifetime")
    assert shown(window)
    menu = overlay(window)._model.fill_menu()
    assert [action.text() for action in menu.actions()] == ["Any model", "Qwen3 4B"]
    menu.actions()[1].trigger()
    assert shown(window) == []
    overlay(window)._since.fill_menu().actions()[2].trigger()
    query = chats.search.queries[-1]
    assert (query.text, query.model) == ("lifetime", "Qwen3 4B")
    assert query.since is not None


def test_it_says_that_older_messages_are_still_being_indexed(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    chats.search.is_complete = False
    search_for(qtbot, window, "ebb")
    assert BEHIND in caption(window)
    chats.search.is_complete = True
    overlay(window)._again.timeout.emit()
    settle()
    assert caption(window) == "1 found"


def test_tab_stays_in_it_and_all_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    search_for(qtbot, window, "ebb")
    assert_accessible(window)
    seen: set[QWidget] = set()
    for _ in range(12):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)  # type: ignore[arg-type]
        focused = window.focusWidget()
        assert focused is not None
        assert overlay(window).isAncestorOf(focused)
        seen.add(focused)
    assert len(seen) == 5


def test_it_fits_a_narrow_window(qtbot: QtBot, window: MainWindow) -> None:
    search_for(qtbot, window, "ebb")
    window.resize(480, 500)
    settle()
    assert window.rect().contains(overlay(window).geometry())


def test_what_was_typed_meanwhile_is_asked_next_and_nothing_between(window: MainWindow, chats: FakeChats) -> None:
    asked: list[str] = []
    answer = asyncio.Event()

    class Slow:
        async def find(self, query: SearchQuery) -> SearchResults:
            asked.append(query.text)
            await answer.wait()
            return await chats.search.find(query)

    class SlowChats(FakeChats):
        def __init__(self) -> None:
            super().__init__()
            self.search = Slow()  # type: ignore[assignment]

    async def scenario() -> None:
        tasks: list[asyncio.Task[None]] = []
        context: WindowContext = replace(window._context, chats=SlowChats(), spawn=lambda work: tasks.append(asyncio.ensure_future(work)))
        search = SearchOverlay(context, window)
        search.show()
        search.open()
        await asyncio.sleep(0)
        for text in ("e", "eb", "ebb"):
            search._field.setText(text)
            await asyncio.sleep(0)
        assert asked == [""]
        answer.set()
        await asyncio.gather(*tasks)
        assert asked == ["", "ebb"]
        assert [hit.title for hit in search._results.hits()] == ["Moon and tides"]
        search.hide()

    asyncio.run(scenario())


def test_a_folder_can_be_chosen(qtbot: QtBot, window: MainWindow, chats: FakeChats) -> None:
    search_for(qtbot, window, "ebb")
    assert named(window, "searchFolder") == []  # there is none
    qtbot.keyClick(overlay(window), Qt.Key.Key_Escape)
    folder = chats.order.add("Rivers & seas of the northern half of the world")
    chats.events.put(FoldersChanged((folder,)))
    drain(window)
    search_for(qtbot, window, "ebb")
    chip = only(window, "searchFolder")
    assert isinstance(chip, FolderChip)
    assert chip.accessibleName() == "Folder: Any folder"
    menu = chip.fill_menu()
    assert [action.text().replace("&&", "&") for action in menu.actions()] == ["Any folder", folder.name, "No folder"]
    for number, wanted in ((1, folder.id), (2, NO_FOLDER), (0, None)):
        chip.fill_menu().actions()[number].trigger()
        settle()
        assert chats.search.queries[-1] == SearchQuery("ebb", folder_id=wanted)
    chip.fill_menu().actions()[1].trigger()
    assert chip.text() == "Rivers && seas of…"
    qtbot.keyClick(overlay(window), Qt.Key.Key_Escape)
    chats.events.put(FoldersChanged(()))  # deleted meanwhile
    drain(window)
    search_for(qtbot, window, "ebb")
    assert chats.search.queries[-1] == SearchQuery("ebb")
    assert named(window, "searchFolder") == []
