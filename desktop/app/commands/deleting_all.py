"""Deleting everything without a window."""

from desktop.app.commands.command import Exit, Outcome
from desktop.system.deleting import begin, erase, finish_moving, move_away
from desktop.system.errors import RivuletError
from desktop.system.lock import AlreadyRunningError, DataLock
from desktop.system.paths import AppPaths

RUNNING = "Rivulet is running, so nothing was deleted. Close it, or delete all in its settings."


def delete_everything(paths: AppPaths) -> Outcome:
    """Delete all that was ever kept in a data directory, and the keyring's entries."""
    try:
        paths.prepare()
        with DataLock(paths):
            if not finish_moving(paths):
                begin(paths)
                move_away(paths)
            erased = erase(paths, lambda done, total: None)
    except AlreadyRunningError:
        return Outcome(Exit.FAILED, error=RUNNING)
    except RivuletError as error:
        return Outcome(Exit.FAILED, error=error.sentence)
    result: dict[str, object] = {
        "freed_bytes": erased.size,
        "left": [str(file) for file in erased.left],
        "reason": erased.reason,
        "keyring": "empty" if erased.forgot_secrets else "kept",
    }
    return Outcome(Exit.FAILED if erased.left or not erased.forgot_secrets else Exit.DONE, result)
