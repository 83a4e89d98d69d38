"""The transcript of one chat: its messages, where it was forked, and what it shares with its parent."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.conversations.edits import Edit
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role, Status
from desktop.system.settings import ScrollPosition
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.keyboard import PASSED_BY
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.end_button import EndButton
from desktop.ui.transcript.fork_rows import ForkRows
from desktop.ui.transcript.message_focus import MessageFocus
from desktop.ui.transcript.message_view import MessageView
from desktop.ui.transcript.person_message_view import PersonMessageView
from desktop.ui.transcript.reply_view import ReplyView
from desktop.ui.transcript.row_area import READABLE_WIDTH as READABLE_WIDTH
from desktop.ui.transcript.row_area import RowArea
from desktop.ui.transcript.row_heights import Anchor
from desktop.ui.transcript.rows import Row, RowKind, TextShape, message_row
from desktop.ui.translation import tr

_LINE_HEIGHT = 28  # pixels
_END_MARGIN = 12
_TEXT = 14  # pixels of the font


class Transcript(RowArea):
    """Show messages in a readable column and keep what is being read in its place.

    Signals: fork_requested, rewind_requested, continue_requested, regenerate_requested and delete_requested with a
    message; edit_requested with a message and its new text; ways_requested with a message and a number of forks;
    version_requested with the id of another version of a message; chat_requested with the id of a fork; room_requested
    where the context begins; typed with what was typed while a message had the focus, for the composer; view_built with
    the new widget of a message; texts_changed after messages came, went or grew.
    """

    fork_requested = Signal(object)
    rewind_requested = Signal(object)
    continue_requested = Signal(object)
    regenerate_requested = Signal(object)
    delete_requested = Signal(object)
    edit_requested = Signal(object, str)
    ways_requested = Signal(object, int)
    version_requested = Signal(object)
    chat_requested = Signal(object)
    room_requested = Signal()
    typed = Signal(str)
    view_built = Signal(object)
    texts_changed = Signal()

    def __init__(self, theme: Theme, directory: ChatDirectory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setAccessibleName(tr("Messages"))
        self._theme = theme
        self._directory = directory
        self._chat_id: ConversationId | None = None
        self._messages: dict[MessageId, Message] = {}  # root first
        self._shapes: dict[MessageId, TextShape] = {}
        self._touched: set[MessageId] = set()  # where the person folded or unfolded a part
        self._versions: Mapping[MessageId, tuple[MessageId, ...]] = {}
        self._repeats = False
        self._repeated: set[MessageId | None] = set()  # to which another reply was asked for, though it repeats
        self._is_idle, self._is_full = True, False
        self._fork_rows = ForkRows(theme, directory, self)
        self._fork_rows.toggled.connect(self._on_fork_rows_toggled)
        self._fork_rows.chat_requested.connect(self.chat_requested)
        self._fork_rows.room_requested.connect(self.room_requested)
        self._focus = MessageFocus(theme, self, self._canvas)
        self._focus.left.connect(self.typed)
        self._focus.current_changed.connect(self._mark_all)
        self._end_button = EndButton(theme, self)
        self._end_button.clicked.connect(self._on_end_button_clicked)
        self._end_button.hide()
        theme.changed.connect(self._on_theme_changed)
        # What the rows are made of takes up other sizes first.
        theme.changed.connect(self._on_sizes_changed, Qt.ConnectionType.QueuedConnection)
        directory.changed.connect(self._on_directory_changed)

    # What is shown

    def show_messages(self, chat: Conversation, messages: Sequence[Message], position: ScrollPosition | None = None) -> None:
        """Show a chat from its root, at a scroll position or at the end."""
        self.clear()
        self._chat_id = chat.id
        self._set_path(chat, messages)
        if position is not None:
            self.show_position(position)

    def show_position(self, position: ScrollPosition) -> None:
        """Scroll to a position; a message of the folded history that the chat shares is unfolded."""
        self.go_to(Anchor(self._unfolded_row(MessageId(position.message_id)), position.above))

    def bring_message_into_sight(self, message_id: MessageId) -> MessageView | None:
        """Scroll no further than is needed to see a message, unfold it if it is folded, and return it; None where it is gone."""
        row = self._unfolded_row(message_id)
        if row in self._heights:
            self.bring_into_sight(row)
        return self.view(message_id)

    def _unfolded_row(self, message_id: MessageId) -> Row:
        row = message_row(message_id)
        if message_id in self._messages and row not in self._heights:
            self._fork_rows.show_shared()
            self._update_rows()
        return row

    def clear(self) -> None:
        """Show nothing."""
        self._chat_id = None
        self._messages.clear()
        self._shapes.clear()
        self._touched.clear()
        self._repeated.clear()
        self._versions = {}
        self._fork_rows.clear()
        self._focus.forget()
        self.texts_changed.emit()
        self._end_button.set_news(False)
        self.set_rows([])
        self.go_to(None)

    def show_path(self, chat: Conversation, messages: Sequence[Message]) -> None:
        """Show the path to another head of the same chat: what both have in common stays.

        Another version stands where the one before was seen to end, so that the way to the next is under the pointer; else
        the end comes into sight.
        """
        number = self._focus.number()
        left, came = next(((known, it.id) for known, it in zip(self._messages, messages, strict=False) if known != it.id), (None, None))
        end = self.seen_end(message_row(left)) if left is not None else None
        self._set_path(chat, messages)
        if came is None or end is None or message_row(came) not in self._heights:
            self.go_to(None)
        else:
            self.let_end_at(message_row(came), end)
        self._focus.restore(number)

    def add_message(self, message: Message) -> None:
        """Show a message behind its parent; what stood behind that one before is another version and goes."""
        if message.id in self._messages:
            return
        number = self._focus.number()
        ids = list(self._messages)
        kept = ids.index(message.parent_id) + 1 if message.parent_id in self._messages else 0
        for dropped in ids[kept:]:
            del self._messages[dropped]
        self._fork_rows.limit_shared(kept)
        self._messages[message.id] = message
        self.texts_changed.emit()
        if message.role is Role.USER:
            self.go_to(None)
        self._update_rows()
        self._note_news()
        self._focus.restore(number)

    def extend_reply(self, message_id: MessageId, start: int, text: str, *, is_reasoning: bool = False) -> None:
        """Show what a streaming reply, or its reasoning, grew by after its first start characters."""
        view = self.view(message_id)
        if isinstance(view, ReplyView):
            (view.append_reasoning if is_reasoning else view.append)(start, text)
            self._note_news()
            self.texts_changed.emit()

    def finish_reply(self, message: Message) -> None:
        """Show a reply's final state."""
        if message.id not in self._messages:
            return
        was_streaming = self._messages[message.id].status is Status.STREAMING
        self._messages[message.id] = message
        self._shapes.pop(message.id, None)
        self.texts_changed.emit()
        view = self.view(message.id)
        if isinstance(view, ReplyView):
            view.finish(message)
        if was_streaming and self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, tr("Reply: {text}", text=message.text)))

    def set_state(self, *, idle: bool, full: bool) -> None:
        """Note whether the chat does nothing: only then its last message can be gone on with; and whether it fills the context."""
        if (idle, full) != (self._is_idle, self._is_full):
            self._is_idle, self._is_full = idle, full
            self._mark_all()

    def set_versions(self, versions: Mapping[MessageId, tuple[MessageId, ...]]) -> None:
        """Note which messages have other versions in this chat: all versions of each, itself included, oldest first."""
        self._versions = dict(versions)
        self._mark_all()

    def set_repeats(self, repeats: bool) -> None:
        """Note whether another reply to the same message would be the same: the temperature is 0."""
        if repeats != self._repeats:
            self._repeats = repeats
            self._repeated.clear()
            self._mark_all()

    def update_forks(self) -> None:
        """Draw the lines where this chat was left by its forks, after what the directory knows now."""
        if self._chat_id is None:
            return
        self._fork_rows.find_forks(self._messages)
        for row, widget in self._built.items():
            self._fork_rows.fill(row, widget)
        self._update_rows()

    def end_edit(self, message_id: MessageId, *, sent: bool) -> None:
        """Note what became of a new text: sent, there is nothing to edit any more; else the person may go on with it."""
        if (view := self.view(message_id)) is not None:
            view.end_edit() if sent else view.resume_edit()

    # What others ask

    def messages(self) -> list[Message]:
        """Return what is shown, root first; a streaming reply as it was when it was added."""
        return list(self._messages.values())

    def view(self, message_id: MessageId) -> MessageView | None:
        """Return the widget of a message, if it is built."""
        view = self.widget_of(message_row(message_id))
        return view if isinstance(view, MessageView) else None

    def scroll_position(self) -> ScrollPosition | None:
        """Return what stands at the top, or None at the end."""
        anchor = self.anchor()
        if anchor is None:
            return None
        first = self._heights.index(anchor.row)
        row = next((row for row in islice(self._heights.rows, first, None) if row.kind is RowKind.MESSAGE), None)
        return None if row is None else ScrollPosition(row.id, anchor.above + self._heights.top(anchor.row) - self._heights.top(row))

    # By keyboard

    def step(self, steps: int) -> None:
        """Go some messages on, or back; from the composer to the last one, and from beyond that to the composer."""
        position = self.scroll_position() if self.hasFocus() else None
        self._focus.step(steps, MessageId(position.message_id) if position is not None else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_End and not event.modifiers():
            self._on_end_button_clicked()
        elif event.key() == Qt.Key.Key_Home and not event.modifiers():
            self.verticalScrollBar().setValue(0)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._set_ringed(event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_ringed(False)

    def _set_ringed(self, ringed: bool) -> None:
        """Show that the keys scroll here, to who came by the keys."""
        self.setProperty("ringed", ringed)
        self.style().polish(self)

    # The rows

    def build_row(self, row: Row) -> QWidget:
        return self._make_view(self._messages[MessageId(row.id)]) if row.kind is RowKind.MESSAGE else self._fork_rows.build(row)

    def guess_height(self, row: Row, width: int) -> int:
        if row.kind is not RowKind.MESSAGE:
            return _LINE_HEIGHT
        message_id = MessageId(row.id)
        if message_id not in self._shapes:
            self._shapes[message_id] = TextShape.of(self._messages[message_id])
        return self._shapes[message_id].height_at(width, self._theme.scaled(_TEXT))

    def is_held(self, row: Row) -> bool:
        widget = self.widget_of(row)
        if not isinstance(widget, MessageView):
            return widget is not None and widget.hasFocus()
        message = widget.message
        return message.status is Status.STREAMING or message.id in self._touched or widget.is_in_use()

    def needed_rows(self) -> Iterable[Row]:
        last = next(reversed(self._messages.values()), None)  # only there a reply is written
        return [message_row(last.id)] if last is not None and last.status is Status.STREAMING else []

    def after_placing(self) -> None:
        bar = self.verticalScrollBar()
        is_away = self.anchor() is not None and bar.value() < bar.maximum()
        if is_away == self._end_button.isHidden():
            if not is_away and self._end_button.hasFocus():
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self._end_button.setVisible(is_away)
        if not is_away:
            self._end_button.set_news(False)
        side, viewport = self._end_button.size(), self.viewport().geometry()
        self._end_button.move((self.width() - side.width()) // 2, viewport.bottom() - side.height() - _END_MARGIN)
        self._focus.show_ring()

    def _note_news(self) -> None:
        if self.anchor() is not None and not self._end_button.isHidden() and not self._end_button.has_news():
            self._end_button.set_news(True)

    def _set_path(self, chat: Conversation, messages: Sequence[Message]) -> None:
        for message in messages:
            known = self._messages.get(message.id)
            if known is not None and known.status is Status.STREAMING and message.status is not Status.STREAMING:
                self.finish_reply(message)
        self._messages = {message.id: message for message in messages}
        self._fork_rows.set_path(chat, messages)
        self.update_forks()
        self.texts_changed.emit()

    def _update_rows(self) -> None:
        self.set_rows(self._fork_rows.among(list(self._messages.values())))
        self._mark_all()

    def _make_view(self, message: Message) -> MessageView:
        view = PersonMessageView(self._theme, message) if message.role is Role.USER else ReplyView(self._theme, message)
        for name in ("fork", "rewind", "continue", "delete", "edit", "version"):
            getattr(view, f"{name}_requested").connect(getattr(self, f"{name}_requested"))
        view.regenerate_requested.connect(self._on_message_regenerate_requested)
        view.ways_requested.connect(self._on_message_ways_requested)
        row = message_row(message.id)
        self._mark(view)
        if self._chat_id is not None and (edit := self._directory.edits(self._chat_id).get(message.id)) is not None:
            view.take_edit(edit)
        view.height_changed.connect(lambda: self.row_changed(row))
        view.part_toggled.connect(lambda: self._on_message_part_toggled(row))
        view.edit_changed.connect(self._on_message_edit_changed)
        self._focus.watch(view)
        self.view_built.emit(view)
        return view

    def _mark_all(self) -> None:
        for widget in list(self._built.values()):
            if isinstance(widget, MessageView):
                self._mark(widget)

    def _mark(self, view: MessageView) -> None:
        """Tell a message what it offers in this chat."""
        message = view.message
        last = next(reversed(self._messages))
        is_last = message.id == last
        view.set_last(is_last)
        view.offer_continue(is_last and self._is_idle, is_full=is_last and self._is_full)
        view.set_versions(self._versions.get(message.id, ()))
        view.set_repeats(self._repeats)
        view.show_repeated(message.role is not Role.USER and message.parent_id in self._repeated)
        current = self._focus.current_id if self._focus.current_id in self._messages else last
        view.setProperty(PASSED_BY, message.id != current)

    # What happens

    def _on_message_regenerate_requested(self, message: Message) -> None:
        self._note_repeated(message.parent_id)
        self.regenerate_requested.emit(message)

    def _on_message_ways_requested(self, message: Message, count: int) -> None:
        self._note_repeated(message.id if message.role is Role.USER else message.parent_id)
        self.ways_requested.emit(message, count)

    def _note_repeated(self, answered_id: MessageId | None) -> None:
        if self._repeats:
            self._repeated.add(answered_id)
            self._mark_all()

    def _on_message_edit_changed(self, message: Message, edit: Edit | None) -> None:
        if self._chat_id is not None:
            self._directory.set_edit(self._chat_id, message.id, edit)

    def _on_message_part_toggled(self, row: Row) -> None:
        self._touched.add(MessageId(row.id))
        self.hold_place()  # the button that was clicked stays where it is
        self.row_changed(row)
        self.follow_if_at_end()

    def _on_fork_rows_toggled(self) -> None:
        self.hold_place()
        self._update_rows()
        self.follow_if_at_end()

    def _on_end_button_clicked(self) -> None:
        self.go_to(None)

    def _on_directory_changed(self, changed: frozenset[ConversationId]) -> None:
        if self._fork_rows.is_told_of(changed):
            self.update_forks()

    def _on_theme_changed(self) -> None:
        for view in self.findChildren(MessageView):
            view.redraw()

    def _on_sizes_changed(self) -> None:
        self.all_changed()
        for widget in self.built_widgets():
            if isinstance(widget, MessageView):
                widget.action_row.fit()
                widget.place()
