"""The sidebar: new chat, search, all chats, and at its foot the model's device, the theme and the settings."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLabel, QListView, QMenu, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.events import ModelPhase, ModelState
from desktop.conversations.message import ConversationId
from desktop.system.settings import THEMES
from desktop.ui.chat_drag import drag_chat
from desktop.ui.controls.buttons import IconButton, PrimaryButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.settings.appearance_section import THEME_WORDS
from desktop.ui.sidebar.chat_delegate import ChatDelegate
from desktop.ui.sidebar.chat_list_model import ChatListModel
from desktop.ui.sidebar.chat_rows import ChatRow, MoreRow
from desktop.ui.window_context import WindowContext

_Index = QModelIndex | QPersistentModelIndex


class ChatListView(QListView):
    """The list itself: Enter and a click open a chat, with Ctrl beside the others; F2 and a double click rename it.

    Signals: row_chosen and beside_chosen with an index; drag_began with the index of a row that is dragged.
    """

    row_chosen = Signal(QModelIndex)
    beside_chosen = Signal(QModelIndex)
    drag_began = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chatList")
        self.setAccessibleName("Chats")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.clicked.connect(lambda index: self._choose(index, QGuiApplication.keyboardModifiers()))

    def dataChanged(self, top_left: _Index, bottom_right: _Index, roles: Sequence[int] = ()) -> None:
        # QListView's own lays out all rows again, in case that one has another size now: none ever has.
        QAbstractItemView.dataChanged(self, top_left, bottom_right, roles)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F2:
            event.accept()  # here F2 renames the current row, whatever it does in the window
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.state() is not QAbstractItemView.State.EditingState and self.currentIndex().isValid():
            self._choose(self.currentIndex(), event.modifiers())
        else:
            super().keyPressEvent(event)

    def startDrag(self, supported_actions: Qt.DropAction) -> None:
        if self.currentIndex().isValid():
            self.drag_began.emit(self.currentIndex())

    def _choose(self, index: QModelIndex, modifiers: Qt.KeyboardModifier) -> None:
        (self.beside_chosen if modifiers & Qt.KeyboardModifier.ControlModifier else self.row_chosen).emit(index)


class Sidebar(QFrame):
    """Show all chats.

    Signals: new_chat_requested; chat_chosen, beside_requested and rename_requested with a chat's id (and its new title);
    hide_requested; settings_requested; search_requested.
    """

    new_chat_requested = Signal()
    chat_chosen = Signal(object)
    beside_requested = Signal(object)
    rename_requested = Signal(object, str)
    hide_requested = Signal()
    settings_requested = Signal()
    search_requested = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName("Chats")
        self._theme = context.theme
        self._directory = context.directory
        self.setMinimumWidth(200)
        self.setMaximumWidth(420)
        self.chat_list_model = ChatListModel(context.directory, parent=self)
        self.chat_list_model.rename_requested.connect(self.rename_requested)
        self._list = ChatListView()
        self._list.setModel(self.chat_list_model)
        self._list.setItemDelegate(ChatDelegate(context.theme, context.directory, self._list))
        self._list.row_chosen.connect(self._on_list_row_chosen)
        self._list.beside_chosen.connect(self._on_list_beside_chosen)
        self._list.drag_began.connect(self._on_list_drag_began)
        self._list.customContextMenuRequested.connect(self._on_list_menu_requested)
        self._device = ElidedLabel()
        self._device.setObjectName("deviceLine")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addLayout(self._new_chat_row())
        column.addLayout(self._search_row())
        column.addWidget(self._list, 1)
        column.addLayout(self._foot())
        context.theme.changed.connect(self._list.scheduleDelayedItemsLayout)

    def set_model(self, model: ModelState) -> None:
        """Say which model runs on which device."""
        self._device.set_text(device_line(model))

    def show_current(self, chat_id: ConversationId | None) -> None:
        """Make the chat the person is in the list's current row."""
        index = self.chat_list_model.index_of(chat_id)
        if index.isValid():
            self._list.setCurrentIndex(index)
            self._list.scrollTo(index)

    def focus_list(self) -> None:
        """Put the focus into the list."""
        self._list.setFocus()

    def begin_rename(self, chat_id: ConversationId | None) -> None:
        """Let the person edit a chat's title in the list."""
        index = self.chat_list_model.reveal(chat_id)
        if index.isValid() and self._list.state() is not QAbstractItemView.State.EditingState:
            self._list.setCurrentIndex(index)
            self._list.scrollTo(index)
            self._list.edit(index)

    def row_menu(self, index: QModelIndex) -> QMenu | None:
        """Return the menu of a row, or None where it has none."""
        if not index.isValid() or not isinstance(self.chat_list_model.row(index), ChatRow):
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open").triggered.connect(lambda: self._on_list_row_chosen(index))
        menu.addAction("Open beside\tCtrl+Enter").triggered.connect(lambda: self._on_list_beside_chosen(index))
        menu.addAction("Rename").triggered.connect(lambda: self._list.edit(index))
        return menu

    def _head(self) -> QHBoxLayout:
        name = QLabel("Rivulet")
        name.setObjectName("applicationName")
        hide = IconButton(self._theme, "sidebar", "Hide the sidebar")
        hide.setToolTip("Hide the sidebar (Ctrl+B)")
        hide.clicked.connect(self.hide_requested)
        row = QHBoxLayout()
        row.setContentsMargins(18, 12, 11, 8)
        row.addWidget(name)
        row.addStretch()
        row.addWidget(hide)
        return row

    def _new_chat_row(self) -> QHBoxLayout:
        button = PrimaryButton(self._theme, " New chat", "plus")
        button.setObjectName("newChatButton")
        button.setToolTip("New chat (Ctrl+N)")
        button.setFixedHeight(36)
        button.clicked.connect(self.new_chat_requested)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 11, 8)
        row.addWidget(button)
        return row

    def _search_row(self) -> QHBoxLayout:
        button = IconButton(self._theme, "search", "Search all chats", text="  Search  Ctrl+K")
        button.setObjectName("searchButton")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFixedHeight(34)
        button.clicked.connect(self.search_requested)
        row = QHBoxLayout()
        row.setContentsMargins(12, 2, 11, 8)
        row.addWidget(button)
        return row

    def _foot(self) -> QHBoxLayout:
        button = IconButton(self._theme, "theme", "Theme")
        button.setObjectName("themeButton")
        button.clicked.connect(lambda: self.theme_menu().popup(button.mapToGlobal(QPoint(0, -104))))
        settings = IconButton(self._theme, "settings", "Settings")
        settings.setObjectName("settingsButton")
        settings.setToolTip("Settings (Ctrl+,)")
        settings.clicked.connect(self.settings_requested)
        row = QHBoxLayout()
        row.setContentsMargins(18, 8, 10, 10)
        row.setSpacing(4)
        row.addWidget(self._device, 1)
        row.addWidget(button)
        row.addWidget(settings)
        return row

    def theme_menu(self) -> QMenu:
        """Return the menu that chooses the theme."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for choice in THEMES:
            action = menu.addAction(THEME_WORDS[choice])
            action.setCheckable(True)
            action.setChecked(choice == self._theme.choice)
            action.triggered.connect(lambda _=False, choice=choice: self._theme.choose(choice))
            group.addAction(action)
        return menu

    def _on_list_row_chosen(self, index: QModelIndex) -> None:
        row = self.chat_list_model.row(index)
        if isinstance(row, ChatRow):
            self.chat_chosen.emit(row.chat.id)
        elif isinstance(row, MoreRow):
            self.chat_list_model.unfold(row.parent_id)

    def _on_list_beside_chosen(self, index: QModelIndex) -> None:
        row = self.chat_list_model.row(index)
        if isinstance(row, ChatRow):
            self.beside_requested.emit(row.chat.id)
        else:
            self._on_list_row_chosen(index)

    def _on_list_drag_began(self, index: QModelIndex) -> None:
        row = self.chat_list_model.row(index)
        if isinstance(row, ChatRow):
            chat_id = row.chat.id
            drag_chat(self._list, self._theme, chat_id, self._directory.title(chat_id), self._directory.branch(chat_id))

    def _on_list_menu_requested(self, position: QPoint) -> None:
        if (menu := self.row_menu(self._list.indexAt(position))) is not None:
            menu.popup(self._list.viewport().mapToGlobal(position))


def device_line(model: ModelState) -> str:
    """Return which model runs where, in words."""
    match model.phase:
        case ModelPhase.READY:
            where = f"the {model.device}" if model.device.startswith("CPU") else model.device
            return f"{model.name} on {where}"
        case ModelPhase.LOADING:
            return f"Loading {model.name or (model.path.stem if model.path else 'the model')}"
    return "No model loaded"
