"""The focus in a transcript: the keys that lead from message to message, and the ring around the one they act on."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.conversations.message import MessageId
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.focus_ring import FocusRing
from desktop.ui.transcript.message_view import MessageView
from desktop.ui.transcript.row_area import RowArea
from desktop.ui.transcript.rows import RowKind, message_row


class MessageFocus(QObject):
    """Lead the focus through the messages that an area shows on its canvas.

    Signals: left with what was typed where the focus should go to the composer; current_changed after another message got
    the focus.
    """

    left = Signal(str)
    current_changed = Signal()

    def __init__(self, theme: Theme, area: RowArea, canvas: QWidget) -> None:
        super().__init__(area)
        self._area = area
        self._canvas = canvas
        self._ring = FocusRing(theme, canvas)
        self._current_id: MessageId | None = None
        QApplication.instance().focusChanged.connect(self._on_application_focus_changed)  # type: ignore[union-attr]

    @property
    def current_id(self) -> MessageId | None:
        """The message that had the focus last, whose controls the Tab key reaches; None: none had it since the chat is shown."""
        return self._current_id

    def forget(self) -> None:
        """Begin with another chat."""
        self._current_id = None

    def watch(self, view: MessageView) -> None:
        """Follow the keys and the focus of a message."""
        view.key_pressed.connect(self._on_message_key_pressed)
        view.focus_changed.connect(self.show_ring)

    def step(self, steps: int, read_id: MessageId | None = None) -> None:
        """Go some messages on, or back, from the one that has the focus or else the one that is read.

        From nowhere it goes back to the last one; from beyond that, to the composer.
        """
        shown = self._shown_ids()
        number = self.number(among=shown)
        if number is None and read_id is not None:
            number = shown.index(read_id) - (steps > 0)
        if not shown or (number is None and steps > 0) or (number is not None and number + steps >= len(shown)):
            self.left.emit("")
        else:
            self._go_to(shown[-1 if number is None else max(0, number + steps)])

    def number(self, among: Sequence[MessageId] | None = None) -> int | None:
        """Return which of the messages that are shown has the focus, counted from the top; None: none of them."""
        view = self._focused_view()
        ids = among if among is not None else self._shown_ids()
        return ids.index(view.message.id) if view is not None and view.message.id in ids else None

    def restore(self, number: int | None) -> None:
        """Give the focus to the message that took the place of one that had it."""
        if number is None or self._focused_view() is not None:
            return
        if shown := self._shown_ids():
            self._go_to(shown[min(number, len(shown) - 1)])
        else:
            self.left.emit("")

    def show_ring(self) -> None:
        """Draw the ring where the focus is now, for who came by the keys."""
        view = self._focused_view()
        self._ring.frame(view if view is not None and view.hasFocus() and view.is_ringed else None)

    def _shown_ids(self) -> list[MessageId]:
        return [MessageId(row.id) for row in self._area.rows() if row.kind is RowKind.MESSAGE]

    def _focused_view(self) -> MessageView | None:
        within = QApplication.focusWidget()
        if within is None or not self._canvas.isAncestorOf(within):
            return None
        while within is not None and not isinstance(within, MessageView):
            within = within.parentWidget()
        return within

    def _go_to(self, message_id: MessageId) -> None:
        row = message_row(message_id)
        self._area.bring_into_sight(row)
        widget = self._area.widget_of(row)
        assert widget is not None
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_application_focus_changed(self) -> None:
        view = self._focused_view()
        if view is not None and view.message.id != self._current_id:
            self._current_id = view.message.id
            self.current_changed.emit()

    def _on_message_key_pressed(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        view = self._focused_view()
        has_focus = view is not None and view.hasFocus()
        shown = self._shown_ids()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -len(shown)}
        if has_focus and event.key() in steps and not modifiers:
            self.step(steps[Qt.Key(event.key())])
        elif has_focus and event.key() == Qt.Key.Key_End and not modifiers:
            self._go_to(shown[-1])
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit("")
        elif (
            event.text().isprintable() and event.text() and modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        ):
            self.left.emit(event.text())
        else:
            return
        event.accept()
