import pytest

from desktop.chat.accounting import held_after, turn_numbers
from desktop.chat.session import TurnNumbers
from desktop.inference.job import Ending, Entry, Outcome, Purpose
from desktop.sessions.tokens import token_ids


def entry(restored: int, from_disk: int) -> Entry:
    return Entry(restored, from_disk, 0, 0.0, is_damaged=False)


def outcome(read: int = 0, written: int = 0) -> Outcome:
    return Outcome(Ending.READY, token_ids(range(written)), tokens_read=read)


def count(*turns: tuple[Purpose, Entry, Outcome]) -> list[TurnNumbers]:
    """Return the numbers of turns that follow one another in a session."""
    held, numbers = 0, []
    for purpose, entered, ended in turns:
        numbers.append(turn_numbers(purpose, entered, ended, held, 100.0))
        held = held_after(purpose, entered, ended, held)
    return numbers


def test_what_came_from_disk_is_counted_once() -> None:
    opened, sent = count((Purpose.RESTORE, entry(400, 400), outcome()), (Purpose.WRITE, entry(400, 0), outcome(20, 30)))
    assert opened == TurnNumbers(0, 400, 4.0, is_round=False)
    assert sent == TurnNumbers(50, 0, 0.0, is_round=True)


def test_what_a_session_decoded_itself_is_not_restored() -> None:
    first, second, undone = count(
        (Purpose.WRITE, entry(0, 0), outcome(400, 30)),
        (Purpose.WRITE, entry(429, 0), outcome(20, 30)),
        (Purpose.WRITE, entry(300, 0), outcome(20, 30)),
    )
    assert [turn.tokens_restored for turn in (first, second, undone)] == [0, 0, 0]
    assert [turn.tokens_decoded for turn in (first, second, undone)] == [430, 50, 50]


def test_what_a_fork_shares_in_memory_is_restored() -> None:
    opened, sent = count((Purpose.RESTORE, entry(400, 0), outcome()), (Purpose.WRITE, entry(400, 0), outcome(20, 30)))
    assert (opened.tokens_restored, sent.tokens_restored) == (0, 400)


def test_what_was_only_looked_at_is_counted_when_it_is_restored() -> None:
    looked, sent = count((Purpose.RESTORE, entry(400, 0), outcome()), (Purpose.WRITE, entry(400, 400), outcome(20, 30)))
    assert (looked.tokens_restored, sent.tokens_restored) == (0, 400)


def test_what_left_the_context_is_restored_again() -> None:
    *_, again = count((Purpose.WRITE, entry(0, 0), outcome(400, 30)), (Purpose.WRITE, entry(430, 430), outcome(20, 30)))
    assert again.tokens_restored == 430


@pytest.mark.parametrize(("speed", "seconds"), [(0.0, 0.0), (50.0, 2.0)])
def test_seconds_are_those_that_prefill_would_take(speed: float, seconds: float) -> None:
    assert turn_numbers(Purpose.RESTORE, entry(100, 100), outcome(), 0, speed).seconds_saved == seconds
