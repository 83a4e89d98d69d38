"""What a look at a model file says, and what is made of one that did not end well."""

import json
from pathlib import Path

import pytest

from desktop.inference.examination import MODULE, Fault, Findings, Stage, findings_of, seconds_for
from desktop.system.throwaway import Throwaway
from tests.tiny_models import write_embedding_model

ABORTED, KILLED, OUT_OF_TIME, PYTHON_ERROR = -6, -9, -24, 1


def told(*stages: Stage) -> str:
    return "".join(json.dumps({"stage": stage}) + "\n" for stage in stages)


@pytest.mark.parametrize("stage", [Stage.OPENING, Stage.TEMPLATE, Stage.TOKENISING, Stage.CONTEXT, Stage.RUNNING])
def test_where_it_died_is_a_crash(stage: Stage) -> None:
    assert findings_of(told(Stage.OPENING, stage), ABORTED) == Findings(Fault.CRASH, stage)


@pytest.mark.parametrize("code", [ABORTED, None, KILLED, OUT_OF_TIME, PYTHON_ERROR])
def test_at_the_last_stage_all_but_one_thing_was_well(code: int | None) -> None:
    assert findings_of(told(Stage.RUNNING, Stage.SHARING), code) == Findings(None, shares_ranges=False)


@pytest.mark.parametrize("code", [None, KILLED, OUT_OF_TIME, PYTHON_ERROR])
def test_weights_that_are_too_large_just_now_are_no_fault(code: int | None) -> None:
    assert findings_of(told(Stage.CONTEXT, Stage.RUNNING), code) == Findings(None)


@pytest.mark.parametrize("code", [None, OUT_OF_TIME])
def test_what_does_not_end_is_told_by_where_it_is(code: int | None) -> None:
    assert findings_of(told(Stage.OPENING, Stage.TEMPLATE), code) == Findings(Fault.TEMPLATE_LIMIT)
    assert findings_of(told(Stage.OPENING), code) == Findings(Fault.HANG)


def test_what_python_says_is_nothing_against_the_file() -> None:
    assert findings_of(told(Stage.OPENING), PYTHON_ERROR) is None
    assert findings_of("", PYTHON_ERROR) is None
    assert findings_of("", None) == Findings(Fault.HANG)


def test_no_look_takes_for_ever() -> None:
    assert seconds_for(0) < seconds_for(1 << 33) < seconds_for(1 << 60) <= 120


def look(model: Path) -> Findings | None:
    ended = Throwaway(MODULE, str(model), str(model.stat().st_size)).run(20)
    return findings_of(ended.output, ended.code)


def test_what_writes_no_text_is_told(tmp_path: Path) -> None:
    assert look(write_embedding_model(tmp_path / "model.gguf")) == Findings(Fault.UNSUPPORTED)


def test_nothing_is_found_in_a_sound_model(tiny_model: Path) -> None:
    assert look(tiny_model) == Findings(None, shares_ranges=True)
