"""Chat templates: Jinja programs that come with a model, and are hostile input.

They run in jinja2's sandbox, on a thread that is not the window's, with limits of time and size. The class is an interface
that can move into a child process: it takes and returns plain data only.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from types import FrameType
from typing import Any

import jinja2
import jinja2.ext
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from desktop.inference.errors import TemplateError

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SECONDS = 2.0
CHARACTERS = 10_000_000
REPEATS = 100_000  # largest number a template may multiply a text by

Message = Mapping[str, str]  # role, content


class _TooSlowError(Exception):
    pass


class _RefusedError(Exception):
    """The template called raise_exception."""


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, which bounds neither time nor memory itself."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        if any(isinstance(value, int) and abs(value) > REPEATS for value in (left, right)):
            raise _TooSlowError
        return super().call_binop(context, operator, left, right)


class _Generation(jinja2.ext.Extension):
    """The {% generation %} block of Hugging Face's templates, which marks replies for training: rendered as if not there."""

    tags = {"generation"}  # noqa: RUF012  # jinja2 types it so

    def parse(self, parser: Parser) -> list[Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class ChatTemplate:
    """A compiled chat template."""

    def __init__(self, source: str | None, *, bos: str, eos: str) -> None:
        """Compile a source, ChatML where there is none. Raises TemplateError."""
        self.source = source or CHATML
        environment = _Environment(trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, jinja2.ext.loopcontrols])
        environment.filters["tojson"] = _to_json
        environment.globals.update(bos_token=bos, eos_token=eos, raise_exception=_refuse)
        try:
            self._template = environment.from_string(self.source)
        except (jinja2.TemplateError, RecursionError) as error:
            raise TemplateError(f"it is not valid ({_short(error)})") from error

    def render(self, messages: Sequence[Message], today: date, *, add_generation_prompt: bool) -> str:
        """Return the text of a chat. Takes at most SECONDS; not for the window's thread. Raises TemplateError."""
        deadline = time.monotonic() + SECONDS

        def watch(_frame: FrameType, _event: str, _argument: object) -> Any:
            if time.monotonic() > deadline:
                raise _TooSlowError
            return watch

        # A thread cannot be ended from outside, but every line that the template's code runs can ask for the time.
        previous = sys.gettrace()
        sys.settrace(watch)
        try:
            return self._collect(messages, today, add_generation_prompt)
        except _TooSlowError as error:
            raise TemplateError(f"it took more than {SECONDS:g} seconds or made too long a text") from error
        except Exception as error:  # a template can raise anything
            raise TemplateError(_short(error)) from error
        finally:
            sys.settrace(previous)

    def _collect(self, messages: Sequence[Message], today: date, add_generation_prompt: bool) -> str:
        parts, length = [], 0
        for part in self._template.generate(
            messages=messages, add_generation_prompt=add_generation_prompt, tools=None, documents=None, strftime_now=today.strftime
        ):
            parts.append(part)
            length += len(part)
            if length > CHARACTERS:
                raise _TooSlowError
        return "".join(parts)


def _refuse(message: str) -> str:
    raise _RefusedError(message)


def _to_json(value: object, ensure_ascii: bool = False, indent: int | None = None, **_ignored: object) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:199] + "…"
