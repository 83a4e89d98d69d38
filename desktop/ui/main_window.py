"""The window: sidebar, panes and notices, and what is done from the keyboard."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QEasingCurve, QMimeData, QPoint, QPropertyAnimation, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QSplitter, QVBoxLayout, QWidget

from desktop.chat import events
from desktop.chat.api import Chats
from desktop.chat.events import ModelPhase, ModelState
from desktop.chat.spawning import Spawn
from desktop.conversations.message import Conversation, ConversationId
from desktop.system.cache_type import CacheType
from desktop.system.errors import RivuletError
from desktop.system.settings import Settings
from desktop.ui.bridge import Bridge
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.controls.scrim import Scrim
from desktop.ui.edit_drafts import EditDrafts
from desktop.ui.keyboard import press, step
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.panes.pane_keys import add_pane_keys
from desktop.ui.search.search_part import SearchPart
from desktop.ui.settings.settings_dialog import SettingsDialog
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.taking_along import TakingAlong, dropped_file
from desktop.ui.theme.style import ReadResource
from desktop.ui.theme.theme import Theme
from desktop.ui.window_context import WindowContext

_OVERLAY_BELOW = 900  # pixels: a narrower window has its sidebar over the panes
_MOST_RECENT = 8


class MainWindow(QMainWindow):
    """Show everything; the application decides when it closes.

    Show it at once, call restore() when the chats can be read, save_drafts() and shut() before the end.
    Signals: close_requested; settings_changed with the Settings after the person has chosen something for all chats.
    """

    close_requested = Signal()
    settings_changed = Signal(object)

    def __init__(self, chats: Chats, spawn: Spawn, settings: Settings, read_resource: ReadResource) -> None:
        super().__init__()
        self.setWindowTitle("Rivulet")
        self.setAcceptDrops(True)
        self.resize(1360, 860)
        self.setMinimumSize(440, 420)
        self._chats = chats
        self._settings = settings
        self._is_narrow = False
        self._wants_sidebar = True
        self._bridge = Bridge(chats.events, self)
        self._theme = Theme(settings.theme, read_resource, self, zoom=settings.zoom)
        self._theme.less_motion = settings.less_motion
        self._directory = ChatDirectory(self)
        self._taking_along = TakingAlong(chats.archives, spawn, self._directory, self)
        self._context = WindowContext(chats, spawn, self._bridge, self._theme, self._directory, self._taking_along)
        self._edit_drafts = EditDrafts(self._context, self)
        self._connect_bridge()
        self._sidebar = Sidebar(self._context)
        self._slide = QPropertyAnimation(self._sidebar, QByteArray(b"pos"), self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._notices = NoticeBar(self._theme)
        self._area = PaneArea(self._context)
        self._settings_dialog = SettingsDialog(self._context, self)
        self._scrim = Scrim(self)
        self._scrim.hide()
        self._lay_out()
        self._search = SearchPart(self._context, self._area, self, self._hide_overlay)
        self._connect()
        self._add_shortcuts()
        self._set_recent(settings.recent_models)
        self._on_bridge_model_changed()
        if settings.geometry:
            self.restoreGeometry(QByteArray(b64decode(settings.geometry)))
        self._area.active().composer.edit.setFocus()

    def restore(self) -> None:
        """Fill the window with the chats there are and the panes of the last time; returns before that is done."""
        self._context.spawn(self._restore())

    def settings_state(self) -> Settings:
        """Return the settings with what the window knows of them now."""
        sidebar_width = self._sidebar.width() if self._sidebar.isVisible() and not self._is_narrow else self._settings.sidebar_width
        return replace(
            self._settings,
            theme=self._theme.choice,
            zoom=self._theme.zoom,
            geometry=b64encode(bytes(self.saveGeometry().data())).decode(),
            sidebar_width=sidebar_width,
            panes=self._area.states() or self._settings.panes,
        )

    async def save_drafts(self) -> None:
        """Keep what stands in the composers, and what is being written in place of messages."""
        failure: RivuletError | None = None
        for save in (self._edit_drafts.save, *(pane.save_draft for pane in self._area.panes())):
            try:
                await save()
            except RivuletError as error:  # the others may be kept
                failure = failure or error
        if failure is not None:
            raise failure

    def shut(self) -> None:
        """Stop listening to the chats; the window can be deleted then."""
        self._bridge.close()

    def show_notice(self, sentence: str) -> None:
        """Tell the person a sentence."""
        self._notices.show_notice(sentence)

    def set_reduced_motion(self, reduced: bool) -> None:
        """Take note that the system does without animations."""
        self._theme.system_reduces_motion = reduced

    def load_model(self, path: Path) -> None:
        """Load a model file."""
        self._context.spawn(self._chats.load_model(path))

    def open_model_file(self) -> None:
        """Ask for a model file."""
        dialog = QFileDialog(self, "Open a model file", self._models_folder(), "Models (*.gguf);;All files (*)")
        dialog.setObjectName("modelFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.load_model(Path(name)))
        dialog.open()

    def open_settings(self) -> None:
        """Show the settings."""
        self._settings_dialog.show_settings(self._settings, self._area.active().reading_seconds())

    def toggle_sidebar(self) -> None:
        """Show or hide the sidebar."""
        shown = not self._sidebar.isVisible()
        if not self._is_narrow:
            self._wants_sidebar = shown
        self._show_sidebar(shown)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return step([self._sidebar, self._notices, *self._area.parts()], forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press(event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _OVERLAY_BELOW
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            if is_narrow:
                self._sidebar.setParent(self)
            else:
                self._splitter.insertWidget(0, self._sidebar)
                self._splitter.setCollapsible(0, False)
                self._split(self._settings.sidebar_width)
            self._show_sidebar(self._wants_sidebar and not is_narrow)
        self._place_overlay()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _model_file(event.mimeData()) is not None or dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _model_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.load_model(path)
        elif (chats := dropped_file(event.mimeData())) is not None:
            event.acceptProposedAction()
            self._taking_along.import_file(chats)

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._notices)
        column.addWidget(self._area, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self._sidebar)
        self._splitter.addWidget(right)
        self._splitter.setCollapsible(0, False)
        self._splitter.setCollapsible(1, False)
        self._splitter.setStretchFactor(1, 1)
        self._split(self._settings.sidebar_width)
        self.setCentralWidget(self._splitter)

    def _connect_bridge(self) -> None:
        # Connected before any pane: a pane that hears of an event finds the directory up to date.
        self._bridge.conversation_added.connect(lambda event: self._directory.put(event.conversation))
        self._bridge.conversations_added.connect(lambda event: self._directory.fill(event.conversations))
        self._bridge.conversation_changed.connect(lambda event: self._directory.put(event.conversation))
        self._bridge.folders_changed.connect(lambda event: self._directory.set_folders(event.folders))
        self._bridge.head_moved.connect(lambda event: self._directory.put(event.conversation))
        self._bridge.conversation_removed.connect(self._on_bridge_conversation_removed)
        self._bridge.activity_changed.connect(lambda event: self._directory.set_activity(event.conversation_id, event.activity))

    def _connect(self) -> None:
        self._bridge.model_changed.connect(self._on_bridge_model_changed)
        self._bridge.notice_raised.connect(self._on_bridge_notice_raised)
        self._sidebar.new_chat_requested.connect(self._on_new_chat_requested)
        self._sidebar.chat_chosen.connect(lambda chat_id: self._show_chat(chat_id, self._area.open_chat))
        self._sidebar.beside_requested.connect(lambda chat_id: self._show_chat(chat_id, self._area.open_beside))
        self._sidebar.fork_opened.connect(lambda fork: self._show_chat(fork.id, self._area.open_beside))
        self._sidebar.hide_requested.connect(self.toggle_sidebar)
        self._sidebar.settings_requested.connect(self.open_settings)
        self._sidebar.search_requested.connect(self._search.open)
        self._settings_dialog.budget_chosen.connect(lambda budget: self._change(replace(self._settings, budget=budget)))
        self._settings_dialog.days_chosen.connect(lambda days: self._change(replace(self._settings, session_days=days)))
        self._settings_dialog.settles_chosen.connect(lambda settles: self._change(replace(self._settings, settles=settles)))
        self._settings_dialog.names_chosen.connect(lambda names: self._change(replace(self._settings, names_chats=names)))
        self._settings_dialog.battery_chosen.connect(lambda also: self._change(replace(self._settings, settles_on_battery=also)))
        self._settings_dialog.less_motion_chosen.connect(self._on_settings_less_motion_chosen)
        self._taking_along.begun.connect(self._notices.show_course)
        self._taking_along.ended.connect(self._notices.end_course)
        self._taking_along.told.connect(self._notices.show_done)
        self._notices.chat_requested.connect(lambda chat: self._show_chat(chat.id, self._area.open_chat))
        self._scrim.pressed.connect(self._hide_overlay)
        QApplication.instance().focusChanged.connect(self._on_application_focus_changed)  # type: ignore[union-attr]
        self._area.file_wanted.connect(self.open_model_file)
        self._area.sidebar_requested.connect(self.toggle_sidebar)
        self._area.notice_raised.connect(self.show_notice)
        self._area.chat_shown.connect(self._on_area_chat_shown)
        self._directory.changed.connect(self._show_window_title)
        self._area.model_chosen.connect(self.load_model)

    def _add_shortcuts(self) -> None:
        shortcuts: dict[str, Callable[[], object]] = {
            "Ctrl+N": self._on_new_chat_requested,
            "Ctrl+B": self.toggle_sidebar,
            "Ctrl+Q": self.close_requested.emit,
            "Ctrl+\\": lambda: self._context.spawn(self._open_new_beside()),
            "F2": self._on_rename_requested,
            "Ctrl+Shift+N": self._on_new_folder_requested,
            "Esc": self._on_escape_pressed,
            "Ctrl+O": self.open_model_file,
            "Ctrl+Shift+T": lambda: self._area.active().toggle_tree(),
            "Ctrl+,": self.open_settings,
            "Ctrl++": lambda: self._theme.zoom_by(1),
            "Ctrl+=": lambda: self._theme.zoom_by(1),  # the same key without Shift
            "Ctrl+-": lambda: self._theme.zoom_by(-1),
            "Ctrl+0": lambda: self._theme.set_zoom(100),
        }
        for keys, act in shortcuts.items():
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        add_pane_keys(self._area)

    async def _restore(self) -> None:
        chats = await self._chats.conversations()
        known = {chat.id: chat for chat in chats}
        states = [state for state in self._settings.panes if state.conversation_id in known]
        shown = [known[ConversationId(state.conversation_id)] for state in states]
        self._directory.set_folders(await self._chats.organising.folders())
        self._directory.fill(shown)
        self._directory.fill_gradually(chats)
        self._bridge.drain()
        if shown:
            self._area.restore(states, shown)
        else:
            await self._open_new_chat()

    async def _open_new_chat(self) -> None:
        chat = await self._chats.new()
        self._directory.put(chat)
        self._area.open_chat(chat)

    async def _open_new_beside(self) -> None:
        """Open an empty chat in a pane of its own, also beside one that is still empty: both may get the same question."""
        chat = await self._chats.new([pane.chat_id for pane in self._area.panes() if pane.chat_id is not None])
        self._directory.put(chat)
        self._area.open_beside(chat)

    def _split(self, sidebar_width: int) -> None:
        self._splitter.setSizes([sidebar_width, max(1, self.width() - sidebar_width)])

    def _show_sidebar(self, shown: bool) -> None:
        self._slide.stop()  # it would move what stands in the window's layout by now
        self._sidebar.setVisible(shown)
        self._place_overlay()
        if shown and self._is_narrow:
            self._slide_in()
            self._sidebar.focus_list()  # what has the focus in the panes may be hidden, and the next there would get it
        self._area.offer_sidebar(not shown)

    def _show_sidebar_if_hidden(self) -> None:
        if not self._sidebar.isVisible():
            self.toggle_sidebar()

    def _place_overlay(self) -> None:
        if self._sidebar.property("overlay") != self._is_narrow:
            self._sidebar.setProperty("overlay", self._is_narrow)
            self._sidebar.style().polish(self._sidebar)
        self._scrim.setVisible(self._is_narrow and not self._sidebar.isHidden())
        if self._is_narrow:
            self._scrim.setGeometry(self.rect())
            self._scrim.raise_()
            self._sidebar.setGeometry(0, 0, min(self._settings.sidebar_width, self.width() - 60), self.height())
            self._sidebar.raise_()

    def _slide_in(self) -> None:
        """Let the sidebar come in over the panes, unless nothing is to move."""
        self._slide.setDuration(self._theme.motion_ms)
        self._slide.setStartValue(QPoint(-self._sidebar.width(), 0))
        self._slide.setEndValue(QPoint(0, 0))
        self._slide.start()

    def _show_window_title(self) -> None:
        chat = self._directory.find(self._directory.active)
        self.setWindowTitle(f"{self._directory.title(chat.id)} · Rivulet" if chat is not None else "Rivulet")

    def _hide_overlay(self) -> None:
        """Hide the sidebar where it lies over the panes."""
        if self._is_narrow and self._sidebar.isVisible():
            self._show_sidebar(False)
            self._area.active().composer.edit.setFocus()

    def _show_chat(self, chat_id: ConversationId, show: Callable[[Conversation], None]) -> None:
        chat = self._directory.find(chat_id)
        if chat is not None:
            self._hide_overlay()
            show(chat)

    def _models_folder(self) -> str:
        return str(self._settings.model_path.parent) if self._settings.model_path else ""

    def _set_recent(self, recent: tuple[Path, ...]) -> None:
        self._settings = replace(self._settings, recent_models=recent)
        self._area.set_recent_models(recent)

    def _change(self, settings: Settings) -> None:
        self._settings = settings
        self._settings_dialog.set_settings(settings)
        self.settings_changed.emit(settings)

    def _on_new_chat_requested(self) -> None:
        self._hide_overlay()
        self._context.spawn(self._open_new_chat())

    def _on_rename_requested(self) -> None:
        self._show_sidebar_if_hidden()
        self._sidebar.begin_rename(self._area.active().chat_id)

    def _on_new_folder_requested(self) -> None:
        self._show_sidebar_if_hidden()
        self._sidebar.add_folder()

    def _on_application_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._area.isAncestorOf(now):
            self._hide_overlay()

    def _on_escape_pressed(self) -> None:
        if self._is_narrow and self._sidebar.isVisible():
            self._hide_overlay()
        else:
            self._area.active().stop()

    def _on_settings_less_motion_chosen(self, less: bool) -> None:
        self._theme.less_motion = less
        self._change(replace(self._settings, less_motion=less))

    def _on_area_chat_shown(self, chat_id: ConversationId | None) -> None:
        self._sidebar.show_current(chat_id)
        self._show_window_title()

    def _on_bridge_model_changed(self) -> None:
        model = self._chats.model
        self._sidebar.set_model(model)
        if model.phase is ModelPhase.READY and model.path is not None:
            others = tuple(path for path in self._settings.recent_models if path != model.path)
            self._settings = replace(self._settings, model_path=model.path, cache_types=_with_cache_type(self._settings, model))
            self._set_recent((model.path, *others)[:_MOST_RECENT])

    def _on_bridge_conversation_removed(self, event: events.ConversationRemoved) -> None:
        if self._area.drop_chat(event.conversation_id, is_deleted=event.is_deleted):
            self._context.spawn(self._open_new_chat())
        self._directory.remove(event.conversation_id, is_deleted=event.is_deleted)

    def _on_bridge_notice_raised(self, event: events.NoticeRaised) -> None:
        pane = self._area.pane_of(event.conversation_id) if event.conversation_id is not None else None
        if pane is not None:
            pane.show_notice(event.sentence)
        if pane is None or pane.isHidden():  # it waits in the tabs
            chat = self._directory.find(event.conversation_id)
            self.show_notice(f"“{self._directory.title(chat.id)}”: {event.sentence}" if chat is not None else event.sentence)


def _with_cache_type(settings: Settings, model: ModelState) -> dict[str, str]:
    """Return the cache types by model path, with that of the loaded model; the usual one is not noted."""
    others = {path: kind for path, kind in settings.cache_types.items() if path != str(model.path)}
    return others if model.cache_type is CacheType.F16 else {**others, str(model.path): str(model.cache_type)}


def _model_file(dropped: QMimeData) -> Path | None:
    """Return the first model file among what is dragged."""
    paths = (Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile())
    return next((path for path in paths if path.suffix.lower() == ".gguf"), None)
