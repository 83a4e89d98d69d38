"""The word that says whether a model fits."""

from PySide6.QtWidgets import QLabel, QWidget

from desktop.models.fit import Fit
from desktop.ui.models.model_words import FIT_WORDS, fit_sentence
from desktop.ui.translation import translated


class FitLabel(QLabel):
    """Say it in its colour, with the numbers under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fitLabel")
        self.hide()

    def set_fit(self, fit: Fit | None) -> None:
        """Show how a model fits; None: not known."""
        self.setVisible(fit is not None)
        if fit is None:
            return
        told = translated(fit_sentence(fit))
        self.setText(translated(FIT_WORDS[fit.word]))
        self.setToolTip(told)
        self.setAccessibleDescription(told)
        if self.property("fit") != fit.word.name:
            self.setProperty("fit", fit.word.name)
            self.style().unpolish(self)
            self.style().polish(self)
