"""A model on this computer."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from desktop.chat.events import ModelPhase, ModelState
from desktop.models.entry import ModelEntry, Origin
from desktop.models.fit import Fit
from desktop.ui.amounts import in_bytes
from desktop.ui.controls.buttons import IconButton, LinkButton
from desktop.ui.models.asking import asked
from desktop.ui.models.model_details import ModelDetails
from desktop.ui.models.model_row import ModelRow
from desktop.ui.models.model_words import entry_caption
from desktop.ui.sidebar.question import Question
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

_BUTTON = 60  # pixels at least, so that what stands before it stands below each other


class LibraryRow(ModelRow):
    """Show it, load it, and ask before its file is deleted.

    Signals: load_requested with its path.
    """

    load_requested = Signal(object)

    def __init__(self, context: WindowContext, entry: ModelEntry, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, parent)
        self._context = context
        self._entry = entry
        self._act: Callable[[], object] = lambda: None
        self._button = LinkButton("")
        self._button.setObjectName("loadModelButton")
        self._button.clicked.connect(lambda: self._act())
        self._more = IconButton(context.theme, "more", "")
        self._more.setObjectName("modelMenuButton")
        self._more.clicked.connect(self._on_more_clicked)
        self.buttons.addWidget(self._button)
        self.buttons.addWidget(self._more)
        self._question = Question(context.theme, act=tr("Delete the file"), keep=tr("Keep"))
        self._question.setObjectName("deleteModelQuestion")
        self._question.answered.connect(self._more.setFocus)
        self.details = ModelDetails()
        self.below.addWidget(self.details)
        self.below.addWidget(self._question)

    def show_entry(self, entry: ModelEntry, fit: Fit | None, model: ModelState) -> None:
        """Show what is known of it; model: what is loaded."""
        self._entry = entry
        self.name.set_text(translated(entry.name))
        self.setAccessibleName(translated(entry.name))
        self.caption.set_text(translated(entry.fault) if entry.fault is not None else entry_caption(entry))
        self.show_numbers(fit, in_bytes(entry.size))
        self._more.setAccessibleName(tr("More of {name}", name=entry.name))
        self._more.setToolTip(tr("More"))
        self.details.set_entry(entry)
        self._show_state(model)

    def menu(self) -> QMenu:
        """Return the menu as it would be shown now."""
        menu = QMenu(self)
        if self._entry.header is not None:
            menu.addAction(self._button.text()).triggered.connect(self._button.click)
            menu.addSeparator()
        menu.addAction(tr("Hide details") if self.details.isVisible() else tr("Details")).triggered.connect(self._toggle_details)
        menu.addAction(tr("Show in file manager")).triggered.connect(self._show_in_folder)
        if self._entry.header is not None:
            menu.addAction(tr("Check the file")).triggered.connect(lambda: self._context.spawn(asked(self, self._check(), self.tell)))
        if self._entry.origin is Origin.GUIDE:
            return menu
        menu.addSeparator()
        if self._entry.origin is Origin.MODELS_FOLDER:
            menu.addAction(tr("Delete the file…")).triggered.connect(self._ask_to_delete)
        else:
            menu.addAction(tr("Take off this list; the file stays")).triggered.connect(self._remove)
        return menu

    def focus(self) -> None:
        """Give the focus to what leads on."""
        (self._button if self._button.isVisibleTo(self) else self._more).setFocus()

    def _show_state(self, model: ModelState) -> None:
        is_this = model.path == self._entry.path
        mark, words, act = "", tr("Load"), self._load
        if is_this and model.phase is ModelPhase.READY:
            mark, words, act = tr("Loaded"), tr("Unload"), self._unload
        elif is_this and model.phase is ModelPhase.LOADING:
            mark, words, act = tr("Loading, {percent}%", percent=round(model.progress * 100)), tr("Cancel"), self._cancel
        elif is_this and model.phase is ModelPhase.UNLOADED:
            mark = tr("Sleeping: loads when you send")
        self._act = act
        self.set_mark(mark)
        self._button.setText(words)
        self._button.setMinimumWidth(max(_BUTTON, self._button.sizeHint().width()))
        self._button.setAccessibleName(tr("{what}: {name}", what=words, name=self._entry.name))
        self._button.setVisible(self._entry.header is not None)

    def _load(self) -> None:
        self.load_requested.emit(self._entry.path)

    def _unload(self) -> None:
        self._context.spawn(asked(self, self._context.chats.loading.unload(), self.tell))

    def _cancel(self) -> None:
        self._context.chats.loading.cancel()

    async def _check(self) -> None:
        self.tell(tr("Checking the file…"), is_problem=False)
        is_sound = await self._context.chats.models.library.verify(self._entry.path)
        if not isValid(self):  # what is sought leaves the row out by now
            return
        if is_sound:
            self.tell(tr("The file is what it was when it came."), is_problem=False)
        else:
            self.tell(tr("The file is not what it was: it is damaged or was replaced. Your chats are kept; get it again."))

    def _ask_to_delete(self) -> None:
        size, path = in_bytes(self._entry.size), str(self._entry.path)
        self._question.ask(tr("This deletes {path} and frees {size}. Your chats are kept.", path=path, size=size), self._remove)

    def _remove(self) -> None:
        self._context.spawn(asked(self, self._context.chats.models.library.remove(self._entry.path), self.tell))

    def _toggle_details(self) -> None:
        self.details.setVisible(not self.details.isVisible())

    def _show_in_folder(self) -> None:
        folder = self._entry.path.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.tell(tr("The folder cannot be shown here. Open it yourself: {folder}", folder=str(folder)))

    def _on_more_clicked(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        place = self._more.mapToGlobal(QPoint(self._more.width(), self._more.height()))
        menu.popup(place - QPoint(menu.sizeHint().width(), 0))
