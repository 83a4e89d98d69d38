"""Files that a person hands to the window: dropped on it, named at the start, or handed over by a second start."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from desktop.chat.file_kinds import FileKind, kind_by_name, sorted_by_kind
from desktop.system.words import Words, counted
from desktop.ui.composer.message_edit import local_files
from desktop.ui.models.models_part import ModelsPart
from desktop.ui.taking_along import TakingAlong


class OpeningFiles(QObject):
    """Take models into the library and load the first, import chats, watch folders; say of all else why it is not opened.

    Signals: refused with a sentence.
    """

    refused = Signal(object)

    def __init__(self, models: ModelsPart, taking_along: TakingAlong, parent: QObject) -> None:
        super().__init__(parent)
        self._models, self._taking_along = models, taking_along

    def open(self, paths: Iterable[Path], *, loads: bool = True) -> None:
        """Open files and folders, whatever they are; loads: the first model, too. Looks at the disk."""
        kinds = sorted_by_kind(paths)
        for number, path in enumerate(kinds[FileKind.MODEL]):
            self._models.take_file(path, loads=loads and number == 0)
        for path in kinds[FileKind.FOLDER]:
            self._models.take_folder(path)
        if chats := kinds[FileKind.CHATS]:
            self._taking_along.import_files(chats)
        if missing := kinds[FileKind.MISSING]:
            self.refused.emit(_missing(missing))
        if others := kinds[FileKind.OTHER]:
            self.refused.emit(_unknown(others))


def are_for_window(dragged: QMimeData) -> bool:
    """Return whether something that is dragged can be opened, as far as that can be told in passing."""
    return any(kind_by_name(path) is not FileKind.OTHER or path.is_dir() for path in local_files(dragged))


def _missing(paths: Sequence[Path]) -> Words:
    return counted(
        "{count} files are not where they should be, {path} among them. They may have been moved or deleted.",
        "{path} is not there. It may have been moved or deleted.",
        len(paths),
        path=str(paths[0]),
    )


def _unknown(paths: Sequence[Path]) -> Words:
    return counted(
        "{count} files cannot be opened, “{name}” among them. Rivulet opens models (.gguf) and exported chats (.rivulet, .json).",
        "“{name}” cannot be opened. Rivulet opens models (.gguf) and exported chats (.rivulet, .json).",
        len(paths),
        name=paths[0].name,
    )
