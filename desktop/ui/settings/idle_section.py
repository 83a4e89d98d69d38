"""What is done while the person does nothing."""

from PySide6.QtCore import Signal

from desktop.system.settings import Settings
from desktop.ui.controls.marks import CheckBox
from desktop.ui.settings.section import Section, caption
from desktop.ui.theme.theme import Theme


class IdleSection(Section):
    """Choose whether a chat is made ready for the next message after each reply, and whether the model names it.

    Signals: settles_chosen; names_chosen; battery_chosen.
    """

    settles_chosen = Signal(bool)
    names_chosen = Signal(bool)
    battery_chosen = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__("In idle time")
        self._settles = CheckBox(theme, "Get ready for the next message after a reply")
        self._settles.setObjectName("settlesBox")
        self._settles.toggled.connect(self.settles_chosen)
        self._battery = CheckBox(theme, "Also on battery")
        self._battery.setObjectName("batteryBox")
        self._battery.toggled.connect(self.battery_chosen)
        self._names = CheckBox(theme, "Let the model name chats")
        self._names.setObjectName("namesBox")
        self._names.toggled.connect(self.names_chosen)
        self.column.addWidget(self._settles)
        self.column.addWidget(caption("Many models read part of their last reply again. This does it ahead of time."))
        self.column.addWidget(self._names)
        self.column.addWidget(caption("After the first reply, unless you gave the chat a name."))
        self.column.addWidget(self._battery)

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        shown = ((self._settles, settings.settles), (self._names, settings.names_chats), (self._battery, settings.settles_on_battery))
        for box, is_on in shown:
            box.blockSignals(True)
            box.setChecked(is_on)
            box.blockSignals(False)
        self._battery.setEnabled(settings.settles or settings.names_chats)
