"""Versions, several ways at once, one prompt to all, deleting and the tree: with real keys and clicks on real llama.cpp."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from tests.journeys.conftest import Start
from tests.journeys.driver import Driver, wait_until


def press_on(
    driver: Driver, message: int, key: Qt.Key, pane: int = 0, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    view = driver.view(message, pane)
    view.setFocus()
    QTest.keyClick(view, key, modifier)


def rest(driver: Driver, pane: int = 0) -> None:
    wait_until(lambda: driver.is_idle(pane))
    driver.settle()


def test_an_edited_message_is_a_version_and_both_are_there_after_a_restart(start: Start, brief: Path) -> None:
    driver = start(brief)
    first = driver.send_and_wait("Hello")
    press_on(driver, 0, Qt.Key.Key_E)
    edit = driver.part("messageEdit")
    QTest.keyClicks(edit, " there")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    wait_until(lambda: driver.texts()[:1] == ["Hello there"] and len(driver.texts()) == 2)
    rest(driver)
    assert driver.rows("SELECT text FROM message WHERE role = 'user' ORDER BY id") == [("Hello",), ("Hello there",)]
    driver.quit()
    again = start(brief)
    wait_until(lambda: again.texts()[:1] == ["Hello there"])
    rest(again)
    decoded = again.stats.tokens_decoded
    wait_until(lambda: again.view(0).findChild(QWidget, "versionSwitch") is not None)
    press_on(again, 0, Qt.Key.Key_Left)
    wait_until(lambda: again.texts() == ["Hello", first])
    rest(again)
    assert again.stats.tokens_decoded == decoded, "the other version was kept ready too"


def test_a_reply_is_written_again_and_what_followed_the_old_one_stays(start: Start, brief: Path) -> None:
    driver = start(brief)
    first = driver.send_and_wait("Hello")
    driver.send_and_wait("And then?")
    whole = driver.texts()
    driver.click(driver.view(1).findChild(QWidget, "regenerateButton"))
    wait_until(lambda: len(driver.texts()) == 2)
    rest(driver)
    assert driver.texts()[0] == "Hello"
    press_on(driver, 1, Qt.Key.Key_Left)
    wait_until(lambda: driver.texts() == whole)
    assert whole[1] == first


def test_four_ways_read_nothing_again_and_decode_together(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.send_and_wait("Hello, tell me of the sea")
    before = driver.stats
    driver.click(driver.view(0).findChild(QWidget, "waysButton"))
    menu = next(menu for menu in driver.view(0).findChildren(QMenu) if menu.isVisible())
    four = next(action for action in menu.actions() if "4" in action.text())
    four.trigger()
    menu.close()
    wait_until(lambda: len(driver.rows("SELECT id FROM conversation")) == 5)
    area = driver.application.main_window._area
    wait_until(lambda: len(area.panes()) == 4)
    driver.settle()
    lengths = [len(ids) // 4 for (ids,) in driver.rows("SELECT ids FROM message_tokens WHERE form = 'generated' ORDER BY message_id")][1:]
    seeds = driver.rows("SELECT DISTINCT seed FROM message WHERE role = 'assistant'")
    assert (len(lengths), len(seeds)) == (4, 5)
    assert driver.stats.decode_calls - before.decode_calls <= max(lengths) + 2
    read = driver.stats.tokens_decoded - before.tokens_decoded - sum(lengths)
    prompt = driver.prompt(messages=1)
    assert read <= 4 * (len(prompt.ids) - prompt.boundaries[-1].position + 1), "more than what stands behind the message was read"


def test_one_prompt_goes_to_every_pane(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.send_and_wait("Hello")
    driver.fork(1)
    rest(driver, 1)
    driver.type("The same for both", pane=1)
    driver.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, pane=1)
    wait_until(lambda: all(driver.texts(pane)[2:3] == ["The same for both"] for pane in (0, 1)))
    rest(driver, 0)
    rest(driver, 1)
    assert [len(driver.texts(pane)) for pane in (0, 1)] == [4, 4]
    assert all(driver.composer(pane).toPlainText() == "" for pane in (0, 1))


def test_what_was_deleted_comes_back_by_undo(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.send_and_wait("Hello")
    driver.send_and_wait("And then?")
    whole = driver.texts()
    press_on(driver, 1, Qt.Key.Key_Delete, modifier=Qt.KeyboardModifier.ShiftModifier)
    wait_until(lambda: driver.texts() == whole[:1])
    wait_until(lambda: "3 messages deleted from here on" in driver.sentences())
    decoded = driver.stats.tokens_decoded
    driver.click(driver.part("undoTurnButton"))
    wait_until(lambda: driver.texts() == whole)
    rest(driver)
    assert driver.stats.tokens_decoded == decoded


def test_the_tree_shows_every_version_and_leads_there(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.send_and_wait("Hello")
    driver.send_and_wait("And then?")
    whole = driver.texts()
    driver.click(driver.part("treeButton"))
    wait_until(lambda: driver.part("tree").isVisible())
    view = driver.part("tree")
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Return):  # to the first reply
        QTest.keyClick(view, key)
    wait_until(lambda: driver.texts() == whole[:2])
    assert view.isVisible()
