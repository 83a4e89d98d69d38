"""The model is loaded for whoever wants it, and its memory freed when nobody has used it for long."""

import logging
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from desktop.chat.chat_table import ChatTable
from desktop.chat.context_choice import Change, LoadSettings
from desktop.chat.events import ModelPhase
from desktop.chat.model_loading import ModelLoading
from desktop.chat.replying import Replying
from desktop.chat.session import Clock
from desktop.chat.spawning import Spawn
from desktop.inference.job import Purpose

log = logging.getLogger(__name__)


class ModelUse:
    """Load and unload as chats need it. For the event loop's thread."""

    def __init__(
        self,
        models: ModelLoading,
        replying: Replying,
        table: ChatTable,
        settings: Callable[[], LoadSettings],
        clock: Clock,
        spawn: Spawn,
        afterwards: Sequence[Callable[[], Coroutine[Any, Any, None]]],
    ) -> None:
        """Begin what is to be done afterwards whenever a model was loaded."""
        self._models, self._replying, self._table, self._settings = models, replying, table, settings
        self._clock, self._spawn, self._afterwards = clock, spawn, afterwards
        self._used_at = clock()
        table.on_awaiting.append(self.want)

    async def load(self, path: Path, change: Change = lambda chosen: chosen, *, anyway: bool = False, again: bool = False) -> None:
        """Load a model, and go on with the chats that wait for it; see ModelLoading."""
        loaded = await self._models.load(path, change, anyway=anyway, again=again)
        self.note()
        if not loaded:
            return
        for conversation_id in self._table.awaiting_model[:]:
            try:
                await self._replying.resume(self._table.chat(conversation_id))
            except Exception:  # the other chats wait too
                log.exception("a reply did not begin")
        for chat in [chat for chat in self._table.states.values() if chat.is_open]:
            await self._table.bring_in(chat.id, Purpose.READ if chat.is_writing else Purpose.RESTORE)
        for begin in self._afterwards:
            self._spawn(begin())

    def note(self) -> None:
        """Take note that the model is used."""
        self._used_at = self._clock()

    def want(self) -> None:
        """Begin to load the model whose memory was freed."""
        if self._models.state.phase is ModelPhase.UNLOADED:
            self._spawn(self.have())

    async def have(self) -> None:
        """Load the model whose memory was freed, if it was."""
        state = self._models.state
        if state.phase is ModelPhase.UNLOADED and state.path is not None:
            await self.load(state.path, again=True)

    async def unload_if_unused(self) -> None:
        """Free the model's memory if nobody has used it for as long as the person said. To be called now and then."""
        after = self._settings().unload_after
        if self._models.is_busy or self._table.busy_ids() or self._table.is_asked():
            self.note()
        elif after is not None and self._clock() - self._used_at >= after:
            await self._models.unload()
