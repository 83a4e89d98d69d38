"""What was being loaded when a process ended is known to the next one."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.context_choice import LoadSettings
from desktop.chat.events import ModelPhase
from desktop.chat.load_checks import LoadChecks
from desktop.chat.load_guard import LoadGuard
from desktop.inference.binding import Library
from desktop.system.compute_device import PROCESSOR
from tests.chat.bench import Bench, run
from tests.made_guide import made_guide


def test_the_file_is_there_only_while_a_model_is_being_loaded(tmp_path: Path) -> None:
    async def load() -> None:
        guard, model = LoadGuard(tmp_path / "loading.json"), tmp_path / "a.gguf"
        for failure in (None, ValueError):
            try:
                async with guard.loading(model):
                    assert LoadGuard(tmp_path / "loading.json").ended_with(model)
                    assert not LoadGuard(tmp_path / "loading.json").ended_with(tmp_path / "b.gguf")
                    assert (tmp_path / "loading.json").stat().st_mode & 0o777 == 0o600
                    if failure is not None:
                        raise failure
            except ValueError:
                pass
            assert os.listdir(tmp_path) == []
            assert not LoadGuard(tmp_path / "loading.json").ended_with(model)

    asyncio.run(load())


def test_a_load_that_is_cancelled_as_it_begins_leaves_no_file(tmp_path: Path) -> None:
    async def load() -> None:
        async def begin() -> None:
            async with LoadGuard(tmp_path / "loading.json").loading(tmp_path / "a.gguf"):
                await asyncio.sleep(20)

        loading = asyncio.ensure_future(begin())
        await asyncio.sleep(0)
        loading.cancel()
        await asyncio.wait([loading])
        assert loading.cancelled()
        assert os.listdir(tmp_path) == []

    asyncio.run(load())


def test_what_ended_a_process_is_loaded_by_a_click_alone(tmp_path: Path, brief: Path, endless: Path) -> None:
    left = tmp_path / "loading.json"
    left.write_text(json.dumps({"loading": str(brief)}))

    async def test(bench: Bench) -> None:
        for _ in range(2):
            await bench.chats.load_last_model(brief)
        assert bench.chats.model.phase is ModelPhase.NONE
        assert (
            bench.notices()
            == ["Rivulet ended while brief was loading, so it was not loaded by itself. Choose it again to try once more."] * 2
        )
        assert left.exists(), "who does nothing about it is told the next time too"
        await bench.chats.load_last_model(endless)
        assert bench.chats.model.path == endless
        await bench.load(brief)
        assert not left.exists()
        await bench.chats.load_last_model(brief)
        assert bench.chats.model.path == brief

    run(tmp_path, None, test, ChatOptions(checks=LoadChecks(guard=LoadGuard(left))))


def begun_cards(monkeypatch: pytest.MonkeyPatch, left: Path) -> list[bool]:
    """Return the list to which it is added, whenever cards' drivers begin, whether the next start would know of it."""
    begun: list[bool] = []
    monkeypatch.setattr(Library, "begin_cards", lambda library: begun.append(left.exists()))
    return begun


def test_a_driver_that_ends_the_process_is_known_to_the_next_start(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = tmp_path / "loading.json"
    begun = begun_cards(monkeypatch, left)

    async def test(bench: Bench) -> None:
        await bench.load(brief)
        assert begun
        assert all(begun)

    run(tmp_path, None, test, ChatOptions(checks=LoadChecks(guard=LoadGuard(left))))


def test_where_the_processor_alone_is_wanted_no_driver_begins(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = begun_cards(monkeypatch, tmp_path)

    async def test(bench: Bench) -> None:
        await bench.load(brief)
        assert begun == []

    run(tmp_path, None, test, ChatOptions(loading=lambda: LoadSettings(PROCESSOR)))


def test_the_guide_needs_no_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, guide = begun_cards(monkeypatch, tmp_path), made_guide(tmp_path / "guide")

    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(None)
        assert bench.chats.model.is_guide
        assert begun == []

    run(tmp_path, None, test, ChatOptions(checks=LoadChecks(guide=lambda: guide)))


@pytest.mark.parametrize("content", [b"", b"\xff", b"{", b"[]", b"{}", b'{"loading": 1}'])
def test_a_damaged_file_says_nothing(tmp_path: Path, content: bytes, expect_log) -> None:
    if content in (b"", b"\xff", b"{"):
        expect_log("what was being loaded cannot be read")
    (tmp_path / "loading.json").write_bytes(content)
    assert not LoadGuard(tmp_path / "loading.json").ended_with(tmp_path / "a.gguf")


def test_a_full_disk_is_no_reason_to_load_nothing(tmp_path: Path, brief: Path, expect_log) -> None:
    expect_log("not noted what is being loaded")

    async def test(bench: Bench) -> None:
        await bench.load(brief)

    run(tmp_path, None, test, ChatOptions(checks=LoadChecks(guard=LoadGuard(tmp_path / "no such folder" / "loading.json"))))
