"""The trees that chats form by being forked from each other."""

from collections.abc import Iterable

from desktop.conversations.message import Conversation, ConversationId
from desktop.ui.branches import Branch


class ChatForest:
    """Hold chats, each below the one it was forked from; what a change costs depends on the trees it touches, not on all chats.

    A fork of a chat that is not here is the root of a tree of its own.
    """

    def __init__(self) -> None:
        self._chats: dict[ConversationId, Conversation] = {}
        self._forks: dict[ConversationId, set[ConversationId]] = {}  # by the chat they left, be it here or not
        self._branches: dict[ConversationId, Branch] = {}

    def put(self, chats: Iterable[Conversation]) -> frozenset[ConversationId]:
        """Add chats or replace what is known of them; return those that are changed, with those whose place or branch is another now."""
        changed: set[ConversationId] = set()
        moved: set[ConversationId] = set()
        for chat in chats:
            before = self._chats.get(chat.id)
            if chat == before:
                continue
            self._chats[chat.id] = chat
            changed.add(chat.id)
            if before is None or before.forked_from_id != chat.forked_from_id:
                if before is not None:
                    self._unlink(before)
                    moved.update(self._above(before))
                if chat.forked_from_id is not None:
                    self._forks.setdefault(chat.forked_from_id, set()).add(chat.id)
                moved.add(chat.id)
        return frozenset(changed | moved | self._give_branches(moved))

    def remove(self, chat_id: ConversationId) -> frozenset[ConversationId]:
        """Forget a chat; return it with those whose place or branch is another now."""
        chat = self._chats.pop(chat_id, None)
        if chat is None:
            return frozenset()
        self._unlink(chat)
        self._branches.pop(chat_id, None)
        forks = self._forks.get(chat_id, set())
        return frozenset({chat_id} | forks | self._give_branches(forks | self._above(chat)))

    def find(self, chat_id: ConversationId) -> Conversation | None:
        """Return a chat, or None where it is not here."""
        return self._chats.get(chat_id)

    def chats(self) -> list[Conversation]:
        """Return all chats."""
        return list(self._chats.values())

    def forks(self, chat_id: ConversationId) -> list[Conversation]:
        """Return the chats that were forked from one, oldest first."""
        return [self._chats[fork] for fork in sorted(self._forks.get(chat_id, ()))]

    def root(self, chat_id: ConversationId) -> ConversationId:
        """Return the chat at the root of a chat's tree."""
        while (parent := self._chats[chat_id].forked_from_id) is not None and parent in self._chats:
            chat_id = parent
        return chat_id

    def tree(self, root: ConversationId) -> list[Conversation]:
        """Return a chat with all that grew out of it, oldest first."""
        found = [root]
        for chat_id in found:
            found.extend(self._forks.get(chat_id, ()))
        return [self._chats[chat_id] for chat_id in sorted(found)]

    def branch(self, chat_id: ConversationId) -> Branch:
        """Return a chat's branch within its tree."""
        return self._branches.get(chat_id, Branch.A)

    def _unlink(self, chat: Conversation) -> None:
        if chat.forked_from_id is not None:
            self._forks[chat.forked_from_id].discard(chat.id)

    def _above(self, chat: Conversation) -> set[ConversationId]:
        return {chat.forked_from_id} if chat.forked_from_id in self._chats else set()

    def _give_branches(self, moved: Iterable[ConversationId]) -> set[ConversationId]:
        """Give the branches of the trees that these chats are in; return the chats that have another one now."""
        others = set()
        for root in {self.root(chat_id) for chat_id in moved}:
            for number, chat in enumerate(self.tree(root)):
                branch = Branch.nth(number)
                if self._branches.get(chat.id) is not branch:
                    self._branches[chat.id] = branch
                    others.add(chat.id)
        return others
