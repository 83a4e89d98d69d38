"""Every family's template on a real model: after a settled turn the next one decodes its own message only."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.inference.binding import Model
from desktop.inference.job import Purpose
from desktop.inference.prompt import Turn
from desktop.inference.reasoning import split_reply
from desktop.sessions.tokens import TokenIds, token_ids
from tests.inference.driver import Driver
from tests.inference.prompts import as_llama_would, printed, said
from tests.inference.teacher import Straight, Teacher
from tests.inference.templates import CONTROL_TOKENS, STYLES, USER_DEFINED_TOKENS, Style
from tests.tiny_models import Shape, TinyModel

SYSTEM = "Be kind."
SETTLING = [style for style in STYLES if style.settles]


@pytest.fixture(params=SETTLING, ids=lambda style: style.name)
def style(request: pytest.FixtureRequest) -> Style:
    return request.param


@pytest.fixture
def path(style: Style, models: Callable[[TinyModel], Path]) -> Path:
    """Return a model that comes with the template."""
    return models(
        TinyModel(
            template=style.source,
            adds_bos=style.adds_bos,
            control_tokens=(*CONTROL_TOKENS, *style.more_tokens),
            user_defined_tokens=USER_DEFINED_TOKENS,
            shape=Shape(layers=2),
        )
    )


def reply_ids(model: Model, style: Style, text: str, *, reasons: bool) -> TokenIds:
    return as_llama_would(model, style.reasoning.format("Because it is", text) if reasons else style.opening + text)


def answer(
    driver: Driver, turns: list[Turn], system: str, seed: int, teacher: Teacher, model: Model, owner: str = "chat", **more: bool
) -> int:
    """Carry out a turn; return how many tokens of the prompt were read."""
    prompt = driver.prompt(turns, system, **more)
    recorder, outcome = driver.run(prompt, owner, seed=seed)
    assert outcome.ids == teacher.replies[seed]
    reasoning, text = split_reply(printed(model, outcome.ids), prompt.form)
    turns.append(Turn(turns[0].role.ASSISTANT, text, outcome.ids, reasoning))
    return recorder.entry.to_read


def settle(driver: Driver, turns: list[Turn], system: str) -> TokenIds:
    history = driver.history(turns, system)
    driver.run(history, purpose=Purpose.READ)
    return history.ids


@pytest.mark.parametrize("system", ["", SYSTEM], ids=["", "system"])
@pytest.mark.parametrize("reasons", [False, True], ids=["", "reasoning"])
def test_after_a_settled_turn_the_next_reads_its_own_message_only(open_engine, path, vocabulary_model, teacher, style, system, reasons):
    if reasons and not style.reasoning:
        return
    driver, turns = open_engine(path), [said("What is it?")]
    for seed, text in enumerate(("It is so.", "And so.", "So."), start=1):
        teacher.replies[seed] = reply_ids(vocabulary_model, style, text, reasons=reasons)
    answer(driver, turns, system, 1, teacher, vocabulary_model)
    for seed in (2, 3):
        known = settle(driver, turns, system)
        turns.append(said("And that?"))
        prompt = driver.prompt(turns, system)
        before = driver.engine.tokens_decoded
        read = answer(driver, turns, system, seed, teacher, vocabulary_model)
        assert read == len(prompt.ids) - len(known)
        ends = prompt.end_of_turn is not None
        assert driver.engine.tokens_decoded - before == read + len(teacher.replies[seed]) + ends
        own = printed(vocabulary_model, prompt.ids[len(known) :])
        assert "And that?" in own
        assert "What is it?" not in own
        assert "so." not in own.replace("And that?", "")


def test_a_settled_chat_answers_as_if_it_had_been_read_at_once(open_engine, path, vocabulary_model, teacher, style, library):
    driver, turns = open_engine(path), [said("What is it?")]
    for seed, text in enumerate(("It is so.", "And so."), start=1):
        teacher.replies[seed] = reply_ids(vocabulary_model, style, text, reasons=bool(style.reasoning))
    answer(driver, turns, SYSTEM, 1, teacher, vocabulary_model)
    settle(driver, turns, SYSTEM)
    turns.append(said("And that?"))
    prompt = driver.prompt(turns, SYSTEM)
    answer(driver, turns, SYSTEM, 2, teacher, vocabulary_model)
    straight = Straight(library, path)
    teacher.check(straight, prompt.ids, 2)
    straight.close()


def test_a_settled_chat_is_restored_as_such(open_engine, path, vocabulary_model, teacher, style):
    driver, turns = open_engine(path), [said("What is it?")]
    teacher.replies = {
        1: reply_ids(vocabulary_model, style, "It is so.", reasons=bool(style.reasoning)),
        2: reply_ids(vocabulary_model, style, "So.", reasons=False),
    }
    answer(driver, turns, SYSTEM, 1, teacher, vocabulary_model)
    known = settle(driver, turns, SYSTEM)
    driver.close()
    driver = open_engine(path)
    turns.append(said("And that?"))
    prompt = driver.prompt(turns, SYSTEM)
    assert answer(driver, turns, SYSTEM, 2, teacher, vocabulary_model) == len(prompt.ids) - len(known)


@pytest.mark.parametrize("first", ["What is it?", "Something else"], ids=["same", "other"])
@pytest.mark.parametrize("restarts", [False, True], ids=["", "restart"])
def test_a_system_prompt_is_read_once(open_engine, path, vocabulary_model, teacher, style, first, restarts):
    driver = open_engine(path)
    teacher.replies = dict.fromkeys((1, 2), token_ids())
    answer(driver, [said("What is it?")], SYSTEM, 1, teacher, vocabulary_model, "one")
    if restarts:
        driver.close()
        driver = open_engine(path)
    turns = [said(first)]
    prompt = driver.prompt(turns, SYSTEM)
    read = answer(driver, turns, SYSTEM, 2, teacher, vocabulary_model, "two")
    restored = printed(vocabulary_model, prompt.ids[: len(prompt.ids) - read])
    assert SYSTEM in restored
    [boundary] = [boundary for boundary in prompt.boundaries if boundary.turn == -1]
    assert len(prompt.ids) - read >= boundary.position
    edges = driver.store.lookup(prompt.ids).edges
    assert boundary.position in [sum(len(edge.ids) for edge in edges[: n + 1]) for n in range(len(edges))], "any family can enter there"


def test_keeping_reasoning_reads_nothing_again(open_engine, path, vocabulary_model, teacher, style):
    if not style.reasoning:
        return
    driver, turns = open_engine(path), [said("What is it?")]
    for seed in (1, 2):
        teacher.replies[seed] = reply_ids(vocabulary_model, style, "It is so.", reasons=True)
    answer(driver, turns, SYSTEM, 1, teacher, vocabulary_model, keeps_reasoning=True)
    decoded = driver.engine.tokens_decoded
    turns.append(said("And that?"))
    prompt = driver.prompt(turns, SYSTEM, keeps_reasoning=True)
    assert answer(driver, turns, SYSTEM, 2, teacher, vocabulary_model, keeps_reasoning=True) == len(prompt.ids) - decoded
    assert "Because it is" in printed(vocabulary_model, prompt.ids)
