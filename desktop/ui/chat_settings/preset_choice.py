"""The chip that names a chat's preset and offers the others."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.conversations.preset import Preset
from desktop.ui.controls.chip import Chip
from desktop.ui.controls.tooltips import plain
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_MOST_CHARACTERS = 28


class PresetChoice(Chip):
    """Show which preset a chat has, or that it is set up by hand.

    Signals: chosen with a Preset, or None for none; save_requested; list_requested.
    """

    chosen = Signal(object)
    save_requested = Signal()
    list_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("presetChoice")
        self._presets: Sequence[Preset] = ()
        self._preset: Preset | None = None
        self._is_own = False
        self.set_presets((), None, is_own=False)

    def set_presets(self, presets: Sequence[Preset], preset: Preset | None, *, is_own: bool) -> None:
        """Offer presets, and show the one that a chat has; is_own: it has none, and is set up by hand."""
        self._presets, self._preset, self._is_own = presets, preset, is_own and preset is None
        shown = preset.name if preset is not None else tr("Set up by hand") if is_own else tr("None")
        self.setAccessibleName(tr("Preset: {name}", name=shown))
        self.setToolTip(plain(shown) if len(shown) > _MOST_CHARACTERS else "")
        cut = shown if len(shown) <= _MOST_CHARACTERS else shown[: _MOST_CHARACTERS - 1].rstrip() + "…"
        self.setText(cut.replace("&", "&&"))

    def fill_menu(self) -> QMenu:
        """Return the menu as it would be shown now."""
        self._menu.clear()
        group = QActionGroup(self._menu)
        choices: list[tuple[Preset | None, str]] = [(None, tr("None")), *((preset, preset.name) for preset in self._presets)]
        for preset, name in choices:
            action = self._menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(preset == self._preset and not self._is_own)
            action.triggered.connect(lambda _=False, preset=preset: self.chosen.emit(preset))
            group.addAction(action)
        self._menu.addSeparator()
        self._menu.addAction(tr("Save as preset…")).triggered.connect(self.save_requested)
        self._menu.addAction(tr("Edit presets…")).triggered.connect(self.list_requested)
        return self._menu
