"""The models on this computer, and where they are looked for."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.conversations.folding import fold
from desktop.models.entry import ModelEntry, Origin
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.models.library_row import LibraryRow
from desktop.ui.models.model_words import entry_caption
from desktop.ui.models.row_list import RowList
from desktop.ui.settings.section import Section, caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext


class LibraryPart(Section):
    """List them: what is loaded first, then by name, the guide last.

    Signals: load_requested with a path; file_wanted; folder_wanted; places_wanted for the settings that say where is looked.
    """

    load_requested = Signal(object)
    file_wanted = Signal()
    folder_wanted = Signal()
    places_wanted = Signal()

    def __init__(self, context: WindowContext) -> None:
        super().__init__(tr("On this computer"))
        self._context = context
        self._entries: dict[Path, ModelEntry] = {}
        self._list: RowList[Path, LibraryRow] = RowList(self._make_row)
        self._nothing = caption()
        self._nothing.setObjectName("noModelFound")
        self._nothing.setContentsMargins(0, 8, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(self._list.column)
        self.column.addWidget(self._nothing)
        self.column.addSpacing(8)
        self.column.addLayout(self._make_buttons())

    def refresh(self, sought: Sequence[str]) -> None:
        """Show what the library has now, as far as it has all of some folded words."""
        library, model = self._context.chats.models.library, self._context.chats.model
        shown = [entry for entry in library.entries if _has_words(entry, sought)]
        shown.sort(key=lambda entry: (entry.path != model.path, entry.header is None, _is_guide(entry), entry.name.casefold(), entry.path))
        self._entries = {entry.path: entry for entry in shown}
        for entry, row in zip(shown, self._list.show_keys([entry.path for entry in shown]), strict=True):
            row.show_entry(entry, library.fit(entry), model)
        nothing = tr("No other model was found yet. Get one below, or add one that you have.")
        if not shown:
            nothing = tr("No model file was found yet. Get one below, or add one that you have.")
        self._nothing.setText(tr("Nothing found") if sought else nothing)
        self._nothing.setVisible(not shown or (not sought and all(map(_is_guide, shown))))

    def row(self, path: Path) -> LibraryRow | None:
        """Return the row of a model."""
        return self._list.rows().get(path)

    def _make_row(self, path: Path) -> LibraryRow:
        row = LibraryRow(self._context, self._entries[path])
        row.load_requested.connect(self.load_requested)
        return row

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        folder = tr("All models in it are listed, also those that come later.")
        commands = (
            (tr("Add a file…"), "addModelFileButton", tr("It is used where it is, without a copy."), self.file_wanted),
            (tr("Add a folder…"), "addModelFolderButton", folder, self.folder_wanted),
            (tr("Folders…"), "modelPlacesButton", tr("Which folders are searched for models"), self.places_wanted),
        )
        for words, name, told, wanted in commands:
            button = LinkButton(words)
            button.setObjectName(name)
            button.setToolTip(told)
            button.clicked.connect(wanted)
            row.addWidget(button)
        row.addStretch()
        return row


def _is_guide(entry: ModelEntry) -> bool:
    return entry.origin is Origin.GUIDE


def _has_words(entry: ModelEntry, sought: Sequence[str]) -> bool:
    text = fold(f"{translated(entry.name)} {entry.path.name} {entry_caption(entry)}")
    return all(word in text for word in sought)
