"""Where everything is kept, and deleting all of it."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.system.deleting import Erased, size_of_all
from desktop.system.paths import AppPaths
from desktop.system.setting import HEADINGS
from desktop.system.setting import Section as Part
from desktop.system.threads import in_thread
from desktop.system.words import Words, counted, say, sentences
from desktop.ui.amounts import in_bytes
from desktop.ui.controls.buttons import SecondaryButton
from desktop.ui.settings.section import Section, caption
from desktop.ui.sidebar.question import Question
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext


class DeletingSection(Section):
    """Show the data folder in the system's file manager, and ask before everything is deleted.

    Signals: asked with the widget that asks and now has to be seen; confirmed.
    """

    asked = Signal(QWidget)
    confirmed = Signal()

    def __init__(self, context: WindowContext, paths: AppPaths) -> None:
        super().__init__(translated(HEADINGS[Part.DATA]))
        self._context, self._paths = context, paths
        self._asked = 0
        self._where = caption()
        self._tell_where()
        self._where.setObjectName("dataFolder")
        show = SecondaryButton(tr("Show in file manager"))
        show.setObjectName("showDataFolderButton")
        show.setAccessibleDescription(str(paths.data))
        show.clicked.connect(self._on_show_clicked)
        self._delete = SecondaryButton(tr("Delete all…"))
        self._delete.setObjectName("deleteAllButton")
        self._delete.setAccessibleDescription(tr("Asks before anything is deleted."))
        self._delete.clicked.connect(lambda: context.spawn(self._ask()))
        self._question = Question(context.theme, act=tr("Delete everything"), keep=tr("Cancel"))
        self._question.setObjectName("deleteAllQuestion")
        self._question.answered.connect(self._delete.setFocus)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(show)
        buttons.addWidget(self._delete)
        buttons.addStretch()
        self.column.addWidget(self._where)
        self.column.addLayout(buttons)
        self.column.addWidget(self._question)

    def leave(self) -> None:
        """Ask no more."""
        self._asked += 1
        self._question.hide()
        self._tell_where()

    def _tell_where(self) -> None:
        self._where.setText(tr("Chats, what keeps them ready, settings and logs are in {folder}.", folder=str(self._paths.data)))

    async def _ask(self) -> None:
        self._asked += 1
        number = self._asked
        chats = [*await self._context.chats.conversations(), *await self._context.chats.trashed()]
        size = await in_thread("measuring", lambda: size_of_all(self._paths))
        if number != self._asked:  # the settings were left meanwhile
            return
        count = sum(1 for chat in chats if chat.head_id is not None)
        self._question.ask(translated(all_sentences(count, size)), self.confirmed.emit)
        self.asked.emit(self._question)

    def _on_show_clicked(self) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._paths.data))):
            self._where.setText(tr("The folder cannot be shown here. Open it yourself: {folder}", folder=str(self._paths.data)))


def all_sentences(chats: int, size: int) -> Words:
    """Return what goes if everything is deleted: so many chats with messages, so many bytes."""
    return sentences(
        counted(
            "This deletes {count} chats with everything that was said in them, those in the trash too.",
            "This deletes {count} chat with everything that was said in it.",
            chats,
        )
        if chats
        else "",
        say("Drafts, what keeps chats ready, logs and all settings go with them, {size} in all.", size=in_bytes(size)),
        say("What runs is stopped first, and nothing can be brought back."),
        say("Model files and what you exported stay where they are."),
    )


def erased_sentences(erased: Erased) -> list[Words]:
    """Return what there is to say once everything was deleted."""
    told = []
    if erased.left:
        told.append(
            counted(
                "{count} files of what was deleted are still on the disk ({reason}). They are removed at the next start.",
                "{count} file of what was deleted is still on the disk ({reason}). It is removed at the next start.",
                len(erased.left),
                reason=erased.reason,
            )
        )
    if not erased.forgot_secrets:
        told.append(say("All files were deleted, but the keyring kept its entries of Rivulet. Remove them there, or delete all again."))
    return told or [say("Everything was deleted, {size} in all.", size=in_bytes(erased.size))]
