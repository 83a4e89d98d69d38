"""The system's interface font and its monospace font."""

import sys

from PySide6.QtGui import QFont, QFontDatabase

_INTERFACE = ("Inter", "Noto Sans", "Cantarell", "Ubuntu")
_MONOSPACE = ("Noto Sans Mono", "JetBrains Mono", "DejaVu Sans Mono", "Liberation Mono")
_STAND_INS = ("sans", "sans serif", "sans-serif", "dejavu sans", "monospace", "")


class Fonts:
    """Find the two fonts and keep them in the sizes that are in use."""

    def __init__(self) -> None:
        self._text = _preferred(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont), _INTERFACE)
        self._code = _preferred(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), _MONOSPACE)
        self._code.setStyleHint(QFont.StyleHint.Monospace)
        self._sized: dict[tuple[bool, int, QFont.Weight], QFont] = {}

    def text(self, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Return the interface font in a size and weight."""
        return self._of_size(self._text, pixels, weight)

    def code(self, pixels: int) -> QFont:
        """Return the monospace font in a size."""
        return self._of_size(self._code, pixels, QFont.Weight.Normal)

    def _of_size(self, font: QFont, pixels: int, weight: QFont.Weight) -> QFont:
        key = font is self._code, pixels, weight
        if key not in self._sized:
            sized = self._sized[key] = QFont(font)
            sized.setPixelSize(pixels)
            sized.setWeight(weight)
        return QFont(self._sized[key])  # whoever gets it may change it


def _preferred(font: QFont, families: tuple[str, ...]) -> QFont:
    # A bare X11 session names no font of its own: Qt then says "Sans Serif", which looks poor where Inter is at hand.
    if sys.platform in ("win32", "darwin") or font.family().lower() not in _STAND_INS:
        return font
    present = next((family for family in families if QFontDatabase.hasFamily(family)), None)
    return QFont(present) if present else font
