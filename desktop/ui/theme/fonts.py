"""The system's interface font and its monospace font."""

import sys

from PySide6.QtGui import QFont, QFontDatabase

_INTERFACE = ("Inter", "Noto Sans", "Cantarell", "Ubuntu")
_MONOSPACE = ("Noto Sans Mono", "JetBrains Mono", "DejaVu Sans Mono", "Liberation Mono")
_STAND_INS = ("sans", "sans serif", "sans-serif", "dejavu sans", "monospace", "")


def interface_font() -> QFont:
    """Return the interface font at 13 pixels."""
    return _sized(_preferred(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont), _INTERFACE), 13)


def monospace_font(pixels: int = 13) -> QFont:
    """Return the monospace font."""
    font = _preferred(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), _MONOSPACE)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return _sized(font, pixels)


def text_font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface font in a size and weight."""
    font = _sized(interface_font(), pixels)
    font.setWeight(weight)
    return font


def _preferred(font: QFont, families: tuple[str, ...]) -> QFont:
    # A bare X11 session names no font of its own: Qt then says "Sans Serif", which looks poor where Inter is at hand.
    if sys.platform in ("win32", "darwin") or font.family().lower() not in _STAND_INS:
        return font
    present = next((family for family in families if QFontDatabase.hasFamily(family)), None)
    return QFont(present) if present else font


def _sized(font: QFont, pixels: int) -> QFont:
    font.setPixelSize(pixels)
    return font
