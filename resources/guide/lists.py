"""The lists of words and sentences beside these modules."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def read_toml(name: str) -> dict[str, Any]:
    """Return all that a file says."""
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def read_lists(name: str) -> dict[str, Sequence[str]]:
    """Return the lists that stand at the top of a file."""
    return {key: tuple(value) for key, value in read_toml(name).items() if isinstance(value, list)}
