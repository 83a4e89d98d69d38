"""A repository of the hub, and the models in it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.models.download import HubFile
from desktop.models.offer import HubModel
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.models.asking import asked
from desktop.ui.models.matching import download_of, entry_of
from desktop.ui.models.model_row import ModelRow
from desktop.ui.models.model_words import parameters_words
from desktop.ui.models.offer_row import OfferRow
from desktop.ui.models.row_list import RowList
from desktop.ui.models.token_form import TokenForm
from desktop.ui.settings.section import caption
from desktop.ui.translation import tr, tr_counted
from desktop.ui.window_context import WindowContext


class RepositoryRow(ModelRow):
    """Show it; its files are asked for when the person unfolds it."""

    def __init__(self, context: WindowContext, model: HubModel, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, parent)
        self._context = context
        self._model = model
        self._found: dict[HubFile, OfferRow] = {}
        self._is_asked = False
        self.name.set_text(model.repository)
        self.setAccessibleName(model.repository)
        self.caption.set_text(_caption(model))
        self.unfold = LinkButton("")
        self.unfold.setObjectName("unfoldRepositoryButton")
        self.unfold.clicked.connect(self._on_unfold_clicked)
        self.buttons.addWidget(self.unfold)
        self._folded = QWidget()
        self._list: RowList[HubFile, OfferRow] = RowList(lambda _: OfferRow(context))
        column = QVBoxLayout(self._folded)
        column.setContentsMargins(16, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._list.column)
        if model.is_gated:
            self._add_token_form(column)
        self.below.addWidget(self._folded)
        self._folded.hide()
        self._show_fold()

    def refresh(self) -> None:
        """Show of its files what is on its way or here."""
        self._show_files(list(self._list.rows()))

    def _add_token_form(self, column: QVBoxLayout) -> None:
        told = tr("Its owner lets only people in who have agreed to their terms on huggingface.co. Do so there, then put your token here.")
        column.addWidget(caption(told))
        form = TokenForm(self._context)
        column.addWidget(form)
        form.refresh()

    async def _ask(self) -> None:
        self._is_asked = True
        self.tell(tr("Asking for its files…"), is_problem=False)
        try:
            files = await self._context.chats.models.catalogue.files(self._model.repository)
        except Exception:
            self._is_asked = False  # it may be tried again
            raise
        if not isValid(self):  # something else was looked for meanwhile
            return
        self._show_files(files)
        self.tell("" if files else tr("There is no model in it that Rivulet can use."), is_problem=False)

    def _show_files(self, files: Sequence[HubFile]) -> None:
        models = self._context.chats.models
        for file, row in zip(files, self._list.show_keys(files), strict=True):
            is_here = entry_of(file, models.library.entries) is not None
            row.show_file(file, models.catalogue.fit(file), download_of(file, models.downloads.all), is_here=is_here)

    def _show_fold(self) -> None:
        is_open = self._folded.isVisibleTo(self)
        words = tr("Hide files") if is_open else tr("Files")
        self.unfold.setText(words)
        self.unfold.setAccessibleName(tr("{what}: {name}", what=words, name=self._model.repository))

    def _on_unfold_clicked(self) -> None:
        self._folded.setVisible(not self._folded.isVisibleTo(self))
        self._show_fold()
        if self._folded.isVisibleTo(self) and not self._is_asked:
            self._context.spawn(asked(self, self._ask(), self.tell))


def _caption(model: HubModel) -> str:
    downloads = tr_counted("{count} downloads", "{count} download", model.downloads)
    gated = tr("asks for an access token") if model.is_gated else ""
    return " · ".join(part for part in (parameters_words(model.parameters), downloads, model.licence, gated) if part)
