"""What a reply says: its thought, prose and code, as blocks one below the other."""

from time import perf_counter

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.conversations.message import Message, Status
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.blocks import STREAMED, WHOLE, Block, BlockKind, BlockSplitter, Seam
from desktop.ui.transcript.code_view import CodeText, CodeView
from desktop.ui.transcript.column import Column
from desktop.ui.transcript.reply_selection import ReplySelection, Selectable
from desktop.ui.transcript.text_view import TextView
from desktop.ui.transcript.thought_fold import ThoughtFold

_GAPS = {Seam.BLOCK: 14, Seam.PARAGRAPH: 10, Seam.HEADING: 10, Seam.ITEM: 4}  # pixels: those that prose has within
_NOTHING_YET = Block(BlockKind.PROSE, "", closed=False)  # only its caret is seen
_LARGE = 4_000  # characters of prose: laid out less often
_LARGE_TABLE = 600  # characters: Qt lays out a table slowly, and all of it if a cell grows
_REST = 20  # times as long as laying it out took, it is left alone


class ReplyBody(QWidget):
    """Show a reply's reasoning and text; only the last block changes while it streams.

    Signals: part_toggled after the person folded or unfolded a part of it; height_changed after it drew by itself what had
    come before.
    """

    part_toggled = Signal()
    height_changed = Signal()

    def __init__(self, theme: Theme, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_streaming = message.status is Status.STREAMING
        self._thinking_seconds = message.stats.thinking_seconds if message.stats else 0.0  # 0: not known, or not over
        self._written = ""  # what the splitter was fed
        self._column = Column(_GAPS[Seam.BLOCK], self)
        self._shown: list[Block] = []
        self._views: list[TextView | CodeView] = []
        self._caret_view: TextView | None = None
        self._thought: ThoughtFold | None = None
        self.selection = ReplySelection(self, self._selectables, self.text, copies_source=False)
        self._splitter = BlockSplitter(STREAMED if self._is_streaming else WHOLE)
        self._rested = QTimer(self)
        self._rested.setSingleShot(True)
        self._rested.timeout.connect(self._on_rested_timeout)
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
            self._splitter = BlockSplitter(WHOLE)
            self._splitter.feed(message.text)
            self._written = message.text
        self._splitter.finish()
        self._is_streaming = False
        self._thinking_seconds = message.stats.thinking_seconds if message.stats else 0.0
        self._rested.stop()
        self._think(message.reasoning[len(self.reasoning()) :])
        if self._thought is not None:
            self._thought.set_text(message.reasoning)
            self._column.invalidate(self._thought)
        self._show_blocks()

    def text_views(self) -> list[TextView | CodeText]:
        """Return the views of the answer, from the top."""
        return [it for view in self._views for it in (view.text_views() if isinstance(view, CodeView) else [view])]

    def redraw(self) -> None:
        """Take up a changed theme."""
        for block, view in zip(self._shown, self._views, strict=True):
            view.redraw()
            self._column.set_gap(view, self._theme.scaled(_GAPS[block.seam]))
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
            self._thought.toggled.connect(self._on_part_toggled)
            self._thought.height_changed.connect(self._on_thought_height_changed)
            self._thought.plain_text().select_by(self.selection)
            self._column.insert(0, self._thought)
        self._thought.append(text)
        self._column.invalidate(self._thought)

    def _show_blocks(self) -> None:
        blocks = self._splitter.blocks()
        if self._thought is not None:
            was_open = self._thought.is_open()
            self._thought.set_state(thinking=self._is_streaming and not blocks, answered=bool(blocks), seconds=self._thinking_seconds)
            if self._thought.is_open() is not was_open:
                self._column.invalidate(self._thought)
        elif self._is_streaming and not blocks:
            blocks = [_NOTHING_YET]
        # Closed blocks stay as they are while it streams; at its end they may learn of link targets.
        first = max(0, len(self._shown) - 1) if self._is_streaming else 0
        for index, block in enumerate(blocks[first:], first):
            before = self._shown[index] if index < len(self._shown) else None
            if block is before:
                continue
            if before is None or (before.kind, before.seam) != (block.kind, block.seam):
                self._drop_views_from(index)
                self._add_view(block)
                before = None
            if before != block:
                self._fill(index, block)
        self._drop_views_from(len(blocks))
        self._show_caret()

    def _add_view(self, block: Block) -> None:
        view = CodeView(self._theme) if block.kind is BlockKind.CODE else TextView(self._theme)
        if isinstance(view, CodeView):
            view.wrap_toggled.connect(self._on_part_toggled)
        self._views.append(view)
        self._rested.stop()  # what it waited for is not the last block any more
        for text_view in view.text_views() if isinstance(view, CodeView) else [view]:
            self.selection.watch(text_view)
        self._column.add(view, self._theme.scaled(_GAPS[block.seam]))

    def _fill(self, index: int, block: Block) -> None:
        """Draw a block, unless it is large, open, and was drawn a moment ago: then a little later."""
        if self._rested.isActive() and not block.closed and index == len(self._shown) - 1:
            return
        view = self._views[index]
        self._shown[index:] = [block]
        if isinstance(view, CodeView):
            view.set_code(block.text, block.info, closed=block.closed)
        elif block.closed or not _is_large(block.text):
            view.set_markdown(block.text, closed=block.closed)
        else:
            began = perf_counter()
            view.set_markdown(block.text, closed=block.closed)
            view.heightForWidth(self.width())
            self._rested.start(round((perf_counter() - began) * 1000 * _REST))
        self._column.invalidate(view)

    def _show_caret(self) -> None:
        last = self._views[-1] if self._views else None
        view = last if self._is_streaming and isinstance(last, TextView) else None
        if view is not self._caret_view:
            if self._caret_view is not None:
                self._caret_view.show_caret(False)
            self._caret_view = view
            if view is not None:
                view.show_caret(True)

    def _drop_views_from(self, index: int) -> None:
        for view in self._views[index:]:
            if view is self._caret_view:
                self._caret_view = None
            self._column.remove(view)
        del self._views[index:], self._shown[index:]

    def _selectables(self) -> list[Selectable]:
        thought = self._thought
        result = thought.plain_text().selectables() if thought is not None and thought.is_open() else []
        for block, view in zip(self._shown, self._views, strict=True):
            separator = "\n" if block.seam is Seam.ITEM else "\n\n"
            result += [Selectable(it, separator) for it in (view.text_views() if isinstance(view, CodeView) else [view])]
        return result

    def _on_rested_timeout(self) -> None:
        self._show_blocks()
        self.height_changed.emit()

    def _on_thought_height_changed(self) -> None:
        if self._thought is not None:
            self._column.invalidate(self._thought)
            self.height_changed.emit()

    def _on_part_toggled(self) -> None:
        self._column.invalidate()
        self.part_toggled.emit()


def _is_large(text: str) -> bool:
    """Return whether laying out an open block at each frame would cost too much."""
    is_table = text[text.rfind("\n") + 1 :].lstrip().startswith("|")
    return len(text) > (_LARGE_TABLE if is_table else _LARGE)
