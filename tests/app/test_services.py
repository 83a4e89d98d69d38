"""What the settings allow in idle time."""

import time
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from desktop.app.services import Services
from desktop.system.paths import AppPaths


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
