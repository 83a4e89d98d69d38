"""A button as wide as its card: what it does on the left, what that costs on the right."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.ui.controls.tooltips import plain
from desktop.ui.panes.other_model_text import WayOn
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_PADDING = 14
_GAP = 16
_RADIUS = 10


class WayButton(QPushButton):
    """Show a way on; the cost stands below it where there is no room beside it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cost = ""
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)
        self._fit()

    def set_way(self, way: WayOn) -> None:
        """Show a way on."""
        self._cost = way.cost
        self.setText(way.words)
        self.setShortcut("")  # Qt makes one of the letter behind an ampersand
        self.setAccessibleName(tr("{way}, {cost}", way=way.words, cost=way.cost) if way.cost else way.words)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, (words, cost) = self._theme.tokens, self._fonts()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.hover if self.underMouse() or self.isDown() else tokens.side))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        place, line = self.rect().adjusted(_PADDING, 0, -_PADDING, 0), self._theme.scaled(20)
        first, second = (place, place) if self._is_one_line() else (place.adjusted(0, 0, 0, -line), place.adjusted(0, line, 0, 0))
        painter.setFont(words)
        painter.setPen(QColor(tokens.text))
        shown = QFontMetrics(words).elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(first, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.setFont(cost)
        painter.setPen(QColor(tokens.mute))
        side = Qt.AlignmentFlag.AlignRight if self._is_one_line() else Qt.AlignmentFlag.AlignLeft
        shown = QFontMetrics(cost).elidedText(self._cost, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(second, int(side | Qt.AlignmentFlag.AlignVCenter), shown)

    def _fonts(self) -> tuple[QFont, QFont]:
        return self._theme.text_font(14, QFont.Weight.DemiBold), self._theme.text_font(12)

    def _is_one_line(self) -> bool:
        words, cost = (QFontMetrics(font) for font in self._fonts())
        taken = words.horizontalAdvance(self.text()) + _GAP + cost.horizontalAdvance(self._cost)
        return not self._cost or taken <= self.width() - 2 * _PADDING

    def _fit(self) -> None:
        """Take the height that the lines need, and tell in the tooltip what is cut."""
        words, cost = (QFontMetrics(font) for font in self._fonts())
        room = self.width() - 2 * _PADDING
        cut = words.horizontalAdvance(self.text()) > room or cost.horizontalAdvance(self._cost) > room
        self.setToolTip(plain(self.accessibleName()) if cut else "")
        self.setFixedHeight(self._theme.scaled(36 if self._is_one_line() else 56))
        self.update()
