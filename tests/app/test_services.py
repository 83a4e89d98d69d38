"""What the settings allow, and how the parts below the window are joined."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.app.model_places import places_of
from desktop.app.services import Services
from desktop.chat.context_choice import LoadSettings
from desktop.chat.events import ModelPhase
from desktop.system.flash_attention import FlashAttention
from desktop.system.paths import AppPaths
from desktop.system.settings import Settings, SettingsFile


def close_at_once(coroutine: Coroutine[Any, Any, None]) -> None:
    coroutine.close()


@pytest.mark.parametrize("is_on_battery", [True, False])
def test_idle_time_is_used_as_the_person_wants_it(paths: AppPaths, monkeypatch: pytest.MonkeyPatch, is_on_battery: bool) -> None:
    monkeypatch.setattr("desktop.app.services.on_battery", lambda: is_on_battery)
    services = Services(paths, close_at_once)
    try:
        usual, options = services.settings, services._options()
        assert (options.settles(), options.names_chats()) == (True, True)
        services.settings = replace(usual, names_chats=False)
        assert (options.settles(), options.names_chats()) == (True, False)
        services.settings = replace(usual, settles=False)
        assert (options.settles(), options.names_chats()) == (False, True)
        services.settings = replace(usual, settles_on_battery=False)
        assert (options.settles(), options.names_chats()) == (not is_on_battery, not is_on_battery)
    finally:
        assert services.close(time.monotonic() + 10)
        services.release()


def test_models_are_loaded_as_the_person_wants_it(paths: AppPaths) -> None:
    SettingsFile(paths.settings).write(Settings(gpu_layers={"/a.gguf": 7}, context_lengths={"/a.gguf": 2048}))
    services = Services(paths, close_at_once)
    try:
        options = services._options()
        assert options.loading() == LoadSettings()
        assert (options.gpu_layers, options.context_lengths) == ({Path("/a.gguf"): 7}, {Path("/a.gguf"): 2048})
        services.settings = replace(services.settings, unload_minutes=30, device="Vulkan1", flash_attention="off")
        assert options.loading() == LoadSettings("Vulkan1", FlashAttention.OFF, timedelta(minutes=30))
    finally:
        assert services.close(time.monotonic() + 10)
        services.release()


def test_as_many_threads_compute_as_the_person_wants(paths: AppPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.app.services.physical_cores", lambda: 12)
    for chosen, used in ((0, 12), (3, 3)):
        SettingsFile(paths.settings).write(Settings(threads=chosen))
        services = Services(paths, close_at_once)
        try:
            assert services.engine._threads == used
        finally:
            assert services.close(time.monotonic() + 10)
            services.release()


def test_a_model_that_could_not_be_loaded_can_be_removed(paths: AppPaths) -> None:
    services = Services(paths, close_at_once)

    async def test() -> None:
        file = places_of(services.settings, paths).models / "broken.gguf"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"GGUF, or not")
        await services.models.library.refresh()
        await services.chats.load_model(file)
        assert services.chats.model.phase is ModelPhase.FAILED
        await services.models.library.remove(file)
        assert not file.exists()

    try:
        asyncio.run(test())
    finally:
        assert services.close(time.monotonic() + 10)
        services.release()
