"""What the window needs for its settings."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.system.paths import AppPaths
from desktop.system.setting import Section
from desktop.system.settings import Settings
from desktop.ui.settings.settings_dialog import SettingsDialog
from desktop.ui.window_context import WindowContext


class SettingsPart(QObject):
    """Show the settings over a window; the dialog is made when it is first shown.

    Signals: those of SettingsDialog.
    """

    chosen = Signal(str, object)
    delete_all_requested = Signal()

    def __init__(self, context: WindowContext, paths: AppPaths | None, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._paths = paths
        self._window = window
        self._dialog: SettingsDialog | None = None

    def open(self, settings: Settings, reread_seconds: float | None, section: Section | None = None) -> None:
        """Show the settings, with one of their sections in sight; see SettingsDialog.show_settings."""
        self._dialog = dialog = self._dialog or self._make(settings)
        dialog.show_settings(settings, reread_seconds)
        if section is not None:
            dialog.show_part(section)

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        if self._dialog is not None:
            self._dialog.set_settings(settings)

    def _make(self, settings: Settings) -> SettingsDialog:
        dialog = SettingsDialog(self._context, settings, self._paths, self._window)
        dialog.chosen.connect(self.chosen)
        dialog.delete_all_requested.connect(self.delete_all_requested)
        return dialog
