"""The lines that say where a chat was left by a fork, and the fold over what a fork shares."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from desktop.conversations.message import ConversationId
from desktop.ui.branches import Branch
from desktop.ui.controls.branch_dot import BranchDot
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.controls.tooltips import plain
from desktop.ui.theme.theme import Theme

_ICON = 16
_GAP = 8
_RULE_GAP = 14


class ForkLine(QPushButton):
    """A line across the transcript with a branch's mark and a text in its middle."""

    def __init__(self, theme: Theme, branch: Branch, text: str, chat_id: ConversationId | None = None) -> None:
        super().__init__()
        self.setObjectName("forkLine")
        self._theme = theme
        self.chat_id = chat_id  # the fork it leads to; None where it only says that this chat began here
        self.branch = branch
        if chat_id is None:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_content(branch, text)
        theme.changed.connect(self._fit)
        self._fit()

    def set_content(self, branch: Branch, text: str) -> None:
        """Change what the line says."""
        self.branch = branch
        self.setText(text)
        self.setShortcut("")  # Qt makes one of the letter behind an ampersand
        if self.chat_id is not None:
            self.setAccessibleName(f"Open the fork {text}, branch {branch.name}")
            self.setToolTip(plain(f"{text}\nOpen this fork (branch {branch.name})"))
        self.update()

    def _fit(self) -> None:
        self.setFont(self._theme.text_font(12))
        self.setFixedHeight(max(28 if self.chat_id is not None else 36, self._theme.scaled(24)))
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
        is_live = self.chat_id is not None and (self.underMouse() or self.hasFocus())
        painter.setPen(QColor(tokens.line))
        painter.drawLine(0, middle, left - _RULE_GAP, middle)
        painter.drawLine(left + wide + _RULE_GAP, middle, self.width(), middle)
        pixmap = self._theme.icons.pixmap("fork", tokens.branch(self.branch), _ICON, self.devicePixelRatioF())
        painter.drawPixmap(left, middle - _ICON // 2, pixmap)
        painter.setPen(QColor(tokens.text if is_live else tokens.mute))
        painter.drawText(QRect(left + _ICON + _GAP, 0, wide, self.height()), int(Qt.AlignmentFlag.AlignVCenter), text)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(left - 7, 2, wide + 14, self.height() - 5, 7, 7)


class MoreForks(LinkButton):
    """Stand for the forks at a message that are folded."""

    def __init__(self, theme: Theme, count: int) -> None:
        super().__init__("")
        self.setObjectName("moreForks")
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()
        self.set_count(count)

    def set_count(self, count: int) -> None:
        """Change how many forks are folded."""
        self.setText("+1 fork" if count == 1 else f"+{count:,} forks")
        self.setToolTip("Show all forks that leave here")

    def _fit(self) -> None:
        self.setFixedHeight(max(28, self._theme.scaled(24)))


class SharedHistoryFold(QFrame):
    """Stand for the messages that a fork shares with the chat it left."""

    toggled = Signal(bool)

    def __init__(self, theme: Theme, count: int, branch: Branch, title: str) -> None:
        super().__init__()
        self.setObjectName("sharedHistory")
        self._is_open = False
        self._dot = BranchDot(theme, branch)
        self._counted = "1 message shared with" if count == 1 else f"{count:,} messages shared with"
        counted = ElidedLabel(self._counted)
        counted.setObjectName("sharedCount")
        self._title = ElidedLabel()
        self._title.setObjectName("sharedTitle")
        self._button = LinkButton("Show")
        self._button.setObjectName("showSharedButton")
        self._button.clicked.connect(self._on_button_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(7)
        row.addWidget(counted)
        row.addWidget(self._dot)
        row.addWidget(self._title, 1)
        row.addWidget(self._button)
        self.setFixedHeight(32)
        self.set_parent_chat(branch, title)

    def set_parent_chat(self, branch: Branch, title: str) -> None:
        """Change what is said of the chat that this one left."""
        self._dot.set_branch(branch)
        self._title.set_text(title)
        self._name()

    def set_open(self, is_open: bool) -> None:
        """Show or fold the shared messages."""
        if is_open != self._is_open:
            self._is_open = is_open
            self._button.setText("Hide" if is_open else "Show")
            self._name()
            self.toggled.emit(is_open)

    def is_open(self) -> bool:
        """Return whether the shared messages are shown."""
        return self._is_open

    def _name(self) -> None:
        self._button.setAccessibleName(f"{self._button.text()} {self._counted} {self._title.text()}")

    def _on_button_clicked(self) -> None:
        self.set_open(not self._is_open)
