"""A page over the window with a search field above what is scrolled."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.controls.buttons import IconButton
from desktop.ui.controls.icon_label import IconLabel
from desktop.ui.controls.overlay import Overlay
from desktop.ui.controls.search_field import SearchField
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr


class SearchedPage(Overlay):
    """Its head, and its body in what is scrolled; subclasses fill the body. The focus stays in the field, whose keys scroll."""

    def __init__(self, theme: Theme, window: QWidget, field: SearchField, *, width: int, height: int) -> None:
        super().__init__(theme, window, width=width, height=height)
        self._field = field
        self._body = QWidget()
        self._scrolled = QScrollArea()
        self._scrolled.setFrameShape(QFrame.Shape.NoFrame)
        self._scrolled.setWidgetResizable(True)
        self._scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scrolled.setWidget(self._body)

    def _lay_out_head(self, icon: str, closing: str, count: QLabel | None = None) -> None:
        """Put the field beside an icon, what it counts, and a button with a name that closes the page; below it the body."""
        close = IconButton(self._theme, "close", closing)
        close.setToolTip(tr("Close (Esc)"))
        close.clicked.connect(self.close)
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 10, 8)
        head.setSpacing(10)
        head.addWidget(IconLabel(self._theme, icon))
        head.addWidget(self._field, 1)
        if count is not None:
            head.addWidget(count)
        head.addWidget(close)
        line = QFrame()
        line.setObjectName("searchLine")
        line.setFixedHeight(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 12)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(line)
        whole.addWidget(self._scrolled, 1)
