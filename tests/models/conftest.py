"""What tests of downloads share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_server import HubServer


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """Return a hub that runs, reached without whatever proxy the machine has."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    with HubServer().running() as hub:
        yield hub


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the models folder will be."""
    return tmp_path / "models"
