"""The composer: the text, the context meter, and the button that sends or stops."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.chat.events import Activity
from desktop.ui.composer.context_meter import ContextMeter
from desktop.ui.composer.message_edit import MessageEdit
from desktop.ui.composer.thinking_choice import ThinkingChoice
from desktop.ui.controls.buttons import IconButton
from desktop.ui.theme.theme import Theme

_DRAFT_MS = 1000
_ROUND = 32  # pixels


class Composer(QFrame):
    """Where a person writes to one chat.

    Signals: send_requested and send_to_all_requested with the text, which stays until set_text takes it; stop_requested;
    writing_began once for each message that is begun;
    draft_changed with the text one second after typing stops; undo_requested and redo_requested for turns of the chat;
    thinking_chosen with True, False or None.
    """

    send_requested = Signal(str)
    send_to_all_requested = Signal(str)
    stop_requested = Signal()
    writing_began = Signal()
    draft_changed = Signal(str)
    undo_requested = Signal()
    redo_requested = Signal()
    thinking_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composerCard")
        self._has_begun = False
        self._is_loading = False
        self._activity = Activity.IDLE
        self.edit = MessageEdit(theme)
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._on_edit_text_changed)
        self.edit.send_requested.connect(self.send)
        self.edit.undo_requested.connect(self.undo_requested)
        self.edit.redo_requested.connect(self.redo_requested)
        self.thinking = ThinkingChoice(theme)
        self.thinking.chosen.connect(self.thinking_chosen)
        self.meter = ContextMeter(theme)
        self._send = IconButton(theme, "send", "Send", token="on_accent")
        self._send.setObjectName("sendButton")
        self._send.setFixedSize(_ROUND, _ROUND)
        self._send.clicked.connect(self.send)
        self._send_to_all = IconButton(theme, "send_to_all", "Send to all")
        self._send_to_all.setObjectName("sendToAllButton")
        self._send_to_all.clicked.connect(self.send_to_all)
        for keys in ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.send_to_all)
        self._stop = IconButton(theme, "stop", "Stop", token="text")
        self._stop.setObjectName("stopButton")
        self._stop.setToolTip("Stop (Esc)")
        self._stop.setFixedSize(_ROUND, _ROUND)
        self._stop.clicked.connect(self.stop_requested)
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(_DRAFT_MS)
        self._draft_timer.timeout.connect(lambda: self.draft_changed.emit(self.text()))
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(10)
        foot.addWidget(self.thinking, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addStretch()
        foot.addWidget(self.meter, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self._send_to_all)
        foot.addWidget(self._send)
        foot.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 9, 9)
        column.setSpacing(2)
        column.addWidget(self.edit)
        column.addLayout(foot)
        self.set_activity(Activity.IDLE)
        self.offer_send_to_all(1, is_active=True)

    def text(self) -> str:
        """Return what stands in the composer."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Put a draft in without taking it for typing."""
        self._load(lambda: self.edit.put(text))

    def offer_text(self, text: str) -> None:
        """Put in what the person wrote earlier, unless something else stands here that they typed."""
        if self.edit.is_untouched():
            self._load(lambda: self.edit.offer(text))

    def put_back(self, text: str) -> None:
        """Return a text that could not be sent, above what was typed since."""
        self.edit.setPlainText(text + ("\n" + self.text() if self.text() else ""))

    def set_activity(self, activity: Activity) -> None:
        """Offer Send in an idle chat, Stop in any other."""
        had_focus = self._send.hasFocus() or self._stop.hasFocus()
        self._activity = activity
        self._send.setVisible(activity is Activity.IDLE)
        self._stop.setVisible(activity is not Activity.IDLE)
        if had_focus:
            (self._send if activity is Activity.IDLE else self._stop).setFocus()

    def set_active(self, active: bool) -> None:
        """Draw the frame of the pane the person is in, or that of another."""
        if self.property("active") != active:
            self.setProperty("active", active)
            self.style().polish(self)

    def offer_send_to_all(self, panes: int, *, is_active: bool) -> None:
        """Offer in the active one of several panes to send to all; in the others keep the room, so that nothing jumps."""
        policy = self._send_to_all.sizePolicy()
        policy.setRetainSizeWhenHidden(panes > 1)
        self._send_to_all.setSizePolicy(policy)
        self._send_to_all.setVisible(panes > 1 and is_active)
        self._send_to_all.setToolTip(f"Send to all {panes} chats that are open (Ctrl+Shift+Enter)")

    def message(self) -> str:
        """Return what would be sent, empty where nothing was written; the first line keeps its indentation."""
        text = self.text().strip("\n").rstrip()
        return text if text.strip() else ""

    def send(self) -> None:
        """Ask to send what was written; does nothing without text or while the chat is busy."""
        if self._activity is Activity.IDLE and (text := self.message()):
            self.send_requested.emit(text)

    def send_to_all(self) -> None:
        """Ask to send what was written to every open chat; does nothing without text or where that is not offered."""
        if not self._send_to_all.isHidden() and (text := self.message()):
            self.send_to_all_requested.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            self.style().polish(self)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.edit.setFocus()

    def stop_timer(self) -> None:
        """Save no further draft by itself."""
        self._draft_timer.stop()

    def _load(self, change: Callable[[], None]) -> None:
        self._is_loading = True
        change()
        self._is_loading = self._has_begun = False
        self._draft_timer.stop()

    def _on_edit_text_changed(self) -> None:
        if self._is_loading:
            return
        self._draft_timer.start()
        if self.edit.document().isEmpty():
            self._has_begun = False
        elif not self._has_begun:
            self._has_begun = True
            self.writing_began.emit()
