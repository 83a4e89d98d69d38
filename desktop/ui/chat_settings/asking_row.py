"""A sentence with what can be done about it, in its place."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import LinkButton
from desktop.ui.settings.section import caption


class AskingRow(QFrame):
    """Say something and offer up to two ways on; hidden until then, and once one was taken."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._acts: dict[LinkButton, Callable[[], object]] = {}
        self._sentence = caption()
        self._sentence.setObjectName(f"{name}Sentence")
        self._buttons = [LinkButton(""), LinkButton("")]
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch()
        for number, button in enumerate(self._buttons):
            button.setObjectName(f"{name}Button{number}")
            button.clicked.connect(lambda _=False, button=button: self._on_button_clicked(button))
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 6)
        column.setSpacing(2)
        column.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(row)
        self.hide()

    def ask(self, sentence: str, *ways: tuple[str, Callable[[], object]]) -> None:
        """Say a sentence and offer ways, each by its words and what it does."""
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._acts = {}
        for button, way in zip(self._buttons, [*ways, None, None], strict=False):
            button.setVisible(way is not None)
            if way is not None:
                button.setText(way[0].replace("&", "&&"))
                button.setAccessibleDescription(sentence)
                self._acts[button] = way[1]
        self.show()

    def sentence(self) -> str:
        """Return what is said; empty while it is hidden."""
        return "" if self.isHidden() else self._sentence.text()

    def _on_button_clicked(self, button: LinkButton) -> None:
        act = self._acts.get(button)
        self.hide()
        if act is not None:
            act()
