"""Looking for models on Hugging Face."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.models.offer import HubModel
from desktop.ui.controls.buttons import SecondaryButton
from desktop.ui.models.asking import asked
from desktop.ui.models.repository_row import RepositoryRow
from desktop.ui.models.row_list import RowList
from desktop.ui.settings.section import Section, caption
from desktop.ui.translation import tr, tr_counted
from desktop.ui.window_context import WindowContext


class HubPart(Section):
    """Say what will be asked, and show what was found. Nothing is asked of the network before the person wants it.

    Signals: wanted after the button was clicked that does the same as Enter in the field; found once what was looked for is shown.
    """

    wanted = Signal()
    found = Signal()

    def __init__(self, context: WindowContext) -> None:
        super().__init__(tr("On Hugging Face"))
        self._context = context
        self._asked = 0
        self._outcome = ""  # of what was looked for last
        self._told = caption()
        self._told.setObjectName("hubWords")
        self._search = SecondaryButton("")
        self._search.setObjectName("searchHubButton")
        self._search.clicked.connect(self.wanted)
        self._results: QWidget = QWidget()
        self._list: RowList[HubModel, RepositoryRow] = RowList(lambda model: RepositoryRow(context, model))
        column = QVBoxLayout(self._results)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._list.column)
        self.column.setSpacing(8)
        self.column.addWidget(self._told)
        self.column.addWidget(self._search, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._results)

    def refresh(self, text: str) -> None:
        """Show what the button would look for, and how far files are."""
        if not text and not self._list.rows():
            self._outcome = ""
        before = tr("Write above what you look for, then press Enter. Nothing is asked of the network before that.")
        hint = tr("Press Enter to look there too.") if text else before
        self._told.setText(self._outcome or hint)
        self._search.setText(tr("Look for “{text}”", text=text if len(text) <= 40 else text[:40] + "…").replace("&", "&&"))
        self._search.setVisible(bool(text))
        for row in self._list.rows().values():
            row.refresh()

    def look_for(self, text: str) -> None:
        """Ask for repositories; returns before they are known."""
        if text and not self._context.chats.models.is_offline:
            self._asked += 1
            number = self._asked
            self._tell(tr("Looking for “{text}”…", text=text))
            self._context.spawn(asked(self, self._ask(text, number), lambda sentence: self._show(number, (), sentence)))

    async def _ask(self, text: str, number: int) -> None:
        found = await self._context.chats.models.catalogue.search(text)
        told = tr_counted("{count} places have “{text}”.", "{count} place has “{text}”.", len(found), text=text)
        self._show(number, found, told if found else tr("Nothing found for “{text}”.", text=text))

    def _show(self, number: int, found: Sequence[HubModel], told: str) -> None:
        if number == self._asked and isValid(self):  # else the person looks for something else by now
            self._list.show_keys(found)
            self._tell(told)
            self.found.emit()

    def _tell(self, sentence: str) -> None:
        self._outcome = sentence
        self._told.setText(sentence)
