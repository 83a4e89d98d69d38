"""What can be done where a chat fills what the model can read at once, and what each way costs."""

from dataclasses import dataclass

from desktop.conversations.message import MessageId

NEARLY_FULL = 0.8  # of the context
UNCOUNTED = 4  # tokens at most of a character that the end of the context cut in two


def fills(used: int, total: int) -> bool:
    """Tell whether a chat of used tokens leaves no room in a context of total tokens."""
    return bool(total) and used + UNCOUNTED >= total


@dataclass(frozen=True, slots=True)
class OtherStart:
    """The model reads the chat from another message on."""

    start_id: MessageId | None  # None: the first
    messages: int  # that it leaves out or takes in again
    tokens: int  # that the chat takes of the context then
    seconds: float | None  # of reading; None: not known


@dataclass(frozen=True, slots=True)
class SummaryWay:
    """A fork begins with a summary of the chat."""

    seconds: float | None  # of reading and writing; None: not known


@dataclass(frozen=True, slots=True)
class LongerContext:
    """The model is loaded again with a longer context."""

    tokens: int
    bytes: int  # that it takes of the memory besides the present one
    seconds: float | None  # of loading


@dataclass(frozen=True, slots=True)
class ContextWays:
    """The ways on that a chat has; None where one does not serve."""

    used: int  # tokens
    total: int  # tokens
    leave_out: OtherStart | None = None
    take_in: OtherStart | None = None
    summary: SummaryWay | None = None
    longer: LongerContext | None = None
