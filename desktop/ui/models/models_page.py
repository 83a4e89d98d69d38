"""All models, over the window: those that are here, those that suit this computer, and those of Hugging Face."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.conversations.folding import words_of
from desktop.ui.controls.search_field import SearchField
from desktop.ui.controls.searched_page import SearchedPage
from desktop.ui.models.arriving_part import ArrivingPart
from desktop.ui.models.hub_part import HubPart
from desktop.ui.models.library_part import LibraryPart
from desktop.ui.models.offer_row import OFFLINE
from desktop.ui.models.offers_part import OffersPart
from desktop.ui.settings.section import caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

_WIDTH = 760
_HEIGHT = 760
_STEP = 64  # pixels that Up and Down scroll


class ModelsPage(SearchedPage):
    """List models; what is written above leaves those that have the words, and Enter looks on Hugging Face.

    Signals: load_requested with a path; file_wanted; folder_wanted; places_wanted.
    """

    load_requested = Signal(Path)
    file_wanted = Signal()
    folder_wanted = Signal()
    places_wanted = Signal()

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        field = SearchField(tr("Find a model; Enter looks on Hugging Face"))
        super().__init__(context.theme, window, field, width=_WIDTH, height=_HEIGHT)
        self.setObjectName("modelsPage")
        self.setAccessibleName(tr("Models"))
        self._context = context
        self._field.setObjectName("modelField")
        self._field.textChanged.connect(self.refresh)
        self._field.entered.connect(lambda _: self._look_on_hub())
        self._field.stepped.connect(self._on_field_stepped)
        self._arriving = ArrivingPart(context)
        self._library = LibraryPart(context)
        self._offers = OffersPart(context)
        self._offline = caption(translated(OFFLINE))
        self._offline.setObjectName("offlineWords")
        self._hub = HubPart(context)
        self._hub.wanted.connect(self._look_on_hub)
        self._hub.found.connect(self._show_hub, Qt.ConnectionType.QueuedConnection)  # once it has its place
        self._library.load_requested.connect(self.load_requested)
        self._library.file_wanted.connect(self.file_wanted)
        self._library.folder_wanted.connect(self.folder_wanted)
        self._library.places_wanted.connect(self.places_wanted)
        self._lay_out()
        for changed in (context.bridge.library_changed, context.bridge.downloads_changed, context.bridge.model_changed):
            changed.connect(self._show_changed)
        context.theme.changed.connect(self._show_changed, Qt.ConnectionType.QueuedConnection)  # after its parts

    def open(self) -> None:
        """Begin with all models, and look for new ones."""
        self._field.clear()
        self.refresh()
        self._scrolled.verticalScrollBar().setValue(0)
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._context.spawn(self._context.chats.models.library.refresh())

    def refresh(self) -> None:
        """Show what there is now."""
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        text = self._field.text().strip()
        sought = words_of(text)
        self._arriving.refresh()
        self._library.refresh(sought)
        self._offers.refresh(sought)
        self._hub.refresh(text)
        is_offline = self._context.chats.models.is_offline
        self._offline.setVisible(is_offline)
        self._hub.setVisible(not is_offline)
        self._field.setPlaceholderText(tr("Find a model") if is_offline else tr("Find a model; Enter looks on Hugging Face"))
        if had_focus and QApplication.focusWidget() is None:
            self._field.setFocus()  # what had it is gone

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _lay_out(self) -> None:
        self._lay_out_head("model", tr("Close the models"))
        self._body.setObjectName("modelsBody")
        parts = QVBoxLayout(self._body)
        parts.setContentsMargins(20, 16, 20, 12)
        parts.setSpacing(24)
        for part in (self._arriving, self._library, self._offline, self._offers, self._hub):
            parts.addWidget(part)
        parts.addStretch()
        self._scrolled.setObjectName("modelsScroll")

    def _look_on_hub(self) -> None:
        self._hub.look_for(self._field.text().strip())

    def _show_hub(self) -> None:
        self._scrolled.verticalScrollBar().setValue(self._hub.y() - _STEP // 4)

    def _on_field_stepped(self, steps: int) -> None:
        bar = self._scrolled.verticalScrollBar()
        bar.setValue(bar.value() + steps * self._theme.scaled(_STEP))

    def _show_changed(self) -> None:
        if self.isVisible():
            self.refresh()
