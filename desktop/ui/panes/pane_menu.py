"""What can be done with the chat of a pane."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.conversations.message import Conversation
from desktop.ui.panes.pane_place import ALONE, PanePlace
from desktop.ui.taking_along import Form


class PaneMenu(QMenu):
    """Offer what a chat allows as it is now; deletes itself once it is closed.

    Signals: undo_requested; redo_requested; kept_ready_chosen, keeps_reasoning_chosen and likeliest_chosen with
    whether; move_requested with -1 to the left, 1 to the right; tree_requested; details_requested;
    export_chosen with a Form.
    """

    undo_requested = Signal()
    redo_requested = Signal()
    kept_ready_chosen = Signal(bool)
    keeps_reasoning_chosen = Signal(bool)
    likeliest_chosen = Signal(bool)
    move_requested = Signal(int)
    tree_requested = Signal()
    details_requested = Signal()
    export_chosen = Signal(Form)

    def __init__(
        self,
        chat: Conversation | None,
        *,
        has_turns: bool,
        shows_tree: bool,
        shows_details: bool,
        place: PanePlace = ALONE,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("paneMenu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        # The keys are only told here: they belong to the message box, and only while that is empty.
        undo = self._add("Undo last turn\tCtrl+Z", "Nothing is lost: Redo brings it back.")
        undo.setEnabled(has_turns)
        undo.triggered.connect(self.undo_requested)
        redo = self._add("Redo turn\tCtrl+Shift+Z")
        redo.setEnabled(chat is not None and chat.redo_id is not None)
        redo.triggered.connect(self.redo_requested)
        self.addSeparator()
        kept = self._add("Always keep ready", "What is saved for this chat is never removed to make room.")
        kept.setCheckable(True)
        kept.setChecked(chat is not None and chat.is_kept_ready)
        kept.triggered.connect(self.kept_ready_chosen)
        keeps = self._add("Keep thoughts in the context", "Nothing is read again after a reply, but what the model thought takes room.")
        keeps.setCheckable(True)
        keeps.setChecked(chat is not None and chat.keeps_reasoning)
        keeps.triggered.connect(self.keeps_reasoning_chosen)
        likeliest = self._add("Always the likeliest words", "Temperature 0: the same question gets the same reply.")
        likeliest.setCheckable(True)
        likeliest.setChecked(chat is not None and chat.temperature == 0)
        likeliest.triggered.connect(self.likeliest_chosen)
        for action in (kept, keeps, likeliest):
            action.setEnabled(chat is not None)
        self.addSeparator()
        if place.count > 1:
            left, right = self._add("Move left\tCtrl+Shift+Alt+Left"), self._add("Move right\tCtrl+Shift+Alt+Right")
            left.setEnabled(place.index > 0)
            left.triggered.connect(lambda: self.move_requested.emit(-1))
            right.setEnabled(place.index < place.count - 1)
            right.triggered.connect(lambda: self.move_requested.emit(1))
            self.addSeparator()
        tree = self._add(
            "Hide the tree\tCtrl+Shift+T" if shows_tree else "Show the tree\tCtrl+Shift+T", "All versions and forks as a picture."
        )
        tree.setEnabled(chat is not None)
        tree.triggered.connect(self.tree_requested)
        details = self._add("Hide chat details\tCtrl+I" if shows_details else "Chat details\tCtrl+I")
        details.triggered.connect(self.details_requested)
        self.addSeparator()
        self._add_export(offered=has_turns)

    def _add_export(self, *, offered: bool) -> None:
        export = self.addMenu("Export")
        export.setObjectName("exportMenu")
        export.setToolTipsVisible(True)
        export.setEnabled(offered)
        for words, form, tooltip in (
            ("Markdown…", Form.MARKDOWN, "To read and to pass on: what is shown here."),
            ("Markdown with thoughts…", Form.THOUGHTS, "The same, with what the model thought before each reply."),
            ("JSON…", Form.JSON, "All versions of this chat; can be imported again."),
        ):
            action = export.addAction(words)
            action.setToolTip(tooltip)
            action.triggered.connect(lambda _, form=form: self.export_chosen.emit(form))

    def _add(self, words: str, tooltip: str = "") -> QAction:
        action = self.addAction(words)
        action.setToolTip(tooltip)
        return action
