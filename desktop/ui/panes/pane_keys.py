"""The keys that lead from pane to pane, move panes, and act on the chat of the one the person is in."""

from functools import partial

from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.shortcuts.shortcut import Shortcut, add_shortcut, add_shortcuts


def add_pane_keys(area: PaneArea) -> None:
    """Let the keys work wherever the focus is in the area's window."""
    add_shortcuts(
        {
            Shortcut.CLOSE_PANE: lambda: area.close_pane(area.active()),
            Shortcut.FORK: lambda: area.active().fork_from_last(),
            Shortcut.FIND: lambda: area.active().body.open_find(),
            Shortcut.FIND_NEXT: lambda: area.active().body.find_again(forward=True),
            Shortcut.FIND_PREVIOUS: lambda: area.active().body.find_again(forward=False),
            Shortcut.TREE: lambda: area.active().toggle_tree(),
            Shortcut.DETAILS: lambda: area.active().toggle_details(),
            Shortcut.CHAT_SETTINGS: lambda: area.active().settings.toggle(),
            Shortcut.ATTACH: lambda: area.active().composer.files_wanted.emit(),
            Shortcut.MODEL: lambda: area.active().head.model_picker.click(),
            Shortcut.WRITE: lambda: area.active().composer.edit.setFocus(),
            Shortcut.REGENERATE_LAST: lambda: area.active().keys.regenerate_last(),
            Shortcut.CONTINUE_LAST: lambda: area.active().keys.continue_last(),
            Shortcut.COPY_LAST: lambda: area.active().keys.copy_last(),
            Shortcut.COPY_CODE: lambda: area.active().keys.copy_last_code(),
            Shortcut.PANE_LEFT: lambda: area.step(-1),
            Shortcut.PANE_RIGHT: lambda: area.step(1),
            Shortcut.MOVE_LEFT: lambda: area.move_pane(area.active(), -1),
            Shortcut.MOVE_RIGHT: lambda: area.move_pane(area.active(), 1),
        },
        area.window(),
    )
    for number, keys in enumerate(Shortcut.NUMBERED_PANE.sequences()):
        add_shortcut([keys], partial(area.go_to, number), area.window())
