"""The message tree, without storage: each message names its parent, and a chat is the path to one message."""

from collections.abc import Mapping, Sequence

from desktop.conversations.errors import UnknownMessageError
from desktop.conversations.message import Message, MessageId, Role


def path_to(message_id: MessageId | None, messages: Mapping[MessageId, Message]) -> list[Message]:
    """Return the messages from the root to a message; the path to None is empty.

    Raises KeyError where a message of the path is missing from messages.
    """
    path: list[Message] = []
    while message_id is not None:
        message = messages[message_id]
        path.append(message)
        message_id = message.parent_id
    path.reverse()
    return path


def on_path(path: Sequence[Message], message_id: MessageId) -> Message:
    """Return a message of a path. Raises UnknownMessageError."""
    for message in reversed(path):
        if message.id == message_id:
            return message
    raise UnknownMessageError


def before_last_turn(path: Sequence[Message]) -> MessageId | None:
    """Return the message before the last turn of a path: its last person's message, or what there is where nobody wrote one."""
    last = next((message for message in reversed(path) if message.role is Role.USER), None)
    return last.parent_id if last else None


def end_of_next_turn(path: Sequence[Message], message_id: MessageId | None) -> MessageId:
    """Return the last message of the turn that follows a message on a path, which must go on after it; None: before the first."""
    index = next((index for index, message in enumerate(path) if message.parent_id == message_id))
    while index + 1 < len(path) and path[index + 1].role is not Role.USER:
        index += 1
    return path[index].id


def count_turns(messages: Sequence[Message]) -> int:
    """Return how many turns messages of a path belong to; replies before the first person's message are one too."""
    begins_within = bool(messages) and messages[0].role is not Role.USER
    return begins_within + sum(message.role is Role.USER for message in messages)
