"""JSON from elsewhere, taken field by field with its type and its bounds."""

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

from desktop.system.words import say

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

MOST_CHARACTERS = 1 << 27
MOST_INTEGER = (1 << 63) - 1  # what SQLite keeps


class Fields:
    """The fields of one JSON object. Every getter raises ValueError where a field is missing, of another type or out of bounds."""

    def __init__(self, value: object, what: str) -> None:
        """Take an object; what names it in errors."""
        if not isinstance(value, dict):
            raise ValueError(say("{what} is no object", what=what))
        self._values: dict[str, object] = value
        self._what = what

    @classmethod
    def parse(cls, content: bytes, what: str) -> "Fields":
        """Return the object that a whole JSON text holds."""
        try:
            return cls(json.loads(content, parse_constant=_refuse_constant, parse_float=_finite), what)
        except RecursionError as error:
            raise ValueError(say("{what} is nested too deeply", what=what)) from error

    def text(self, name: str, most: int = MOST_CHARACTERS) -> str:
        """Return a string of at most so many characters."""
        value = self._values.get(name)
        if not isinstance(value, str) or len(value) > most:
            self._refuse(name)
        return value

    def integer(self, name: str, low: int = 0, high: int = MOST_INTEGER) -> int:
        """Return a whole number within both bounds."""
        value = self._values.get(name)
        if type(value) is not int or not low <= value <= high:  # True is no int here
            self._refuse(name)
        return value

    def number(self, name: str, high: float = math.inf, *, low: float = 0.0) -> float:
        """Return a number that is not infinite and within both bounds."""
        value = self._values.get(name)
        if type(value) not in (int, float) or not isinstance(value, int | float) or not (low <= value <= high and value < math.inf):
            self._refuse(name)
        return float(value)

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._values.get(name)
        if not isinstance(value, bool):
            self._refuse(name)
        return value

    def choice(self, name: str, kind: type[E]) -> E:
        """Return a member of an enum."""
        try:
            return kind(self.text(name))
        except ValueError:
            self._refuse(name)

    def day(self, name: str) -> date:
        """Return an ISO 8601 date."""
        try:
            return date.fromisoformat(self.text(name, 10))
        except ValueError:
            self._refuse(name)

    def time(self, name: str) -> datetime:
        """Return an ISO 8601 time with its zone, in UTC."""
        try:
            value = datetime.fromisoformat(self.text(name, 40))
            if value.tzinfo is None:
                self._refuse(name)
            return value.astimezone(UTC)
        except (ValueError, OverflowError):
            self._refuse(name)

    def octets(self, name: str, most: int) -> bytes:
        """Return what hexadecimal digits spell, at most so many bytes."""
        try:
            return bytes.fromhex(self.text(name, 2 * most))
        except ValueError:
            self._refuse(name)

    def items(self, name: str, most: int) -> list[object]:
        """Return a list of at most so many values."""
        value = self._values.get(name)
        if not isinstance(value, list) or len(value) > most:
            self._refuse(name)
        return value

    def integers(self, name: str, most: int, low: int, high: int) -> tuple[int, ...]:
        """Return a list of at most so many whole numbers within both bounds."""
        values = self.items(name, most)
        if any(type(value) is not int or not low <= value <= high for value in values):
            self._refuse(name)
        return tuple(value for value in values if isinstance(value, int))

    def object(self, name: str) -> dict[str, object]:
        """Return an object, whatever it holds."""
        value = self._values.get(name)
        if not isinstance(value, dict):
            self._refuse(name)
        return value

    def plain(self, name: str, most: int) -> dict[str, str | int | float | bool | None]:
        """Return an object of at most so many fields, none of which holds another object or a list."""
        value = self._values.get(name)
        if not isinstance(value, dict) or len(value) > most or any(isinstance(inner, dict | list) for inner in value.values()):
            self._refuse(name)
        return value

    def optional(self, name: str, take: Callable[[str], T]) -> T | None:
        """Return what a getter gives, or None where the field is missing or null."""
        return None if self._values.get(name) is None else take(name)

    def _refuse(self, name: str) -> NoReturn:
        raise ValueError(say("{name} of {what} is missing or wrong", name=name, what=self._what))


def _finite(digits: str) -> float:
    if math.isinf(value := float(digits)):
        _refuse_constant(digits)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(say("{name} is no number", name=name))
