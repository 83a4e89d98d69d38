"""The keys that lead from pane to pane, and move panes."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut

from desktop.ui.panes.pane_area import MOST_PANES, PaneArea


def add_pane_keys(area: PaneArea) -> None:
    """Let the keys work wherever the focus is in the area's window."""
    keys: dict[str, Callable[[], None]] = {
        "Ctrl+W": lambda: area.close_pane(area.active()),
        "Ctrl+Shift+F": lambda: area.active().fork_from_last(),
        "Ctrl+F": lambda: area.active().body.open_find(),
        "F3": lambda: area.active().body.find_again(forward=True),
        "Shift+F3": lambda: area.active().body.find_again(forward=False),
        "Ctrl+I": lambda: area.active().toggle_details(),
        "Ctrl+Alt+Left": lambda: area.step(-1),
        "Ctrl+Alt+Right": lambda: area.step(1),
        "Ctrl+Shift+Alt+Left": lambda: area.move_pane(area.active(), -1),
        "Ctrl+Shift+Alt+Right": lambda: area.move_pane(area.active(), 1),
        **{f"Ctrl+{number + 1}": partial(area.go_to, number) for number in range(MOST_PANES)},
    }
    for sequence, act in keys.items():
        QShortcut(QKeySequence(sequence), area.window()).activated.connect(act)
