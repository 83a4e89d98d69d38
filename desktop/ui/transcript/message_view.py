"""One message of the transcript."""

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.conversations.message import Message, Role, Status
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.action_row import ActionRow, copy_text
from desktop.ui.transcript.bubble import Bubble
from desktop.ui.transcript.ending_line import CONTEXT_FULL, ENDINGS, NO_REPLY, EndingLine
from desktop.ui.transcript.reply_body import ReplyBody

_BUBBLE_SHARE = 0.75
_ACTIONS_WIDTH = 94
_BLOCK_GAP = 14


class MessageView(QWidget):
    """What persons' messages and replies have in common.

    Signals: fork_requested, rewind_requested, continue_requested, regenerate_requested and delete_requested with this
    message; edit_requested with it and its new text; ways_requested with it and a number of forks; version_requested with
    the id of another version of it; height_changed after the message grew; part_toggled after the person folded or
    unfolded a part of it.
    """

    fork_requested = Signal(object)
    rewind_requested = Signal(object)
    continue_requested = Signal(object)
    regenerate_requested = Signal(object)
    delete_requested = Signal(object)
    edit_requested = Signal(object, str)
    ways_requested = Signal(object, int)
    version_requested = Signal(object)
    height_changed = Signal()
    part_toggled = Signal()

    def __init__(self, message: Message, action_row: ActionRow) -> None:
        super().__init__()
        self.setObjectName("message")
        self.message = message
        self.action_row = action_row
        action_row.setParent(self)
        action_row.copied.connect(lambda: copy_text(self.text()))
        action_row.fork_requested.connect(lambda: self.fork_requested.emit(self.message))
        action_row.rewind_requested.connect(lambda: self.rewind_requested.emit(self.message))

    def text(self) -> str:
        """Return what was written, as it was written."""
        return self.message.text

    def set_last(self, last: bool) -> None:
        """Note whether this is the last message of the chat."""
        self.action_row.offer_rewind(not last)

    def offer_continue(self, offered: bool, *, is_full: bool = False) -> None:
        """Offer to go on from here, or not: only at the end of a chat that does nothing; is_full: the context is."""

    def redraw(self) -> None:
        """Take up a changed theme."""

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Give every part its place."""
        raise NotImplementedError

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.action_row.set_near(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.action_row.set_near(False)

    def _name(self) -> None:
        who = "You" if self.message.role is Role.USER else "Reply"
        self.setAccessibleName(f"{who}: {self.text()}")


class PersonMessageView(MessageView):
    """A person's message: a bubble on the right, as plain text, its actions beside it."""

    def __init__(self, theme: Theme, message: Message) -> None:
        super().__init__(message, ActionRow(theme, with_words=False))
        self._theme = theme
        self._bubble = Bubble(theme, message.text, self)
        self._bubble.height_changed.connect(self.height_changed)
        self._bubble.part_toggled.connect(self.part_toggled)
        self._ending: EndingLine | None = None
        self._name()

    def heightForWidth(self, width: int) -> int:
        return self._bubble.heightForWidth(self._bubble_width(width)) + self._below()

    def offer_continue(self, offered: bool, *, is_full: bool = False) -> None:
        if offered and self._ending is None:
            self._ending = EndingLine(self._theme, NO_REPLY, self)
            self._ending.continue_button.clicked.connect(lambda: self.continue_requested.emit(self.message))
            self._ending.offer_continue(True)
        if self._ending is not None and self._ending.isHidden() is offered:
            self._ending.setVisible(offered)
            self.height_changed.emit()

    def place(self) -> None:
        width, height = self._bubble_width(self.width()), self.height() - self._below()
        left = self.width() - width
        self._bubble.setGeometry(left, 0, width, height)
        actions = self.action_row.sizeHint()
        self.action_row.setGeometry(left - actions.width() - 6, height - 28 - 4, actions.width(), 28)
        if self._ending is not None:
            self._ending.setGeometry(0, self.height() - 28, self.width(), 28)

    def _below(self) -> int:
        return 28 + 8 if self._ending is not None and not self._ending.isHidden() else 0

    def _bubble_width(self, width: int) -> int:
        return self._bubble.width_within(min(round(width * _BUBBLE_SHARE), width - _ACTIONS_WIDTH))


class ReplyView(MessageView):
    """A reply in the whole width, how it ended, and its actions below."""

    def __init__(self, theme: Theme, message: Message) -> None:
        super().__init__(message, ActionRow(theme, with_words=True))
        self._theme = theme
        self._is_last = False
        self._offers_continue = self._is_full = False
        self._body = ReplyBody(theme, message, self)
        self._body.part_toggled.connect(self.part_toggled)
        self._body.height_changed.connect(self.height_changed)
        self._ending: EndingLine | None = None
        self._update_actions()
        self._name()

    def text(self) -> str:
        return self.message.text if self.message.status is not Status.STREAMING else self._body.text()

    def append(self, start: int, text: str) -> None:
        """Show what the reply grew by after its first start characters; what is there already stays as it is."""
        if self._body.append(start, text):
            self._tell_height()

    def append_reasoning(self, start: int, text: str) -> None:
        """Show what the reasoning grew by after its first start characters."""
        if self._body.append_reasoning(start, text):
            self._tell_height()

    def finish(self, message: Message) -> None:
        """Show the reply in its final state."""
        self.message = message
        self._body.finish(message)
        self._update_actions()
        self._name()
        self.height_changed.emit()

    def set_last(self, last: bool) -> None:
        super().set_last(last)
        if last != self._is_last:
            self._is_last = last
            self._update_actions()

    def offer_continue(self, offered: bool, *, is_full: bool = False) -> None:
        self._offers_continue, self._is_full = offered, is_full
        self._update_actions()

    def redraw(self) -> None:
        self._body.redraw()

    def heightForWidth(self, width: int) -> int:
        body, ending = self._body.heightForWidth(width), 28 if self._ending is not None else 0
        gap = _BLOCK_GAP if body and ending else 0
        return body + gap + ending + 28 + (8 if body or ending else 0)

    def place(self) -> None:
        body = self._body.heightForWidth(self.width())
        self._body.setGeometry(0, 0, self.width(), body)
        self._body.place()
        if self._ending is not None:
            self._ending.setGeometry(0, body + (_BLOCK_GAP if body else 0), self.width(), 28)
        self.action_row.setGeometry(-6, self.height() - 28, self.width() + 6, 28)

    def _tell_height(self) -> None:
        """Tell of a height that changed; most of what comes in has room where the text ends."""
        if self.heightForWidth(self.width()) != self.height():
            self.height_changed.emit()

    def _update_actions(self) -> None:
        status = self.message.status
        self.action_row.set_pinned(self._is_last and status is not Status.STREAMING)
        if status not in ENDINGS:
            return
        if self._ending is None:
            self._ending = EndingLine(self._theme, ENDINGS[status], self)
            self._ending.continue_button.clicked.connect(lambda: self.continue_requested.emit(self.message))
            self._ending.show()
        # A reply is cut at the end of the context, or at a limit that the command line was given.
        self._ending.set_ending(CONTEXT_FULL if status is Status.CUT and self._is_full else ENDINGS[status])
        self._ending.offer_continue(self._offers_continue)


def message_view(theme: Theme, message: Message) -> PersonMessageView | ReplyView:
    """Return the view of a message."""
    return PersonMessageView(theme, message) if message.role is Role.USER else ReplyView(theme, message)
