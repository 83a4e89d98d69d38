"""Where a chat was left by its forks, and what it shares with the chat that it left itself: as rows, and their widgets."""

from collections.abc import Container, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.conversations.context_start import start_of
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role, Status
from desktop.ui.branches import Branch
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.context_line import ContextLine
from desktop.ui.transcript.fork_lines import ForkLine, MoreForks, SharedHistoryFold
from desktop.ui.transcript.rows import FORKS_SHOWN, Row, RowKind, rows_of
from desktop.ui.translation import tr


class ForkRows(QObject):
    """Put the lines of forks, and the fold over what is shared, between the messages of a chat.

    Signals: toggled after the person folded or unfolded rows; chat_requested with the id of a fork; room_requested after a click on the
    line from which on the model reads the chat.
    """

    toggled = Signal()
    chat_requested = Signal(object)
    room_requested = Signal()

    def __init__(self, theme: Theme, directory: ChatDirectory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._directory = directory
        self._chat_id: ConversationId | None = None
        self._forks: dict[MessageId, list[ConversationId]] = {}
        self._unfolded: set[MessageId] = set()  # whose forks are all shown
        self._shared = 0  # messages
        self._shows_shared = False

    def clear(self) -> None:
        """Forget the chat."""
        self._chat_id = None
        self._forks.clear()
        self._unfolded.clear()
        self._shared, self._shows_shared = 0, False

    def set_path(self, chat: Conversation, messages: Sequence[Message]) -> None:
        """Take up the path to a chat's head; its forks are found by find_forks."""
        self._chat_id = chat.id
        before, self._shared = self._shared, _shared_count(chat, messages)
        if self._shared != before:
            self._shows_shared = False

    def show_shared(self) -> None:
        """Unfold what is shared."""
        self._shows_shared = True

    def limit_shared(self, kept: int) -> None:
        """Note that of the path only so many messages are still shown."""
        self._shared = min(self._shared, kept)

    def find_forks(self, shown: Container[MessageId]) -> None:
        """Take up which forks leave the messages that are shown, after what the directory knows now."""
        self._forks.clear()
        if self._chat_id is None:
            return
        for fork in self._directory.forks(self._chat_id):
            if fork.forked_at_id is not None and fork.forked_at_id in shown:
                self._forks.setdefault(fork.forked_at_id, []).append(fork.id)

    def is_told_of(self, changed: frozenset[ConversationId]) -> bool:
        """Return whether one of these chats is spoken of here, or would be now."""
        if self._chat_id is None:
            return False
        chat = self._directory.find(self._chat_id)
        parent = chat.forked_from_id if chat is not None else None
        shown = (fork_id for forks in self._forks.values() for fork_id in forks)
        forks = (fork.id for fork in self._directory.forks(self._chat_id))
        return not changed.isdisjoint({self._chat_id, parent, *shown, *forks})

    def among(self, messages: Sequence[Message]) -> list[Row]:
        """Return the rows of these messages and of what stands between them."""
        chat = self._directory.find(self._chat_id)
        return rows_of(
            messages,
            self._forks,
            shared=self._shared,
            shows_shared=self._shows_shared,
            unfolded=self._unfolded,
            context_start=None if chat is None else start_of(messages, chat),
        )

    def build(self, row: Row) -> QWidget:
        """Return a new widget for a row that is no message."""
        if row.kind is RowKind.FOLD:
            fold = SharedHistoryFold(self._theme, self._shared, *self._left_chat())
            fold.set_open(self._shows_shared)
            fold.toggled.connect(self._on_fold_toggled)
            return fold
        if row.kind is RowKind.MORE_FORKS:
            more = MoreForks(self._theme, 0)
            more.clicked.connect(lambda: self._on_more_forks_clicked(MessageId(row.id)))
            self.fill(row, more)
            return more
        if row.kind is RowKind.CONTEXT_START:
            start = ContextLine(self._theme)
            start.clicked.connect(self.room_requested)
            return start
        fork_id = ConversationId(row.id) if row.kind is RowKind.FORK else None
        line = ForkLine(self._theme, self._directory.branch(fork_id), "", fork_id)
        line.clicked.connect(lambda: self.chat_requested.emit(fork_id))
        self.fill(row, line)
        return line

    def fill(self, row: Row, widget: QWidget) -> None:
        """Write into the widget of a row what the directory knows now; messages are left alone."""
        if isinstance(widget, ForkLine):
            fork_id = ConversationId(row.id) if row.kind is RowKind.FORK else None
            title = self._directory.title(fork_id) if fork_id is not None else tr("Forked here")
            widget.set_content(self._directory.branch(fork_id or self._chat_id), title)
        elif isinstance(widget, MoreForks):
            widget.set_count(len(self._forks.get(MessageId(row.id), ())) - FORKS_SHOWN)
        elif isinstance(widget, SharedHistoryFold):
            widget.set_parent_chat(*self._left_chat())

    def _left_chat(self) -> tuple[Branch, str]:
        chat = self._directory.find(self._chat_id)
        left_id = chat.forked_from_id if chat is not None else None
        return self._directory.branch(left_id), self._directory.title(left_id)

    def _on_fold_toggled(self, is_open: bool) -> None:
        self._shows_shared = is_open
        self.toggled.emit()

    def _on_more_forks_clicked(self, message_id: MessageId) -> None:
        self._unfolded.add(message_id)
        self.toggled.emit()


def _shared_count(chat: Conversation, messages: Sequence[Message]) -> int:
    """Return how many messages, from the root, a fork shares with the chat that it left and may fold."""
    ids = [message.id for message in messages]
    if chat.forked_from_id is None or chat.forked_at_id not in ids:
        return 0
    shared = ids.index(chat.forked_at_id) + 1
    if shared == len(messages) and _lacks_something(messages[-1]):
        return shared - 1  # folded, it could not be gone on with
    return shared


def _lacks_something(message: Message) -> bool:
    """Return whether a chat that ends with this message waits for a reply or the rest of one."""
    return message.role is Role.USER or message.status is not Status.COMPLETE
