"""What is remembered between starts besides the conversations, in settings.json: the window, the models, what was chosen."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from desktop.system.cache_type import CacheType
from desktop.system.compute_device import AUTOMATIC
from desktop.system.files import set_aside, write_private
from desktop.system.flash_attention import FlashAttention
from desktop.system.setting import Section, amount, choice, flag, one_of, remembered, settings_of, switch, within
from desktop.system.words import Words, counted, say, sentences

T = TypeVar("T")

THEME_WORDS = {"system": say("Like the system"), "light": say("Light"), "dark": say("Dark")}
THEMES = tuple(THEME_WORDS)
ZOOMS = (80, 90, 100, 110, 125, 150, 175, 200)  # percent
SEND_WORDS = {"enter": say("Enter"), "ctrl_enter": say("Ctrl+Enter")}
LANGUAGE_WORDS = {"system": say("Like the system"), "en": say("English"), "de": say("Deutsch")}
LANGUAGES = tuple(LANGUAGE_WORDS)
FLASH_WORDS = {FlashAttention.AUTOMATIC.value: say("Automatic"), FlashAttention.ON.value: say("On"), FlashAttention.OFF.value: say("Off")}

_MOST_BYTES = 1 << 60
_MOST_DAYS = 36_500
_MOST_LAYERS = 4096
_MOST_MINUTES = 24 * 60
_MOST_THREADS = 1024
_MOST_TOKENS = 1 << 24


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


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
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


def _context_lengths(value: object) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise TypeError
    return {path: _context_length(chosen) for path, chosen in value.items()}


def _layers(value: object) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise TypeError
    return {path: _layer_count(chosen) for path, chosen in value.items()}


def _or_none(parse: Callable[[object], T]) -> Callable[[object], T | None]:
    return lambda value: None if value is None else parse(value)


def _each(parse: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    return lambda value: tuple(parse(item) for item in _list(value))


def _days(count: int) -> Words:
    return counted("{count} days", "{count} day", count) if count else say("No limit")


def _minutes(count: int) -> Words:
    if not count:
        return say("Never")
    return counted("{count} minutes", "{count} minute", count) if count % 60 else counted("{count} hours", "{count} hour", count // 60)


def _threads(count: int) -> Words:
    return say("{count}", count=count) if count else say("Automatic")


def _percent(count: int) -> Words:
    return say("{count} %", count=count)


_integer = within(-0x7FFF_FFFF, 0x7FFF_FFFF)  # what Qt takes
_message_id = within(0, (1 << 63) - 1)
_context_length = within(1, _MOST_TOKENS)
_layer_count = within(0, _MOST_LAYERS)
_cache_type = one_of(tuple(kind.value for kind in CacheType))

_PANE_PARSERS: Mapping[str, Callable[[object], object]] = {
    "conversation_id": _integer,
    "width": _integer,
    "position": _position,
    "draft_focus": flag,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, one entry each: from it come the file's parser and the dialog's row.

    Unknown keys of a newer version are kept by the file's reader.
    """

    theme: str = choice("system", THEME_WORDS, Section.APPEARANCE, say("Theme"))
    zoom: int = choice(
        100,
        {percent: _percent(percent) for percent in ZOOMS},
        Section.APPEARANCE,
        say("Size of text"),
        say("Ctrl++ and Ctrl+- change it anywhere, Ctrl+0 is the usual size."),
    )
    language: str = choice(
        "system", LANGUAGE_WORDS, Section.APPEARANCE, say("Language"), say("Another language holds from the next start.")
    )
    less_motion: bool = switch(False, Section.APPEARANCE, say("Less motion"))
    send_key: str = choice("enter", SEND_WORDS, Section.WRITING, say("Send with"), say("Shift+Enter always breaks the line."))
    model_path: Path | None = remembered(None, _or_none(_path))  # noqa: RUF009 - it makes a field
    recent_models: tuple[Path, ...] = remembered((), _each(_path))
    geometry: str = remembered("", _text)  # QWidget.saveGeometry(), base64
    sidebar_width: int = remembered(264, _integer)  # pixels
    panes: tuple[PaneState, ...] = remembered((), _each(_pane))
    budget: int | None = remembered(None, _or_none(within(0, _MOST_BYTES)))  # bytes of the disk for saved states; None: the default
    session_days: int = amount(  # saved states that were unused for so long are removed; 0: never
        0, _MOST_DAYS, (0, 30, 90), _days, Section.QUICK_RESUME, say("Keep unused chats ready for")
    )
    settles: bool = switch(
        True,
        Section.IDLE,
        say("Get ready for the next message after a reply"),
        say("Many models read part of their last reply again. This does it ahead of time."),
    )
    names_chats: bool = switch(
        True, Section.IDLE, say("Let the model name chats"), say("After the first reply, unless you gave the chat a name.")
    )
    settles_on_battery: bool = switch(True, Section.IDLE, say("Also on battery"), needs=("settles", "names_chats"))
    threads: int = amount(  # 0: as many as the processor has cores
        0,
        _MOST_THREADS,
        (0, 1, 2, 4, 6, 8, 12, 16, 24, 32),
        _threads,
        Section.MODEL,
        say("Processor threads"),
        say("Fewer leave more of the processor to other programs. Another number holds from the next start."),
    )
    unload_minutes: int = amount(  # 0: never
        0,
        _MOST_MINUTES,
        (0, 5, 15, 30, 60, 240),
        _minutes,
        Section.MODEL,
        say("Free the model's memory when unused for"),
        say("It comes back by itself with your next message, and the chat with it."),
    )
    flash_attention: str = choice(
        FlashAttention.AUTOMATIC.value,
        FLASH_WORDS,
        Section.MODEL,
        say("Flash attention"),
        say("Faster, with less memory. Saved chats are read again once with another choice; it holds from the next loading."),
    )
    device: str = remembered(AUTOMATIC, _text)  # what the model runs on: AUTOMATIC, PROCESSOR, or a ComputeDevice's name
    gpu_layers: Mapping[str, int] = remembered({}, _layers)  # by model path; as many as fit where nothing
    models_folder: Path | None = remembered(None, _or_none(_path))  # noqa: RUF009 - None: in the data directory
    watched_folders: tuple[Path, ...] = remembered((), _each(_path))  # where models are looked for, too
    model_files: tuple[Path, ...] = remembered((), _each(_path))  # single models that are used where they are
    forgotten_models: tuple[Path, ...] = remembered((), _each(_path))  # of these folders, that shall not be shown
    uses_guide: bool = switch(
        True,
        Section.MODEL_FILES,
        say("Guide while no model is chosen"),
        say("A tiny model that comes with Rivulet and tells how things are done."),
    )
    uses_hub_cache: bool = switch(
        True,
        Section.MODEL_FILES,
        say("Use models that other programs fetched"),
        say("They are found in the Hugging Face cache and stay there."),
    )
    is_offline: bool = switch(
        False,
        Section.MODEL_FILES,
        say("Never use the network"),
        say("Rivulet uses it only when you search for a model or get one. This forbids that too."),
    )
    downloads_at_once: int = choice(
        2,
        {1: say("One"), 2: say("Two")},
        Section.MODEL_FILES,
        say("Downloads at a time"),
        say("Others wait until one is finished."),
    )
    cache_types: Mapping[str, str] = remembered({}, _cache_types)  # by model path, a CacheType's value; f16 where nothing
    context_lengths: Mapping[str, int] = remembered({}, _context_lengths)  # by model path, in tokens; the usual where nothing


