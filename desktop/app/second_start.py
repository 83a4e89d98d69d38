"""Two starts on one data directory: the first is the one that runs; any other asks it for its window, and ends."""

import os
import sys

from desktop.app.command_line import Options
from desktop.app.commands.command import Exit
from desktop.app.commands.opening import ONLINE, opening
from desktop.app.display import ensure_display
from desktop.app.here_or_there import here_or_there
from desktop.system.launching import end_launch
from desktop.system.lock import DataLock

PATIENCE = 15.0  # seconds for an instance that starts, or that quits, which may take ten


def claim(options: Options) -> DataLock | Exit:
    """Return the data directory's lock; or, where an instance holds it and was asked for its window, how this process is to end.

    Needs a display only where no instance was ever started on the data directory. What there is to say is on standard error. Raises StartError.
    """
    paths = options.paths
    if not paths.lock.exists():  # nobody holds it, so a window is wanted here; without a display nothing is made
        ensure_display()
    paths.prepare()
    command = opening(options.model, options.files, os.environ)
    claimed = here_or_there(lambda: DataLock(paths), command, paths, lambda _: None, PATIENCE, is_repeatable=True)
    if isinstance(claimed, DataLock):
        return claimed
    end_launch(os.environ)
    if claimed.error:
        sys.stderr.write(f"rivulet: {claimed.error}\n")
    elif options.offline and not claimed.result.get("is_offline"):
        sys.stderr.write(f"rivulet: {ONLINE}\n")
    return claimed.code
