"""A chip that shows what is chosen and offers the other choices in a menu."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.ui.controls.chip import Chip
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated

Choice = tuple[object, str]
"""A value and the words for it."""


class ChoiceButton(Chip):
    """Let a person choose one of a few values; what is shown changes when whoever listens says so.

    Signals: chosen with the value, where it is another one than before.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._name = name
        self._choices: tuple[Choice, ...] = ()
        self._value: object = None

    def set_choices(self, choices: Sequence[Choice], value: object) -> None:
        """Offer these choices and show the words of the value that is chosen."""
        self._choices, self._value = tuple(choices), value
        words = next((words for offered, words in self._choices if offered == value), "")
        self.setText(_unmarked(translated(self.shown(words))))
        self.setAccessibleName(tr("{name}: {choice}", name=self._name, choice=words))

    def choices(self) -> Sequence[Choice]:
        """Return what is offered."""
        return self._choices

    def value(self) -> object:
        """Return what is chosen."""
        return self._value

    def shown(self, words: str) -> str:
        """Return what the chip shows for the words of a choice."""
        return words

    def fill_menu(self) -> QMenu:
        """Return the menu as it would be shown now."""
        self._menu.clear()
        group = QActionGroup(self._menu)
        for value, words in self._choices:
            action = self._menu.addAction(_unmarked(translated(words)))
            action.setCheckable(True)
            action.setChecked(value == self._value)
            action.triggered.connect(lambda _=False, value=value: self._on_action_triggered(value))
            group.addAction(action)
        return self._menu

    def _on_action_triggered(self, value: object) -> None:
        if value != self._value:
            self.chosen.emit(value)


def _unmarked(words: str) -> str:
    """Return words whose ampersands mark no key."""
    return words.replace("&", "&&")
