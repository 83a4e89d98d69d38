"""The bubble that holds what a person wrote, as they typed it."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.ui.controls.buttons import LinkButton
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.plain_text import PlainText
from desktop.ui.transcript.reply_selection import ReplySelection
from desktop.ui.transcript.text_view import TextView
from desktop.ui.translation import tr, tr_counted

_PADDING = QSize(18, 8)
_LEAST = 20  # pixels of text
_LONG = 12_000  # characters; of longer text the first lines are shown
_FIRST = 2_000  # characters
_PART = 8_000  # characters
_BUTTON = 28  # pixels
_GAP = 4


class Bubble(QFrame):
    """Show plain text, no wider than it needs to be; of very long text the first lines, until all of it is asked for.

    Signals: height_changed after it grew by itself; part_toggled after the person asked for all of it, or
    for its first lines again.
    """

    height_changed = Signal()
    part_toggled = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bubble")
        self._written = text
        self._text = PlainText(theme, tr("Your message"), _PART, self)
        self._text.height_changed.connect(self._on_text_height_changed)
        self._button: LinkButton | None = None
        self._is_whole = len(text) <= _LONG
        if not self._is_whole:
            self._button = LinkButton("", self)
            self._button.setObjectName("showAllButton")
            self._button.clicked.connect(self._on_button_clicked)
            self._show_first()
        else:
            self._text.set_text(text)
        self._natural_width = self._text.natural_width()
        self.selection = ReplySelection(self, self._text.selectables, lambda: self._written, copies_source=True)
        self._text.select_by(self.selection)

    def text_views(self) -> list[TextView]:
        """Return the views of what is shown, from the top."""
        return self._text.text_views()

    def is_built(self) -> bool:
        """Return whether all that is shown of it is drawn."""
        return self._text.is_built()

    def show_all(self) -> None:
        """Show very long text as a whole."""
        if not self._is_whole:
            self._on_button_clicked()

    def width_within(self, most: int) -> int:
        """Return the width that the bubble wants where it may have most pixels."""
        inner = max(_LEAST, min(self._natural_width + 1, most - 2 * _PADDING.width()))
        return inner + 2 * _PADDING.width()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        below = 0 if self._button is None else _GAP + _BUTTON
        return self._text.heightForWidth(width - 2 * _PADDING.width()) + below + 2 * _PADDING.height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        left, top = _PADDING.width(), _PADDING.height()
        below = 0 if self._button is None else _GAP + _BUTTON
        self._text.setGeometry(left, top, self.width() - 2 * left, self.height() - below - 2 * top)
        if self._button is not None:
            width = self._button.sizeHint().width()
            self._button.setGeometry(left - 8, self.height() - top - _BUTTON, min(width, self.width() - 2 * left + 16), _BUTTON)

    def _show_first(self) -> None:
        assert self._button is not None
        self._is_whole = False
        end = self._written.rfind("\n", 0, _FIRST)
        if end <= 0:
            end = self._written.rfind(" ", 0, _FIRST)
        self._text.set_text(self._written[: end if end > 0 else _FIRST] + " …")
        self._button.setText(tr_counted("Show all ({count} characters)", "Show all ({count} character)", len(self._written)))
        self._button.setAccessibleName(self._button.text())

    def _show_all(self) -> None:
        assert self._button is not None
        self._is_whole = True
        self._text.set_text(self._written)
        self._button.setText(tr("Show less"))
        self._button.setAccessibleName(self._button.text())

    def _on_text_height_changed(self) -> None:
        self._natural_width = self._text.natural_width()
        self.height_changed.emit()

    def _on_button_clicked(self) -> None:
        (self._show_first if self._is_whole else self._show_all)()
        self._natural_width = self._text.natural_width()
        self.part_toggled.emit()
