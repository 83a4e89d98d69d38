"""A reply in the transcript."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.conversations.message import Message, Status
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.code_view import CodeText
from desktop.ui.transcript.ending_line import CONTEXT_FULL, ENDINGS, EndingLine
from desktop.ui.transcript.message_view import ACTIONS_GAP, MessageView
from desktop.ui.transcript.reply_body import ReplyBody
from desktop.ui.transcript.text_view import TextView

_GAP = 14


class ReplyView(MessageView):
    """A reply in the whole width, how it ended, and its actions below."""

    def __init__(self, theme: Theme, message: Message) -> None:
        super().__init__(theme, message)
        self._is_last = False
        self._offers_continue = self._is_full = False
        self._body = ReplyBody(theme, message, self)
        self._body.part_toggled.connect(self.part_toggled)
        self._body.height_changed.connect(self.height_changed)
        self._update_actions()
        self._name()

    def text(self) -> str:
        return self.message.text if self.message.status is not Status.STREAMING else self._body.text()

    def text_views(self) -> Sequence[TextView | CodeText]:
        return self._body.text_views()

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
        self._take_height()

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

    def content_height(self, width: int) -> int:
        body, lines = self._body.heightForWidth(width), sum(line.line_height() for line in self._lines())
        gap = _GAP if body and lines else 0
        return body + gap + lines + self.action_row.row_height() + (ACTIONS_GAP if body or lines else 0)

    def place_content(self) -> None:
        body, row = self._body.heightForWidth(self.width()), self.action_row.row_height()
        self._body.setGeometry(0, 0, self.width(), body)
        self._body.place()
        self._place_lines(body + (_GAP if body else 0))
        self.action_row.setGeometry(-6, self.height() - row, self.width() + 12, row)

    def _content(self) -> QWidget:
        return self._body

    def _tell_height(self) -> None:
        """Tell of a height that changed; most of what comes in has room where the text ends."""
        if self.heightForWidth(self.width()) != self.height():
            self.height_changed.emit()

    def _update_actions(self) -> None:
        status = self.message.status
        self.action_row.set_pinned(self._is_last and status is not Status.STREAMING)
        self.action_row.set_writing(status is Status.STREAMING)
        if status not in ENDINGS:
            return
        if self._ending is None:
            self._ending = EndingLine(self._theme, ENDINGS[status], self)
            self._ending.continue_button.clicked.connect(lambda: self.continue_requested.emit(self.message))
            self._ending.again_button.clicked.connect(lambda: self.regenerate_requested.emit(self.message))
            self._ending.show()
        # A reply is cut at the end of the context, or at a limit that the command line was given.
        self._ending.set_ending(CONTEXT_FULL if status is Status.CUT and self._is_full else ENDINGS[status])
        self._ending.offer_continue(self._offers_continue)
