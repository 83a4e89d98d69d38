"""The words of the panels with a chat's numbers."""

from dataclasses import dataclass
from datetime import datetime

from desktop.chat.numbers import SessionNumbers, SessionState
from desktop.conversations.message import ReplyStats
from desktop.system.words import Words, counted, say, sentences
from desktop.ui.amounts import in_bytes, in_words
from desktop.ui.composer.session_text import WORTH_SAYING, SessionText, about

LABELS = (
    say("State"),
    say("Model"),
    say("Replies"),
    say("Computed"),
    say("Restored"),
    say("Time saved"),
    say("Last reply"),
    say("Speed"),
    say("Quick resume"),
    say("Context"),
)
CONTEXT_LABELS = (say("Context"), say("Last reply"), say("Speed"), say("Quick resume"))  # what a glance at the meter shows

_NONE = say("None yet")
_READY = say("The next reply begins at once")


@dataclass(frozen=True, slots=True)
class ChatNumbers:
    """What is known of a chat."""

    session: SessionNumbers | None  # None: it is not open
    used: int  # tokens of the context
    total: int  # tokens; 0: no model is loaded
    readiness: SessionText | None = None
    last: ReplyStats | None = None  # of its last reply


def details(numbers: ChatNumbers, now: datetime) -> dict[str, str]:
    """Return a value for some of LABELS."""
    session = numbers.session
    if session is None:
        return {"State": say("Not open"), **_context(numbers), **_last(numbers.last)}
    return {
        "State": _state(session, now),
        "Model": session.model or _NONE,
        "Replies": say("{count}", count=session.rounds),
        "Computed": _tokens(session.tokens_decoded),
        "Restored": _tokens(session.tokens_restored),
        "Time saved": about(session.seconds_saved) if session.seconds_saved >= WORTH_SAYING else _NONE,
        **_last(numbers.last),
        "Quick resume": _saved(session),
        **_context(numbers),
    }


def at_a_glance(numbers: ChatNumbers, now: datetime) -> dict[str, str]:
    """Return a value for some of CONTEXT_LABELS."""
    shown = details(numbers, now)
    return {label: shown[label] for label in CONTEXT_LABELS if label in shown}


def readiness_sentence(numbers: ChatNumbers) -> Words | str:
    """Return how soon the next reply comes, and if not at once, why; empty where there is nothing to say."""
    if numbers.readiness is not None:
        return numbers.readiness.sentence
    return _READY if numbers.used and numbers.total else ""


def _context(numbers: ChatNumbers) -> dict[str, str]:
    if not numbers.total:
        return {}
    return {"Context": say("{used} of {total} tokens", used=numbers.used, total=numbers.total)}


def _last(stats: ReplyStats | None) -> dict[str, str]:
    """Return what the last reply cost."""
    if stats is None:
        return {}
    read = counted("{count} tokens read", "1 token read", stats.tokens_read)
    if stats.tokens_restored:
        read = say("{kept}, {read}", kept=counted("{count} tokens were there", "1 token was there", stats.tokens_restored), read=read)
    if not stats.tokens_written or stats.writing_seconds <= 0:
        return {"Last reply": read}
    return {"Last reply": read, "Speed": say("{speed} tokens a second", speed=stats.tokens_written / stats.writing_seconds)}


def _saved(session: SessionNumbers) -> Words:
    if not session.saved_bytes:
        return say("Nothing saved yet")
    size = in_bytes(session.saved_bytes)
    if not session.shared_bytes:
        return sentences(size)
    return say("{size}, {shared} of it shared with other chats", size=size, shared=in_bytes(session.shared_bytes))


def _state(numbers: SessionNumbers, now: datetime) -> Words:
    time = in_words(numbers.expired_at or numbers.closed_at or numbers.created_at, now)
    match numbers.state:
        case SessionState.CREATED:
            return say("Open, no reply yet, since {time}", time=time)
        case SessionState.ACTIVE:
            return say("Open, since {time}", time=time)
        case SessionState.CLOSED:
            return say("Closed, since {time}", time=time)
        case SessionState.EXPIRED:
            return say("Not kept ready any more, since {time}", time=time)


def _tokens(count: int) -> Words:
    return counted("{count} tokens", "1 token", count)
