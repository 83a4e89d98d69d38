"""How a check says that it did not pass."""


class CheckFailedError(Exception):
    """What was looked at is not as it must be; the text says how in a sentence."""


def need(condition: object, sentence: str) -> None:
    """Raise CheckFailedError with a sentence unless a condition holds."""
    if not condition:
        raise CheckFailedError(sentence)
