"""The process: from the command line to the exit code."""

import os
import sys
import traceback
from typing import TYPE_CHECKING

from desktop.app.command_line import Options, parse
from desktop.app.commands.command import Exit
from desktop.app.message_box import shown_in_a_box
from desktop.system.errors import StartError
from desktop.system.program import APPLICATION_ID, is_frozen

if TYPE_CHECKING:
    from desktop.app.application import Application

DEFECT = "Rivulet cannot start ({error}). Your chats are untouched. If none of its files was changed by hand, install Rivulet again."


def main() -> None:
    """Run Rivulet, or a command, and end the process with one of the exit codes that the help tells."""
    os.environ["QT_API"] = "pyside6"  # qasync takes whatever else this names
    with shown_in_a_box(sys.argv[1:]):
        application = _started(parse(sys.argv[1:]))
    code = application.run()
    if not application.ended_in_time:  # a thread hangs in a library; joining it would hang the exit too
        if sys.stderr is not None:  # which a program without a console has none of
            sys.stderr.flush()
        os._exit(1)
    sys.exit(code)


def _started(options: Options) -> "Application":
    """Return the application that the options ask for, with its window.

    Ends the process after a command, after the self-test, where an instance took the second start, and where it cannot start.
    """
    if options.self_test:
        from desktop.app.self_test.running import run_self_test

        sys.exit(run_self_test())
    if options.self_test_part:
        from desktop.app.self_test.part import run_part

        sys.exit(run_part(options.self_test_part))
    if options.command is not None:
        from desktop.app.headless import run_command

        sys.exit(run_command(options))
    from desktop.app import build_with
    from desktop.app.second_start import claim

    _join_shortcuts()
    try:
        lock = claim(options)
        if isinstance(lock, Exit):
            sys.exit(lock)
        return build_with(options, lock)
    except StartError as error:
        sys.stderr.write(f"rivulet: {error.sentence}\n")
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody is left without a word
        sys.stderr.write(f"rivulet: {DEFECT.format(error=f'{type(error).__name__}: {error}')}\n\n{traceback.format_exc()}")
        sys.exit(1)


def _join_shortcuts() -> None:
    """Have Windows put this process's windows to the shortcuts of the packaged application, which have its id."""
    if sys.platform == "win32" and is_frozen():
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APPLICATION_ID)
