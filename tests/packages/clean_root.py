"""A root with nothing in it but what dpkg needs, to install packages into."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

OWNER = () if os.geteuid() == 0 else ("fakeroot",)  # dpkg gives files to root, which only root can, or who says so
# What a package depends on is not in the root, and is taken from the system.
_FORCED = ("--force-not-root", "--force-depends", "--force-script-chrootless", "--force-bad-path")


@dataclass(frozen=True, slots=True)
class CleanRoot:
    """A root directory and dpkg's log, both in one folder."""

    path: Path

    @classmethod
    def make(cls, folder: Path) -> "CleanRoot":
        """Make it in a folder."""
        root = folder / "root"
        for name in ("info", "updates", "triggers"):
            (root / "var/lib/dpkg" / name).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        return cls(root)

    def dpkg(self, *arguments: str) -> None:
        """Run dpkg on it. Raises CalledProcessError, with what dpkg wrote."""
        command = [*OWNER, "dpkg", f"--root={self.path}", f"--log={self.path.parent / 'dpkg.log'}", *_FORCED, *arguments]
        subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=True)
