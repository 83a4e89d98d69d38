"""The tree as a page of a pane: the picture, and what can be done with the message that is selected in it."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat import events
from desktop.conversations.chat_tree import ChatTree, TreeNode
from desktop.conversations.message import ConversationId
from desktop.system.errors import RivuletError
from desktop.ui.controls.buttons import IconButton, LinkButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.keyboard import keeps_key
from desktop.ui.transcript.transcript import READABLE_WIDTH
from desktop.ui.translation import key_name, tr
from desktop.ui.tree.family import Family
from desktop.ui.tree.tree_view import TreeView
from desktop.ui.window_context import WindowContext

_LEFT, _RIGHT, _GAP = 24, 20, 4
_LEAST_WORDS = 60  # pixels
_READ_EVERY_MS = 200  # at most


class TreePage(QWidget):
    """Show the tree of a chat and keep it as the chats are while it is seen.

    Signals: loaded once the picture of a chat is there to be shown; closed; fork_requested with the ids of a chat and of
    a message of it; chat_requested with the id of another chat.
    """

    loaded = Signal()
    closed = Signal()
    fork_requested = Signal(object, object)
    chat_requested = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("treePage")
        self._context = context
        self._chat_id: ConversationId | None = None
        self._is_stale = False
        self.view = TreeView(context.theme, context.directory)
        self._words = ElidedLabel()
        self._words.setObjectName("treeWords")
        self._go = self._button(
            tr("Go here"), tr("Let this chat stand here ({keys}). Nothing is lost.", keys=key_name("Enter")), "goHereButton"
        )
        self._fork = self._button(
            tr("Fork from here"), tr("Continue in a second chat ({keys}). This one stays as it is.", keys="F"), "forkHereButton"
        )
        self._beside = self._button(
            tr("Open beside"), tr("Open the chat that this belongs to in a pane of its own ({keys})", keys="B"), "openBesideButton"
        )
        self._close = IconButton(context.theme, "close", tr("Close the tree"))
        self._close.setObjectName("closeTreeButton")
        self._close.setToolTip(tr("Back to the messages ({keys})", keys=key_name("Esc")))
        self._reload = QTimer(self)
        self._reload.setSingleShot(True)
        self._since_reading = QElapsedTimer()
        self._lay_out()
        self._connect()
        self._show_selection()

    def open_chat(self, chat_id: ConversationId) -> None:
        """Read a chat's tree; loaded is emitted once it can be shown."""
        self._chat_id = chat_id
        self._context.spawn(self._open(chat_id))

    def is_open(self) -> bool:
        """Return whether a chat's tree is shown or on its way."""
        return self._chat_id is not None

    def leave(self) -> None:
        """Let go of the chat."""
        self._chat_id = None
        self._reload.stop()

    def menu(self) -> QMenu:
        """Return the menu of the selected message as it would be shown now."""
        menu = QMenu(self)
        menu.setObjectName("treeMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button, keys in ((self._go, "Enter"), (self._fork, "F"), (self._beside, "B")):
            action = menu.addAction(f"{button.text()}\t{key_name(keys)}")
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        return menu

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_bar()  # other text, or text in another size
        if keeps_key(event, Qt.Key.Key_Escape):  # elsewhere in the window this key stops a reply
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._read_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._reload.stop()

    def _button(self, text: str, tooltip: str, name: str) -> LinkButton:
        button = LinkButton(text)
        button.setObjectName(name)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.setToolTip(tooltip)
        return button

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(_GAP)
        bar.addWidget(self._words, 1)
        bar.addStretch()
        for button in (self._go, self._fork, self._beside, self._close):
            bar.addWidget(button)
        foot = QWidget()
        foot.setLayout(bar)
        foot.setMaximumWidth(READABLE_WIDTH)
        centred = QHBoxLayout()
        centred.setContentsMargins(_LEFT, 4, _RIGHT, 4)
        centred.addStretch()
        centred.addWidget(foot, 1000)
        centred.addStretch()
        self.setMinimumWidth(1)  # the bar leaves out what does not fit
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addLayout(centred)

    def _fit_bar(self) -> None:
        """Leave out what the bar has no room for, the words first; the menu and the keys have all of it."""
        room = self.width() - _LEFT - _RIGHT - self._close.sizeHint().width()
        for button in (self._go, self._fork, self._beside):
            room -= button.sizeHint().width() + _GAP
            button.setVisible(room >= 0)
        self._words.setVisible(room >= _LEAST_WORDS)

    def _connect(self) -> None:
        self.view.node_chosen.connect(self._on_view_node_chosen)
        self.view.fork_requested.connect(self._on_view_fork_requested)
        self.view.beside_requested.connect(self._on_view_beside_requested)
        self.view.selection_changed.connect(self._show_selection)
        self.view.menu_requested.connect(self._on_view_menu_requested)
        self._go.clicked.connect(self.view.choose_selected)
        self._fork.clicked.connect(lambda: self._with_selected(self._on_view_fork_requested))
        self._beside.clicked.connect(lambda: self._with_selected(self._on_view_beside_requested))
        self._close.clicked.connect(self.closed)
        self._reload.timeout.connect(self._on_reload_timeout)
        bridge = self._context.bridge
        for changed in (bridge.conversation_added, bridge.conversation_changed, bridge.head_moved):
            changed.connect(self._on_bridge_conversation_changed)
        for happened in (bridge.conversation_removed, bridge.message_added, bridge.reply_finished):
            happened.connect(self._on_bridge_messages_changed)

    async def _open(self, chat_id: ConversationId) -> None:
        try:
            tree = await self._read(chat_id)
        except RivuletError:
            if self._chat_id == chat_id:  # else the pane may be gone
                self.leave()
            raise
        if self._chat_id == chat_id:
            self.view.show_family(Family(tree, chat_id))
            self.loaded.emit()

    async def _update(self, chat_id: ConversationId) -> None:
        tree = await self._read(chat_id)
        if self._chat_id == chat_id:
            self.view.update_family(Family(tree, chat_id))

    async def _read(self, chat_id: ConversationId) -> ChatTree:
        self._is_stale = False
        self._since_reading.start()
        return await self._context.chats.tree(chat_id)

    def _with_selected(self, act: Callable[[TreeNode], None]) -> None:
        if (node := self.view.selected()) is not None:
            act(node)

    def _show_selection(self) -> None:
        """Say what is selected, and offer what can be done with it."""
        node, family = self.view.selected(), self.view.family()
        self._words.set_text(family.told(node) if node is not None and family is not None else "")
        self._go.setEnabled(node is not None)
        self._fork.setEnabled(node is not None)
        self._beside.setEnabled(node is not None and family is not None and family.chat_beside(node) is not None)

    def _note_change(self, chat_id: ConversationId) -> None:
        """Read the tree again, soon and while it is seen, if the chat is one of its."""
        family = self.view.family()
        if self._chat_id is None or family is None or chat_id not in {chat.id for chat in family.tree.chats}:
            return
        self._is_stale = True
        if self.isVisible() and not self._reload.isActive():
            self._read_soon()

    def _read_soon(self) -> None:
        self._reload.start(max(0, _READ_EVERY_MS - self._since_reading.elapsed()))

    # These are no lambdas: the bridge would keep every page that was ever made, and go on telling it.
    def _on_bridge_conversation_changed(self, event: events.ConversationAdded | events.ConversationChanged | events.HeadMoved) -> None:
        self._note_change(event.conversation.id)
        if event.conversation.forked_from_id is not None:
            self._note_change(event.conversation.forked_from_id)

    def _on_bridge_messages_changed(self, event: events.ConversationRemoved | events.MessageAdded | events.ReplyFinished) -> None:
        self._note_change(event.conversation_id)

    def _on_reload_timeout(self) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._update(self._chat_id))

    def _on_view_node_chosen(self, node: TreeNode) -> None:
        """Go to a message, or to the chat that stands at it; from where this one stands, back to its messages."""
        family = self.view.family()
        if family is None or self._chat_id is None:
            return
        chat = self._context.directory.find(self._chat_id)
        if chat is not None and node.id == chat.head_id:
            self.closed.emit()
        elif node.id not in family.path and (others := family.others_at(node.id)):
            self.chat_requested.emit(others[0].id)
        else:
            self._context.spawn(self._context.chats.go_to(self._chat_id, node.id))

    def _on_view_fork_requested(self, node: TreeNode) -> None:
        if (family := self.view.family()) is not None:
            self.fork_requested.emit(family.chat_with(node), node.id)

    def _on_view_beside_requested(self, node: TreeNode) -> None:
        family = self.view.family()
        if family is not None and (chat := family.chat_beside(node)) is not None:
            self.chat_requested.emit(chat.id)

    def _on_view_menu_requested(self, place: QPoint) -> None:
        self.menu().popup(place)
