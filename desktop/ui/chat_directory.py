"""What the window knows of all chats, shared by the sidebar and the panes."""

from collections.abc import Iterable, Mapping
from itertools import islice

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.chat.events import Activity
from desktop.conversations.edits import Edit
from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, MessageId
from desktop.conversations.preset import Preset
from desktop.ui.branches import Branch
from desktop.ui.chat_forest import ChatForest
from desktop.ui.chat_status import ChatStatus
from desktop.ui.titles import said_title
from desktop.ui.translation import tr

_AT_ONCE = 1000  # chats that are taken in before others have their turn
_BREATH_MS = 30  # in which the chats that are shown open and answer


class ChatDirectory(QObject):
    """Hold every chat with its branch, draft, edits, activity, whether it is in sight, and whether a reply in it has been seen.

    Signals: changed with the ids of the chats that came, went, or have another title, time, place or branch, as
    a frozenset; folders_changed and presets_changed after some of these came, went or changed; status_changed with the id of a chat
    whose activity, unseen mark or being open changed; edit_changed with the ids of a chat and a message, and what is being written in
    place of it, an Edit or None.
    """

    changed = Signal(object)
    folders_changed = Signal()
    presets_changed = Signal()
    status_changed = Signal(object)
    edit_changed = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._forest = ChatForest()
        self._folders: tuple[Folder, ...] = ()
        self._presets: tuple[Preset, ...] = ()
        self._activities: dict[ConversationId, Activity] = {}
        self._drafts: dict[ConversationId, str] = {}
        self._edits: dict[ConversationId, dict[MessageId, Edit]] = {}
        self._unseen: set[ConversationId] = set()
        self._open: tuple[ConversationId, ...] = ()
        self._in_sight: frozenset[ConversationId] = frozenset()
        self._coming: dict[ConversationId, Conversation] = {}
        self._next = QTimer(self, interval=_BREATH_MS)
        self._next.timeout.connect(self._take_in)
        self.active: ConversationId | None = None

    def fill(self, chats: Iterable[Conversation]) -> None:
        """Take in many chats at once."""
        if changed := self._forest.put(chats):
            self.changed.emit(changed)

    def fill_gradually(self, chats: Iterable[Conversation]) -> None:
        """Take in any number of chats without a stall, the first ones now; what is put or removed meanwhile is newer."""
        self._coming.update((chat.id, chat) for chat in chats)
        self._next.start()
        self._take_in()

    def put(self, chat: Conversation) -> None:
        """Add a chat, or replace what is known of it."""
        self.fill([chat])

    def remove(self, chat_id: ConversationId, *, is_deleted: bool) -> None:
        """Forget a chat that went to the trash or was deleted; from the trash it may come back, with what was typed in it."""
        if is_deleted:
            self._drafts.pop(chat_id, None)
            self._edits.pop(chat_id, None)
        self._activities.pop(chat_id, None)
        self._coming.pop(chat_id, None)
        self._unseen.discard(chat_id)
        if changed := self._forest.remove(chat_id):
            self.changed.emit(changed)

    def chats(self) -> list[Conversation]:
        """Return all chats."""
        return self._forest.chats()

    def folders(self) -> tuple[Folder, ...]:
        """Return all folders from the top."""
        return self._folders

    def set_folders(self, folders: Iterable[Folder]) -> None:
        """Take note of which folders there are, from the top."""
        before, self._folders = self._folders, tuple(folders)
        if before != self._folders:
            self.folders_changed.emit()

    def presets(self) -> tuple[Preset, ...]:
        """Return all presets by their names."""
        return self._presets

    def set_presets(self, presets: Iterable[Preset]) -> None:
        """Take note of which presets there are, by their names."""
        before, self._presets = self._presets, tuple(presets)
        if before != self._presets:
            self.presets_changed.emit()

    def tree(self, chat_id: ConversationId) -> list[Conversation]:
        """Return the chats of a known chat's tree, oldest first."""
        return self._forest.tree(self._forest.root(chat_id))

    def find(self, chat_id: ConversationId | None) -> Conversation | None:
        """Return a chat, or None where it is not known."""
        return self._forest.find(chat_id) if chat_id is not None else None

    def title(self, chat_id: ConversationId | None) -> str:
        """Return a chat's title as the window shows it."""
        chat = self.find(chat_id)
        if chat is None and chat_id is not None:
            return tr("a chat that is gone")
        return said_title(chat.title if chat else "") or tr("New chat")

    def draft(self, chat_id: ConversationId) -> str:
        """Return what was typed in a chat and not sent; what was noted here is newer than what is stored."""
        chat = self.find(chat_id)
        return self._drafts.get(chat_id, chat.draft if chat else "")

    def set_draft(self, chat_id: ConversationId, text: str) -> None:
        """Note what stands in a chat's composer."""
        self._drafts[chat_id] = text

    def edits(self, chat_id: ConversationId) -> Mapping[MessageId, Edit]:
        """Return what is being written in place of a chat's messages and was not sent."""
        return self._edits.get(chat_id, {})

    def take_edits(self, chat_id: ConversationId, stored: Mapping[MessageId, Edit]) -> None:
        """Take in what is stored of a chat's edits; what was noted here is newer."""
        self._edits.setdefault(chat_id, dict(stored))

    def set_edit(self, chat_id: ConversationId, message_id: MessageId, edit: Edit | None) -> None:
        """Note what is being written in place of a message; None: nothing any more."""
        edits = self._edits.setdefault(chat_id, {})
        if edits.get(message_id) == edit:
            return
        if edit is None:
            del edits[message_id]
        else:
            edits[message_id] = edit
        self.edit_changed.emit(chat_id, message_id, edit)

    def branch(self, chat_id: ConversationId | None) -> Branch:
        """Return a chat's branch within its tree."""
        return self._forest.branch(chat_id) if chat_id is not None else Branch.A

    def forks(self, chat_id: ConversationId) -> list[Conversation]:
        """Return the chats that were forked from this one, oldest first."""
        return self._forest.forks(chat_id)

    def activity(self, chat_id: ConversationId) -> Activity:
        """Return what a chat is doing."""
        return self._activities.get(chat_id, Activity.IDLE)

    def set_activity(self, chat_id: ConversationId, activity: Activity) -> None:
        """Note what a chat is doing; a reply that ends out of sight is marked as not seen."""
        before = self.activity(chat_id)
        self._activities[chat_id] = activity
        if activity is Activity.IDLE and before is Activity.REPLYING and chat_id not in self._in_sight:
            self._unseen.add(chat_id)
        self.status_changed.emit(chat_id)

    def status(self, chat_id: ConversationId | None) -> ChatStatus:
        """Return what stands at a chat's name: whether it is working, or a reply ended in it out of sight."""
        if chat_id is None:
            return ChatStatus.CALM
        if self.activity(chat_id) is not Activity.IDLE:
            return ChatStatus.WORKING
        return ChatStatus.UNSEEN if chat_id in self._unseen else ChatStatus.CALM

    def is_open(self, chat_id: ConversationId) -> bool:
        """Return whether a pane shows this chat."""
        return chat_id in self._open

    def pane_number(self, chat_id: ConversationId) -> int | None:
        """Return which pane from the left, the first being 1, shows this chat; None where none does."""
        return self._open.index(chat_id) + 1 if chat_id in self._open else None

    def pane_count(self) -> int:
        """Return how many panes show a chat."""
        return len(self._open)

    def set_open(self, open_ids: Iterable[ConversationId], active: ConversationId | None) -> None:
        """Note which chats are shown, from the left, and in which one the person is."""
        before, self._open = self._open, tuple(open_ids)
        moved = set(enumerate(before)) ^ set(enumerate(self._open))
        touched = {chat_id for _, chat_id in moved} | {chat_id for chat_id in (active, self.active) if chat_id is not None}
        self.active = active
        for chat_id in touched:
            self.status_changed.emit(chat_id)

    def set_in_sight(self, in_sight: Iterable[ConversationId]) -> None:
        """Note the chats of which the messages are shown: other panes wait in tabs."""
        self._in_sight = frozenset(in_sight)
        seen = self._unseen & self._in_sight
        self._unseen -= seen
        for chat_id in seen:
            self.status_changed.emit(chat_id)

    def _take_in(self) -> None:
        taken = [self._coming.pop(chat_id) for chat_id in list(islice(self._coming, _AT_ONCE))]
        if not self._coming:
            self._next.stop()
        self.fill(chat for chat in taken if self.find(chat.id) is None)
