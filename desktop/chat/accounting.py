"""What turns cost and save, counted for the session in which they begin."""

from collections.abc import Callable

from desktop.chat.chat_state import ChatState
from desktop.chat.session import Session, Sessions, TurnNumbers
from desktop.chat.turn import Turn
from desktop.chat.turns import Turns
from desktop.inference.job import Entry, Outcome, Purpose


class Accounting:
    """Listen to turns and tell the sessions. For the event loop's thread."""

    def __init__(self, turns: Turns, sessions: Sessions, model_name: Callable[[], str]) -> None:
        """Listen from now on; model_name names the loaded model."""
        self._sessions, self._model_name = sessions, model_name
        self._running: dict[Turn, Session | None] = {}
        turns.on_started.append(self._on_turn_started)
        turns.on_ended.append(self._on_turn_ended)

    def _on_turn_started(self, chat: ChatState, turn: Turn) -> None:
        self._running[turn] = self._sessions.turn_begun(chat.id, self._model_name())

    def _on_turn_ended(self, chat: ChatState, turn: Turn) -> None:
        session, numbers = self._running.pop(turn), TurnNumbers()
        if turn.entry is not None and turn.outcome is not None:
            numbers = turn_numbers(turn.plan.purpose, turn.entry, turn.outcome, chat.held, turn.plan.speed)
            chat.held = held_after(turn.plan.purpose, turn.entry, turn.outcome, chat.held)
        self._sessions.turn_ended(session, numbers)


def turn_numbers(purpose: Purpose, entry: Entry, outcome: Outcome, held: int, speed: float) -> TurnNumbers:
    """Return a turn as numbers.

    held: tokens that its session had restored or decoded before; those are not counted as restored again, unless they came
    from disk again. speed: tokens a second of prefill, 0: unknown.
    """
    restored = entry.from_disk
    if purpose is not Purpose.RESTORE:  # which may have looked only, or shared what the next turn finds in memory
        restored = max(restored, entry.restored - held)
    return TurnNumbers(
        tokens_decoded=outcome.tokens_read + len(outcome.ids),
        tokens_restored=restored,
        seconds_saved=restored / speed if speed else 0.0,
        is_round=purpose is Purpose.WRITE,
    )


def held_after(purpose: Purpose, entry: Entry, outcome: Outcome, held: int) -> int:
    """Return how many tokens a session has restored or decoded once a turn has ended."""
    if purpose is Purpose.RESTORE:
        return held + entry.from_disk
    return entry.restored + outcome.tokens_read + len(outcome.ids)
