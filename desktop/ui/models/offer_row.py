"""A model that can be fetched."""

from PySide6.QtWidgets import QWidget

from desktop.chat.models_api import Offer
from desktop.models.download import Download, HubFile
from desktop.models.fit import Fit
from desktop.models.offer import CatalogueModel
from desktop.system.words import say
from desktop.ui.amounts import in_bytes
from desktop.ui.controls.buttons import SecondaryButton
from desktop.ui.models.asking import asked
from desktop.ui.models.download_row import DownloadRow
from desktop.ui.models.matching import file_name
from desktop.ui.models.model_row import ModelRow
from desktop.ui.models.model_words import offer_caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

OFFLINE = say("Rivulet was told not to use the network, in the settings or with --offline.")

_BUTTON = 100  # pixels at least, so that what stands before it stands below each other


class OfferRow(ModelRow):
    """Offer to get a model, then show how far it is."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, parent)
        self._context = context
        self._wanted: CatalogueModel | HubFile | None = None
        self.get = SecondaryButton("")
        self.get.setObjectName("getModelButton")
        self.get.clicked.connect(self._on_get_clicked)
        self.buttons.addWidget(self.get)
        self.download = DownloadRow(context)
        self.below.addWidget(self.download)

    def show_offer(self, offer: Offer, download: Download | None) -> None:
        """Offer a model of the catalogue."""
        model = offer.model
        self.set_mark(tr("Recommended for this computer") if offer.is_recommended else "")
        self._show(model, model.name, model.size, offer.fit, download)
        self.caption.set_text(tr("{summary} {details}", summary=translated(model.summary), details=offer_caption(model)))

    def show_file(self, file: HubFile, fit: Fit | None, download: Download | None, *, is_here: bool) -> None:
        """Offer a file of the hub."""
        name = file.quantisation or file_name(file)
        self._show(file, name, file.size, fit, download)
        self.caption.set_text(file_name(file) if file.quantisation else "")
        self.caption.setVisible(bool(file.quantisation))
        self.set_mark(tr("On this computer") if is_here else "")
        self.get.setVisible(not is_here and download is None)

    def _show(self, wanted: CatalogueModel | HubFile, name: str, size: int, fit: Fit | None, download: Download | None) -> None:
        self._wanted = wanted
        is_offline = self._context.chats.models.is_offline
        had_focus = self.get.hasFocus()
        ended_with_focus = download is None and (self.download.act.hasFocus() or self.download.cancel.hasFocus())
        self.name.set_text(name)
        self.setAccessibleName(name)
        self.show_numbers(fit)
        self.get.setText(tr("Get · {size}", size=in_bytes(size)))
        self.get.setMinimumWidth(max(_BUTTON, self.get.sizeHint().width()))
        self.get.setAccessibleName(tr("Get {name}, {size}", name=name, size=in_bytes(size)))
        self.get.setEnabled(not is_offline)
        self.get.setToolTip(translated(OFFLINE) if is_offline else "")
        self.get.setVisible(download is None)
        self.download.set_download(download, name)
        if download is not None:
            self.tell("")
            if had_focus:
                self.download.act.setFocus()
        elif ended_with_focus:
            self.get.setFocus()

    def _on_get_clicked(self) -> None:
        if self._wanted is not None:
            self.tell("")
            self._context.spawn(asked(self, self._context.chats.models.downloads.fetch(self._wanted), self.tell))
