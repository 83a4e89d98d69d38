"""The sidebar: new chat, search, all chats or the trash, and at its foot the model's device, the theme and the settings."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.chat.events import ModelPhase, ModelState
from desktop.conversations.message import ConversationId
from desktop.system.settings import THEME_WORDS, THEMES
from desktop.ui.controls.buttons import IconButton, PrimaryButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.sidebar.chat_list import ChatList
from desktop.ui.sidebar.list_commands import ListCommands
from desktop.ui.sidebar.trash_notice import TrashNotice
from desktop.ui.sidebar.trash_page import TrashPage
from desktop.ui.sidebar.window_menu import WindowMenu, show_above
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext


class Sidebar(QFrame):
    """Show all chats.

    Signals: new_chat_requested; chat_chosen and beside_requested with a chat's id; fork_opened with a new Conversation;
    hide_requested; settings_requested; search_requested; shortcuts_requested; models_wanted; file_wanted to choose a model file;
    trashed with the title of a chat; temporary_requested for a new temporary chat.
    """

    new_chat_requested = Signal()
    chat_chosen = Signal(object)
    beside_requested = Signal(object)
    fork_opened = Signal(object)
    hide_requested = Signal()
    settings_requested = Signal()
    search_requested = Signal()
    shortcuts_requested = Signal()
    models_wanted = Signal()
    file_wanted = Signal()
    trashed = Signal(object)
    temporary_requested = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName(tr("Chats"))
        self._theme = context.theme
        self.setMinimumWidth(200)
        self.setMaximumWidth(420)
        self._commands = ListCommands(context, self)
        self._chats = ChatList(context, self._commands, self)
        self._chats.chat_chosen.connect(self.chat_chosen)
        self._chats.beside_requested.connect(self.beside_requested)
        self._commands.fork_opened.connect(self.fork_opened)
        self._trash = TrashPage(context)
        self._trash.left.connect(self._on_trash_left)
        self._pages = QStackedWidget()
        self._pages.setObjectName("sidebarPages")
        self._pages.addWidget(self._chats.view)
        self._pages.addWidget(self._trash)
        self._trashed = TrashNotice(context.theme)
        self._trashed.undo_requested.connect(self._commands.restore)
        self._commands.trashed.connect(self._trashed.show_trashed)
        self._commands.trashed.connect(lambda _, title: self.trashed.emit(title))
        self._device = ElidedLabel()
        self._device.setObjectName("deviceLine")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addLayout(self._new_chat_row())
        column.addLayout(self._search_row())
        column.addWidget(self._pages, 1)
        column.addWidget(self._trashed)
        column.addLayout(self._trash_row())
        column.addLayout(self._foot())

    def set_model(self, model: ModelState) -> None:
        """Say which model runs on which device."""
        self._device.set_text(device_line(model))

    def show_current(self, chat_id: ConversationId | None) -> None:
        """Make the chat the person is in the list's current row."""
        self._chats.show_current(chat_id)

    def focus_list(self) -> None:
        """Put the focus into what is listed."""
        self.region().setFocus()

    def begin_rename(self, chat_id: ConversationId | None) -> None:
        """Let the person edit a chat's title in the list."""
        self._show_chats()
        self._chats.begin_rename(chat_id)

    def add_folder(self) -> None:
        """Make a folder, and let the person name it in the list."""
        self._show_chats()
        self._commands.add_folder()

    def region(self) -> QWidget:
        """Return what is listed: the focus comes here first."""
        return self._chats.view if self._pages.currentIndex() == 0 else self._trash

    def chat_from(self, chat_id: ConversationId | None, steps: int) -> ConversationId | None:
        """Return the chat that stands so many below another in the list, around its end; None where it lists none."""
        return self._chats.chat_from(chat_id, steps)

    def move_to_trash(self, chat_id: ConversationId | None) -> None:
        """Take a chat out of the list, unless it has no messages."""
        self._chats.move_to_trash(chat_id)

    def row_menu(self, index: QModelIndex) -> QMenu | None:
        """Return the menu of a row, or None where it has none."""
        return self._chats.menu(index)

    def _head(self) -> QHBoxLayout:
        name = QLabel("Rivulet")
        name.setObjectName("applicationName")
        hide = IconButton(self._theme, "sidebar", tr("Hide the sidebar"))
        hide.setToolTip(tr("Hide the sidebar ({keys})", keys=Shortcut.SIDEBAR.told()))
        hide.clicked.connect(self.hide_requested)
        row = QHBoxLayout()
        row.setContentsMargins(18, 12, 11, 8)
        row.addWidget(name)
        row.addStretch()
        row.addWidget(hide)
        return row

    def _new_chat_row(self) -> QHBoxLayout:
        button = PrimaryButton(self._theme, tr(" New chat"), "plus")
        button.setObjectName("newChatButton")
        button.setToolTip(tr("New chat ({keys})", keys=Shortcut.NEW_CHAT.told()))
        button.setFixedHeight(36)
        button.clicked.connect(self.new_chat_requested)
        temporary = IconButton(self._theme, "temporary", tr("New temporary chat"))
        temporary.setObjectName("newTemporaryChatButton")
        temporary.setToolTip(tr("New temporary chat ({keys}). Nothing of it is saved.", keys=Shortcut.NEW_TEMPORARY.told()))
        temporary.setFixedSize(36, 36)
        temporary.clicked.connect(self.temporary_requested)
        row = _row_of(button, 12, 4, 11, 8)
        row.setSpacing(6)
        row.addWidget(temporary)
        return row

    def _search_row(self) -> QHBoxLayout:
        button = IconButton(self._theme, "search", tr("Search all chats"), text=tr("  Search  {keys}", keys=Shortcut.SEARCH.told()))
        button.setObjectName("searchButton")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFixedHeight(34)
        button.clicked.connect(self.search_requested)
        return _row_of(button, 12, 2, 11, 8)

    def _trash_row(self) -> QHBoxLayout:
        button = IconButton(self._theme, "delete", tr("Trash"), text=tr(" Trash"))
        button.setObjectName("trashButton")
        button.setToolTip(tr("Chats that were moved to the trash"))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setMinimumHeight(28)
        button.clicked.connect(self._on_trash_button_clicked)
        return _row_of(button, 10, 4, 11, 0)

    def _foot(self) -> QHBoxLayout:
        button = IconButton(self._theme, "theme", tr("Theme"))
        button.setObjectName("themeButton")
        button.clicked.connect(lambda: self.theme_menu().popup(button.mapToGlobal(QPoint(0, -104))))
        settings = IconButton(self._theme, "settings", tr("Settings"))
        settings.setObjectName("settingsButton")
        settings.setToolTip(tr("Settings ({keys})", keys=Shortcut.SETTINGS.told()))
        settings.clicked.connect(self.settings_requested)
        row = QHBoxLayout()
        row.setContentsMargins(18, 8, 10, 10)
        row.setSpacing(4)
        row.addWidget(self._device, 1)
        more = IconButton(self._theme, "more", tr("More"))
        more.setObjectName("windowMenuButton")
        more.clicked.connect(lambda: show_above(self.window_menu(), more))
        row.addWidget(button)
        row.addWidget(settings)
        row.addWidget(more)
        return row

    def window_menu(self) -> WindowMenu:
        """Return the menu of what concerns the whole window."""
        menu = WindowMenu(self)
        menu.shortcuts_requested.connect(self.shortcuts_requested)
        menu.models_wanted.connect(self.models_wanted)
        menu.file_wanted.connect(self.file_wanted)
        return menu

    def theme_menu(self) -> QMenu:
        """Return the menu that chooses the theme."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for choice in THEMES:
            action = menu.addAction(translated(THEME_WORDS[choice]))
            action.setCheckable(True)
            action.setChecked(choice == self._theme.choice)
            action.triggered.connect(lambda _=False, choice=choice: self._theme.choose(choice))
            group.addAction(action)
        return menu

    def _show_chats(self) -> None:
        self._pages.setCurrentWidget(self._chats.view)

    def _on_trash_left(self) -> None:
        self._show_chats()
        self._chats.view.setFocus()

    def _on_trash_button_clicked(self) -> None:
        if self._pages.currentWidget() is self._trash:
            self._show_chats()
        else:
            self._trashed.hide()
            self._pages.setCurrentWidget(self._trash)
            self._trash.setFocus()


def device_line(model: ModelState) -> str:
    """Return which model runs where, in words."""
    if model.is_guide and model.phase is not ModelPhase.UNLOADED:
        return translated(model.name)
    match model.phase:
        case ModelPhase.READY:
            if model.device.startswith("CPU"):
                return tr("{model} on the {device}", model=model.name, device=model.device)
            return tr("{model} on {device}", model=model.name, device=model.device)
        case ModelPhase.LOADING:
            name = model.name or (model.path.stem if model.path else "")
            return tr("Loading {name}", name=name) if name else tr("Loading the model")
        case ModelPhase.UNLOADED:
            return tr("{name}, sleeping", name=model.name)
    return tr("No model loaded")


def _row_of(button: QWidget, left: int, top: int, right: int, bottom: int) -> QHBoxLayout:
    """Return a row that a button fills, with its margins in pixels."""
    row = QHBoxLayout()
    row.setContentsMargins(left, top, right, bottom)
    row.addWidget(button)
    return row
