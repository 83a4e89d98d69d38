"""Asking for what may fail, and saying in place why it did."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.system.errors import RivuletError
from desktop.ui.translation import translated


async def asked(asker: QWidget, command: Coroutine[Any, Any, object], tell: Callable[[str], object]) -> None:
    """Carry a command out; tell gets the sentence of what fails, in the person's language, unless who asked is gone by then."""
    try:
        await command
    except RivuletError as error:
        if isValid(asker):
            tell(translated(error.sentence))
