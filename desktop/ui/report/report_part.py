"""What the window needs to tell that the last run ended badly."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.system.crash_report import CrashReport, Ending
from desktop.system.words import Words, say
from desktop.ui.controls.overlay import OverlayHost
from desktop.ui.notice_bar import NoticeBar
from desktop.ui.report.report_page import ReportPage
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_TOLD = {
    Ending.CRASHED: say("Rivulet did not end properly last time. Your chats are kept."),
    Ending.DEFECT: say("Something went wrong in Rivulet last time. Your chats are kept."),
}


class ReportPart(QObject):
    """Tell it in a notice, which stays until it is dismissed, and show the report over the window where the person wants that."""

    def __init__(self, theme: Theme, notices: NoticeBar, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._notices = notices
        self._window = window
        self._shown: tuple[ReportPage, OverlayHost] | None = None

    def tell(self, report: CrashReport) -> None:
        """Say that a run ended badly, and offer the report on it."""
        self._notices.offer(_TOLD[report.ending], tr("Show report"), lambda: self._open(report))

    def _open(self, report: CrashReport) -> None:
        if self._shown is None:
            page = ReportPage(self._theme, self._window, report.text)
            page.delete_requested.connect(lambda: self._delete(report))
            self._shown = page, OverlayHost(page, self._window)
        page, host = self._shown
        host.show()
        page.open()

    def _delete(self, report: CrashReport) -> None:
        if self._shown is not None:
            self._shown[0].close()
        try:
            report.delete()
        except OSError as error:
            self._notices.show_notice(_not_deleted(report, error))
            return
        self._notices.dismiss(_TOLD[report.ending])


def _not_deleted(report: CrashReport, error: OSError) -> Words:
    return say(
        "The report could not be deleted ({reason}). It lies in {folder}.",
        reason=error.strerror or str(error),
        folder=str(report.path.parent),
    )
