"""The trash: chats that can be brought back, or deleted for good after one more question."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLabel, QListView, QVBoxLayout, QWidget

from desktop.chat.numbers import TRASH_DAYS
from desktop.conversations.message import Conversation
from desktop.system.words import say
from desktop.ui.controls.buttons import IconButton, LinkButton
from desktop.ui.settings.section import caption
from desktop.ui.sidebar.question import Question
from desktop.ui.sidebar.trash_model import TrashModel
from desktop.ui.translation import tr, tr_counted, translated
from desktop.ui.window_context import WindowContext

ONE_GOES = say("Its text and what was kept ready are deleted. Forks stay.")


class TrashPage(QWidget):
    """List what is in the trash.

    Signals: left when the person goes back to the chats.
    """

    left = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trashPage")
        self._context, self._chats = context, context.chats
        self._is_loading = self._is_stale = False
        self._model = TrashModel(self)
        self._list = QListView()
        self._list.setObjectName("trashList")
        self._list.setAccessibleName(tr("Chats in the trash"))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setUniformItemSizes(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setModel(self._model)
        self._list.selectionModel().currentChanged.connect(self._show_state)
        self.setFocusProxy(self._list)
        self._words = caption()
        self._words.setObjectName("trashWords")
        self._question = Question(context.theme)
        self._question.answered.connect(self._show_state)
        self._empty = LinkButton(tr("Empty trash"))
        self._empty.setObjectName("emptyTrashButton")
        self._empty.clicked.connect(self._on_empty_clicked)
        self._restore = LinkButton(tr("Restore"))
        self._restore.setObjectName("restoreChatButton")
        self._restore.clicked.connect(lambda: self._with_current(lambda chat: self._chats.restore_from_trash(chat.id)))
        self._delete = LinkButton(tr("Delete now"))
        self._delete.setObjectName("deleteChatButton")
        self._delete.clicked.connect(self._on_delete_clicked)
        self._lay_out()
        for signal in (context.bridge.conversation_removed, context.bridge.conversation_added):
            signal.connect(self._on_bridge_chats_changed)
        self._show_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._question.hide()
        self._load_soon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        back = IconButton(self._context.theme, "chevron_left", tr("Back to the chats"))
        back.setObjectName("leaveTrashButton")
        back.clicked.connect(self.left)
        heading = QLabel(tr("Trash"))
        heading.setObjectName("trashHeading")
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 8, 0)
        head.addWidget(back)
        head.addWidget(heading, 1)
        head.addWidget(self._empty)
        words = QHBoxLayout()
        words.setContentsMargins(18, 2, 12, 6)
        words.addWidget(self._words)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 0)
        foot.addWidget(self._restore)
        foot.addWidget(self._delete)
        foot.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(words)
        column.addWidget(self._list, 1)
        column.addLayout(foot)
        column.addWidget(self._question)

    def _load_soon(self) -> None:
        """Load what is in the trash, once however much happens meanwhile."""
        self._is_stale = True
        if not self._is_loading:
            self._context.spawn(self._load())

    async def _load(self) -> None:
        self._is_loading = True
        try:
            while self._is_stale:
                self._is_stale = False
                self._show(await self._chats.trashed())
        finally:
            self._is_loading = False
        self._show_state()

    def _show(self, chats: Sequence[Conversation]) -> None:
        """List chats; where the current one went, the next is current."""
        row = max(0, self._list.currentIndex().row())
        self._model.show_chats(chats)
        self._list.setCurrentIndex(self._model.index(min(row, len(chats) - 1), 0))

    def _current(self) -> Conversation | None:
        return self._model.chat(self._list.currentIndex())

    def _with_current(self, command: Callable[[Conversation], Coroutine[Any, Any, None]]) -> None:
        if (chat := self._current()) is not None:
            self._context.spawn(command(chat))

    def _show_state(self) -> None:
        count = self._model.rowCount()
        if self._list.property("empty") is not (count == 0):
            self._list.setProperty("empty", count == 0)  # without a row to ring it has a ring of its own
            self._list.style().polish(self._list)
        self._words.setText(tr("Kept for {days} days, then deleted.", days=TRASH_DAYS) if count else tr("Nothing is in the trash."))
        self._empty.setVisible(count > 0)
        is_asking = not self._question.isHidden()
        for button in (self._restore, self._delete):
            button.setVisible(count > 0 and not is_asking)
            button.setEnabled(self._current() is not None)

    def _on_bridge_chats_changed(self) -> None:
        if self.isVisible():
            self._load_soon()

    def _on_delete_clicked(self) -> None:
        chat = self._current()
        if chat is not None:
            self._ask(translated(ONE_GOES), lambda: self._chats.delete(chat.id))

    def _on_empty_clicked(self) -> None:
        words = tr_counted(
            "All {count} chats are deleted, with their text and what was kept ready. Forks stay.",
            "All {count} chats are deleted, with their text and what was kept ready. Forks stay.",
            self._model.rowCount(),
        )
        self._ask(words, self._chats.empty_trash)

    def _ask(self, words: str, command: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._question.ask(words, lambda: self._context.spawn(command()))
        self._show_state()
