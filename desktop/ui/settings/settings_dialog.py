"""The settings, in one plain dialog; what is chosen holds at once."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.conversations.folding import words_of
from desktop.system.paths import AppPaths
from desktop.system.setting import HEADINGS, settings_of
from desktop.system.setting import Section as Part
from desktop.system.settings import Settings
from desktop.ui.controls.buttons import PrimaryButton
from desktop.ui.controls.search_field import SearchField
from desktop.ui.keyboard import press, step
from desktop.ui.settings.cache_section import CacheSection
from desktop.ui.settings.deleting_section import DeletingSection
from desktop.ui.settings.finding import show_found
from desktop.ui.settings.model_files_section import ModelFilesSection
from desktop.ui.settings.model_section import ModelSection
from desktop.ui.settings.section import Section, caption
from desktop.ui.settings.setting_row import SettingRow
from desktop.ui.settings.storage_section import StorageSection
from desktop.ui.settings.taking_along_section import TakingAlongSection
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

_WIDTH = 520
_HEIGHT = 740
_ROWED = {setting.shown.section for setting in settings_of(Settings).values() if setting.shown is not None}
_AROUND = QSize(40, 80)  # pixels of the screen that are left to others


class SettingsDialog(QDialog):
    """Show the settings and tell what is chosen: a row for each entry of the table that has words, and what is no simple control.

    Signals: chosen with a setting's key and its value; delete_all_requested.
    """

    chosen = Signal(str, object)
    delete_all_requested = Signal()

    def __init__(self, context: WindowContext, settings: Settings, paths: AppPaths | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle(tr("Settings"))
        self._theme = context.theme
        self._settings = settings
        self._storage = StorageSection(context)
        self._storage.budget_chosen.connect(lambda budget: self.chosen.emit("budget", budget))
        self._model = ModelSection(context)
        self._model.device_chosen.connect(lambda device: self.chosen.emit("device", device))
        self._cache = CacheSection(context)
        self._taking_along = TakingAlongSection(context.taking_along)
        self._taking_along.left.connect(self.accept)
        self._model_files = ModelFilesSection(context, paths)
        self._model_files.folder_chosen.connect(lambda folder: self.chosen.emit("models_folder", folder))
        own: dict[Part, Section] = {
            Part.MODEL_FILES: self._model_files,
            Part.QUICK_RESUME: self._storage,
            Part.MODEL: self._model,
            Part.MEMORY: self._cache,
            Part.TAKING_ALONG: self._taking_along,
        }
        if paths is not None:
            own[Part.DATA] = self._make_data_section(context, paths)
        self._sections = {part: own.get(part) or Section(translated(HEADINGS[part])) for part in Part if part in own or part in _ROWED}
        self._rows = self._make_rows(settings)
        self._body = QWidget()
        self._find = SearchField(tr("Find a setting"))
        self._find.setObjectName("findSetting")
        self._find.textChanged.connect(self._on_find_changed)
        self._find.entered.connect(lambda _: step([self._body], forward=True))
        self._nothing = caption(tr("No setting has these words."))
        self._nothing.setObjectName("noSettingFound")
        self._nothing.hide()
        self._done = PrimaryButton(context.theme, tr("Done"))
        self._done.setObjectName("closeSettingsButton")
        self._done.setDefault(True)
        self._done.clicked.connect(self.accept)
        self._scrolled = QScrollArea()
        self._lay_out()
        # The widget has its place once the layout was made anew.
        self._cache.asked.connect(self._show_soon)
        self._model.asked.connect(self._show_soon)
        self._zoom = 0
        self._fit()
        self.set_settings(settings)
        # Its parts take up another size of text first.
        self._theme.changed.connect(self._on_theme_changed, Qt.ConnectionType.QueuedConnection)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return step([self._find, self._body, self._done], forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._find.hasFocus() and self._find.text():
            self._find.clear()
        elif not press(event):
            super().keyPressEvent(event)

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._settings = settings
        self._storage.set_settings(settings)
        self._model_files.set_settings(settings)
        self._model.set_device(settings.device)
        for key, (row, needs) in self._rows.items():
            is_live = not needs or any(getattr(settings, it) for it in needs)
            row.show_value(getattr(settings, key), is_live=is_live)

    def show_settings(self, settings: Settings, reread_seconds: float | None) -> None:
        """Open, or come to the front; reread_seconds: how long the open chat takes to be read again, None: not known."""
        self.set_settings(settings)
        self._cache.set_reread_seconds(reread_seconds)
        self._cache.refresh()
        self._model.look()
        self._storage.refresh()
        self._model_files.refresh()
        self._find.clear()
        self._find.setFocus()
        self.open()
        self.activateWindow()

    def show_part(self, part: Part) -> None:
        """Bring one of its sections into sight."""
        self._show_soon(self._sections[part])

    def _make_data_section(self, context: WindowContext, paths: AppPaths) -> Section:
        section = DeletingSection(context, paths)
        section.asked.connect(self._show_soon)
        section.confirmed.connect(self.accept)
        self.finished.connect(section.leave)
        section.confirmed.connect(self.delete_all_requested)
        return section

    def _make_rows(self, settings: Settings) -> dict[str, tuple[SettingRow, tuple[str, ...]]]:
        rows = {}
        for key, setting in settings_of(type(settings)).items():
            if (shown := setting.shown) is not None:
                row = SettingRow(self._theme, key, setting, shown)
                row.chosen.connect(lambda value, key=key: self.chosen.emit(key, value))
                self._sections[shown.section].rows.addWidget(row)
                rows[key] = row, tuple(shown.needs)
        return rows

    def _lay_out(self) -> None:
        self._body.setObjectName("settingsBody")
        sections = QVBoxLayout(self._body)
        sections.setContentsMargins(24, 12, 24, 12)
        sections.setSpacing(24)
        sections.addWidget(self._nothing)
        for section in self._sections.values():
            sections.addWidget(section)
        sections.addStretch()
        self._scrolled.setObjectName("settingsScroll")
        self._scrolled.setFrameShape(QFrame.Shape.NoFrame)
        self._scrolled.setWidgetResizable(True)
        self._scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scrolled.setWidget(self._body)
        head = QHBoxLayout()
        head.setContentsMargins(24, 16, 24, 4)
        head.addWidget(self._find)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 20)
        foot.addStretch()
        foot.addWidget(self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scrolled, 1)
        column.addLayout(foot)

    def _fit(self) -> None:
        """Take the room that text of another size needs, as far as the screen has it."""
        if self._theme.zoom == self._zoom:
            return
        self._zoom = self._theme.zoom
        room = self.screen().availableGeometry().size() - _AROUND
        self.resize(QSize(self._theme.scaled(_WIDTH), self._theme.scaled(_HEIGHT)).boundedTo(room))

    def _show_soon(self, widget: QWidget) -> None:
        QTimer.singleShot(0, self._scrolled, lambda: self._scrolled.ensureWidgetVisible(widget))

    def _on_find_changed(self, text: str) -> None:
        sought = words_of(text)
        found = [show_found(section, sought) for section in self._sections.values()]
        self._nothing.setVisible(not any(found))

    def _on_theme_changed(self) -> None:
        self.set_settings(replace(self._settings, theme=self._theme.choice, zoom=self._theme.zoom))
        self._fit()
