"""A copy of the application's folder with the permissions and times that a package gives its files."""

import os
import shutil
from pathlib import Path


def copy_application(application: Path, target: Path) -> None:
    """Copy the one-folder application; links stay links."""
    shutil.copytree(application, target, symlinks=True)


def settle(root: Path, moment: int) -> None:
    """Give everything under a folder plain permissions and the same time, so that a package comes out alike each time.

    What can be run stays so, but for libraries, which nothing runs. The time is in seconds since 1970.
    """
    for path in sorted((root, *root.rglob("*")), reverse=True):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or _is_run(path) else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def _is_run(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o100) and ".so" not in path.suffixes
