"""What the picture of a tree says about its messages: who stands where, and what is on whose path."""

from desktop.conversations.chat_tree import ChatTree, TreeNode
from desktop.conversations.message import Conversation, ConversationId, MessageId, Role, Status
from desktop.system.words import say
from desktop.ui.titles import drawn_title
from desktop.ui.translation import tr, tr_counted


class Family:
    """The chats of one tree as the pane of one of them sees it."""

    def __init__(self, tree: ChatTree, chat_id: ConversationId) -> None:
        self.tree = tree
        self.chat_id = chat_id
        self.nodes = {node.id: node for node in tree.nodes}
        self.heads: dict[MessageId, list[Conversation]] = {}  # the chats that stand at a message, this one first
        self.leaving: dict[MessageId, int] = {}  # how many chats were forked at a message and went on
        self.path: set[MessageId] = set()  # of this chat
        self._on_paths: set[MessageId] = set()  # of any chat
        self._chats = {chat.id: chat for chat in tree.chats}
        self.depths: dict[MessageId, int] = {}  # from 1
        for node in tree.nodes:
            self.depths[node.id] = self.depths.get(node.parent_id, 0) + 1 if node.parent_id is not None else 1
        for chat in sorted(tree.chats, key=lambda chat: chat.id != chat_id):
            if chat.head_id is not None:
                self.heads.setdefault(chat.head_id, []).append(chat)
        for chat in tree.chats:
            if chat.forked_at_id is not None and chat.head_id != chat.forked_at_id:
                self.leaving[chat.forked_at_id] = self.leaving.get(chat.forked_at_id, 0) + 1
            self._walk(chat, self.path if chat.id == chat_id else self._on_paths)
        self._on_paths |= self.path

    @property
    def head_id(self) -> MessageId | None:
        """Where this chat stands."""
        return self._chats[self.chat_id].head_id if self.chat_id in self._chats else None

    def others_at(self, message_id: MessageId) -> list[Conversation]:
        """Return the other chats that stand at a message."""
        return [chat for chat in self.heads.get(message_id, ()) if chat.id != self.chat_id]

    def is_old(self, message_id: MessageId) -> bool:
        """Return whether a message is on no chat's path: an older version, or what was taken back."""
        return message_id not in self._on_paths

    def chat_beside(self, node: TreeNode) -> Conversation | None:
        """Return the other chat that a message belongs to, if there is one to be opened beside this."""
        others = self.others_at(node.id) or [
            chat for chat in [self._chats.get(node.chat_id)] if chat is not None and chat.id != self.chat_id
        ]
        return others[0] if others else None

    def chat_with(self, node: TreeNode) -> ConversationId:
        """Return a chat that has a message: this one where it is on its path."""
        return self.chat_id if node.id in self.path or node.chat_id not in self._chats else node.chat_id

    def excerpt(self, node: TreeNode) -> str:
        """Return the beginning of a message, or what there is instead."""
        if node.excerpt.strip():
            return drawn_title(node.excerpt)
        return tr("Writing a reply") if node.status is Status.STREAMING else tr("No text")

    def notes(self, node: TreeNode) -> list[str]:
        """Return what is particular about a message, in a few words each."""
        notes = []
        if (standing := len(self.heads.get(node.id, ()))) > 1:
            notes.append(tr_counted("{count} chats stand here", "{count} chat stands here", standing))
        if leaving := self.leaving.get(node.id):
            notes.append(tr_counted("{count} chats leave here", "{count} chat leaves here", leaving))
        if self.is_old(node.id):
            notes.append(tr("older version"))
        return notes

    def describe(self, node: TreeNode, letter: str) -> str:
        """Return a message in words, for those who do not see the picture."""
        number, length = self.depths[node.id], self._length(node)
        place = say("message {number}", number=number)
        if length >= number:
            place = say("message {number} of {length}", number=number, length=length)
        if node.role is Role.USER:
            return tr("You, branch {letter}, {place}: {excerpt}", letter=letter, place=place, excerpt=self.excerpt(node))
        return tr("Reply, branch {letter}, {place}: {excerpt}", letter=letter, place=place, excerpt=self.excerpt(node))

    def told(self, node: TreeNode) -> str:
        """Return who says what in a message."""
        text = self.excerpt(node)
        return tr("You: {text}", text=text) if node.role is Role.USER else tr("Reply: {text}", text=text)

    def _length(self, node: TreeNode) -> int:
        """Return how many messages the chat has that a message belongs to; 0 where that is not on its way."""
        chat = self._chats.get(node.chat_id)
        return 0 if chat is None or chat.head_id is None or self.is_old(node.id) else self.depths.get(chat.head_id, 0)

    def _walk(self, chat: Conversation, walked: set[MessageId]) -> None:
        """Note the path of a chat, upwards to where all is noted already."""
        above = chat.head_id
        while above is not None and above in self.nodes and above not in walked:
            walked.add(above)
            above = self.nodes[above].parent_id
