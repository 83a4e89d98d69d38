"""One chat: its head, its transcript and its composer."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.chat import events
from desktop.chat.events import Activity, ModelPhase
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.session_line import SessionLine
from desktop.ui.composer.session_text import session_text
from desktop.ui.panes.details_panel import DetailsPanel
from desktop.ui.panes.empty_state import EmptyState
from desktop.ui.panes.error_card import ErrorCard
from desktop.ui.panes.pane_body import PaneBody
from desktop.ui.panes.pane_head import PaneHead
from desktop.ui.panes.pane_menu import PaneMenu
from desktop.ui.panes.reading_time import reading_seconds
from desktop.ui.panes.turn_notice import TurnNotice
from desktop.ui.transcript.transcript import READABLE_WIDTH, Transcript
from desktop.ui.window_context import WindowContext

MINIMUM_WIDTH = 360
_SIDE_MARGIN = 20
_FOOT_MARGIN = 18
_UNCOUNTED = 4  # tokens at most of a character that the end of the context cut in two


class Pane(QFrame):
    """Show one chat and pass on what the person does in it. May stand empty until its chat is known.

    Signals: fork_opened with the new Conversation; chat_requested with the id of a fork whose line was clicked;
    file_wanted to choose a model file.
    """

    fork_opened = Signal(object)
    chat_requested = Signal(object)
    file_wanted = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._context = context
        self._chat_id: ConversationId | None = None
        self.head = PaneHead(context.theme)
        self.transcript = Transcript(context.theme, context.directory)
        self._empty = EmptyState(context.theme)
        self._body = PaneBody(context, self._empty, self.transcript)
        self._is_active = False
        self._sending: set[ConversationId] = set()
        self._error = ErrorCard()
        self._notice = ErrorCard()
        self._turn_notice = TurnNotice(context.theme)
        self._session_line = SessionLine(context.theme)
        self.composer = Composer(context.theme)
        self.details = DetailsPanel(context.theme, self)
        self.setMinimumWidth(MINIMUM_WIDTH)
        self._lay_out()
        self._connect()
        self._show_model()
        self._show_title()

    @property
    def chat_id(self) -> ConversationId | None:
        """The chat that is shown."""
        return self._chat_id

    def show_chat(self, chat: Conversation, scroll: int = -1) -> None:
        """Show another chat; its messages come as soon as they are read.

        What was typed before this pane had a chat stays.
        """
        typed = self.composer.text() if self._chat_id is None else ""
        self.leave()
        self._chat_id = chat.id
        self.transcript.clear()
        self.composer.set_text("\n".join(text for text in (self._context.directory.draft(chat.id), typed) if text))
        self._show_title()
        self._show_state()
        self._body.show_messages(is_empty=chat.head_id is None)
        self._context.spawn(self._open(chat, scroll))

    def leave(self) -> None:
        """Keep the draft of the chat that is shown and let go of it."""
        if self._chat_id is not None:
            self._context.directory.set_draft(self._chat_id, self.composer.text())
            self._context.spawn(self._close(self._chat_id))
        self.forget()

    def forget(self) -> None:
        """Stand empty: the chat that was shown is gone, or another one takes its place."""
        self.composer.set_text("")
        self._notice.hide()
        self._turn_notice.hide()
        self._body.close_tree()
        self._chat_id = None

    async def save_draft(self) -> None:
        """Keep what stands in the composer."""
        self.composer.stop_timer()
        if self._chat_id is not None:
            self._context.directory.set_draft(self._chat_id, self.composer.text())
            await self._keep_draft(self._chat_id)

    def show_notice(self, sentence: str) -> None:
        """Tell the person what failed in this chat, until they send again or another chat is shown."""
        self._notice.show_error(sentence)

    def set_active(self, active: bool) -> None:
        """Show whether the person is in this pane."""
        self.head.set_active(active)
        self.composer.set_active(active)
        self._is_active = active
        self._show_error()

    def parts(self) -> list[QWidget]:
        """Return what the Tab key walks through, in that order."""
        return [self.head, self.details, self._empty, self.transcript, self._body.tree, self._footing]

    def is_busy(self) -> bool:
        """Return whether its chat is doing something."""
        return self._chat_id is not None and self._context.directory.activity(self._chat_id) is not Activity.IDLE

    def stop(self) -> None:
        """Stop reading or replying."""
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.stop(self._chat_id))

    def undo(self) -> None:
        """Take the last turn back."""
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.undo(self._chat_id))

    def redo(self) -> None:
        """Bring the turn back that was taken back last."""
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.redo(self._chat_id))

    def reading_seconds(self) -> float | None:
        """Return how long it would take to read the chat again; None: not known."""
        if self._chat_id is None:
            return None
        chats = self._context.chats
        return reading_seconds(chats.readiness(self._chat_id), chats.context(self._chat_id)[0], self.transcript.messages())

    def toggle_details(self) -> None:
        """Show or hide the panel with the chat's numbers."""
        self.details.setVisible(self.details.isHidden())

    def toggle_tree(self) -> None:
        """Show the picture of the conversation in place of the messages, or the messages again."""
        if self._chat_id is not None:
            self._body.toggle_tree(self._chat_id)

    def menu(self) -> QMenu:
        """Return the menu of the chat as it would be shown now."""
        chat = self._context.directory.find(self._chat_id)
        shows_tree, shows_details = self._body.shows_tree(), not self.details.isHidden()
        menu = PaneMenu(chat, has_turns=bool(self.transcript.messages()), shows_tree=shows_tree, shows_details=shows_details, parent=self)
        menu.undo_requested.connect(self.undo)
        menu.redo_requested.connect(self.redo)
        menu.kept_ready_chosen.connect(self._on_kept_ready_chosen)
        menu.keeps_reasoning_chosen.connect(self._on_menu_keeps_reasoning_chosen)
        menu.tree_requested.connect(self.toggle_tree)
        menu.details_requested.connect(self.toggle_details)
        return menu

    def fork_from_last(self) -> None:
        """Fork the chat at its last message."""
        if messages := self.transcript.messages():
            self._on_transcript_fork_requested(messages[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.details.place()

    def _lay_out(self) -> None:
        foot = QVBoxLayout()
        foot.setSpacing(2)
        foot.setContentsMargins(0, 0, 0, 0)
        for widget in (self._error, self._notice, self._turn_notice, self._session_line, self.composer):
            foot.addWidget(widget)
        self._footing = QWidget()
        self._footing.setLayout(foot)
        self._footing.setMaximumWidth(READABLE_WIDTH + 8)
        centred = QHBoxLayout()
        centred.setContentsMargins(_SIDE_MARGIN, 4, _SIDE_MARGIN, _FOOT_MARGIN)
        centred.addStretch()
        centred.addWidget(self._footing, 1000)
        centred.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._body, 1)
        column.addLayout(centred)

    def _connect(self) -> None:
        self.composer.send_requested.connect(self._on_composer_send_requested)
        self.composer.stop_requested.connect(self.stop)
        self.composer.writing_began.connect(self._on_composer_writing_began)
        self.composer.draft_changed.connect(self._on_composer_draft_changed)
        self.composer.undo_requested.connect(self.undo)
        self.composer.redo_requested.connect(self.redo)
        self.composer.thinking_chosen.connect(self._on_composer_thinking_chosen)
        self._turn_notice.undo_requested.connect(self.undo)
        self._turn_notice.redo_requested.connect(self.redo)
        self.details.refresh_wanted.connect(self._show_details)
        self.head.menu_requested.connect(self._on_head_menu_requested)
        self._session_line.keep_requested.connect(lambda: self._on_kept_ready_chosen(True))
        self._session_line.stop_requested.connect(self.stop)
        self._session_line.file_wanted.connect(self.file_wanted)
        self.transcript.fork_requested.connect(self._on_transcript_fork_requested)
        self.transcript.rewind_requested.connect(self._on_transcript_rewind_requested)
        self.transcript.continue_requested.connect(self._on_transcript_continue_requested)
        self.transcript.regenerate_requested.connect(self._on_transcript_regenerate_requested)
        self.transcript.delete_requested.connect(self._on_transcript_delete_requested)
        self.transcript.edit_requested.connect(self._on_transcript_edit_requested)
        self.transcript.ways_requested.connect(self._on_transcript_ways_requested)
        self.transcript.version_requested.connect(self._on_transcript_version_requested)
        self.transcript.chat_requested.connect(self.chat_requested)
        self._body.tree.fork_opened.connect(self.fork_opened)
        self._body.tree.chat_requested.connect(self.chat_requested)
        self._body.focus_left.connect(self.composer.edit.setFocus)
        self._empty.file_wanted.connect(self.file_wanted)
        self._error.action_requested.connect(self.file_wanted)
        self.head.model_picker.file_wanted.connect(self.file_wanted)
        self._context.directory.changed.connect(self._on_directory_changed)
        self._context.directory.text_returned.connect(self._on_directory_text_returned)
        bridge = self._context.bridge
        bridge.head_moved.connect(self._on_bridge_head_moved)
        bridge.message_added.connect(self._on_bridge_message_added)
        bridge.reply_extended.connect(self._on_bridge_reply_extended)
        bridge.reply_finished.connect(self._on_bridge_reply_finished)
        bridge.activity_changed.connect(self._on_bridge_state_changed)
        bridge.readiness_changed.connect(self._on_bridge_state_changed)
        bridge.context_changed.connect(self._on_bridge_state_changed)
        bridge.model_changed.connect(self._on_bridge_model_changed)

    async def _open(self, chat: Conversation, scroll: int) -> None:
        messages = await self._context.chats.open(chat.id)
        if self._chat_id != chat.id:
            return
        self.transcript.show_messages(chat, messages, scroll)
        self._body.show_messages(is_empty=not messages)
        self._show_state()
        await self._show_versions(chat.id)

    async def _close(self, chat_id: ConversationId) -> None:
        await self._keep_draft(chat_id)
        await self._context.chats.close(chat_id)

    async def _send(self, chat_id: ConversationId, text: str) -> None:
        self._sending.add(chat_id)  # until the reply begins, the chat may be idle with an unanswered message
        self._show_state()
        try:
            await self._context.chats.send(chat_id, text)
        except Exception:
            self._context.directory.return_text(chat_id, text)
            await self._keep_draft(chat_id)
            raise
        finally:
            self._sending.discard(chat_id)
            self._show_state()
        if self._chat_id == chat_id:
            self._context.directory.set_draft(chat_id, self.composer.text())
        await self._keep_draft(chat_id)

    async def _keep_draft(self, chat_id: ConversationId) -> None:
        """Store the draft as the directory knows it, so that writes that overtake each other do no harm."""
        await self._context.chats.save_draft(chat_id, self._context.directory.draft(chat_id))

    async def _fork(self, chat_id: ConversationId, message: Message) -> None:
        fork = await self._context.chats.fork(chat_id, message.id)
        self._context.directory.put(fork)
        self.fork_opened.emit(fork)

    async def _try_ways(self, chat_id: ConversationId, message: Message, count: int) -> None:
        forks = await self._context.chats.try_ways(chat_id, message.id, count)
        for fork in forks:
            self._context.directory.put(fork)
        for fork in forks:
            self.fork_opened.emit(fork)

    async def _show_versions(self, chat_id: ConversationId) -> None:
        versions = await self._context.chats.versions(chat_id)
        if self._chat_id == chat_id:
            self.transcript.set_versions(versions)

    def _show_title(self) -> None:
        directory = self._context.directory
        self.head.set_chat(directory.title(self._chat_id), directory.branch(self._chat_id))

    def _show_state(self) -> None:
        """Draw activity, session line and meter after what the chats say now."""
        if self._chat_id is None:
            return
        chats = self._context.chats
        activity = chats.activity(self._chat_id)
        self.composer.set_activity(activity)
        used, total = chats.context(self._chat_id)
        idle = activity is Activity.IDLE and self._chat_id not in self._sending
        self.transcript.set_state(idle=idle, full=bool(total) and used + _UNCOUNTED >= total)
        self.composer.meter.set_tokens(used, total)
        chat = self._context.directory.find(self._chat_id)
        text = session_text(chats.readiness(self._chat_id), activity, chats.model)
        if text is not None and chat is not None and chat.is_kept_ready:
            text = replace(text, offers_keeping=False)
        self._session_line.set_text(text)
        self.composer.thinking.set_state(chat.thinking if chat else None, offered=chats.model.can_toggle_thinking)
        if not self.details.isHidden():
            self._show_details()

    def _show_details(self) -> None:
        chats = self._context.chats
        if self._chat_id is not None:
            text = session_text(chats.readiness(self._chat_id), chats.activity(self._chat_id), chats.model)
            self.details.set_numbers(chats.session(self._chat_id), chats.context(self._chat_id), text)

    def _show_model(self) -> None:
        model = self._context.chats.model
        self.head.model_picker.set_model(model)
        self._empty.set_model(model)
        self._show_error()
        self._show_state()

    def _show_error(self) -> None:
        model = self._context.chats.model
        if model.phase is ModelPhase.FAILED and self._is_active:
            self._error.show_error(model.error, "The model was not loaded", "Choose another file")
        else:
            self._error.hide()

    def _on_composer_send_requested(self, text: str) -> None:
        if self._chat_id is None:
            self.composer.put_back(text)
        else:
            self._notice.hide()
            self._turn_notice.hide()
            self._body.close_tree()
            self._context.spawn(self._send(self._chat_id, text))

    def _on_composer_writing_began(self) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.prepare(self._chat_id))

    def _on_composer_thinking_chosen(self, thinking: bool | None) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.set_thinking(self._chat_id, thinking))

    def _on_composer_draft_changed(self, text: str) -> None:
        if self._chat_id is not None:
            self._context.directory.set_draft(self._chat_id, text)
            self._context.spawn(self._keep_draft(self._chat_id))

    def _on_transcript_fork_requested(self, message: Message) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._fork(self._chat_id, message))

    def _on_transcript_rewind_requested(self, message: Message) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.rewind(self._chat_id, message.id))

    def _on_transcript_regenerate_requested(self, message: Message) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.regenerate(self._chat_id, message.id))

    def _on_transcript_delete_requested(self, message: Message) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.delete_from(self._chat_id, message.id))

    def _on_transcript_edit_requested(self, message: Message, text: str) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.edit(self._chat_id, message.id, text))

    def _on_transcript_ways_requested(self, message: Message, count: int) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._try_ways(self._chat_id, message, count))

    def _on_transcript_version_requested(self, message_id: MessageId) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.show_version(self._chat_id, message_id))

    def _on_head_menu_requested(self, place: QPoint) -> None:
        menu = self.menu()
        menu.popup(place + QPoint(-menu.sizeHint().width(), 4))

    def _on_kept_ready_chosen(self, is_kept: bool) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.set_kept_ready(self._chat_id, is_kept))

    def _on_menu_keeps_reasoning_chosen(self, keeps: bool) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._context.chats.set_keeps_reasoning(self._chat_id, keeps))

    def _on_directory_changed(self) -> None:
        self._show_title()
        self._show_state()

    def _on_transcript_continue_requested(self) -> None:
        if self._chat_id is not None:
            self._notice.hide()
            self._context.spawn(self._context.chats.continue_reply(self._chat_id))

    def _on_directory_text_returned(self, chat_id: ConversationId, text: str) -> None:
        if chat_id == self._chat_id:
            self.composer.put_back(text)
            self._context.directory.set_draft(chat_id, self.composer.text())

    def _on_bridge_head_moved(self, event: events.HeadMoved) -> None:
        if event.conversation.id != self._chat_id:
            return
        before = [message.id for message in self.transcript.messages()]
        taken_back = [message for message in self.transcript.messages() if message.id not in {it.id for it in event.messages}]
        brought_back = [message for message in event.messages if message.id not in before]
        self.transcript.show_path(event.conversation, event.messages)
        self._body.show_messages(is_empty=not event.messages)
        self._notice.hide()
        self._turn_notice.show_move(event.turns_taken_back, can_redo=event.conversation.redo_id is not None)
        if taken_back and taken_back[0].role is Role.USER:
            self.composer.offer_text(taken_back[0].text)
        elif brought_back and self.composer.text() == brought_back[0].text:
            self.composer.set_text("")
        self._on_composer_draft_changed(self.composer.text())
        self._context.spawn(self._show_versions(event.conversation.id))

    def _on_bridge_message_added(self, event: events.MessageAdded) -> None:
        if event.conversation_id == self._chat_id:
            self._turn_notice.hide()
            self._body.show_messages(is_empty=False)
            self.transcript.add_message(event.message)
            self._context.spawn(self._show_versions(event.conversation_id))

    def _on_bridge_reply_extended(self, event: events.ReplyExtended) -> None:
        if event.conversation_id == self._chat_id:
            self.transcript.extend_reply(event.message_id, event.start, event.text, is_reasoning=event.is_reasoning)

    def _on_bridge_reply_finished(self, event: events.ReplyFinished) -> None:
        if event.conversation_id == self._chat_id:
            self.transcript.finish_reply(event.message)

    def _on_bridge_state_changed(self, event: events.ActivityChanged | events.ReadinessChanged | events.ContextChanged) -> None:
        if event.conversation_id == self._chat_id:
            self._show_state()

    def _on_bridge_model_changed(self) -> None:
        self._show_model()
