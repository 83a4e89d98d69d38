"""`rivulet --self-test` as a build runs it: in processes of its own, to the end."""

import json
import os
import subprocess
import sys
from pathlib import Path

import desktop
from desktop.app.self_test.report import Check
from desktop.models.guide import Guide
from desktop.system.resources import resource


def test_everything_works_and_nothing_is_left(tmp_path: Path) -> None:
    places = {name: tmp_path / name for name in ("TMPDIR", "XDG_DATA_HOME", "HOME")}
    for place in places.values():
        place.mkdir()
    environment = {**os.environ, **{name: str(place) for name, place in places.items()}}
    command = [sys.executable, "-m", "desktop.app", "--self-test"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["passed"], report["version"], report["frozen"]) == (True, desktop.__version__, False)
    assert [check["name"] for check in report["checks"]] == list(Check)
    assert all(check["passed"] and not check["problem"] for check in report["checks"])
    found = {check["name"]: check["found"] for check in report["checks"]}
    assert found["guide"]["sha256"] == Guide(resource("guide")).digest()
    assert found["guide"]["platform"] == os.environ["QT_QPA_PLATFORM"]
    assert found["restart"]["tokens_restored"] == found["restart"]["history_tokens"] > 0
    assert (found["restart"]["history_tokens_decoded"], found["fork"]["history_tokens_decoded"]) == (0, 0)
    assert found["fork"]["tokens_decoded_for_fork"] == 0
    assert [line.partition(":")[0] for line in done.stderr.splitlines() if ": passed" in line] == list(Check)
    assert list(places["TMPDIR"].iterdir()) == []
    assert not (places["XDG_DATA_HOME"] / "rivulet").exists()
