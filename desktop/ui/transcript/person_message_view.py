"""A person's message in the transcript."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.conversations.message import Message
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.bubble import Bubble
from desktop.ui.transcript.ending_line import NO_REPLY, EndingLine
from desktop.ui.transcript.message_view import ACTIONS_GAP, MessageView
from desktop.ui.transcript.text_view import TextView

_BUBBLE_SHARE = 0.75
_BESIDE_GAP = 6
_BELOW_GAP = 4


class PersonMessageView(MessageView):
    """A person's message: a bubble on the right, as plain text, its actions beside it or, where there is no room, below."""

    def __init__(self, theme: Theme, message: Message) -> None:
        super().__init__(theme, message)
        self._bubble = Bubble(theme, message.text, self)
        self._bubble.height_changed.connect(self.height_changed)
        self._bubble.part_toggled.connect(self.part_toggled)
        self._name()

    def text_views(self) -> Sequence[TextView]:
        return self._bubble.text_views()

    def is_built(self) -> bool:
        return self._bubble.is_built()

    def show_all(self) -> None:
        self._bubble.show_all()

    def content_height(self, width: int) -> int:
        below = 0 if self._is_beside(width) else _BELOW_GAP + self.action_row.row_height()
        return self._bubble.heightForWidth(self._bubble_width(width)) + below + self._lines_height()

    def offer_continue(self, offered: bool, *, is_full: bool = False) -> None:
        if offered and self._ending is None:
            self._ending = EndingLine(self._theme, NO_REPLY, self)
            self._ending.continue_button.clicked.connect(lambda: self.continue_requested.emit(self.message))
            self._ending.offer_continue(True)
            self._ending.hide()
        if self._ending is not None and self._ending.isHidden() is offered:
            self._ending.setVisible(offered)
            self._take_height()

    def place_content(self) -> None:
        width, row = self._bubble_width(self.width()), self.action_row.row_height()
        height = self._bubble.heightForWidth(width)
        left = self.width() - width
        self._bubble.setGeometry(left, 0, width, height)
        bottom = height
        if self._is_beside(self.width()):
            self.action_row.setGeometry(0, height - row - _BELOW_GAP, left - _BESIDE_GAP, row)
        else:
            self.action_row.setGeometry(0, height + _BELOW_GAP, self.width(), row)
            bottom += _BELOW_GAP + row
        self._place_lines(bottom + ACTIONS_GAP)

    def _is_beside(self, width: int) -> bool:
        return self._bubble_width(width) + _BESIDE_GAP + self.action_row.full_width() <= width

    def _bubble_width(self, width: int) -> int:
        return self._bubble.width_within(round(width * _BUBBLE_SHARE))

    def _content(self) -> QWidget:
        return self._bubble
