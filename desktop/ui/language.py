"""The language that the window speaks: its words, Qt's own, numbers and dates."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

SPOKEN = ("en", "de")


def locale_for(choice: str, offered: Sequence[str]) -> QLocale:
    """Return the locale of a choice, one of SPOKEN or "system": then that of the first of the languages offered that is spoken."""
    wanted = offered if choice == "system" else [choice]
    return QLocale(next((name for name in wanted if name.replace("_", "-").split("-")[0] in SPOKEN), SPOKEN[0]))


class Language:
    """Let the application speak a language until it is dropped. What was built before keeps its own."""

    def __init__(self, app: QApplication, choice: str, folder: Path) -> None:
        """choice: one of SPOKEN, or "system". folder: where Rivulet's translations lie."""
        locale = locale_for(choice, QLocale.system().uiLanguages())
        QLocale.setDefault(locale)
        app.setLayoutDirection(locale.textDirection())
        self._app = app
        self._translators = [
            translator
            for name, place in (("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)), ("rivulet", str(folder)))
            if (translator := QTranslator(app)).load(locale, name, "_", place)
        ]
        for translator in self._translators:
            app.installTranslator(translator)

    def drop(self) -> None:
        """Speak English again."""
        for translator in self._translators:
            self._app.removeTranslator(translator)
            translator.deleteLater()
        self._translators.clear()
        QLocale.setDefault(QLocale("en"))
        self._app.setLayoutDirection(QLocale().textDirection())
