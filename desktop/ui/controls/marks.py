"""Check boxes and radio buttons in the window's own colours."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QWidget

from desktop.ui.theme.theme import Theme

_MARK = 16  # pixels
_GAP = 10
_HEIGHT = 28


class CheckBox(QCheckBox):
    """Something that is on or off."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, mark = QPainter(self), _mark(self)
        _draw_ground(painter, self, self._theme, mark, 4.5)
        if self.isChecked():
            size = _MARK - 2
            token = self._theme.tokens.on_accent if self.isEnabled() else self._theme.tokens.card
            painter.drawPixmap(mark.topLeft() + QPointF(1, 1), self._theme.icons.pixmap("check", token, size, self.devicePixelRatioF()))
        _draw_words(painter, self, self._theme)


class RadioButton(QRadioButton):
    """One of several choices that are all in sight."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, mark = QPainter(self), _mark(self)
        _draw_ground(painter, self, self._theme, mark, _MARK / 2)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.tokens.on_accent if self.isEnabled() else self._theme.tokens.card))
            painter.drawEllipse(mark.center(), 3, 3)
        _draw_words(painter, self, self._theme)


def _size(button: QAbstractButton) -> QSize:
    return QSize(3 + _MARK + _GAP + button.fontMetrics().horizontalAdvance(button.text()) + 6, _HEIGHT)


def _mark(button: QAbstractButton) -> QRectF:
    return QRectF(3, (button.height() - _MARK) / 2, _MARK, _MARK)


def _draw_ground(painter: QPainter, button: QAbstractButton, theme: Theme, mark: QRectF, radius: float) -> None:
    tokens = theme.tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    full = tokens.accent if button.isEnabled() else tokens.trunk
    is_on = button.isChecked()
    painter.setPen(QPen(QColor(full if is_on else tokens.faint), 1.35))
    painter.setBrush(QColor(full if is_on else tokens.card))
    painter.drawRoundedRect(mark.adjusted(0.7, 0.7, -0.7, -0.7), radius, radius)
    if button.hasFocus():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.drawRoundedRect(mark.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)


def _draw_words(painter: QPainter, button: QAbstractButton, theme: Theme) -> None:
    painter.setPen(QColor(theme.tokens.text if button.isEnabled() else theme.tokens.faint))
    place = button.rect().adjusted(3 + _MARK + _GAP, 0, 0, 0)
    painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), button.text())
