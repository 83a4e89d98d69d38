"""The head of a pane: whose chat it is, and with which model."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.ui.branches import Branch
from desktop.ui.controls.branch_dot import BranchDot
from desktop.ui.controls.buttons import IconButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.panes.model_picker import ModelPicker
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_BAR = 3  # pixels
_GAP = 10
_LEFT, _RIGHT = 19, 10


class PaneHead(QFrame):
    """Show branch, title and model; the active pane's head has a bar in its branch's colour on top.

    Signals: fork_requested; tree_requested; settings_requested; close_requested; menu_requested with the place for it on the screen;
    sidebar_requested.
    """

    fork_requested = Signal()
    tree_requested = Signal()
    settings_requested = Signal()
    close_requested = Signal()
    menu_requested = Signal(QPoint)
    sidebar_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._branch = Branch.A
        self._is_active = False
        self._is_closable = self._is_temporary = False
        self._dot = BranchDot(theme)
        self._title = ElidedLabel()
        self._title.setObjectName("paneTitle")
        self.model_picker = ModelPicker(theme)
        self.model_picker.changed.connect(self._share_width)
        self._fork = IconButton(theme, "fork", tr("Fork from the last message"))
        self._fork.setObjectName("headForkButton")
        self._fork.setToolTip(tr("Fork from the last message ({keys}). This chat stays as it is.", keys=Shortcut.FORK.told()))
        self._fork.clicked.connect(self.fork_requested)
        self._tree = IconButton(theme, "tree", tr("The tree of this conversation"))
        self._tree.setObjectName("treeButton")
        self._tree.setToolTip(tr("The tree of this conversation ({keys})", keys=Shortcut.TREE.told()))
        self._tree.clicked.connect(self.tree_requested)
        self._settings = IconButton(theme, "sliders", tr("Settings of this chat"))
        self._settings.setObjectName("chatSettingsButton")
        self._settings.setToolTip(tr("System prompt, presets and how replies are written ({keys})", keys=Shortcut.CHAT_SETTINGS.told()))
        self._settings.clicked.connect(self.settings_requested)
        self._sidebar = IconButton(theme, "sidebar", tr("Show the sidebar"))
        self._sidebar.setToolTip(tr("Show the sidebar ({keys})", keys=Shortcut.SIDEBAR.told()))
        self._sidebar.clicked.connect(self.sidebar_requested)
        self._sidebar.hide()
        self._menu = IconButton(theme, "more", tr("Menu of this chat"))
        self._menu.setObjectName("paneMenuButton")
        self._menu.clicked.connect(lambda: self.menu_requested.emit(self._menu.mapToGlobal(self._menu.rect().bottomRight())))
        self._close = IconButton(theme, "close", tr("Close this pane"))
        self._close.setObjectName("closePaneButton")
        self._close.clicked.connect(self.close_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(_LEFT, _BAR, _RIGHT, 0)
        row.setSpacing(_GAP)
        row.addWidget(self._sidebar)
        row.addWidget(self._dot)
        row.addWidget(self._title)
        row.addWidget(self.model_picker)
        row.addStretch(1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(4)
        for button in (self._fork, self._tree, self._settings, self._menu, self._close):
            self._buttons.addWidget(button)
        row.addLayout(self._buttons)
        self.setFixedHeight(48)
        theme.changed.connect(self._share_width)
        self._offer_to_close()

    def set_chat(self, title: str, branch: Branch, *, is_temporary: bool = False) -> None:
        """Show a chat's title and branch. The only pane can be closed too, where that is the end of its chat: is_temporary."""
        self._title.set_text(title)
        self._dot.set_branch(branch)
        self._branch = branch
        self._is_temporary = is_temporary
        self._offer_to_close()

    def set_forkable(self, forkable: bool) -> None:
        """Offer to fork the chat, or not: an empty one has nothing to fork from."""
        self._fork.setEnabled(forkable)

    def title(self) -> str:
        """Return the title that is shown."""
        return self._title.text()

    def set_active(self, active: bool) -> None:
        """Draw the bar, or none."""
        self._is_active = active
        self.update()

    def set_closable(self, closable: bool) -> None:
        """Offer to close the pane, or not: the last one stays."""
        self._is_closable = closable
        self._offer_to_close()

    def offer_sidebar(self, offered: bool) -> None:
        """Offer to show the hidden sidebar, or not."""
        self._sidebar.setVisible(offered)
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        if self._is_active:
            painter.fillRect(0, 0, self.width(), _BAR, QColor(self._theme.tokens.branch(self._branch)))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))

    def _offer_to_close(self) -> None:
        keys = Shortcut.CLOSE_PANE.told()
        kept = tr("Close this pane ({keys}). The chat stays in the sidebar.", keys=keys)
        gone = tr("Close this pane ({keys}). The chat is gone then.", keys=keys)
        self._close.setToolTip(gone if self._is_temporary else kept)
        self._close.setVisible(self._is_closable or self._is_temporary)
        self._share_width()

    def _share_width(self) -> None:
        """Cut the model's name before the title."""
        buttons = self._buttons.sizeHint().width()
        sidebar = self._sidebar.width() + _GAP if not self._sidebar.isHidden() else 0
        room = self.width() - _LEFT - _RIGHT - buttons - sidebar - self._dot.width() - 4 * _GAP
        self.model_picker.fit(room - self._title.sizeHint().width())
        self.update()
