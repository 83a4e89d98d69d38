"""What the journey makes of what it finds. The journey itself needs a package and a display: see installed_journey.py."""

import pytest

from desktop.conversations.message import ReplyStats
from tests.packages.installed import Reply
from tests.packages.installed_journey import Start, Visit, check

LIMIT = 2.0


def visits(*, restored: int = 72, status: str = "complete", text: str = "Yes.", exit_code: int = 0, slow: float = 1.5) -> list[Visit]:
    first = Reply("Hello.", "complete", ReplyStats(0, 16, 0.1, 55, 0.1))
    second = Reply(text, status, ReplyStats(restored, 20, 0.1, 44, 0.1))
    return [
        Visit(Start(5.0, 5.0), 0, first),
        Visit(Start(1.0, 3.0), exit_code, second),
        Visit(Start(1.0, slow), 0),
        Visit(Start(1.0, 1.5), 0),
    ]


def test_a_good_journey_has_nothing_wrong() -> None:
    assert check(visits(), LIMIT) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (visits(restored=70), "1 tokens of the history were read again"),
        (visits(restored=0), "71 tokens of the history were read again"),
        (visits(status="failed"), "ended as failed"),
        (visits(text=" "), "ended as complete: ' '"),
        (visits(exit_code=-11), "exit code -11"),
        (visits(slow=2.0), "could be used after 2.00 s"),
    ],
)
def test_what_is_wrong_is_said(found: list[Visit], said: str) -> None:
    [sentence] = check(found, LIMIT)
    assert said in sentence
