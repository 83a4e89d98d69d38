"""The transcript of one chat: its messages, where it was forked, and what it shares with its parent."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role, Status
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.column import Column
from desktop.ui.transcript.fork_lines import ForkLine, SharedHistoryFold
from desktop.ui.transcript.message_view import MessageView, PersonMessageView, ReplyView, message_view

READABLE_WIDTH = 720
_MARGIN = 24
_TOP = 16
_BOTTOM = 20
_SPACING = 12
_NEAR_END = 24  # pixels
_AT_ONCE = 40  # messages
_BATCH = 10  # messages


class Transcript(QScrollArea):
    """Show messages in a readable column and keep what is being read in its place.

    Signals: fork_requested, rewind_requested, continue_requested, regenerate_requested and delete_requested with a
    message; edit_requested with a message and its new text; ways_requested with a message and a number of forks;
    version_requested with the id of another version of a message; chat_requested with the id of a fork.
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

    def __init__(self, theme: Theme, directory: ChatDirectory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setAccessibleName("Messages")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._theme = theme
        self._directory = directory
        self._chat_id: ConversationId | None = None
        self._messages: list[Message] = []
        self._views: dict[MessageId, PersonMessageView | ReplyView] = {}
        self._fork_lines: dict[ConversationId, ForkLine] = {}
        self._fold: SharedHistoryFold | None = None
        self._began_line: ForkLine | None = None
        self._shared = 0  # messages
        self._versions: dict[MessageId, tuple[MessageId, ...]] = {}
        self._repeats = False
        self._is_idle, self._is_full = True, False
        self._follows_end = True
        self._wanted_scroll = -1
        self._is_placing = False
        self._canvas = QWidget()
        self._canvas.setObjectName("transcriptCanvas")
        self._column = Column(_SPACING, self._canvas)
        self.setWidget(self._canvas)
        self._older = QTimer(self)
        self._older.setInterval(0)
        self._older.timeout.connect(self._on_older_timeout)
        self._restored = QTimer(self)  # what is being laid out may have other widths before it rests
        self._restored.setSingleShot(True)
        self._restored.setInterval(0)
        self._restored.timeout.connect(self._on_restored_timeout)
        self.verticalScrollBar().valueChanged.connect(self._on_scroll_bar_value_changed)
        theme.changed.connect(self._on_theme_changed)
        directory.changed.connect(self._on_directory_changed)

    def show_messages(self, chat: Conversation, messages: Sequence[Message], scroll: int = -1) -> None:
        """Show a chat from its root, at a scroll position in pixels or, with -1, at the end."""
        self.clear()
        self._chat_id = chat.id
        self._messages = list(messages)
        ids = [message.id for message in messages]
        if chat.forked_from_id is not None and chat.forked_at_id in ids:
            self._shared = ids.index(chat.forked_at_id) + 1
            if self._shared == len(messages) and _lacks_something(messages[-1]):
                self._shared -= 1  # folded, it could not be gone on with
        if self._shared:
            branch = self._directory.branch(chat.forked_from_id)
            self._fold = SharedHistoryFold(self._theme, self._shared, branch, self._directory.title(chat.forked_from_id))
            self._fold.toggled.connect(self._on_fold_toggled)
            self._began_line = ForkLine(self._theme, self._directory.branch(chat.id), "Forked here")
            self._column.add(self._fold)
            self._column.add(self._began_line)
        self._follows_end = scroll < 0
        self._wanted_scroll = scroll
        self._build(max(0, len(self._messages) - _AT_ONCE), len(self._messages))
        self.update_forks()
        if len(self._views) < len(self._messages):
            self._older.start()

    def clear(self) -> None:
        """Show nothing."""
        self._older.stop()
        self._restored.stop()
        for widget in self._column.widgets():
            self._column.remove(widget)
        self._messages.clear()
        self._views.clear()
        self._fork_lines.clear()
        self._fold = self._began_line = self._chat_id = None
        self._shared = 0
        self._place()

    def set_state(self, *, idle: bool, full: bool) -> None:
        """Note whether the chat does nothing: only then its last message can be gone on with; and whether it fills the context."""
        if (idle, full) != (self._is_idle, self._is_full):
            self._is_idle, self._is_full = idle, full
            self._mark_last()

    def add_message(self, message: Message) -> None:
        """Show a message behind its parent; what stood behind that one before is another version and goes."""
        if any(shown.id == message.id for shown in self._messages):
            return
        self._keep_first(next((number + 1 for number, shown in enumerate(self._messages) if shown.id == message.parent_id), 0))
        self._messages.append(message)
        if message.role is Role.USER:
            self._follows_end = True
        self._add_view(message, len(self._column.widgets()))
        self._mark_last()
        self.update_forks()

    def show_path(self, chat: Conversation, messages: Sequence[Message]) -> None:
        """Show the path to another head of the same chat: what both have in common stays, its end comes into sight."""
        common = 0
        while common < min(len(messages), len(self._messages)) and messages[common].id == self._messages[common].id:
            common += 1
        unbuilt = len(self._messages) - len(self._views)
        if common <= unbuilt or min(common, len(messages) - 1) < self._shared or self._shares_more(chat, messages):
            self.show_messages(chat, messages)
            return
        self._keep_first(common)
        for message in messages[common:]:
            self._messages.append(message)
            self._add_view(message, len(self._column.widgets()))
        self._follows_end = True
        self._mark_last()
        self.update_forks()

    def extend_reply(self, message_id: MessageId, start: int, text: str, *, is_reasoning: bool = False) -> None:
        """Show what a streaming reply, or its reasoning, grew by after its first start characters."""
        view = self._views.get(message_id)
        if isinstance(view, ReplyView):
            (view.append_reasoning if is_reasoning else view.append)(start, text)

    def finish_reply(self, message: Message) -> None:
        """Show a reply's final state."""
        self._messages = [message if shown.id == message.id else shown for shown in self._messages]
        view = self._views.get(message.id)
        if isinstance(view, ReplyView):
            view.finish(message)

    def set_versions(self, versions: Mapping[MessageId, tuple[MessageId, ...]]) -> None:
        """Note which messages have other versions in this chat: all versions of each, itself included, oldest first."""
        self._versions = dict(versions)

    def set_repeats(self, repeats: bool) -> None:
        """Note whether another reply to the same message would be the same: the temperature is 0."""
        self._repeats = repeats

    def messages(self) -> list[Message]:
        """Return what is shown, root first; a streaming reply as it was when it was added."""
        return list(self._messages)

    def scroll_position(self) -> int:
        """Return the pixels from the top, or -1 at the end."""
        if self._wanted_scroll >= 0:
            return self._wanted_scroll
        return -1 if self._follows_end else self.verticalScrollBar().value()

    def update_forks(self) -> None:
        """Draw the lines where this chat was left by its forks, after what the directory knows now."""
        if self._chat_id is None:
            return
        forks = {fork.id: fork for fork in self._directory.forks(self._chat_id) if fork.forked_at_id in self._views}
        for fork_id in [fork_id for fork_id in self._fork_lines if fork_id not in forks]:
            self._column.remove(self._fork_lines.pop(fork_id))
        for fork in forks.values():
            branch, title = self._directory.branch(fork.id), self._directory.title(fork.id)
            if (line := self._fork_lines.get(fork.id)) is not None:
                line.set_content(branch, title)
                continue
            assert fork.forked_at_id is not None
            line = ForkLine(self._theme, branch, title, fork.id)
            line.clicked.connect(lambda _=False, fork_id=fork.id: self.chat_requested.emit(fork_id))
            self._fork_lines[fork.id] = line
            self._column.insert(self._end_of(fork.forked_at_id), line)
        chat = self._directory.find(self._chat_id)
        if chat is not None and self._fold is not None and self._began_line is not None:
            self._fold.set_parent_chat(self._directory.branch(chat.forked_from_id), self._directory.title(chat.forked_from_id))
            self._began_line.set_content(self._directory.branch(chat.id), "Forked here")
        self._fold_shared()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._is_placing = True  # Qt may clamp the scroll position here: nobody scrolled
        super().resizeEvent(event)
        self._is_placing = False
        self._place()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._set_ringed(event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_ringed(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event)
        if event.angleDelta().y() > 0 and self.verticalScrollBar().maximum() > 0:
            self._follows_end = False  # who scrolls up wants to read, however near the end

    def _set_ringed(self, ringed: bool) -> None:
        """Show that the keys scroll here, to who came by the keys."""
        self.setProperty("ringed", ringed)
        self.style().polish(self)

    def _shares_more(self, chat: Conversation, messages: Sequence[Message]) -> bool:
        """Return whether a path brings back what the chat shares with the one that it left: that is folded then."""
        return self._fold is None and any(message.id == chat.forked_at_id for message in messages)

    def _keep_first(self, count: int) -> None:
        """Drop all messages but the first ones."""
        for dropped in self._messages[count:]:
            if (view := self._views.pop(dropped.id, None)) is not None:
                self._column.remove(view)
        del self._messages[count:]

    def _build(self, first: int, end: int) -> None:
        """Build the views of a range of messages above those that are there."""
        widgets = self._column.widgets()
        own_ids = {message.id for message in self._messages[self._shared :]}
        own_at = next((n for n, it in enumerate(widgets) if isinstance(it, MessageView) and it.message.id in own_ids), len(widgets))
        shared_at = widgets.index(self._began_line) if self._began_line is not None else 0
        shared_at = next((n for n, it in enumerate(widgets[:shared_at]) if isinstance(it, MessageView)), shared_at)
        for number in range(first, end):
            is_shared = number < self._shared
            self._add_view(self._messages[number], shared_at if is_shared else own_at)
            shared_at += is_shared
            own_at += 1
        for message in reversed(self._messages[first:end]):
            self._views[message.id].lower()  # so that who walks the children meets the messages root first
        self._mark_last()

    def _add_view(self, message: Message, index: int) -> None:
        view = message_view(self._theme, message)
        view.fork_requested.connect(self.fork_requested)
        view.rewind_requested.connect(self.rewind_requested)
        view.continue_requested.connect(self.continue_requested)
        view.regenerate_requested.connect(self.regenerate_requested)
        view.delete_requested.connect(self.delete_requested)
        view.edit_requested.connect(self.edit_requested)
        view.ways_requested.connect(self.ways_requested)
        view.version_requested.connect(self.version_requested)
        view.height_changed.connect(self._on_message_height_changed)
        view.part_toggled.connect(self._on_part_toggled)
        self._views[message.id] = view
        self._column.insert(index, view)

    def _mark_last(self) -> None:
        last = self._messages[-1].id if self._messages else None
        for message_id, view in self._views.items():
            view.set_last(message_id == last)
            view.offer_continue(message_id == last and self._is_idle, is_full=message_id == last and self._is_full)

    def _end_of(self, message_id: MessageId) -> int:
        """Return the index behind a message and the fork lines that stand there already."""
        widgets = self._column.widgets()
        index = widgets.index(self._views[message_id]) + 1
        while index < len(widgets) and isinstance(widgets[index], ForkLine) and widgets[index] is not self._began_line:
            index += 1
        return index

    def _fold_shared(self) -> None:
        if self._fold is None or self._began_line is None:
            return
        widgets = self._column.widgets()
        for widget in widgets[widgets.index(self._fold) + 1 : widgets.index(self._began_line)]:
            widget.setVisible(self._fold.is_open())
        self._column.invalidate()

    def _place(self) -> None:
        """Lay everything out now, with the end or the first message in sight staying where it is."""
        if self._is_placing:
            return
        self._is_placing = True
        anchor = self._anchor()
        width, before = max(120, min(READABLE_WIDTH, self.width() - 2 * _MARGIN)), self._column.width()
        self._column.invalidate()
        height = self._column.heightForWidth(width)
        self._canvas.resize(self.viewport().width(), max(self.viewport().height(), height + _TOP + _BOTTOM))
        self._column.setGeometry((self.width() - width) // 2 - self.viewport().x(), _TOP, width, height)
        self._column.place()
        bar = self.verticalScrollBar()
        if self._wanted_scroll >= 0:
            bar.setValue(self._wanted_scroll)
            if self.isVisible() and len(self._views) == len(self._messages):
                self._restored.start()
        elif self._follows_end:
            bar.setValue(bar.maximum())
        elif anchor is not None:
            widget, above, tall = anchor
            if width != before and above < 0:  # broken into other lines, it has what is read at the same share of its height
                above = round(above * widget.height() / tall)
            bar.setValue(widget.y() + _TOP - above)
        self._is_placing = False

    def _anchor(self) -> tuple[QWidget, int, int] | None:
        """Return the first widget in sight, where it stands in sight, and its height."""
        top = self.verticalScrollBar().value()
        for widget in self._column.widgets():
            if not widget.isHidden() and widget.geometry().bottom() + _TOP > top:
                return widget, widget.y() + _TOP - top, max(1, widget.height())
        return None

    def _on_scroll_bar_value_changed(self, value: int) -> None:
        if not self._is_placing:
            self._follows_end = value >= self.verticalScrollBar().maximum() - _NEAR_END
            self._wanted_scroll = -1

    def _on_message_height_changed(self) -> None:
        self._place()

    def _on_fold_toggled(self) -> None:
        self._fold_shared()
        self._on_part_toggled()

    def _on_part_toggled(self) -> None:
        self._follows_end = False  # the button that was clicked stays where it is
        self._place()
        bar = self.verticalScrollBar()
        self._follows_end = bar.value() >= bar.maximum()

    def _on_older_timeout(self) -> None:
        missing = len(self._messages) - len(self._views)
        self._build(max(0, missing - _BATCH), missing)
        self.update_forks()
        if missing <= _BATCH:
            self._older.stop()

    def _on_restored_timeout(self) -> None:
        self._wanted_scroll = -1

    def _on_directory_changed(self, changed: frozenset[ConversationId]) -> None:
        if self._chat_id is None:
            return
        chat = self._directory.find(self._chat_id)
        parent = chat.forked_from_id if chat is not None else None
        forks = (fork.id for fork in self._directory.forks(self._chat_id))
        if not changed.isdisjoint({self._chat_id, parent, *self._fork_lines, *forks}):
            self.update_forks()

    def _on_theme_changed(self) -> None:
        for view in self._views.values():
            view.redraw()
        self._place()


def _lacks_something(message: Message) -> bool:
    """Return whether a chat that ends with this message waits for a reply or the rest of one."""
    return message.role is Role.USER or message.status is not Status.COMPLETE
