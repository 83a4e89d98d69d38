"""Turns that went and came back in a pane: what it says of them, what the composer gets, and the way back."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from desktop.chat.events import HeadMoved, Move
from desktop.conversations.message import Message, MessageId, Role
from desktop.ui.composer.composer import Composer
from desktop.ui.panes.chat_commands import ChatCommands
from desktop.ui.panes.turn_notice import TurnNotice


class MovedTurns(QObject):
    """Tell where a chat went, and lead back by the notice or the composer's keys."""

    def __init__(self, notice: TurnNotice, composer: Composer, commands: ChatCommands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notice = notice
        self._composer = composer
        self._commands = commands
        self._left_id: MessageId | None = None  # where the chat stood before messages were deleted
        for part in (notice, composer):
            part.undo_requested.connect(self._on_undo_requested)
            part.redo_requested.connect(commands.redo)

    def show(self, event: HeadMoved, before: Sequence[Message]) -> None:
        """Tell of a move from the path that was shown before; a person's text that was taken back can be written anew."""
        self.hide()
        known, kept = {message.id for message in before}, {message.id for message in event.messages}
        taken_back = [message for message in before if message.id not in kept]
        brought_back = [message for message in event.messages if message.id not in known]
        if event.move is Move.DELETED:
            self._left_id = event.left_id
            self._notice.show_deletion(len(taken_back))
        elif event.move is Move.TURNS:
            self._notice.show_move(event.turns_taken_back, can_redo=event.conversation.redo_id is not None)
            if taken_back and taken_back[0].role is Role.USER:
                self._composer.offer_text(taken_back[0].text)
            elif brought_back and self._composer.text() == brought_back[0].text:
                self._composer.set_text("")

    def hide(self) -> None:
        """Say nothing any more: the chat went on, or another one is shown."""
        self._left_id = None
        self._notice.hide()

    def _on_undo_requested(self) -> None:
        if self._left_id is not None:
            self._commands.go_to(self._left_id)
        else:
            self._commands.undo()
