"""Delete all: nothing of what was said is left in any byte, and the application goes on as after its first start."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.app.command_line import parse
from desktop.app.commands.command import Exit
from desktop.app.headless import run_command
from desktop.conversations.edits import Edit
from desktop.system.deleting import begin
from desktop.system.paths import AppPaths
from desktop.system.secrets import NAMES, SERVICE
from desktop.system.settings import SettingsFile
from tests.journeys.conftest import Start
from tests.journeys.driver import Driver, wait_until
from tests.keyring_double import Ring, in_place

MARK = "Wqxzjvkqux"  # no three letters of it stand together in anything else
TRACES = [MARK.lower()[at : at + 3] for at in range(len(MARK) - 2)]


@pytest.fixture(autouse=True)
def ring() -> Iterator[Ring]:
    with in_place() as ring:
        yield ring


def found(data: Path, *, has_kv: bool = False) -> list[str]:
    """Return the files in which the mark or three letters of it stand, in any of the ways in which text is written."""
    sought = [text.encode(coding) for text in (MARK, MARK.lower()) for coding in ("utf-8", "utf-16-le", "utf-16-be")]
    if not has_kv:  # three bytes stand in many numbers by chance
        sought += [trace.encode() for trace in TRACES]
    files = [path for path in data.rglob("*") if path.is_file()]
    return [path.name for path in files if any(it in path.read_bytes() for it in sought)] + [p.name for p in files if MARK in p.name]


def fill(driver: Driver, ring: Ring) -> None:
    """Leave a trace of everything there is."""
    driver.send_and_wait(f"{MARK} in the trash")
    driver.run(driver.application._chats.move_to_trash(driver.chat_id()))
    driver.settle()
    driver.send_and_wait(f"Tell me of {MARK}")
    driver.fork(1)
    driver.run(driver.application._chats.rename(driver.chat_id(1), f"Title {MARK}"))
    driver.run(driver.application._chats.save_edit(driver.chat_id(), driver.messages()[0].id, Edit(f"edited {MARK}", is_open=True)))
    folder = driver.run(driver.application._chats.organising.add_folder())
    driver.run(driver.application._chats.organising.rename_folder(folder.id, f"Folder {MARK}"))
    driver.type(f"draft {MARK}", pane=1)
    driver.settle()
    data = driver.data
    (data / "sessions" / "set-aside").mkdir(exist_ok=True)
    for name in (
        "sessions/set-aside/a.kv",
        "examined.json",
        "loading.json",
        "logs/crash.log",
        "logs/rivulet.log.1",
        "settings.json.damaged-1",
    ):
        (data / name).write_text(MARK)
    (data / "conversations-format-2.sqlite3").write_text(MARK)
    for name in NAMES:
        ring.set_password(SERVICE, name, MARK)


def ask(driver: Driver) -> str:
    """Ask for it in the settings, and return the question."""
    driver.application.main_window.open_settings()
    driver.click(driver.widget("deleteAllButton"))
    question = driver.widget("deleteAllQuestion")
    wait_until(question.isVisible)
    return question.accessibleName()


def delete_all(driver: Driver) -> str:
    asked = ask(driver)
    window = driver.application.main_window
    confirm = driver.widget("deleteAllQuestion").findChild(QWidget, "confirmDeleteButton")
    assert confirm is not None
    driver.click(confirm)
    wait_until(lambda: driver.application.main_window is not window)
    driver.wait_for_start()
    wait_until(lambda: not AppPaths.under(driver.data).deleted)
    driver.settle()
    return asked


def check_new(driver: Driver) -> None:
    assert driver.chat_titles()[1:] == ["New chat"]
    assert driver.messages() == []
    assert driver.composer().toPlainText() == ""
    assert len(driver.panes()) == 1
    assert [driver.rows(f"SELECT count(*) FROM {table}") for table in ("message", "message_node", "folder")] == [[(0,)]] * 3
    assert driver.segments() == {}


def test_nothing_is_left_and_it_goes_on(start: Start, brief: Path, ring: Ring) -> None:
    driver = start(brief)
    fill(driver, ring)
    assert len(found(driver.data, has_kv=True)) > 5
    asked = delete_all(driver)
    assert asked.startswith("This deletes 3 chats with everything that was said in them, those in the trash too.")
    assert "Model files and what you exported stay where they are." in asked
    assert found(driver.data) == []
    assert not ring.entries
    assert any(sentence.startswith("Everything was deleted, ") for sentence in driver.application.main_window.notices.sentences())
    check_new(driver)
    assert driver.send_and_wait("A new beginning")
    assert driver.segments()
    driver.quit()
    assert driver.application.ended_in_time
    again = start(brief)
    assert len(again.chat_titles()) == 2
    assert again.texts()[0] == "A new beginning"


def test_settings_are_as_after_the_first_start(start: Start, brief: Path) -> None:
    driver = start()
    driver.load(brief)
    driver.application.main_window._theme.choose("dark")
    driver.application._save_settings()
    delete_all(driver)
    assert driver.application._chats.model.is_guide
    driver.quit()
    settings = SettingsFile(driver.data / "settings.json").read().settings
    assert (settings.theme, settings.recent_models, settings.model_path) == ("system", (), None)


def test_the_language_of_the_system_is_spoken_on(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.ui.language.QLocale.system", lambda: QLocale("de_DE"))
    driver = start()
    placeholder = driver.panes()[0].composer.edit.placeholderText()
    assert placeholder == "Schreib eine Nachricht"
    delete_all(driver)
    assert driver.panes()[0].composer.edit.placeholderText() == placeholder


def test_it_works_while_a_reply_streams(start: Start, endless: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = start(endless)
    driver.send(f"Go on about {MARK}")
    driver.wait_for_text(40)
    services, chats = driver.application._services, driver.application._chats._chats
    close, running = services.close, list[object]()

    def note_running(deadline: float) -> bool:
        running.extend(chat.job_id for chat in chats.values() if chat.job_id is not None)
        return close(deadline)

    monkeypatch.setattr(services, "close", note_running)
    delete_all(driver)
    assert running == [], "what ran was stopped first"
    assert found(driver.data) == []
    check_new(driver)
    driver.send("Go on")
    driver.wait_for_text(20)
    driver.stop()


def test_what_is_asked_can_be_left(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.send_and_wait("Stay")
    ask(driver)
    question = driver.widget("deleteAllQuestion")
    keep = question.findChild(QWidget, "keepChatButton")
    assert keep is not None
    assert keep.hasFocus()
    QTest.keyClick(keep, Qt.Key.Key_Escape)
    assert not question.isVisible()
    assert driver.widget("settingsDialog").isVisible()
    assert driver.texts()[0] == "Stay"


def test_what_a_process_began_the_next_start_finishes(start: Start, brief: Path, ring: Ring) -> None:
    driver = start(brief)
    fill(driver, ring)
    driver.quit()
    begin(AppPaths.under(driver.data))  # and there it ended
    again = start(brief)
    wait_until(lambda: not AppPaths.under(driver.data).deleted)
    again.settle()
    assert found(driver.data) == []
    assert not ring.entries
    check_new(again)


def test_a_command_finishes_it_too(start: Start, brief: Path, ring: Ring, capsys: pytest.CaptureFixture[str]) -> None:
    driver = start(brief)
    fill(driver, ring)
    driver.quit()
    begin(AppPaths.under(driver.data))
    assert run_command(parse(["--data-dir", str(driver.data), "sessions", "list", "--json"])) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["chats"] == []


def test_a_command_deletes_all(start: Start, brief: Path, ring: Ring, capsys: pytest.CaptureFixture[str]) -> None:
    driver = start(brief)
    fill(driver, ring)
    command = parse(["--data-dir", str(driver.data), "delete-all", "--yes"])
    assert run_command(command) == Exit.FAILED
    assert capsys.readouterr().err == "rivulet: Rivulet is running, so nothing was deleted. Close it, or delete all in its settings.\n"
    assert found(driver.data, has_kv=True)
    driver.quit()
    assert run_command(command) == Exit.DONE
    assert capsys.readouterr().out.endswith(" were deleted.\n")
    assert [path.name for path in driver.data.iterdir()] == ["lock"]
    assert not ring.entries
    check_new(start(brief))


def test_what_cannot_be_moved_leaves_everything(start: Start, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = start(brief)
    driver.send_and_wait(f"Keep {MARK}")
    driver.type("and my draft")
    texts, rename = driver.texts(), Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.name == "settings.json":
            raise PermissionError(13, "it is in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    driver.application._save_settings()
    window = driver.application.main_window
    driver.application.delete_all()
    wait_until(lambda: driver.application.main_window is not window)
    monkeypatch.undo()
    driver.wait_for_start()
    [sentence] = driver.application.main_window.notices.sentences()
    assert sentence == "Nothing was deleted: settings.json cannot be moved (it is in use). Close what uses it and try again."
    assert driver.texts() == texts
    assert driver.composer().toPlainText() == "and my draft"
    before = driver.stats.tokens_decoded
    assert before == 0, "what was kept ready is still there"
    driver.press(Qt.Key.Key_Return)
    wait_until(lambda: len(driver.texts()) == 4 and driver.is_idle())


def test_quitting_meanwhile_waits_for_it(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.send_and_wait(f"Forget {MARK}")
    driver.application.delete_all()
    driver.quit()
    assert not AppPaths.under(driver.data).deleting.exists()
    again = start(brief)
    wait_until(lambda: not AppPaths.under(driver.data).deleted)
    assert found(driver.data) == []
    check_new(again)


def test_settings_are_not_written_any_more_once_it_began(start: Start, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = start(brief)
    application, written = driver.application, list[object]()
    monkeypatch.setattr(application._services.settings_file, "write", written.append)
    application.main_window.resize(1000, 700)
    application.delete_all()
    assert len(written) == 1, "if it fails, all is as it was"
    application.main_window.resize(900, 600)
    application._save_settings()
    assert len(written) == 1
    driver.quit()


def test_threads_that_need_their_time_are_waited_for(start: Start, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = start(brief)
    driver.send_and_wait(f"Forget {MARK}")
    services = driver.application._services
    close, answers = services.close, [False, False]

    def close_slowly(deadline: float) -> bool:
        return close(deadline) and answers.pop() if answers else True

    monkeypatch.setattr(services, "close", close_slowly)
    delete_all(driver)
    assert not answers
    assert found(driver.data) == []


def test_what_does_not_end_leaves_it_to_the_next_start(start: Start, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.app.application.DELETE_SECONDS", 0.0)
    driver = start(brief)
    driver.send_and_wait(f"Forget {MARK}")
    services, window = driver.application._services, driver.application.main_window
    close = services.close
    monkeypatch.setattr(services, "close", lambda deadline: close(deadline) and False)
    driver.application.delete_all()
    wait_until(window.notices.sentences)
    assert window.notices.sentences() == ["Deleting everything was begun and is not finished. Close Rivulet; the next start finishes it."]
    assert driver.application.main_window is window
    driver.quit()
    again = start(brief)
    wait_until(lambda: not AppPaths.under(driver.data).deleted)
    assert found(driver.data) == []
    check_new(again)
