"""The forms in which a chat can be written to a file, as a menu."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.system.words import say
from desktop.ui.taking_along import Form
from desktop.ui.translation import tr, translated

_FORMS = (
    (Form.MARKDOWN, say("Markdown…"), say("To read and to pass on: what is shown here.")),
    (Form.THOUGHTS, say("Markdown with thoughts…"), say("The same, with what the model thought before each reply.")),
    (Form.JSON, say("JSON…"), say("All versions of this chat; can be imported again.")),
)


class ExportMenu(QMenu):
    """Offer the forms; part of the menu of a chat.

    Signals: chosen with a Form.
    """

    chosen = Signal(Form)

    def __init__(self, parent: QWidget, *, offered: bool) -> None:
        super().__init__(tr("Export"), parent)
        self.setObjectName("exportMenu")
        self.setToolTipsVisible(True)
        self.setEnabled(offered)
        for form, words, tooltip in _FORMS:
            action = self.addAction(translated(words))
            action.setToolTip(translated(tooltip))
            action.triggered.connect(lambda _, form=form: self.chosen.emit(form))
