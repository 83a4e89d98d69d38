"""What a model thought before it answered, folded away above the answer."""

import time
from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.system.words import say
from desktop.ui.controls.buttons import IconButton
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.plain_text import PlainText
from desktop.ui.translation import tr, translated

_PART = 800  # characters
_HEAD = 24  # pixels
_GAP = 4
_INDENT = 22  # where the button's word begins
_RULE = 2
_RULE_LEFT = 9  # below the middle of the button's arrow


class ThoughtFold(QWidget):
    """Show a reply's reasoning as plain text: open while it is all there is, folded once the answer begins.

    What the person opened or folded stays so. Signals: toggled after they did; height_changed after long text grew
    while it was built.
    """

    toggled = Signal()
    height_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Fold away nothing yet; clock tells seconds, for as long as nobody else says how long the model thought."""
        super().__init__(parent)
        self.setObjectName("thought")
        self._theme = theme
        self._clock = clock
        self._began, self._seconds = clock(), 0.0
        self._is_thinking = False
        self._written = ""
        self._is_chosen = False
        self._button = IconButton(theme, "chevron", tr("Thought"), text=tr("Thought"), parent=self)
        self._button.setObjectName("thoughtButton")
        self._button.setCheckable(True)
        self._button.clicked.connect(self._on_button_clicked)
        self._text = PlainText(theme, tr("Thought"), _PART, self)
        self._text.setObjectName("thoughtText")
        self._text.height_changed.connect(self.height_changed)
        theme.changed.connect(self.update)
        self._set_open(True)

    def text(self) -> str:
        """Return the reasoning."""
        return self._written

    def append(self, text: str) -> None:
        """Show what the reasoning grew by."""
        self._written += text
        self._text.append(text)

    def set_text(self, text: str) -> None:
        """Show other reasoning."""
        if text != self._written:
            self._written = text
            self._text.set_text(text)

    def set_state(self, *, thinking: bool, answered: bool, seconds: float = 0.0) -> None:
        """Note whether more is coming, whether the answer has begun, and for how long the model thought; 0: not known."""
        if self._is_thinking and not thinking:
            self._seconds = self._clock() - self._began
        self._is_thinking = thinking
        self._button.setText(tr("Thinking") if thinking else _thought(seconds or self._seconds))
        self._name()
        self._text.show_caret(thinking)
        if not self._is_chosen and self.is_open() is answered:
            self._set_open(not answered)

    def plain_text(self) -> PlainText:
        """Return the widget that shows the reasoning."""
        return self._text

    def is_open(self) -> bool:
        """Return whether the reasoning is shown."""
        return not self._text.isHidden()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return _HEAD + (_GAP + self._text.heightForWidth(width - _INDENT) if self.is_open() else 0)

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._button.setGeometry(0, 0, self._button.sizeHint().width(), _HEAD)
        self._text.setGeometry(_INDENT, _HEAD + _GAP, self.width() - _INDENT, max(0, self.height() - _HEAD - _GAP))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.is_open():
            QPainter(self).fillRect(_RULE_LEFT, _HEAD + _GAP, _RULE, self.height() - _HEAD - _GAP, QColor(self._theme.tokens.line))

    def _set_open(self, is_open: bool) -> None:
        self._text.setVisible(is_open)
        self._button.setChecked(is_open)
        self._button.set_icon("chevron" if is_open else "chevron_right")
        told = say("Hide what the model thought") if is_open else say("Show what the model thought before it answered")
        self._button.setToolTip(translated(told))
        self._name()

    def _name(self) -> None:
        said = self._button.text()
        self._button.setAccessibleName(tr("{said}, shown", said=said) if self.is_open() else tr("{said}, hidden", said=said))

    def _on_button_clicked(self) -> None:
        self._is_chosen = True
        self._set_open(not self.is_open())
        self.toggled.emit()


def _thought(seconds: float) -> str:
    """Return what is said of thinking that is over."""
    if seconds < 1:
        return tr("Thought")
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return tr("Thought for {seconds} s", seconds=rest)
    if not rest:
        return tr("Thought for {minutes} min", minutes=minutes)
    return tr("Thought for {minutes} min {seconds} s", minutes=minutes, seconds=rest)
