"""The rows of the sidebar: chats by time, forks below the chat they left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desktop.conversations.message import Conversation, ConversationId

MOST_LEVELS = 3


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A caption above chats of one time."""

    label: str


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat."""

    chat: Conversation
    level: int  # 0 for a chat that is no fork
    trunks: tuple[bool, ...]  # for each level above: whether its trunk goes on below this row
    has_forks: bool  # shown below


@dataclass(frozen=True, slots=True)
class MoreRow:
    """Stands for forks that lie deeper than the levels shown."""

    parent_id: ConversationId
    count: int
    level: int
    trunks: tuple[bool, ...]


Row = GroupRow | ChatRow | MoreRow
RowKey = ConversationId | tuple[ConversationId] | str


def chat_rows(chats: Iterable[Conversation], now: datetime, unfolded: frozenset[ConversationId] = frozenset()) -> list[Row]:
    """Return the rows for chats, the tree used last first; now is a local time with its zone.

    Forks below the deepest level are folded, unless the chat they hang on is in unfolded: then they follow flat.
    """
    known = {chat.id: chat for chat in chats}
    forks: dict[ConversationId, list[Conversation]] = {}
    roots: list[Conversation] = []
    for chat in sorted(known.values(), key=lambda chat: chat.id):
        if chat.forked_from_id in known:
            forks.setdefault(known[chat.forked_from_id].id, []).append(chat)
        else:
            roots.append(chat)
    dated = [(max(chat.updated_at for chat in _tree(root, forks)), root) for root in roots]
    dated.sort(key=lambda pair: (pair[0], pair[1].id), reverse=True)
    rows: list[Row] = []
    for used_at, root in dated:
        label = time_group(used_at.astimezone(now.tzinfo).date(), now.date())
        if label not in (row.label for row in rows if isinstance(row, GroupRow)):
            rows.append(GroupRow(label))
        _add(rows, root, (), forks, unfolded)
    return rows


def row_key(row: Row) -> RowKey:
    """Return what makes a row the same row, whatever it says now."""
    match row:
        case ChatRow():
            return row.chat.id
        case MoreRow():
            return (row.parent_id,)
    return row.label


def time_group(day: date, today: date) -> str:
    """Return the caption under which a chat used on a day stands."""
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return "Previous 7 days" if day >= today - timedelta(days=7) else "Older"


def _tree(root: Conversation, forks: dict[ConversationId, list[Conversation]]) -> list[Conversation]:
    found = [root]
    for chat in found:
        found.extend(forks.get(chat.id, ()))
    return found


def _add(
    rows: list[Row],
    chat: Conversation,
    trunks: tuple[bool, ...],
    forks: dict[ConversationId, list[Conversation]],
    unfolded: frozenset[ConversationId],
) -> None:
    level = len(trunks)
    below: Sequence[Conversation] = forks.get(chat.id, ())
    if level < MOST_LEVELS:
        rows.append(ChatRow(chat, level, trunks, bool(below)))
        for fork in below:
            _add(rows, fork, (*trunks, fork is not below[-1]), forks, unfolded)
        return
    rows.append(ChatRow(chat, level, trunks, has_forks=False))
    deeper = _tree(chat, forks)[1:]
    if deeper and chat.id in unfolded:
        rows.extend(ChatRow(fork, level, trunks, has_forks=False) for fork in deeper)
    elif deeper:
        rows.append(MoreRow(chat.id, len(deeper), level, trunks))
