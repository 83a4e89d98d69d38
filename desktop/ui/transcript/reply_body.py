"""What a reply says: its thought, prose and code, as blocks one below the other."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.conversations.message import Message, Status
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.blocks import Block, BlockKind, BlockSplitter
from desktop.ui.transcript.code_view import CodeView
from desktop.ui.transcript.column import Column
from desktop.ui.transcript.text_view import TextView
from desktop.ui.transcript.thought_fold import ThoughtFold

_BLOCK_GAP = 14
_NOTHING_YET = Block(BlockKind.PROSE, "", closed=False)  # only its caret is seen


class ReplyBody(QWidget):
    """Show a reply's reasoning and text; only the last block changes while it streams.

    Signals: part_toggled after the person folded or unfolded a part of it.
    """

    part_toggled = Signal()

    def __init__(self, theme: Theme, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_streaming = message.status is Status.STREAMING
        self._written = ""  # what the splitter was fed
        self._column = Column(_BLOCK_GAP, self)
        self._shown: list[Block] = []
        self._views: list[TextView | CodeView] = []
        self._thought: ThoughtFold | None = None
        self._splitter = BlockSplitter()
        self._think(message.reasoning)
        self._feed(message.text)
        if not self._is_streaming:
            self.finish(message)

    def text(self) -> str:
        """Return the answer as it was written."""
        return self._written

    def reasoning(self) -> str:
        """Return what the model thought before it answered."""
        return self._thought.text() if self._thought is not None else ""

    def is_empty(self) -> bool:
        """Return whether nothing is shown."""
        return not self._column.widgets()

    def append(self, start: int, text: str) -> bool:
        """Show what the reply grew by after its first start characters; return whether that was taken.

        What is there already stays as it is.
        """
        if not self._is_streaming or start > len(self._written):
            return False
        self._feed(text[len(self._written) - start :])
        return True

    def append_reasoning(self, start: int, text: str) -> bool:
        """Show what the reasoning grew by after its first start characters; return whether that was taken."""
        written = len(self.reasoning())
        if not self._is_streaming or start > written:
            return False
        self._think(text[written - start :])
        self._show_blocks()
        return True

    def finish(self, message: Message) -> None:
        """Show the reply in its final state."""
        if message.text != self._written:
            self._splitter = BlockSplitter()
            self._splitter.feed(message.text)
            self._written = message.text
        self._splitter.finish()
        self._is_streaming = False
        self._think(message.reasoning[len(self.reasoning()) :])
        if self._thought is not None:
            self._thought.set_text(message.reasoning)
        self._show_blocks()

    def redraw(self) -> None:
        """Take up a changed theme."""
        for view in self._views:
            view.redraw()
        self._column.invalidate()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._column.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Give every block its place."""
        self._column.setGeometry(0, 0, self.width(), self._column.heightForWidth(self.width()))
        self._column.place()

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
        blocks = self._splitter.blocks()
        if self._thought is not None:
            self._thought.set_state(thinking=self._is_streaming and not blocks, answered=bool(blocks))
        elif self._is_streaming and not blocks:
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
                view.show_caret(self._is_streaming and view is self._views[-1])
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

    def _on_thought_toggled(self) -> None:
        self._column.invalidate()
        self.part_toggled.emit()
