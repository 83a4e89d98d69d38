"""The sidebar's rows, made anew only for the families of chats in which something changed."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.conversations.message import ConversationId, is_temporary
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.sidebar.chat_rows import Place, PlacedTree, Row, arranged, placed_trees


@dataclass(frozen=True, slots=True)
class _Family:
    """The chats that were forked from each other, and how they stand."""

    ids: Sequence[ConversationId]
    trees: Sequence[PlacedTree]


class ChatOutline:
    """Keep the rows that chat_rows gives for all chats of a directory."""

    def __init__(self, directory: ChatDirectory) -> None:
        self._directory = directory
        self._today: datetime | None = None
        self._folders = directory.folders()
        self._trees: dict[Place, list[PlacedTree]] = {}  # the tree used last first
        self._family_of: dict[ConversationId, _Family] = {}

    def update(self, changed: Iterable[ConversationId], now: datetime, unfolded: frozenset[ConversationId]) -> None:
        """Take up chats that changed, those that came and went among them; now is a local time with its zone."""
        moved = {folder.id for folder in self._folders} ^ {folder.id for folder in self._directory.folders()}
        self._folders = self._directory.folders()
        if self._today is None or now.date() != self._today.date():  # every chat may stand under another caption
            self._today = now
            self._trees.clear()
            self._family_of.clear()
            changed = [chat.id for chat in self._directory.chats()]
        elif moved:
            changed = [*changed, *(chat.id for chat in self._directory.chats() if chat.folder_id in moved)]
        pending = {chat_id for chat_id in changed if not is_temporary(chat_id)}
        while pending:
            chat_id = pending.pop()
            pending |= self._drop(chat_id)  # those that were in one family may be in several now
            if self._directory.find(chat_id) is not None:
                family = self._grown(chat_id, now, unfolded)
                for member in family.ids:
                    pending |= self._drop(member)
                self._family_of.update((member, family) for member in family.ids)
                for tree in family.trees:
                    insort(self._trees.setdefault(tree.place, []), tree, key=_rank)
                pending.difference_update(family.ids)

    def rows(self) -> list[Row]:
        """Return all rows."""
        return arranged(self._trees, self._folders)

    def _drop(self, chat_id: ConversationId) -> set[ConversationId]:
        """Forget the family that a chat was in; return its chats."""
        family = self._family_of.get(chat_id)
        if family is None:
            return set()
        for tree in family.trees:
            shelf = self._trees[tree.place]
            del shelf[bisect_left(shelf, tree.rank, key=_rank)]
        for member in family.ids:
            del self._family_of[member]
        return set(family.ids)

    def _grown(self, chat_id: ConversationId, now: datetime, unfolded: frozenset[ConversationId]) -> _Family:
        chats = self._directory.tree(chat_id)
        trees = placed_trees(chats, now, unfolded, {folder.id for folder in self._folders})
        return _Family([chat.id for chat in chats], trees)


def _rank(tree: PlacedTree) -> tuple[float, int]:
    return tree.rank
