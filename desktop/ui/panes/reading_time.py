"""How long a chat would take to be read again."""

from collections.abc import Sequence

from desktop.chat.events import NotReady, Readiness, ReadyAtOnce
from desktop.conversations.message import Message

_TELLING = 64  # tokens; a shorter reading says little about the speed


def reading_seconds(readiness: Readiness, used: int, messages: Sequence[Message]) -> float | None:
    """Return the seconds in which a chat of used tokens is read, by what is known of it; None: not known."""
    if isinstance(readiness, ReadyAtOnce) and readiness.seconds_saved > 0:
        return readiness.seconds_saved
    if isinstance(readiness, NotReady) and readiness.seconds is not None:
        return readiness.seconds
    known = [message.stats for message in messages if message.stats is not None and message.stats.tokens_read >= _TELLING]
    longest = max(known, key=lambda stats: stats.tokens_read, default=None)
    if longest is None or not used:
        return None
    return used * longest.reading_seconds / longest.tokens_read
