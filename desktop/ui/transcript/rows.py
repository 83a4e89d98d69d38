"""What stands in a transcript, from the top, as data: one row a message, and the lines between."""

from collections.abc import Collection, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

from desktop.conversations.message import ConversationId, Message, MessageId, Role

FORKS_SHOWN = 3  # at one message; more are folded


class RowKind(Enum):
    """What a row shows."""

    FOLD = auto()  # what the chat shares with the one that it left
    BEGAN = auto()  # where it left that one
    CONTEXT_START = auto()  # from where on the model reads the chat
    MESSAGE = auto()
    FORK = auto()  # a chat that left this one here
    MORE_FORKS = auto()


class Row(NamedTuple):
    """One row; its id is the message's (MESSAGE, MORE_FORKS), the fork's (FORK) or 0."""

    kind: RowKind
    id: int = 0


FOLD = Row(RowKind.FOLD)
BEGAN = Row(RowKind.BEGAN)
CONTEXT_START = Row(RowKind.CONTEXT_START)


def message_row(message_id: MessageId) -> Row:
    """Return the row of a message."""
    return Row(RowKind.MESSAGE, message_id)


def rows_of(
    messages: Sequence[Message],
    forks: Mapping[MessageId, Sequence[ConversationId]],
    *,
    shared: int,
    shows_shared: bool,
    unfolded: Collection[MessageId],
    context_start: MessageId | None = None,
) -> list[Row]:
    """Return the rows of a chat; its first shared messages stand between fold and beginning, if they are shown.

    context_start: the message from which on the model reads the chat; None: the first.
    """
    rows = [FOLD] if shared else []
    for number, message in enumerate(messages):
        if number >= shared or shows_shared:
            if message.id == context_start:
                rows.append(CONTEXT_START)
            rows.append(Row(RowKind.MESSAGE, message.id))
            left_here = forks.get(message.id, ())
            shown = len(left_here) if message.id in unfolded else FORKS_SHOWN
            rows += (Row(RowKind.FORK, fork_id) for fork_id in left_here[:shown])
            if len(left_here) > shown:
                rows.append(Row(RowKind.MORE_FORKS, message.id))
        if number == shared - 1:
            rows.append(BEGAN)
    return rows


class TextShape(NamedTuple):
    """What a message's height is guessed from."""

    is_person: bool
    characters: int  # of what wraps
    lines: int
    code_lines: int

    @classmethod
    def of(cls, message: Message) -> "TextShape":
        """Return the shape of a message's text."""
        text = message.text
        if message.role is Role.USER or "```" not in text:
            return cls(message.role is Role.USER, len(text), text.count("\n") + 1, 0)
        code = text.split("```")[1::2]
        code_lines = sum(part.count("\n") for part in code)
        return cls(False, len(text) - sum(map(len, code)), text.count("\n") + 1 - code_lines, code_lines)

    def height_at(self, width: int, em: int) -> int:
        """Return a guess of the message's height, in pixels, at a width and with text of em pixels."""
        if self.is_person:
            wrapped = self.characters * em // (2 * max(em, width * 3 // 4 - 36))
            return 16 + (max(self.lines, wrapped) * em * 3) // 2
        wrapped = self.characters * em // (2 * max(em, width))
        return 36 + ((wrapped + self.lines) * em * 3) // 2 + self.code_lines * em * 6 // 5
