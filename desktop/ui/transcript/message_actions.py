"""What can be done with a message: words, icons and keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from desktop.system.words import Words, say
from desktop.ui.translation import key_name, tr


class MessageAction(Enum):
    """One thing that can be done with a message."""

    COPY = auto()
    EDIT = auto()
    REGENERATE = auto()
    FORK = auto()
    TWO_WAYS = auto()
    THREE_WAYS = auto()
    FOUR_WAYS = auto()
    REWIND = auto()
    DELETE = auto()
    PREVIOUS_VERSION = auto()
    NEXT_VERSION = auto()


@dataclass(frozen=True, slots=True)
class ActionText:
    """How an action is offered."""

    name: Words
    key: str
    icon: str = ""
    hint: Words | None = None

    def told_key(self) -> str:
        """Return its key as this system writes it."""
        return QKeySequence(self.key).toString(QKeySequence.SequenceFormat.NativeText)

    def tooltip(self) -> str:
        """Return what the button says under the pointer: its hint, or its name, and its key."""
        return self.told(self.hint or self.name)

    def told(self, words: Words) -> str:
        """Return words about the action with its key."""
        return tr("{words} ({keys})", words=words, keys=key_name(self.key))


TEXTS: Mapping[MessageAction, ActionText] = {
    MessageAction.COPY: ActionText(say("Copy"), "C", "copy"),
    MessageAction.EDIT: ActionText(say("Edit"), "E", "edit", say("Edit. This version is kept.")),
    MessageAction.REGENERATE: ActionText(say("Regenerate"), "R", "reread", say("Write another reply. This one is kept as a version.")),
    MessageAction.FORK: ActionText(say("Fork from here"), "F", "fork", say("Continue in a second chat. This one stays as it is.")),
    MessageAction.TWO_WAYS: ActionText(say("Try 2 ways"), "2"),
    MessageAction.THREE_WAYS: ActionText(say("Try 3 ways"), "3"),
    MessageAction.FOUR_WAYS: ActionText(say("Try 4 ways"), "4"),
    MessageAction.REWIND: ActionText(say("Rewind to here"), "W", "rewind", say("Rewind to here. Later messages are kept as a version.")),
    MessageAction.DELETE: ActionText(say("Delete from here on"), "Shift+Delete", "delete", say("Delete from here on. This can be undone.")),
    MessageAction.PREVIOUS_VERSION: ActionText(say("Previous version"), "Left", "chevron_left"),
    MessageAction.NEXT_VERSION: ActionText(say("Next version"), "Right", "chevron_right"),
}

WAYS: Mapping[MessageAction, int] = {MessageAction.TWO_WAYS: 2, MessageAction.THREE_WAYS: 3, MessageAction.FOUR_WAYS: 4}
REPEATS = say("The temperature is 0, so the reply will be the same.")

_KEYS: Mapping[Qt.Key, MessageAction] = {
    Qt.Key.Key_C: MessageAction.COPY,
    Qt.Key.Key_E: MessageAction.EDIT,
    Qt.Key.Key_R: MessageAction.REGENERATE,
    Qt.Key.Key_F: MessageAction.FORK,
    Qt.Key.Key_W: MessageAction.REWIND,
    Qt.Key.Key_2: MessageAction.TWO_WAYS,
    Qt.Key.Key_3: MessageAction.THREE_WAYS,
    Qt.Key.Key_4: MessageAction.FOUR_WAYS,
    Qt.Key.Key_Left: MessageAction.PREVIOUS_VERSION,
    Qt.Key.Key_Right: MessageAction.NEXT_VERSION,
}


def action_of(event: QKeyEvent) -> MessageAction | None:
    """Return what a key asks for in a focused message."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers == Qt.KeyboardModifier.ShiftModifier and event.key() == Qt.Key.Key_Delete:
        return MessageAction.DELETE
    return _KEYS.get(Qt.Key(event.key())) if modifiers == Qt.KeyboardModifier.NoModifier else None
