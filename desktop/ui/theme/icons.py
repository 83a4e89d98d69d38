"""Icons: own drawings with currentColor in resources/icons, coloured when they are loaded."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.ui.theme.style import ReadResource

NAMES = (
    "alert",
    "arrow_down",
    "attach",
    "bolt",
    "check",
    "chevron",
    "chevron_left",
    "chevron_right",
    "chevron_up",
    "clock",
    "close",
    "copy",
    "delete",
    "edit",
    "file",
    "folder",
    "fork",
    "model",
    "more",
    "plus",
    "reread",
    "rewind",
    "search",
    "send",
    "send_to_all",
    "settings",
    "sidebar",
    "sliders",
    "stop",
    "temporary",
    "theme",
    "thought",
    "tree",
    "undo",
    "ways",
    "wrap",
)
"""All drawings there are."""

_RATIOS = (1.0, 2.0, 3.0)


class Icons:
    """Draw icons in any colour and keep what was drawn."""

    def __init__(self, read_resource: ReadResource) -> None:
        self._read_resource = read_resource
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._icons: dict[tuple[str, str, int], QIcon] = {}

    def icon(self, name: str, colour: str, size: int = 16) -> QIcon:
        """Return an icon of size logical pixels, sharp at usual screen scales."""
        key = (name, colour, size)
        if key not in self._icons:
            icon = self._icons[key] = QIcon()
            for ratio in _RATIOS:
                icon.addPixmap(self.pixmap(name, colour, size, ratio))
        return self._icons[key]

    def pixmap(self, name: str, colour: str, size: int, ratio: float) -> QPixmap:
        """Return an icon as a pixmap for a screen with ratio physical pixels a logical one."""
        key = (name, colour, size, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._draw(*key)
        return self._pixmaps[key]

    def _draw(self, name: str, colour: str, size: int, ratio: float) -> QPixmap:
        return drawn(self._read_resource(f"icons/{name}.svg").replace(b"currentColor", colour.encode()), size, ratio)


def drawn(drawing: bytes, size: int, ratio: float) -> QPixmap:
    """Return an SVG drawing as a pixmap of size logical pixels, for a screen with ratio physical pixels a logical one."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
