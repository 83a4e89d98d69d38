import logging
import threading

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from tests.guards import LogGuard, no_modal_calls, nothing_survives


def test_a_thread_that_survives_is_named(monkeypatch):
    monkeypatch.setattr("tests.guards.THREAD_PATIENCE", 0.01)
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="stray")
    with pytest.raises(pytest.fail.Exception, match="thread 'stray'"), nothing_survives():
        thread.start()
    release.set()
    thread.join()


def test_a_timer_that_survives_is_named_with_its_line(qapp):
    timer = QTimer()
    with pytest.raises(pytest.fail.Exception, match=r"QTimer started at .*test_guards\.py:\d+"), nothing_survives():
        timer.start(10_000)
    timer.stop()


def test_a_window_that_survives_is_named(qapp):
    with pytest.raises(pytest.fail.Exception, match="window QWidget 'stray'"), nothing_survives():
        window = QWidget()
        window.setObjectName("stray")


def test_what_is_gone_is_no_survivor(qapp):
    with nothing_survives():
        QWidget().deleteLater()
        garbage = QWidget()
        garbage.cycle = garbage
        del garbage
        owner = QObject()
        QTimer(owner).start(10_000)
        del owner
        thread = threading.Thread(target=int)
        thread.start()


@pytest.mark.parametrize("call", [lambda: QDialog().exec(), lambda: QMessageBox.question(None, "", "")])
def test_modal_calls_are_refused(qapp, call):
    with no_modal_calls(), pytest.raises(AssertionError, match="waits for a person"):
        call()


def test_a_surprising_record_fails_an_expected_one_does_not(expect_log):
    expect_log("weather")
    expect_log("tide")
    guard = LogGuard()
    guard.expect("weather")
    with pytest.raises(pytest.fail.Exception, match="WARNING sea: high tide"), guard.watching():
        logging.getLogger("sea").warning("bad weather")
        logging.getLogger("sea").warning("high tide")


def test_an_expected_record_must_come():
    guard = LogGuard()
    guard.expect("weather")
    with pytest.raises(pytest.fail.Exception, match="never came: weather"), guard.watching():
        pass
