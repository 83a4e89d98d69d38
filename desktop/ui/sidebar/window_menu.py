"""What concerns the whole window, at the foot of the sidebar."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.translation import tr


class WindowMenu(QMenu):
    """Offer it; deletes itself once it is closed.

    Signals: shortcuts_requested; models_wanted; file_wanted to choose a model file.
    """

    shortcuts_requested = Signal()
    models_wanted = Signal()
    file_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("windowMenu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.addAction(Shortcut.MODELS.beside(tr("All models…"))).triggered.connect(self.models_wanted)
        self.addAction(Shortcut.OPEN_MODEL.beside(tr("Open a model file…"))).triggered.connect(self.file_wanted)
        self.addAction(Shortcut.SHORTCUTS.beside(tr("All keys"))).triggered.connect(self.shortcuts_requested)


def show_above(menu: QMenu, button: QWidget) -> None:
    """Show a menu above the button that asked for it."""
    menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))
