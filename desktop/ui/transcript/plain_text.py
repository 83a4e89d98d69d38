"""Plain text of any length, as it was written."""

from time import perf_counter

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.reply_selection import ReplySelection, Selectable
from desktop.ui.transcript.text_view import TextView

_AT_ONCE = 2  # parts that are built and measured without waiting
_SLICE_SECONDS = 0.006


def parts_of(text: str, size: int) -> list[str]:
    """Cut text in parts of a size at most, at the ends of lines if it can be, else at blanks.

    All but the last part stay as they are when text is appended.
    """
    parts, start = [], 0
    while len(text) - start > size:
        end = text.rfind("\n", start, start + size) + 1 or text.rfind(" ", start, start + size) + 1 or start + size
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]


class PlainText(QWidget):
    """Show plain text in views one below the other; what is appended touches the last one only.

    name is what it is to who can't see it; size the number of characters that one view holds at most: Qt lays out a document
    as a whole, and draws all of it that is in sight when its end grows. Long text is built in slices while nothing else is
    to do, and so is it measured at another width; until then its height is estimated. Signals: height_changed after a
    slice, or in another theme.
    """

    height_changed = Signal()

    def __init__(self, theme: Theme, name: str, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self._size = size
        self._selection: ReplySelection | None = None
        self._parts: list[str] = [""]
        self._views: list[TextView] = []
        self._sizes: list[QSize] = []  # of each view when it was last measured
        self._shows_caret = False
        self._idle = QTimer(self)
        self._idle.setInterval(0)
        self._idle.timeout.connect(self._on_idle_timeout)
        theme.changed.connect(self._on_theme_changed)
        self._build_next()

    def set_text(self, text: str) -> None:
        """Show text; what is shown of it already stays."""
        parts = parts_of(text, self._size)
        same = 0
        # The last part shows the end of its last line, the others don't.
        while same < min(len(parts) - 1, len(self._parts) - 1, len(self._views)) and parts[same] == self._parts[same]:
            same += 1
        self._parts = parts
        self._drop_from(same + 1)
        if same < len(self._views):
            self._views[same].set_plain(self._shown(same))
            self._sizes[same] = QSize()
        while len(self._views) < min(_AT_ONCE, len(parts)):
            self._build_next()
        self._work_on()

    def append(self, text: str) -> None:
        """Add text at the end."""
        if len(self._views) < len(self._parts) or len(self._parts[-1]) + len(text) > self._size:
            *before, last = self._parts
            self._parts = [*before, *parts_of(last + text, self._size)]
            if len(self._views) > len(before):
                self._views[-1].set_plain(self._shown(len(before)))
                self._sizes[len(before)] = QSize()
            while len(self._views) < min(len(self._parts), len(before) + 1 + _AT_ONCE):
                self._build_next()
            self._work_on()
        else:
            self._parts[-1] += text
            self._views[-1].append_plain(text)
            self._sizes[-1] = QSize()
        self.show_caret(self._shows_caret)

    def show_caret(self, shown: bool) -> None:
        """Draw a caret behind the text, as a sign that more is coming."""
        self._shows_caret = shown
        for view in self._views[-2:]:
            view.show_caret(shown and view is self._views[-1])

    def select_by(self, selection: ReplySelection) -> None:
        """Let what is selected of the text be part of a selection that goes beyond it."""
        self._selection = selection
        for view in self._views:
            selection.watch(view)

    def is_built(self) -> bool:
        """Return whether all of the text has its views."""
        return len(self._views) == len(self._parts)

    def text_views(self) -> list[TextView]:
        """Return what is built, from the top."""
        return list(self._views)

    def selectables(self) -> list[Selectable]:
        """Return what is built, from the top."""
        ends = ["", *("\n" if part.endswith("\n") else "" for part in self._parts)]
        return [Selectable(view, end) for view, end in zip(self._views, ends, strict=False)]

    def natural_width(self) -> int:
        """Return the width of the longest line of what is built at once, unwrapped."""
        return max(view.natural_width() for view in self._views[:_AT_ONCE])

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return sum(self._height_of(index, width) for index in range(len(self._views)))

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Give every part its place; what isn't measured at this width keeps the one it had, or Qt would lay it out."""
        top, width = 0, self.width()
        for index, view in enumerate(self._views):
            height = self._height_of(index, width)
            if self._is_measured(index, width):
                view.setGeometry(0, top, width, height)
            else:
                view.move(0, top)
            top += height
        self._work_on()

    def _height_of(self, index: int, width: int) -> int:
        """Return the height of a part; only for those that are few, or in whose place nothing is known, it is measured now."""
        size = self._sizes[index]
        if size.width() != width:
            if _AT_ONCE <= index < len(self._views) - 1 and size.height() > 0:
                return size.height() * max(1, size.width()) // max(1, width) if size.width() > 0 else size.height()
            size = self._sizes[index] = QSize(width, self._views[index].heightForWidth(width))
        return size.height()

    def _is_measured(self, index: int, width: int) -> bool:
        return self._sizes[index].width() == width

    def _build_next(self) -> None:
        view = TextView(self._theme, self)
        view.set_plain(self._shown(len(self._views)))
        view.setAccessibleName(self._name)
        view.show()
        self._views.append(view)
        self._sizes.append(QSize())
        if self._selection is not None:
            self._selection.watch(view)

    def _drop_from(self, index: int) -> None:
        for view in self._views[index:]:
            view.hide()
            view.deleteLater()
        del self._views[index:], self._sizes[index:]

    def _shown(self, index: int) -> str:
        """Return a part without the end of its last line if the next view begins a line anyway."""
        part = self._parts[index]
        return part.removesuffix("\n") if index < len(self._parts) - 1 else part

    def _work_on(self) -> None:
        if len(self._views) < len(self._parts) or self._stale():
            self._idle.start()

    def _stale(self) -> list[int]:
        return [index for index in range(_AT_ONCE, len(self._views) - 1) if not self._is_measured(index, self.width())]

    def _on_theme_changed(self) -> None:
        for view in self._views:
            view.redraw()
        self._sizes = [QSize(-1, size.height()) for size in self._sizes]
        self._work_on()
        self.height_changed.emit()

    def _on_idle_timeout(self) -> None:
        until, width = perf_counter() + _SLICE_SECONDS, self.width()
        stale = self._stale()
        sight = self.visibleRegion().boundingRect()
        stale.sort(key=lambda index: not self._views[index].geometry().intersects(sight))
        is_done = False
        while not is_done and perf_counter() < until:
            if stale:
                index = stale.pop(0)
                self._sizes[index] = QSize(width, self._views[index].heightForWidth(width))
            elif len(self._views) < len(self._parts):
                self._build_next()
                self._sizes[-1] = QSize(width, self._views[-1].heightForWidth(width))
            else:
                is_done = True
        if is_done:
            self._idle.stop()
        self.height_changed.emit()
        self.place()
