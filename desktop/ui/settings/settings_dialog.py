"""The settings, in one plain dialog; what is chosen holds at once."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.system.settings import Settings
from desktop.ui.controls.buttons import PrimaryButton
from desktop.ui.keyboard import press, step
from desktop.ui.settings.appearance_section import AppearanceSection
from desktop.ui.settings.cache_section import CacheSection
from desktop.ui.settings.idle_section import IdleSection
from desktop.ui.settings.storage_section import StorageSection
from desktop.ui.settings.taking_along_section import TakingAlongSection
from desktop.ui.window_context import WindowContext

_WIDTH = 520
_HEIGHT = 740
_AROUND = QSize(40, 80)  # pixels of the screen that are left to others


class SettingsDialog(QDialog):
    """Show the settings and tell what is chosen.

    Signals: budget_chosen with bytes or None; days_chosen; settles_chosen; names_chosen; battery_chosen; less_motion_chosen.
    """

    budget_chosen = Signal(object)
    days_chosen = Signal(int)
    settles_chosen = Signal(bool)
    names_chosen = Signal(bool)
    battery_chosen = Signal(bool)
    less_motion_chosen = Signal(bool)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle("Settings")
        self._theme = context.theme
        self._appearance = AppearanceSection(context.theme)
        self._appearance.less_motion_chosen.connect(self.less_motion_chosen)
        self._storage = StorageSection(context)
        self._storage.budget_chosen.connect(self.budget_chosen)
        self._storage.days_chosen.connect(self.days_chosen)
        self._idle = IdleSection(context.theme)
        self._idle.settles_chosen.connect(self.settles_chosen)
        self._idle.names_chosen.connect(self.names_chosen)
        self._idle.battery_chosen.connect(self.battery_chosen)
        self._cache = CacheSection(context)
        self._taking_along = TakingAlongSection(context.taking_along)
        self._taking_along.left.connect(self.accept)
        self._body = body = QWidget()
        body.setObjectName("settingsBody")
        sections = QVBoxLayout(body)
        sections.setContentsMargins(24, 20, 24, 12)
        sections.setSpacing(24)
        for section in (self._appearance, self._storage, self._idle, self._cache, self._taking_along):
            sections.addWidget(section)
        sections.addStretch()
        scrolled = QScrollArea()
        scrolled.setObjectName("settingsScroll")
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setWidgetResizable(True)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled.setWidget(body)
        # The widget has its place once the layout was made anew.
        self._cache.asked.connect(lambda asking: QTimer.singleShot(0, scrolled, lambda: scrolled.ensureWidgetVisible(asking)))
        self._done = done = PrimaryButton(context.theme, "Done")
        done.setObjectName("closeSettingsButton")
        done.setDefault(True)
        done.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 20)
        foot.addStretch()
        foot.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scrolled, 1)
        column.addLayout(foot)
        self._zoom = 0
        self._fit()
        # Its parts take up another size of text first.
        self._theme.changed.connect(self._fit, Qt.ConnectionType.QueuedConnection)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return step([self._body, self._done], forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press(event):
            super().keyPressEvent(event)

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._appearance.set_settings(settings)
        self._storage.set_settings(settings)
        self._idle.set_settings(settings)

    def show_settings(self, settings: Settings, reread_seconds: float | None) -> None:
        """Open, or come to the front; reread_seconds: how long the open chat takes to be read again, None: not known."""
        self.set_settings(settings)
        self._cache.set_reread_seconds(reread_seconds)
        self._cache.refresh()
        self._storage.refresh()
        self.open()
        self.activateWindow()

    def _fit(self) -> None:
        """Take the room that text of another size needs, as far as the screen has it."""
        if self._theme.zoom == self._zoom:
            return
        self._zoom = self._theme.zoom
        room = self.screen().availableGeometry().size() - _AROUND
        self.resize(QSize(self._theme.scaled(_WIDTH), self._theme.scaled(_HEIGHT)).boundedTo(room))
