"""Models are judged by the graphics cards there are before one was loaded."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.chat.card_look import look_at_cards
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import LibraryChanged
from desktop.chat.model_fit import ModelFit
from desktop.models.fit import FitWord
from desktop.system.gpus import Gpu, Vendor
from desktop.system.throwaway import Throwaway
from tests.models.test_catalogue import MODELS

GB = 10**9
CARD = {"name": "CUDA0", "description": "A card", "kind": "GPU", "free": 40 * GB, "total": 48 * GB}
ANSWER = {"version": "1", "backends": ["CUDA", "CPU"], "system": "", "devices": [CARD]}
LARGEST = max(MODELS, key=lambda model: model.size)

Program = Callable[[str], Callable[[], Throwaway]]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))

    def make(code: str) -> Callable[[], Throwaway]:
        (tmp_path / "program.py").write_text(code)
        return lambda: Throwaway("program")

    return make


def word(fits: ModelFit) -> FitWord:
    return fits.of_shape(LARGEST.shape, LARGEST.size, LARGEST.context_tokens).word


def cards() -> list[Gpu]:
    return [Gpu(Vendor.NVIDIA, "A card")]


def test_a_model_that_only_a_card_has_room_for_fits_once_the_card_is_seen(program: Program) -> None:
    fits, events = ModelFit(free_memory=lambda: 8 * GB), EventBuffer()
    answer = program(f"print({json.dumps(ANSWER)!r})")
    asyncio.run(look_at_cards(fits, events, answer, list))
    assert word(fits) is FitWord.TOO_LARGE, "there is no card to ask about"
    asyncio.run(look_at_cards(fits, events, answer, cards))
    assert word(fits) is FitWord.FITS
    assert events.drain() == [LibraryChanged()]
    asyncio.run(look_at_cards(fits, events, program("raise SystemExit(1)"), cards))
    assert events.drain() == [], "nobody is asked twice"


def test_a_driver_that_ends_processes_ends_none_but_its_own(program: Program, expect_log: Callable[[str], None]) -> None:
    fits, events = ModelFit(free_memory=lambda: 8 * GB), EventBuffer()
    expect_log("no look at the graphics cards")
    asyncio.run(look_at_cards(fits, events, program("import os; os.abort()"), cards))
    assert word(fits) is FitWord.TOO_LARGE
    assert events.drain() == []


def test_a_look_that_hangs_ends_with_who_waits(program: Program) -> None:
    async def look() -> None:
        async with asyncio.timeout(0.5):
            await look_at_cards(ModelFit(), EventBuffer(), program("import time; time.sleep(60)"), cards)

    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(look(), 10))
