"""A program without a console, as Windows starts one that has windows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    with shown_in_a_box(shown.append):
        assert sys.stdout is before, "one that is there is used"
        sys.stderr.write("rivulet: it cannot start\n")
        assert shown == []
    assert shown == ["rivulet: it cannot start"]
    assert sys.stderr is None
    with shown_in_a_box(shown.append):
        pass
    assert len(shown) == 1, "nothing was said"


def test_with_streams_there_is_no_box(capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[str] = []
    with shown_in_a_box(shown.append):
        sys.stdout.write("told")
        sys.stderr.write("as ever")
    assert shown == []
    assert capsys.readouterr() == ("told", "as ever")


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
