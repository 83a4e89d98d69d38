"""One chat: its head, its transcript and its composer."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QVBoxLayout, QWidget

from desktop.chat import events
from desktop.chat.context_ways import fills
from desktop.chat.events import Activity
from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.written import Written
from desktop.system.settings import ScrollPosition
from desktop.ui.chat_settings.panel import ChatSettingsPanel
from desktop.ui.composer.session_text import session_text
from desktop.ui.panes.chat_commands import ChatCommands
from desktop.ui.panes.context_part import ContextPart
from desktop.ui.panes.details_panel import DetailsPanel
from desktop.ui.panes.empty_state import EmptyState
from desktop.ui.panes.load_failure import LoadFailure
from desktop.ui.panes.model_question import ModelQuestion
from desktop.ui.panes.moved_turns import MovedTurns
from desktop.ui.panes.outbox import Outbox
from desktop.ui.panes.pane_body import PaneBody
from desktop.ui.panes.pane_foot import PaneFoot
from desktop.ui.panes.pane_head import PaneHead
from desktop.ui.panes.pane_menu import PaneMenu
from desktop.ui.panes.pane_notices import KeptBack
from desktop.ui.panes.pane_place import ALONE, PanePlace
from desktop.ui.panes.reading_time import reading_seconds
from desktop.ui.panes.temporary_strip import TemporaryStrip
from desktop.ui.panes.transcript_keys import TranscriptKeys
from desktop.ui.transcript.transcript import Transcript
from desktop.ui.window_context import WindowContext

MINIMUM_WIDTH = 360


class Pane(QFrame):
    """Show one chat and pass on what the person does in it. May stand empty until its chat is known.

    Signals: fork_opened with the new Conversation; ways_opened with several, in order; chat_requested with the id of
    a fork whose line was clicked; file_wanted to choose a model file, models_wanted for all; model_chosen with the path of one to load;
    move_requested with -1 to the left, 1 to the right; send_to_all_requested with what is Written.
    """

    fork_opened = Signal(object)
    ways_opened = Signal(object)
    chat_requested = Signal(object)
    file_wanted = Signal()
    models_wanted = Signal()
    model_chosen = Signal(Path)
    move_requested = Signal(int)
    send_to_all_requested = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._context = context
        self._chat_id: ConversationId | None = None
        self.head = PaneHead(context.theme)
        self.temporary = TemporaryStrip(context.theme)
        self.transcript = Transcript(context.theme, context.directory)
        self._empty = EmptyState(context)
        self.body = PaneBody(context, self._empty, self.transcript)
        self._is_active, self._place = False, ALONE
        self._foot = PaneFoot(context.theme)
        self._notice = self._foot.notice
        self.composer = self._foot.composer
        self._commands = ChatCommands(context, lambda: self._chat_id, self)
        self._moved_turns = MovedTurns(self._foot.turn_notice, self.composer, self._commands, self)
        self._failure = LoadFailure(context, self._foot.error, self)
        self._question = ModelQuestion(context, self._foot.other_model, self)
        self._outbox = Outbox(context, lambda: self._chat_id, self._foot, self._question, self)
        self.details = DetailsPanel(context.theme, self)
        self._column = QVBoxLayout()  # of what makes room for the settings
        self.settings = ChatSettingsPanel(context, self._column, self)
        self.room = ContextPart(context, self, self._foot, self.transcript, self.details, self._question, lambda: self._chat_id)
        self.keys = TranscriptKeys(self.transcript, self.composer.edit, self)
        self.setMinimumWidth(MINIMUM_WIDTH)
        self._lay_out()
        self._connect()
        self._show_model()
        self._show_title()

    @property
    def chat_id(self) -> ConversationId | None:
        """The chat that is shown."""
        return self._chat_id

    def show_chat(self, chat: Conversation, position: ScrollPosition | None = None) -> None:
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
        self.body.show_messages(is_empty=chat.head_id is None)
        self._context.spawn(self._open(chat, position))
        self._question.show_chat(chat.id)
        self._outbox.show_chat()
        self.settings.show_chat(chat.id)
        self.room.show_chat(chat.id)

    def leave(self) -> None:
        """Keep the draft of the chat that is shown and let go of it."""
        if self._chat_id is not None:
            self._outbox.note_draft()
            self._context.spawn(self._close(self._chat_id))
        self.forget()

    def forget(self) -> None:
        """Stand empty: the chat that was shown is gone, or another one takes its place."""
        self.composer.clear()
        self._notice.hide()
        self._moved_turns.hide()
        self.body.close_tree()
        self._chat_id = None
        self._outbox.show_chat()
        self.temporary.show_chat(None)
        self._question.show_chat(None)
        self.settings.show_chat(None)
        self.room.show_chat(None)

    def keep_draft(self) -> None:
        """Keep what stands in the composer, in the background."""
        self._outbox.keep_draft()

    async def save_draft(self) -> None:
        """Keep what stands in the composer."""
        self.composer.stop_timer()
        if self._chat_id is not None:
            await self.settings.save()
            self._outbox.note_draft()
            await self._context.unsent.store(self._chat_id)

    def show_notice(self, sentence: str) -> None:
        """Tell the person what failed in this chat, until they send again or another chat is shown."""
        self._notice.show_error(sentence)

    def send_beside_others(self, written: Written, *, is_own: bool) -> KeptBack | None:
        """See Outbox."""
        return self._outbox.send_beside_others(written, is_own=is_own)

    def set_active(self, active: bool) -> None:
        """Show whether the person is in this pane."""
        self.head.set_active(active)
        self.composer.set_active(active)
        self._is_active = active
        self._failure.show(is_active=self._is_active)

    def set_place(self, place: PanePlace) -> None:
        """Offer what can be done among other panes: to close this one, to move it, to send to all."""
        self._place = place
        self.head.set_closable(place.count > 1)
        self.composer.offer_send_to_all(place.count, is_active=self._is_active)

    def parts(self) -> list[QWidget]:
        """Return what the Tab key walks through, in that order."""
        return [
            self.head,
            self.temporary,
            self.body.find_bar,
            self.details,
            self.room.panel,
            self.settings,
            self._empty,
            self.transcript,
            self.body.tree,
            self._foot,
        ]

    def is_busy(self) -> bool:
        """Return whether its chat is doing something."""
        return self._chat_id is not None and self._context.directory.activity(self._chat_id) is not Activity.IDLE

    def stop(self) -> None:
        """Stop reading or replying."""
        self._commands.stop()

    def reading_seconds(self) -> float | None:
        """Return how long it would take to read the chat again; None: not known."""
        if self._chat_id is None:
            return None
        chats = self._context.chats
        return reading_seconds(chats.readiness(self._chat_id), chats.context(self._chat_id)[0], self.transcript.messages())

    def toggle_details(self) -> None:
        """Show or hide the panel with the chat's numbers."""
        if not self.settings.isHidden():  # one panel at a time
            self.settings.close_panel()
        self.details.setVisible(self.details.isHidden())

    def toggle_tree(self) -> None:
        """Show the picture of the conversation in place of the messages, or the messages again."""
        if self._chat_id is not None:
            self.body.toggle_tree(self._chat_id)

    def menu(self) -> QMenu:
        """Return the menu of the chat as it would be shown now."""
        chat = self._context.directory.find(self._chat_id)
        menu = PaneMenu(
            chat,
            has_turns=bool(self.transcript.messages()),
            shows_tree=self.body.shows_tree(),
            shows_details=not self.details.isHidden(),
            shows_settings=not self.settings.isHidden(),
            place=self._place,
            parent=self,
        )
        menu.ask(self._commands)
        menu.move_requested.connect(self.move_requested)
        menu.tree_requested.connect(self.toggle_tree)
        menu.details_requested.connect(self.toggle_details)
        menu.settings_requested.connect(self.settings.toggle)
        menu.temporary_requested.connect(self.temporary.new_requested)
        return menu

    def fork_from_last(self) -> None:
        """Fork the chat at its last message."""
        if messages := self.transcript.messages():
            self._commands.fork(messages[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._foot.set_pane_height(self.height())
        self.settings.place()
        self.details.place()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.temporary)
        column.addLayout(self._column, 1)
        self._column.setSpacing(0)
        self._column.addWidget(self.body.find_bar)
        self._column.addWidget(self.body, 1)
        self._column.addWidget(self._foot)

    def _connect(self) -> None:
        self._outbox.began.connect(self._on_outbox_began)
        self._outbox.sending_changed.connect(self._show_state)
        self._outbox.refused.connect(self.show_notice)
        self.composer.edit_last_requested.connect(self.body.edit_last)
        self.composer.stop_requested.connect(self._commands.stop)
        self.composer.writing_began.connect(self._on_composer_writing_began)
        self.composer.send_to_all_requested.connect(self.send_to_all_requested)
        self.composer.thinking_chosen.connect(self._commands.set_thinking)
        self.settings.opened.connect(self.details.hide)
        self.settings.closed.connect(self.composer.edit.setFocus)
        self.settings.offer_changed.connect(self._empty.set_presets)
        self._empty.preset_chosen.connect(self.settings.choose)
        self._empty.load_requested.connect(self.model_chosen)
        self._empty.left.connect(self.composer.edit.setFocus)
        self._empty.question_asked.connect(lambda text: self._outbox.send_beside_others(Written(text), is_own=False))
        self._empty.sentence_begun.connect(self._on_transcript_typed)
        self.room.choice.opened.connect(self._notice.hide)
        self.room.choice.fork_opened.connect(self._outbox.hand_over)  # before the fork is shown
        self.room.choice.fork_opened.connect(self.fork_opened)
        self.head.menu_requested.connect(self._on_head_menu_requested)
        self.head.fork_requested.connect(self.fork_from_last)
        self.head.tree_requested.connect(self.toggle_tree)
        self.head.settings_requested.connect(self.settings.toggle)
        self._connect_models()
        self._question.changed.connect(self._show_state)
        self._question.chosen.connect(self.composer.edit.setFocus)
        self._question.model_chosen.connect(self.model_chosen)
        line = self._foot.session_line
        line.keep_requested.connect(lambda: self._commands.set_kept_ready(True))
        line.stop_requested.connect(self._commands.stop)
        line.file_wanted.connect(self.file_wanted)
        for again in (self.transcript.regenerate_requested, self.transcript.edit_requested):
            again.connect(self._notice.hide)  # what failed before is not said of another attempt
        self.transcript.fork_requested.connect(self._commands.fork)
        self.transcript.rewind_requested.connect(self._commands.rewind)
        self.transcript.continue_requested.connect(self._on_transcript_continue_requested)
        self.transcript.regenerate_requested.connect(self._commands.regenerate)
        self.transcript.delete_requested.connect(self._commands.delete_from)
        self.transcript.edit_requested.connect(self._commands.edit)
        self.transcript.ways_requested.connect(self._commands.try_ways)
        self.transcript.version_requested.connect(self._commands.show_version)
        self.transcript.chat_requested.connect(self.chat_requested)
        self.transcript.typed.connect(self._on_transcript_typed)
        self._commands.fork_opened.connect(self.fork_opened)
        self._commands.ways_opened.connect(self.ways_opened)
        self._commands.edit_ended.connect(lambda message, is_sent: self.transcript.end_edit(message.id, sent=is_sent))
        self.body.tree.fork_requested.connect(self._commands.fork_other)
        self.body.tree.chat_requested.connect(self.chat_requested)
        self.body.focus_left.connect(self.composer.edit.setFocus)
        self._context.directory.changed.connect(self._on_directory_changed)
        bridge = self._context.bridge
        bridge.head_moved.connect(self._on_bridge_head_moved)
        bridge.message_added.connect(self._on_bridge_message_added)
        bridge.reply_extended.connect(self._on_bridge_reply_extended)
        bridge.reply_finished.connect(self._on_bridge_reply_finished)
        bridge.activity_changed.connect(self._on_bridge_state_changed)
        bridge.readiness_changed.connect(self._on_bridge_state_changed)
        bridge.context_changed.connect(self._on_bridge_state_changed)
        bridge.model_changed.connect(self._show_model)
        bridge.downloads_changed.connect(self._on_bridge_downloads_changed)

    def _connect_models(self) -> None:
        picker, chats = self.head.model_picker, self._context.chats
        picker.model_chosen.connect(self.model_chosen)
        picker.cancel_requested.connect(lambda: chats.loading.cancel())
        picker.unload_requested.connect(lambda: self._context.spawn(chats.loading.unload()))
        for wanted in (self._empty.file_wanted, self._failure.file_wanted, picker.file_wanted, self._question.file_wanted):
            wanted.connect(self.file_wanted)
        for wanted in (self._empty.models_wanted, picker.models_wanted, self._foot.other_model.models_wanted):
            wanted.connect(self.models_wanted)

    async def _open(self, chat: Conversation, position: ScrollPosition | None) -> None:
        edits = await self._context.chats.edits(chat.id)
        messages = await self._context.chats.open(chat.id)  # nothing is waited for between: events tell what comes after it
        if self._chat_id != chat.id:
            return
        self._context.directory.take_edits(chat.id, edits)
        self.transcript.show_messages(chat, messages, position)
        self.body.show_messages(is_empty=not messages)
        self._show_state()
        await self._show_versions(chat.id)

    async def _close(self, chat_id: ConversationId) -> None:
        await self._context.unsent.store(chat_id)
        await self._context.chats.close(chat_id)

    async def _show_versions(self, chat_id: ConversationId) -> None:
        versions = await self._context.chats.versions(chat_id)
        if self._chat_id == chat_id:
            self.transcript.set_versions(versions)

    def _show_title(self) -> None:
        directory = self._context.directory
        is_temporary = self.temporary.show_chat(directory.find(self._chat_id))
        self.head.set_chat(directory.title(self._chat_id), directory.branch(self._chat_id), is_temporary=is_temporary)
        self.composer.edit.set_temporary(is_temporary)

    def _show_state(self) -> None:
        """Draw activity, session line and meter after what the chats say now."""
        if self._chat_id is None:
            return
        chats = self._context.chats
        activity = chats.activity(self._chat_id)
        self.composer.set_activity(activity)
        idle = activity is Activity.IDLE and not self._context.unsent.is_sending(self._chat_id)
        self.temporary.set_idle(idle=idle)
        self.transcript.set_state(idle=idle, full=fills(*chats.context(self._chat_id)))
        self.head.set_forkable(bool(self.transcript.messages()))
        self.room.show_numbers()
        chat = self._context.directory.find(self._chat_id)
        coming = next((download for download in chats.models.downloads.all if download.is_coming), None)
        text = session_text(chats.readiness(self._chat_id), activity, chats.model, coming)
        if text is not None and chat is not None and (chat.is_kept_ready or chat.is_temporary):
            text = replace(text, offers_keeping=False)
        if self._question.is_shown() and activity is Activity.IDLE:
            text = None  # the card says what each way on costs
        self._foot.session_line.set_text(text)
        usual = chats.setups.usual.temperature if chat is None or chat.sampling.temperature is None else chat.sampling.temperature
        self.transcript.set_repeats(usual == 0)
        self.composer.thinking.set_state(chat.thinking if chat else None, offered=chats.model.can_toggle_thinking)

    def _show_model(self) -> None:
        model = self._context.chats.model
        self.head.model_picker.set_model(model)
        self._failure.show(is_active=self._is_active)
        self._show_state()

    def _on_outbox_began(self) -> None:
        self._notice.hide()
        self._moved_turns.hide()
        self.body.close_tree()

    def _on_composer_writing_began(self) -> None:
        if not self._question.is_open():
            self._commands.prepare()

    def _on_transcript_typed(self, text: str) -> None:
        self.composer.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.composer.edit.insertPlainText(text)

    def _on_head_menu_requested(self, place: QPoint) -> None:
        menu = self.menu()
        menu.popup(place + QPoint(-menu.sizeHint().width(), 4))

    def _on_directory_changed(self, changed: frozenset[ConversationId]) -> None:
        if self._chat_id in changed:
            self._show_title()
            self._show_state()

    def _on_transcript_continue_requested(self) -> None:
        self._notice.hide()
        self._commands.continue_reply()

    def _on_bridge_head_moved(self, event: events.HeadMoved) -> None:
        if event.conversation.id != self._chat_id:
            return
        before = self.transcript.messages()
        self.transcript.show_path(event.conversation, event.messages)
        self.body.show_messages(is_empty=not event.messages)
        self._notice.hide()
        self._moved_turns.show(event, before)
        self._outbox.keep_draft()
        self._context.spawn(self._show_versions(event.conversation.id))

    def _on_bridge_message_added(self, event: events.MessageAdded) -> None:
        if event.conversation_id == self._chat_id:
            self._moved_turns.hide()
            self.body.show_messages(is_empty=False)
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

    def _on_bridge_downloads_changed(self) -> None:
        if self._chat_id is not None and self._context.chats.activity(self._chat_id) is Activity.WAITING:
            self._show_state()  # what waits for a model says how far it is
