"""The line that says from which message on the model reads a chat."""

from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.rule_line import RuleLine
from desktop.ui.translation import tr


class ContextLine(RuleLine):
    """Lead to what can be done about it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "reread", leads_on=True)
        self.setObjectName("contextLine")
        self.set_line(tr("The model reads from here on"))
        self.setAccessibleDescription(tr("What stands above is kept, and not read by the model. Opens what can be done."))
        self.setToolTip(self.accessibleDescription())
