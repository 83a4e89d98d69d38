"""The window: sidebar, panes and notices, and what is done from the keyboard."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from desktop.chat import events
from desktop.chat.api import Chats
from desktop.chat.events import ModelPhase
from desktop.chat.spawning import Spawn
from desktop.conversations.message import Conversation, ConversationId
from desktop.system.crash_report import CrashReport
from desktop.system.errors import RivuletError
from desktop.system.paths import AppPaths
from desktop.system.setting import Section
from desktop.system.settings import Settings
from desktop.system.words import say
from desktop.ui.bridge import Bridge
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.coming_forward import come_forward
from desktop.ui.composer.message_edit import local_files
from desktop.ui.composer.send_key import set_send_key
from desktop.ui.context_settings import with_context
from desktop.ui.edit_drafts import EditDrafts
from desktop.ui.keyboard import Region, ask_for_menu, press, step, step_region
from desktop.ui.models.models_part import ModelsPart
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.opening_files import OpeningFiles, are_for_window
from desktop.ui.panes.pane_area import PaneArea
from desktop.ui.panes.pane_keys import add_pane_keys
from desktop.ui.report.report_part import ReportPart
from desktop.ui.search.search_part import SearchPart
from desktop.ui.settings.appearance import follow
from desktop.ui.settings.settings_part import SettingsPart
from desktop.ui.shortcuts.shortcut import Shortcut, add_shortcuts
from desktop.ui.shortcuts.shortcut_part import ShortcutPart
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.sidebar.sidebar_place import SidebarPlace, SidebarSplitter
from desktop.ui.taking_along import TakingAlong
from desktop.ui.temporary_part import TemporaryPart
from desktop.ui.theme.style import ReadResource
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr
from desktop.ui.unsent import Unsent
from desktop.ui.window_context import WindowContext
from desktop.ui.window_place import place_text, place_window

_MOST_RECENT = 8
_OF_MODELS = ("models_folder", "uses_guide", "uses_hub_cache", "is_offline")


class MainWindow(QMainWindow):
    """Show everything; the application decides when it closes.

    Show it at once, call restore() when the chats can be read, save_drafts() and shut() before the end.
    Signals: close_requested; delete_all_requested; settings_changed with the Settings after the person has chosen something for all chats.
    """

    close_requested = Signal()
    delete_all_requested = Signal()
    settings_changed = Signal(object)

    def __init__(self, chats: Chats, spawn: Spawn, settings: Settings, read_resource: ReadResource, paths: AppPaths | None = None) -> None:
        super().__init__()
        self.setWindowTitle("Rivulet")
        self.setAcceptDrops(True)
        self.setMinimumSize(440, 420)
        place_window(self, settings.geometry)
        self._chats = chats
        self._settings = settings
        self._bridge = Bridge(chats.events, self)
        self._theme = Theme(settings.theme, read_resource, self, zoom=settings.zoom)
        self._theme.less_motion = settings.less_motion
        set_send_key(self, settings.send_key)
        self._directory = ChatDirectory(self)
        self._taking_along = TakingAlong(chats.archives, spawn, self._directory, self)
        unsent = Unsent(chats, spawn, self._directory, self._bridge, self)
        self._context = WindowContext(chats, spawn, self._bridge, self._theme, self._directory, self._taking_along, unsent)
        self._edit_drafts = EditDrafts(self._context, self)
        self._connect_bridge()
        self._sidebar = Sidebar(self._context)
        self._notices = NoticeBar(self._theme)
        self._area = PaneArea(self._context)
        self._settings_part = SettingsPart(self._context, paths, self)
        self._sidebar_place = SidebarPlace(self._sidebar, self._lay_out(), self, self._theme, settings.sidebar_width)
        self._search = SearchPart(self._context, self._area, self, self._sidebar_place.hide_overlay)
        self._shortcuts = ShortcutPart(self._theme, self)
        self._models = ModelsPart(self._context, self)
        self._opening = OpeningFiles(self._models, self._taking_along, self)
        TemporaryPart(self._context, self._area, self._sidebar, self._sidebar_place.hide_overlay, self)
        self._connect()
        self._add_shortcuts()
        self._show_models()
        self._on_bridge_model_changed()
        self._theme.dress()
        self._area.active().composer.edit.setFocus()

    def restore(self) -> None:
        """Fill the window with the chats there are and the panes of the last time; returns before that is done."""
        self._context.spawn(self._restore())

    def settings_state(self) -> Settings:
        """Return the settings with what the window knows of them now."""
        return replace(
            self._settings,
            theme=self._theme.choice,
            zoom=self._theme.zoom,
            geometry=place_text(self),
            sidebar_width=self._sidebar_place.width(),
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

    @property
    def notices(self) -> NoticeBar:
        """Return the bar that tells what goes on."""
        return self._notices

    def show_notice(self, sentence: str) -> None:
        """Tell the person a sentence."""
        self._notices.show_notice(sentence)

    def show_crash(self, report: CrashReport) -> None:
        """Tell the person that the last run ended badly, and offer the report on it."""
        ReportPart(self._theme, self._notices, self).tell(report)

    def set_reduced_motion(self, reduced: bool) -> None:
        """Take note that the system does without animations."""
        self._theme.system_reduces_motion = reduced

    def load_model(self, path: Path) -> None:
        """Load a model file."""
        self._context.spawn(self._chats.load_model(path))

    def open_files(self, paths: Iterable[Path], *, loads: bool = True) -> None:
        """Open files that the person handed over, whatever they are; loads: the first model among them is loaded."""
        self._opening.open(paths, loads=loads)

    def come_forward(self, activation: str) -> None:
        """Show the window before all others; activation: what the desktop gave for that, or empty."""
        come_forward(self, activation)

    def open_model_file(self) -> None:
        """Ask for a model file."""
        self._models.ask_file(str(self._settings.model_path.parent) if self._settings.model_path else "", loads=True)

    def open_settings(self, section: Section | None = None) -> None:
        """Show the settings, with one of their sections in sight."""
        self._settings_part.open(self.settings_state(), self._area.active().reading_seconds(), section)

    def change_settings(self, changes: Mapping[str, Any]) -> None:
        """Take up settings that were changed elsewhere, by their keys, and tell as if the person had chosen them here."""
        self._change(replace(self.settings_state(), **changes))

    def toggle_sidebar(self) -> None:
        """Show or hide the sidebar."""
        self._sidebar_place.toggle()

    def focusNextPrevChild(self, forward: bool) -> bool:
        return step([self._sidebar, *self._sidebar_place.handles(), self._notices, *self._area.parts()], forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press(event) and not ask_for_menu(event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sidebar_place.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if are_for_window(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.open_files(local_files(event.mimeData()))

    def _lay_out(self) -> SidebarSplitter:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._notices)
        column.addWidget(self._area, 1)
        splitter = SidebarSplitter(self._theme)
        splitter.addWidget(self._sidebar)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        self.setCentralWidget(splitter)
        return splitter

    def _connect_bridge(self) -> None:
        # Connected before any pane: a pane that hears of an event finds the directory up to date.
        self._bridge.conversation_added.connect(lambda event: self._directory.put(event.conversation))
        self._bridge.conversations_added.connect(lambda event: self._directory.fill(event.conversations))
        self._bridge.conversation_changed.connect(lambda event: self._directory.put(event.conversation))
        self._bridge.folders_changed.connect(lambda event: self._directory.set_folders(event.folders))
        self._bridge.presets_changed.connect(lambda event: self._directory.set_presets(event.presets))
        self._bridge.head_moved.connect(lambda event: self._directory.put(event.conversation))
        self._bridge.conversation_removed.connect(self._on_bridge_conversation_removed)
        self._bridge.activity_changed.connect(lambda event: self._directory.set_activity(event.conversation_id, event.activity))

    def _connect(self) -> None:
        self._bridge.model_changed.connect(self._on_bridge_model_changed)
        self._bridge.library_changed.connect(self._show_models)
        self._bridge.notice_raised.connect(self._on_bridge_notice_raised)
        self._sidebar.new_chat_requested.connect(self._on_new_chat_requested)
        self._sidebar.chat_chosen.connect(lambda chat_id: self._show_chat(chat_id, self._area.open_chat))
        self._sidebar.beside_requested.connect(lambda chat_id: self._show_chat(chat_id, self._area.open_beside))
        self._sidebar.fork_opened.connect(lambda fork: self._show_chat(fork.id, self._area.open_beside))
        self._sidebar.hide_requested.connect(self.toggle_sidebar)
        self._sidebar.settings_requested.connect(self.open_settings)
        self._sidebar.search_requested.connect(self._search.open)
        self._settings_part.chosen.connect(self._on_settings_chosen)
        self._settings_part.delete_all_requested.connect(self.delete_all_requested)
        self._sidebar.shortcuts_requested.connect(self._shortcuts.open)
        self._sidebar.file_wanted.connect(self.open_model_file)
        self._sidebar.models_wanted.connect(self._models.open)
        self._area.models_wanted.connect(self._models.open)
        self._models.load_requested.connect(self.load_model)
        self._models.places_wanted.connect(lambda: self.open_settings(Section.MODEL_FILES))
        self._models.folder_added.connect(self._on_models_folder_added)
        self._sidebar.trashed.connect(self._on_sidebar_trashed)
        self._taking_along.begun.connect(self._notices.show_course)
        self._taking_along.ended.connect(self._notices.end_course)
        self._taking_along.told.connect(self._notices.show_done)
        self._taking_along.refused.connect(self.show_notice)
        self._opening.refused.connect(self.show_notice)
        self._notices.chat_requested.connect(lambda chat: self._show_chat(chat.id, self._area.open_chat))
        self._sidebar_place.shown.connect(lambda shown: self._area.offer_sidebar(not shown))
        self._sidebar_place.left.connect(lambda: self._area.active().composer.edit.setFocus())
        self._area.file_wanted.connect(self.open_model_file)
        self._area.sidebar_requested.connect(self.toggle_sidebar)
        self._area.notice_raised.connect(self.show_notice)
        self._area.chat_shown.connect(self._on_area_chat_shown)
        self._directory.changed.connect(self._show_window_title)
        self._area.model_chosen.connect(self.load_model)

    def _add_shortcuts(self) -> None:
        add_shortcuts(
            {
                Shortcut.NEW_CHAT: self._on_new_chat_requested,
                Shortcut.NEW_BESIDE: lambda: self._context.spawn(self._open_new_beside()),
                Shortcut.NEXT_CHAT: lambda: self._show_chat_in_list(1),
                Shortcut.PREVIOUS_CHAT: lambda: self._show_chat_in_list(-1),
                Shortcut.RENAME: self._on_rename_requested,
                Shortcut.TRASH: lambda: self._sidebar.move_to_trash(self._area.active().chat_id),
                Shortcut.NEW_FOLDER: self._on_new_folder_requested,
                Shortcut.SIDEBAR: self.toggle_sidebar,
                Shortcut.NEXT_REGION: lambda: self._step_region(forward=True),
                Shortcut.PREVIOUS_REGION: lambda: self._step_region(forward=False),
                Shortcut.STOP: self._on_escape_pressed,
                Shortcut.OPEN_MODEL: self.open_model_file,
                Shortcut.SETTINGS: self.open_settings,
                Shortcut.LARGER: lambda: self._theme.zoom_by(1),
                Shortcut.SMALLER: lambda: self._theme.zoom_by(-1),
                Shortcut.USUAL_SIZE: lambda: self._theme.set_zoom(100),
                Shortcut.QUIT: self.close_requested.emit,
            },
            self,
        )
        add_pane_keys(self._area)

    async def _restore(self) -> None:
        chats = await self._chats.conversations()
        known = {chat.id: chat for chat in chats}
        states = [state for state in self._settings.panes if state.conversation_id in known]
        shown = [known[ConversationId(state.conversation_id)] for state in states]
        self._directory.set_folders(await self._chats.organising.folders())
        self._directory.set_presets(await self._chats.presets.all())
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

    def _show_window_title(self) -> None:
        chat = self._directory.find(self._directory.active)
        self.setWindowTitle(f"{self._directory.title(chat.id)} · Rivulet" if chat is not None else "Rivulet")

    def _show_chat(self, chat_id: ConversationId, show: Callable[[Conversation], None]) -> None:
        chat = self._directory.find(chat_id)
        if chat is not None:
            self._sidebar_place.hide_overlay()
            show(chat)

    def _show_chat_in_list(self, steps: int) -> None:
        """Show the chat that stands so many below the one the person is in, or above."""
        chat_id = self._sidebar.chat_from(self._area.active().chat_id, steps)
        if chat_id is not None:
            self._show_chat(chat_id, self._area.open_chat)

    def _step_region(self, *, forward: bool) -> None:
        step_region([Region(self._sidebar, self._sidebar.region()), Region(self._notices), *self._area.regions()], forward=forward)

    def _show_models(self) -> None:
        self._area.set_models(self._settings.recent_models, self._chats.models.library.entries)

    def _change(self, settings: Settings) -> None:
        self._settings = settings
        set_send_key(self, settings.send_key)
        self._settings_part.set_settings(settings)
        self.settings_changed.emit(settings)

    def _on_new_chat_requested(self) -> None:
        self._sidebar_place.hide_overlay()
        self._context.spawn(self._open_new_chat())

    def _on_rename_requested(self) -> None:
        self._sidebar_place.show()
        self._sidebar.begin_rename(self._area.active().chat_id)

    def _on_new_folder_requested(self) -> None:
        self._sidebar_place.show()
        self._sidebar.add_folder()

    def _on_sidebar_trashed(self, title: str) -> None:
        if not self._sidebar.isVisible():  # which offers to bring it back
            self._notices.show_done(tr("In the trash: {title}", title=title))

    def _on_escape_pressed(self) -> None:
        if self._sidebar_place.is_over_panes():
            self._sidebar_place.hide_overlay()
        else:
            self._area.active().stop()

    def _on_models_folder_added(self, path: Path, is_new: bool) -> None:
        sentence = say("Models in {folder} are listed now, and those that come later.", folder=str(path))
        library = self._chats.models.library
        self._notices.show_done(sentence, undo=(lambda: self._context.spawn(library.remove_folder(path))) if is_new else None)

    def _on_settings_chosen(self, key: str, value: Any) -> None:
        settings = replace(self.settings_state(), **{key: value})
        follow(self._theme, settings)
        self._change(settings)
        if key in _OF_MODELS:
            self._models.refresh()
            self._context.spawn(self._chats.models.library.refresh())
        if key == "uses_guide":
            self._context.spawn(self._chats.loading.follow_guide())

    def _on_area_chat_shown(self, chat_id: ConversationId | None) -> None:
        self._sidebar.show_current(chat_id)
        self._show_window_title()

    def _on_bridge_model_changed(self) -> None:
        model = self._chats.model
        self._sidebar.set_model(model)
        if model.phase is ModelPhase.READY and model.path is not None and not model.is_guide:  # which is nobody's choice to come back to
            others = tuple(path for path in self._settings.recent_models if path != model.path)
            recent = (model.path, *others)[:_MOST_RECENT]
            chosen = with_context(self._settings, model)
            self._settings = replace(self._settings, model_path=model.path, recent_models=recent, **chosen)
            self._show_models()

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
            title = self._directory.title(chat.id) if chat is not None else ""
            self.show_notice(say("“{title}”: {sentence}", title=title, sentence=event.sentence) if title else event.sentence)
