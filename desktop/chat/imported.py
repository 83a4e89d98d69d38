"""What became of a file of chats."""

from dataclasses import dataclass, field

from desktop.conversations.archive_json import Unreadable
from desktop.conversations.message import Conversation
from desktop.system.words import Words, counted, say, sentences

MOST_REASONS = 3  # that a sentence names
STOPPED = say("it was stopped")


@dataclass(slots=True)
class Imported:
    """What was made of a file, or of several, and what was not."""

    chats: int = 0
    trashed: int = 0  # of those
    first: Conversation | None = None  # that is in the list
    skipped: int = 0
    reasons: list[Unreadable] = field(default_factory=list)  # of the first that were skipped
    ended: str = ""  # why what follows in the file was not read

    def add(self, other: "Imported") -> None:
        """Add what was made of one more file."""
        self.chats += other.chats
        self.trashed += other.trashed
        self.first = self.first or other.first
        self.skipped += other.skipped
        self.reasons += other.reasons
        self.ended = self.ended or other.ended


def imported_sentences(imported: Imported) -> Words:
    """Return what there is to say of an import."""
    return sentences(_chats(imported.chats, imported.trashed), _skipped(imported), _ended(imported.ended))


def _chats(count: int, trashed: int) -> Words:
    if not count:
        return say("No chats imported.")
    if trashed:
        return counted(
            "{count} chats imported, {trashed} of them into the trash.",
            "{count} chat imported, {trashed} of them into the trash.",
            count,
            trashed=trashed,
        )
    return counted("{count} chats imported.", "{count} chat imported.", count)


def _skipped(imported: Imported) -> str:
    if not imported.skipped:
        return ""
    first, *others = [say("{where}: {why}", where=reason.where, why=reason.why) for reason in imported.reasons[:MOST_REASONS]]
    for other in others:
        first = say("{first}; {second}", first=first, second=other)
    if more := imported.skipped - 1 - len(others):
        first = counted("{first}; and {count} more", "{first}; and {count} more", more, first=first)
    return counted("{count} skipped: {reasons}.", "{count} skipped: {reasons}.", imported.skipped, reasons=first)


def _ended(why: str) -> str:
    if why == STOPPED:
        return say("The import was stopped; what was imported stays.")
    return say("What follows in the file could not be read: {why}.", why=why) if why else ""
