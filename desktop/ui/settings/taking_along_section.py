"""Chats as files: out of this window and into it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout

from desktop.system.setting import HEADINGS
from desktop.system.setting import Section as Part
from desktop.system.words import say
from desktop.ui.controls.buttons import SecondaryButton
from desktop.ui.settings.section import Section, caption
from desktop.ui.taking_along import TakingAlong
from desktop.ui.translation import tr, translated

_EXPORT = say("Writes every chat with its versions, forks and what was not sent to one file, which can be imported again.")
_IMPORT = say("Takes such a file, or the conversations.json that ChatGPT exports. What is here stays as it is.")


class TakingAlongSection(Section):
    """Offer to export all chats and to import some.

    Signals: left: what goes on is seen in the window.
    """

    left = Signal()

    def __init__(self, taking_along: TakingAlong) -> None:
        super().__init__(translated(HEADINGS[Part.TAKING_ALONG]))
        rows = QGridLayout()
        rows.setSpacing(12)
        rows.setColumnStretch(1, 1)
        commands = (
            (tr("Export all…"), "exportAllButton", _EXPORT, taking_along.ask_export_all),
            (tr("Import…"), "importButton", _IMPORT, taking_along.ask_import),
        )
        for row, (words, name, told, act) in enumerate(commands):
            description = translated(told)
            button = SecondaryButton(words)
            button.setObjectName(name)
            button.setAccessibleDescription(description)
            button.clicked.connect(self.left)
            button.clicked.connect(lambda _, act=act: act())
            rows.addWidget(button, row, 0)
            rows.addWidget(caption(description), row, 1)
        self.column.addLayout(rows)
