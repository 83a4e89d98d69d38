"""Data directories of tests in which no model is there at first, or only those that the tests bring."""

from pathlib import Path

from desktop.system.settings import Settings, SettingsFile


def leave_guide_out(data: Path) -> None:
    """Let a new data directory's settings leave the guide out, as a person may; an older one stays as it is."""
    data.mkdir(mode=0o700, exist_ok=True)
    file = data / "settings.json"
    if not file.exists():
        SettingsFile(file).write(Settings(uses_guide=False))
