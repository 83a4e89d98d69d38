"""The words of what can be done where a chat fills what the model can read at once."""

from desktop.chat.context_ways import NEARLY_FULL, ContextWays, LongerContext, OtherStart, SummaryWay, fills
from desktop.system.words import Words, counted, say, sentences
from desktop.ui.amounts import in_bytes, in_seconds
from desktop.ui.panes.other_model_text import WayOn
from desktop.ui.translation import translated

CALM = say("Nothing leaves the chat: all of it stays readable.")
NO_WAY = say("Its last message is too long for it. Take the message back and shorten it, or open a model that reads more at once.")


def room_sentence(ways: ContextWays) -> Words:
    """Return how things stand."""
    if ways.used > ways.total:
        return say(
            "This chat has {used} tokens, and the model can read {total} at once. What was said is kept; choose how it goes on.",
            used=ways.used,
            total=ways.total,
        )
    if fills(ways.used, ways.total):
        return say("This chat fills all that the model can read at once. Choose how it goes on.")
    return say("This chat fills {percent} % of what the model can read at once.", percent=percent(ways.used, ways.total))


def nearly_full_sentence() -> Words:
    """Return what is said once when a chat comes near the end of the context."""
    return say("This chat fills {percent} % of what the model can read at once.", percent=round(100 * NEARLY_FULL))


def percent(used: int, total: int) -> int:
    """Return how much of the context is used."""
    return min(100, round(100 * used / total)) if total else 0


def leave_out_way(way: OtherStart) -> WayOn:
    """Return the way on without the oldest messages."""
    return _way(say("Leave out the oldest"), counted("{count} messages", "1 message", way.messages), _reading(way))


def take_in_way(way: OtherStart) -> WayOn:
    """Return the way back to all messages."""
    time = say("reads them, {time}", time=in_seconds(way.seconds)) if way.seconds else _reading(way)
    return _way(say("Take them in again"), counted("{count} messages", "1 message", way.messages), time)


def summary_way(way: SummaryWay) -> WayOn:
    """Return the way on in a fork."""
    cost = say("the model writes it") if way.seconds is None else say("the model writes it, {time}", time=in_seconds(way.seconds))
    return _way(say("Go on in a fork that begins with a summary"), cost)


def longer_way(way: LongerContext) -> WayOn:
    """Return the way on with a longer context."""
    what = say("{count} tokens, {size} more of the memory", count=way.tokens, size=in_bytes(way.bytes))
    time = None if way.seconds is None else say("{time} to load", time=in_seconds(way.seconds))
    return _way(say("A longer context"), what, time)


def _reading(way: OtherStart) -> Words:
    if way.seconds is None:
        return say("reads {count} tokens", count=way.tokens)
    return say("reads the rest, {time}", time=in_seconds(way.seconds)) if way.seconds > 0 else say("ready at once")


def _way(words: Words, *costs: Words | None) -> WayOn:
    told = [cost for cost in costs if cost is not None]
    cost = say("{first}, {second}", first=told[0], second=told[1]) if len(told) == 2 else sentences(*told)
    return WayOn(translated(words), translated(cost))
