"""What the window needs for models: the page with its key, the questions for files and folders, and what has just come."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.system.errors import RivuletError
from desktop.ui.controls.overlay import OverlayHost
from desktop.ui.models.arrivals import Arrivals
from desktop.ui.models.models_page import ModelsPage
from desktop.ui.shortcuts.shortcut import Shortcut, add_shortcuts
from desktop.ui.translation import tr
from desktop.ui.window_context import WindowContext


class ModelsPart(QObject):
    """Show the page over a window when a key asks for it or somebody else does; made when it is first shown.

    Signals: load_requested with a path; places_wanted for the settings of models; folder_added with its path, and whether it was not
    watched before.
    """

    load_requested = Signal(Path)
    places_wanted = Signal()
    folder_added = Signal(Path, bool)

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._shown: tuple[ModelsPage, OverlayHost] | None = None
        self._arrivals = Arrivals(context, self)
        self._arrivals.load_requested.connect(self.load_requested)
        add_shortcuts({Shortcut.MODELS: self.open}, window)

    def open(self) -> None:
        """Show the page, or begin anew."""
        page, host = self._shown or self._make()
        self._shown = page, host
        host.show()
        page.open()

    def refresh(self) -> None:
        """Show what the settings changed."""
        if self._shown is not None and self._shown[0].isVisible():
            self._shown[0].refresh()

    def ask_file(self, folder: str, *, loads: bool) -> None:
        """Ask for a model file and take it into the library; load it if that is wanted."""
        dialog = QFileDialog(self._window, tr("Open a model file"), folder, tr("Models (*.gguf);;All files (*)"))
        dialog.setObjectName("modelFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name), loads=loads))
        dialog.open()

    def ask_folder(self) -> None:
        """Ask for a folder and watch it."""
        dialog = QFileDialog(self._window, tr("Add a folder with models"))
        dialog.setObjectName("modelFolderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.take_folder(Path(name)))
        dialog.open()

    def take_file(self, path: Path, *, loads: bool) -> None:
        """Take a file into the library where it is; load it if that is wanted."""
        self._context.spawn(self._add_file(path, loads=loads))

    def take_folder(self, path: Path) -> None:
        """Watch a folder, and say so."""
        self._context.spawn(self._add_folder(path))

    async def _add_file(self, path: Path, *, loads: bool) -> None:
        if loads:
            self.load_requested.emit(path)
        try:
            await self._context.chats.models.library.add_file(path)
        except RivuletError:
            if not loads:  # else loading tells what is wrong with it
                raise

    async def _add_folder(self, path: Path) -> None:
        self.folder_added.emit(path, await self._context.chats.models.library.add_folder(path))

    def _make(self) -> tuple[ModelsPage, OverlayHost]:
        page = ModelsPage(self._context, self._window)
        page.load_requested.connect(self.load_requested)
        page.file_wanted.connect(lambda: self.ask_file("", loads=False))
        page.folder_wanted.connect(self.ask_folder)
        page.places_wanted.connect(page.close)
        page.places_wanted.connect(self.places_wanted)
        return page, OverlayHost(page, self._window)
