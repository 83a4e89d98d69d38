"""What a chat without messages shows."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.chat.events import ModelPhase, ModelState
from desktop.ui.controls.buttons import PrimaryButton
from desktop.ui.theme.theme import Theme

_TEXT_WIDTH = 320
_WIDEST = 328  # the narrowest pane less its margins


class EmptyState(QWidget):
    """Invite to write; without a model, to open one.

    Signals: file_wanted.
    """

    file_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        heading = QLabel("What shall we talk about?")
        heading.setObjectName("emptyHeading")
        heading.setWordWrap(True)
        heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = QLabel("Rivulet talks to a language model on this computer. Open a model file, in GGUF format, to begin.")
        self._sentence.setObjectName("emptySentence")
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._open = PrimaryButton(theme, "Open a model file")
        self._open.setObjectName("openModelButton")
        self._open.setToolTip("Open a model file (Ctrl+O), or drop one on this window")
        self._open.clicked.connect(self.file_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addStretch(3)
        column.addWidget(heading)
        column.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(6)
        column.addWidget(self._open, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(4)
        self.set_model(ModelState(ModelPhase.NONE))
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()

    def set_model(self, model: ModelState) -> None:
        """Offer to open a file only while there is no model on its way."""
        wants_model = model.phase is ModelPhase.NONE
        self._sentence.setVisible(wants_model)
        self._open.setVisible(wants_model)

    def _fit(self) -> None:
        # A layout that centres a label does not ask it how tall it is at its width.
        width = min(_WIDEST, self._theme.scaled(_TEXT_WIDTH))
        self._sentence.ensurePolished()
        self._sentence.setFixedSize(width, self._sentence.heightForWidth(width))
