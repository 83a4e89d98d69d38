"""The process: from the command line to the exit code."""

import os
import sys

from desktop.system.errors import StartError


def main() -> None:
    """Run Rivulet and end the process: 0, or 1 with a sentence on standard error where it cannot start."""
    os.environ["QT_API"] = "pyside6"  # qasync takes whatever else this names
    from desktop.app import build

    try:
        application = build(sys.argv[1:])
    except StartError as error:
        sys.stderr.write(f"rivulet: {error.sentence}\n")
        sys.exit(1)
    code = application.run()
    if not application.ended_in_time:  # a thread hangs in a library; joining it would hang the exit too
        sys.stderr.flush()
        os._exit(1)
    sys.exit(code)
