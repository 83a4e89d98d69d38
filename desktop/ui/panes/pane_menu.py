"""What can be done with the chat of a pane."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.conversations.message import Conversation
from desktop.ui.export_menu import ExportMenu
from desktop.ui.panes.chat_commands import ChatCommands
from desktop.ui.panes.pane_place import ALONE, PanePlace
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.taking_along import Form
from desktop.ui.translation import tr


class PaneMenu(QMenu):
    """Offer what a chat allows as it is now; deletes itself once it is closed.

    Signals: undo_requested; redo_requested; kept_ready_chosen, keeps_reasoning_chosen and likeliest_chosen with
    whether; move_requested with -1 to the left, 1 to the right; tree_requested; details_requested; settings_requested;
    export_chosen with a Form; temporary_requested.
    """

    undo_requested = Signal()
    redo_requested = Signal()
    kept_ready_chosen = Signal(bool)
    keeps_reasoning_chosen = Signal(bool)
    likeliest_chosen = Signal(bool)
    move_requested = Signal(int)
    tree_requested = Signal()
    details_requested = Signal()
    settings_requested = Signal()
    export_chosen = Signal(Form)
    temporary_requested = Signal()

    def __init__(
        self,
        chat: Conversation | None,
        *,
        has_turns: bool,
        shows_tree: bool,
        shows_details: bool,
        shows_settings: bool,
        place: PanePlace = ALONE,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("paneMenu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        # The keys are only told here: they belong to the message box, and only while that is empty.
        undo = self._add(Shortcut.UNDO_TURN.beside(tr("Undo last turn")), tr("Nothing is lost: Redo brings it back."))
        undo.setEnabled(has_turns)
        undo.triggered.connect(self.undo_requested)
        redo = self._add(Shortcut.REDO_TURN.beside(tr("Redo turn")))
        redo.setEnabled(chat is not None and chat.redo_id is not None)
        redo.triggered.connect(self.redo_requested)
        self.addSeparator()
        kept = self._add(tr("Always keep ready"), tr("What is saved for this chat is never removed to make room."))
        kept.setCheckable(True)
        kept.setChecked(chat is not None and chat.is_kept_ready)
        kept.triggered.connect(self.kept_ready_chosen)
        keeps = self._add(
            tr("Keep thoughts in the context"), tr("Nothing is read again after a reply, but what the model thought takes room.")
        )
        keeps.setCheckable(True)
        keeps.setChecked(chat is not None and chat.keeps_reasoning)
        keeps.triggered.connect(self.keeps_reasoning_chosen)
        likeliest = self._add(tr("Always the likeliest words"), tr("Temperature 0: the same question gets the same reply."))
        likeliest.setCheckable(True)
        likeliest.setChecked(chat is not None and chat.sampling.temperature == 0)
        likeliest.triggered.connect(self.likeliest_chosen)
        for action in (kept, keeps, likeliest):
            action.setEnabled(chat is not None)
        kept.setVisible(chat is None or not chat.is_temporary)
        self.addSeparator()
        if not has_turns:
            temporary = self._add(Shortcut.NEW_TEMPORARY.beside(tr("New temporary chat")), tr("Nothing of it is saved."))
            temporary.triggered.connect(self.temporary_requested)
            self.addSeparator()
        if place.count > 1:
            left = self._add(Shortcut.MOVE_LEFT.beside(tr("Move left")))
            right = self._add(Shortcut.MOVE_RIGHT.beside(tr("Move right")))
            left.setEnabled(place.index > 0)
            left.triggered.connect(lambda: self.move_requested.emit(-1))
            right.setEnabled(place.index < place.count - 1)
            right.triggered.connect(lambda: self.move_requested.emit(1))
            self.addSeparator()
        words = tr("Hide the tree") if shows_tree else tr("Show the tree")
        tree = self._add(Shortcut.TREE.beside(words), tr("All versions and forks as a picture."))
        tree.setEnabled(chat is not None)
        tree.triggered.connect(self.tree_requested)
        details = self._add(Shortcut.DETAILS.beside(tr("Hide chat details") if shows_details else tr("Chat details")))
        details.triggered.connect(self.details_requested)
        settings = self._add(Shortcut.CHAT_SETTINGS.beside(tr("Hide chat settings") if shows_settings else tr("Chat settings")))
        settings.triggered.connect(self.settings_requested)
        self.addSeparator()
        export = ExportMenu(self, offered=has_turns)
        export.chosen.connect(self.export_chosen)
        self.addMenu(export)

    def ask(self, commands: ChatCommands) -> None:
        """Have carried out what is asked of the chat itself."""
        self.undo_requested.connect(commands.undo)
        self.redo_requested.connect(commands.redo)
        self.kept_ready_chosen.connect(commands.set_kept_ready)
        self.keeps_reasoning_chosen.connect(commands.set_keeps_reasoning)
        self.likeliest_chosen.connect(commands.set_likeliest)
        self.export_chosen.connect(commands.export)

    def _add(self, words: str, tooltip: str = "") -> QAction:
        action = self.addAction(words)
        action.setToolTip(tooltip)
        return action
