"""What is done while the person does nothing."""

from PySide6.QtCore import Signal

from desktop.system.settings import Settings
from desktop.ui.controls.marks import CheckBox
from desktop.ui.settings.section import Section, caption
from desktop.ui.theme.theme import Theme


class IdleSection(Section):
    """Choose whether a chat is made ready for the next message after each reply.

    Signals: settles_chosen; battery_chosen.
    """

    settles_chosen = Signal(bool)
    battery_chosen = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__("In idle time")
        self._settles = CheckBox(theme, "Get ready for the next message after a reply")
        self._settles.setObjectName("settlesBox")
        self._settles.toggled.connect(self.settles_chosen)
        self._battery = CheckBox(theme, "Also on battery")
        self._battery.setObjectName("batteryBox")
        self._battery.toggled.connect(self.battery_chosen)
        self.column.addWidget(self._settles)
        self.column.addWidget(self._battery)
        self.column.addWidget(caption("Many models read part of their last reply again. This does it ahead of time."))

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        for box, is_on in ((self._settles, settings.settles), (self._battery, settings.settles_on_battery)):
            box.blockSignals(True)
            box.setChecked(is_on)
            box.blockSignals(False)
        self._battery.setEnabled(settings.settles)
