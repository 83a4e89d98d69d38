"""The table of keys is whole: what listens for keys stands in it, and no two things want the same one."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from pytestqt.qtbot import QtBot

import desktop.ui
from desktop.ui.main_window import MainWindow
from desktop.ui.shortcuts.shortcut import Group, Scope, Shortcut
from tests.ui.conftest import OpenWindow, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.window_driver import Dialogue

UI = Path(desktop.ui.__file__).parent
IN_SCOPE = {scope: [it for it in Shortcut if it.scope is scope] for scope in Scope}
CLAIMED = {"Esc", "F2", "Alt+Up", "Alt+Down"}  # by what has the focus, before the window does: desktop.ui.keyboard.keeps_key
IN_TEXT = {"Key_Backspace", "Key_Delete"}  # of a text that is written, where they do what they always do
TOLD = re.compile(r"\(((?:Ctrl|Alt|Shift|Enter|Esc|F\d|[A-Z0-9]\b)[^ )]*)\)")


def keys(shortcut: Shortcut) -> list[str]:
    return [sequence.toString() for sequence in shortcut.sequences()]


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for path in UI.rglob("*.py"):
        if path.name != "shortcut.py":
            for node in ast.walk(ast.parse(path.read_bytes())):
                yield path, node


def told_keys() -> set[str]:
    return {keys for shortcut in Shortcut for keys in shortcut.all_told()}


@pytest.mark.parametrize("scope", list(Scope), ids=lambda scope: scope.name)
def test_no_two_want_the_same_key(scope: Scope) -> None:
    counted = Counter(sequence for shortcut in IN_SCOPE[scope] for sequence in keys(shortcut))
    assert [sequence for sequence, count in counted.items() if count > 1] == []
    assert counted


def test_what_has_the_focus_takes_few_keys_from_the_window() -> None:
    of_window = {sequence for shortcut in IN_SCOPE[Scope.WINDOW] for sequence in keys(shortcut)}
    of_parts = {sequence for shortcut in Shortcut if shortcut.scope is not Scope.WINDOW for sequence in keys(shortcut)}
    assert of_window & of_parts == CLAIMED


def test_every_key_is_one_and_says_what_it_does() -> None:
    for shortcut in Shortcut:
        assert shortcut.words
        assert all(sequence.count() == 1 and "Key_unknown" not in sequence.toString() for sequence in shortcut.sequences()), shortcut
        assert len(set(keys(shortcut))) == len(keys(shortcut))
    assert {shortcut.group for shortcut in Shortcut} == set(Group)


def test_both_enter_keys_do_the_same() -> None:
    assert {"Return", "Enter"} <= set(keys(Shortcut.SEND))
    assert {"Ctrl+Shift+Return", "Ctrl+Shift+Enter"} == set(keys(Shortcut.SEND_TO_ALL))


def test_keys_are_registered_from_the_table_alone() -> None:
    makers = [
        f"{path.name}:{node.lineno}"
        for path, node in sources()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and (node.func.id == "QShortcut" or (node.func.id == "QKeySequence" and node.args and isinstance(node.args[0], ast.Constant)))
    ]
    assert makers == []


def test_keys_that_are_handled_stand_in_the_table() -> None:
    handled = {node.attr for _, node in sources() if isinstance(node, ast.Attribute) and node.attr.startswith("Key_")}
    listed = {Qt.Key(sequence[0].key()).name for shortcut in Shortcut for sequence in shortcut.sequences()}
    assert handled - listed - IN_TEXT == set()


@pytest.fixture
def window(open_window: OpenWindow, chats: FakeChats, dialogue: Dialogue, qtbot: QtBot) -> MainWindow:
    """A window in which everything that is made late has been made."""
    window = open_window(dialogue[0], chats.add_chat("Beside"))
    for key in (Qt.Key.Key_F1, Qt.Key.Key_F3):
        qtbot.keyClick(window, key)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    settle()
    return window


def test_what_the_window_listens_for_is_what_stands_in_the_table(window: MainWindow) -> None:
    found = [(it, sequence.toString()) for it in window.findChildren(QShortcut) for sequence in it.keys()]  # noqa: SIM118
    everywhere = Counter(sequence for it, sequence in found if it.context() is Qt.ShortcutContext.WindowShortcut)
    assert [sequence for sequence, count in everywhere.items() if count > 1] == []
    in_panes = {"Alt+Up", "Alt+Down"}
    wanted = {sequence for it in IN_SCOPE[Scope.WINDOW] if it is not Shortcut.CONTEXT_MENU for sequence in keys(it)}
    assert set(everywhere) == wanted - in_panes
    assert {sequence for _, sequence in found} - set(everywhere) == in_panes | set(keys(Shortcut.SEND_TO_ALL))
    assert [action.text() for action in window.findChildren(QAction) if not action.shortcut().isEmpty()] == []


def test_what_tooltips_tell_is_true(window: MainWindow) -> None:
    told = [key for it in window.findChildren(QWidget) for key in TOLD.findall(it.toolTip())]
    assert len(told) > 10
    assert [key for key in told if key not in told_keys() and QKeySequence(key).toString() not in told_keys()] == []


def test_what_menus_tell_is_true(window: MainWindow, dialogue: Dialogue) -> None:
    window.resize(900, 700)
    sidebar = window._sidebar
    menus: list[QMenu | None] = [panes(window)[0].menu(), sidebar.window_menu(), panes(window)[0].body.tree.menu()]
    menus.append(sidebar.row_menu(sidebar._chats.model.index_of(dialogue[0].id)))
    told = [action.text().partition("\t")[2] for menu in menus if menu is not None for action in menu.actions()]
    assert len([key for key in told if key]) > 8
    known = told_keys()
    assert [key for key in told if key and QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) not in known] == []


def test_the_walk_sees_what_stands_in_no_table(window: MainWindow) -> None:
    QShortcut(QKeySequence("Ctrl+Y"), window)
    QAbstractButton.setShortcut(window.findChildren(QAbstractButton)[0], "Ctrl+J")
    with pytest.raises(AssertionError):
        test_what_the_window_listens_for_is_what_stands_in_the_table(window)
