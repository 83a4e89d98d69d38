"""A trial of each family."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.inference.binding import Library
from tests.inference.driver import Driver
from tests.inference.families.setups import Setup
from tests.inference.families.trial import Reference, Trial
from tests.inference.teacher import Teacher
from tests.tiny_models import TinyModel


@pytest.fixture(scope="session")
def setup(request: pytest.FixtureRequest) -> Setup:
    assert isinstance(request.param, Setup)
    return request.param


@pytest.fixture(scope="session")
def reference(library: Library, models: Callable[[TinyModel], Path], setup: Setup) -> Iterator[Reference]:
    reference = Reference(library, models(setup.model), setup.cache_type)
    yield reference
    reference.close()


@pytest.fixture
def open_driver(tmp_path: Path) -> Iterator[Callable[[int], Driver]]:
    drivers: list[Driver] = []

    def start(context_tokens: int) -> Driver:
        drivers.append(Driver(tmp_path / "sessions", context_tokens))
        return drivers[-1]

    yield start
    for driver in drivers:
        driver.close()


@pytest.fixture
def trial(setup: Setup, reference: Reference, teacher: Teacher, open_driver: Callable[[int], Driver]) -> Trial:
    return Trial(setup, reference, teacher, open_driver)
