"""The files that go with a message, above its text."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.conversations.written import Attachment
from desktop.ui.controls.buttons import IconButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, tr_counted

_WIDEST = 260  # pixels of a chip
_GAP = 6


class AttachmentChips(QWidget):
    """Show files in rows, each as a chip with its name, its tokens and a cross; hidden without any.

    Signals: remove_requested with the place of a file, from 0.
    """

    remove_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attachments")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._chips: list[AttachmentChip] = []
        theme.changed.connect(self._place)
        self.hide()

    def set_attachments(self, attachments: Sequence[Attachment]) -> None:
        """Show other files."""
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [AttachmentChip(self._theme, attachment, self) for attachment in attachments]
        for place, chip in enumerate(self._chips):
            chip.remove_requested.connect(lambda place=place: self.remove_requested.emit(place))
            chip.show()
        self.setVisible(bool(self._chips))
        self._place()

    def set_tokens(self, tokens: Sequence[int]) -> None:
        """Show how many tokens each of the files has; nothing where that is not known."""
        if tokens and len(tokens) != len(self._chips):
            return  # counted before a file came or went
        for chip, count in zip(self._chips, tokens or [0] * len(self._chips), strict=True):
            chip.set_tokens(count)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def _place(self) -> None:
        left = top = bottom = 0
        for chip in self._chips:
            size = chip.sizeHint()
            width = min(size.width(), self._theme.scaled(_WIDEST), self.width())
            if left and left + width > self.width():
                left, top = 0, bottom + _GAP
            chip.setGeometry(left, top, width, size.height())
            left, bottom = left + width + _GAP, top + size.height()
        if self._chips and self.minimumHeight() != bottom + _GAP:
            self.setFixedHeight(bottom + _GAP)


class AttachmentChip(QFrame):
    """One file.

    Signals: remove_requested.
    """

    remove_requested = Signal()

    def __init__(self, theme: Theme, attachment: Attachment, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("attachmentChip")
        self._name = attachment.name
        name = ElidedLabel()
        name.set_text(attachment.name)
        self._tokens = QLabel()
        self._tokens.setObjectName("attachmentTokens")
        self._tokens.setTextFormat(Qt.TextFormat.PlainText)
        self._tokens.hide()
        remove = IconButton(theme, "close", tr("Remove {name}", name=attachment.name))
        remove.setObjectName("removeAttachmentButton")
        remove.setToolTip(tr("Do not send this file"))
        remove.clicked.connect(self.remove_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 1, 1, 1)
        row.setSpacing(6)
        row.addWidget(IconLabel(theme, "file", "mute"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(name, 1)
        row.addWidget(self._tokens)
        row.addWidget(remove)
        self.set_tokens(0)

    def set_tokens(self, count: int) -> None:
        """Show how many tokens the file has; 0: not known."""
        words = tr_counted("{count} tokens", "{count} token", count) if count else ""
        self._tokens.setText(words)
        self._tokens.setVisible(bool(words))
        self.setAccessibleName(tr("Attached file {name}, {tokens}", name=self._name, tokens=words) if words else self._name)
