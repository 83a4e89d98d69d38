"""What is remembered between starts besides the conversations, in settings.json: the window, the models, what was chosen."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from desktop.system.cache_type import CacheType
from desktop.system.files import set_aside, write_private

THEMES = ("system", "light", "dark")
ZOOMS = (80, 90, 100, 110, 125, 150, 175, 200)  # percent

_MOST_BYTES = 1 << 60
_MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class ScrollPosition:
    """What a transcript shows at its top."""

    message_id: int
    above: int  # pixels of the message that lie above what is in sight; negative: it begins so far below


@dataclass(frozen=True, slots=True)
class PaneState:
    """One open pane."""

    conversation_id: int
    width: int = 0  # pixels; 0: an equal share
    position: ScrollPosition | None = None  # None: at the end
    draft_focus: bool = False  # the pane that had the focus


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; unknown keys of a newer version are kept by the file's reader."""

    theme: str = "system"  # "light", "dark" or "system"
    zoom: int = 100  # percent, one of ZOOMS
    less_motion: bool = False  # nothing moves, whatever the system says
    model_path: Path | None = None
    recent_models: tuple[Path, ...] = ()
    geometry: str = ""  # QWidget.saveGeometry(), base64
    sidebar_width: int = 264  # pixels
    panes: tuple[PaneState, ...] = ()
    budget: int | None = None  # bytes of the disk for saved states; None: the default
    settles: bool = True  # what the template will rewrite is computed again in idle time
    settles_on_battery: bool = True
    names_chats: bool = True  # the model writes their titles in idle time
    session_days: int = 0  # saved states that were unused for so long are removed; 0: never
    cache_types: Mapping[str, str] = field(default_factory=dict)  # by model path, a CacheType's value; f16 where nothing


class ReadSettings(NamedTuple):
    """What was read, and a sentence for the person where not all of it could be; else an empty one."""

    settings: Settings
    damage: str


class SettingsFile:
    """The settings as JSON. Keys that this version does not know are written back as they were read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unknown: dict[str, object] = {}

    def read(self) -> ReadSettings:
        """Return the settings. What cannot be read has its default, and the damaged file is set aside."""
        try:
            content = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return ReadSettings(Settings(), "")
        except OSError as error:
            return ReadSettings(Settings(), f"The settings could not be read ({error.strerror}). The usual ones are used.")
        except (ValueError, RecursionError):
            return ReadSettings(Settings(), self._set_aside("The settings file is damaged"))
        if not isinstance(content, dict):
            return ReadSettings(Settings(), self._set_aside("The settings file is damaged"))
        values: dict[str, object] = {}
        damaged = []
        for key, stored in content.items():
            if key not in _PARSERS:
                self._unknown[key] = stored
                continue
            try:
                values[key] = _PARSERS[key](stored)
            except (TypeError, ValueError, KeyError):
                damaged.append(key)
        settings = Settings(**values)  # type: ignore[arg-type]  # each parser returns its field's type
        return ReadSettings(settings, self._set_aside(f"Some settings are damaged ({', '.join(sorted(damaged))})") if damaged else "")

    def write(self, settings: Settings) -> None:
        """Replace the file in one step.

        Raises:
            OSError: it cannot be written; the old file stays.
        """
        content = self._unknown | asdict(settings)
        write_private(self._path, json.dumps(content, indent=2, default=str).encode("ascii"))

    def _set_aside(self, what: str) -> str:
        try:
            kept = set_aside(self._path)
        except OSError:
            return f"{what}. The usual ones are used instead."
        return f"{what}. The usual ones are used instead; the file was kept as {kept.name}."


def _exactly(kind: type) -> Callable[[object], object]:
    def parse(value: object) -> object:
        if type(value) is not kind:
            raise TypeError
        return value

    return parse


def _within(least: int, most: int) -> Callable[[object], int]:
    def parse(value: object) -> int:
        if type(value) is not int:  # True is no int here
            raise TypeError
        if not least <= value <= most:
            raise ValueError
        return value

    return parse


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError
        return value

    return parse


def _zoom(value: object) -> int:
    if type(value) is not int or value not in ZOOMS:
        raise ValueError
    return value


def _path(value: object) -> Path:
    if not isinstance(value, str):
        raise TypeError
    return Path(value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _pane(value: object) -> PaneState:
    if not isinstance(value, Mapping):
        raise TypeError
    known = {key: parse(value[key]) for key, parse in _PANE_PARSERS.items() if key in value}
    return PaneState(**known)  # type: ignore[arg-type]  # each parser returns its field's type


def _position(value: object) -> ScrollPosition | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TypeError
    return ScrollPosition(_message_id(value["message_id"]), _integer(value["above"]))


def _cache_types(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError
    return {path: _cache_type(chosen) for path, chosen in value.items()}


_integer = _within(-0x7FFF_FFFF, 0x7FFF_FFFF)  # what Qt takes
_message_id = _within(0, (1 << 63) - 1)
_budget = _within(0, _MOST_BYTES)
_cache_type = _one_of(tuple(CacheType))

_PANE_PARSERS: Mapping[str, Callable[[object], object]] = {
    "conversation_id": _integer,
    "width": _integer,
    "position": _position,
    "draft_focus": _exactly(bool),
}

_PARSERS: Mapping[str, Callable[[object], object]] = {
    "theme": _one_of(THEMES),
    "zoom": _zoom,
    "less_motion": _exactly(bool),
    "model_path": lambda value: None if value is None else _path(value),
    "recent_models": lambda value: tuple(_path(item) for item in _list(value)),
    "geometry": _exactly(str),
    "sidebar_width": _integer,
    "panes": lambda value: tuple(_pane(item) for item in _list(value)),
    "budget": lambda value: None if value is None else _budget(value),
    "settles": _exactly(bool),
    "settles_on_battery": _exactly(bool),
    "names_chats": _exactly(bool),
    "session_days": _within(0, _MOST_DAYS),
    "cache_types": _cache_types,
}
