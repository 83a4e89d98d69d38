"""What can be done with a message: quiet until the pointer or the focus is near."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.controls.buttons import IconButton
from desktop.ui.theme.theme import Theme

_COPIED_MS = 1200


class ActionButton(IconButton):
    """A button that keeps its place but is not drawn while its row is quiet."""

    focus_changed = Signal()

    is_quiet = False

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_quiet:
            super().paintEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()


class ActionRow(QWidget):
    """Copy, fork and rewind, below a reply with words, beside a person's bubble without."""

    copied = Signal()
    fork_requested = Signal()
    rewind_requested = Signal()

    def __init__(self, theme: Theme, *, with_words: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_near = False
        self._is_pinned = False
        self._copy = ActionButton(theme, "copy", "Copy")
        self._copy.setObjectName("copyButton")
        self._copy.clicked.connect(self._on_copy_clicked)
        self._fork = ActionButton(theme, "fork", "Fork from here", text="Fork from here" if with_words else "")
        self._fork.setObjectName("forkButton")
        self._fork.setToolTip("Continue in a second chat. This one stays as it is.")
        self._fork.clicked.connect(self.fork_requested)
        self._rewind = ActionButton(theme, "rewind", "Rewind to here")
        self._rewind.setObjectName("rewindButton")
        self._rewind.setToolTip("Rewind to here. Later messages are kept as a version.")
        self._rewind.clicked.connect(self.rewind_requested)
        policy = self._rewind.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._rewind.setSizePolicy(policy)
        # Where it is not offered its place stays free, at the side where that is not seen.
        self._buttons = (self._copy, self._fork, self._rewind) if with_words else (self._rewind, self._copy, self._fork)
        self._done = QTimer(self)
        self._done.setSingleShot(True)
        self._done.setInterval(_COPIED_MS)
        self._done.timeout.connect(lambda: self._copy.set_icon("copy"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for button in self._buttons:
            button.focus_changed.connect(self._update)
            row.addWidget(button)
        if with_words:
            row.addStretch()
        self.setFixedHeight(28)
        self._update()

    def set_near(self, near: bool) -> None:
        """Note whether the pointer is near."""
        self._is_near = near
        self._update()

    def set_pinned(self, pinned: bool) -> None:
        """Show the row always, or only when something is near."""
        self._is_pinned = pinned
        self._update()

    def offer_rewind(self, offered: bool) -> None:
        """Offer to go back to this message, or not: at the last one there is nothing to go back from."""
        self._rewind.setVisible(offered)

    def is_quiet(self) -> bool:
        """Return whether the row is not drawn now."""
        return not (self._is_near or self._is_pinned or any(button.hasFocus() for button in self._buttons))

    def _update(self) -> None:
        for button in self._buttons:
            button.is_quiet = self.is_quiet()
            button.update()

    def _on_copy_clicked(self) -> None:
        self.copied.emit()
        self._copy.set_icon("check")
        self._done.start()


def copy_text(text: str) -> None:
    """Put text on the clipboard."""
    QGuiApplication.clipboard().setText(text)
