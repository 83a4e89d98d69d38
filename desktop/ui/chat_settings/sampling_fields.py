"""How replies are written, as a list of numbers."""

from dataclasses import asdict

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.conversations.setup import Sampling
from desktop.ui.chat_settings.number_row import NumberRow
from desktop.ui.chat_settings.sampling_words import SETTINGS
from desktop.ui.settings.section import Section
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr

_GAP = 14


class SamplingFields(Section):
    """Show a Sampling and let a person change it.

    Signals: changed after they have.
    """

    changed = Signal()

    def __init__(self, theme: Theme, usual: Sampling, prefix: str = "", parent: QWidget | None = None) -> None:
        """Begin with what is usual; prefix: of the fields' object names."""
        super().__init__(tr("How replies are written"), parent)
        self._usual = usual
        values = asdict(usual)
        self._rows = {setting.field: NumberRow(theme, setting, values[setting.field], prefix) for setting in SETTINGS}
        self.column.setSpacing(_GAP)
        for row in self._rows.values():
            row.changed.connect(self.changed)
            self.column.addWidget(row)

    def sampling(self) -> Sampling:
        """Return what is chosen."""
        return Sampling(**{field: row.value() for field, row in self._rows.items()})  # type: ignore[arg-type]  # whole where it must be

    def set_sampling(self, sampling: Sampling) -> None:
        """Show what is chosen."""
        for field, value in asdict(sampling).items():
            self._rows[field].set_value(value)

    def set_usual(self, usual: Sampling) -> None:
        """Show what holds where nothing is chosen: each model may have its own."""
        if usual == self._usual:  # what is being typed stays
            return
        self._usual = usual
        chosen = asdict(self.sampling())
        for field, value in asdict(usual).items():
            self._rows[field].set_usual(value)
            self._rows[field].set_value(chosen[field])
