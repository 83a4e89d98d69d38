"""How one chat is set up."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.preset import Preset, PresetId, fitting_preset
from desktop.conversations.setup import NOTHING, Setup
from desktop.ui.chat_settings.asking_row import AskingRow
from desktop.ui.chat_settings.preset_choice import PresetChoice
from desktop.ui.chat_settings.prompt_field import PromptField
from desktop.ui.chat_settings.sampling_fields import SamplingFields
from desktop.ui.chat_settings.setup_words import reading_sentence
from desktop.ui.settings.section import Section
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext


class ChatPage(QWidget):
    """Show a chat's preset, system prompt and sampling, and have changed what the person changes.

    Signals: save_requested with the Setup to make a preset of; list_requested.
    """

    save_requested = Signal(object)
    list_requested = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settingsPage")
        self._context = context
        self._setups = context.chats.setups
        self._chat_id: ConversationId | None = None
        self.presets = PresetChoice(context.theme)
        self._question = AskingRow("setupQuestion")
        self._news = AskingRow("setupNews")
        self._notice = AskingRow("setupNotice")
        self.prompt = PromptField(context.theme)
        self.sampling = SamplingFields(context.theme, self._setups.usual)
        top = Section("")
        top.heading.hide()
        top.add_row(tr("Preset"), self.presets)
        for row in (self._news, self._question, self._notice):
            top.column.addWidget(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 12, 20)
        column.setSpacing(20)
        for section in (top, self.prompt, self.sampling):
            column.addWidget(section)
        column.addStretch()
        self.presets.chosen.connect(self.choose)
        self.presets.save_requested.connect(self._on_presets_save_requested)
        self.presets.list_requested.connect(self.list_requested)
        self.prompt.applied.connect(self._on_prompt_applied)
        self.prompt.count_wanted.connect(self.count)
        self.sampling.changed.connect(self._on_sampling_changed)
        context.directory.changed.connect(self._on_directory_changed)
        context.directory.presets_changed.connect(self._show)
        context.bridge.model_changed.connect(self._on_bridge_model_changed)

    def show_chat(self, chat_id: ConversationId | None) -> None:
        """Show another chat; what was written for the one before holds from now on."""
        self.prompt.apply()
        self._chat_id = chat_id
        self._question.hide()
        self._notice.hide()
        chat = self._chat()
        self.prompt.show_prompt(chat.system_prompt if chat is not None else "")
        self._show()

    async def save(self) -> None:
        """Let hold what is written; returns when it does."""
        if (chat := self._chat()) is not None and self.prompt.is_changed():
            await self._setups.set_system_prompt(chat.id, self.prompt.take())

    def count(self) -> None:
        """Say what the text that is written takes."""
        if (chat := self._chat()) is not None and self.isVisible():
            self._context.spawn(self._count(chat, self.prompt.text()))

    def choose(self, preset: Preset | None) -> None:
        """Give the chat a preset, or none; where much would have to be read, once the person has seen how much."""
        if (chat := self._chat()) is not None:
            self.prompt.apply()  # what is being written would stay in the preset's place; Undo brings it back
            self._context.spawn(self._choose(replace(chat, system_prompt=self.prompt.text()), preset))

    async def _count(self, chat: Conversation, text: str) -> None:
        with suppress(UnknownConversationError):
            cost = await self._setups.cost(chat.id, replace(chat.setup, system_prompt=text))
            if self._chat_id == chat.id and self.prompt.text() == text:
                self.prompt.set_cost(cost)

    async def _choose(self, chat: Conversation, preset: Preset | None) -> None:
        setup, preset_id = (preset.setup, preset.id) if preset is not None else (NOTHING, None)
        sentence = translated(reading_sentence(await self._setups.cost(chat.id, setup)))
        if self._chat_id != chat.id:
            return
        if not sentence or setup.system_prompt == chat.system_prompt:
            self._give(chat, setup, preset_id)
            return
        use = tr("Use “{name}”", name=preset.name) if preset is not None else tr("Use none")
        self._question.ask(sentence, (use, lambda: self._give(chat, setup, preset_id)), (tr("Leave it"), self.presets.setFocus))

    def _give(self, chat: Conversation, setup: Setup, preset_id: PresetId | None) -> None:
        self._context.spawn(self._setups.give(chat.id, setup, preset_id))
        if chat.setup != setup and (chat.preset_id is None and chat.setup != NOTHING):  # what was set up by hand would be lost
            self._offer_undo(tr("What was set up by hand was replaced."), chat, lambda _: chat.setup)

    def _offer_undo(self, sentence: str, before: Conversation, wanted: Callable[[Setup], Setup]) -> None:
        """Say what was done, and offer to go back to what is wanted, which may depend on how the chat is set up by then."""

        def undo() -> None:
            if (chat := self._context.directory.find(before.id)) is not None:
                setup = wanted(chat.setup)
                self._context.spawn(self._setups.give(before.id, setup, before.preset_id if setup == before.setup else None))

        self._question.hide()
        self._notice.ask(sentence, (tr("Undo"), undo))

    def _show(self) -> None:
        """Draw what the directory says of the chat and of presets."""
        presets, chat = self._context.directory.presets(), self._chat()
        self.setEnabled(chat is not None)
        fitting = fitting_preset(chat.setup, presets) if chat is not None else None
        self.presets.set_presets(presets, fitting, is_own=chat is not None and chat.setup != NOTHING)
        if chat is None:
            return
        self.prompt.set_prompt(chat.system_prompt)
        self.sampling.set_sampling(chat.sampling)
        self._news.hide()
        if (changed := _changed_preset(chat, presets)) is not None:
            self._news.ask(tr("The preset “{name}” was changed.", name=changed.name), (tr("Use it here"), lambda: self.choose(changed)))

    def _chat(self) -> Conversation | None:
        return self._context.directory.find(self._chat_id)

    def _on_presets_save_requested(self) -> None:
        if (chat := self._chat()) is not None:
            self.save_requested.emit(replace(chat.setup, system_prompt=self.prompt.text(), sampling=self.sampling.sampling()))

    def _on_prompt_applied(self, prompt: str) -> None:
        if (chat := self._chat()) is not None:
            self._context.spawn(self._setups.set_system_prompt(chat.id, prompt))
            before = chat.system_prompt
            self._offer_undo(tr("The system prompt was changed."), chat, lambda setup: replace(setup, system_prompt=before))

    def _on_sampling_changed(self) -> None:
        if self._chat_id is not None:
            self._context.spawn(self._setups.set_sampling(self._chat_id, self.sampling.sampling()))

    def _on_bridge_model_changed(self) -> None:
        self.sampling.set_usual(self._setups.usual)
        self.count()

    def _on_directory_changed(self, changed: frozenset[ConversationId]) -> None:
        if self._chat_id in changed:
            self._show()


def _changed_preset(chat: Conversation, presets: Sequence[Preset]) -> Preset | None:
    """Return the preset that an empty chat was given, where it is another one by now."""
    if chat.head_id is not None:
        return None
    return next((preset for preset in presets if preset.id == chat.preset_id and preset.setup != chat.setup), None)
