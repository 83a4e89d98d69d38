"""What only the holder of the data directory may do: done here where it is free, else by the instance that holds it."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from desktop.app.commands.command import Command, Exit, Outcome, Write
from desktop.app.instance import server_name
from desktop.system.lock import AlreadyRunningError
from desktop.system.paths import AppPaths

T = TypeVar("T")

log = logging.getLogger(__name__)

POLL = 0.1  # seconds
NO_ANSWER = "Another Rivulet holds the data directory {} and does not answer. Nothing was done; try again, or close it."


def here_or_there(
    here: Callable[[], T], command: Command, paths: AppPaths, write: Write, patience: float, *, is_repeatable: bool = False
) -> T | Outcome:
    """Return what here returns, or the outcome of the command where an instance holds the data directory, for which here raises.

    Waits so many seconds for one that does not listen yet, or that ends. is_repeatable: the command is done here, or asked again, where
    the instance ended before it was done. Raises StartError.
    """
    deadline = time.monotonic() + patience
    while True:
        with suppress(AlreadyRunningError):
            return here()
        outcome = _ask(command, paths, write, max(POLL, deadline - time.monotonic()))
        if outcome is not None and not (is_repeatable and outcome.has_ended_early):
            return outcome
        if time.monotonic() > deadline:
            return Outcome(Exit.NO_ANSWER, error=NO_ANSWER.format(paths.data))
        time.sleep(POLL)


def _ask(command: Command, paths: AppPaths, write: Write, patience: float) -> Outcome | None:
    try:
        from desktop.app.instance_client import ask_instance

        name = server_name(paths)
    except (OSError, ImportError) as error:  # no private place to look, or no library to ask with
        log.info("the instance cannot be asked: %s", error)
        return None
    return ask_instance(name, command, write, patience)
