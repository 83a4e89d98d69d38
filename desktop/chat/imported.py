"""What became of a file of chats."""

from dataclasses import dataclass, field

from desktop.conversations.archive_json import Unreadable
from desktop.conversations.message import Conversation

MOST_REASONS = 3  # that a sentence names
STOPPED = "it was stopped"


@dataclass(slots=True)
class Imported:
    """What was made of a file, and what was not."""

    chats: int = 0
    trashed: int = 0  # of those
    first: Conversation | None = None  # that is in the list
    skipped: int = 0
    reasons: list[Unreadable] = field(default_factory=list)  # of the first that were skipped
    ended: str = ""  # why what follows in the file was not read


def imported_sentences(imported: Imported) -> str:
    """Return what there is to say of an import."""
    sentences = [f"{_chats(imported.chats)} imported{f', {imported.trashed:,} of them into the trash' if imported.trashed else ''}."]
    if imported.skipped:
        named = [f"{reason.where}: {reason.why}" for reason in imported.reasons[:MOST_REASONS]]
        more = imported.skipped - len(named)
        sentences.append(f"{imported.skipped:,} skipped: {'; '.join(named)}{f'; and {more:,} more' if more else ''}.")
    if imported.ended == STOPPED:
        sentences.append("The import was stopped; what was imported stays.")
    elif imported.ended:
        sentences.append(f"What follows in the file could not be read: {imported.ended}.")
    return " ".join(sentences)


def _chats(count: int) -> str:
    return f"{count or 'No'} {'chat' if count == 1 else 'chats'}" if count < 1000 else f"{count:,} chats"
