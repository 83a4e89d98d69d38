"""A program without a console, as Windows starts one that has windows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.app import message_box
from desktop.app.message_box import shown_in_a_box

WITHOUT_STREAMS = """
import json, sys
from desktop.app import message_box
output, shown = sys.stdout, []
message_box._show = shown.append
sys.stdout = sys.stderr = None
sys.argv = ["rivulet", *sys.argv[1:]]
from desktop.app.main import main
try:
    main()
except SystemExit as end:
    code = end.code
output.write(json.dumps([code, shown, sys.stdout is None]))
"""


def start(*arguments: str, **environment: str) -> tuple[int, list[str], bool]:
    """Start Rivulet without standard streams; return its exit code, what boxes said, and whether it still has none."""
    command = [sys.executable, "-c", WITHOUT_STREAMS, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True, env={**os.environ, **environment})
    assert done.stderr == ""
    code, shown, is_without = json.loads(done.stdout)
    return code, shown, is_without


def test_what_is_written_nowhere_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(sys, "stderr", None)
    before = sys.stdout
    with shown_in_a_box([], shown.append):
        assert sys.stdout is before, "one that is there is used"
        sys.stderr.write("rivulet: it cannot start\n")
        assert shown == []
    assert shown == ["rivulet: it cannot start"]
    assert sys.stderr is None
    with shown_in_a_box([], shown.append):
        pass
    assert len(shown) == 1, "nothing was said"


def test_with_streams_there_is_no_box(capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[str] = []
    with shown_in_a_box([], shown.append):
        sys.stdout.write("told")
        sys.stderr.write("as ever")
    assert shown == []
    assert capsys.readouterr() == ("told", "as ever")


STARTED_BY_A_MENU = """
import json, sys
from desktop.app import message_box
shown = []
message_box._show = shown.append
sys.argv = ["rivulet", *sys.argv[1:]]
from desktop.app.main import main
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code, shown]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a menu tells nothing of itself")
@pytest.mark.parametrize("told", ["GIO_LAUNCHED_DESKTOP_FILE", "XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"])
def test_a_start_from_a_menu_that_fails_is_shown_and_logged(told: str, tmp_path: Path) -> None:
    place = tmp_path / "a file"
    place.write_text("no folder")
    command = [sys.executable, "-c", STARTED_BY_A_MENU, "--data-dir", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True, env={**os.environ, told: "it"})
    code, [text] = json.loads(done.stdout)
    assert code == 1
    assert str(place) in text
    assert done.stderr.strip() == text


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a menu tells nothing of itself")
@pytest.mark.parametrize(
    ("arguments", "is_shown"),
    [
        ([], True),
        (["/home/anna/a chat.json", "file:///b.gguf"], True),
        (["--offline", "https://example.org/x.json"], True),
        (["doctor", "--json"], False),
        (["sessions", "show", "7"], False),
        (["--data-dir", "/tmp/x", "sessions", "export", "1", "/tmp/x.md"], False),
        (["mistyped"], False),
        (["--self-test"], False),
        (["--self-test-part", "/tmp/x"], False),
    ],
)
def test_no_script_in_a_terminal_that_a_menu_started_waits_for_a_box(
    arguments: list[str], is_shown: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIO_LAUNCHED_DESKTOP_FILE", "xterm.desktop")
    shown: list[str] = []
    with pytest.raises(SystemExit), shown_in_a_box(arguments, shown.append):
        sys.stderr.write("it failed")
        sys.exit(1)
    assert shown == ["it failed"] * is_shown
    assert capsys.readouterr().err == "it failed"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a menu tells nothing of itself")
def test_what_a_start_from_a_menu_says_in_passing_is_only_logged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIO_LAUNCHED_DESKTOP_FILE", "rivulet.desktop")
    shown: list[str] = []
    with shown_in_a_box([], shown.append):
        sys.stderr.write("in passing")
    assert shown == []
    assert capsys.readouterr().err == "in passing"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system has a box")
@pytest.mark.allow_dialogs
def test_the_box_says_it_in_a_window(qapp: QApplication) -> None:
    seen: list[str] = []

    def read() -> None:
        [box] = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMessageBox)]
        seen.append(box.text())
        box.close()

    QTimer.singleShot(0, read)
    message_box._show("rivulet: <b>it</b> cannot start")
    assert seen == ["<b>it</b> cannot start"]


def test_wrong_usage_is_shown() -> None:
    code, [text], is_without = start("--nonsense")
    assert (code, is_without) == (2, True)
    assert "unrecognized arguments: --nonsense" in text


def test_a_start_that_fails_is_shown() -> None:
    code, [text], _ = start(QT_QPA_PLATFORM="abacus")
    assert code == 1
    assert text.startswith("rivulet: QT_QPA_PLATFORM asks for 'abacus'")


def test_a_command_shows_what_it_found(tmp_path: Path) -> None:
    code, [text], _ = start("--data-dir", str(tmp_path), "sessions", "list", "--json")
    assert code == 0
    assert text.startswith("{")
