"""What stands at a chat's name while it is working, or once something new waits in it."""

from enum import Enum, auto

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter

from desktop.ui.theme.tokens import Tokens
from desktop.ui.translation import tr

STATUS_WIDTH = 17  # pixels, with the gap before it


class ChatStatus(Enum):
    """What a chat's sign says."""

    CALM = auto()
    WORKING = auto()
    UNSEEN = auto()

    def told(self) -> str:
        """Return what follows a chat's name."""
        match self:
            case ChatStatus.CALM:
                return ""
            case ChatStatus.WORKING:
                return tr(", working")
            case ChatStatus.UNSEEN:
                return tr(", a new reply")


def draw_status(painter: QPainter, status: ChatStatus, right: float, middle: float, tokens: Tokens) -> None:
    """Draw a chat's sign with its right end and its middle there: three dots, or one."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.accent))
    match status:
        case ChatStatus.WORKING:
            for number in range(3):
                painter.drawEllipse(QPointF(right - 2 - 5 * number, middle), 1.6, 1.6)
        case ChatStatus.UNSEEN:
            painter.drawEllipse(QPointF(right - 3, middle), 3.2, 3.2)
