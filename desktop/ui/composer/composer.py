"""The composer: the files, the text, the context meter, and the buttons that send, queue or stop."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.chat.events import Activity
from desktop.chat.message_size import MessageSize
from desktop.conversations.written import Attachment, Written
from desktop.ui.composer.attachment_chips import AttachmentChips
from desktop.ui.composer.context_meter import ContextMeter
from desktop.ui.composer.message_edit import MessageEdit
from desktop.ui.composer.size_label import SizeLabel
from desktop.ui.composer.thinking_choice import ThinkingChoice
from desktop.ui.controls.buttons import IconButton
from desktop.ui.shortcuts.shortcut import Shortcut, add_shortcuts
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_DRAFT_MS = 1000
_ROUND = 32  # pixels
_NARROW = 450  # pixels: a narrower composer leaves out what can also be had elsewhere


class Composer(QFrame):
    """Where a person writes to one chat.

    Signals: send_requested in an idle chat, queue_requested in any other, and send_to_all_requested with what is Written, which
    stays until clear(); stop_requested; writing_began once for each message that is begun; written_changed at once, and
    draft_changed one second after it changed last; undo_requested and redo_requested for turns of the chat; edit_last_requested for
    the person's last message; files_wanted to choose files; files_pasted with paths; picture_pasted; thinking_chosen with True,
    False or None.
    """

    send_requested = Signal(object)
    queue_requested = Signal(object)
    send_to_all_requested = Signal(object)
    stop_requested = Signal()
    written_changed = Signal()
    edit_last_requested = Signal()
    files_wanted = Signal()
    files_pasted = Signal(object)
    picture_pasted = Signal()
    writing_began = Signal()
    draft_changed = Signal()
    undo_requested = Signal()
    redo_requested = Signal()
    thinking_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composerCard")
        self._has_begun = False
        self._is_loading = False
        self._activity = Activity.IDLE
        self._attachments: tuple[Attachment, ...] = ()
        self._theme = theme
        self._panes, self._offers_all = 1, False
        self._chips = AttachmentChips(theme)
        self._chips.remove_requested.connect(self._on_chips_remove_requested)
        self.edit = MessageEdit(theme)
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._on_edit_text_changed)
        self.edit.send_requested.connect(self.send)
        self.edit.undo_requested.connect(self.undo_requested)
        self.edit.redo_requested.connect(self.redo_requested)
        self.edit.edit_last_requested.connect(self.edit_last_requested)
        self.edit.files_pasted.connect(self.files_pasted)
        self.edit.picture_pasted.connect(self.picture_pasted)
        self._attach = IconButton(theme, "attach", tr("Attach text files"))
        self._attach.setObjectName("attachButton")
        self._attach.setToolTip(tr("Attach text files (Ctrl+Shift+A)"))
        self._attach.clicked.connect(self.files_wanted)
        self.thinking = ThinkingChoice(theme)
        self.thinking.chosen.connect(self.thinking_chosen)
        self.meter = ContextMeter(theme)
        self._size = SizeLabel()
        self._send = IconButton(theme, "send", tr("Send"), token="on_accent")
        self._send.setObjectName("sendButton")
        self._send.setFixedSize(_ROUND, _ROUND)
        self._send.clicked.connect(self.send)
        self._queue = IconButton(theme, "send", tr("Send after this reply"), token="on_accent")
        self._queue.setObjectName("queueButton")
        self._queue.setToolTip(tr("Send after this reply (Enter)"))
        self._queue.setFixedSize(_ROUND, _ROUND)
        self._queue.clicked.connect(self.send)
        self._send_to_all = IconButton(theme, "send_to_all", tr("Send to all"))
        self._send_to_all.setObjectName("sendToAllButton")
        self._send_to_all.clicked.connect(self.send_to_all)
        add_shortcuts({Shortcut.SEND_TO_ALL: self.send_to_all}, self, Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._stop = IconButton(theme, "stop", tr("Stop"), token="text")
        self._stop.setObjectName("stopButton")
        self._stop.setToolTip(tr("Stop (Esc)"))
        self._stop.setFixedSize(_ROUND, _ROUND)
        self._stop.clicked.connect(self.stop_requested)
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(_DRAFT_MS)
        self._draft_timer.timeout.connect(self.draft_changed)
        self._foot = foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self._attach, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.thinking, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addStretch()
        foot.addWidget(self._size, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.meter, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self._send_to_all)
        foot.addWidget(self._queue)
        foot.addWidget(self._send)
        foot.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 9, 9)
        column.setSpacing(2)
        column.addWidget(self._chips)
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

    def put_back(self, text: str, attachments: Iterable[Attachment] = ()) -> None:
        """Return what could not be sent, before what was written since."""
        if text:
            self.edit.setPlainText(text + ("\n" + self.text() if self.text() else ""))
        self._change_attachments((*attachments, *self._attachments))

    def clear(self) -> None:
        """Be empty, without taking that for typing: what stood here was taken."""
        self.set_text("")
        self.set_attachments(())

    def attachments(self) -> tuple[Attachment, ...]:
        """Return the files that go with the text."""
        return self._attachments

    def set_attachments(self, attachments: Iterable[Attachment]) -> None:
        """Put the files of a draft in without taking them for something new."""
        self._attachments = tuple(attachments)
        self._chips.set_attachments(self._attachments)
        self._fit_foot()
        self.written_changed.emit()

    def add_attachment(self, attachment: Attachment) -> None:
        """Put a file beside the others; one that is there already is not put there twice."""
        if attachment not in self._attachments:
            self._change_attachments((*self._attachments, attachment))

    def written(self) -> Written:
        """Return what is written; the first line keeps its indentation."""
        text = self.text().strip("\n").rstrip()
        return Written(text if text.strip() else "", self._attachments)

    def is_empty(self) -> bool:
        """Return whether nothing stands here."""
        return self.edit.document().isEmpty() and not self._attachments

    def set_size(self, size: MessageSize | None) -> None:
        """Show what is written takes so many tokens, or nothing of it."""
        self._size.set_size(size)
        self._fit_foot()
        self._chips.set_tokens(size.files if size is not None else ())

    def set_drop_target(self, is_target: bool) -> None:
        """Show that what is dragged would be attached, or no more."""
        self._set_property("target", is_target)

    def set_activity(self, activity: Activity) -> None:
        """Offer Send in an idle chat, Stop in any other, and there to send what is written afterwards."""
        had_focus = self._send.hasFocus() or self._stop.hasFocus()
        self._activity = activity
        self._send.setVisible(activity is Activity.IDLE)
        self._stop.setVisible(activity is not Activity.IDLE)
        self._fit_foot()
        if had_focus:
            (self._send if activity is Activity.IDLE else self._stop).setFocus()

    def set_active(self, active: bool) -> None:
        """Draw the frame of the pane the person is in, or that of another."""
        self._set_property("active", active)

    def offer_send_to_all(self, panes: int, *, is_active: bool) -> None:
        """Offer in the active one of several panes to send to all; in the others keep the room, so that nothing jumps."""
        self._panes, self._offers_all = panes, panes > 1 and is_active
        self._fit_foot()
        self._send_to_all.setToolTip(tr("Send to all {count} chats that are open (Ctrl+Shift+Enter)", count=panes))

    def send(self) -> None:
        """Ask to send what was written, in a busy chat afterwards; does nothing where nothing was."""
        if (written := self.written()) != Written(""):
            (self.send_requested if self._activity is Activity.IDLE else self.queue_requested).emit(written)

    def send_to_all(self) -> None:
        """Ask to send what was written to every open chat; does nothing without any or where that is not offered."""
        if self._offers_all and (written := self.written()) != Written(""):
            self.send_to_all_requested.emit(written)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._set_property("focused", event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_foot()

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

    def _set_property(self, name: str, value: bool) -> None:
        if self.property(name) != value:
            self.setProperty(name, value)
            self.style().polish(self)

    def _change_attachments(self, attachments: tuple[Attachment, ...]) -> None:
        if attachments != self._attachments:
            self.set_attachments(attachments)
            self.draft_changed.emit()

    def _fit_foot(self) -> None:
        """Show in the row of buttons what there is room for."""
        is_queue_shown = self._activity is not Activity.IDLE and not self.is_empty()
        is_narrow = self.width() < self._theme.scaled(_NARROW)
        self._foot.setSpacing(4 if is_narrow else 8)
        has_room = not (is_narrow and is_queue_shown)
        policy = self._send_to_all.sizePolicy()
        policy.setRetainSizeWhenHidden(self._panes > 1 and has_room)
        self._send_to_all.setSizePolicy(policy)
        self._send_to_all.setVisible(self._offers_all and has_room)
        self._queue.setVisible(is_queue_shown)
        self._size.setVisible(bool(self._size.text()) and not is_narrow)

    def _on_chips_remove_requested(self, place: int) -> None:
        self._change_attachments((*self._attachments[:place], *self._attachments[place + 1 :]))
        self.edit.setFocus()

    def _on_edit_text_changed(self) -> None:
        self._fit_foot()
        self.written_changed.emit()
        if self._is_loading:
            return
        self._draft_timer.start()
        if self.edit.document().isEmpty():
            self._has_begun = False
        elif not self._has_begun:
            self._has_begun = True
            self.writing_began.emit()
