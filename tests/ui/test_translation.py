from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from desktop.system.words import counted, say, sentences
from desktop.ui.translation import tr, tr_counted, translated


class _German(QTranslator):
    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:  # type: ignore[override]
        return {
            "Stop {what}": "{what} anhalten",
            "the reply": "die Antwort",
            "{count} messages": "{count} Nachricht" if n == 1 else "{count} Nachrichten",
        }.get(source)


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    translator, before = _German(), QLocale()
    QCoreApplication.installTranslator(translator)
    QLocale.setDefault(QLocale("de"))
    yield
    QCoreApplication.removeTranslator(translator)
    QLocale.setDefault(before)


@pytest.mark.usefixtures("german")
def test_words_are_said_in_the_persons_language() -> None:
    assert tr("Stop {what}", what="{what}") == "{what} anhalten"
    assert translated(say("Stop {what}", what=say("the reply"))) == "die Antwort anhalten"
    assert tr_counted("{count} messages", "{count} message", 1) == "1 Nachricht"
    assert translated(counted("{count} messages", "{count} message", 1240)) == "1.240 Nachrichten"
    assert translated(sentences(say("the reply"), "the reply", "{x}")) == "die Antwort the reply {x}"
    assert tr("{speed} a second", speed=12.34) == "12,3 a second"


def test_without_a_translation_english_is_said(qapp: QApplication) -> None:
    assert tr("Stop {what}", what="it") == "Stop it"
    assert tr_counted("{count} messages", "{count} message", 1) == "1 message"
    assert tr_counted("{count} messages", "{count} message", 1240) == "1,240 messages"
