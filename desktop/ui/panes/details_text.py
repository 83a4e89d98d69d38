"""The words of the panel with a chat's numbers."""

from datetime import datetime

from desktop.chat.numbers import SessionNumbers, SessionState
from desktop.ui.amounts import in_bytes, in_seconds, in_words

LABELS = ("State", "Model", "Replies", "Computed", "Restored", "Time saved", "Quick resume", "Context")

_STATES = {
    SessionState.CREATED: "Open, no reply yet",
    SessionState.ACTIVE: "Open",
    SessionState.CLOSED: "Closed",
    SessionState.EXPIRED: "Not kept ready any more",
}
_NONE = "None yet"


def details(numbers: SessionNumbers | None, context: tuple[int, int], now: datetime) -> dict[str, str]:
    """Return a value for some of LABELS; numbers: None where the chat is not open; context: tokens used and of all."""
    used, total = context
    values = {"Context": f"{used:,} of {total:,} tokens"} if total else {}
    if numbers is None:
        return {"State": "Not open", **values}
    shared = f", {in_bytes(numbers.shared_bytes)} of it shared with other chats" if numbers.shared_bytes else ""
    return {
        "State": _state(numbers, now),
        "Model": numbers.model or _NONE,
        "Replies": f"{numbers.rounds:,}",
        "Computed": _tokens(numbers.tokens_decoded),
        "Restored": _tokens(numbers.tokens_restored),
        "Time saved": in_seconds(numbers.seconds_saved).capitalize() if numbers.seconds_saved >= 0.5 else _NONE,
        "Quick resume": f"{in_bytes(numbers.saved_bytes)}{shared}" if numbers.saved_bytes else "Nothing saved yet",
        **values,
    }


def _state(numbers: SessionNumbers, now: datetime) -> str:
    state, ended_at = _STATES[numbers.state], numbers.expired_at or numbers.closed_at
    if ended_at is not None:
        return f"{state}, since {in_words(ended_at, now)}"
    return f"{state}, since {in_words(numbers.created_at, now)}"


def _tokens(count: int) -> str:
    return "1 token" if count == 1 else f"{count:,} tokens"
