"""The dot that stands for a chat's branch wherever the chat is named."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.branches import Branch
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_DIAMETER = 8


class BranchDot(QWidget):
    """Show a branch's colour, with its letter for those who do not see it."""

    def __init__(self, theme: Theme, branch: Branch = Branch.A, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._branch = branch
        self.setFixedSize(QSize(_DIAMETER, _DIAMETER))
        self.set_branch(branch)
        theme.changed.connect(self.update)

    def set_branch(self, branch: Branch) -> None:
        """Change the branch."""
        self._branch = branch
        self.setToolTip(tr("Branch {letter}", letter=branch.name))
        self.setAccessibleName(tr("Branch {letter}", letter=branch.name))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.branch(self._branch)))
        painter.drawEllipse(self.rect())
