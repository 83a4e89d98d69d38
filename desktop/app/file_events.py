"""Files that the system hands to a program that runs, as macOS does where others start one anew."""

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class FileEventApplication(QApplication):
    """Tell of files that the person opens elsewhere. (A filter would see each event of every widget.)

    Signals: file_opened with a path.
    """

    file_opened = Signal(Path)

    def event(self, event: QEvent) -> bool:
        """See QObject."""
        if isinstance(event, QFileOpenEvent) and event.url().isLocalFile():
            self.file_opened.emit(Path(event.url().toLocalFile()))
            return True
        return super().event(event)
