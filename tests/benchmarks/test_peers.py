"""The benchmark beside llama-server measures what it says, and sees what is missed."""

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.model import FAMILIES, write_model
from tests.benchmarks.peer_figures import rows
from tests.benchmarks.peer_rivulet import Setup, files_of, grow, in_process, reopen, ten_forks, turn_bytes, written_bytes

FAST = {"1024": 0.1, "4096": 0.1}
SLOW = {"1024": 2.0, "4096": 2.0}
NONE = {"1024": 0, "4096": 0}


def side(**changed: Any) -> dict[str, Any]:
    figures = {
        "first_token_after_restart_s": FAST,
        "recomputed_tokens": NONE,
        "turn_bytes": {"1024": 500, "4096": 500},
        "restore_s": {"1024": 0.03, "4096": 0.03},
        "cat_s": {"1024": 0.01, "4096": 0.01},
        "fork_first_token_s": 0.1,
        "fork_recomputed_tokens": 0,
        "chat_bytes": 10_000,
        "ten_forks_bytes": 11_000,
        "forks_tokens_per_s": {"1": 10.0},
        "reading_tokens_per_s": 100.0,
    }
    return copy.deepcopy(figures | changed)


def met(family: str) -> dict[str, Any]:
    """Return figures of one family that are all just what is asked."""
    theirs = side(turn_bytes={"1024": 8500, "4096": 10_000})
    if family != "dense":
        recomputed = {"1024": 1024, "4096": 4096}
        theirs |= {"first_token_after_restart_s": dict(SLOW), "recomputed_tokens": recomputed}
        theirs |= {"fork_first_token_s": 2.0, "fork_recomputed_tokens": 2048}
    return {"forked_tokens": 4096, "ours": side(), "llama_server": theirs}


def missed(family: str, figures: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row.figure, row.tokens) for row in rows({family: figures}) if not row.is_met]


@pytest.mark.parametrize("family", ["dense", "window", "hybrid"])
def test_what_is_just_as_asked_is_met(family: str) -> None:
    assert missed(family, met(family)) == []


Change = Callable[[dict[str, Any], dict[str, Any]], object]
FIRST, READ, TURN = "first_token_after_restart_s", "recomputed_tokens", "turn_bytes"


@pytest.mark.parametrize(
    ("family", "change", "expected"),
    [
        ("dense", lambda ours, _: ours[FIRST].update({"1024": 0.11}), ("first token after restart, s", "1024")),
        ("dense", lambda ours, _: ours[TURN].update({"4096": 501}), ("bytes written for a turn", "4096")),
        ("dense", lambda ours, _: ours.update({"ten_forks_bytes": 11_001}), ("bytes of ten forks", "4096")),
        ("window", lambda ours, _: ours[FIRST].update({"4096": 0.11}), ("first token after restart, s", "4096")),
        ("hybrid", lambda ours, _: ours.update({"fork_first_token_s": 0.11}), ("first token of a fork, s", "2048")),
        ("dense", lambda ours, _: ours[READ].update({"1024": 1}), ("tokens read again", "1024")),
        ("hybrid", lambda ours, _: ours.update({"fork_recomputed_tokens": 1}), ("the same, of a fork", "2048")),
        ("window", lambda ours, _: ours["cat_s"].update({"1024": 0.009}), ("restoring, s; cat's time beside it", "1024")),
    ],
)
def test_a_missed_figure_is_seen(family: str, change: Change, expected: tuple[str, str]) -> None:
    figures = met(family)
    change(figures["ours"], figures["llama_server"])
    assert missed(family, figures) == [expected]


def test_being_faster_is_asked_only_where_llama_server_recomputes() -> None:
    figures = met("hybrid")
    figures["llama_server"] |= {FIRST: dict(FAST), READ: dict(NONE), "fork_first_token_s": 0.1, "fork_recomputed_tokens": 0}
    assert missed("hybrid", figures) == []


def test_written_bytes_are_those_of_new_replaced_and_grown_files(tmp_path: Path) -> None:
    for name in ("kept", "touched", "grown", "replaced", "gone"):
        (tmp_path / name).write_bytes(b"12345")
    before = files_of(tmp_path)
    (tmp_path / "touched").touch()
    (tmp_path / "gone").unlink()
    with (tmp_path / "grown").open("ab") as file:
        file.write(b"123")
    (tmp_path / "new").write_bytes(b"1234567")
    (tmp_path / "temporary").write_bytes(b"123456")
    (tmp_path / "temporary").rename(tmp_path / "replaced")
    assert written_bytes(before, files_of(tmp_path)) == 3 + 7 + 6


@pytest.mark.skipif(sys.platform == "win32", reason="there is no cat to compare with")
@pytest.mark.parametrize("family", ["dense", "window", "hybrid"])
def test_a_chat_is_reopened_and_forked_without_reading_again(family: str, tmp_path: Path) -> None:
    shape = FAMILIES["tiny"][family]
    model, folder = tmp_path / "model.gguf", tmp_path / "segments"
    write_model(model, shape)
    setup = Setup(model, shape.vocabulary, threads=1, context_tokens=512)
    speed, _ = grow(setup, folder, (128, 256))
    assert speed > 0
    before, after = ten_forks(setup, folder, 256)
    assert after == before > 256 * 64, "a fork takes nothing, a chat more than its ids"
    assert turn_bytes(setup, folder, 256) > 64 * 64
    opening = in_process(reopen, setup, folder, 128, 0)
    assert opening.recomputed == 0
    assert 0 < opening.restore < opening.first_token
    assert opening.cat > 0, "it is known which files were read"
