"""What must not happen in any test: things that outlive it, dialogs that wait for a person, unexpected log records."""

import gc
import logging
import re
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QColorDialog, QDialog, QFileDialog, QInputDialog, QMenu, QMessageBox, QWidget

THREAD_PATIENCE = 2.0  # seconds in which a thread that was told to stop may end

MODAL_CALLS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (QDialog, ("exec",)),
    (QMenu, ("exec",)),
    (QMessageBox, ("about", "aboutQt", "critical", "information", "question", "warning")),
    (QFileDialog, ("getExistingDirectory", "getOpenFileName", "getOpenFileNames", "getOpenFileUrl", "getSaveFileName", "getSaveFileUrl")),
    (QInputDialog, ("getDouble", "getInt", "getItem", "getMultiLineText", "getText")),
    (QColorDialog, ("getColor",)),
)


@contextmanager
def nothing_survives() -> Iterator[None]:
    """Fail where a thread, an active timer or a top-level widget is left that was not there before, and name it."""
    threads = set(threading.enumerate())
    windows = set(_windows())
    started = _StartedTimers()
    with started.recording():
        yield
    _send_deferred_deletes()
    left = [*_surviving_threads(threads), *started.surviving(), *_surviving_windows(windows)]
    if left:
        pytest.fail("Left behind by this test: " + "; ".join(left), pytrace=False)


def _surviving_threads(before: set[threading.Thread]) -> list[str]:
    deadline = time.monotonic() + THREAD_PATIENCE
    left = [thread for thread in threading.enumerate() if thread not in before and not _is_harmless(thread)]
    for thread in left:
        if not isinstance(thread, threading._DummyThread):
            thread.join(max(0.0, deadline - time.monotonic()))
    return [f"thread {thread.name!r} ({thread.__class__.__qualname__})" for thread in left if thread.is_alive()]


def _is_harmless(thread: threading.Thread) -> bool:
    # Python keeps an entry for every foreign thread that ever ran Python code, after its end too.
    return thread.name.startswith("pytest_timeout") or isinstance(thread, threading._DummyThread)


class _StartedTimers:
    """The QTimers that were started, and where; and the QThreads."""

    def __init__(self) -> None:
        self._started: list[tuple[weakref.ref[QTimer] | weakref.ref[QThread], str]] = []

    @contextmanager
    def recording(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for class_ in (QTimer, QThread):
                patch.setattr(class_, "start", self._recorder(class_.start))
            yield

    def _recorder(self, start: Callable[..., None]) -> Callable[..., None]:
        def recorded(instance: QTimer | QThread, *arguments: object) -> None:
            caller = traceback.extract_stack(limit=2)[0]
            self._started.append((weakref.ref(instance), f"{caller.filename}:{caller.lineno}"))
            start(instance, *arguments)

        return recorded

    def surviving(self) -> list[str]:
        if self._running():
            gc.collect()
        return sorted(self._running())

    def _running(self) -> set[str]:
        return {f"{type(it).__name__} started at {place}" for reference, place in self._started if self._is_running(it := reference())}

    @staticmethod
    def _is_running(instance: QTimer | QThread | None) -> bool:
        try:
            if isinstance(instance, QThread):
                return instance.isRunning() and not instance.wait(int(THREAD_PATIENCE * 1000))
            return instance is not None and instance.isActive()
        except RuntimeError:  # its C++ half is gone
            return False


def _windows() -> list[QWidget]:
    return [window for window in QApplication.topLevelWidgets() if window.parent() is None] if QApplication.instance() else []


def _surviving_windows(before: set[QWidget]) -> list[str]:
    left = [window for window in _windows() if window not in before]
    if left:
        left.clear()
        gc.collect()  # a window in a reference cycle is garbage, not a leak
        left = [window for window in _windows() if window not in before]
    names = [f"window {type(window).__name__} {window.objectName()!r} {window.windowTitle()!r}" for window in left]
    for window in left:  # so that the next test starts clean
        window.hide()
        window.deleteLater()
    _send_deferred_deletes()
    return names


def _send_deferred_deletes() -> None:
    # processEvents() leaves these to an event loop that never runs in tests.
    if QCoreApplication.instance():
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@contextmanager
def clean_clipboard() -> Iterator[None]:
    """Leave nothing in the clipboard, for the next test or for the end.

    Qt's offscreen platform keeps the clipboard in a static object. What Python made of it, such as what a composer copies, would be
    taken apart after Python is gone, and the process crash with all tests passed.
    """
    yield
    if isinstance(application := QCoreApplication.instance(), QApplication):
        application.clipboard().clear()


@contextmanager
def no_modal_calls() -> Iterator[None]:
    """Make every call that would wait for a person fail at once."""
    with pytest.MonkeyPatch.context() as patch:
        for class_, names in MODAL_CALLS:
            for name in names:
                patch.setattr(class_, name, _refusal(f"{class_.__name__}.{name}"))
        yield


def _refusal(call: str) -> Callable[..., None]:
    def refuse(*arguments: object, **keywords: object) -> None:
        raise AssertionError(f"{call}() waits for a person and blocks the event loop: use desktop.app.aio.ask")

    return refuse


class LogGuard(logging.Handler):
    """Collect records of warnings and worse, and the patterns of those that a test expects."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[logging.LogRecord] = []
        self._expected: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def expect(self, pattern: str) -> None:
        """Let the test pass only if a record matches; matching ones do not fail it."""
        self._expected.append(re.compile(pattern))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Fail at the end where a record was not expected, or an expected one is missing."""
        root = logging.getLogger()
        root.addHandler(self)
        try:
            yield
        finally:
            root.removeHandler(self)
        texts = [record.getMessage() for record in self._records]
        surprises = [
            f"{record.levelname} {record.name}: {text}" + (f" ({record.exc_info[1]!r})" if record.exc_info else "")
            for record, text in zip(self._records, texts, strict=True)
            if not any(pattern.search(text) for pattern in self._expected)
        ]
        missing = [pattern.pattern for pattern in self._expected if not any(pattern.search(text) for text in texts)]
        if surprises:
            pytest.fail("Unexpected log records: " + "; ".join(surprises), pytrace=False)
        if missing:
            pytest.fail("Expected log records that never came: " + "; ".join(missing), pytrace=False)
