"""What a message takes of the context before it is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageSize:
    """Tokens of a message that is being written."""

    message: int  # of the message, its files included
    total: int  # of the chat with it, as the model reads them
    most: int  # that the chat may have for a reply of some length to fit behind it
    context: int
    files: tuple[int, ...] = ()  # of each file

    @property
    def fits(self) -> bool:
        """Return whether it can be sent."""
        return self.total <= self.most
