"""The sandbox that chat templates run in: jinja2's, with limits of time and size, which that has not.

Templates see placeholders in place of contents, so all that an honest one handles is small. What multiplies is therefore
asked for its result's size beforehand. This makes accidents and simple malice harmless; against a template that is
written for this very sandbox only a process of its own would help.
"""

import functools
import math
import re
import sys
import time
from collections.abc import Callable, Iterable, Sized
from types import FrameType
from typing import Any, TypeVar

import jinja2
import jinja2.compiler
import jinja2.ext
import jinja2.nodes
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

CHARACTERS = 10_000_000
_WIDE = re.compile(r"[0-9]{6}|\*")  # a width in a format string

T = TypeVar("T")


class LimitError(Exception):
    """A template took too long or made too long a text."""


def in_time(seconds: float, call: Callable[[], T]) -> T:
    """Return what a call returns. Raises LimitError after so many seconds, once the call runs a line of Python again."""
    deadline = time.monotonic() + seconds

    def watch(_frame: FrameType, _event: str, _argument: object) -> Any:
        if time.monotonic() > deadline:
            raise LimitError
        return watch

    # A thread cannot be ended from outside, but every line that it runs can ask for the time.
    previous = sys.gettrace()
    sys.settrace(watch)
    try:
        return call()
    finally:
        sys.settrace(previous)


def joined(parts: Iterable[object]) -> str:
    """Return the text of parts. Raises LimitError before it has more than CHARACTERS."""
    texts, length = [], 0
    for part in parts:
        texts.append(str(part))
        length += len(texts[-1])
        _refuse_beyond(length)
    return "".join(texts)


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for chat templates."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    concat = staticmethod(joined)

    def __init__(self, **filters: Callable[..., Any]) -> None:
        """Add filters to those of jinja2."""
        super().__init__(trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, jinja2.ext.loopcontrols])
        self.code_generator_class = _CodeGenerator
        self.filters = {name: _bounded(name, function) for name, function in (self.filters | filters).items()}

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate, if the result is not too large."""
        if operator == "+":
            _refuse_beyond(_size(left) + _size(right) if isinstance(left, Sized) else 0)
        elif operator != "%" or isinstance(left, str):
            _check(operator, (left, right))
        return super().call_binop(context, operator, left, right)

    def call(self, context: jinja2.runtime.Context, function: Any, *args: Any, **keywords: Any) -> Any:
        """Call a function or method, if its result is not too large."""
        method = getattr(function, "__wrapped__", function)  # what jinja2 makes of str.format
        _check(getattr(method, "__name__", ""), (getattr(method, "__self__", None), *args, *keywords.values()))
        return super().call(context, function, *args, **keywords)


class _CodeGenerator(jinja2.compiler.CodeGenerator):
    def visit_Concat(self, node: jinja2.nodes.Concat, frame: jinja2.compiler.Frame) -> None:  # noqa: N802  # the ~ operator
        self.write("environment.concat((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _Generation(jinja2.ext.Extension):
    """The {% generation %} block of Hugging Face's templates, which marks replies for training: rendered as if not there."""

    tags = {"generation"}  # noqa: RUF012  # jinja2 types it so

    def parse(self, parser: Parser) -> list[jinja2.nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def bounded(*args: Any, **keywords: Any) -> Any:
        _check(name, (*args, *keywords.values()))
        return function(*args, **keywords)

    return bounded


def _check(name: str, operands: Iterable[object]) -> None:
    """Refuse an operation whose result might be as large as its operands multiplied."""
    sizes = [_size(operand) for operand in operands]
    if name in ("format", "format_map", "%") and any(isinstance(it, str) and _WIDE.search(it) for it in operands):
        raise LimitError
    _refuse_beyond(math.prod(sizes))


def _size(operand: object) -> int:
    if isinstance(operand, int):
        return max(1, abs(operand))
    return max(1, len(operand)) if isinstance(operand, (str, bytes, list, tuple, dict)) else 1


def _refuse_beyond(size: int) -> None:
    if size > CHARACTERS:
        raise LimitError
