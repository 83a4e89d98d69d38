"""A command as data: what was asked for, how it travels to a running instance, and what its exit code means."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TypeAlias

from desktop.conversations.message import ConversationId
from desktop.system.errors import RivuletError
from desktop.system.fields import Fields

MOST_BYTES = 8 << 20  # of a command, and of each line of an answer but the result
PATH_CHARACTERS = 10_000
MOST_FILES = 10_000
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
HUB_FILE = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}/){0,4}[A-Za-z0-9_][A-Za-z0-9._+-]{0,200}\.gguf", re.IGNORECASE)


class Verb(StrEnum):
    """What is to be done."""

    LIST = "list"
    SHOW = "show"
    DELETE = "delete"
    EXPORT = "export"
    IMPORT = "import"
    VERIFY = "verify"
    CLEAN = "clean"
    RUN = "run"
    DELETE_ALL = "delete-all"
    LIST_MODELS = "models list"
    ADD_MODEL = "models add"
    REMOVE_MODEL = "models remove"
    VERIFY_MODELS = "models verify"
    FETCH_MODEL = "models fetch"
    DOCTOR = "doctor"
    OPEN = "open"  # no command that a person types: what a second start asks for


class Form(StrEnum):
    """What an exported file is."""

    RIVULET = "rivulet"  # with saved states if wanted
    JSON = "json"
    MARKDOWN = "md"


class Exit(IntEnum):
    """What exit codes mean; the help of the command line says the same."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NO_CHAT = 3
    NO_ANSWER = 4
    STOPPED = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a command is."""

    text: str  # one line
    fraction: float  # 0 to 1
    is_news: bool = False  # something changed besides the numbers


Piece: TypeAlias = str | Progress
"""What a command writes while it runs: a piece of a reply, or how far it is."""

Write: TypeAlias = Callable[[Piece], None]


class CommandError(RivuletError):
    """A command failed, with what the process is to exit with."""

    def __init__(self, sentence: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Command:
    """What was asked for; each verb uses some of the fields."""

    verb: Verb
    chat: ConversationId | None = None  # run: None makes a new one; export: None means all
    file: Path | None = None  # to export to or import from; a model's; where name would lie if it were a path
    form: Form = Form.RIVULET  # of what is exported
    with_state: bool = False
    with_thoughts: bool = False
    trusts_state: bool = False
    budget: int | None = None  # bytes; None: the one that is set
    prompt: str = ""
    max_tokens: int = 0  # 0: as many as the context holds
    model: Path | None = None  # None: the last one
    name: str = ""  # of a model, as the person calls it or its file, or of a file in the repository; empty: all
    repository: str = ""  # of the hub, "owner/name"
    files: tuple[Path, ...] = ()  # that the window opens
    activation: str = ""  # from the desktop: the window may come forward

    def encode(self) -> bytes:
        """Return the command as one line of JSON."""
        return json.dumps(asdict(self), default=str).encode() + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> "Command":
        """Return the command in a line. Raises ValueError."""
        fields = Fields.parse(line, "the command")
        return cls(
            verb=fields.choice("verb", Verb),
            chat=fields.optional("chat", lambda name: ConversationId(fields.integer(name, 1))),
            file=fields.optional("file", lambda name: _absolute(fields.text(name, PATH_CHARACTERS))),
            form=fields.choice("form", Form),
            with_state=fields.flag("with_state"),
            with_thoughts=fields.flag("with_thoughts"),
            trusts_state=fields.flag("trusts_state"),
            budget=fields.optional("budget", fields.integer),
            prompt=fields.text("prompt", MOST_BYTES),
            max_tokens=fields.integer("max_tokens"),
            model=fields.optional("model", lambda name: _absolute(fields.text(name, PATH_CHARACTERS))),
            name=fields.text("name", PATH_CHARACTERS),
            repository=fields.optional("repository", lambda name: _repository(fields.text(name))) or "",
            files=tuple(map(_path, fields.optional("files", lambda name: fields.items(name, MOST_FILES)) or ())),
            activation=fields.optional("activation", lambda name: _usable(fields.text(name, PATH_CHARACTERS))) or "",
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: with a result, or with a sentence that says why there is none."""

    code: Exit
    result: dict[str, object] = field(default_factory=dict)
    error: str = ""
    has_ended_early: bool = False  # the instance that carried it out, so that it may have been done in part


def _path(value: object) -> Path:
    if not isinstance(value, str) or len(value) > PATH_CHARACTERS:
        raise ValueError("a path is no text")
    return _absolute(value)


def _absolute(text: str) -> Path:
    path = Path(_usable(text))
    if not path.is_absolute():
        raise ValueError("a path is not absolute")
    return path


def _usable(text: str) -> str:
    """Return a text that systems take, as a path or in an environment."""
    if "\0" in text:
        raise ValueError("a text has a null character")
    os.fsencode(text)  # raises UnicodeEncodeError, which is a ValueError
    return text


def _repository(text: str) -> str:
    if text and not REPOSITORY.fullmatch(text):
        raise ValueError("a repository has another name")
    return text
