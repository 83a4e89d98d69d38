"""The bar that tells what failed where nothing else can show it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import IconButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.theme.theme import Theme

_MOST = 3


class NoticeBar(QWidget):
    """Show the last few sentences until they are dismissed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notices: list[Notice] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 8)
        self._column.setSpacing(4)
        self.hide()

    def show_notice(self, sentence: str) -> None:
        """Add a sentence; one that is shown already is not shown twice."""
        if sentence in self.sentences():
            return
        while len(self._notices) >= _MOST:
            self._dismiss(self._notices[0])
        notice = Notice(self._theme, sentence)
        notice.dismiss_button.clicked.connect(lambda: self._dismiss(notice))
        self._notices.append(notice)
        self._column.addWidget(notice)
        self.show()

    def sentences(self) -> list[str]:
        """Return what is shown, oldest first."""
        return [notice.sentence for notice in self._notices]

    def _dismiss(self, notice: "Notice") -> None:
        self._notices.remove(notice)
        self._column.removeWidget(notice)
        notice.deleteLater()
        self.setVisible(bool(self._notices))


class Notice(QFrame):
    """One sentence with a button that dismisses it."""

    def __init__(self, theme: Theme, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = sentence
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(10)
        label = QLabel(sentence)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.dismiss_button = IconButton(theme, "close", "Dismiss")
        row.addWidget(IconLabel(theme, "alert", "branch_b"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(label, 1)
        row.addWidget(self.dismiss_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(sentence)
