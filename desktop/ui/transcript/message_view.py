"""One message of the transcript."""

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.conversations.message import Message, Role, Status
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.action_row import ActionRow, copy_text
from desktop.ui.transcript.blocks import Block, BlockKind, BlockSplitter
from desktop.ui.transcript.code_view import CodeView
from desktop.ui.transcript.column import Column
from desktop.ui.transcript.ending_line import CONTEXT_FULL, ENDINGS, NO_REPLY, EndingLine
from desktop.ui.transcript.text_view import TextView
from desktop.ui.transcript.thought_fold import ThoughtFold

_BUBBLE_SHARE = 0.75
_BUBBLE_PADDING = QSize(18, 8)
_ACTIONS_WIDTH = 94
_BLOCK_GAP = 14
_NOTHING_YET = Block(BlockKind.PROSE, "", closed=False)  # only its caret is seen


class MessageView(QWidget):
    """What persons' messages and replies have in common.

    Signals: fork_requested, rewind_requested and continue_requested with this message; height_changed after the message
    grew; part_toggled after the person folded or unfolded a part of it.
    """

    fork_requested = Signal(object)
    rewind_requested = Signal(object)
    continue_requested = Signal(object)
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
        self._name()

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
        self._bubble = QFrame(self)
        self._bubble.setObjectName("bubble")
        self._text = TextView(theme, self._bubble)
        self._text.set_plain(message.text)
        self._natural_width = self._text.natural_width()
        self._ending: EndingLine | None = None
        self._theme = theme

    def heightForWidth(self, width: int) -> int:
        return self._text.heightForWidth(self._text_width(width)) + 2 * _BUBBLE_PADDING.height() + self._below()

    def offer_continue(self, offered: bool, *, is_full: bool = False) -> None:
        if offered and self._ending is None:
            self._ending = EndingLine(self._theme, NO_REPLY, self)
            self._ending.continue_button.clicked.connect(lambda: self.continue_requested.emit(self.message))
            self._ending.offer_continue(True)
        if self._ending is not None and self._ending.isHidden() is offered:
            self._ending.setVisible(offered)
            self.height_changed.emit()

    def place(self) -> None:
        text_width, height = self._text_width(self.width()), self.height() - self._below()
        bubble_width = text_width + 2 * _BUBBLE_PADDING.width()
        left = self.width() - bubble_width
        self._bubble.setGeometry(left, 0, bubble_width, height)
        self._text.setGeometry(_BUBBLE_PADDING.width(), _BUBBLE_PADDING.height(), text_width, height - 2 * _BUBBLE_PADDING.height())
        actions = self.action_row.sizeHint()
        self.action_row.setGeometry(left - actions.width() - 6, height - 28 - 4, actions.width(), 28)
        if self._ending is not None:
            self._ending.setGeometry(0, self.height() - 28, self.width(), 28)

    def _below(self) -> int:
        return 28 + 8 if self._ending is not None and not self._ending.isHidden() else 0

    def _text_width(self, width: int) -> int:
        most = min(round(width * _BUBBLE_SHARE), width - _ACTIONS_WIDTH) - 2 * _BUBBLE_PADDING.width()
        return max(20, min(self._natural_width + 1, most))


