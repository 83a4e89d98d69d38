from hypothesis import given
from hypothesis import strategies as st

from desktop.inference.pace import ALONE_SECONDS, FIRST_SLICE, SHARED_SECONDS, SMALLEST_SLICE, Pace

measurements = st.lists(st.tuples(st.integers(0, 600), st.floats(0, 1000, allow_nan=False)), max_size=12)


@given(largest=st.integers(1, 4096), measured=measurements, is_shared=st.booleans())
def test_slices_are_bounded(largest, measured, is_shared):
    pace = Pace(largest)
    last = FIRST_SLICE // 2
    for tokens, seconds in measured:
        pace.measured(tokens, seconds)
        last = tokens if tokens >= SMALLEST_SLICE else last
        size = pace.slice_tokens(is_shared=is_shared)
        assert 1 <= size <= largest
        assert size <= max(SMALLEST_SLICE, 2 * last), "a slice grows by at most twice"


@given(speed=st.floats(200, 1e5), is_shared=st.booleans())
def test_slices_come_to_take_their_time(speed, is_shared):
    pace = Pace(512)
    sizes = []
    for _ in range(12):
        sizes.append(pace.slice_tokens(is_shared=is_shared))
        pace.measured(sizes[-1], sizes[-1] / speed)
    seconds = SHARED_SECONDS if is_shared else ALONE_SECONDS
    assert abs(sizes[-1] - min(512, speed * seconds)) <= 1


@given(measured=measurements)
def test_four_generation_prompts_fit_into_one_batch_where_nobody_else_waits(measured):
    pace = Pace(512)
    for tokens, seconds in measured:
        pace.measured(tokens, seconds)
    assert 4 * FIRST_SLICE <= pace.short_tokens(is_shared=False) <= 512


def test_short_readings_beside_a_chat_that_writes_take_their_time_too():
    pace = Pace(512)
    pace.measured(10, 0.1)
    assert pace.slice_tokens(is_shared=True) == pace.short_tokens(is_shared=True) == 100 * SHARED_SECONDS
    pace.measured(5, 0.001)
    assert pace.slice_tokens(is_shared=True) == 10
    assert pace.short_tokens(is_shared=True) == int(0.5 * (100 + 5000) * SHARED_SECONDS), "it may grow by more than twice"


def test_a_machine_that_becomes_slow_gets_smaller_slices():
    pace = Pace(512)
    for _ in range(8):
        pace.measured(512, 0.5)
    before = pace.slice_tokens(is_shared=True)
    for _ in range(8):
        pace.measured(before, 1.0)
    assert pace.slice_tokens(is_shared=True) < before / 5


def test_the_smallest_slice_is_kept_on_the_slowest_machine():
    pace = Pace(512)
    pace.measured(32, 100.0)
    assert pace.slice_tokens(is_shared=True) == SMALLEST_SLICE


def test_a_few_tokens_tell_nothing_of_the_speed():
    pace = Pace(512)
    assert pace.tokens_per_second == 0
    assert pace.seconds_for(100) == 0
    pace.measured(SMALLEST_SLICE - 1, 1.0)
    assert pace.tokens_per_second == 0
    assert pace.slice_tokens(is_shared=False) == FIRST_SLICE


@given(tokens=st.integers(8, 4096), seconds=st.floats(0, 100), left=st.integers(0, 10_000))
def test_the_time_that_is_left_follows_the_speed(tokens, seconds, left):
    pace = Pace(512)
    pace.measured(tokens, seconds)
    assert pace.tokens_per_second > 0
    assert pace.seconds_for(left) == left / pace.tokens_per_second
