"""What a setting is: its default, how it is read from the file, and how a person chooses it."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from enum import Enum, auto
from functools import partial
from typing import Any, Generic, TypeVar

from desktop.system.words import Words, say

T = TypeVar("T")

_ENTRY = "setting"


class Section(Enum):
    """The parts of the settings dialog, from the top."""

    APPEARANCE = auto()
    WRITING = auto()
    QUICK_RESUME = auto()
    IDLE = auto()
    MODEL_FILES = auto()
    MODEL = auto()
    MEMORY = auto()
    TAKING_ALONG = auto()
    DATA = auto()


HEADINGS = {
    Section.APPEARANCE: say("Appearance"),
    Section.WRITING: say("Writing"),
    Section.QUICK_RESUME: say("Quick resume"),
    Section.IDLE: say("In idle time"),
    Section.MODEL_FILES: say("Model files"),
    Section.MODEL: say("Model"),
    Section.MEMORY: say("Memory of the model"),
    Section.TAKING_ALONG: say("Taking along"),
    Section.DATA: say("Your data"),
}


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """How a setting stands in the dialog: a switch, or a menu of what is offered."""

    section: Section
    label: Words
    explanation: Words | None = None
    offered: Sequence[T] = ()  # none: a switch
    words: Callable[[T], Words] | None = None  # of a value, offered or not
    needs: Sequence[str] = ()  # keys of settings of which one must be on for this one to matter


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One setting: its parser raises TypeError, ValueError or KeyError for what is none of its values."""

    default: T
    parse: Callable[[object], T]
    shown: Shown[T] | None = None  # None: remembered, not chosen in the dialog's own rows


def settings_of(table: type[Any]) -> dict[str, Setting[Any]]:
    """Return the settings of a table, a dataclass whose fields were made by the functions below, by their keys."""
    return {entry.name: entry.metadata[_ENTRY] for entry in fields(table)}


def remembered(default: T, parse: Callable[[object], T]) -> T:
    """Return a field for what is kept between starts without a row of its own in the dialog."""
    return _field(Setting(default, parse))


def switch(default: bool, section: Section, label: Words, explanation: Words | None = None, *, needs: Sequence[str] = ()) -> bool:
    """Return a field for what is on or off."""
    shown: Shown[bool] = Shown(section, label, explanation, needs=needs)
    return _field(Setting(default, flag, shown))


def choice(default: T, choices: Mapping[T, Words], section: Section, label: Words, explanation: Words | None = None) -> T:
    """Return a field for one of a few values."""
    return _field(Setting(default, one_of(tuple(choices)), Shown(section, label, explanation, tuple(choices), choices.__getitem__)))


def amount(
    default: int,
    most: int,
    offered: Sequence[int],
    words: Callable[[int], Words],
    section: Section,
    label: Words,
    explanation: Words | None = None,
) -> int:
    """Return a field for a whole number from 0 to most, of which a few are offered."""
    return _field(Setting(default, within(0, most), Shown(section, label, explanation, offered, words)))


def flag(value: object) -> bool:
    """Parse what is on or off."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def within(least: int, most: int) -> Callable[[object], int]:
    """Return a parser of whole numbers within both bounds."""

    def parse(value: object) -> int:
        if type(value) is not int:  # True is no int here
            raise TypeError
        if not least <= value <= most:
            raise ValueError
        return value

    return parse


def one_of(choices: Sequence[T]) -> Callable[[object], T]:
    """Return a parser of some values."""

    def parse(value: object) -> T:
        for offered in choices:
            if type(value) is type(offered) and value == offered:
                return offered
        raise ValueError

    return parse


def _field(setting: Setting[T]) -> T:
    # To mypy a field's default; the dataclass finds the entry in its metadata.
    made: T = field(default_factory=partial(copy, setting.default), metadata={_ENTRY: setting})
    return made
