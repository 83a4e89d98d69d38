"""What stands between a pane's head and its composer: the messages, that there are none yet, or the tree."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from desktop.conversations.message import ConversationId, Role
from desktop.system.settings import ScrollPosition
from desktop.ui.panes.empty_state import EmptyState
from desktop.ui.panes.find_bar import FindBar
from desktop.ui.transcript.message_actions import MessageAction
from desktop.ui.transcript.transcript import Transcript
from desktop.ui.tree.tree_page import TreePage
from desktop.ui.window_context import WindowContext


class PaneBody(QStackedWidget):
    """Show one of three pages.

    Signals: focus_left after the tree, or the find bar, that had the focus went.
    """

    focus_left = Signal()

    def __init__(self, context: WindowContext, empty: EmptyState, transcript: Transcript) -> None:
        super().__init__()
        self._empty = empty
        self._transcript = transcript
        self.tree = TreePage(context)
        self.find_bar = FindBar(context.theme, transcript)
        self.find_bar.closed.connect(self.focus_left)
        for page in (empty, transcript, self.tree):
            self.addWidget(page)
        self.tree.loaded.connect(self._on_tree_loaded)
        self.tree.closed.connect(self.close_tree)

    def show_messages(self, *, is_empty: bool) -> None:
        """Show the messages, or that there are none; a tree that is shown stays."""
        if not self.shows_tree():
            self.setCurrentWidget(self._empty if is_empty else self._transcript)

    def show_position(self, position: ScrollPosition) -> None:
        """Show the messages at a position, in place of the tree."""
        self.close_tree()
        self._transcript.show_position(position)

    def edit_last(self) -> None:
        """Let the person write their last message anew, in its place."""
        own = [message for message in self._transcript.messages() if message.role is Role.USER]
        if not own or self.shows_tree():
            return
        view = self._transcript.bring_message_into_sight(own[-1].id)
        if view is not None:
            view.act(MessageAction.EDIT)
            view.focus_edit()

    def open_find(self) -> None:
        """Open the find bar over the messages, in place of the tree."""
        self.close_tree()
        self.find_bar.open()

    def find_again(self, *, forward: bool) -> None:
        """Go to the next place of what was looked for, or to the one before."""
        self.close_tree()
        self.find_bar.step(forward=forward)

    def shows_tree(self) -> bool:
        """Return whether the tree is shown."""
        return self.currentWidget() is self.tree

    def toggle_tree(self, chat_id: ConversationId) -> None:
        """Show a chat's tree as soon as it is read, or the messages again."""
        if self.tree.is_open():
            self.close_tree()
        else:
            self.find_bar.leave()
            self.tree.open_chat(chat_id)

    def close_tree(self) -> None:
        """Show the messages if the tree is shown or on its way."""
        self.tree.leave()
        if not self.shows_tree():
            return
        had_focus = _has_focus(self.tree)
        self.setCurrentWidget(self._transcript if self._transcript.messages() else self._empty)
        if had_focus:
            self.focus_left.emit()

    def _on_tree_loaded(self) -> None:
        pane = self.parentWidget()
        has_focus = pane is not None and _has_focus(pane)  # the person may have gone elsewhere meanwhile
        self.setCurrentWidget(self.tree)
        if has_focus:
            self.tree.view.setFocus()


def _has_focus(part: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and part.isAncestorOf(focused)
