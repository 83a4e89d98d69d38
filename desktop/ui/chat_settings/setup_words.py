"""What a system prompt takes, in words."""

from desktop.chat.numbers import SetupCost
from desktop.system.words import Words, counted, say, sentences
from desktop.ui.amounts import in_seconds

_SHORT_TOKENS = 64  # reading so few is part of sending
_SHORT_SECONDS = 0.5


def prompt_size(cost: SetupCost) -> Words:
    """Return how much of the context a system prompt takes."""
    if cost.tokens >= cost.context_tokens:
        return say(
            "{tokens} tokens, and the context has {context_tokens}: no reply is possible. Shorten it.",
            tokens=cost.tokens,
            context_tokens=cost.context_tokens,
        )
    return counted("{count} tokens", "{count} token", cost.tokens)


def reading_sentence(cost: SetupCost | None) -> Words:
    """Return what a change costs; empty where nothing worth saying. None: not known."""
    if cost is None or cost.unread <= _SHORT_TOKENS:
        return sentences()
    if cost.seconds is None:
        return say("The whole chat is read again.")
    if cost.seconds < _SHORT_SECONDS:
        return sentences()
    return say("The whole chat is read again, {duration}.", duration=in_seconds(cost.seconds))
