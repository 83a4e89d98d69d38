"""A chat that is gone on with in a new process decodes no token of its history, and has the logits of a run that never stopped."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from desktop.inference.job import Purpose
from desktop.sessions.keys import node_key
from desktop.sessions.tokens import TokenIds, token_ids
from tests.inference.driver import PATIENCE, made_up_ids
from tests.inference.teacher import Straight

ROOT = Path(__file__).parents[2]


def go_on(folder: Path, model: Path, *steps: dict[str, Any]) -> list[dict[str, Any]]:
    """Carry out steps in a new process."""
    plan = json.dumps([{"owner": "chat", **step, "ids": list(step["ids"]), "reply": list(step["reply"])} for step in steps])
    command = [sys.executable, "-m", "tests.inference.another_process", str(folder), str(model)]
    done = subprocess.run(command, input=plan, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check(straight: Straight, result: dict[str, Any], prompt: TokenIds, reply: TokenIds) -> None:
    expected = straight.logits(prompt + reply, len(reply) + 1)
    assert np.abs(np.array(result["logits"]) - expected).max() < 0.02


def test_the_first_turn_after_a_restart_decodes_no_history(open_engine, endless, teacher, straight):
    driver = open_engine(endless)
    first = made_up_ids(300)
    teacher.replies[1] = made_up_ids(40, seed=1)
    driver.run(first, boundaries=(50, 290))
    driver.close()
    second = first + teacher.replies[1] + made_up_ids(20, seed=2)
    reply = made_up_ids(30, seed=3)
    third = second + reply + made_up_ids(10, seed=4)
    more = made_up_ids(10, seed=5)
    results = go_on(driver.folder, endless, {"ids": second, "reply": reply}, {"ids": third, "reply": more})
    assert (results[0]["from_disk"], results[0]["decoded"]) == (340, 20 + 30)
    assert (results[1]["restored"], results[1]["from_disk"], results[1]["decoded"]) == (370 + 20, 0, 10 + 10)
    assert results[0]["node"] == node_key(driver.store.context, second + reply).hex()
    check(straight, results[0], second, reply)
    check(straight, results[1], third, more)


def test_forks_after_a_restart_decode_no_history(open_engine, endless, teacher, straight):
    driver = open_engine(endless)
    first = made_up_ids(300)
    teacher.replies[1] = made_up_ids(40, seed=1)
    driver.run(first, boundaries=(50, 200, 290))
    driver.close()
    reply = made_up_ids(10, seed=2)
    steps = [
        {"ids": first[:200] + made_up_ids(5, seed=3), "reply": reply, "owner": "one"},
        {"ids": first, "reply": reply, "owner": "two"},
        {"ids": first[:120] + made_up_ids(5, seed=4), "reply": reply, "owner": "three"},
    ]
    results = go_on(driver.folder, endless, *steps)
    assert [result["restored"] for result in results] == [200, 299, 120]
    assert [result["decoded"] for result in results] == [5 + 10, 1 + 10, 5 + 10]
    for step, result in zip(steps, results, strict=True):
        check(straight, result, step["ids"], reply)


def test_what_was_read_before_a_quit_is_not_read_again(open_engine, endless, straight):
    driver = open_engine(endless)
    ids = made_up_ids(500)
    recorder = driver.start(ids, purpose=Purpose.READ, on_read=lambda done: driver.engine.stop(recorder.job_id) if done > 60 else None)
    read = recorder.outcome().tokens_read
    driver.close()
    reply = made_up_ids(5, seed=1)
    [result] = go_on(driver.folder, endless, {"ids": ids, "reply": reply})
    assert (result["from_disk"], result["decoded"]) == (read, 500 - read + 5)
    check(straight, result, ids, reply)


def test_a_model_with_other_weights_finds_nothing(open_engine, endless, tiny_model):
    driver = open_engine(endless)
    ids = made_up_ids(200)
    driver.run(ids, purpose=Purpose.READ)
    driver.close()
    other = open_engine(tiny_model)
    assert driver.folder == other.folder
    assert other.run(ids, purpose=Purpose.RESTORE)[0].entry.restored == 0


def test_a_damaged_file_is_told_and_read_again(open_engine, endless, straight):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids, purpose=Purpose.READ, boundaries=(100, 200))
    edge = driver.store.lookup(ids).edges[1]
    driver.close()
    [path] = driver.folder.rglob(f"{edge.end.hex()}-*.kv")
    data = bytearray(path.read_bytes())
    data[-100] ^= 0x40
    path.write_bytes(data)
    reply = made_up_ids(5, seed=1)
    [result] = go_on(driver.folder, endless, {"ids": ids, "reply": reply})
    assert (result["is_damaged"], result["restored"]) == (True, 100)
    check(straight, result, ids, reply)


def test_a_cut_file_is_gone_and_what_follows_it_waits(open_engine, endless, straight):
    driver = open_engine(endless)
    ids = made_up_ids(300)
    driver.run(ids, purpose=Purpose.READ, boundaries=(100, 200))
    edge = driver.store.lookup(ids).edges[0]
    driver.close()
    [path] = driver.folder.rglob(f"{edge.end.hex()}-*.kv")
    path.write_bytes(path.read_bytes()[:-1])
    reply = made_up_ids(5, seed=1)
    [result] = go_on(driver.folder, endless, {"ids": ids, "reply": reply, "boundaries": [100, 200]})
    assert result["restored"] == 0
    check(straight, result, ids, reply)
    assert [found["restored"] for found in go_on(driver.folder, endless, {"ids": ids, "reply": token_ids()})] == [300]
