"""What the keys do with the messages of a pane."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.conversations.message import Message, Role
from desktop.ui.composer.message_edit import MessageEdit
from desktop.ui.shortcuts.shortcut import Shortcut, add_shortcuts
from desktop.ui.transcript.blocks import BlockKind, split
from desktop.ui.transcript.code_view import CodeView
from desktop.ui.transcript.copying import copy_text
from desktop.ui.transcript.message_actions import MessageAction
from desktop.ui.transcript.transcript import Transcript
from desktop.ui.translation import tr

_STEPS = {Qt.Key.Key_Left: MessageAction.PREVIOUS_VERSION, Qt.Key.Key_Right: MessageAction.NEXT_VERSION}


class TranscriptKeys(QObject):
    """Act on the last reply of a transcript, wherever the focus is in the window.

    In the pane some keys lead to its messages; Left and Right in its empty message box go through the last reply's versions.
    """

    def __init__(self, transcript: Transcript, edit: MessageEdit, pane: QWidget) -> None:
        super().__init__(pane)
        self._transcript = transcript
        self._edit = edit
        steps = {Shortcut.MESSAGE_ABOVE: lambda: transcript.step(-1), Shortcut.MESSAGE_BELOW: lambda: transcript.step(1)}
        add_shortcuts(steps, pane, Qt.ShortcutContext.WidgetWithChildrenShortcut)
        edit.installEventFilter(self)

    def regenerate_last(self) -> None:
        """Write another version; a message that has no reply yet gets none."""
        self._act(MessageAction.REGENERATE)

    def continue_last(self) -> None:
        """Go on with a reply that was cut short, or answer a message that has no reply, where the chat offers it."""
        messages = self._transcript.messages()
        view = self._transcript.bring_message_into_sight(messages[-1].id) if messages else None
        button = view.findChild(QPushButton, "continueButton") if view is not None else None
        if button is not None and not button.isHidden() and button.isEnabled():
            button.click()

    def copy_last(self) -> None:
        """Copy all of it."""
        reply = next(reversed(self._replies()), None)
        if reply is not None:
            copy_text(self._text(reply))
            view = self._transcript.view(reply.id)
            if view is not None:
                view.action_row.show_copied()
            self._tell_copied()

    def copy_last_code(self) -> None:
        """Copy the last code that stands in a reply."""
        for reply in reversed(self._replies()):
            codes = [block.text for block in split(self._text(reply)) if block.kind is BlockKind.CODE]
            if codes:
                self._copy_code(reply, codes[-1])
                return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not self._edit.document().isEmpty():
            return False
        action = _STEPS.get(Qt.Key(event.key()))
        if action is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        self._act(action)
        return True

    def _act(self, action: MessageAction) -> None:
        messages = self._transcript.messages()
        if messages and messages[-1].role is Role.ASSISTANT:
            view = self._transcript.bring_message_into_sight(messages[-1].id)
            if view is not None:
                view.act(action)

    def _replies(self) -> list[Message]:
        return [message for message in self._transcript.messages() if message.role is Role.ASSISTANT]

    def _text(self, reply: Message) -> str:
        view = self._transcript.view(reply.id)
        return view.text() if view is not None else reply.text

    def _copy_code(self, reply: Message, code: str) -> None:
        view = self._transcript.view(reply.id)
        drawn = [it for it in view.findChildren(CodeView) if it.text() == code] if view is not None else []
        if drawn:
            drawn[-1].copy()
        else:
            copy_text(code)
        self._tell_copied()

    def _tell_copied(self) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._transcript, tr("Copied")))
