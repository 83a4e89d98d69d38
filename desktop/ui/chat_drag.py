"""A chat, or a folder, that is dragged from one place of the window to another."""

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QColor, QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from desktop.conversations.message import ConversationId, FolderId
from desktop.ui.branches import Branch
from desktop.ui.theme.theme import Theme

_FORMAT = "application/x-rivulet-chat"
_FOLDER_FORMAT = "application/x-rivulet-folder"
_WIDTH, _HEIGHT = 220, 34


def chat_data(chat_id: ConversationId) -> QMimeData:
    """Return what is dragged: no text, so that it cannot be dropped as one."""
    data = QMimeData()
    data.setData(_FORMAT, str(int(chat_id)).encode())
    return data


def dragged_chat(data: QMimeData) -> ConversationId | None:
    """Return the chat that is dragged, or None where something else is."""
    number = bytes(data.data(_FORMAT).data())
    return ConversationId(int(number)) if number.isdigit() else None


def folder_data(folder_id: FolderId) -> QMimeData:
    """Return what is dragged of a folder."""
    data = QMimeData()
    data.setData(_FOLDER_FORMAT, str(int(folder_id)).encode())
    return data


def dragged_folder(data: QMimeData) -> FolderId | None:
    """Return the folder that is dragged, or None where something else is."""
    number = bytes(data.data(_FOLDER_FORMAT).data())
    return FolderId(int(number)) if number.isdigit() else None


def drag_folder(source: QWidget, theme: Theme, folder_id: FolderId, name: str) -> None:
    """Let the person drag a folder; returns after they let go or pressed Esc."""
    drag = QDrag(source)
    drag.setMimeData(folder_data(folder_id))
    drag.setPixmap(_picture(source, theme, name, None))
    drag.setHotSpot(QPoint(16, _HEIGHT // 2))
    drag.exec(Qt.DropAction.MoveAction)


def drag_chat(source: QWidget, theme: Theme, chat_id: ConversationId, title: str, branch: Branch) -> None:
    """Let the person drag a chat; returns after they let go or pressed Esc."""
    drag = QDrag(source)
    drag.setMimeData(chat_data(chat_id))
    drag.setPixmap(_picture(source, theme, title, branch))
    drag.setHotSpot(QPoint(16, _HEIGHT // 2))
    drag.exec(Qt.DropAction.MoveAction)


def _picture(source: QWidget, theme: Theme, title: str, branch: Branch | None) -> QPixmap:
    ratio = source.devicePixelRatioF()
    picture = QPixmap(round(_WIDTH * ratio), round(_HEIGHT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(theme.tokens.line))
    painter.setBrush(QColor(theme.tokens.card))
    painter.drawRoundedRect(0, 0, _WIDTH - 1, _HEIGHT - 1, 9, 9)
    painter.setPen(Qt.PenStyle.NoPen)
    if branch is None:
        painter.drawPixmap(9, _HEIGHT // 2 - 7, theme.icons.pixmap("folder", theme.tokens.mute, 14, ratio))
    else:
        painter.setBrush(QColor(theme.tokens.branch(branch)))
        painter.drawEllipse(12, _HEIGHT // 2 - 4, 8, 8)
    painter.setPen(QColor(theme.tokens.text))
    painter.setFont(theme.text_font(13))
    shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, _WIDTH - 44)
    painter.drawText(30, 0, _WIDTH - 42, _HEIGHT, int(Qt.AlignmentFlag.AlignVCenter), shown)
    painter.end()
    return picture
