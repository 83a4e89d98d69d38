"""The end of a person's desktop session, as its session manager announces it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QSessionManager


class Logout(QObject):
    """Keep everything when the session is about to end, and quit when the application is told to.

    The manager waits for what is kept, and may still let the session go on, because another program or the person wants that: so nothing
    is asked and nothing closed then. Where it ends, the window is asked to close (X11, macOS), or the process ends as soon as Qt's event
    loop has (Windows), so quitting happens before that.

    Args:
        application: the one whose session it is.
        on_keep: called when everything is to be kept; returns when that is done, within seconds.
        on_end: called when Qt's event loop has ended, whatever ended it.
        restart: the command by which the next session may start the program again; Qt's own has an option that nobody knows.
    """

    def __init__(
        self, application: QGuiApplication, on_keep: Callable[[], None], on_end: Callable[[], None], restart: Sequence[str]
    ) -> None:
        super().__init__()
        self._application = application
        self._on_keep = on_keep
        self._on_end = on_end
        self._restart = list(restart)
        direct = Qt.ConnectionType.DirectConnection  # the manager is there during the signal only
        application.commitDataRequest.connect(self._on_application_commit_data_requested, direct)
        application.saveStateRequest.connect(self._on_application_save_state_requested, direct)
        application.aboutToQuit.connect(self._on_application_about_to_quit, direct)

    def close(self) -> None:
        """Listen no more."""
        self._application.commitDataRequest.disconnect(self._on_application_commit_data_requested)
        self._application.saveStateRequest.disconnect(self._on_application_save_state_requested)
        self._application.aboutToQuit.disconnect(self._on_application_about_to_quit)

    def _on_application_commit_data_requested(self, manager: QSessionManager) -> None:
        manager.setRestartCommand(self._restart)
        self._on_keep()

    def _on_application_save_state_requested(self, manager: QSessionManager) -> None:
        manager.setRestartCommand(self._restart)  # what else there is to save is kept all along

    def _on_application_about_to_quit(self) -> None:
        self._on_end()
