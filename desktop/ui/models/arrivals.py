"""What has just been fetched, where nothing else could answer: it is loaded by itself."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.chat import events
from desktop.chat.events import ModelPhase
from desktop.models.download import Download, DownloadId, DownloadPhase
from desktop.models.entry import ModelEntry
from desktop.ui.models.matching import entry_of
from desktop.ui.window_context import WindowContext


class Arrivals(QObject):
    """Wait for downloads to end and their models to be in the library.

    Signals: load_requested with the path of one that came while no model was loaded or on its way but the guide.
    """

    load_requested = Signal(Path)

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._arrived: dict[DownloadId, Download] = {}
        context.bridge.downloads_changed.connect(self._on_bridge_downloads_changed)
        context.bridge.library_changed.connect(self._look)

    def _look(self) -> None:
        model = self._context.chats.model
        if model.phase not in (ModelPhase.NONE, ModelPhase.FAILED) and not model.is_guide:  # which is nothing beside a model
            self._arrived.clear()  # something answers; who wants another model chooses it
            return
        entries = self._context.chats.models.library.entries
        here = next((entry for download in self._arrived.values() if (entry := _entry_of(download, entries)) is not None), None)
        if here is not None:
            self._arrived.clear()
            self.load_requested.emit(here.path)

    def _on_bridge_downloads_changed(self, event: events.DownloadsChanged) -> None:
        self._arrived |= {download.id: download for download in event.downloads if download.phase is DownloadPhase.DONE}
        self._look()


def _entry_of(download: Download, entries: Sequence[ModelEntry]) -> ModelEntry | None:
    """Return the entry that a download became, if it can be used."""
    at_path = next((entry for entry in entries if entry.path == download.path), None)
    entry = at_path or entry_of(download.file, entries)
    return entry if entry is not None and entry.header is not None else None
