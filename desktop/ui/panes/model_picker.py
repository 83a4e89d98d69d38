"""The chip that names the loaded model and offers others."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from desktop.chat.events import ModelPhase, ModelState
from desktop.ui.theme.theme import Theme

_MOST_CHARACTERS = 28


class ModelPicker(QToolButton):
    """Show which model answers; its menu has the recent files and opens another.

    Signals: model_chosen with a path; file_wanted.
    """

    model_chosen = Signal(Path)
    file_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelPicker")
        self._theme = theme
        self._recent: tuple[Path, ...] = ()
        self._menu = QMenu(self)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # puts the arrow behind the name
        self._menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setIconSize(QSize(12, 12))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._draw)
        self._draw()
        self.set_model(ModelState(ModelPhase.NONE))

    def set_model(self, model: ModelState) -> None:
        """Show the loaded model, or how far it is."""
        name = model.name or (model.path.stem if model.path else "")
        match model.phase:
            case ModelPhase.READY:
                shown, told = name, f"{name} on {model.device}, {model.context_tokens:,} tokens of context"
            case ModelPhase.LOADING:
                shown, told = f"Loading {name}", f"Loading {name}, {model.progress:.0%}"
            case ModelPhase.FAILED:
                shown, told = "Choose a model", model.error
            case _:
                shown, told = "Choose a model", "No model is loaded"
        self.setText(shown if len(shown) <= _MOST_CHARACTERS else shown[: _MOST_CHARACTERS - 1].rstrip() + "…")
        self.setToolTip(told)
        self.setAccessibleName(f"Model: {shown}")

    def set_recent(self, recent: Sequence[Path]) -> None:
        """Offer these files."""
        self._recent = tuple(recent)

    def fill_menu(self) -> QMenu:
        """Return the menu as it would be shown now."""
        self._menu.clear()
        for path in self._recent:
            action = self._menu.addAction(path.stem)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self.model_chosen.emit(path))
        if self._recent:
            self._menu.addSeparator()
        action = self._menu.addAction("Open a GGUF file…")
        action.triggered.connect(self.file_wanted)
        return self._menu

    def _on_clicked(self) -> None:
        self.fill_menu().popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _draw(self) -> None:
        self.setIcon(self._theme.icon("chevron", "mute", 12))