class ReplyView(MessageView):
    """A reply: prose and code in the whole width; only its last block changes while it streams."""

    _written = ""  # what the splitter was fed

    def __init__(self, theme: Theme, message: Message) -> None:
        super().__init__(message, ActionRow(theme, with_words=True))
        self._theme = theme
        self._is_last = False
        self._offers_continue = self._is_full = False
        self._column = Column(_BLOCK_GAP, self)
        self._shown: list[Block] = []
        self._views: list[TextView | CodeView] = []
        self._ending: EndingLine | None = None
        self._thought: ThoughtFold | None = None
        self._splitter = BlockSplitter()
        self._think(message.reasoning)
        self._feed(message.text)
        if message.status is not Status.STREAMING:
            self.finish(message)
        else:
            self._update_actions()

    def text(self) -> str:
        return self.message.text if self.message.status is not Status.STREAMING else self._written

    def append(self, start: int, text: str) -> None:
        """Show what the reply grew by after its first start characters; what is there already stays as it is."""
        if self.message.status is Status.STREAMING and start <= len(self._written):
            self._feed(text[len(self._written) - start :])
            self.height_changed.emit()

    def append_reasoning(self, start: int, text: str) -> None:
        """Show what the reasoning grew by after its first start characters."""
        written = len(self.reasoning())
        if self.message.status is Status.STREAMING and start <= written:
            self._think(text[written - start :])
            self._show_blocks()
            self.height_changed.emit()

    def reasoning(self) -> str:
        """Return what the model thought before it answered."""
        return self._thought.text() if self._thought is not None else ""

    def finish(self, message: Message) -> None:
        """Show the reply in its final state."""
        if message.text != self._written:
            self._splitter = BlockSplitter()
            self._splitter.feed(message.text)
            self._written = message.text
        self._splitter.finish()
        self._think(message.reasoning[len(self.reasoning()) :])
        if self._thought is not None:
            self._thought.set_text(message.reasoning)
        self.message = message
        self._show_blocks()
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
        for view in self._views:
            view.redraw()
        self._column.invalidate()

    def heightForWidth(self, width: int) -> int:
        below = 28 + (8 if self._column.widgets() else 0)
        return self._column.heightForWidth(width) + below

    def place(self) -> None:
        height = self._column.heightForWidth(self.width())
        self._column.setGeometry(0, 0, self.width(), height)
        self._column.place()
        self.action_row.setGeometry(-6, self.height() - 28, self.width() + 6, 28)

    def _feed(self, text: str) -> None:
        self._written += text
        self._splitter.feed(text)
        self._show_blocks()

    def _think(self, text: str) -> None:
        if not text:
            return
        if self._thought is None:
            self._thought = ThoughtFold(self._theme)
            self._thought.toggled.connect(self._on_thought_toggled)
            self._column.insert(0, self._thought)
        self._thought.append(text)
        self._column.invalidate()

    def _show_blocks(self) -> None:
        streaming = self.message.status is Status.STREAMING
        blocks = self._splitter.blocks()
        if self._thought is not None:
            self._thought.set_state(thinking=streaming and not blocks, answered=bool(blocks))
        elif streaming and not blocks:
            blocks = [_NOTHING_YET]
        for index, block in enumerate(blocks):
            before = self._shown[index] if index < len(self._shown) else None
            if before is None or before.kind is not block.kind:
                self._drop_views_from(index)
                self._add_view(block)
            if before != block:
                self._fill(self._views[index], block)
        self._drop_views_from(len(blocks))
        self._shown = blocks
        for view in self._views:
            if isinstance(view, TextView):
                view.show_caret(streaming and view is self._views[-1])
        self._column.invalidate()

    def _add_view(self, block: Block) -> None:
        view = CodeView(self._theme) if block.kind is BlockKind.CODE else TextView(self._theme)
        self._views.append(view)
        self._column.insert(len(self._views) - (self._thought is None), view)

    def _fill(self, view: TextView | CodeView, block: Block) -> None:
        if isinstance(view, CodeView):
            view.set_code(block.text, block.info)
        else:
            view.set_markdown(block.text)

    def _drop_views_from(self, index: int) -> None:
        for view in self._views[index:]:
            self._column.remove(view)
        del self._views[index:], self._shown[index:]

    def _update_actions(self) -> None:
        status = self.message.status
        self.action_row.set_pinned(self._is_last and status is not Status.STREAMING)
        if status not in ENDINGS:
            return
        if self._ending is None:
            self._ending = EndingLine(self._theme, ENDINGS[status])
            self._ending.continue_button.clicked.connect(lambda: self.continue_requested.emit(self.message))
            self._column.add(self._ending)
        # A reply is cut at the end of the context, or at a limit that the command line was given.
        self._ending.set_ending(CONTEXT_FULL if status is Status.CUT and self._is_full else ENDINGS[status])
        self._ending.offer_continue(self._offers_continue)

    def _on_thought_toggled(self) -> None:
        self._column.invalidate()
        self.part_toggled.emit()


def message_view(theme: Theme, message: Message) -> PersonMessageView | ReplyView:
    """Return the view of a message."""
    return PersonMessageView(theme, message) if message.role is Role.USER else ReplyView(theme, message)
