"""The process: from the command line to the exit code."""

import os
import sys

from desktop.app.command_line import parse
from desktop.app.commands.command import Exit
from desktop.system.errors import StartError


def main() -> None:
    """Run Rivulet, or a command, and end the process with one of the exit codes that the help tells."""
    os.environ["QT_API"] = "pyside6"  # qasync takes whatever else this names
    options = parse(sys.argv[1:])
    if options.command is not None:
        from desktop.app.headless import run_command

        sys.exit(run_command(options))
    from desktop.app import build_with
    from desktop.app.second_start import claim

    try:
        lock = claim(options)
        if isinstance(lock, Exit):
            sys.exit(lock)
        application = build_with(options, lock)
    except StartError as error:
        sys.stderr.write(f"rivulet: {error.sentence}\n")
        sys.exit(1)
    code = application.run()
    if not application.ended_in_time:  # a thread hangs in a library; joining it would hang the exit too
        sys.stderr.flush()
        os._exit(1)
    sys.exit(code)
