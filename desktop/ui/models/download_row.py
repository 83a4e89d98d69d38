"""How far a download is, and the buttons that hold it up, let it go on and end it."""

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.models.download import Download, DownloadPhase
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.models.asking import asked
from desktop.ui.models.model_words import download_words
from desktop.ui.settings.section import caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

_STEPS = 1000
_PAUSABLE = (DownloadPhase.QUEUED, DownloadPhase.RUNNING, DownloadPhase.WAITING)


class DownloadRow(QFrame):
    """Follow one download; hidden until there is one."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("downloadRow")
        self._context = context
        self._download: Download | None = None
        self._bar = QProgressBar()
        self._bar.setObjectName("downloadBar")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedHeight(4)
        self._words = ElidedLabel()
        self._words.setObjectName("downloadWords")
        self._words.setProperty("caption", True)
        self._problem = caption()
        self._problem.setObjectName("downloadProblem")
        self._problem.hide()
        self.act = LinkButton("")
        self.act.setObjectName("pauseDownloadButton")
        self.act.clicked.connect(self._on_act_clicked)
        self.cancel = LinkButton(tr("Cancel"))
        self.cancel.setObjectName("cancelDownloadButton")
        self.cancel.setToolTip(tr("What has arrived of it is removed."))
        self.cancel.clicked.connect(self._on_cancel_clicked)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._words, 1)
        row.addWidget(self.act, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._bar)
        column.addLayout(row)
        column.addWidget(self._problem)
        self.hide()

    def set_download(self, download: Download | None, name: str = "") -> None:
        """Show how far a download of a model with this name is; None: there is none."""
        self._download = download
        self.setVisible(download is not None)
        if download is None:
            return
        size, words = download.file.size, download_words(download)
        self._bar.setValue(min(_STEPS, round(_STEPS * download.done / size)) if size else 0)
        self._bar.setAccessibleName(tr("Download of {name}", name=name))
        self._bar.setAccessibleDescription(words)
        self._words.set_text(words)
        self._problem.setText(translated(download.problem) if download.problem is not None else "")
        self._problem.setVisible(bool(self._problem.text()))
        phase = download.phase
        act = tr("Pause") if phase in _PAUSABLE else tr("Try again") if phase is DownloadPhase.FAILED else tr("Resume")
        self.act.setText(act)
        self.act.setAccessibleName(tr("{what}: {name}", what=act, name=name))
        self.act.setVisible(phase not in (DownloadPhase.CHECKING, DownloadPhase.DONE))
        self.cancel.setAccessibleName(tr("Cancel: {name}", name=name))
        self.cancel.setVisible(phase is not DownloadPhase.DONE)

    def _on_act_clicked(self) -> None:
        downloads, download = self._context.chats.models.downloads, self._download
        if download is not None:
            self._ask(downloads.pause(download.id) if download.phase in _PAUSABLE else downloads.resume(download.id))

    def _on_cancel_clicked(self) -> None:
        if self._download is not None:
            self._ask(self._context.chats.models.downloads.cancel(self._download.id))

    def _ask(self, command: Coroutine[Any, Any, None]) -> None:
        self._context.spawn(asked(self, command, self._tell))

    def _tell(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
