"""The person's language: what the window says goes through here."""

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QKeySequence

from desktop.system.words import Value, Words, counted, fill, say


def tr(template: str, meaning: str = "", /, **values: Value) -> str:
    """Return words in the person's language. Both are literals in the source; see `Words`."""
    return translated(say(template, meaning, **values))


def tr_counted(many: str, one: str, count: int, /, **values: Value) -> str:
    """Return words about a number, which stands in the templates as `{count}`, in the person's language."""
    return translated(counted(many, one, count, **values))


def translated(text: str) -> str:
    """Return Words in the person's language, and any other text as it is."""
    if not isinstance(text, Words):
        return text
    template = QCoreApplication.translate("", text.template, text.comment or None, -1 if text.number is None else text.number)
    if template == text.template and text.number == 1:  # nothing is translated, and English itself has a form for one
        template = text.comment
    values = {name: translated(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return fill(template, values, _number)


def key_name(keys: str) -> str:
    """Return keys, written as for a QKeySequence, as they are called on this system and in the person's language."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _number(number: int | float) -> str:
    return QLocale().toString(number) if isinstance(number, int) else QLocale().toString(number, "f", 1)
