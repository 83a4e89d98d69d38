"""Words that the window can say in another language."""

from collections.abc import Callable, Mapping

Value = str | int | float


class Words(str):
    """English words, and what they were put together from: `template` with `{names}` of `values`.

    A str as any other to whoever only reads it, a log or a file. What is joined to it by + or an f-string is a plain str, which nobody
    can translate any more: put Words into the values of others instead. So is what a Qt signal of str carries: declare it as of object.
    Where something is counted, `comment` is the template for a `number` of 1 and `template` that for all others; elsewhere it tells
    translators which meaning is meant.
    """

    __slots__ = ("comment", "number", "template", "values")

    template: str
    values: Mapping[str, Value]
    comment: str
    number: int | None

    def __new__(cls, template: str, values: Mapping[str, Value], comment: str = "", count: int | None = None) -> "Words":
        """Fill the template in English: whole numbers in groups of three digits, others with one decimal."""
        words = super().__new__(cls, fill(comment if count == 1 else template, values, _english_number))
        words.template, words.values, words.comment, words.number = template, values, comment, count
        return words


def say(template: str, meaning: str = "", /, **values: Value) -> Words:
    """Return words. Both are literals in the source, where the translation's tool finds them; see `Words` for what meaning is."""
    return Words(template, values, meaning)


def counted(many: str, one: str, count: int, /, **values: Value) -> Words:
    """Return words about a number, which stands in the templates as `{count}`; both are literals in the source."""
    return Words(many, {"count": count, **values}, one, count)


def sentences(*parts: str) -> Words:
    """Return what stands one after the other, empty parts left out."""
    said = {f"part{index}": part for index, part in enumerate(part for part in parts if part)}
    return Words(" ".join(f"{{{name}}}" for name in said), said)


def said_by(error: Exception) -> str:
    """Return what an error tells: Words where it was raised with some."""
    told = error.args[0] if error.args else ""
    return told if isinstance(told, Words) else str(error)


def fill(template: str, values: Mapping[str, Value], number: Callable[[int | float], str]) -> str:
    """Return the template with its values; number writes those that are numbers."""
    return template.format_map({name: value if isinstance(value, str) else number(value) for name, value in values.items()})


def _english_number(number: int | float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"
