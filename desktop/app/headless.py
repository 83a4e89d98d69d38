"""A command without a window: carried out here, or by the instance that holds the data directory."""

import asyncio
import logging
import signal
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from desktop.app.command_line import Options
from desktop.app.commands.command import Command, Exit, Outcome, Piece, Verb, Write
from desktop.app.commands.deleting_all import delete_everything
from desktop.app.commands.doctor import examine
from desktop.app.commands.executing import execute
from desktop.app.commands.showing import Printer
from desktop.app.here_or_there import here_or_there
from desktop.app.services import Services
from desktop.app.tasks import TaskSet
from desktop.chat.card_look import look_at_cards
from desktop.system.errors import RivuletError, StartError
from desktop.system.paths import AppPaths

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds for an instance that starts, ends, or is a command itself
CLOSE_SECONDS = 60.0  # nobody watches an exit that writes what was computed

STOPPED = {
    Verb.RUN: "Stopped. What there is of the reply is kept.",
    Verb.FETCH_MODEL: "Stopped. What has arrived is kept; the same command goes on with it.",
}


def run_command(options: Options) -> int:
    """Carry out the options' command and return the exit code; the result is on standard output, errors on standard error."""
    assert options.command is not None, "main() opens the window otherwise"
    printer = Printer(options.command, is_json=options.is_json)
    try:
        paths = options.paths
        if options.command.verb is Verb.DELETE_ALL:  # for which nothing may be open
            outcome = delete_everything(paths)
        elif options.command.verb is Verb.DOCTOR:  # for which nothing need be whole
            outcome = examine(paths)
        else:
            outcome = _outcome(options.command, paths, printer.write, is_offline=options.offline)
    except StartError as error:
        outcome = Outcome(Exit.FAILED, error=error.sentence)
    except KeyboardInterrupt:
        outcome = _stopped(options.command)
    except BrokenPipeError:  # nobody reads the reply any more
        outcome = _stopped(options.command)
    with suppress(BrokenPipeError):  # whoever read it has seen enough
        printer.show(outcome)
    return outcome.code


def _outcome(command: Command, paths: AppPaths, write: Write, *, is_offline: bool) -> Outcome:
    """Carry a command out here if the data directory is free, else by the instance that holds it. Raises StartError."""
    return here_or_there(lambda: _carry_out(command, paths, write, is_offline=is_offline), command, paths, write, PATIENCE)


def _carry_out(command: Command, paths: AppPaths, write: Write, *, is_offline: bool) -> Outcome:
    with asyncio.Runner() as runner:
        return runner.run(_carry_out_here(command, paths, write, is_offline=is_offline))


async def _carry_out_here(command: Command, paths: AppPaths, write: Write, *, is_offline: bool) -> Outcome:
    loop = asyncio.get_running_loop()
    tasks = TaskSet(loop, _log)

    def spawn(coroutine: Coroutine[Any, Any, None]) -> None:
        tasks.spawn(coroutine, getattr(coroutine, "__qualname__", "task"))

    services = Services(paths, spawn, is_offline=is_offline)

    def drop_events() -> None:
        services.events.drain()

    services.events.on_first(drop_events)  # nobody draws from them
    try:
        await services.chats.limit()
        spawn(services.chats.tidy())
        if command.verb is Verb.FETCH_MODEL:
            await services.models.downloads.open()  # finds what there is of earlier ones
        if command.verb is Verb.LIST_MODELS:
            await look_at_cards(services.chats.fits, services.events)

        def write_on(piece: Piece) -> None:
            try:
                write(piece)
            except BrokenPipeError:  # nobody reads the reply any more
                commanding.cancel()

        commanding = asyncio.create_task(execute(command, services, write_on, is_last=True))
        with suppress(NotImplementedError):  # Windows ends with a KeyboardInterrupt
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, commanding.cancel)
        try:
            return await commanding
        except asyncio.CancelledError:
            return _stopped(command)
    finally:
        await services.models.close()
        await tasks.cancel_all()
        if not services.close(time.monotonic() + CLOSE_SECONDS):
            log.error("not all threads ended in time")
        services.release()


def _stopped(command: Command) -> Outcome:
    return Outcome(Exit.STOPPED, error=STOPPED.get(command.verb, "Stopped."))


def _log(error: RivuletError) -> None:
    log.warning("%s", error.sentence)
