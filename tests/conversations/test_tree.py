from datetime import UTC, datetime

import pytest

from desktop.conversations.message import Message, MessageId, Role, Status
from desktop.conversations.tree import common_prefix, path_to, siblings


def message(number: int, parent: int | None) -> Message:
    parent_id = None if parent is None else MessageId(parent)
    return Message(MessageId(number), parent_id, Role.USER, str(number), Status.COMPLETE, datetime(2025, 3, 1, tzinfo=UTC))


#  1 ── 2 ── 3 ── 6
#   └── 4   └ 5        7
MESSAGES = {
    m.id: m for m in (message(1, None), message(2, 1), message(3, 2), message(4, 1), message(5, 2), message(6, 3), message(7, None))
}


def numbers(messages: list[Message]) -> list[int]:
    return [message.id for message in messages]


def test_path_goes_from_the_root_to_the_message() -> None:
    assert numbers(path_to(MessageId(6), MESSAGES)) == [1, 2, 3, 6]
    assert path_to(None, MESSAGES) == []


def test_path_with_a_hole_raises() -> None:
    with pytest.raises(KeyError):
        path_to(MessageId(9), MESSAGES)


def test_siblings_have_one_parent_and_come_in_order() -> None:
    assert numbers(siblings(MESSAGES[MessageId(5)], reversed(MESSAGES.values()))) == [3, 5]
    assert numbers(siblings(MESSAGES[MessageId(1)], MESSAGES.values())) == [1, 7]


def test_common_prefix_ends_where_paths_part() -> None:
    left, right = path_to(MessageId(6), MESSAGES), path_to(MessageId(5), MESSAGES)
    assert numbers(common_prefix(left, right)) == [1, 2]
    assert numbers(common_prefix(left, left[:1])) == [1]
    assert common_prefix(left, path_to(MessageId(7), MESSAGES)) == []
