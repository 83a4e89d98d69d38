"""The line above the composer: how soon the next reply comes, and why."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.composer.session_text import SessionText
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated

_STEPS = 1000


class SessionLine(QWidget):
    """Show a SessionText; hidden while there is none.

    Signals: stop_requested; file_wanted to choose a model file; keep_requested to keep the chat ready always.
    """

    stop_requested = Signal()
    file_wanted = Signal()
    keep_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sessionLine")
        self._icon = IconLabel(theme, "bolt", "accent")
        self._sentence = QLabel()
        self._sentence.setObjectName("sessionSentence")
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(tr("Reading progress"))
        self._detail = QLabel()
        self._detail.setObjectName("sessionDetail")
        self._stop = LinkButton(tr("Stop"))
        self._stop.setObjectName("stopReadingButton")
        self._stop.clicked.connect(self.stop_requested)
        self._open = LinkButton(tr("Open a model file"))
        self._open.setObjectName("openFileButton")
        self._open.clicked.connect(self.file_wanted)
        self._keep = LinkButton(tr("Always keep ready"))
        self._keep.setObjectName("keepReadyButton")
        self._keep.setToolTip(tr("What is saved for this chat is then never removed to make room."))
        self._keep.clicked.connect(self.keep_requested)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        first.addWidget(self._sentence, 1)
        first.addWidget(self._open)
        first.addWidget(self._keep)
        first.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self._bar)
        column.addWidget(self._detail)
        self.hide()

    def set_text(self, text: SessionText | None) -> None:
        """Show a text, or nothing."""
        self.setVisible(text is not None)
        if text is None:
            self._sentence.clear()
            return
        self._icon.set_icon(text.icon, "accent" if text.is_good else "mute")
        self._sentence.setText(translated(text.sentence))
        if self._sentence.property("good") != text.is_good:
            self._sentence.setProperty("good", text.is_good)
            self._sentence.style().polish(self._sentence)
        self.setToolTip(translated(text.tooltip))
        self.setAccessibleName(self._sentence.text())
        self._bar.setVisible(text.progress is not None)
        self._bar.setValue(round(_STEPS * (text.progress or 0.0)))
        self._detail.setVisible(bool(text.detail))
        self._detail.setText(translated(text.detail))
        self._open.setVisible(text.offers_model)
        self._keep.setVisible(text.offers_keeping)
        self._stop.setVisible(text.can_stop)

    def text(self) -> str:
        """Return the sentence that is shown; empty where there is none."""
        return self._sentence.text()
