"""The models of the catalogue."""

from collections.abc import Sequence

from PySide6.QtCore import Qt

from desktop.conversations.folding import fold
from desktop.models.offer import CatalogueModel
from desktop.system.words import Words
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.models.matching import download_of
from desktop.ui.models.model_words import offer_caption
from desktop.ui.models.offer_row import OfferRow
from desktop.ui.models.row_list import RowList
from desktop.ui.settings.section import Section, caption
from desktop.ui.translation import tr, tr_counted, translated
from desktop.ui.window_context import WindowContext

_FEW = 5  # that are shown at first


class OffersPart(Section):
    """List what is not here yet, what fits best first."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(tr("Recommended"))
        self._context = context
        self._shows_all = False
        self._list: RowList[str, OfferRow] = RowList(lambda _: OfferRow(context))
        self._nothing = caption(tr("Nothing found"))
        self._all = LinkButton("")
        self._all.setObjectName("allOffersButton")
        self._all.clicked.connect(self._on_all_clicked)
        self._sought: Sequence[str] = ()
        self.column.setSpacing(0)
        self.column.addLayout(self._list.column)
        self.column.addWidget(self._nothing)
        self.column.addSpacing(4)
        self.column.addWidget(self._all, 0, Qt.AlignmentFlag.AlignLeft)

    def refresh(self, sought: Sequence[str]) -> None:
        """Show what the catalogue offers now, as far as it has all of some folded words."""
        self._sought = sought
        models = self._context.chats.models
        offers = [offer for offer in models.catalogue.offers if offer.entry is None and _has_words(offer.model, sought)]
        downloads = [(offer, download_of(offer.model, models.downloads.all)) for offer in offers]
        downloads.sort(key=lambda it: (it[1] is None, not it[0].is_recommended))
        few = max(_FEW, sum(download is not None for _, download in downloads) + 1)
        shown = downloads if self._shows_all or sought else downloads[:few]
        for (offer, download), row in zip(
            shown, self._list.show_keys([it.model.repository + it.model.file for it, _ in shown]), strict=True
        ):
            row.show_offer(offer, download)
        self._nothing.setVisible(not offers and bool(sought))
        self._all.setText(tr_counted("Show {count} more", "Show {count} more", len(downloads) - len(shown)))
        self._all.setVisible(len(shown) < len(downloads))
        self.setVisible(bool(offers) or bool(sought))

    def _on_all_clicked(self) -> None:
        last = len(self._list.rows())
        self._shows_all = True
        self.refresh(self._sought)
        list(self._list.rows().values())[last].get.setFocus()


def _has_words(model: CatalogueModel, sought: Sequence[str]) -> bool:
    summary = translated(model.summary) if isinstance(model.summary, Words) else model.summary
    text = fold(f"{model.name} {summary} {offer_caption(model)} {model.quantisation}")
    return all(word in text for word in sought)
