"""Talks with the guide as the application does: through its chats, with nothing set that a person would have to set."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from desktop.app.services import Services
from desktop.app.tasks import TaskSet
from desktop.chat.events import Event, ModelPhase, NoticeRaised, ReplyFinished
from desktop.conversations.message import ConversationId, Message
from desktop.system.errors import RivuletError
from desktop.system.paths import AppPaths

GUIDE = Path(__file__).parent / "guide.gguf"


class NotAnsweredError(Exception):
    """What was said got no reply."""


class NotLoadedError(Exception):
    """The model cannot be loaded."""


class Talking:
    """Chats with a loaded guide, one after the other."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._loop = asyncio.get_running_loop()
        self._events = asyncio.Queue[Event]()
        services.events.listen(self._on_event)

    async def begin(self) -> ConversationId:
        """Begin a chat."""
        return (await self._services.store.create("New chat", date.today())).id

    async def say(self, chat: ConversationId, text: str) -> Message:
        """Return the reply to a message, written to its end. Raises NotAnsweredError."""
        try:
            await self._services.chats.send(chat, text)
        except RivuletError as error:
            raise NotAnsweredError(error.sentence) from error
        while True:
            match await self._events.get():
                case ReplyFinished(conversation_id=who, message=message) if who == chat:
                    await self._services.chats.rest(chat)
                    return message
                case NoticeRaised(conversation_id=who, sentence=sentence) if who == chat:
                    raise NotAnsweredError(sentence)

    async def all_of(self, *texts: str) -> list[str]:
        """Return the replies to messages of a new chat."""
        chat = await self.begin()
        return [(await self.say(chat, text)).text for text in texts]

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ReplyFinished | NoticeRaised):
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)


@asynccontextmanager
async def talking(model: Path = GUIDE) -> AsyncIterator[Talking]:
    """Load the guide over an empty data directory, which goes afterwards. Raises NotLoadedError."""
    loop = asyncio.get_running_loop()
    failures: list[RivuletError] = []
    tasks = TaskSet(loop, failures.append)

    def spawn(coroutine: Coroutine[Any, Any, None]) -> None:
        tasks.spawn(coroutine, "guide")

    with tempfile.TemporaryDirectory() as data:
        services = Services(AppPaths.under(Path(data)), spawn, is_offline=True)

        def drop_events() -> None:
            services.events.drain()

        services.events.on_first(drop_events)  # nobody draws from them
        try:
            await services.chats.load_model(model)
            if (loaded := services.chats.model).phase is not ModelPhase.READY:
                raise NotLoadedError(f"{model}: {loaded.error}")  # else what is said would wait for it
            yield Talking(services)
        finally:
            await services.models.close()
            await tasks.cancel_all()
            services.close(loop.time() + 60)
            services.release()
    if failures:
        raise failures[0]
