"""Letting what takes its time run beside everything else."""

from collections.abc import Callable, Coroutine
from typing import Any

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Starts a coroutine on the application's loop; a RivuletError that it raises becomes a notice."""
