"""A preset being made or changed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.conversations.preset import Preset, PresetId
from desktop.conversations.setup import Setup
from desktop.system.errors import RivuletError
from desktop.ui.chat_settings.prompt_edit import PromptCard
from desktop.ui.chat_settings.sampling_fields import SamplingFields
from desktop.ui.composer.thinking_choice import ThinkingChoice
from desktop.ui.controls.buttons import PrimaryButton, SecondaryButton
from desktop.ui.settings.section import Section, caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext


class PresetForm(QWidget):
    """Take a name and a setup; what is wrong with them is said here, and what was written stays until it is saved or left.

    Signals: done after it was saved, or left.
    """

    done = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settingsPage")
        self._context = context
        self._preset_id: PresetId | None = None
        self.name = QLineEdit()
        self.name.setObjectName("presetName")
        self.name.setAccessibleName(tr("Name of the preset"))
        self.name.setPlaceholderText(tr("Name"))
        self._error = caption()
        self._error.setObjectName("presetError")
        self._error.setProperty("alert", True)
        self._card = PromptCard(context.theme)
        self.prompt = self._card.edit
        self.prompt.setObjectName("presetPrompt")
        self.sampling = SamplingFields(context.theme, context.chats.setups.usual, "preset_")
        context.bridge.model_changed.connect(self._on_bridge_model_changed)
        self._thinking = ThinkingChoice(context.theme)
        self._thinking.setToolTip("")
        self._thinking.chosen.connect(self._set_thinking)
        self._save = PrimaryButton(context.theme, tr("Save"))
        self._save.setObjectName("savePresetButton")
        self._save.clicked.connect(self.save)
        cancel = SecondaryButton(tr("Cancel"))
        cancel.setObjectName("cancelPresetButton")
        cancel.clicked.connect(self.done)
        name, prompt = Section(tr("Name")), Section(tr("System prompt"))
        name.column.addWidget(self.name)
        prompt.column.addWidget(self._card)
        prompt.column.addWidget(self._thinking)
        buttons = QHBoxLayout()
        buttons.addWidget(self._save)
        buttons.addWidget(cancel)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 12, 20)
        column.setSpacing(16)
        column.addWidget(name)
        column.addWidget(prompt)
        column.addWidget(self._error)
        column.addLayout(buttons)
        column.addWidget(caption(tr("Chats that have this preset stay as they are. New ones begin with what is saved here.")))
        column.addWidget(self.sampling)
        column.addStretch()
        self.name.returnPressed.connect(self.save)

    def edit(self, preset: Preset | None, setup: Setup) -> None:
        """Take up a preset, or a setup that is to become one."""
        self._preset_id = preset.id if preset is not None else None
        self.name.setText(preset.name if preset is not None else "")
        self.prompt.put(setup.system_prompt)
        self.sampling.set_sampling(setup.sampling)
        self._set_thinking(setup.thinking)
        self._error.hide()
        self.name.setFocus()

    def save(self) -> None:
        """Save what is written."""
        self._context.spawn(self._store(self._preset_id, self.name.text(), self._setup()))

    def error(self) -> str:
        """Return what is said to be wrong."""
        return "" if self._error.isHidden() else self._error.text()

    async def _store(self, preset_id: PresetId | None, name: str, setup: Setup) -> None:
        presets = self._context.chats.presets
        try:
            if preset_id is None:
                await presets.add(name, setup)
            else:
                await presets.change(preset_id, name, setup)
        except RivuletError as error:
            if not isValid(self):  # the pane is gone, so that the window has to say it
                raise
            self._error.setText(translated(error.sentence))
            self._error.show()
            self.name.setFocus()
        else:
            if isValid(self):
                self._error.hide()
                self.done.emit()

    def _setup(self) -> Setup:
        thinking = self._thinking.value()
        return Setup(self.prompt.toPlainText(), self.sampling.sampling(), thinking if isinstance(thinking, bool) else None)

    def _on_bridge_model_changed(self) -> None:
        self.sampling.set_usual(self._context.chats.setups.usual)

    def _set_thinking(self, thinking: bool | None) -> None:
        self._thinking.set_state(thinking, offered=thinking is not None or self._context.chats.model.can_toggle_thinking)
