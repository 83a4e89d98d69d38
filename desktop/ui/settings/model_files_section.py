"""Where models are kept and looked for, and the key to those that ask for one."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.system.paths import AppPaths
from desktop.system.setting import HEADINGS
from desktop.system.setting import Section as Part
from desktop.system.settings import Settings
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.models.asking import asked
from desktop.ui.models.row_list import RowList
from desktop.ui.models.token_form import TokenForm
from desktop.ui.settings.section import Section, caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext


class ModelFilesSection(Section):
    """Show the folders of models, let the person change them, and keep their token.

    Signals: folder_chosen with the folder for models that are fetched, None for the usual one.
    """

    folder_chosen = Signal(object)

    def __init__(self, context: WindowContext, paths: AppPaths | None) -> None:
        super().__init__(translated(HEADINGS[Part.MODEL_FILES]))
        self._context = context
        self._usual = paths.models if paths is not None else Path()
        self._settings = Settings()
        self._where = ElidedLabel()
        self._where.setObjectName("modelsFolder")
        change = self._button(tr("Change…"), "changeModelsFolderButton", self._ask_for_models_folder)
        change.setAccessibleName(tr("Change the folder for models that you get"))
        self._reset = self._button(tr("Reset"), "resetModelsFolderButton", self._on_reset_clicked)
        self._reset.setAccessibleName(tr("Reset: {label}", label=tr("Folder for models that you get")))
        self._problem = caption()
        self._problem.setObjectName("modelFoldersProblem")
        self._problem.hide()
        self._watched: RowList[Path, _WatchedFolder] = RowList(lambda path: _WatchedFolder(path, self._remove))
        self._add = self._button(tr("Add a folder…"), "addWatchedFolderButton", self._ask_for_watched_folder)
        self.token = TokenForm(context)
        self.rows = QVBoxLayout()
        self._lay_out(change)
        self.set_settings(self._settings)

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._settings = settings
        self._where.set_text(str(settings.models_folder or self._usual))
        self._reset.setVisible(settings.models_folder is not None)
        self._watched.show_keys(settings.watched_folders)

    def refresh(self) -> None:
        """Ask whether there is a token; returns before that is known."""
        self._tell("")
        self.token.refresh()

    def _lay_out(self, change: QWidget) -> None:
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self._where, 1)
        where.addWidget(self._reset)
        where.addWidget(change)
        self.column.addWidget(QLabel(tr("Folder for models that you get")))
        self.column.addLayout(where)
        self.column.addWidget(caption(tr("With another folder, files that are there stay where they are, and are not listed any more.")))
        self.column.addSpacing(6)
        self.column.addWidget(QLabel(tr("Other folders to search for models")))
        self.column.addLayout(self._watched.column)
        self.column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._problem)
        self.column.addLayout(self.rows)
        self.column.addSpacing(6)
        self.column.addWidget(QLabel(tr("Access token of Hugging Face")))
        self.column.addWidget(caption(tr("Only for models whose owners want to know who gets them.")))
        self.column.addWidget(self.token)

    def _button(self, words: str, name: str, act: Callable[[], object]) -> LinkButton:
        button = LinkButton(words)
        button.setObjectName(name)
        button.clicked.connect(act)
        return button

    def _ask_for_models_folder(self) -> None:
        self._ask(tr("Folder for models that you get"), str(self._settings.models_folder or self._usual), self.folder_chosen.emit)

    def _ask_for_watched_folder(self) -> None:
        library = self._context.chats.models.library
        self._ask(tr("Add a folder with models"), "", lambda path: self._context.spawn(asked(self, library.add_folder(path), self._tell)))

    def _ask(self, title: str, folder: str, take: Callable[[Path], object]) -> None:
        dialog = QFileDialog(self, title, folder)
        dialog.setObjectName("modelFolderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: take(Path(name)))
        dialog.open()

    def _remove(self, path: Path) -> None:
        self._add.setFocus()  # the button goes
        self._context.spawn(asked(self, self._context.chats.models.library.remove_folder(path), self._tell))

    def _on_reset_clicked(self) -> None:
        self._add.setFocus()  # the button goes
        self.folder_chosen.emit(None)

    def _tell(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))


class _WatchedFolder(QWidget):
    def __init__(self, path: Path, remove: Callable[[Path], object]) -> None:
        super().__init__()
        where = ElidedLabel()
        where.set_text(str(path))
        button = LinkButton(tr("Remove"))
        button.setObjectName("removeWatchedFolderButton")
        button.setAccessibleName(tr("Stop searching {folder}", folder=str(path)))
        button.setToolTip(tr("Its files stay where they are."))
        button.clicked.connect(lambda: remove(path))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(where, 1)
        row.addWidget(button)
