"""The message tree, without storage: each message names its parent, and a chat is the path to one message."""

from collections.abc import Iterable, Mapping, Sequence

from desktop.conversations.message import Message, MessageId


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


def siblings(message: Message, messages: Iterable[Message]) -> list[Message]:
    """Return those of messages that have the same parent, itself included, the oldest first."""
    return sorted((other for other in messages if other.parent_id == message.parent_id), key=lambda other: other.id)


def common_prefix(left: Sequence[Message], right: Sequence[Message]) -> list[Message]:
    """Return the messages with which both paths begin."""
    shared: list[Message] = []
    for ours, theirs in zip(left, right, strict=False):
        if ours.id != theirs.id:
            break
        shared.append(ours)
    return shared
