"""Which of several versions of a message is shown, and the way to the others."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.ui.controls.buttons import IconButton
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.message_actions import TEXTS, MessageAction
from desktop.ui.translation import tr, translated


class VersionSwitch(QWidget):
    """Show "‹ 2 / 3 ›". Signals: triggered with a MessageAction."""

    triggered = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("versionSwitch")
        self._label = QLabel()
        self._label.setObjectName("versionLabel")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._buttons = {}
        for action in (MessageAction.PREVIOUS_VERSION, MessageAction.NEXT_VERSION):
            text = TEXTS[action]
            button = self._buttons[action] = IconButton(theme, text.icon, translated(text.name))
            button.setToolTip(text.tooltip())
            button.clicked.connect(lambda _=False, action=action: self.triggered.emit(action))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._buttons[MessageAction.PREVIOUS_VERSION])
        row.addWidget(self._label)
        row.addWidget(self._buttons[MessageAction.NEXT_VERSION])

    def set_version(self, number: int, count: int) -> None:
        """Show that this is one of several versions, counted from 1."""
        self._label.setText(tr("{number} / {count}", number=number, count=count))
        self._label.setAccessibleName(tr("Version {number} of {count}", number=number, count=count))
        self.setAccessibleName(self._label.accessibleName())
        for action, is_end in ((MessageAction.PREVIOUS_VERSION, number == 1), (MessageAction.NEXT_VERSION, number == count)):
            self._buttons[action].setEnabled(not is_end)
            self._buttons[action].setAccessibleDescription(tr("Version {number} of {count} is shown.", number=number, count=count))

    def is_offered(self, action: MessageAction) -> bool:
        """Return whether there is a version in this direction."""
        return self._buttons[action].isEnabled()

    def sizeHint(self) -> QSize:
        return self.layout().sizeHint()  # type: ignore[union-attr]
