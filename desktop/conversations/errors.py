"""What can go wrong with conversations, each with a sentence for the person."""

from desktop.system.errors import RivuletError, StartError


class UnknownConversationError(RivuletError):
    """The chat does not exist, or no longer."""

    def __init__(self) -> None:
        super().__init__("This chat no longer exists.")


class UnknownMessageError(RivuletError):
    """The message does not exist, or the chat does not have it."""

    def __init__(self) -> None:
        super().__init__("This message is not in the chat.")


class UnknownFolderError(RivuletError):
    """The folder does not exist, or no longer."""

    def __init__(self) -> None:
        super().__init__("This folder no longer exists.")


class StorageError(RivuletError):
    """A change could not be stored, or the conversations could not be read. What was stored before is kept."""


class DiskFullError(StorageError):
    """No room is left for a change."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full, so the last change was not saved. What was saved before is kept. Free some space and try again."
        )


class NewerDatabaseError(StartError):
    """The database was written by a newer version; it was not touched."""


class DamagedDatabaseError(StartError):
    """The file is damaged or no database of conversations; it was not touched."""
