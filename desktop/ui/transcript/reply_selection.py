"""What is selected of one message, across all the views that its text stands in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QApplication, QMenu, QScrollArea, QScrollBar, QWidget

from desktop.ui.transcript.copying import copy_text
from desktop.ui.transcript.links import LINK_CHOSEN
from desktop.ui.translation import tr

_SCROLL_MS = 30
_FASTEST = 60  # pixels in that time
_NEAR = 4  # pixels that the third click may be away from the second


class SelectableView(Protocol):
    """A view of text, as Qt's text widgets are."""

    def textCursor(self) -> QTextCursor: ...
    def setTextCursor(self, cursor: QTextCursor, /) -> None: ...
    def cursorForPosition(self, point: QPoint, /) -> QTextCursor: ...
    def document(self) -> QTextDocument: ...
    def viewport(self) -> QWidget: ...
    def horizontalScrollBar(self) -> QScrollBar: ...
    def installEventFilter(self, watcher: QObject, /) -> None: ...
    def selected_text(self) -> str:
        """Return what is selected, as it is to be copied."""
        ...


@dataclass(frozen=True, slots=True)
class Selectable:
    """A view and what stands between its text and that of the view above it."""

    view: SelectableView
    separator: str = "\n\n"


class _Unit(Enum):
    CHARACTER = auto()
    WORD = auto()
    PARAGRAPH = auto()


@dataclass(frozen=True, slots=True)
class _Place:
    """A range of one view: a character's place, or a word or paragraph."""

    view: SelectableView
    start: int
    end: int


