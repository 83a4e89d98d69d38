"""The sidebar's rows, made anew only for the trees in which something changed."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.conversations.message import Conversation, ConversationId
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.sidebar.chat_rows import ChatRow, Row, chat_rows


@dataclass(frozen=True, slots=True)
class _Tree:
    """The rows of the chats that were forked from each other."""

    rank: tuple[float, int]  # the tree used last has the least
    chats: Sequence[Conversation]
    caption: Row
    rows: Sequence[Row]  # without the caption


class ChatOutline:
    """Keep the rows that chat_rows gives for all chats of a directory."""

    def __init__(self, directory: ChatDirectory) -> None:
        self._directory = directory
        self._today: datetime | None = None
        self._trees: list[_Tree] = []  # the tree used last first
        self._tree_of: dict[ConversationId, _Tree] = {}

    def update(self, changed: Iterable[ConversationId], now: datetime, unfolded: frozenset[ConversationId]) -> None:
        """Take up chats that changed, those that came and went among them; now is a local time with its zone."""
        if self._today is None or now.date() != self._today.date():  # every chat may stand under another caption
            self._today = now
            self._trees.clear()
            self._tree_of.clear()
            changed = [chat.id for chat in self._directory.chats()]
        pending = set(changed)
        while pending:
            chat_id = pending.pop()
            pending |= self._drop(chat_id)  # those that were in one tree may be in several now
            if self._directory.find(chat_id) is not None:
                tree = self._grown(chat_id, now, unfolded)
                for chat in tree.chats:
                    pending |= self._drop(chat.id)
                self._tree_of.update((chat.id, tree) for chat in tree.chats)
                insort(self._trees, tree, key=_rank)
                pending.difference_update(chat.id for chat in tree.chats)

    def rows(self) -> list[Row]:
        """Return all rows."""
        rows: list[Row] = []
        caption: Row | None = None
        for tree in self._trees:
            if tree.caption != caption:
                caption = tree.caption
                rows.append(caption)
            rows.extend(tree.rows)
        return rows

    def _drop(self, chat_id: ConversationId) -> set[ConversationId]:
        """Forget the tree that a chat was in; return its chats."""
        tree = self._tree_of.get(chat_id)
        if tree is None:
            return set()
        del self._trees[bisect_left(self._trees, tree.rank, key=_rank)]
        ids = {chat.id for chat in tree.chats}
        for one in ids:
            del self._tree_of[one]
        return ids

    def _grown(self, chat_id: ConversationId, now: datetime, unfolded: frozenset[ConversationId]) -> _Tree:
        chats = self._directory.tree(chat_id)
        caption, root, *others = chat_rows(chats, now, unfolded)
        assert isinstance(root, ChatRow)
        used_at = max(chat.updated_at for chat in chats)
        return _Tree((-used_at.timestamp(), -root.chat.id), chats, caption, (root, *others))


def _rank(tree: _Tree) -> tuple[float, int]:
    return tree.rank
