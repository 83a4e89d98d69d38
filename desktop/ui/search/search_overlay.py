"""The search in all chats, over the window."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLabel, QListView, QVBoxLayout, QWidget

from desktop.conversations.message import FolderId
from desktop.conversations.search import MOST_RESULTS, SearchHit, SearchQuery, SearchResults
from desktop.system.words import say
from desktop.ui.controls.buttons import IconButton
from desktop.ui.controls.choice_button import ChoiceButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.controls.overlay import Overlay
from desktop.ui.controls.search_field import SearchField
from desktop.ui.search.folder_chip import FolderChip
from desktop.ui.search.found_dates import SINCE, Days, since
from desktop.ui.search.result_list import HIT_ROLE, ResultDelegate, ResultModel
from desktop.ui.translation import tr, tr_counted, translated
from desktop.ui.window_context import WindowContext

_WIDTH = 640
_HEIGHT = 600
_AGAIN_MS = 1000  # while older messages are still being indexed
HINT = say("Titles and messages of all chats")
NOTHING = say("Nothing found")
BEHIND = say("Still being indexed: older messages may be missing.")


class SearchOverlay(Overlay):
    """Show what is found while it is being typed; the newest words win.

    Signals: chosen with a SearchHit and whether it is to be opened beside.
    """

    chosen = Signal(object, bool)

    def __init__(self, context: WindowContext, parent: QWidget, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        super().__init__(context.theme, parent, width=_WIDTH, height=_HEIGHT)
        self.setObjectName("searchOverlay")
        self.setAccessibleName(tr("Search"))
        self._context = context
        self._now = now
        self._wanted: SearchQuery | None = None  # not asked for yet
        self._is_asking = False
        self._field = SearchField(tr("Search chats and messages"))
        self._field.setObjectName("searchField")
        self._field.textChanged.connect(self._on_query_changed)
        self._field.stepped.connect(self._on_field_stepped)
        self._field.entered.connect(self._on_field_entered)
        self._model = ChoiceButton(context.theme, tr("Model"), self)
        self._model.setObjectName("searchModel")
        self._model.setToolTip(tr("Only chats with this model"))
        self._model.chosen.connect(self._on_model_chosen)
        self._folder = FolderChip(context.theme, tr("Folder"), self)
        self._folder.setObjectName("searchFolder")
        self._folder.setToolTip(tr("Only chats in this folder"))
        self._folder.chosen.connect(self._on_folder_chosen)
        self._since = ChoiceButton(context.theme, tr("Time"), self)
        self._since.setObjectName("searchTime")
        self._since.setToolTip(tr("Only what was said since then"))
        self._since.chosen.connect(self._on_since_chosen)
        self._results = ResultModel(self)
        self._list = self._make_list()
        self._caption = QLabel(translated(HINT))
        self._caption.setObjectName("searchCaption")
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._caption.setWordWrap(True)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._on_query_changed)
        self._lay_out()

    def open(self) -> None:
        """Begin with the words of the last time, selected."""
        models = sorted({chat.model for chat in self._context.directory.chats() if chat.model}, key=str.casefold)
        model = self._model.value() if self._model.value() in models else None
        self._model.set_choices([(None, tr("Any model")), *((it, it) for it in models)], model)
        self._since.set_choices(SINCE, self._since.value())
        self._folder.offer(self._context.directory.folders())
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self._on_query_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._list.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_field_entered(event.modifiers())
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._again.stop()
        self._wanted = None

    def _make_list(self) -> QListView:
        view = QListView()
        view.setObjectName("searchResults")
        view.setAccessibleName(tr("Results"))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setMouseTracking(True)
        view.setResizeMode(QListView.ResizeMode.Adjust)  # broken into other lines, results have another height
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setModel(self._results)
        view.setItemDelegate(ResultDelegate(self._context.theme, self._context.directory, view))
        view.clicked.connect(lambda index: self._choose(index, QGuiApplication.keyboardModifiers()))
        self._context.theme.changed.connect(view.scheduleDelayedItemsLayout)
        return view

    def _lay_out(self) -> None:
        close = IconButton(self._context.theme, "close", tr("Close the search"))
        close.setToolTip(tr("Close (Esc)"))
        close.clicked.connect(self.close)
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 10, 8)
        head.setSpacing(10)
        head.addWidget(IconLabel(self._context.theme, "search"))
        head.addWidget(self._field, 1)
        head.addWidget(close)
        filters = QHBoxLayout()
        filters.setContentsMargins(16, 0, 16, 10)
        filters.setSpacing(8)
        filters.addWidget(self._model)
        filters.addWidget(self._folder)
        filters.addWidget(self._since)
        filters.addStretch()
        line = QFrame()
        line.setObjectName("searchLine")
        line.setFixedHeight(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(18, 8, 18, 12)
        foot.addWidget(self._caption, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(filters)
        column.addWidget(line)
        column.addSpacing(6)
        column.addWidget(self._list, 1)
        column.addLayout(foot)

    def _query(self) -> SearchQuery:
        model, days = self._model.value(), self._since.value()
        assert model is None or isinstance(model, str)
        assert days is None or isinstance(days, int)
        return SearchQuery(self._field.text(), model, self._folder.folder_id(), since(days, self._now()))

    async def _ask(self) -> None:
        """Ask for what is wanted until nothing newer is: one search at a time, and none for words that were left behind."""
        self._is_asking = True
        try:
            while (query := self._wanted) is not None:
                self._wanted = None
                results = await self._context.chats.search.find(query)
                if self._wanted is None and self.isVisible():
                    self._show(results)
        finally:
            self._is_asking = False

    def _show(self, results: SearchResults) -> None:
        self._results.set_hits(results.hits)
        if results.hits:
            self._list.setCurrentIndex(self._results.index(0))
        self._caption.setText(_caption(results, is_empty=not self._field.text().strip()))
        self._list.setAccessibleDescription(self._caption.text())
        if not results.is_complete:
            self._again.start()

    def _choose(self, index: QModelIndex, modifiers: Qt.KeyboardModifier) -> None:
        if index.isValid():
            hit: SearchHit = index.data(HIT_ROLE)
            self.hide()
            self.chosen.emit(hit, bool(modifiers & Qt.KeyboardModifier.ControlModifier))

    def _on_query_changed(self) -> None:
        self._wanted = self._query()
        if not self._is_asking:
            self._context.spawn(self._ask())

    def _on_field_stepped(self, steps: int) -> None:
        if count := self._results.rowCount():
            row = max(0, min(self._list.currentIndex().row() + steps, count - 1))
            self._list.setCurrentIndex(self._results.index(row))

    def _on_field_entered(self, modifiers: Qt.KeyboardModifier) -> None:
        self._choose(self._list.currentIndex(), modifiers)

    def _on_model_chosen(self, model: str | None) -> None:
        self._model.set_choices(self._model.choices(), model)
        self._on_query_changed()

    def _on_folder_chosen(self, folder_id: FolderId | None) -> None:
        self._folder.set_choices(self._folder.choices(), folder_id)
        self._on_query_changed()

    def _on_since_chosen(self, days: Days) -> None:
        self._since.set_choices(SINCE, days)
        self._on_query_changed()


def _caption(results: SearchResults, *, is_empty: bool) -> str:
    """Return what stands below the results."""
    count = len(results.hits)
    if is_empty:
        found = translated(HINT)
    elif not count:
        found = translated(NOTHING)
    else:
        found = tr("The best {count}", count=count) if count == MOST_RESULTS else tr_counted("{count} found", "{count} found", count)
    return f"{found} · {translated(BEHIND)}" if not results.is_complete else found
