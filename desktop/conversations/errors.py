"""What can go wrong with conversations, each with a sentence for the person."""

from desktop.system.errors import RivuletError, StartError
from desktop.system.words import say


class UnknownConversationError(RivuletError):
    """The chat does not exist, or no longer."""

    def __init__(self) -> None:
        super().__init__(say("This chat no longer exists. Nothing was changed."))


class UnknownMessageError(RivuletError):
    """The message does not exist, or the chat does not have it."""

    def __init__(self) -> None:
        super().__init__(say("This message is not in the chat. Nothing was changed."))


class UnknownFolderError(RivuletError):
    """The folder does not exist, or no longer."""

    def __init__(self) -> None:
        super().__init__(say("This folder no longer exists. Its chats are kept in the list."))


class StorageError(RivuletError):
    """A change could not be stored, or the conversations could not be read. What was stored before is kept."""


class DiskFullError(StorageError):
    """No room is left for a change."""

    def __init__(self) -> None:
        super().__init__(
            say("The disk is full, so the last change was not saved. What was saved before is kept. Free some space and try again.")
        )


class NewerDatabaseError(StartError):
    """The database was written by a newer version; it was not touched."""


class DamagedDatabaseError(StartError):
    """The file is damaged or no database of conversations; it was not touched."""
