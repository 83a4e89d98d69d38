"""What was said is found again: in all chats, and in one."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView

from tests.journeys.conftest import Start
from tests.journeys.driver import wait_until

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_chat_is_found_by_what_was_said_in_it_and_then_the_place(start: Start, brief: Path) -> None:
    driver = start(brief)
    driver.send_and_wait("Where does the Zambezi rise?")
    found = driver.chat_id()
    driver.new_chat()
    driver.send_and_wait("Something else")
    assert driver.chat_id() != found
    driver.press(Qt.Key.Key_K, CTRL)
    field, results = driver.widget("searchField"), driver.widget("searchResults")
    assert isinstance(field, QLineEdit)
    assert isinstance(results, QListView)
    QTest.keyClicks(field, "ZAMBEZI rise")
    wait_until(lambda: results.model().rowCount() == 2)  # by its title, and by its message
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    wait_until(lambda: driver.chat_id() == found and driver.messages())
    driver.press(Qt.Key.Key_F, CTRL)
    place, count = driver.part("findField"), driver.part("findCount")
    assert isinstance(count, QLabel)
    QTest.keyClicks(place, "ZAMBEZI")
    wait_until(lambda: count.text().startswith("1 of "))
    driver.settle()
