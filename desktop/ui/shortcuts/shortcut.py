"""Every key of the window in one table: what registers keys, tells them or lists them reads it here."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto, unique

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.system.words import Words, say

_IS_MAC = sys.platform == "darwin"
_CONTROL = "Meta" if _IS_MAC else "Ctrl"  # the key with that name: on macOS Qt says Ctrl to Cmd, whose Tab is the system's
_ENTER = "Return" if _IS_MAC else "Enter"  # as the large key is called; the one of the keypad does the same


@unique
class Group(Enum):
    """Under which heading keys are listed."""

    EVERYWHERE = say("Everywhere")
    CHATS = say("Chats")
    PANES = say("Chats side by side")
    WRITING = say("Writing")
    LAST_REPLY = say("The last reply")
    MESSAGE = say("A message with the focus")
    FINDING = say("Search and find")
    LIST = say("The list of chats")
    TREE = say("The tree")


class Scope(Enum):
    """Where keys are listened for: two in one scope never have the same key."""

    WINDOW = auto()
    MESSAGE_BOX = auto()
    MESSAGE_EDIT = auto()
    MESSAGE = auto()
    SEARCH = auto()
    FIND_BAR = auto()
    LIST = auto()
    TRASH = auto()
    TREE = auto()
    PANE_HANDLE = auto()


@dataclass(frozen=True, slots=True)
class _Entry:
    group: Group
    words: Words
    keys: tuple[str, ...]  # that are told: the first in menus and tooltips, all of them in the list
    scope: Scope = Scope.WINDOW
    also: tuple[str, ...] = ()  # other keys for it: of the keypad, of other keyboards


@unique
class Shortcut(Enum):
    """What a key does, and which key does it."""

    SHORTCUTS = _Entry(Group.EVERYWHERE, say("All keys"), ("Ctrl+/", "F1"), also=("Ctrl+Shift+/",))  # where Shift makes the slash
    SETTINGS = _Entry(Group.EVERYWHERE, say("Settings"), ("Ctrl+,",))
    SIDEBAR = _Entry(Group.EVERYWHERE, say("Show or hide the sidebar"), ("Ctrl+B",))
    NEXT_REGION = _Entry(Group.EVERYWHERE, say("To the next part of the window"), ("F6",))
    PREVIOUS_REGION = _Entry(Group.EVERYWHERE, say("To the part before"), ("Shift+F6",))
    STOP = _Entry(Group.EVERYWHERE, say("Stop the reply; or close what has the focus"), ("Esc",))
    CONTEXT_MENU = _Entry(Group.EVERYWHERE, say("What can be done with a chat, a message, a tab or a link"), ("Menu", "Shift+F10"))
    LARGER = _Entry(Group.EVERYWHERE, say("Larger text"), ("Ctrl++",), also=("Ctrl+=",))  # the same key without Shift
    SMALLER = _Entry(Group.EVERYWHERE, say("Smaller text"), ("Ctrl+-",))
    USUAL_SIZE = _Entry(Group.EVERYWHERE, say("Text of the usual size"), ("Ctrl+0",))
    MODELS = _Entry(Group.EVERYWHERE, say("All models"), ("Ctrl+Shift+L",))
    OPEN_MODEL = _Entry(Group.EVERYWHERE, say("Open a model file"), ("Ctrl+O",))
    QUIT = _Entry(Group.EVERYWHERE, say("Quit"), ("Ctrl+Q",))

    NEW_CHAT = _Entry(Group.CHATS, say("New chat"), ("Ctrl+N",))
    NEW_TEMPORARY = _Entry(Group.CHATS, say("New temporary chat, which is not saved"), ("Ctrl+Alt+N",))
    NEXT_CHAT = _Entry(Group.CHATS, say("The next chat of the list"), (f"{_CONTROL}+Tab",))
    PREVIOUS_CHAT = _Entry(Group.CHATS, say("The chat before"), (f"{_CONTROL}+Shift+Tab",))
    RENAME = _Entry(Group.CHATS, say("Rename"), ("F2",))
    TRASH = _Entry(Group.CHATS, say("Move to the trash"), ("Ctrl+Shift+Backspace",))
    NEW_FOLDER = _Entry(Group.CHATS, say("New folder"), ("Ctrl+Shift+N",))
    FORK = _Entry(Group.CHATS, say("Fork from the last message"), ("Ctrl+Shift+F",))
    TREE = _Entry(Group.CHATS, say("The tree of the conversation"), ("Ctrl+Shift+T",))
    DETAILS = _Entry(Group.CHATS, say("Chat details"), ("Ctrl+Shift+I",))
    CHAT_SETTINGS = _Entry(Group.CHATS, say("Settings of this chat"), ("Ctrl+Shift+P",))
    MODEL = _Entry(Group.CHATS, say("Choose the model"), ("Ctrl+L",))

    NEW_BESIDE = _Entry(Group.PANES, say("New chat beside"), ("Ctrl+\\",))
    NUMBERED_PANE = _Entry(Group.PANES, say("To the chat with this number from the left"), ("Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4"))
    PANE_LEFT = _Entry(Group.PANES, say("To the chat on the left"), ("Ctrl+Alt+Left",))
    PANE_RIGHT = _Entry(Group.PANES, say("To the chat on the right"), ("Ctrl+Alt+Right",))
    MOVE_LEFT = _Entry(Group.PANES, say("Move to the left"), ("Ctrl+Shift+Alt+Left",))
    MOVE_RIGHT = _Entry(Group.PANES, say("Move to the right"), ("Ctrl+Shift+Alt+Right",))
    CLOSE_PANE = _Entry(Group.PANES, say("Close; the chat stays in the list"), ("Ctrl+W",))
    WIDTH = _Entry(Group.PANES, say("Wider or narrower, on the line between two chats"), ("Left", "Right"), Scope.PANE_HANDLE)
    SAME_WIDTH = _Entry(Group.PANES, say("All equally wide, on that line"), (_ENTER,), Scope.PANE_HANDLE)

    WRITE = _Entry(Group.WRITING, say("To the message box"), ("Ctrl+I", "Shift+Esc"))
    SEND = _Entry(Group.WRITING, say("Send"), (_ENTER,), Scope.MESSAGE_BOX)
    BREAK_LINE = _Entry(Group.WRITING, say("New line"), (f"Shift+{_ENTER}",), Scope.MESSAGE_BOX)
    SEND_TO_ALL = _Entry(Group.WRITING, say("Send to all chats that are open"), (f"Ctrl+Shift+{_ENTER}",), Scope.MESSAGE_BOX)
    ATTACH = _Entry(Group.WRITING, say("Attach text files"), ("Ctrl+Shift+A",))
    EDIT_LAST = _Entry(Group.WRITING, say("In an empty box: edit your last message"), ("Up",), Scope.MESSAGE_BOX)
    UNDO_TURN = _Entry(Group.WRITING, say("In an empty box: take the last turn back"), ("Ctrl+Z",), Scope.MESSAGE_BOX)
    REDO_TURN = _Entry(Group.WRITING, say("In an empty box: bring the turn back"), ("Ctrl+Shift+Z",), Scope.MESSAGE_BOX, ("Ctrl+Y",))
    SAVE_EDIT = _Entry(Group.WRITING, say("Save a reply that you edit"), (f"Ctrl+{_ENTER}",), Scope.MESSAGE_EDIT)
    CANCEL_EDIT = _Entry(Group.WRITING, say("Leave a message as it was"), ("Esc",), Scope.MESSAGE_EDIT)

    REGENERATE_LAST = _Entry(Group.LAST_REPLY, say("Write another version"), ("Ctrl+R",))
    CONTINUE_LAST = _Entry(Group.LAST_REPLY, say("Go on with a reply that was cut short"), (f"Alt+{_ENTER}",))
    COPY_LAST = _Entry(Group.LAST_REPLY, say("Copy it"), ("Ctrl+Shift+C",))
    COPY_CODE = _Entry(Group.LAST_REPLY, say("Copy the last code"), ("Ctrl+Shift+;",))
    LAST_VERSIONS = _Entry(Group.LAST_REPLY, say("In an empty box: the version before, the next one"), ("Left", "Right"), Scope.MESSAGE_BOX)

    MESSAGE_ABOVE = _Entry(Group.MESSAGE, say("To the last message, and to those above"), ("Alt+Up",))
    MESSAGE_BELOW = _Entry(Group.MESSAGE, say("To the message below, and back to the box"), ("Alt+Down",))
    STEP_MESSAGE = _Entry(Group.MESSAGE, say("The one above, the one below"), ("Up", "Down"), Scope.MESSAGE)
    END_MESSAGE = _Entry(Group.MESSAGE, say("The first, the last"), ("Home", "End"), Scope.MESSAGE)
    COPY = _Entry(Group.MESSAGE, say("Copy"), ("C",), Scope.MESSAGE, ("Ctrl+C",))
    EDIT = _Entry(Group.MESSAGE, say("Edit"), ("E",), Scope.MESSAGE)
    REGENERATE = _Entry(Group.MESSAGE, say("Regenerate"), ("R",), Scope.MESSAGE)
    FORK_HERE = _Entry(Group.MESSAGE, say("Fork from here"), ("F",), Scope.MESSAGE)
    WAYS = _Entry(Group.MESSAGE, say("Try 2, 3 or 4 ways"), ("2", "3", "4"), Scope.MESSAGE)
    REWIND = _Entry(Group.MESSAGE, say("Rewind to here"), ("W",), Scope.MESSAGE)
    DELETE = _Entry(Group.MESSAGE, say("Delete from here on"), ("Shift+Del",), Scope.MESSAGE)
    VERSIONS = _Entry(Group.MESSAGE, say("The version before, the next one"), ("Left", "Right"), Scope.MESSAGE)
    LEAVE_MESSAGE = _Entry(Group.MESSAGE, say("Back to the message box"), ("Esc",), Scope.MESSAGE)

    SEARCH = _Entry(Group.FINDING, say("Search all chats"), ("Ctrl+K",))
    STEP_RESULT = _Entry(Group.FINDING, say("The result above, the one below"), ("Up", "Down"), Scope.SEARCH, ("PgUp", "PgDown"))
    OPEN_RESULT = _Entry(Group.FINDING, say("Open it"), (_ENTER,), Scope.SEARCH)
    OPEN_RESULT_BESIDE = _Entry(Group.FINDING, say("Open it beside"), (f"Ctrl+{_ENTER}",), Scope.SEARCH)
    FIND = _Entry(Group.FINDING, say("Find in this chat"), ("Ctrl+F",))
    FIND_NEXT = _Entry(Group.FINDING, say("The next place"), ("F3",))
    FIND_PREVIOUS = _Entry(Group.FINDING, say("The place before"), ("Shift+F3",))
    STEP_PLACE = _Entry(
        Group.FINDING,
        say("In its field: the next place, the one before"),
        (_ENTER, f"Shift+{_ENTER}"),
        Scope.FIND_BAR,
        ("Down", "Up", "PgDown", "PgUp"),
    )
    CLOSE_FIND = _Entry(Group.FINDING, say("Close search or find"), ("Esc",), Scope.FIND_BAR)

    OPEN_ROW = _Entry(Group.LIST, say("Open"), (_ENTER,), Scope.LIST)
    OPEN_ROW_BESIDE = _Entry(Group.LIST, say("Open beside"), (f"Ctrl+{_ENTER}",), Scope.LIST)
    FOLD = _Entry(Group.LIST, say("Fold, unfold"), ("Left", "Right"), Scope.LIST)
    RENAME_ROW = _Entry(Group.LIST, say("Rename the chat or folder"), ("F2",), Scope.LIST)
    FOLDER_UP = _Entry(Group.LIST, say("Move the folder up"), ("Alt+Up",), Scope.LIST)
    FOLDER_DOWN = _Entry(Group.LIST, say("Move the folder down"), ("Alt+Down",), Scope.LIST)
    LEAVE_TRASH = _Entry(Group.LIST, say("Back from the trash"), ("Backspace",), Scope.TRASH)

    STEP_TREE = _Entry(Group.TREE, say("Along a chat"), ("Up", "Down"), Scope.TREE)
    STEP_FORKS = _Entry(Group.TREE, say("To what stands beside it"), ("Left", "Right"), Scope.TREE)
    END_TREE = _Entry(Group.TREE, say("The first message, where this chat stands"), ("Home", "End"), Scope.TREE)
    GO_HERE = _Entry(Group.TREE, say("Go here"), (_ENTER,), Scope.TREE, ("Space",))
    FORK_IN_TREE = _Entry(Group.TREE, say("Fork from here"), ("F",), Scope.TREE)
    BESIDE_IN_TREE = _Entry(Group.TREE, say("Open beside"), ("B",), Scope.TREE)
    CLOSE_TREE = _Entry(Group.TREE, say("Back to the messages"), ("Esc",), Scope.TREE)

    @property
    def group(self) -> Group:
        """Under which heading it is listed."""
        return self.value.group

    @property
    def words(self) -> Words:
        """What it does."""
        return self.value.words

    @property
    def scope(self) -> Scope:
        """Where its keys are listened for."""
        return self.value.scope

    def sequences(self) -> list[QKeySequence]:
        """Return all keys that do it."""
        named = [*self.value.keys, *self.value.also]
        return [QKeySequence(keys) for keys in dict.fromkeys(twin for keys in named for twin in _twins(keys))]

    def told(self) -> str:
        """Return its key as this system writes it."""
        return self.all_told()[0]

    def beside(self, words: str) -> str:
        """Return an entry of a menu: its words, and at their right its key."""
        return f"{words}\t{self.told()}"

    def all_told(self) -> list[str]:
        """Return the keys that are told, as this system writes them."""
        return [QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in self.value.keys]


def add_shortcuts(
    acts: Mapping[Shortcut, Callable[[], object]],
    parent: QWidget,
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> None:
    """Let keys act in a widget's window, or only in the widget and what it holds."""
    for shortcut, act in acts.items():
        add_shortcut(shortcut.sequences(), act, parent, context)


def add_shortcut(
    keys: list[QKeySequence],
    act: Callable[[], object],
    parent: QWidget,
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> None:
    """Let any of some keys act."""
    registered = QShortcut(parent)
    registered.setContext(context)
    registered.setKeys(keys)
    registered.activated.connect(act)


def _twins(keys: str) -> tuple[str, ...]:
    """Return keys as they are written, and on the keypad."""
    return (keys.replace("Enter", "Return"), keys.replace("Return", "Enter"))
