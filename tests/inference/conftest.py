"""Models and engines for the tests of inference."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.inference.binding import Library, Model
from tests.inference.driver import Driver
from tests.inference.teacher import Straight, Teacher
from tests.inference.templates import CONTROL_TOKENS, USER_DEFINED_TOKENS
from tests.tiny_models import Family, Shape, TinyModel


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Callable[[TinyModel], Path]:
    """Return a function that returns a model's file, written once."""
    folder = tmp_path_factory.mktemp("models")
    written: dict[str, Path] = {}

    def path_of(model: TinyModel) -> Path:
        return written.get(repr(model)) or written.setdefault(repr(model), model.write(folder / f"{len(written)}.gguf"))

    return path_of


@pytest.fixture(scope="session")
def library() -> Iterator[Library]:
    library = Library()
    yield library
    library.close()


@pytest.fixture(scope="session")
def vocabulary_model(library: Library, models: Callable[[TinyModel], Path]) -> Iterator[Model]:
    """Return a loaded model with many special tokens."""
    tiny = TinyModel(control_tokens=CONTROL_TOKENS, user_defined_tokens=USER_DEFINED_TOKENS, shape=Shape(layers=1))
    model = Model(library, models(tiny), lambda progress: True)
    yield model
    model.close()


@pytest.fixture(scope="session")
def endless(models: Callable[[TinyModel], Path]) -> Path:
    """Return a dense model whose replies hardly ever end by themselves."""
    return models(TinyModel(ends=0.0))


@pytest.fixture(scope="session")
def cramped(models: Callable[[TinyModel], Path]) -> Path:
    """Return the same with a context of 1,024 tokens."""
    return models(TinyModel(ends=0.0, context_length=1024))


@pytest.fixture(scope="session", params=[Family.WINDOW, Family.RECURRENT, Family.HYBRID])
def other_family(request: pytest.FixtureRequest, models: Callable[[TinyModel], Path]) -> Path:
    """Return a model whose KV memory is not dense."""
    width = 256 if request.param is Family.HYBRID else 128
    return models(TinyModel(ends=0.0, family=request.param, shape=Shape(width=width)))


@pytest.fixture
def open_engine(tmp_path: Path) -> Iterator[Callable[..., Driver]]:
    """Return a function that starts an engine with a model on this test's folder of segments."""
    drivers: list[Driver] = []

    def start(model: Path | None = None, folder: str = "sessions") -> Driver:
        drivers.append(Driver(tmp_path / folder))
        if model is not None:
            drivers[-1].load(model)
        return drivers[-1]

    yield start
    for driver in drivers:
        driver.close()


@pytest.fixture
def teacher(monkeypatch: pytest.MonkeyPatch) -> Teacher:
    """Return who says the replies' tokens in place of the sampler, and notes the logits."""
    teacher = Teacher()
    monkeypatch.setattr("desktop.inference.worker.Sampler", teacher.sampler)
    return teacher


@pytest.fixture
def straight(library: Library, endless: Path) -> Iterator[Straight]:
    """Return what decodes without ever stopping, to compare with."""
    straight = Straight(library, endless)
    yield straight
    straight.close()
