"""Whether the model thinks before it answers."""

from desktop.system.words import say
from desktop.ui.controls.choice_button import Choice, ChoiceButton
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated

_CHOICES: tuple[Choice, ...] = ((None, say("As the model does")), (True, say("Think first")), (False, say("Answer directly")))
_SHOWN: dict[str, str] = {
    "As the model does": say("Thinking: auto"),
    "Think first": say("Thinking: on"),
    "Answer directly": say("Thinking: off"),
}


class ThinkingChoice(ChoiceButton):
    """Offer to let the model think first or not; for models that can be told."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, tr("Thinking"))
        self.setObjectName("thinkingChoice")
        self.setToolTip(tr("Whether the model thinks before it answers. A change may take some reading; the line above says how much."))
        self.set_choices(_CHOICES, None)
        self.hide()

    def set_state(self, thinking: bool | None, *, offered: bool) -> None:
        """Show what is chosen for the chat, or nothing."""
        self.set_choices(_CHOICES, thinking)
        self.setVisible(offered)

    def shown(self, words: str) -> str:
        return translated(_SHOWN.get(words, words))
