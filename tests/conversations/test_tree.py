from datetime import UTC, datetime

import pytest

from desktop.conversations.message import Message, MessageId, Role, Status
from desktop.conversations.tree import before_last_turn, count_turns, end_of_next_turn, path_to


def message(number: int, parent: int | None, role: Role = Role.USER) -> Message:
    parent_id = None if parent is None else MessageId(parent)
    return Message(MessageId(number), parent_id, role, str(number), Status.COMPLETE, datetime(2025, 3, 1, tzinfo=UTC))


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


def spoken(roles: str) -> list[Message]:
    """Return a path of messages from 1 on: u for a person's, r for a reply."""
    return [message(n + 1, n or None, Role.USER if role == "u" else Role.ASSISTANT) for n, role in enumerate(roles)]


@pytest.mark.parametrize(
    ("roles", "head"), [("ururu", 4), ("urur", 2), ("ur", None), ("u", None), ("rur", 1), ("r", None), ("rr", None), ("urr", None)]
)
def test_a_turn_begins_with_a_persons_message(roles: str, head: int | None) -> None:
    assert before_last_turn(spoken(roles)) == head


@pytest.mark.parametrize(
    ("roles", "head", "end"),
    [
        ("urur", None, 2),
        ("urur", 1, 2),
        ("urur", 2, 4),
        ("urur", 3, 4),
        ("uru", 2, 3),
        ("uu", None, 1),
        ("rur", None, 1),
        ("urrr", None, 4),
    ],
)
def test_the_next_turn_ends_before_the_next_persons_message(roles: str, head: int | None, end: int) -> None:
    assert end_of_next_turn(spoken(roles), None if head is None else MessageId(head)) == end


@pytest.mark.parametrize(("roles", "turns"), [("", 0), ("u", 1), ("ur", 1), ("r", 1), ("rur", 2), ("urur", 2), ("rr", 1)])
def test_turns_are_counted_by_who_begins_them(roles: str, turns: int) -> None:
    assert count_turns(spoken(roles)) == turns
