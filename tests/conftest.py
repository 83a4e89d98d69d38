"""What all tests share: no display, a data directory of their own, a keyring in memory, and the guards."""

import atexit
import gc
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import ExitStack
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"  # qasync takes whatever else this names
os.environ["LC_ALL"] = "C.UTF-8"  # the window speaks English, whatever the person who runs them speaks
os.environ.pop("LANGUAGE", None)
os.environ["HF_HUB_CACHE"] = os.devnull  # what the person who runs them has fetched is none of theirs
# Tiny models gain nothing from a second thread, and threads of one computation that wait for each other spin: beside any other
# process on few processors that takes a multiple of the time. Where llama.cpp has OpenMP, so for all processes that tests start.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")
# Where Python is told to write no bytecode, each of the many processes that tests start would compile all of Rivulet anew.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="rivulet-bytecode-")
    atexit.register(shutil.rmtree, os.environ["PYTHONPYCACHEPREFIX"], ignore_errors=True)

import keyring
import keyring.backend
import pytest
from PySide6.QtCore import QLocale, qVersion
from PySide6.QtWidgets import QApplication

from desktop.app.aio import Loop, drive, make_loop
from desktop.system.paths import AppPaths
from desktop.ui.theme import icons
from tests.guards import LogGuard, clean_clipboard, no_modal_calls, nothing_survives
from tests.tiny_models import TinyModel
from tests.trusted_models import trusted_models

T = TypeVar("T")


class MemoryKeyring(keyring.backend.KeyringBackend):
    """Passwords that nobody has after the test."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self._passwords: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self._passwords[service, username]


def pytest_report_header() -> str:
    names = ("PySide6-Essentials", "llama-cpp-python", "qasync")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    return f"SQLite {sqlite3.sqlite_version}, Qt {qVersion()}, {packages}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Escape what is no text in what a test wrote: reports go from process to process, which a name that is not UTF-8 would end."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


def pytest_collection_finish() -> None:
    gc.freeze()  # what was collected stays to the end, and need not be looked through again and again


@pytest.fixture
def log_guard() -> LogGuard:
    return LogGuard()


@pytest.fixture
def expect_log(log_guard: LogGuard) -> Callable[[str], None]:
    """Call it with a pattern of a warning or error that the test provokes."""
    return log_guard.expect


@pytest.fixture(autouse=True)
def guards(request: pytest.FixtureRequest, log_guard: LogGuard) -> Iterator[None]:
    """Hold for every test; set up first, so they look after every other fixture is gone."""
    umask = os.umask(0o022)
    keyring.set_keyring(MemoryKeyring())
    QLocale.setDefault(QLocale("en"))
    with ExitStack() as stack:
        stack.callback(os.umask, umask)
        stack.enter_context(log_guard.watching())
        stack.enter_context(nothing_survives())
        stack.enter_context(clean_clipboard())
        if request.node.get_closest_marker("allow_dialogs") is None:
            stack.enter_context(no_modal_calls())
        if request.node.get_closest_marker("tries_models") is None:
            stack.enter_context(trusted_models())
        yield


@pytest.fixture(scope="session")
def icons_drawn_once(qapp: QApplication) -> Iterator[None]:
    """Draw each icon for all windows together: they would take a tenth of the time of tests that open many."""
    kept = cache(icons.drawn)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(icons, "drawn", kept)
        yield
        kept.cache_clear()  # while Qt is there


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    """Return a data directory, prepared."""
    paths = AppPaths.under(tmp_path / "data")
    paths.prepare()
    return paths


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[Loop]:
    """Return an asyncio loop that runs whenever Qt's does, as in the application."""
    loop = make_loop(qapp)
    yield loop
    loop.close()


@pytest.fixture
def run(loop: Loop) -> Callable[[Coroutine[Any, Any, T]], T]:
    """Return a function that runs a coroutine on the loop and returns its result."""

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        results: list[T] = []

        async def keep_result() -> None:
            results.append(await coroutine)

        assert drive(loop, keep_result(), timeout=30), "the coroutine did not end"
        return results[0]

    return run


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small dense model's GGUF file. Not to be written to."""
    return TinyModel().write(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def brief(models: Path) -> Path:
    """A model whose replies end after a few dozen tokens."""
    return TinyModel(name="brief", ends=1.6).write(models / "brief.gguf")


@pytest.fixture(scope="session")
def endless(models: Path) -> Path:
    """A model that writes until it is stopped, for some seconds at least."""
    return TinyModel(name="endless", ends=0.0).write(models / "endless.gguf")
