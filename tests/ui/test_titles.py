"""Titles that the application made are said in the person's language; what people and models called a chat stays as it is."""

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from desktop.system.resources import resource
from desktop.ui.titles import said_title


@pytest.mark.parametrize(
    ("title", "german"),
    [
        ("New chat", "Neuer Chat"),
        ("Temporary chat", "Temporärer Chat"),
        ("Fork of Rivers", "Abzweigung von Rivers"),
        ("Fork 2 of New chat", "Abzweigung 2 von Neuer Chat"),
        ("Rivers, way 2", "Rivers, Weg 2"),
        ("New chats", "New chats"),
        ("", ""),
    ],
)
def test_titles_that_were_made_are_translated(qapp: QApplication, title: str, german: str) -> None:
    assert said_title(title) == title
    translator = QTranslator()
    assert translator.load(str(resource("translations") / "rivulet_de.qm"))
    QCoreApplication.installTranslator(translator)
    try:
        assert said_title(title) == german
    finally:
        QCoreApplication.removeTranslator(translator)
