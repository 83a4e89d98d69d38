"""Reading the system prompts of presets in idle time, so that a chat that begins with one reads its own message only.

Each is read on a sequence of its own for which nobody leaves the context; what was read is saved and owned by the preset. Everything
else comes first.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import date

from desktop.chat.chat_state import ChatState
from desktop.chat.keeping import Keeping
from desktop.chat.spawning import Spawn
from desktop.chat.turn import Turn
from desktop.chat.turns import Turns
from desktop.conversations.preset import Preset, PresetId
from desktop.conversations.store import ConversationStore
from desktop.inference.engine import Engine, LoadedModel
from desktop.inference.job import Ending, Entry, Job, Outcome, Purpose
from desktop.inference.prompt import PromptSettings
from desktop.sessions.keys import NodeKey, node_key
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds
from desktop.system.errors import RivuletError

log = logging.getLogger(__name__)


class PresetPreparing:
    """Prepare presets for the loaded model and for today. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        segments: SegmentStore,
        engine: Engine,
        turns: Turns,
        keeping: Keeping,
        spawn: Spawn,
        settles: Callable[[], bool],
    ) -> None:
        """Listen to turns; spawn runs a coroutine beside, settles tells whether the person and the battery allow it now."""
        self._store, self._segments, self._engine, self._turns, self._keeping = store, segments, engine, turns, keeping
        self._spawn, self._settles = spawn, settles
        self._lock = asyncio.Lock()
        self._wants_room = False  # one was given up because other chats filled the context
        turns.on_ended.append(self._on_turn_ended)

    async def prepare(self) -> None:
        """Read what is not stored of any preset, one after the other, the default one first."""
        async with self._lock:
            self._wants_room = False
            model = self._engine.loaded
            if model is None or not self._settles():
                return
            for preset in sorted(await self._store.presets.presets(), key=lambda preset: not preset.is_default):
                if self._engine.loaded is not model:
                    return
                try:
                    await self._prepare(preset, model)
                except RivuletError as error:
                    log.info("preset not prepared: %s", error.sentence)
        self._keeping.refresh()

    async def _prepare(self, preset: Preset, model: LoadedModel) -> None:
        setup = preset.setup
        ids = await self._engine.system_ids(PromptSettings(date.today(), setup.system_prompt, setup.thinking))
        if not ids or len(ids) >= model.context_tokens or self._engine.loaded is not model:
            return
        node = node_key(model.context, ids)
        async with self._keeping.sweeping:  # it has no owner for a moment
            if self._segments.holds_node(node) and self._segments.lookup(ids).whole_tokens == len(ids):
                self._store.presets.save_node(preset.id, model.context, node)
                return
        sink = _Listener(lambda saved: self._save(preset.id, model, saved))
        job = Job(
            self._turns.next_job_id(),
            ("preset", preset.id),
            ids,
            (len(ids),),
            sink,
            Purpose.READ,
            is_background=True,
            is_passing=True,
            is_kept=True,
        )
        self._engine.start(job)
        try:
            self._wants_room |= await sink.ending() is not Ending.READY
        finally:
            self._engine.stop(job.id)

    def _save(self, preset_id: PresetId, model: LoadedModel, node: NodeKey) -> None:
        self._store.presets.save_node(preset_id, model.context, node)

    def _on_turn_ended(self, chat: ChatState, turn: Turn) -> None:
        if self._wants_room and not turn.plan.is_background:
            self._wants_room = False
            self._spawn(self.prepare())


class _Listener:
    """Take note of what a job saves. A JobSink: its calls come from the worker's thread."""

    def __init__(self, on_saved: Callable[[NodeKey], None]) -> None:
        """on_saved gets every node, the last one last."""
        self._loop = asyncio.get_running_loop()
        self._on_saved = on_saved
        self._done = asyncio.Event()
        self._ending = Ending.STOPPED

    async def ending(self) -> Ending:
        """Return how the job ended, once it has."""
        await self._done.wait()
        return self._ending

    def entered(self, entry: Entry) -> None:
        """See JobSink."""

    def read(self, done: int, total: int, seconds_left: float) -> None:
        """See JobSink."""

    def wrote(self, text: str) -> None:
        """See JobSink."""

    def keep(self, ids: TokenIds) -> None:
        """See JobSink."""

    def saved(self, position: int, node: NodeKey) -> None:
        """See JobSink."""
        self._on_saved(node)

    def waiting(self) -> None:
        """See JobSink."""

    def finished(self, outcome: Outcome) -> None:
        """See JobSink."""
        self._ending = outcome.ending
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._done.set)
