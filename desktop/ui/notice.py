"""One sentence in the notice bar, with what can be done about it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.ui.controls.buttons import IconButton, SecondaryButton
from desktop.ui.controls.folded_label import FoldedLabel
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated


class Notice(QFrame):
    """A sentence with a button that dismisses it; what is long is folded."""

    def __init__(self, theme: Theme, sentence: str, icon: str, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = sentence
        words = translated(sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(10)
        self._text = FoldedLabel()
        self._text.set_text(words)
        self.show_button = SecondaryButton("")
        self.show_button.setObjectName("showImportedButton")
        self.show_button.setAccessibleDescription(words)
        self.show_button.hide()
        self.dismiss_button = IconButton(theme, "close", tr("Dismiss"))
        self.dismiss_button.setAccessibleDescription(words)
        row.addWidget(IconLabel(theme, icon, token), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.dismiss_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(words)

    def offer(self, words: str, act: Callable[[], object]) -> None:
        """Show a button that leads to what the sentence is about, or takes it back."""
        self.show_button.setText(words)
        self.show_button.clicked.connect(act)
        self.show_button.show()

    def words(self) -> str:
        """Return what is shown."""
        return self._text.label.text()
