"""A line across the transcript with an icon and a text in its middle."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton

from desktop.ui.theme.theme import Theme

_ICON = 16
_GAP = 8
_RULE_GAP = 14


class RuleLine(QPushButton):
    """Say something of the place between two messages; a click leads on, unless it is only said."""

    def __init__(self, theme: Theme, icon: str, *, leads_on: bool) -> None:
        super().__init__()
        self._theme, self._icon, self._leads_on = theme, icon, leads_on
        if leads_on:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self._fit)
        self._fit()

    def colour(self) -> str:
        """Return the icon's colour."""
        return self._theme.tokens.mute

    def set_line(self, text: str) -> None:
        """Change what the line says."""
        self.setText(text)
        self.setShortcut("")  # Qt makes one of the letter behind an ampersand
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setFont(self.font())
        metrics = self.fontMetrics()
        most = self.width() - _ICON - _GAP - 2 * _RULE_GAP - 40
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, most)
        wide = _ICON + _GAP + metrics.horizontalAdvance(text)
        left, middle = (self.width() - wide) // 2, self.height() // 2
        is_live = self._leads_on and (self.underMouse() or self.hasFocus())
        painter.setPen(QColor(tokens.line))
        painter.drawLine(0, middle, left - _RULE_GAP, middle)
        painter.drawLine(left + wide + _RULE_GAP, middle, self.width(), middle)
        pixmap = self._theme.icons.pixmap(self._icon, self.colour(), _ICON, self.devicePixelRatioF())
        painter.drawPixmap(left, middle - _ICON // 2, pixmap)
        painter.setPen(QColor(tokens.text if is_live else tokens.mute))
        painter.drawText(QRect(left + _ICON + _GAP, 0, wide, self.height()), int(Qt.AlignmentFlag.AlignVCenter), text)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(left - 7, 2, wide + 14, self.height() - 5, 7, 7)

    def _fit(self) -> None:
        self.setFont(self._theme.text_font(12))
        self.setFixedHeight(max(28 if self._leads_on else 36, self._theme.scaled(24)))
        self.update()
