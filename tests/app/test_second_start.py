"""Starts beside a Rivulet that runs, starts, quits or hangs: who becomes the first, and what the others do."""

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.app.command_line import Options, parse
from desktop.app.commands.command import Command, Exit, Outcome, Verb
from desktop.app.commands.opening import ONLINE, open_in, opening
from desktop.app.instance import encode_begun, encode_outcome
from desktop.app.second_start import claim
from desktop.system.lock import DataLock
from desktop.system.paths import AppPaths
from tests.app.command_lines import PATIENCE, CommandLine, finished, wait_until
from tests.chat.taking_along import as_file, simple

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at the socket's file, and ends processes by signals")


@pytest.fixture
def held(rivulet: CommandLine) -> Iterator[Options]:
    """Options for a data directory that an instance holds."""
    options = Options(data_dir=rivulet.data)
    options.paths.prepare()
    with DataLock(options.paths):
        yield options


@contextmanager
def answering(paths: AppPaths, *answers: bytes) -> Iterator[list[Command]]:
    """Answer one command after the other, in place of an instance; yield what was asked."""
    asked: list[Command] = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(paths.socket))
        listening.listen()
        listening.settimeout(PATIENCE)

        def answer() -> None:
            for one in answers:
                try:
                    connection, _ = listening.accept()
                except OSError:  # nobody asks any more
                    return
                with connection, connection.makefile("rb") as lines:
                    asked.append(Command.decode(lines.readline()))
                    connection.sendall(one)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield asked
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def titles(rivulet: CommandLine) -> list[str]:
    return sorted(chat["title"] for chat in rivulet.done("sessions", "list")["chats"] if chat["message_count"])


def chats_file(folder: Path, title: str) -> Path:
    file = folder / f"{title} 100%.json"
    file.write_bytes(as_file(simple(title)))
    return file


def test_the_first_start_holds_the_directory(rivulet: CommandLine) -> None:
    lock = claim(Options(data_dir=rivulet.data))
    assert isinstance(lock, DataLock)
    lock.release()


def test_a_second_start_hands_its_files_over_and_ends(rivulet: CommandLine, tmp_path: Path) -> None:
    tides, suns = chats_file(tmp_path, "Tides"), chats_file(tmp_path, "Suns")
    with rivulet.application("--offline") as application:
        ended = rivulet(os.path.relpath(tides, Path.cwd()), suns.as_uri())
        assert (ended.code, ended.out, ended.err) == (0, "", "")
        wait_until(lambda: titles(rivulet) == ["Suns", "Tides"])
        assert application.poll() is None
        assert rivulet().code == 0


def test_where_the_second_is_to_stay_offline_and_the_first_is_not_it_says_so(rivulet: CommandLine) -> None:
    with rivulet.application():
        ended = rivulet("--offline")
    assert (ended.code, ended.err) == (0, f"rivulet: {ONLINE}\n")


def test_of_several_starts_at_once_one_stays_and_opens_what_all_were_given(rivulet: CommandLine, tmp_path: Path) -> None:
    names = [f"Chat {number}" for number in range(3)]
    started = [rivulet.start("--offline", str(chats_file(tmp_path, name))) for name in names]
    wait_until(lambda: sum(process.poll() is None for process in started) == 1)
    [first] = [process for process in started if process.poll() is None]
    wait_until(lambda: titles(rivulet) == names)
    others = [process for process in started if process is not first]
    assert [(process.returncode, *finished(process)) for process in others] == [(0, "", "")] * 2
    first.terminate()
    finished(first)
    assert first.returncode == 0


def test_an_instance_that_ends_before_it_is_done_is_asked_again(held: Options) -> None:
    files, done = (Path("/x.json"),), encode_outcome(Outcome(Exit.DONE, {"is_offline": False}))
    with answering(held.paths, b"", encode_begun(), done) as asked:  # it ended before it took the command, then in the midst of it
        assert claim(Options(held.data_dir, files=files)) is Exit.DONE
    assert [command.files for command in asked] == [files] * 3


