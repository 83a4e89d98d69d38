"""The chip that names the loaded model and offers others."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.chat.events import ModelPhase, ModelState
from desktop.ui.controls.chip import Chip
from desktop.ui.controls.tooltips import plain
from desktop.ui.theme.theme import Theme

WHOLE_STATES = "Forks and quick resume take more room with this model: each fork keeps a full copy of what was read."

_MOST_CHARACTERS = 28
_LEAST_CHARACTERS = 4
_WORDLESS = 32  # pixels


class ModelPicker(Chip):
    """Show which model answers; its menu has the recent files and opens another.

    Signals: model_chosen with a path; file_wanted; changed after other words are shown.
    """

    model_chosen = Signal(Path)
    file_wanted = Signal()
    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("modelPicker")
        self._recent: tuple[Path, ...] = ()
        self._shown = ""
        self.set_model(ModelState(ModelPhase.NONE))

    def set_model(self, model: ModelState) -> None:
        """Show the loaded model, or how far it is."""
        name = model.name or (model.path.stem if model.path else "")
        match model.phase:
            case ModelPhase.READY:
                shown, told = name, f"{name} on {model.device}, {model.context_tokens:,} tokens of context"
                if model.has_whole_states_only:
                    told += f".\n{WHOLE_STATES}"
            case ModelPhase.LOADING:
                shown, told = f"Loading {name}", f"Loading {name}, {model.progress:.0%}"
            case ModelPhase.FAILED:
                shown, told = "Choose a model", model.error
            case _:
                shown, told = "Choose a model", "No model is loaded"
        self.setToolTip(plain(told))
        self.setAccessibleName(f"Model: {shown}")
        shown = shown if len(shown) <= _MOST_CHARACTERS else shown[: _MOST_CHARACTERS - 1].rstrip() + "…"
        if shown != self._shown:
            self._shown = shown
            self.setText(shown)
            self.changed.emit()

    def fit(self, room: int) -> None:
        """Take at most this room in pixels; where the words do not fit they are cut, or left out where little would be left."""
        self.setText(self._shown)
        needed = self.sizeHint().width()
        if needed > room:
            words = room - (needed - self.fontMetrics().horizontalAdvance(self._shown))
            is_readable = words >= self.fontMetrics().horizontalAdvance("M" * _LEAST_CHARACTERS)
            self.setText(self.fontMetrics().elidedText(self._shown, Qt.TextElideMode.ElideRight, words) if is_readable else "")
        self.setFixedWidth(min(needed, room) if self.text() else _WORDLESS)

    def set_recent(self, recent: Sequence[Path]) -> None:
        """Offer these files."""
        self._recent = tuple(recent)

    def fill_menu(self) -> QMenu:
        """Return the menu as it would be shown now."""
        self._menu.clear()
        for path in self._recent:
            action = self._menu.addAction(path.stem.replace("&", "&&"))
            action.setToolTip(plain(str(path)))
            action.triggered.connect(lambda _=False, path=path: self.model_chosen.emit(path))
        if self._recent:
            self._menu.addSeparator()
        action = self._menu.addAction("Open a GGUF file…")
        action.triggered.connect(self.file_wanted)
        return self._menu
