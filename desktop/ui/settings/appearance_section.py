"""How the window looks."""

from PySide6.QtCore import Signal

from desktop.system.settings import ZOOMS, Settings
from desktop.ui.controls.choice_button import ChoiceButton
from desktop.ui.controls.marks import CheckBox
from desktop.ui.settings.section import Section
from desktop.ui.theme.theme import Theme

THEME_WORDS = {"system": "Like the system", "light": "Light", "dark": "Dark"}


class AppearanceSection(Section):
    """Choose theme, size and whether anything moves; what is chosen holds at once.

    Signals: less_motion_chosen.
    """

    less_motion_chosen = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__("Appearance")
        self._theme = theme
        self._choice = ChoiceButton(theme, "Theme")
        self._choice.setObjectName("themeChoice")
        self._choice.chosen.connect(theme.choose)
        self._size = ChoiceButton(theme, "Size of text")
        self._size.setObjectName("zoomChoice")
        self._size.setToolTip("Ctrl++ and Ctrl+- change it anywhere, Ctrl+0 is the usual size.")
        self._size.chosen.connect(theme.set_zoom)
        self._still = CheckBox(theme, "Less motion")
        self._still.setObjectName("lessMotionBox")
        self._still.toggled.connect(self.less_motion_chosen)
        self.add_row("Theme", self._choice)
        self.add_row("Size of text", self._size)
        self.column.addWidget(self._still)
        theme.changed.connect(self._show_theme)
        self._show_theme()

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._still.blockSignals(True)
        self._still.setChecked(settings.less_motion)
        self._still.blockSignals(False)
        self._show_theme()

    def _show_theme(self) -> None:
        self._choice.set_choices(tuple(THEME_WORDS.items()), self._theme.choice)
        self._size.set_choices([(percent, f"{percent} %") for percent in ZOOMS], self._theme.zoom)
