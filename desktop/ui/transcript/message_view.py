"""What the messages of a transcript have in common, whoever wrote them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.conversations.edits import Edit
from desktop.conversations.message import Message, MessageId, Role
from desktop.ui.keyboard import keeps_key
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.action_row import ActionRow
from desktop.ui.transcript.code_view import CodeText
from desktop.ui.transcript.copying import copy_text
from desktop.ui.transcript.ending_line import REPEATED, EndingLine
from desktop.ui.transcript.message_actions import WAYS, MessageAction, action_of
from desktop.ui.transcript.message_editor import MessageEditor
from desktop.ui.transcript.reply_selection import ReplySelection
from desktop.ui.transcript.text_view import TextView
from desktop.ui.translation import tr

ACTIONS_GAP = 8  # pixels
_COMES_BACK = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class MessageView(QWidget):
    """What persons' messages and replies have in common: actions, lines below, and to be written anew in place.

    Signals: fork_requested, rewind_requested, continue_requested, regenerate_requested and delete_requested with this
    message; edit_requested with it and its new text; ways_requested with it and a number of forks; version_requested with
    the id of another version of it; edit_changed with it and the Edit of it, None where nothing is left of one;
    height_changed after the message grew; part_toggled after the person folded or unfolded a part of it; key_pressed with
    what this message does not take; focus_changed.
    """

    fork_requested = Signal(object)
    rewind_requested = Signal(object)
    continue_requested = Signal(object)
    regenerate_requested = Signal(object)
    delete_requested = Signal(object)
    edit_requested = Signal(object, str)
    ways_requested = Signal(object, int)
    version_requested = Signal(object)
    edit_changed = Signal(object, object)
    height_changed = Signal()
    part_toggled = Signal()
    key_pressed = Signal(QKeyEvent)
    focus_changed = Signal()

    def __init__(self, theme: Theme, message: Message) -> None:
        super().__init__()
        self.setObjectName("message")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.message = message
        self.is_ringed = False  # it has the focus, and who gave it came by the keys
        self._theme = theme
        self._versions: Sequence[MessageId] = ()
        self._editor: MessageEditor | None = None
        self._put_aside: str | None = None  # by who left an edit without sending it
        self._ending: EndingLine | None = None
        self._repeated: EndingLine | None = None
        self.action_row = ActionRow(theme, is_reply=message.role is not Role.USER, parent=self)
        self.action_row.triggered.connect(self.act)

    # What is shown

    def text(self) -> str:
        """Return what was written, as it was written."""
        return self.message.text

    def text_views(self) -> Sequence[TextView | CodeText]:
        """Return what the message is drawn in, from the top."""
        raise NotImplementedError

    def is_built(self) -> bool:
        """Return whether all of it is drawn; a very long message is bit by bit."""
        return True

    def show_all(self) -> None:
        """Show what is left out of a very long message."""

    def set_last(self, last: bool) -> None:
        """Note whether this is the last message of the chat."""
        self.action_row.offer_rewind(not last)

    def offer_continue(self, offered: bool, *, is_full: bool = False) -> None:
        """Offer to go on from here, or not: only at the end of a chat that does nothing; is_full: the context is."""

    def set_versions(self, versions: Sequence[MessageId]) -> None:
        """Note all versions of this message, itself included, oldest first; nothing where it is the only one."""
        if versions != self._versions:
            self._versions = versions if self.message.id in versions else ()
            number = self._versions.index(self.message.id) + 1 if self._versions else 0
            self.action_row.set_versions(number, len(self._versions))
            self._take_height()

    def set_repeats(self, repeats: bool) -> None:
        """Note whether another reply would be the same."""
        self.action_row.set_repeats(repeats)

    def show_repeated(self, shown: bool) -> None:
        """Say below the message that it was asked for again and is the same, or do not."""
        if shown is not (self._repeated is not None):
            if self._repeated is not None:
                self._repeated.hide()
                self._repeated.deleteLater()
            self._repeated = EndingLine(self._theme, REPEATED, self) if shown else None
            if self._repeated is not None:
                self._repeated.show()
            self._take_height()

    def redraw(self) -> None:
        """Take up a changed theme."""

    # What is done with it

    def act(self, action: MessageAction) -> None:
        """Do what can be done with a message, if it is offered now."""
        if not self.action_row.is_offered(action) or self._editor is not None:
            return
        match action:
            case MessageAction.COPY:
                copy_text(self.text())
                self.action_row.show_copied()
            case MessageAction.EDIT:
                self._begin_edit(self.text() if self._put_aside is None else self._put_aside)
                self.focus_edit()
            case MessageAction.REGENERATE:
                self.regenerate_requested.emit(self.message)
            case MessageAction.FORK:
                self.fork_requested.emit(self.message)
            case MessageAction.REWIND:
                self.rewind_requested.emit(self.message)
            case MessageAction.DELETE:
                self.delete_requested.emit(self.message)
            case MessageAction.PREVIOUS_VERSION | MessageAction.NEXT_VERSION:
                step = 1 if action is MessageAction.NEXT_VERSION else -1
                self.version_requested.emit(self._versions[self._versions.index(self.message.id) + step])
            case _:
                self.ways_requested.emit(self.message, WAYS[action])

    def take_edit(self, edit: Edit) -> None:
        """Go on with what was written in place of the message, or have it ready for the next edit."""
        if edit.is_open:
            self._begin_edit(edit.text)
        else:
            self._put_aside = edit.text

    def focus_edit(self) -> None:
        """Go to the text that is being written anew."""
        if self._editor is not None:
            self._editor.edit.setFocus()

    def end_edit(self, *, keeps: bool = False) -> None:
        """Show the message again in place of what was written; keeps: the next edit goes on with it, if it is another text."""
        if self._editor is not None:
            text = self._editor.text()
            self._put_aside = text if keeps and text.strip() and text != self.text() else None
            had_focus = self._editor.isAncestorOf(QApplication.focusWidget())  # type: ignore[arg-type]  # None is taken too
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self._show_editor(None)
            if had_focus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edit_changed.emit(self.message, None if self._put_aside is None else Edit(self._put_aside, is_open=False))

    def resume_edit(self) -> None:
        """Let the person go on with a text that could not be sent."""
        if self._editor is not None:
            self._editor.set_waiting(False)
            if self.hasFocus():
                self.focus_edit()

    def is_in_use(self) -> bool:
        """Return whether something would be lost if the message were built again: the focus, an edit, a selection."""
        focused = QApplication.focusWidget()
        has_focus = focused is not None and (focused is self or self.isAncestorOf(focused))
        return has_focus or self._editor is not None or self._selection() is not None

    # Its place

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._editor is not None:
            return self._editor.heightForWidth(width) + self._lines_height()
        return self.content_height(width)

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width()))

    def content_height(self, width: int) -> int:
        """Return the height of the message while it is not edited."""
        raise NotImplementedError

    def place_content(self) -> None:
        """Give every part its place while the message is not edited."""
        raise NotImplementedError

    def place(self) -> None:
        """Give every part its place."""
        if self._editor is None:
            self.place_content()
        else:
            height = self.height() - self._lines_height()
            self._editor.setGeometry(0, 0, self.width(), height)
            self._place_lines(height + ACTIONS_GAP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._note_near()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._note_near(left=True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in _COMES_BACK:
            self.is_ringed = event.reason() is not Qt.FocusReason.MouseFocusReason
        self._note_near()
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _COMES_BACK:
            self.is_ringed = False
        self._note_near()
        self.focus_changed.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._editor is None:
            is_asked_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
            self.action_row.menu().popup(
                self.mapToGlobal(self.visibleRegion().boundingRect().center()) if is_asked_by_key else event.globalPos()
            )

    def event(self, event: QEvent) -> bool:
        if keeps_key(event, Qt.Key.Key_Escape):  # here it leads back to the composer instead of stopping the reply
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Who clicked here and goes on typing means the composer: a letter must do nothing that was not announced by the ring.
        is_ringed = self.hasFocus() and self.is_ringed
        action = action_of(event) if is_ringed else None
        if action is not None:
            self.act(action)
        elif is_ringed and event.matches(QKeySequence.StandardKey.Copy):
            self._copy_selected_or_all()
        else:
            event.ignore()
            self.key_pressed.emit(event)

    def _selection(self) -> ReplySelection | None:
        return next((it for it in self.findChildren(ReplySelection) if not it.is_empty()), None)

    def _copy_selected_or_all(self) -> None:
        selection = self._selection()
        if selection is not None:
            selection.copy()
        else:
            self.act(MessageAction.COPY)

    def _lines(self) -> list[EndingLine]:
        return [line for line in (self._ending, self._repeated) if line is not None and not line.isHidden()]

    def _lines_height(self) -> int:
        lines = self._lines()
        return sum(line.line_height() for line in lines) + (ACTIONS_GAP if lines else 0)

    def _place_lines(self, top: int) -> None:
        for line in self._lines():
            line.setGeometry(0, top, self.width(), line.line_height())
            top += line.line_height()

    def _begin_edit(self, text: str) -> None:
        self._editor = MessageEditor(self._theme, self.text(), text, is_reply=self.message.role is not Role.USER, parent=self)
        self._editor.text_changed.connect(self._on_editor_text_changed)
        self._editor.sent.connect(self._on_editor_sent)
        self._editor.cancelled.connect(self._on_editor_cancelled)
        self._editor.height_changed.connect(self._take_height)
        self._show_editor(self._editor)
        self._on_editor_text_changed(text)

    def _show_editor(self, editor: MessageEditor | None) -> None:
        self._content().setVisible(editor is None)
        self.action_row.setVisible(editor is None)
        if editor is not None:
            editor.show()
        self._take_height()

    def _content(self) -> QWidget:
        raise NotImplementedError

    def _take_height(self) -> None:
        """Tell of another height, and place everything where it is the same."""
        self.height_changed.emit()
        self.place()

    def _note_near(self, *, left: bool = False) -> None:
        self.action_row.set_near(self.hasFocus() or (self.underMouse() and not left))

    def _on_editor_text_changed(self, text: str) -> None:
        self.edit_changed.emit(self.message, Edit(text, is_open=True))

    def _on_editor_sent(self, text: str) -> None:
        assert self._editor is not None
        self.setFocus(Qt.FocusReason.OtherFocusReason)  # else it would go to whatever stands next
        self._editor.set_waiting(True)
        self.edit_requested.emit(self.message, text)

    def _on_editor_cancelled(self) -> None:
        self.end_edit(keeps=True)

    def _name(self) -> None:
        text = self.text()
        self.setAccessibleName(tr("You: {text}", text=text) if self.message.role is Role.USER else tr("Reply: {text}", text=text))
