from hypothesis import given
from hypothesis import strategies as st

from desktop.conversations.message import ConversationId, Message, MessageId, Role, Status
from desktop.ui.transcript.row_heights import RowHeights
from desktop.ui.transcript.rows import BEGAN, FOLD, Row, RowKind, TextShape, message_row, rows_of
from tests.ui.fake_chats import NOW

SPACING = 12
heights_of_rows = st.lists(st.integers(0, 2_000), max_size=40)
changes = st.lists(st.tuples(st.integers(0, 39), st.integers(0, 2_000)), max_size=20)


def rows(count: int) -> list[Row]:
    return [message_row(MessageId(number)) for number in range(count)]


def laid_out(heights: list[int], width: int = 700) -> RowHeights:
    result = RowHeights(SPACING)
    result.set_rows(rows(len(heights)), width, lambda row: heights[row.id])
    return result


@given(heights_of_rows, changes)
def test_rows_stand_below_each_other_whatever_was_measured(heights: list[int], measured: list[tuple[int, int]]) -> None:
    result = laid_out(heights)
    for number, height in measured:
        if number < len(heights):
            assert result.measured(message_row(MessageId(number)), height) is (heights[number] != height)
            heights[number] = height
            result.top(message_row(MessageId(number)))  # known in part only
    top = 0
    for row in result.rows:
        assert (result.top(row), result.height(row)) == (top, heights[row.id])
        top += heights[row.id] + SPACING
    assert result.total() == max(0, top - SPACING)


@given(heights_of_rows, st.integers(-100, 90_000), st.integers(1, 3_000))
def test_what_reaches_into_a_stretch_is_found(heights: list[int], top: int, tall: int) -> None:
    result = laid_out(heights)
    reaching = {
        number
        for number, row in enumerate(result.rows)
        if result.top(row) < top + tall and result.top(row) + result.height(row) > top and result.height(row)
    }
    found = result.between(top, top + tall)
    assert reaching <= set(found)
    assert len(found) <= len(reaching) + 2 + heights.count(0)


@given(heights_of_rows.filter(bool), changes, st.integers(-100, 90_000))
def test_what_is_read_is_where_it_was_whatever_was_measured(heights: list[int], measured: list[tuple[int, int]], y: int) -> None:
    result = laid_out(heights)
    anchor = result.anchor_at(y)
    assert anchor is not None
    assert result.y_of(anchor) == y
    for number, height in measured:
        if number < len(heights):
            result.measured(message_row(MessageId(number)), height)
            assert result.top(anchor.row) - result.y_of(anchor) == -anchor.above  # where the row stands in sight
    again = result.anchor_at(result.y_of(anchor))
    assert again is not None
    assert result.y_of(again) == result.y_of(anchor)


def test_what_was_measured_is_remembered_for_the_last_widths() -> None:
    result = laid_out([100, 200], 700)
    result.measured(message_row(MessageId(0)), 150)
    for width in (500, 600):
        result.set_rows(rows(2), width, lambda row: 300)
        assert result.height(message_row(MessageId(0))) == 300
    result.set_rows(rows(2), 700, lambda row: 300)
    assert [result.height(row) for row in result.rows] == [150, 200]
    result.forget()
    result.set_rows(rows(2), 700, lambda row: 300)
    assert [result.height(row) for row in result.rows] == [300, 300]


def message(number: int, text: str = "", role: Role = Role.ASSISTANT) -> Message:
    return Message(MessageId(number), None, role, text, Status.COMPLETE, NOW)


def fork_row(number: int) -> Row:
    return Row(RowKind.FORK, number)


def test_forks_beyond_three_are_folded_until_they_are_asked_for() -> None:
    forks = {MessageId(1): [ConversationId(number) for number in range(10, 15)]}
    shown = rows_of([message(1), message(2)], forks, shared=0, shows_shared=False, unfolded=())
    assert shown == [message_row(MessageId(1)), *map(fork_row, (10, 11, 12)), Row(RowKind.MORE_FORKS, 1), message_row(MessageId(2))]
    shown = rows_of([message(1), message(2)], forks, shared=0, shows_shared=False, unfolded={MessageId(1)})
    assert shown == [message_row(MessageId(1)), *map(fork_row, range(10, 15)), message_row(MessageId(2))]


def test_what_is_shared_stands_between_its_fold_and_where_the_chat_began() -> None:
    messages = [message(number) for number in (1, 2, 3)]
    folded = rows_of(messages, {}, shared=2, shows_shared=False, unfolded=())
    assert folded == [FOLD, BEGAN, message_row(MessageId(3))]
    opened = rows_of(messages, {}, shared=2, shows_shared=True, unfolded=())
    assert opened == [FOLD, message_row(MessageId(1)), message_row(MessageId(2)), BEGAN, message_row(MessageId(3))]
    assert rows_of(messages[:2], {}, shared=2, shows_shared=False, unfolded=()) == [FOLD, BEGAN]


def test_a_guess_grows_with_text_and_code_and_in_narrow_panes() -> None:
    short, long = TextShape.of(message(1, "word " * 50)), TextShape.of(message(2, "word " * 500))
    assert short.height_at(700, 14) < long.height_at(700, 14) < long.height_at(350, 14) < long.height_at(350, 28)
    code = TextShape.of(message(3, "Look:\n```py\n" + "x = 1\n" * 50 + "```\nDone."))
    assert (code.code_lines, code.lines) == (51, 3)
    assert code.height_at(700, 14) == code.height_at(350, 14) > 800
