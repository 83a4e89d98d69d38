from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QApplication

from desktop.ui.language import Language, locale_for
from desktop.ui.translation import tr, tr_counted
from tests.test_translations import FOLDER

Speak = Callable[[str], Language]


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Speak]:
    """Return a function that lets the application speak a language until the test ends."""
    spoken: list[Language] = []

    def speak(choice: str, folder: Path = FOLDER) -> Language:
        spoken.append(Language(qapp, choice, folder))
        return spoken[-1]

    yield speak
    for language in spoken:
        language.drop()


@pytest.mark.parametrize(
    ("choice", "offered", "name"),
    [
        ("system", ["de-AT", "en-US"], "de_AT"),
        ("system", ["fr-FR", "en-GB", "de-DE"], "en_GB"),
        ("system", ["nl-NL"], "en_US"),
        ("system", ["den"], "en_US"),
        ("system", ["C"], "en_US"),
        ("system", [], "en_US"),
        ("en", ["de-DE"], "en_US"),
        ("de", ["en-US"], "de_DE"),
    ],
)
def test_the_language_is_chosen_or_the_systems(choice: str, offered: list[str], name: str) -> None:
    assert locale_for(choice, offered).name() == name


def test_german_words_numbers_and_qts_own(qapp: QApplication, speak: Speak) -> None:
    speak("de")
    assert tr("Copy") == "Kopieren"
    assert tr_counted("{count} chats leave here", "{count} chat leaves here", 1) == "1 Chat zweigt hier ab"
    assert tr_counted("{count} chats leave here", "{count} chat leaves here", 1240) == "1.240 Chats zweigen hier ab"
    assert QLocale().toString(1240) == "1.240"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


def test_english_again(qapp: QApplication, speak: Speak) -> None:
    speak("de").drop()
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    assert QLocale().toString(1240) == "1,240"
    assert qapp.layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_no_translation_is_no_failure(speak: Speak, tmp_path: Path) -> None:
    speak("de", tmp_path)
    assert QCoreApplication.translate("", "Stop") == "Stop"
