"""A folder of chats."""

from dataclasses import dataclass

from desktop.conversations.message import FolderId


@dataclass(frozen=True, slots=True)
class Folder:
    """What chats can be put into; each is in one folder or in none."""

    id: FolderId
    name: str
    is_folded: bool = False  # its chats are not listed
