"""build() and quit(): what they leave behind, and from where they may be called."""

import asyncio
import gc
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QSize, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import build
from desktop.app.aio import make_loop
from desktop.app.application import Application, Stats, unsaved_sentence
from desktop.chat.events import ModelPhase
from desktop.chat.hub_token import HubAccess
from desktop.conversations.errors import DamagedDatabaseError, NewerDatabaseError
from desktop.system.deleting import Erased
from desktop.system.errors import StartError
from desktop.system.paths import AppPaths
from desktop.system.secrets import HUB_TOKEN, SERVICE, Secret
from desktop.system.settings import SettingsFile
from desktop.system.threads import in_thread
from desktop.ui.notice import Notice
from desktop.ui.translation import tr
from desktop.ui.window_place import read_place
from tests.guide_off import leave_guide_out
from tests.keyring_double import Ring, in_place

Start = Callable[..., Application]


@pytest.fixture
def start(qapp: QApplication, tmp_path: Path) -> Iterator[Start]:
    """Return a function that builds the application on this test's data directory."""
    built: list[Application] = []

    def start(*arguments: str) -> Application:
        leave_guide_out(tmp_path / "data")
        built.append(build(["--data-dir", str(tmp_path / "data"), "--offline", *arguments]))
        return built[-1]

    yield start
    for application in built:
        application.quit()


def run_until(condition: Callable[[], object]) -> None:
    for _ in range(2000):
        if condition():
            return
        QTest.qWait(5)
    pytest.fail("what was waited for did not happen")


def test_the_window_is_shown_and_nothing_was_decoded(start: Start) -> None:
    application = start()
    assert application.main_window.isVisible()
    assert application.stats == Stats(tokens_decoded=0, tokens_restored=0, decode_calls=0)


