"""A second start, as a double click makes one: the window that is there comes back, and opens what was clicked."""

import json
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from desktop.app.commands.opening import ACTIVATION
from desktop.chat.events import ModelPhase
from desktop.system.program import program_command
from desktop.ui.notice_bar import NoticeBar
from tests.chat.taking_along import as_file, simple
from tests.journeys.conftest import Start
from tests.journeys.driver import PATIENCE, Driver, wait_until

UNKNOWN = "“notes.txt” cannot be opened. Rivulet opens models (.gguf) and exported chats (.rivulet, .json)."


def second_start(driver: Driver, *arguments: str | Path, folder: Path) -> None:
    """Start Rivulet once more, from another folder, while the first goes on; it must end well and say nothing."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM", *ACTIVATION)}
    process = subprocess.Popen(
        program_command("--data-dir", str(driver.data), "--offline", *map(str, arguments)),
        cwd=folder,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: process.poll() is not None)
    assert (process.returncode, *process.communicate(timeout=PATIENCE)) == (0, "", "")


def told(driver: Driver) -> list[str]:
    bar = driver.application.main_window.findChild(NoticeBar)
    assert bar is not None
    return bar.sentences()


def is_ready(driver: Driver, model: Path) -> bool:
    state = driver.application._chats.model
    return state.phase is ModelPhase.READY and state.path == model


def test_a_second_start_brings_the_window_back(start: Start, tmp_path: Path) -> None:
    driver = start()
    window = driver.application.main_window
    window.setWindowState(Qt.WindowState.WindowMaximized | Qt.WindowState.WindowMinimized)
    second_start(driver, folder=tmp_path)
    assert not window.isMinimized()
    assert window.isMaximized(), "it is as it was"
    window.hide()
    second_start(driver, folder=tmp_path)
    assert window.isVisible()
    assert told(driver) == []


def test_a_second_start_opens_what_was_clicked(start: Start, brief: Path, tmp_path: Path) -> None:
    driver = start()
    (tmp_path / "my chats").mkdir()
    chats, notes, gone = (tmp_path / "my chats" / name for name in ("a 100%.json", "notes.txt", "gone.gguf"))
    chats.write_bytes(as_file(simple("Tides")))
    notes.touch()
    second_start(driver, brief, chats.as_uri(), "notes.txt", "./gone.gguf", folder=tmp_path / "my chats")
    wait_until(lambda: is_ready(driver, brief))
    wait_until(lambda: "Tides" in driver.chat_titles())
    assert sorted(told(driver)) == sorted([f"{gone} is not there. It may have been moved or deleted.", UNKNOWN, "1 chat imported."])
    assert brief in [entry.path for entry in driver.application._chats.models.library.entries], "found where it lies"
    assert driver.send_and_wait("Hello")


def test_a_model_goes_on_loading_and_a_dialog_stays_open_meanwhile(start: Start, brief: Path, endless: Path, tmp_path: Path) -> None:
    driver = start(endless, waits=False)
    wait_until(driver.panes)
    window = driver.application.main_window
    window.open_model_file()
    (dialog,) = window.findChildren(QFileDialog)
    file = tmp_path / "a.json"
    file.write_bytes(as_file(simple("Tides")))
    with driver.model_thread_busy():
        second_start(driver, file, "--model", brief, folder=tmp_path)
        wait_until(lambda: "Tides" in driver.chat_titles())
        assert dialog.isVisible()
    dialog.close()
    wait_until(lambda: is_ready(driver, brief))


def test_a_folder_is_watched_for_models(start: Start, brief: Path, tmp_path: Path) -> None:
    driver = start()
    second_start(driver, brief.parent, folder=tmp_path)
    wait_until(lambda: brief in [entry.path for entry in driver.application._chats.models.library.entries])
    assert told(driver) == [f"Models in {brief.parent} are listed now, and those that come later."]


def test_a_first_start_opens_what_was_clicked(start: Start, brief: Path, endless: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(as_file(simple("Tides")))
    driver = start(endless)
    driver.quit()
    again = start(None, str(file), str(brief), str(tmp_path / "gone.gguf"))
    wait_until(lambda: is_ready(again, brief))
    wait_until(lambda: "Tides" in again.chat_titles())
    assert sorted(told(again)) == sorted([f"{tmp_path / 'gone.gguf'} is not there. It may have been moved or deleted.", "1 chat imported."])
    again.quit()
    last = start(None, str(tmp_path / "gone.gguf"))
    wait_until(lambda: is_ready(last, brief))


def test_a_file_that_the_system_hands_to_the_program_is_opened(brief: Path, tmp_path: Path) -> None:
    file = tmp_path / "a b.json"
    file.write_bytes(as_file(simple("Tides")))
    command = [sys.executable, "-m", "tests.journeys.child", "handed", str(tmp_path / "data"), str(brief), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"has_imported": True}
