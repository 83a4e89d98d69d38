"""Chat templates: Jinja programs that come with a model, and are hostile input.

They run in a sandbox, on a thread that is not the window's, with limits of time and size. The class is an interface that
can move into a child process: it takes and returns plain data only.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from desktop.inference.errors import TemplateError, TemplateLimitError
from desktop.inference.sandbox import LimitError, Sandbox, in_time, joined
from desktop.system.words import say

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SECONDS = 2.0
PREPARING_SECONDS = 10.0  # once for a model; half a second is what the longest known template takes

Message = Mapping[str, str]  # role, content and, of a reply, reasoning_content


class _RefusedError(Exception):
    """The template called raise_exception."""


class ChatTemplate:
    """A compiled chat template."""

    def __init__(self, source: str | None, *, bos: str, eos: str) -> None:
        """Compile a source, ChatML where there is none. Takes at most PREPARING_SECONDS. Raises TemplateError."""
        self.source = source or CHATML
        sandbox = Sandbox(tojson=_to_json)
        sandbox.globals.update(bos_token=bos, eos_token=eos, raise_exception=_refuse)
        try:
            self._template = in_time(PREPARING_SECONDS, lambda: sandbox.from_string(self.source))
        except LimitError as error:
            raise TemplateLimitError(say("it took more than {seconds} seconds to prepare", seconds=f"{PREPARING_SECONDS:g}")) from error
        except Exception as error:  # jinja2's errors, and those of Python's compiler, which it writes for
            raise TemplateError(say("it is not valid ({reason})", reason=_short(error))) from error

    @cached_property
    def can_toggle_thinking(self) -> bool:
        """Tell whether the prompt changes with what the model is told about thinking. Not for the window's thread, once.

        Found by rendering: that a source names the variable does not mean that a chat without tools gets to see it.
        """
        hello, day = {"role": "user", "content": "Hello"}, date(2026, 1, 2)
        try:
            on, off = (self.render([hello], day, add_generation_prompt=True, thinking=thinking) for thinking in (True, False))
        except TemplateError:
            return False
        return on != off

    def render(self, messages: Sequence[Message], today: date, *, add_generation_prompt: bool, thinking: bool | None = None) -> str:
        """Return the text of a chat; thinking tells the model to reason or not, where its template asks for that.

        Takes at most SECONDS; not for the window's thread. Raises TemplateError.
        """
        values: dict[str, object] = {
            "messages": messages,
            "add_generation_prompt": add_generation_prompt,
            "tools": None,
            "documents": None,
            "strftime_now": today.strftime,
        }
        if thinking is not None:  # templates ask whether it is defined
            values.update(enable_thinking=thinking, thinking=thinking)
        try:
            return in_time(SECONDS, lambda: joined(self._template.generate(values)))
        except LimitError as error:
            raise TemplateLimitError(say("it took more than {seconds} seconds or made too long a text", seconds=f"{SECONDS:g}")) from error
        except Exception as error:  # a template can raise anything
            raise TemplateError(_short(error)) from error


def _refuse(message: str) -> str:
    raise _RefusedError(message)


def _to_json(value: object, ensure_ascii: bool = False, indent: int | None = None, **_ignored: object) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:199] + "…"
