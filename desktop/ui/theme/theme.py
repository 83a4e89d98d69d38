"""The theme in use: follows the person's choice, or the system."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from desktop.system.settings import THEMES, ZOOMS
from desktop.ui.theme.fonts import Fonts
from desktop.ui.theme.icons import Icons
from desktop.ui.theme.palette import palette
from desktop.ui.theme.style import ReadResource, style_sheet
from desktop.ui.theme.tokens import DARK, LIGHT, Tokens

MOTION_MS = 120

_NO_RULES = "#nobody{}"
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}


class Theme(QObject):
    """Keep the application in one theme and one size of text.

    Signals: changed after colours or sizes changed; what paints itself or has fonts of its own then takes them up.
    """

    changed = Signal()

    def __init__(self, choice: str, read_resource: ReadResource, parent: QObject | None = None, *, zoom: int = 100) -> None:
        super().__init__(parent)
        self.choice = choice if choice in THEMES else "system"
        self.zoom = zoom  # percent, one of ZOOMS
        self.less_motion = False  # as the person wants it
        self.system_reduces_motion = False
        self.icons = Icons(read_resource)
        self._fonts = Fonts()
        self._read_resource = read_resource
        self._is_dressed = False
        # Some sheet must be there from the beginning: where the first one comes later, what is there by then keeps Qt's own font.
        _application().setStyleSheet(_NO_RULES)
        QApplication.setStyle("Fusion")
        hints = QGuiApplication.styleHints()
        hints.setColorScheme(_SCHEMES[self.choice])
        self.tokens = self._wanted()
        self._apply()
        hints.colorSchemeChanged.connect(self._on_system_scheme_changed)

    def dress(self) -> None:
        """Put the style sheet on. To be called once, when the window is built, and before it is shown.

        While there is one, Qt styles each widget anew that is put into another, with all that is in it: a window would take twice as
        long to build.
        """
        self._is_dressed = True
        self._apply()
        self.changed.emit()

    def choose(self, choice: str) -> None:
        """Change to "light", "dark" or "system"."""
        self.choice = choice
        QGuiApplication.styleHints().setColorScheme(_SCHEMES[choice])
        self._follow()

    def set_zoom(self, percent: int) -> None:
        """Change the size of text and icons to one of ZOOMS."""
        if percent != self.zoom:
            self.zoom = percent
            self._apply()
            self.changed.emit()

    def zoom_by(self, steps: int) -> None:
        """Make text larger, or with a negative number smaller, as far as it goes."""
        self.set_zoom(ZOOMS[max(0, min(ZOOMS.index(self.zoom) + steps, len(ZOOMS) - 1))])

    @property
    def motion_ms(self) -> int:
        """Return how long what moves takes; 0: it does not move."""
        return 0 if self.less_motion or self.system_reduces_motion else MOTION_MS

    def icon(self, name: str, token: str = "mute", size: int = 16) -> QIcon:
        """Return an icon in the colour of a token."""
        return self.icons.icon(name, getattr(self.tokens, token), size)

    def text_font(self, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Return the interface font in a size and weight, as large as the person wants it."""
        return self._fonts.text(self.scaled(pixels), weight)

    def code_font(self, pixels: int = 13) -> QFont:
        """Return the monospace font, as large as the person wants it."""
        return self._fonts.code(self.scaled(pixels))

    def scaled(self, pixels: int) -> int:
        """Return a size in pixels as large as the person wants text."""
        return max(1, round(pixels * self.zoom / 100))

    @Slot()
    def _on_system_scheme_changed(self) -> None:
        self._follow()

    def _follow(self) -> None:
        if (wanted := self._wanted()) is not self.tokens:
            self.tokens = wanted
            self._apply()
            self.changed.emit()

    def _wanted(self) -> Tokens:
        if self.choice == "system":
            return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self.choice == "dark" else LIGHT

    def _apply(self) -> None:
        QApplication.setPalette(palette(self.tokens))
        QApplication.setFont(self.text_font(13))
        if self._is_dressed:
            _application().setStyleSheet(style_sheet(self.tokens, self._read_resource, self.zoom / 100))


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
