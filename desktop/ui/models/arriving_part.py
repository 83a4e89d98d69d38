"""Downloads of models that the catalogue does not have."""

from PySide6.QtWidgets import QWidget

from desktop.models.download import Download, DownloadId
from desktop.ui.models.download_row import DownloadRow
from desktop.ui.models.matching import download_of, file_name
from desktop.ui.models.model_row import ModelRow
from desktop.ui.models.row_list import RowList
from desktop.ui.settings.section import Section
from desktop.ui.translation import tr
from desktop.ui.window_context import WindowContext


class ArrivingPart(Section):
    """List them while there are any; those of the catalogue are shown at their models."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(tr("On the way"))
        self._context = context
        self._list: RowList[DownloadId, _ArrivingRow] = RowList(lambda _: _ArrivingRow(context))
        self.column.setSpacing(0)
        self.column.addLayout(self._list.column)

    def refresh(self) -> None:
        """Show what is on its way now."""
        models = self._context.chats.models
        offered = [download_of(offer.model, models.downloads.all) for offer in models.catalogue.offers if offer.entry is None]
        shown = [download for download in models.downloads.all if download not in offered]
        for download, row in zip(shown, self._list.show_keys([download.id for download in shown]), strict=True):
            row.show_download(download)
        self.setVisible(bool(shown))


class _ArrivingRow(ModelRow):
    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, parent)
        self._download = DownloadRow(context)
        self.below.addWidget(self._download)

    def show_download(self, download: Download) -> None:
        name = file_name(download.file)
        self.name.set_text(name)
        self.caption.set_text(download.file.repository)
        self._download.set_download(download, name)
