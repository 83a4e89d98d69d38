import asyncio
import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from desktop.app.aio import ask, drive, make_loop
from desktop.app.tasks import TaskSet
from desktop.system.errors import RivuletError


class Button(QObject):
    pressed = Signal()


class TestLoop:
    def test_it_runs_while_qt_does(self, loop, qtbot):
        task = loop.create_task(asyncio.sleep(0.01, "slept"))
        qtbot.waitUntil(task.done)
        assert task.result() == "slept"

    def test_it_is_the_running_loop_until_it_is_closed(self, qapp):
        loop = make_loop(qapp)
        assert asyncio.get_running_loop() is loop
        loop.close()
        assert loop.is_closed()
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()

    def test_closing_leaves_qt_able_to_run(self, qapp):
        make_loop(qapp).close()
        nested = QEventLoop()
        calls = []
        QTimer.singleShot(0, lambda: (calls.append("ran"), nested.quit()))
        nested.exec()
        assert calls == ["ran"]

    def test_closing_twice_is_once(self, qapp):
        loop = make_loop(qapp)
        loop.close()
        loop.close()

    def test_many_loops_after_each_other_leave_nothing(self, qapp, qtbot):
        references = []
        for _ in range(20):
            loop = make_loop(qapp)
            assert drive(loop, asyncio.sleep(0), timeout=10)
            loop.close()
            references.append(weakref.ref(loop))
        del loop
        qtbot.wait(1)  # qasync's timers end when they next fire
        gc.collect()
        assert [reference for reference in references if reference()] == []

    def test_a_call_from_another_thread_arrives_in_this_one(self, loop, run):
        async def wait_for_thread():
            future = loop.create_future()
            thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(lambda: future.set_result(threading.current_thread())))
            thread.start()
            thread.join()
            return await future

        assert run(wait_for_thread()) is threading.current_thread()


class TestDrive:
    def test_from_plain_code(self, loop):
        steps = []

        async def work():
            steps.append("begun")
            await asyncio.sleep(0.01)
            steps.append("ended")

        assert drive(loop, work(), timeout=10) is True
        assert steps == ["begun", "ended"]

    def test_an_error_is_the_callers(self, loop):
        async def fail():
            raise RivuletError("no room")

        with pytest.raises(RivuletError, match="no room"):
            drive(loop, fail(), timeout=10)

    def test_too_long_is_cancelled_and_told(self, loop):
        steps = []

        async def work():
            try:
                await asyncio.sleep(1000)
            finally:
                steps.append("cleaned up")

        assert drive(loop, work(), timeout=0.02) is False
        assert steps == ["cleaned up"]

    def test_what_ignores_its_cancellation_is_left_behind(self, loop, run, monkeypatch):
        monkeypatch.setattr("desktop.app.aio.CANCEL_PATIENCE", 0.02)
        release = asyncio.Event()
        ended = asyncio.Event()

        async def stubborn():
            while not release.is_set():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    continue
            ended.set()

        assert drive(loop, stubborn(), timeout=0.02) is False
        release.set()
        run(ended.wait())

    def test_inside_a_slot(self, loop, qtbot):
        results = []
        button = Button()
        button.pressed.connect(lambda: results.append(drive(loop, asyncio.sleep(0.01), timeout=10)))
        QTimer.singleShot(0, button.pressed.emit)
        qtbot.waitUntil(lambda: bool(results))
        assert results == [True]

    def test_inside_a_running_task_while_others_go_on(self, loop, run):
        steps = []
        release = asyncio.Event()

        async def other():
            steps.append("other begun")
            await release.wait()
            steps.append("other ended")

        async def inner():
            await asyncio.sleep(0)
            release.set()
            await other_task
            steps.append("inner ended")

        async def outer():
            me = asyncio.current_task()
            assert drive(loop, inner(), timeout=10)
            assert asyncio.current_task() is me
            await asyncio.sleep(0)
            steps.append("outer ended")

        other_task = loop.create_task(other())
        run(outer())
        assert steps == ["other begun", "other ended", "inner ended", "outer ended"]

    def test_inside_a_slot_that_a_task_called(self, loop, run):
        steps = []
        button = Button()
        button.pressed.connect(lambda: steps.append(drive(loop, asyncio.sleep(0.01), timeout=10)))

        async def press():
            button.pressed.emit()
            await asyncio.sleep(0)
            steps.append("pressed")

        run(press())
        assert steps == [True, "pressed"]

    def test_within_itself(self, loop):
        async def inner():
            await asyncio.sleep(0.01)

        async def outer():
            assert drive(loop, inner(), timeout=10)
            await asyncio.sleep(0)

        assert drive(loop, outer(), timeout=10)

    def test_after_an_error_inside_a_task_the_task_goes_on(self, loop, run):
        async def fail():
            raise RivuletError("no room")

        async def outer():
            with pytest.raises(RivuletError):
                drive(loop, fail(), timeout=10)
            await asyncio.sleep(0)
            return "went on"

        assert run(outer()) == "went on"

    def test_although_the_application_was_told_to_exit(self, loop, qapp):
        qapp.exit()  # makes every nested QEventLoop.exec() return at once
        assert drive(loop, asyncio.sleep(0.01), timeout=10)
        QTimer.singleShot(0, qapp.quit)
        qapp.exec()  # and this makes them run again


