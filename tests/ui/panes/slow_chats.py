"""Chats that take their time, and what waits for them."""

from collections.abc import Coroutine, Generator
from typing import Any

from desktop.conversations.chat_tree import ChatTree
from desktop.conversations.edits import Edit
from desktop.conversations.message import Conversation, ConversationId, MessageId
from desktop.system.errors import RivuletError
from tests.ui.fake_chats import FakeChats, Spawner


class Gate:
    """Holds whoever awaits it until it is opened."""

    def __init__(self) -> None:
        self.is_open = True

    def __await__(self) -> Generator[None, None, None]:
        while not self.is_open:
            yield


class SlowChats(FakeChats):
    """Takes its time for what a person asks while its gate is closed, and fails only then."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()

    async def send(self, conversation_id: ConversationId, text: str) -> None:
        await self.gate
        await super().send(conversation_id, text)

    async def edit(self, conversation_id: ConversationId, message_id: MessageId, text: str) -> None:
        await self.gate
        await super().edit(conversation_id, message_id, text)

    async def fork(self, conversation_id: ConversationId, message_id: MessageId) -> Conversation:
        await self.gate
        return await super().fork(conversation_id, message_id)

    async def edits(self, conversation_id: ConversationId) -> dict[MessageId, Edit]:
        await self.gate
        return await super().edits(conversation_id)

    async def tree(self, conversation_id: ConversationId) -> ChatTree:
        await self.gate
        return await super().tree(conversation_id)


class StepSpawner(Spawner):
    """Runs coroutines as far as they come; what waits goes on when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[Coroutine[Any, Any, None]] = []

    def __call__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            coroutine.send(None)
            self._waiting.append(coroutine)
        except StopIteration:
            pass
        except RivuletError as error:
            self.sentences.append(error.sentence)

    def go_on(self) -> None:
        waiting, self._waiting = self._waiting, []
        for coroutine in waiting:
            self(coroutine)
        assert not self._waiting
