"""The rows of the sidebar: pinned chats, folders, then chats by time; forks below the chat they left."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, FolderId
from desktop.system.words import Words, say

MOST_LEVELS = 3
PINNED = say("Pinned")


class Shelf(Enum):
    """Where chats stand that are in no folder."""

    PINNED = auto()
    BY_TIME = auto()


Place = Shelf | FolderId


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A caption above chats."""

    label: Words


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder, above its chats."""

    folder: Folder
    count: int  # of its chats, without the forks that stand under them


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat."""

    chat: Conversation
    level: int  # 0 for a chat that stands under no other
    trunks: tuple[bool, ...]  # for each level above: whether its trunk goes on below this row
    has_forks: bool  # shown below
    hidden_forks: int = 0  # that are folded away
    is_in_folder: bool = False


@dataclass(frozen=True, slots=True)
class MoreRow:
    """Stands for forks that lie deeper than the levels shown."""

    parent_id: ConversationId
    count: int
    level: int
    trunks: tuple[bool, ...]
    is_in_folder: bool = False


Row = GroupRow | FolderRow | ChatRow | MoreRow
RowKey = ConversationId | tuple[ConversationId] | tuple[str, FolderId] | str


@dataclass(frozen=True, slots=True)
class PlacedTree:
    """A chat that stands by itself, with the forks below it."""

    place: Place
    rank: tuple[float, int]  # the tree used last has the least
    caption: Words  # above it where it stands by time
    rows: Sequence[Row]


def chat_rows(
    chats: Iterable[Conversation],
    now: datetime,
    unfolded: frozenset[ConversationId] = frozenset(),
    folders: Sequence[Folder] = (),
) -> list[Row]:
    """Return the rows for chats, the tree used last first; now is a local time with its zone.

    Forks below the deepest level are folded, unless the chat they hang on is in unfolded: then they follow flat.
    """
    trees: dict[Place, list[PlacedTree]] = {}
    for tree in placed_trees(chats, now, unfolded, {folder.id for folder in folders}):
        trees.setdefault(tree.place, []).append(tree)
    for shelf in trees.values():
        shelf.sort(key=lambda tree: tree.rank)
    return arranged(trees, folders)


def placed_trees(
    chats: Iterable[Conversation], now: datetime, unfolded: frozenset[ConversationId], folders: Collection[FolderId]
) -> list[PlacedTree]:
    """Return chats as they stand, in no order: each fork under its parent, unless it has a place of its own."""
    known: dict[ConversationId, Conversation] = {}
    folder_of: dict[ConversationId, FolderId | None] = {}
    forks: dict[ConversationId, list[Conversation]] = {}
    roots: list[Conversation] = []
    for chat in sorted(chats, key=lambda chat: chat.id):
        known[chat.id] = chat
        own = chat.folder_id if chat.folder_id in folders else None
        parent = known.get(chat.forked_from_id) if chat.forked_from_id is not None else None
        if parent is not None and not chat.is_pinned and own in (None, folder_of[parent.id]):
            forks.setdefault(parent.id, []).append(chat)
            folder_of[chat.id] = folder_of[parent.id]
        else:
            roots.append(chat)
            folder_of[chat.id] = own
    trees: list[PlacedTree] = []
    for root in roots:
        used_at = max(chat.updated_at for chat in _tree(root, forks))
        folder = folder_of[root.id]
        place: Place = Shelf.PINNED if root.is_pinned else folder if folder is not None else Shelf.BY_TIME
        rows: list[Row] = []
        _add(rows, root, (), _Below(forks, unfolded, not isinstance(place, Shelf)))
        caption = time_group(used_at.astimezone(now.tzinfo).date(), now.date())
        trees.append(PlacedTree(place, (-used_at.timestamp(), -root.id), caption, rows))
    return trees


def arranged(trees: Mapping[Place, Sequence[PlacedTree]], folders: Iterable[Folder]) -> list[Row]:
    """Return all rows, of trees that are in their order at each place."""
    rows: list[Row] = []
    if pinned := trees.get(Shelf.PINNED):
        rows.append(GroupRow(PINNED))
        for tree in pinned:
            rows.extend(tree.rows)
    for folder in folders:
        inside = trees.get(folder.id, ())
        rows.append(FolderRow(folder, len(inside)))
        for tree in inside if not folder.is_folded else ():
            rows.extend(tree.rows)
    caption: str = ""
    for tree in trees.get(Shelf.BY_TIME, ()):
        if tree.caption != caption:
            caption = tree.caption
            rows.append(GroupRow(caption))
        rows.extend(tree.rows)
    return rows


def row_key(row: Row) -> RowKey:
    """Return what makes a row the same row, whatever it says now."""
    match row:
        case ChatRow():
            return row.chat.id
        case MoreRow():
            return (row.parent_id,)
        case FolderRow():
            return folder_key(row.folder.id)
    return row.label


def folder_key(folder_id: FolderId) -> RowKey:
    """Return the key of a folder's row."""
    return ("folder", folder_id)


def time_group(day: date, today: date) -> Words:
    """Return the caption under which a chat used on a day stands."""
    if day >= today:
        return say("Today")
    if day == today - timedelta(days=1):
        return say("Yesterday")
    return say("Previous 7 days") if day >= today - timedelta(days=7) else say("Older")


@dataclass(frozen=True, slots=True)
class _Below:
    """What decides which rows stand below a chat's."""

    forks: Mapping[ConversationId, Sequence[Conversation]]
    unfolded: frozenset[ConversationId]
    is_in_folder: bool


def _tree(root: Conversation, forks: Mapping[ConversationId, Sequence[Conversation]]) -> list[Conversation]:
    found = [root]
    for chat in found:
        found.extend(forks.get(chat.id, ()))
    return found


def _add(rows: list[Row], chat: Conversation, trunks: tuple[bool, ...], below: _Below) -> None:
    level, forks, is_in_folder = len(trunks), below.forks.get(chat.id, ()), below.is_in_folder
    if forks and chat.is_folded:
        hidden = len(_tree(chat, below.forks)) - 1
        rows.append(ChatRow(chat, level, trunks, has_forks=False, hidden_forks=hidden, is_in_folder=is_in_folder))
    elif level < MOST_LEVELS:
        rows.append(ChatRow(chat, level, trunks, bool(forks), is_in_folder=is_in_folder))
        for fork in forks:
            _add(rows, fork, (*trunks, fork is not forks[-1]), below)
    else:
        rows.append(ChatRow(chat, level, trunks, has_forks=False, is_in_folder=is_in_folder))
        deeper = _tree(chat, below.forks)[1:]
        if deeper and chat.id in below.unfolded:
            rows.extend(ChatRow(fork, level, trunks, has_forks=False, is_in_folder=is_in_folder) for fork in deeper)
        elif deeper:
            rows.append(MoreRow(chat.id, len(deeper), level, trunks, is_in_folder))
