"""The report on the last run, over the window."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import IconButton, LinkButton, PrimaryButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.controls.overlay import Overlay
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.copying import copy_text
from desktop.ui.translation import tr

_WIDTH = 760
_HEIGHT = 620


class ReportPage(Overlay):
    """Show a report's text, which the person may copy and take to whom they like, or delete.

    Signals: delete_requested.
    """

    delete_requested = Signal()

    def __init__(self, theme: Theme, window: QWidget, text: str) -> None:
        super().__init__(theme, window, width=_WIDTH, height=_HEIGHT)
        self.setObjectName("reportPage")
        self.setAccessibleName(tr("Report on the last run"))
        self._report = text
        self._text = QPlainTextEdit(text)
        self._copy = PrimaryButton(theme, tr("Copy"))
        self._lay_out()
        self._take_fonts()
        theme.changed.connect(self._take_fonts)

    def open(self) -> None:
        """Begin at its first line."""
        self._copy.setText(tr("Copy"))
        self._text.verticalScrollBar().setValue(0)
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _lay_out(self) -> None:
        title = QLabel(tr("Report on the last run"))
        title.setObjectName("reportTitle")
        close = IconButton(self._theme, "close", tr("Close the report"))
        close.setToolTip(tr("Close (Esc)"))
        close.clicked.connect(self.close)
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 10, 8)
        head.setSpacing(10)
        head.addWidget(IconLabel(self._theme, "alert"))
        head.addWidget(title, 1)
        head.addWidget(close)
        line = QFrame()
        line.setObjectName("searchLine")
        line.setFixedHeight(1)
        told = QLabel(
            tr(
                "This stays on your computer: nothing is sent. It says where in the program something went wrong, and holds no messages, "
                "titles or names of chats."
            )
        )
        told.setObjectName("reportTold")
        told.setWordWrap(True)
        self._text.setObjectName("reportText")
        self._text.setAccessibleName(tr("Text of the report"))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        body = QVBoxLayout()
        body.setContentsMargins(16, 12, 16, 4)
        body.setSpacing(12)
        body.addWidget(told)
        body.addWidget(self._text, 1)
        body.addLayout(self._buttons())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 12)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(line)
        whole.addLayout(body, 1)

    def _buttons(self) -> QHBoxLayout:
        delete = LinkButton(tr("Delete report"))
        delete.setObjectName("deleteReportButton")
        delete.clicked.connect(self.delete_requested)
        self._copy.setObjectName("copyReportButton")
        self._copy.clicked.connect(self._on_copy_clicked)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(delete)
        row.addStretch()
        row.addWidget(self._copy)
        return row

    def _take_fonts(self) -> None:
        self._text.setFont(self._theme.code_font(12))

    def _on_copy_clicked(self) -> None:
        copy_text(self._report)
        self._copy.setText(tr("Copied"))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._copy, tr("Copied")))
