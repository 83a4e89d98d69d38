"""What a person asks of the chat in a pane."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.conversations.message import ConversationId, Message, MessageId
from desktop.ui.taking_along import Form
from desktop.ui.window_context import WindowContext


class ChatCommands(QObject):
    """Have the chats carry out what is asked of the chat that a pane shows; does nothing while it stands empty.

    Signals: fork_opened with the new Conversation; ways_opened with several, in order; edit_ended with a message that
    was written anew, and whether the new text was sent.
    """

    fork_opened = Signal(object)
    ways_opened = Signal(object)
    edit_ended = Signal(object, bool)

    def __init__(self, context: WindowContext, chat_id: Callable[[], ConversationId | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chats = context.chats
        self._directory = context.directory
        self._spawn = context.spawn
        self._taking_along = context.taking_along
        self._chat_id = chat_id

    def stop(self) -> None:
        """Stop reading or replying."""
        self._ask(self._chats.stop)

    def undo(self) -> None:
        """Take the last turn back."""
        self._ask(self._chats.undo)

    def redo(self) -> None:
        """Bring the turn back that was taken back last."""
        self._ask(self._chats.redo)

    def prepare(self) -> None:
        """Read what must be read again."""
        self._ask(self._chats.prepare)

    def continue_reply(self) -> None:
        """Go on with the reply at the chat's head."""
        self._ask(self._chats.continue_reply)

    def rewind(self, message: Message) -> None:
        """Go back to a message."""
        self._ask(self._chats.rewind, message.id)

    def regenerate(self, message: Message) -> None:
        """Write another version of a reply."""
        self._ask(self._chats.regenerate, message.id)

    def delete_from(self, message: Message) -> None:
        """Leave a message and what follows it."""
        self._ask(self._chats.delete_from, message.id)

    def fork(self, message: Message) -> None:
        """Fork the chat at a message."""
        self._ask(self._fork, message.id)

    def fork_other(self, chat_id: ConversationId, message_id: MessageId) -> None:
        """Fork a chat of its tree, which has a message that this one may not have."""
        self._spawn(self._fork(chat_id, message_id))

    def edit(self, message: Message, text: str) -> None:
        """Put a new text in place of a message."""
        self._ask(self._edit, message, text)

    def try_ways(self, message: Message, count: int) -> None:
        """Answer a message in several forks."""
        self._ask(self._try_ways, message, count)

    def show_version(self, message_id: MessageId) -> None:
        """Show another version of a message."""
        self._ask(self._chats.show_version, message_id)

    def go_to(self, message_id: MessageId) -> None:
        """Stand at any message."""
        self._ask(self._chats.go_to, message_id)

    def set_thinking(self, thinking: bool | None) -> None:
        """Let the model think first, or not."""
        self._ask(self._chats.set_thinking, thinking)

    def set_keeps_reasoning(self, keeps: bool) -> None:
        """Keep thoughts in the context, or not."""
        self._ask(self._chats.set_keeps_reasoning, keeps)

    def set_kept_ready(self, is_kept: bool) -> None:
        """Keep the chat ready always, or not."""
        self._ask(self._chats.set_kept_ready, is_kept)

    def set_likeliest(self, likeliest: bool) -> None:
        """Let replies always take the likeliest words, or be written as usual."""
        chat = self._directory.find(self._chat_id())
        if chat is not None:
            self._ask(self._chats.setups.set_sampling, replace(chat.sampling, temperature=0.0 if likeliest else None))

    def export(self, form: Form) -> None:
        """Write the chat to a file that is asked for."""
        if (chat_id := self._chat_id()) is not None:
            self._taking_along.ask_export(chat_id, form)

    async def _fork(self, chat_id: ConversationId, message_id: MessageId) -> None:
        fork = await self._chats.fork(chat_id, message_id)
        self._directory.put(fork)
        if self._chat_id() is not None:  # else the pane may be gone
            self.fork_opened.emit(fork)

    async def _edit(self, chat_id: ConversationId, message: Message, text: str) -> None:
        is_sent = False
        try:
            await self._chats.edit(chat_id, message.id, text)
            is_sent = True
            self._directory.set_edit(chat_id, message.id, None)
        finally:
            if self._chat_id() == chat_id:  # else the pane may be gone
                self.edit_ended.emit(message, is_sent)

    async def _try_ways(self, chat_id: ConversationId, message: Message, count: int) -> None:
        forks = await self._chats.try_ways(chat_id, message.id, count)
        for fork in forks:
            self._directory.put(fork)
        if self._chat_id() is not None:
            self.ways_opened.emit(forks)

    def _ask(self, command: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> None:
        if (chat_id := self._chat_id()) is not None:
            self._spawn(command(chat_id, *arguments))
