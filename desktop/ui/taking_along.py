"""Chats to files and back: asks for the file, has it written or read, and tells how far that is and what came of it."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.chat.api import Archives
from desktop.chat.course import Course, StoppedError
from desktop.chat.imported import STOPPED, Imported, imported_sentences
from desktop.chat.spawning import Spawn
from desktop.conversations.message import ConversationId
from desktop.system.errors import RivuletError
from desktop.system.words import counted, say, sentences
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.titles import drawn_title
from desktop.ui.translation import tr, translated

_JSON, _MARKDOWN = say("JSON, which can be imported again (*.json)"), say("Markdown, to read (*.md)")
_IMPORTED = say("Chats (*.json *.rivulet);;All files (*)")
_NAME_CHARACTERS = 60


class Form(Enum):
    """How a chat is written."""

    MARKDOWN = auto()
    THOUGHTS = auto()  # Markdown with what models thought
    JSON = auto()


class TakingAlong(QObject):
    """Write chats to files and import them, while the window goes on.

    Signals: begun with a Course and what it does; ended with the Course; told with a sentence, and a Conversation that can be shown
    or None; refused with a sentence, of one file among several.
    """

    begun = Signal(object, object)
    ended = Signal(object)
    told = Signal(object, object)
    refused = Signal(object)

    def __init__(self, archives: Archives, spawn: Spawn, directory: ChatDirectory, window: QWidget) -> None:
        super().__init__(window)
        self._archives, self._spawn, self._directory, self._window = archives, spawn, directory, window
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

    def ask_export(self, chat_id: ConversationId, form: Form) -> None:
        """Ask for a file and write a chat to it."""
        words, suffix = (_JSON, "json") if form is Form.JSON else (_MARKDOWN, "md")
        dialog = self._dialog(tr("Export this chat"), translated(words), f"{file_name(self._directory.title(chat_id))}.{suffix}")
        dialog.fileSelected.connect(lambda name: self._spawn(self._export_chat(Path(name), chat_id, form)))

    def ask_export_all(self) -> None:
        """Ask for a file and write all chats to it."""
        json, markdown, name = translated(_JSON), translated(_MARKDOWN), tr("Rivulet chats")
        dialog = self._dialog(tr("Export all chats"), f"{json};;{markdown}", f"{name}.json")
        dialog.filterSelected.connect(lambda words: dialog.setDefaultSuffix("md" if words == markdown else "json"))
        dialog.fileSelected.connect(lambda name: self._spawn(self._export_all(Path(name))))

    def ask_import(self) -> None:
        """Ask for a file and import its chats."""
        dialog = self._dialog(tr("Import chats"), translated(_IMPORTED))
        dialog.fileSelected.connect(lambda name: self.import_files([Path(name)]))

    def import_files(self, paths: Iterable[Path]) -> None:
        """Import the chats of files, one after the other, and tell at the end what came of all; stopping one ends it."""
        self._spawn(self._import(tuple(paths)))

    def _dialog(self, title: str, filters: str, name: str = "") -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._folder, filters)
        dialog.setObjectName("exportFileDialog" if name else "importFileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile if name else QFileDialog.FileMode.ExistingFile)
        if name:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(name.rpartition(".")[2])
            dialog.selectFile(name)
        dialog.fileSelected.connect(self._on_dialog_file_selected)
        dialog.open()
        return dialog

    async def _export_chat(self, path: Path, chat_id: ConversationId, form: Form) -> None:
        def write(course: Course) -> Coroutine[Any, Any, int]:
            if form is Form.JSON:
                return self._archives.export_json(path, course, chat_id)
            return self._archives.export_markdown(path, course, chat_id, with_thoughts=form is Form.THOUGHTS)

        title = self._directory.title(chat_id)
        if await self._export(path, write) is not None:
            self.told.emit(say("“{title}” was written to {path}.", title=title, path=str(path)), None)

    async def _export_all(self, path: Path) -> None:
        is_markdown = path.suffix.lower() == ".md"
        export = self._archives.export_markdown if is_markdown else self._archives.export_json
        left_out: list[str] = []

        async def write(course: Course) -> int:
            course.left_out = left_out
            return await export(path, course)

        count = await self._export(path, write)
        if count is not None:
            written = counted("{count} chats were written to {path}.", "{count} chat was written to {path}.", count, path=str(path))
            self.told.emit(sentences(written, left_out_sentence(left_out)), None)

    async def _export(self, path: Path, write: Callable[[Course], Coroutine[Any, Any, int]]) -> int | None:
        """Return how many chats were written; None where the person ended that."""
        course = Course()
        self.begun.emit(course, say("Exporting to {file}", file=path.name))
        try:
            return await write(course)
        except StoppedError as stopped:
            self.told.emit(stopped.sentence, None)
            return None
        finally:
            self.ended.emit(course)

    async def _import(self, paths: Sequence[Path]) -> None:
        whole = Imported()
        for path in paths:
            course = Course()
            self.begun.emit(course, say("Importing {file}", file=path.name))
            try:
                whole.add(await self._archives.import_file(path, course))
            except RivuletError as error:
                if len(paths) == 1:
                    raise
                self.refused.emit(say("{where}: {why}", where=path.name, why=error.sentence))
            finally:
                self.ended.emit(course)
            if course.is_stopped and path != paths[-1]:
                whole.ended = STOPPED
                break
        if whole.first is not None:
            self._directory.put(whole.first)  # its event may still be on the way
        self.told.emit(imported_sentences(whole), whole.first)

    def _on_dialog_file_selected(self, name: str) -> None:
        self._folder = str(Path(name).parent)


def left_out_sentence(titles: Sequence[str]) -> str:
    """Return what the person is told of chats that are too large for a file of chats; empty without any."""
    if not titles:
        return ""
    return counted(
        "{count} chats, “{title}” among them, are too large to be imported again and were left out. They are kept as they are.",
        "“{title}” is too large to be imported again and was left out. It is kept as it is.",
        len(titles),
        title=drawn_title(titles[0]),
    )


def file_name(title: str) -> str:
    """Return a name for the file of a chat, without suffix, that every file system takes."""
    kept = "".join(character if character.isalnum() or character in "-_" else " " for character in title)
    return " ".join(kept.split())[:_NAME_CHARACTERS].strip() or tr("Chat")