class TestTaskSet:
    def test_a_task_is_kept_until_it_ends(self, loop, run):
        tasks = TaskSet(loop, on_error=pytest.fail)
        ended = asyncio.Event()

        async def work():
            await asyncio.sleep(0.01)
            ended.set()

        tasks.spawn(work(), "work")
        gc.collect()
        assert len(tasks) == 1
        run(ended.wait())
        run(asyncio.sleep(0))
        assert len(tasks) == 0

    def test_an_expected_failure_goes_to_the_person(self, loop, run):
        errors = []
        tasks = TaskSet(loop, on_error=errors.append)
        error = RivuletError("The disk is full.")

        async def fail():
            raise error

        run(asyncio.wait([tasks.spawn(fail(), "save")]))
        assert errors == [error]

    def test_a_defect_goes_to_the_log(self, loop, run, expect_log, caplog):
        expect_log("task 'save' failed")
        tasks = TaskSet(loop, on_error=pytest.fail)

        async def fail():
            raise ZeroDivisionError

        run(asyncio.wait([tasks.spawn(fail(), "save")]))
        assert caplog.records[0].exc_info[0] is ZeroDivisionError

    def test_cancelling_reaches_also_what_they_begin_meanwhile(self, loop, run):
        tasks = TaskSet(loop, on_error=pytest.fail)
        steps = []

        async def sleep(name):
            try:
                await asyncio.sleep(1000)
            finally:
                steps.append(name)
                if name == "first":
                    tasks.spawn(sleep("second"), "second")

        tasks.spawn(sleep("first"), "first")
        run(asyncio.sleep(0))

        async def cancel():
            await tasks.cancel_all()
            steps.append("all cancelled")

        cancelling = tasks.spawn(cancel(), "cancel")  # it does not cancel itself
        run(asyncio.wait([cancelling]))
        assert steps[0] == "first"
        assert steps[-1] == "all cancelled"
        assert len(tasks) == 0


class TestAsk:
    @pytest.mark.parametrize(("answer", "result"), [("accept", 1), ("reject", 0), ("close", 0)])
    def test_the_answer(self, loop, run, qtbot, answer, result):
        dialog = QDialog()
        qtbot.addWidget(dialog)
        QTimer.singleShot(10, getattr(dialog, answer))
        assert run(ask(dialog)) == result
        assert not dialog.isVisible()

    def test_other_tasks_go_on(self, loop, run, qtbot):
        dialog = QDialog()
        qtbot.addWidget(dialog)

        async def answer_later():
            await asyncio.sleep(0.01)
            assert dialog.isVisible()
            dialog.done(7)

        task = loop.create_task(answer_later())
        assert run(ask(dialog)) == 7
        assert task.done()

    def test_a_dialog_whose_window_goes_away_was_rejected(self, loop, qtbot):
        window = QWidget()
        dialog = QDialog(window)
        QTimer.singleShot(10, window.deleteLater)

        task = loop.create_task(ask(dialog))
        qtbot.waitUntil(task.done)
        assert task.result() == 0

    def test_cancelling_closes_the_dialog(self, loop, run, qtbot):
        dialog = QDialog()
        qtbot.addWidget(dialog)
        task = loop.create_task(ask(dialog))
        qtbot.waitUntil(dialog.isVisible)
        task.cancel()
        run(asyncio.wait([task]))
        assert task.cancelled()
        assert not dialog.isVisible()
