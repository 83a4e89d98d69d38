"""Files that are chosen, dropped or pasted in a pane: read, and put beside what is being written."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QStandardPaths, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.chat.file_kinds import FileKind, kind_by_name
from desktop.conversations.message import ConversationId
from desktop.system.errors import RivuletError
from desktop.system.words import Words, counted, say, sentences
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.message_edit import local_files
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

MOST_FILES = 10  # of one message
_TAKEN = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class Attaching(QObject):
    """Attach files to what is written in a pane, and say why one cannot be.

    A model file is left to the window, and so is a file of chats, unless it comes over the composer itself.
    Signals: refused with what the person is told.
    """

    refused = Signal(object)

    def __init__(self, context: WindowContext, chat_id: Callable[[], ConversationId | None], composer: Composer, pane: QWidget) -> None:
        super().__init__(pane)
        self._context = context
        self._chat_id = chat_id
        self._composer = composer
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        composer.files_wanted.connect(self.ask)
        composer.files_pasted.connect(self.attach)
        composer.picture_pasted.connect(self._on_composer_picture_pasted)
        for part in (pane, composer):
            part.setAcceptDrops(True)
            part.installEventFilter(self)

    def ask(self) -> None:
        """Ask for files."""
        dialog = QFileDialog(self._composer.window(), tr("Attach text files"), self._folder)
        dialog.setObjectName("attachFileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._on_dialog_files_selected)
        dialog.open()

    def attach(self, paths: Sequence[Path]) -> None:
        """Attach files to what is written for the chat that is shown."""
        if (chat_id := self._chat_id()) is not None:
            self._context.spawn(self._attach(chat_id, paths))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self._composer.set_drop_target(False)
        if event.type() not in _TAKEN or not isinstance(event, QDropEvent):
            return False
        paths = self._paths(event.mimeData(), is_over_composer=watched is self._composer)
        if not paths:
            return False
        event.acceptProposedAction()
        self._composer.set_drop_target(event.type() != QEvent.Type.Drop)
        if event.type() == QEvent.Type.Drop:
            self.attach(paths)
        return True

    def _paths(self, dropped: QMimeData, *, is_over_composer: bool) -> list[Path]:
        """Return the files that are to be attached of what is dragged."""
        paths = local_files(dropped)
        kinds = [kind_by_name(path) for path in paths]
        return [] if FileKind.MODEL in kinds or (not is_over_composer and FileKind.CHATS in kinds) else paths

    async def _attach(self, chat_id: ConversationId, paths: Sequence[Path]) -> None:
        refused: list[str] = []
        left = MOST_FILES - len(self._composer.attachments())
        for path in paths[: max(0, left)]:
            try:
                attachment = await self._context.chats.composing.attach(path)
            except RivuletError as error:
                refused.append(error.sentence)
                continue
            if chat_id == self._chat_id():
                self._composer.add_attachment(attachment)
            else:
                self._context.unsent.set_files(chat_id, (*self._context.unsent.files(chat_id), attachment))
                await self._context.unsent.store(chat_id)
        if len(paths) > left:
            refused.append(_too_many(len(paths) - max(0, left)))
        if refused:
            self.refused.emit(translated(sentences(*refused)))

    def _on_dialog_files_selected(self, names: Sequence[str]) -> None:
        self._folder = str(Path(names[0]).parent)
        self.attach([Path(name) for name in names])

    def _on_composer_picture_pasted(self) -> None:
        self.refused.emit(translated(say("The model cannot read pictures, so it was not attached. Describe it in words.")))


def _too_many(count: int) -> Words:
    return counted(
        "A message takes {most} files, so {count} were not attached. Send them with the next one.",
        "A message takes {most} files, so {count} was not attached. Send it with the next one.",
        count,
        most=MOST_FILES,
    )
