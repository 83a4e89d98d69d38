"""Chats as files: out of this window and into it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.ui.controls.buttons import SecondaryButton
from desktop.ui.settings.section import Section, caption
from desktop.ui.taking_along import TakingAlong

_EXPORT = "Writes every chat with its versions, forks and what was not sent to one file, which can be imported again."
_IMPORT = "Takes such a file, or the conversations.json that ChatGPT exports. What is here stays as it is."


class TakingAlongSection(Section):
    """Offer to export all chats and to import some.

    Signals: left: what goes on is seen in the window.
    """

    left = Signal()

    def __init__(self, taking_along: TakingAlong) -> None:
        super().__init__("Taking along")
        for words, name, description, act in (
            ("Export all…", "exportAllButton", _EXPORT, taking_along.ask_export_all),
            ("Import…", "importButton", _IMPORT, taking_along.ask_import),
        ):
            button = SecondaryButton(words)
            button.setObjectName(name)
            button.setAccessibleDescription(description)
            button.clicked.connect(self.left)
            button.clicked.connect(lambda _, act=act: act())
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(button)
            row.addWidget(caption(description), 1)
            self.column.addLayout(row)