class ReadSettings(NamedTuple):
    """What was read, and a sentence for the person where not all of it could be; else an empty one."""

    settings: Settings
    damage: str


class SettingsFile:
    """The settings as JSON. Keys that this version does not know are written back as they were read."""

    def __init__(self, path: Path, table: type[Settings] = Settings, *, is_left_alone: bool = False) -> None:
        """Use a file; is_left_alone: also where it is damaged."""
        self._path = path
        self._is_left_alone = is_left_alone
        self._table = table
        self._settings = settings_of(table)
        self._unknown: dict[str, object] = {}

    def read(self) -> ReadSettings:
        """Return the settings. What cannot be read has its default, and the damaged file is set aside."""
        try:
            content = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return ReadSettings(self._table(), "")
        except OSError as error:
            why = say("The settings could not be read ({reason}). The usual ones are used.", reason=error.strerror or str(error))
            return ReadSettings(self._table(), why)
        except (ValueError, RecursionError):
            return ReadSettings(self._table(), self._set_aside(say("The settings file is damaged.")))
        if not isinstance(content, dict):
            return ReadSettings(self._table(), self._set_aside(say("The settings file is damaged.")))
        values: dict[str, object] = {}
        damaged = []
        for key, stored in content.items():
            if key not in self._settings:
                self._unknown[key] = stored
                continue
            try:
                values[key] = self._settings[key].parse(stored)
            except (TypeError, ValueError, KeyError):
                damaged.append(key)
        settings = self._table(**values)  # type: ignore[arg-type]  # each parser returns its field's type
        if not damaged:
            return ReadSettings(settings, "")
        return ReadSettings(settings, self._set_aside(say("Some settings are damaged ({keys}).", keys=", ".join(sorted(damaged)))))

    def write(self, settings: Settings) -> None:
        """Replace the file in one step.

        Raises:
            OSError: it cannot be written; the old file stays.
        """
        content = self._unknown | asdict(settings)
        write_private(self._path, json.dumps(content, indent=2, default=str).encode("ascii"))

    def _set_aside(self, what: Words) -> Words:
        if self._is_left_alone:
            return what
        try:
            kept = set_aside(self._path)
        except OSError:
            return sentences(what, say("The usual ones are used instead."))
        return sentences(what, say("The usual ones are used instead; the file was kept as {name}.", name=kept.name))
