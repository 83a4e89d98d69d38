"""A text of which only the beginning is shown where it is long."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import LinkButton
from desktop.ui.translation import tr

_MOST_CHARACTERS = 220  # that are shown at first


class FoldedLabel(QWidget):
    """Show a text, and a button that unfolds what is long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self._is_folded = False
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._fold = LinkButton("")
        self._fold.setObjectName("foldButton")
        self._fold.clicked.connect(self._on_fold_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.label)
        column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)

    def set_text(self, text: str) -> None:
        """Show a text, folded if it is long."""
        self._whole = text
        self._is_folded = len(text) > _MOST_CHARACTERS
        self._fold.setVisible(self._is_folded)
        self._show()

    def text(self) -> str:
        """Return the whole text."""
        return self._whole

    def _show(self) -> None:
        short = self._whole[:_MOST_CHARACTERS].rpartition(" ")[0] or self._whole[:_MOST_CHARACTERS]
        self.label.setText(tr("{beginning} …", beginning=short) if self._is_folded else self._whole)
        self._fold.setText(tr("Show all") if self._is_folded else tr("Show less"))

    def _on_fold_clicked(self) -> None:
        self._is_folded = not self._is_folded
        self._show()
