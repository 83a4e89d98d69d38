"""The round button that leads to the end of a transcript."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.controls.buttons import IconButton
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import key_name, tr

_SIDE = 32  # pixels
_DOT = 8


class EndButton(IconButton):
    """Lead to the end; a dot says that new text came there."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "arrow_down", tr("To the end"), parent=parent)
        self.setObjectName("toEndButton")
        self._has_news = False
        self.setFixedSize(_SIDE, _SIDE)
        self.set_news(False)

    def has_news(self) -> bool:
        """Return whether new text came at the end."""
        return self._has_news

    def set_news(self, news: bool) -> None:
        """Note whether new text came at the end."""
        self._has_news = news
        keys = key_name("End")
        self.setToolTip(tr("New text at the end ({keys})", keys=keys) if news else tr("To the end ({keys})", keys=keys))
        self.setAccessibleDescription(self.toolTip())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._has_news:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self._theme.tokens.card))
            painter.setBrush(QColor(self._theme.tokens.accent))
            painter.drawEllipse(self.width() - _DOT - 3, 3, _DOT, _DOT)
