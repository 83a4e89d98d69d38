"""A document that can be given any text: whatever that names, nothing is loaded."""

from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument


class InertDocument(QTextDocument):
    """A document that never reads a file or a URL, whatever its text names."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        # Anything but an image here would make Qt try the name as a file of this computer.
        image = QImage(1, 1, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        return image
