"""After a reply, computing in advance what the chat template will write anew once another message follows.

Half of all templates do: mostly, the reasoning before the last reply is dropped. The next send then decodes its own message
only. A send in the same chat takes over what is done; what others wait for comes first.
"""

import logging
from collections.abc import Callable

from desktop.chat.chat_state import ChatState
from desktop.chat.events import Activity
from desktop.chat.spawning import Spawn
from desktop.chat.turn import Turn
from desktop.chat.turns import Turns
from desktop.conversations.store import ConversationStore
from desktop.sessions.tokens import TokenIds
from desktop.system.errors import RivuletError

log = logging.getLogger(__name__)


class Settling:
    """Settle chats after their replies, unseen. For the event loop's thread."""

    def __init__(
        self,
        store: ConversationStore,
        turns: Turns,
        spawn: Spawn,
        settles: Callable[[], bool],
    ) -> None:
        """Listen to turns; spawn runs a coroutine beside, settles tells whether the person and the battery allow it now."""
        self._store, self._turns, self._spawn, self._settles = store, turns, spawn, settles
        turns.on_ended.append(self._on_turn_ended)

    def _on_turn_ended(self, chat: ChatState, turn: Turn) -> None:
        if turn.decoded is not None and self._settles():
            self._spawn(self._settle(chat, turn.decoded))

    async def _settle(self, chat: ChatState, in_context: TokenIds) -> None:
        if chat.lock.locked():  # whatever is being done there is more urgent
            return
        async with chat.lock:
            if chat.activity is not Activity.IDLE or chat.job_id is not None:
                return
            try:
                await self._turns.settle(chat, await self._store.conversation(chat.id), in_context)
            except RivuletError as error:
                log.info("not settled: %s", error.sentence)
