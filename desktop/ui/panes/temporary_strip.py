"""Under the head of a temporary chat: that nothing of it is saved, and the question before it is closed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.conversations.message import Conversation, ConversationId
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.sidebar.question import Question
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr


class TemporaryStrip(QFrame):
    """Say it while such a chat is shown, and offer to keep the chat once something was said in it.

    Signals: keep_requested and forget_requested with the chat's id; new_requested.
    """

    keep_requested = Signal(object)
    forget_requested = Signal(object)
    new_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("temporaryStrip")
        self._chat_id: ConversationId | None = None
        self._has_messages = False
        words = QLabel(tr("Temporary: nothing of it is saved"))
        words.setObjectName("temporaryWords")
        words.setWordWrap(True)
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(words.text())
        self._keep = LinkButton(tr("Keep this chat"))
        self._keep.setObjectName("keepTemporaryButton")
        self._keep.setToolTip(tr("It becomes an ordinary chat, saved from its first message on."))
        self._keep.setAccessibleDescription(self._keep.toolTip())
        self._keep.clicked.connect(lambda: self.keep_requested.emit(self._chat_id))
        policy = self._keep.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that nothing jumps
        self._keep.setSizePolicy(policy)
        self._question = Question(theme, act=tr("Close and forget"), keep=tr("Leave it open"))
        row = QHBoxLayout()
        row.setContentsMargins(20, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(IconLabel(theme, "temporary"))
        row.addWidget(words, 1)
        row.addWidget(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        asking = QHBoxLayout()
        asking.setContentsMargins(8, 0, 0, 0)  # to stand below the icon
        asking.addWidget(self._question)
        column.addLayout(asking)
        self.show_chat(None)

    @property
    def is_at_stake(self) -> bool:
        """Tell whether something was said in the temporary chat that is shown: closing it loses that."""
        return self._chat_id is not None and self._has_messages

    def show_chat(self, chat: Conversation | None) -> bool:
        """Show what there is to say of a chat, nothing of an ordinary one; return whether it is temporary."""
        shown = chat.id if chat is not None and chat.is_temporary else None
        if shown != self._chat_id:
            self._question.hide()
        self._chat_id = shown
        self._has_messages = chat is not None and (chat.head_id is not None or chat.redo_id is not None)
        self._keep.setVisible(self._has_messages)
        self.setVisible(shown is not None)
        return shown is not None

    def set_idle(self, *, idle: bool) -> None:
        """Offer to keep the chat, or not while it is replying."""
        self._keep.setEnabled(idle)

    def ask(self) -> None:
        """Ask before the chat is closed."""
        chat_id = self._chat_id
        self._question.ask(tr("Close this chat? Nothing of it was saved, so it is gone then."), lambda: self.forget_requested.emit(chat_id))