class ReplySelection(QObject):
    """Select across the views of one message, with the mouse and by keyboard, and copy what is selected.

    selectables tells which views are in sight now, from the top; source is the message as it was written. Where all of it is
    selected, copies_source says whether the source is copied, or what is drawn.
    """

    def __init__(
        self, body: QWidget, selectables: Callable[[], Sequence[Selectable]], source: Callable[[], str], *, copies_source: bool
    ) -> None:
        super().__init__(body)
        self._body = body
        self._selectables = selectables
        self._source = source
        self._copies_source = copies_source
        self._anchor: _Place | None = None
        self._unit = _Unit.CHARACTER
        self._is_dragging = False
        self._beside: QWidget | None = None
        self._pointer = QPoint()  # on the screen
        self._double_click = (0, QPoint())  # when and where
        self._scroll = QTimer(self)
        self._scroll.setInterval(_SCROLL_MS)
        self._scroll.timeout.connect(self._on_scroll_timeout)

    def watch(self, view: SelectableView) -> None:
        """Take over the mouse and the keys of a view."""
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)

    def is_empty(self) -> bool:
        """Return whether nothing is selected."""
        return not any(it.view.textCursor().hasSelection() for it in self._selectables())

    def text(self) -> str:
        """Return what is selected, in order."""
        selectables = self._selectables()
        if self._copies_source and all(_is_whole(it.view) for it in selectables):
            return self._source()
        text = ""
        for selectable in selectables:
            if selectable.view.textCursor().hasSelection():
                text += (selectable.separator if text else "") + selectable.view.selected_text()
        return text

    def clear(self) -> None:
        """Select nothing."""
        self._anchor = None
        for selectable in self._selectables():
            _select(selectable.view, None)

    def select_all(self) -> None:
        """Select the whole message, and nothing of others."""
        self._clear_others()
        self._watch_beside()
        for selectable in self._selectables():
            _select(selectable.view, (0, _end(selectable.view)))

    def copy(self) -> None:
        """Put what is selected on the clipboard."""
        if text := self.text():
            copy_text(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._beside:
            if event.type() is QEvent.Type.MouseButtonPress and cast(QMouseEvent, event).button() is Qt.MouseButton.LeftButton:
                self.clear()
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                return self._on_pressed(cast(QWidget, watched), cast(QMouseEvent, event))
            case QEvent.Type.MouseMove if self._is_dragging:
                self._pointer = cast(QMouseEvent, event).globalPosition().toPoint()
                self._extend()
                return True
            case QEvent.Type.MouseButtonRelease:
                self._stop_dragging()
            case QEvent.Type.KeyPress:
                return self._on_key_pressed(cast(QKeyEvent, event))
            case QEvent.Type.ContextMenu:
                return self._on_menu_wished(watched, cast(QContextMenuEvent, event))
        return False

    def _on_menu_wished(self, watched: QObject, event: QContextMenuEvent) -> bool:
        if event.reason() is QContextMenuEvent.Reason.Keyboard and watched.property(LINK_CHOSEN):
            return False  # it has a menu of its own
        self._open_menu(event.globalPos())
        return True

    def _on_pressed(self, watched: QWidget, event: QMouseEvent) -> bool:
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        self._clear_others()
        self._watch_beside()
        self._pointer = event.globalPosition().toPoint()
        self._is_dragging = True
        self._scroll.start()
        is_extending = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and self._anchor is not None
        if not is_extending:
            self._unit = self._unit_of(event)
            self.clear()
            self._anchor = self._place_at(self._pointer)
            if self._unit is _Unit.CHARACTER:
                return False  # so that the view takes the focus, and follows a link once the button is let go
        self._extend()
        watched.setFocus(Qt.FocusReason.MouseFocusReason)
        return True

    def _stop_dragging(self) -> None:
        self._is_dragging = False
        self._scroll.stop()

    def _unit_of(self, event: QMouseEvent) -> _Unit:
        at, now = event.globalPosition().toPoint(), event.timestamp()
        if event.type() is QEvent.Type.MouseButtonDblClick:
            self._double_click = (now, at)
            return _Unit.WORD
        then, there = self._double_click
        is_third = then and now - then <= QApplication.doubleClickInterval() and (at - there).manhattanLength() <= _NEAR
        self._double_click = (0, at)
        return _Unit.PARAGRAPH if is_third else _Unit.CHARACTER

    def _on_key_pressed(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        else:
            return False
        return True

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self._body)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(tr("Copy"))
        copy.setEnabled(not self.is_empty())
        copy.triggered.connect(self.copy)
        whole = menu.addAction(tr("Copy message") if self._copies_source else tr("Copy as Markdown"))
        whole.triggered.connect(lambda: copy_text(self._source()))
        menu.addAction(tr("Select all")).triggered.connect(self.select_all)
        menu.popup(at)

    def _extend(self) -> None:
        """Select from where the button was pressed to the pointer."""
        selectables = self._selectables()
        views = [it.view for it in selectables]
        if self._anchor is None or not any(self._anchor.view is view for view in views):
            self._anchor = None  # the text was drawn in another way since
            self._stop_dragging()
            return
        here = self._place_at(self._pointer)
        if here is None:
            return
        first, last = _index(views, self._anchor.view), _index(views, here.view)
        is_back = (last, here.start) < (first, self._anchor.start)
        start, end = (here, self._anchor) if is_back else (self._anchor, here)
        for index, view in enumerate(views):
            if not min(first, last) <= index <= max(first, last):
                _select(view, None)
                continue
            low = start.start if view is start.view else 0
            high = end.end if view is end.view else _end(view)
            _select(view, (high, low) if is_back else (low, high), in_sight=view is here.view)

    def _place_at(self, point: QPoint) -> _Place | None:
        """Return what is nearest to a point of the screen."""
        views = [it.view for it in self._selectables()]
        for view in views:
            viewport = view.viewport()
            local = viewport.mapFromGlobal(point)
            if local.y() >= viewport.height() and view is not views[-1]:
                continue
            if local.y() < 0:
                return _Place(view, 0, 0)
            if local.y() >= viewport.height():
                return _Place(view, _end(view), _end(view))
            return self._widened(view, view.cursorForPosition(local))
        return None

    def _widened(self, view: SelectableView, cursor: QTextCursor) -> _Place:
        if self._unit is _Unit.WORD:
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        elif self._unit is _Unit.PARAGRAPH:
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        return _Place(view, cursor.selectionStart(), cursor.selectionEnd())

    def _on_scroll_timeout(self) -> None:
        area = self._area()
        if area is None or self._anchor is None:
            return
        y, height = area.viewport().mapFromGlobal(self._pointer).y(), area.viewport().height()
        beyond = min(0, y) + max(0, y - height)
        if beyond:
            bar = area.verticalScrollBar()
            bar.setValue(bar.value() + max(-_FASTEST, min(_FASTEST, beyond)))
            self._extend()

    def _watch_beside(self) -> None:
        """Watch what the message scrolls in: a click beside all text selects nothing."""
        area = self._area()
        beside = area.viewport() if area is not None else None
        if beside is not None and beside is not self._beside:
            beside.installEventFilter(self)
        self._beside = beside

    def _area(self) -> QScrollArea | None:
        """Return what the message scrolls in."""
        widget: QWidget | None = self._body
        while widget is not None and not isinstance(widget, QScrollArea):
            widget = widget.parentWidget()
        return widget

    def _clear_others(self) -> None:
        area = self._area()
        for other in area.findChildren(ReplySelection) if area is not None else ():
            if other is not self:
                other.clear()


def _index(views: Sequence[SelectableView], view: SelectableView) -> int:
    return next(index for index, it in enumerate(views) if it is view)


def _end(view: SelectableView) -> int:
    return view.document().characterCount() - 1


def _is_whole(view: SelectableView) -> bool:
    cursor = view.textCursor()
    return cursor.selectionStart() == 0 and cursor.selectionEnd() == _end(view)


def _select(view: SelectableView, wanted: tuple[int, int] | None, *, in_sight: bool = False) -> None:
    """Select from one place to another, or nothing; wide text scrolls sideways only if it is to come into sight."""
    cursor = view.textCursor()
    start, end = wanted or (cursor.position(), cursor.position())
    if (cursor.anchor(), cursor.position()) == (start, end):
        return
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    bar = view.horizontalScrollBar()
    before = bar.value()
    view.setTextCursor(cursor)
    if not in_sight:
        bar.setValue(before)
