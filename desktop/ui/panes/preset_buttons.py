"""The presets that an empty chat offers, as small buttons."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.conversations.preset import Preset
from desktop.ui.controls.tooltips import plain
from desktop.ui.translation import tr

_MOST = 6  # more are in the chat's settings
_LONGEST = 24  # characters
_WIDEST = 420  # pixels of a row
_GAP = 6


class PresetButton(QPushButton):
    """One preset; pressed in while the chat has it."""

    def __init__(self, preset: Preset, *, is_chosen: bool) -> None:
        name = preset.name if len(preset.name) <= _LONGEST else preset.name[: _LONGEST - 1].rstrip() + "…"
        super().__init__(name.replace("&", "&&"))
        self.preset = preset
        self.setObjectName("presetButton")
        self.setAccessibleName(tr("Begin with the preset {name}", name=preset.name))
        self.setToolTip(plain(preset.setup.system_prompt[:300]))
        self.setCheckable(True)
        self.setChecked(is_chosen)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)


class PresetButtons(QWidget):
    """Offer presets in rows.

    Signals: chosen with a Preset, or None when the one that the chat has was pressed again.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_GAP)
        self.hide()

    def set_presets(self, presets: Sequence[Preset], chosen: Preset | None, width: int) -> None:
        """Offer presets, in rows of at most so many pixels."""
        had_focus = self.isAncestorOf(self.window().focusWidget() or self)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        offered = sorted(presets, key=lambda preset: not preset.is_default)[:_MOST]
        self._rows = []
        room, layout, again = 0, QHBoxLayout(), None
        for preset in offered:
            button = PresetButton(preset, is_chosen=preset == chosen)
            button.clicked.connect(lambda is_on, preset=preset: self.chosen.emit(preset if is_on else None))
            again = button if preset == chosen and had_focus else again
            needed = button.sizeHint().width() + _GAP
            if not self._rows or needed > room:
                row = QWidget()
                layout = QHBoxLayout(row)
                layout.setContentsMargins(0, 0, 0, 0)
                layout.setSpacing(_GAP)
                layout.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                self._column.addWidget(row)
                self._rows.append(row)
                room = min(width, _WIDEST)
            layout.addWidget(button)
            room -= needed
        self.setVisible(bool(offered))
        if again is not None:
            again.setFocus()
