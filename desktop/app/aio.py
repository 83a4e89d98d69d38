"""asyncio on Qt's event loop: a thin wrapper over qasync that leaves out what loses tasks or hangs there."""

import asyncio
import math
from collections.abc import Coroutine
from time import monotonic
from typing import Any

import qasync
import shiboken6
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog

CANCEL_PATIENCE = 1.0  # seconds that drive() gives a coroutine to clean up once its time is over


class Loop(qasync.QEventLoop):  # type: ignore[misc]  # qasync has no types
    """An asyncio event loop that runs whenever Qt's does, whoever runs that: exec(), a test, a nested loop.

    It is the running loop of its thread from the beginning until close(), so slots may make tasks.
    """

    _application: QCoreApplication | None = None  # asked for while asyncio's own __init__ runs

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application, already_running=True)
        self._application = application

    def is_running(self) -> bool:
        """Return True until close()."""
        return self._application is not None

    def stop(self) -> None:
        """Do nothing: the loop ends with close().

        WORKAROUND(qasync 0.28.0): its stop() calls QApplication.exit(), after which every nested QEventLoop of a thread that
        is not in QApplication.exec() returns at once. Can go when qasync leaves a loop alone that it did not start.
        """

    def close(self) -> None:
        """End the loop; what has not run by now never will. Waits for the jobs of its default executor."""
        if self._application is None:
            return
        self._application.aboutToQuit.disconnect(self._after_run_forever)
        self._application = None
        asyncio._set_running_loop(None)
        super().close()
        # WORKAROUND(qasync 0.28.0): its close() lets Qt's timers run on, those of cancelled calls too. The object that owns them
        # may be collected in any thread, where they cannot be stopped, and the next one to fire would crash the process.
        for timer_id in self._timer._SimpleTimer__callbacks:
            self._timer.killTimer(timer_id)


def make_loop(application: QApplication) -> Loop:
    """Return an event loop that runs whenever Qt's does, as this thread's current one. To be closed after the last task."""
    return Loop(application)


def drive(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, object], timeout: float) -> bool:
    """Run a coroutine to its end from plain code, by running Qt's event loop in between; say whether it ended in time.

    May be called in the loop's thread from anywhere: outside of any event loop, in a slot, in a running task (which stands
    still meanwhile, as everything that awaits it).

    Args:
        loop: the loop it runs on, from make_loop().
        coroutine: what to run; it is cancelled where it takes too long.
        timeout: seconds.

    Raises:
        Exception: what the coroutine raised.
    """
    outer = asyncio.current_task(loop)
    if outer is not None:
        asyncio.tasks._leave_task(loop, outer)  # asyncio steps into a task only where it is in none
    try:
        task = loop.create_task(coroutine, name="driven")
        _run_qt_until_done(task, timeout)
        if not task.done():
            task.cancel()
            _run_qt_until_done(task, CANCEL_PATIENCE)
            return False
    finally:
        if outer is not None:
            asyncio.tasks._enter_task(loop, outer)
    task.result()
    return True


def _run_qt_until_done(task: asyncio.Task[object], timeout: float) -> None:
    # Not QEventLoop.exec(): once the application was told to quit, that returns at once.
    qt = QEventLoop()
    deadline = monotonic() + timeout
    alarm = QTimer()  # ends the wait; what it calls is of no interest
    alarm.setSingleShot(True)
    while not task.done() and (left := deadline - monotonic()) > 0:
        alarm.start(math.ceil(left * 1000))
        qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    alarm.stop()


async def ask(dialog: QDialog) -> int:
    """Open a dialog and return its result once the person has answered; a dialog that goes away was rejected.

    QDialog.exec() would run a second event loop inside the running task, and no other task could go on.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def settle(result: object = None) -> None:
        if not answer.done():
            answer.set_result(result if isinstance(result, int) else QDialog.DialogCode.Rejected.value)

    dialog.finished.connect(settle)
    dialog.destroyed.connect(settle)
    dialog.open()
    try:
        return await answer
    except asyncio.CancelledError:
        if shiboken6.isValid(dialog):
            dialog.reject()
        raise
