import os
import signal
import subprocess
import sys

import pytest

from desktop.app.signals import SIGNALS, QuitSignals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send these to another process")

PROGRAM = """
from PySide6.QtWidgets import QApplication
from desktop.app.signals import QuitSignals

application = QApplication([])
signals = QuitSignals(lambda: (print("quitting"), application.quit()))
print("waiting", flush=True)
application.exec()
signals.close()
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_wakes_the_event_loop(number):
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"waiting\n"
        process.send_signal(number)
        assert process.stdout.read() == b"quitting\n"
    assert process.returncode == 0


def test_other_signals_are_none_of_its_business(qapp, qtbot, monkeypatch):
    heard = []
    old = signal.signal(signal.SIGUSR1, lambda *_: heard.append("other"))
    signals = QuitSignals(lambda: heard.append("quit"))
    os.kill(os.getpid(), signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGTERM)
    qtbot.waitUntil(lambda: "quit" in heard)
    assert heard == ["other", "quit"]
    signals.close()
    signal.signal(signal.SIGUSR1, old)


def test_closing_restores_what_was(qapp):
    before = [signal.getsignal(number) for number in SIGNALS]
    signals = QuitSignals(lambda: None)
    assert [signal.getsignal(number) for number in SIGNALS] != before
    signals.close()
    assert [signal.getsignal(number) for number in SIGNALS] == before
    descriptor = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(descriptor)
    assert descriptor == -1
