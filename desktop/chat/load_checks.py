"""What is looked at around loading a model, so that a file can harm neither the process nor what is saved."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.chat.examining import Examining
from desktop.chat.load_guard import LoadGuard
from desktop.models.gguf import ModelFile
from desktop.models.guide import Guide
from desktop.sessions.keys import ContextKey
from desktop.system.threads import in_thread

CheckFile = Callable[[ModelFile, ContextKey], Coroutine[Any, Any, None]]


async def _no_check(file: ModelFile, context: ContextKey) -> None:
    """Take every file for what its identity says; FileCheck looks closer."""


@dataclass(frozen=True, slots=True)
class LoadChecks:
    """Before, while and after a model is loaded."""

    examining: Examining | None = None  # tries files that were never seen; None: they are loaded without
    guard: LoadGuard = field(default_factory=lambda: LoadGuard(None))
    check_file: CheckFile = _no_check  # called before a chat is read
    guide: Callable[[], Guide | None] = lambda: None  # what comes with Rivulet and needs no trial; None: it is left out

    async def guide_path(self) -> Path | None:
        """Return the guide's file; None where it is left out, or not the one that came with Rivulet."""
        guide = self.guide()
        return guide.path if guide is not None and await in_thread("guide", guide.is_sound) else None

    async def is_guide(self, path: Path) -> bool:
        """Tell whether a file is the guide's."""
        guide = self.guide()
        return guide is not None and path == guide.path and await self.guide_path() == path