def test_a_second_start_tells_the_desktop_that_it_is_over_and_the_first_leaves_that_to_its_window(
    held: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("desktop.app.second_start.end_launch", lambda environment: told.append(environment["DESKTOP_STARTUP_ID"]))
    monkeypatch.setenv("DESKTOP_STARTUP_ID", "it")
    lock = claim(Options(data_dir=tmp_path / "free"))
    assert isinstance(lock, DataLock)
    lock.release()
    assert told == []
    with answering(held.paths, encode_outcome(Outcome(Exit.DONE, {"is_offline": False}))):
        claim(held)
    assert told == ["it"]


def test_a_start_while_the_first_quits_waits_and_takes_its_place(rivulet: CommandLine) -> None:
    options = Options(data_dir=rivulet.data)
    options.paths.prepare()
    lock, claimed = DataLock(options.paths), list[object]()
    thread = threading.Thread(target=lambda: claimed.append(claim(options)))
    thread.start()
    time.sleep(0.3)  # it looks more than once
    assert not claimed
    lock.release()
    thread.join(PATIENCE)
    [mine] = claimed
    assert isinstance(mine, DataLock)
    mine.release()


def test_one_that_never_answers_is_told(held: Options, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("desktop.app.second_start.PATIENCE", 0.2)
    assert claim(held) is Exit.NO_ANSWER
    assert "does not answer" in capsys.readouterr().err
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(held.paths.socket))
        mute.listen()
        assert claim(held) is Exit.NO_ANSWER
    assert "does not answer" in capsys.readouterr().err


def test_what_the_first_says_against_it_is_told(held: Options, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(held.paths, encode_outcome(Outcome(Exit.USAGE, error="It may be another version."))):
        assert claim(held) is Exit.USAGE
    assert capsys.readouterr().err == "rivulet: It may be another version.\n"


@pytest.mark.parametrize(
    ("environment", "activation"),
    [
        ({}, ""),
        ({"DESKTOP_STARTUP_ID": "launcher-7_TIME99"}, "launcher-7_TIME99"),
        ({"XDG_ACTIVATION_TOKEN": "", "DESKTOP_STARTUP_ID": "launcher-7_TIME99"}, "launcher-7_TIME99"),
        ({"XDG_ACTIVATION_TOKEN": "token", "DESKTOP_STARTUP_ID": "launcher-7_TIME99"}, "token"),
    ],
)
def test_the_right_to_come_forward_is_handed_on(environment: dict[str, str], activation: str) -> None:
    command = opening(Path("/m.gguf"), (Path("/a b\udcff.json"),), environment)
    assert command == Command(Verb.OPEN, model=Path("/m.gguf"), files=(Path("/a b\udcff.json"),), activation=activation)
    assert Command.decode(command.encode()) == command


class Window:
    """Takes down what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def come_forward(self, activation: str) -> None:
        self.asked.append(activation)

    def load_model(self, path: Path) -> None:
        self.asked.append(path)

    def open_files(self, paths: tuple[Path, ...], *, loads: bool = True) -> None:
        self.asked.append((*paths, loads))


@pytest.mark.parametrize(
    ("model", "asked"), [(None, ["token", (Path("/a"), True)]), (Path("/m"), ["token", Path("/m"), (Path("/a"), False)])]
)
def test_the_model_that_was_named_comes_before_those_among_the_files(model: Path | None, asked: list[object]) -> None:
    window = Window()
    outcome = open_in(window, Command(Verb.OPEN, model=model, files=(Path("/a"),), activation="token"), is_offline=True)  # type: ignore[arg-type]
    assert outcome == Outcome(Exit.DONE, {"is_offline": True})
    assert window.asked == asked


def test_the_first_start_waits_for_no_display_to_find_the_other(held: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.delenv("DISPLAY", raising=False)
    with answering(held.paths, encode_outcome(Outcome(Exit.DONE, {"is_offline": False}))) as asked:
        assert claim(parse(["--data-dir", str(held.data_dir), "./run"])) is Exit.DONE
    assert [command.files for command in asked] == [(Path.cwd() / "run",)]
