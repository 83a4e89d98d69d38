"""Rivulet's icon, as windows and task bars show it."""

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

SMALL = (16, 24)  # pixels, for which there is a drawing with fewer details


def application_icon(folder: Path) -> QIcon:
    """Return the icon that is drawn in a folder; it is read when it is first shown."""
    icon = QIcon(str(folder / "rivulet.svg"))
    for size in SMALL:
        icon.addFile(str(folder / "rivulet-small.svg"), QSize(size, size))
    return icon
