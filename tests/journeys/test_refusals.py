"""Where the program cannot start: one sentence on standard error, exit code 1, nothing touched."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from desktop.app.here_or_there import NO_ANSWER
from tests.journeys.conftest import Start
from tests.journeys.driver import wait_until


def program(data: Path, **environment: str) -> subprocess.CompletedProcess:
    """Run python -m desktop.app, which is expected to end by itself."""
    variables = {name: value for name, value in os.environ.items() if not re.match("QT_|DISPLAY|WAYLAND|XDG_", name)}
    variables |= environment or {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "desktop.app", "--data-dir", str(data), "--offline"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=variables)


def check_refused(done: subprocess.CompletedProcess, sentence: str) -> None:
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"rivulet: .*\n", done.stderr), done.stderr
    assert sentence in done.stderr


@pytest.mark.parametrize("place", ["a file", "a folder without permission"])
def test_a_data_directory_that_cannot_be_written(tmp_path: Path, place: str) -> None:
    if place == "a file":
        (tmp_path / "occupied").write_text("mine")
        data = tmp_path / "occupied" / "data"
    elif os.geteuid() == 0:
        data = Path("/proc/rivulet")  # nobody may make folders there, the administrator neither
    else:
        (tmp_path / "locked").mkdir(mode=0o500)
        data = tmp_path / "locked" / "data"
    check_refused(program(data), "cannot write to its data directory")


def test_a_database_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "conversations.sqlite3")) as connection:
        connection.execute("CREATE TABLE future (secret)")
        connection.execute("PRAGMA user_version = 99")
    check_untouched(tmp_path, "newer version")


def test_a_damaged_database_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "conversations.sqlite3").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    check_untouched(tmp_path, "damaged")


def check_untouched(folder: Path, sentence: str) -> None:
    database = folder / "conversations.sqlite3"
    before = database.read_bytes(), database.stat().st_mtime_ns
    check_refused(program(folder), sentence)
    assert (database.read_bytes(), database.stat().st_mtime_ns) == before
    assert sorted(path.name for path in folder.iterdir()) == ["conversations.sqlite3", "lock", "logs", "sessions"]


def test_a_second_start_beside_one_that_hangs_is_refused_and_leaves_it_alone(start: Start, brief: Path, tmp_path: Path) -> None:
    driver = start(brief)
    driver.send_and_wait("Hello")
    done = program(tmp_path / "data")  # meanwhile nothing runs the first one's event loop
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == f"rivulet: {NO_ANSWER.format(tmp_path / 'data')}\n"
    driver.send_and_wait("Still here?")
    wait_until(driver.is_idle)
    assert len(driver.messages()) == 4


def test_no_display(tmp_path: Path) -> None:
    check_refused(program(tmp_path, PATH=os.environ["PATH"]), "display")
    assert not list(tmp_path.iterdir()), "refused before anything is made"


def test_a_wrong_option_and_the_version(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop.app"]
    assert subprocess.run([*command, "--nonsense"], capture_output=True, check=False).returncode == 2
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.startswith("Rivulet ")) == (0, True)
