"""One setting in the dialog, as its entry in the table describes it."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.conversations.folding import fold
from desktop.system.setting import Setting, Shown
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.choice_button import ChoiceButton
from desktop.ui.controls.marks import CheckBox
from desktop.ui.settings.section import caption
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated


class SettingRow(QWidget):
    """A switch or a menu, its explanation, and the way back to what is usual where something else was chosen.

    Signals: chosen with the value.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, key: str, setting: Setting[Any], shown: Shown[Any]) -> None:
        super().__init__()
        self._setting, self._shown = setting, shown
        label = translated(shown.label)
        self._control: CheckBox | ChoiceButton = ChoiceButton(theme, label) if shown.offered else CheckBox(theme, label)
        self._control.setObjectName(f"setting_{key}")
        told = self._control.chosen if isinstance(self._control, ChoiceButton) else self._control.toggled
        told.connect(lambda value: self.chosen.emit(value))
        self._reset = LinkButton(tr("Reset"))
        self._reset.setObjectName(f"reset_{key}")
        self._reset.setAccessibleName(tr("Reset: {label}", label=label))
        self._reset.setToolTip(tr("Usual: {value}", value=self._words(setting.default)))
        self._reset.clicked.connect(self._on_reset_clicked)
        row = QHBoxLayout()
        row.setSpacing(8)
        if shown.offered:
            name = QLabel(label)
            name.setBuddy(self._control)
            name.setWordWrap(True)
            row.addWidget(name, 1)
            row.addWidget(self._reset)
            row.addWidget(self._control)
        else:
            row.addWidget(self._control)
            row.addStretch()
            row.addWidget(self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        explanation = translated(shown.explanation) if shown.explanation is not None else ""
        if explanation:
            self._control.setAccessibleDescription(explanation)
            column.addWidget(caption(explanation))
        self._text = fold(" ".join((label, explanation, *map(self._words, shown.offered))))

    def show_value(self, value: Any, *, is_live: bool) -> None:
        """Show what is chosen, and whether it matters just now."""
        if isinstance(self._control, ChoiceButton):
            offered = self._shown.offered
            values = offered if value in offered else sorted([*offered, value])  # what the file holds beside them
            self._control.set_choices([(it, self._words(it)) for it in values], value)
        else:
            self._control.blockSignals(True)
            self._control.setChecked(value)
            self._control.blockSignals(False)
        self._control.setEnabled(is_live)
        self._reset.setVisible(value != self._setting.default)

    def has_words(self, sought: tuple[str, ...]) -> bool:
        """Return whether all of some folded words stand in what the row says or offers."""
        return all(word in self._text for word in sought)

    def _words(self, value: Any) -> str:
        if self._shown.words is not None:
            return translated(self._shown.words(value))
        return tr("on") if value else tr("off")

    def _on_reset_clicked(self) -> None:
        self._control.setFocus()  # the button goes
        self.chosen.emit(self._setting.default)
