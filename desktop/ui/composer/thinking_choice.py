"""Whether the model thinks before it answers."""

from desktop.ui.controls.choice_button import Choice, ChoiceButton
from desktop.ui.theme.theme import Theme

_CHOICES: tuple[Choice, ...] = ((None, "As the model does"), (True, "Think first"), (False, "Answer directly"))
_SHOWN = {"As the model does": "Thinking: auto", "Think first": "Thinking: on", "Answer directly": "Thinking: off"}


class ThinkingChoice(ChoiceButton):
    """Offer to let the model think first or not; for models that can be told."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Thinking")
        self.setObjectName("thinkingChoice")
        self.setToolTip("Whether the model thinks before it answers. A change may take some reading; the line above says how much.")
        self.set_choices(_CHOICES, None)
        self.hide()

    def set_state(self, thinking: bool | None, *, offered: bool) -> None:
        """Show what is chosen for the chat, or nothing."""
        self.set_choices(_CHOICES, thinking)
        self.setVisible(offered)

    def shown(self, words: str) -> str:
        return _SHOWN.get(words, words)
