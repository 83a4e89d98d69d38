"""What a person reads where something failed: what happened, what was kept, what to do, in words that can be translated."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from uuid import UUID

import pytest

import desktop
from desktop.system.cache_type import CacheType
from desktop.system.errors import RivuletError
from desktop.system.words import Words

VALUES = {
    "str": "a.gguf",
    "int": 1200,
    "OSError": OSError(13, "Permission denied"),
    "UUID": UUID(int=1),
    "CacheType": CacheType.Q8_0,
}
NOTHING_AT_STAKE = {"EmptySessionError"}  # nothing was asked that could be lost


def subclasses(kind: type[RivuletError]) -> Iterator[type[RivuletError]]:
    for below in kind.__subclasses__():
        yield below
        yield from subclasses(below)


def kinds() -> list[type[RivuletError]]:
    """Return the errors that know their own sentence."""
    for module in pkgutil.walk_packages(desktop.__path__, "desktop."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    own = {kind for kind in subclasses(RivuletError) if "sentence" not in inspect.signature(kind.__init__).parameters}
    return sorted((kind for kind in own if kind.__module__.startswith("desktop.")), key=lambda kind: kind.__name__)


def made(kind: type[RivuletError]) -> list[RivuletError]:
    """Return an error of a kind, and one with the least that it takes."""
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    assert all(inspect.formatannotation(it.annotation).rpartition(".")[2] in VALUES for it in parameters), kind
    values = {it.name: VALUES[inspect.formatannotation(it.annotation).rpartition(".")[2]] for it in parameters}
    least = {it.name: values[it.name] for it in parameters if it.default is inspect.Parameter.empty}
    return [kind(**values), kind(**least), *([kind(**{**values, "detail": ""})] if "detail" in values else [])]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_an_error_says_what_was_kept_and_can_be_translated(kind: type[RivuletError]) -> None:
    for error in made(kind):
        told = error.sentence
        assert isinstance(told, Words), "its words go through say()"
        assert str(error) == told
        sentences = re.split(r"(?<=\.) (?=[A-Z])", told)
        assert all(it.endswith(".") for it in sentences)
        assert len(sentences) >= 2 or kind.__name__ in NOTHING_AT_STAKE, told
        assert "!" not in told


def test_there_are_such_errors() -> None:
    assert len(kinds()) >= 20