def test_it_speaks_the_language_that_was_chosen_until_it_quits(start: Start, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.json").write_text('{"language": "de"}')
    application = start()
    assert tr("Copy") == "Kopieren"
    application.quit()
    assert tr("Copy") == "Copy"
    assert SettingsFile(tmp_path / "data" / "settings.json").read().settings.language == "de"


def test_panes_are_kept_while_it_runs_so_that_a_crash_does_not_lose_them(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.app.application.SETTINGS_MS", 20)
    start()
    settings = SettingsFile(tmp_path / "data" / "settings.json")
    run_until(lambda: settings.read().settings.panes)


def test_settings_that_cannot_be_saved_are_told_once(
    start: Start, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    application = start()
    notices, file = application.main_window.notices, application._services.settings_file
    told: list[str] = []

    def fail(settings: object) -> None:
        raise OSError(28, "No space left on device")

    expect_log("settings not saved")
    with monkeypatch.context() as patch:
        patch.setattr(file, "write", fail)
        for width in (900, 1000):
            application.main_window.resize(width, 700)
            application._save_settings()
            told += notices.sentences()
            for notice in notices.findChildren(Notice):
                notice.dismiss_button.click()
    assert told == [unsaved_sentence(OSError(28, "No space left on device"))]
    assert told[0].startswith("The settings could not be saved (No space left on device). They hold until Rivulet ends;")
    application._save_settings()
    assert notices.sentences() == []


def test_everything_lies_in_the_data_directory_and_is_private(start: Start, tmp_path: Path) -> None:
    application = start()
    QTest.qWait(50)
    application.quit()
    data = tmp_path / "data"
    assert sorted(path.name for path in data.iterdir()) == ["conversations.sqlite3", "lock", "logs", "sessions", "settings.json"]
    assert {path.name: path.stat().st_mode & 0o777 for path in [data, *data.rglob("*")]} == {
        "data": 0o700,
        "conversations.sqlite3": 0o600,
        "lock": 0o600,
        "logs": 0o700,
        "rivulet.log": 0o600,
        "sessions": 0o700,
        "settings.json": 0o600,
    }


def test_quit_ends_every_thread_and_may_be_called_again(start: Start) -> None:
    before = set(threading.enumerate())
    application = start()
    assert set(threading.enumerate()) != before
    application.quit()
    application.quit()
    assert set(threading.enumerate()) == before
    assert application.ended_in_time


def test_quit_before_the_first_event(start: Start) -> None:
    start().quit()


def test_quit_from_inside_a_coroutine(start: Start) -> None:
    application = start()
    after: list[str] = []

    async def quit_here() -> None:
        application.quit()
        after.append("the coroutine goes on")

    application._spawn(quit_here())
    run_until(lambda: after and application._loop.is_closed())


def test_quit_from_a_slot(start: Start) -> None:
    application = start()
    QTimer.singleShot(0, application.quit)
    run_until(lambda: application._loop.is_closed())


def test_nothing_new_begins_while_quitting(start: Start) -> None:
    application = start()
    application.quit()
    begun: list[int] = []

    async def begin() -> None:
        begun.append(1)

    application._spawn(begin())
    QTest.qWait(20)
    assert not begun


def test_what_fails_while_quitting_does_not_keep_it_from_ending(start: Start, expect_log: Callable[[str], None]) -> None:
    application = start()

    async def fail() -> None:
        raise ZeroDivisionError

    application.main_window.save_drafts = fail
    expect_log("quitting went wrong")
    application.quit()
    assert application.ended_in_time
    start().quit()  # the lock is free, so is the database


def test_a_call_that_does_not_end_keeps_neither_quit_nor_drafts(start: Start) -> None:
    release = threading.Event()
    saved: list[int] = []
    application = start()
    application._spawn(in_thread("beside", release.wait))
    save_drafts = application.main_window.save_drafts

    async def save() -> None:
        await save_drafts()
        saved.append(1)

    application.main_window.save_drafts = save
    QTest.qWait(20)
    application.quit()
    release.set()
    assert saved
    assert application.ended_in_time


def test_drafts_and_settings_are_saved_whatever_hangs(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang() -> None:
        await asyncio.sleep(60)

    async def save_drafts() -> None:
        saved.append("drafts")

    application, saved = start(), list[str]()
    monkeypatch.setattr(application._chats, "settle", hang)
    monkeypatch.setattr(application._services.models, "close", hang)
    monkeypatch.setattr(application.main_window, "save_drafts", save_drafts)
    application.quit()
    assert saved == ["drafts"]
    assert SettingsFile(tmp_path / "data" / "settings.json").read().settings.panes


def test_everything_is_kept_before_a_session_ends_and_it_goes_on(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    application, done = start(), list[str]()
    stop_all, save_drafts = application._chats.stop_all, application.main_window.save_drafts

    async def stop() -> None:
        done.append("stopped")
        await stop_all()

    async def save() -> None:
        done.append("drafts")
        application.keep()  # which is under way
        await save_drafts()

    monkeypatch.setattr(application._chats, "stop_all", stop)
    monkeypatch.setattr(application.main_window, "save_drafts", save)
    application.main_window.resize(900, 700)
    application.keep()
    assert done == ["stopped", "drafts"]
    place = read_place(SettingsFile(tmp_path / "data" / "settings.json").read().settings.geometry)
    assert place is not None
    assert place.inner.size() == QSize(900, 700)
    assert application.main_window.isVisible()
    assert application.main_window.isEnabled()


def test_quitting_waits_until_everything_is_kept(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    application, done = start(), list[str]()
    save_drafts = application.main_window.save_drafts

    async def save() -> None:
        application.quit()
        await asyncio.sleep(0.1)
        await save_drafts()
        done.append("kept" if application.main_window.isEnabled() else "too late")

    monkeypatch.setattr(application.main_window, "save_drafts", save)
    application.keep()
    assert done == ["kept"]
    run_until(lambda: application._loop.is_closed())
    assert application.ended_in_time


def test_what_goes_wrong_while_keeping_is_logged(start: Start, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    application = start()
    monkeypatch.setattr(application._chats, "stop_all", fail)
    expect_log("keeping everything went wrong")
    application.keep()
    assert application.main_window.isVisible()


def test_a_token_that_is_to_be_erased_is_not_used_meanwhile(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow_erase(paths: AppPaths, on_progress: object) -> Erased:
        may_end.wait(10)
        return Erased(0, (), "", forgot_secrets=True)

    may_end, told = threading.Event(), list[bool]()
    monkeypatch.setattr("desktop.app.application.erase", slow_erase)
    (tmp_path / "data" / ".rivulet-deleted-1").mkdir(parents=True)
    with in_place() as ring:
        ring.set_password(SERVICE, HUB_TOKEN, "hf_former")
        application = start()
        token = application._services.models.token = HubAccess(Secret(HUB_TOKEN, [f"{Ring.__module__}.{Ring.__qualname__}"]))

        async def ask() -> None:
            told.append(await token.is_kept())

        application._spawn(ask())
        run_until(lambda: told)
        may_end.set()
        application.quit()
    assert told == [False]


def test_how_long_chats_are_kept_ready_follows_the_settings(start: Start) -> None:
    application = start()
    assert application._chats.sessions.time_to_live is None
    window = application.main_window
    window._change(replace(window.settings_state(), session_days=7))
    assert application._chats.sessions.time_to_live == timedelta(days=7)
    window._change(replace(window.settings_state(), session_days=0))
    assert application._chats.sessions.time_to_live is None


DAMAGED = """
import sys
from pathlib import Path
from desktop.system import resources
whole, data, damaged, place = resources.resource, *sys.argv[1:]
resources.resource = lambda name: Path(place) if name == damaged else whole(name)
sys.argv = ["rivulet", "--offline", "--data-dir", data]
from desktop.app.main import main
main()
"""


def start_damaged(tmp_path: Path, name: str, content: bytes | None) -> str:
    """Start Rivulet with other content of a file of its own; it must fail and end. Return what it says."""
    place = tmp_path / f"damaged {Path(name).name}"
    if content is not None:
        place.write_bytes(content)
    command = [sys.executable, "-c", DAMAGED, str(tmp_path / "data"), name, str(place)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Your chats are untouched" in done.stderr
    assert "install Rivulet again." in done.stderr
    return done.stderr


@pytest.mark.parametrize(("name", "content"), [("icons/fork.svg", None), ("qss/00_base.qss", b"\xff")])
def test_a_damaged_installation_is_told_and_ends_the_process(start: Start, tmp_path: Path, name: str, content: bytes | None) -> None:
    told = start_damaged(tmp_path, name, content)
    assert "Traceback" not in told
    assert content is not None or "damaged fork.svg" in told
    assert start().main_window.isVisible(), "the data directory is free"


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_where_what_lies_below_the_window_is_damaged_the_process_ends_too(start: Start, tmp_path: Path, content: bytes | None) -> None:
    assert start_damaged(tmp_path, "catalogue.json", content).startswith("rivulet: Rivulet cannot start (")
    assert start().main_window.isVisible(), "the data directory is free"


def test_a_second_start_on_the_same_directory_is_refused_and_leaves_nothing(start: Start) -> None:
    first = start()
    threads = set(threading.enumerate())
    with pytest.raises(StartError, match="already running"):
        start()
    assert set(threading.enumerate()) == threads
    first.quit()
    start()


@pytest.mark.parametrize(("version", "error"), [(99, NewerDatabaseError), (None, DamagedDatabaseError)])
def test_after_a_refused_database_the_directory_is_free_again(
    start: Start, tmp_path: Path, version: int | None, error: type[StartError]
) -> None:
    database = tmp_path / "data" / "conversations.sqlite3"
    database.parent.mkdir()
    if version is None:
        database.write_bytes(b"no database" * 1000)
    else:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("CREATE TABLE future (secret)")
            connection.execute(f"PRAGMA user_version = {version}")
    threads = set(threading.enumerate())
    with pytest.raises(error):
        start()
    assert set(threading.enumerate()) == threads
    database.unlink()
    start()


def test_the_last_model_is_loaded_again_unless_another_is_named(start: Start, tiny_model: Path, tmp_path: Path) -> None:
    first = start("--model", str(tiny_model))
    run_until(lambda: first._chats.model.phase is ModelPhase.READY)
    QTest.qWait(50)  # until the window has drawn it
    first.quit()
    second = start()
    run_until(lambda: second._chats.model.phase is ModelPhase.READY)
    assert second._chats.model.path == tiny_model
    second.quit()
    other = tmp_path / "other.gguf"
    other.write_bytes(tiny_model.read_bytes())
    third = start("--model", str(other))
    run_until(lambda: third._chats.model.phase is ModelPhase.READY)
    assert third._chats.model.path == other


def test_no_timer_of_a_closed_loop_is_left(qapp: QApplication) -> None:
    loop = make_loop(qapp)
    loop.call_later(60, print).cancel()
    timer = loop._timer
    dispatcher = QAbstractEventDispatcher.instance()
    assert dispatcher.registeredTimers(timer)
    loop.close()
    assert not dispatcher.registeredTimers(timer), "a thread that collects it later could not stop it"
    gc.collect()
