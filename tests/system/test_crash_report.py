"""What a run leaves, and what the next start tells of it."""

import errno
import os
import sys
from pathlib import Path

import pytest

from desktop.system.crash_file import CrashFile
from desktop.system.crash_report import FOLDER, KEPT, LONGEST, CrashReport, Ending, take_report
from desktop.system.paths import AppPaths

FACTS = {"Rivulet": "1.2.3", "Qt": "6.11"}
STACK = 'Fatal Python error: Segmentation fault\n\nCurrent thread 0x01:\n  File "/home/anna/app/x.py", line 3 in crash\n'


def fail(message: str) -> None:
    secret = message  # a local, which no report has
    raise ValueError(f"cannot send {secret}")


def caught(message: str) -> Exception:
    try:
        try:
            fail(message)
        except ValueError as error:
            raise ExceptionGroup(message, [KeyError(message)]) from error
    except ExceptionGroup as error:
        return error


def left_by(paths: AppPaths, *errors: BaseException, native: str = "", abort: str = "") -> CrashFile:
    file = CrashFile(paths.logs, FACTS)
    for error in errors:
        file.add_defect("the window's thread", error)
    if abort:
        file.add_abort(abort)
    os.write(file.fileno(), native.encode())
    return file


def reports(paths: AppPaths) -> list[Path]:
    return sorted((paths.logs / FOLDER).glob("*"))


def taken(paths: AppPaths) -> CrashReport:
    report = take_report(paths.logs, "/home/anna")
    assert report is not None
    return report


def test_a_native_crash_is_told_once(paths: AppPaths) -> None:
    left_by(paths, native=STACK).close()
    report = taken(paths)
    assert report.ending is Ending.CRASHED
    for part in (
        "Rivulet: 1.2.3\n",
        "Qt: 6.11\n",
        "Processor cores: ",
        "Graphics: ",
        "Segmentation fault",
        '"~/app/x.py", line 3 in crash',
    ):
        assert part in report.text
    assert "anna" not in report.text
    assert reports(paths) == [report.path]
    assert report.path.read_text() == report.text
    assert report.path.stat().st_mode & 0o777 == 0o600
    assert take_report(paths.logs) is None
    report.delete()
    assert reports(paths) == []


def test_what_llama_cpp_said_is_told(paths: AppPaths) -> None:
    left_by(
        paths, abort="/home/anna/ggml.c:12: GGML_ASSERT(a == b) failed\nand \x1b[1mmore", native="Fatal Python error: Aborted\n"
    ).close()
    report = taken(paths)
    assert report.ending is Ending.CRASHED
    assert "llama.cpp ended the process: ~/ggml.c:12: GGML_ASSERT(a == b) failed and [1mmore\n" in report.text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/src/a.cpp:3: failed to read /home/anna/My secret.gguf\n", "/src/a.cpp:3: failed to read ..."),
        ("/src/a.cpp:3: no tensor 'my secret'", "/src/a.cpp:3: no tensor ..."),
        ("C:\\src\\a.cpp:3: cannot open C:\\my secret.gguf", "C:\\src\\a.cpp:3: cannot open C:..."),
        ('/src/a.cpp:3: GGML_ASSERT(n % (a/b) == 0 && "why") failed', '/src/a.cpp:3: GGML_ASSERT(n % (a/b) == 0 && "why") failed'),
        ("cannot open /my/secret.gguf", "cannot open ..."),
    ],
)
def test_of_what_llama_cpp_said_names_of_files_are_left_out(paths: AppPaths, said: str, told: str) -> None:
    left_by(paths, abort=said).close()
    assert "secret" not in (paths.logs / "crash.log").read_text()
    assert taken(paths).text.endswith(f"\n\nllama.cpp ended the process: {told}\n")


@pytest.mark.parametrize("kind", [AssertionError, SystemExit, KeyError, LookupError])
def test_no_text_of_an_error_is_written_down(paths: AppPaths, kind: type[BaseException]) -> None:
    error = kind("my secret")
    error.add_note("my secret note")
    error.__cause__ = UnicodeDecodeError("utf-8", b"my secret", 0, 1, "my secret")
    error.__cause__.__context__ = FileNotFoundError(2, "my secret", "/home/anna/my secret.json")
    left_by(paths, BaseExceptionGroup("my secret", [error, BaseExceptionGroup("my secret", [kind("my secret")])]), error).close()
    assert "secret" not in (paths.logs / "crash.log").read_text()
    text = taken(paths).text
    assert f"builtins.{kind.__name__}\nwhich came from\nbuiltins.UnicodeDecodeError\nwhich came from\nbuiltins.FileNotFoundError\n" in text
    assert "secret" not in text


