"""The lines that say where a chat was left by a fork, and the fold over what a fork shares."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop.conversations.message import ConversationId
from desktop.ui.branches import Branch
from desktop.ui.controls.branch_dot import BranchDot
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.controls.tooltips import plain
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.rule_line import RuleLine
from desktop.ui.translation import tr, tr_counted


class ForkLine(RuleLine):
    """A line with a branch's mark; a click leads to the fork, where it stands for one."""

    def __init__(self, theme: Theme, branch: Branch, text: str, chat_id: ConversationId | None = None) -> None:
        super().__init__(theme, "fork", leads_on=chat_id is not None)
        self.setObjectName("forkLine")
        self.chat_id = chat_id  # the fork it leads to; None where it only says that this chat began here
        self.branch = branch
        self.set_content(branch, text)

    def colour(self) -> str:
        """Return the branch's colour."""
        return self._theme.tokens.branch(self.branch)

    def set_content(self, branch: Branch, text: str) -> None:
        """Change what the line says."""
        self.branch = branch
        self.set_line(text)
        if self.chat_id is not None:
            self.setAccessibleName(tr("Open the fork {title}, branch {letter}", title=text, letter=branch.name))
            self.setToolTip(plain("\n".join((text, tr("Open this fork (branch {letter})", letter=branch.name)))))


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
        self.setText(tr_counted("+{count} forks", "+1 fork", count))
        self.setToolTip(tr("Show all forks that leave here"))

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
        self._counted = tr_counted("{count} messages shared with", "1 message shared with", count)
        counted = ElidedLabel(self._counted)
        counted.setObjectName("sharedCount")
        self._title = ElidedLabel()
        self._title.setObjectName("sharedTitle")
        self._button = LinkButton(tr("Show"))
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
            self._button.setText(tr("Hide") if is_open else tr("Show"))
            self._name()
            self.toggled.emit(is_open)

    def is_open(self) -> bool:
        """Return whether the shared messages are shown."""
        return self._is_open

    def _name(self) -> None:
        what, title = self._counted, self._title.text()
        is_open = self._is_open
        self._button.setAccessibleName(
            tr("Hide {what} {title}", what=what, title=title) if is_open else tr("Show {what} {title}", what=what, title=title)
        )

    def _on_button_clicked(self) -> None:
        self.set_open(not self._is_open)
