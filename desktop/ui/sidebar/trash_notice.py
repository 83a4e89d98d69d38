"""The line that says that a chat went to the trash, and brings it back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.conversations.message import ConversationId
from desktop.ui.controls.buttons import IconButton, LinkButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr


class TrashNotice(QWidget):
    """Say which chat went last, until that is undone or dismissed; hidden until one did.

    Signals: undo_requested with the chat's id.
    """

    undo_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trashNotice")
        self._chat_id: ConversationId | None = None
        self._words = ElidedLabel()
        self._words.setObjectName("trashNoticeWords")
        self._undo = LinkButton(tr("Undo"))
        self._undo.setObjectName("undoTrashButton")
        self._undo.clicked.connect(self._on_undo_clicked)
        close = IconButton(theme, "close", tr("Dismiss"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 4, 8, 0)
        row.setSpacing(2)
        row.addWidget(self._words, 1)
        row.addWidget(self._undo)
        row.addWidget(close)
        self.hide()

    def show_trashed(self, chat_id: ConversationId, title: str) -> None:
        """Say that a chat of this title is in the trash now."""
        self._chat_id = chat_id
        self._words.set_text(tr("In the trash: {title}", title=title))
        self._undo.setAccessibleName(tr("Undo: bring “{title}” back", title=title))
        self.setAccessibleName(self._words.text())
        self.show()

    def _on_undo_clicked(self) -> None:
        self.hide()
        self.undo_requested.emit(self._chat_id)
