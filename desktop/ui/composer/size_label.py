"""How many tokens a message takes, beside the meter."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.chat.message_size import MessageSize
from desktop.ui.translation import tr

_WORTH_SAYING = 200  # tokens


class SizeLabel(QLabel):
    """Say it in round numbers, exactly in the tooltip; empty for short messages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageSize")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def set_size(self, size: MessageSize | None) -> None:
        """Show what a message takes, or nothing."""
        if size is None or size.message < _WORTH_SAYING:
            self.clear()
            return
        self.setText(tr("{tokens} tokens", tokens=round(size.message, -1)))
        exact = tr(
            "This message has {message} tokens. With it the chat has {total} of {context}.",
            message=size.message,
            total=size.total,
            context=size.context,
        )
        self.setToolTip(exact)
        self.setAccessibleName(exact)
