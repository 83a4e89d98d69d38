"""Where everything lives: one data directory, private to the person."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from desktop.system.errors import StartError


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The data directory and what is in it. Nothing is made before prepare()."""

    data: Path

    @classmethod
    def default(cls) -> "AppPaths":
        """Return the paths in the place that the platform names for a person's application data."""
        return cls(platformdirs.user_data_path("rivulet", appauthor=False))

    @classmethod
    def under(cls, root: Path) -> "AppPaths":
        """Return the paths in another data directory."""
        return cls(root.absolute())

    @property
    def database(self) -> Path:
        """Return the file of the conversations."""
        return self.data / "conversations.sqlite3"

    @property
    def sessions(self) -> Path:
        """Return the folder of the KV segments."""
        return self.data / "sessions"

    @property
    def logs(self) -> Path:
        """Return the folder of the logs."""
        return self.data / "logs"

    @property
    def settings(self) -> Path:
        """Return the file of the settings."""
        return self.data / "settings.json"

    @property
    def examined(self) -> Path:
        """Return the file that tells what came of trying model files."""
        return self.data / "examined.json"

    @property
    def loading(self) -> Path:
        """Return the file that is there while a model is being loaded."""
        return self.data / "loading.json"

    @property
    def former(self) -> list[Path]:
        """Return the files of earlier versions that nothing needs any more."""
        return [self.data / "ranges.json"]

    @property
    def models(self) -> Path:
        """Return the folder of the models, where none else was chosen; made when one is fetched. Its files outlive Delete all."""
        return self.data / "models"

    @property
    def unfinished_downloads(self) -> Path:
        """Return the folder of what was not fetched to its end, where no other models folder was chosen."""
        return self.models / ".downloads"

    @property
    def model_index(self) -> Path:
        """Return the file that remembers what model files say of themselves."""
        return self.data / "models.json"

    @property
    def lock(self) -> Path:
        """Return the file that is locked while an instance runs."""
        return self.data / "lock"

    @property
    def socket(self) -> Path:
        """Return where the running instance listens for commands, unless its path is too long for that."""
        return self.data / "socket"

    @property
    def deleting(self) -> Path:
        """Return the folder into which everything is moved that is to be deleted."""
        return self.data / ".rivulet-deleting"

    @property
    def deleted(self) -> list[Path]:
        """Return the folders of what was deleted and waits to be erased."""
        return sorted(self.data.glob(".rivulet-deleted-*"))

    def next_deleted(self) -> Path:
        """Return a name for one more of these."""
        number = 1
        while (place := self.data / f".rivulet-deleted-{number}").exists():
            number += 1
        return place

    def belongings(self) -> list[Path]:
        """Return what there is of Rivulet's own but the lock and the socket, which hold while it runs; others may keep things here too."""
        named = (self.database, self.settings, self.examined, self.model_index, self.loading, *self.former)
        files = [path.name for path in named]
        patterns = (
            *(pattern for name in files for pattern in (name, f"{name}-*", f"{name}.damaged-*", f".{name}.*.tmp")),
            f"{self.database.stem}-format-*{self.database.suffix}*",
            self.sessions.name,
            self.logs.name,
            self.unfinished_downloads.relative_to(self.data).as_posix(),
            ".probe-*",
        )
        return sorted({path for pattern in patterns for path in self.data.glob(pattern)})

    def prepare(self) -> None:
        """Make the folders, private to the person, and let every file that this process makes be private too.

        The latter is the process's umask: SQLite and Qt have no mode of their own to set.

        Raises:
            StartError: the data directory cannot be made or written.
        """
        os.umask(0o077)
        try:
            for folder in (self.data, self.sessions, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._make_private(folder)
            probe = self.data / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            reason = error.strerror or str(error)
            raise StartError(
                f"Rivulet cannot write to its data directory {self.data} ({reason}). "
                "Make it writable, or start with --data-dir and another directory."
            ) from error

    def _make_private(self, folder: Path) -> None:
        # A directory that holds other things too, say a home directory, is not ours to close to others.
        ours = {path.name for path in (*self.belongings(), *self.deleted, self.deleting, self.models, self.lock, self.socket)}
        if folder != self.data or all(name in ours for name in os.listdir(folder)):
            with contextlib.suppress(PermissionError):  # not the owner, but may write
                folder.chmod(0o700)
