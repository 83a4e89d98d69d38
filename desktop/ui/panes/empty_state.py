"""What a chat without messages shows."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.conversations.preset import Preset
from desktop.models.entry import GUIDE_WORDS
from desktop.ui.models.first_run import FirstRun
from desktop.ui.panes.preset_buttons import PresetButtons
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

_WIDEST = 328  # the narrowest pane less its margins


class EmptyState(QWidget):
    """Invite to write; without a model, or with the guide alone, to choose one.

    Signals: those of FirstRun; preset_chosen with a Preset, or None.
    """

    load_requested = Signal(Path)
    file_wanted = Signal()
    models_wanted = Signal()
    left = Signal()
    question_asked = Signal(str)
    sentence_begun = Signal(str)
    preset_chosen = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self._context = context
        self._heading = QLabel()
        self._heading.setObjectName("emptyHeading")
        self._heading.setWordWrap(True)
        self._heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        first_run = FirstRun(context)
        first_run.load_requested.connect(self.load_requested)
        first_run.file_wanted.connect(self.file_wanted)
        first_run.models_wanted.connect(self.models_wanted)
        first_run.left.connect(self.left)
        first_run.examples.asked.connect(self.question_asked)
        first_run.examples.begun.connect(self.sentence_begun)
        self._presets = PresetButtons()
        self._presets.chosen.connect(self.preset_chosen)
        centred = QHBoxLayout()
        centred.addStretch()
        centred.addWidget(first_run, 1000)
        centred.addStretch()
        body = QWidget()
        body.setObjectName("emptyBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addStretch(3)
        column.addWidget(self._heading)
        column.addLayout(centred)
        column.addWidget(self._presets, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(_scrolled(body))
        context.bridge.model_changed.connect(self._show_heading)
        self._show_heading()

    def set_presets(self, presets: Sequence[Preset], chosen: Preset | None) -> None:
        """Offer presets to begin with; chosen: the one that the chat has."""
        self._presets.set_presets(presets, chosen, _WIDEST)

    def _show_heading(self) -> None:
        is_guide = self._context.chats.model.is_guide
        self._heading.setText(translated(GUIDE_WORDS) if is_guide else tr("What shall we talk about?"))


def _scrolled(body: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName("emptyScroll")
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(body)
    return area