@pytest.mark.parametrize("ends", [True, False])
def test_a_defect_is_told_however_the_run_ended_later(paths: AppPaths, ends: bool) -> None:
    file = left_by(paths, caught("my secret sentence"))
    file.end() if ends else file.close()
    report = taken(paths)
    assert report.ending is Ending.DEFECT
    assert "builtins.ExceptionGroup\n" in report.text
    assert "  with KeyError\n" in report.text
    assert "which came from\nbuiltins.ValueError\n" in report.text
    assert " in fail\n" in report.text
    assert "secret" not in report.text


def test_a_process_that_was_killed_is_not_told(paths: AppPaths) -> None:
    left_by(paths).close()
    assert take_report(paths.logs) is None
    assert list(paths.logs.iterdir()) == []


def test_an_orderly_end_leaves_nothing(paths: AppPaths) -> None:
    left_by(paths).end()
    assert list(paths.logs.iterdir()) == []
    assert take_report(paths.logs) is None


def test_endless_defects_are_bounded(paths: AppPaths) -> None:
    error = caught("x")
    for _ in range(3):  # errors that come from each other in a ring
        error = RuntimeError()
        error.__context__ = error
    left_by(paths, *[error] * 500, *[caught("x")] * 500).close()
    text = taken(paths).text
    assert 0 < text.count("Unexpected error in") <= 20
    left_by(paths, native=STACK + "x" * 200_000).close()
    assert len(taken(paths).text) < LONGEST + 100


def test_deep_recursion_is_told_in_few_lines(paths: AppPaths) -> None:
    def sink(depth: int) -> None:
        if depth == 0:
            raise RecursionError
        sink(depth - 1)

    try:
        sink(300)
    except RecursionError as error:
        left_by(paths, error).close()
    assert taken(paths).text.count("in test_deep_recursion_is_told_in_few_lines.<locals>.sink") <= 60


def test_only_the_newest_reports_are_kept(paths: AppPaths) -> None:
    seen = []
    for _ in range(KEPT + 3):
        left_by(paths, native=STACK).close()
        seen.append(taken(paths).path)
    assert len(set(seen)) == len(seen)
    assert reports(paths) == sorted(seen)[-KEPT:]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\n" + STACK.encode(), b"[1]\n" + STACK.encode(), b'{"Rivulet": "1"'])
def test_a_damaged_file_does_no_harm(paths: AppPaths, content: bytes) -> None:
    (paths.logs / "crash.log").write_bytes(content)
    report = take_report(paths.logs)
    assert (report is not None) == (b"Fatal" in content)
    assert not (paths.logs / "crash.log").exists()


def test_a_report_that_cannot_be_kept_is_shown_all_the_same(paths: AppPaths, expect_log) -> None:
    left_by(paths, native=STACK).close()
    (paths.logs / FOLDER).write_text("in the way")
    expect_log("could not be kept")
    assert "Segmentation fault" in taken(paths).text


def test_delete_all_takes_reports_along(paths: AppPaths) -> None:
    left_by(paths, native=STACK).close()
    report = taken(paths)
    assert any(report.path.is_relative_to(place) for place in paths.belongings())


def full_disk(descriptor: int, content: bytes) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_run_without_room_for_its_facts_is_told_all_the_same(paths: AppPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full_disk)
        file = CrashFile(paths.logs, FACTS)
    os.write(file.fileno(), STACK.encode())
    file.close()
    assert "Segmentation fault" in taken(paths).text


def test_nothing_is_read_or_written_through_a_link(paths: AppPaths, tmp_path: Path, expect_log) -> None:
    other = tmp_path / "other.txt"
    other.write_text("{}\nFatal Python error: my secret\n")
    (paths.logs / "crash.log").symlink_to(other)
    expect_log("is no file")
    assert take_report(paths.logs) is None
    left_by(paths, native=STACK).close()
    assert other.read_text() == "{}\nFatal Python error: my secret\n"
    assert "Segmentation fault" in taken(paths).text


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_pipe_in_its_place_holds_nobody_up(paths: AppPaths, expect_log) -> None:
    os.mkfifo(paths.logs / "crash.log")
    expect_log("is no file")
    assert take_report(paths.logs) is None
    left_by(paths).end()
    assert list(paths.logs.iterdir()) == []


def test_data_directories_do_not_mix(paths: AppPaths, tmp_path: Path) -> None:
    other = AppPaths.under(tmp_path / "other")
    other.prepare()
    left_by(paths, native=STACK).close()
    assert take_report(other.logs) is None
    assert taken(paths)
