"""Which states of a path are kept, against the rule told by hand."""

import math

from hypothesis import given
from hypothesis import strategies as st

from desktop.sessions.keys import NodeKey
from desktop.sessions.segment import StatePart
from desktop.sessions.states import PartsInMemory, kept_positions
from tests.sessions.segments import CONTEXT, OTHER_CONTEXT

LAST_ONE = 0  # tokens of a window
POSITIONS = st.lists(st.integers(1, 5000), unique=True, max_size=40).map(sorted)


def test_the_newest_two_the_first_and_older_ones_further_and_further_apart_stay():
    assert kept_positions(range(100, 2100, 100), (), LAST_ONE, 2000) == {2000, 1900, 1800, 1700, 1600, 1400, 1200, 900, 500, 100}


@given(POSITIONS, st.integers(0, 500), st.sets(st.integers(1, 5000), max_size=3))
def test_forced_ones_and_the_newest_two_stay_and_few_others(positions, after, forced):
    end = max(positions, default=0) + after
    kept = kept_positions(positions, forced, LAST_ONE, end)
    assert kept <= set(positions)
    assert kept >= set(positions[-2:]) | set(positions[:1]) | (forced & set(positions))
    assert len(kept) <= 5 + len(forced) * 2 + math.log(5500) / math.log(4 / 3)


@given(POSITIONS)
def test_re_reading_costs_at_most_a_third_of_the_way_back(positions):
    """Where a state was dropped, a kept one before it is not much further from the end."""
    kept = kept_positions(positions, (), LAST_ONE, end := max(positions, default=0))
    for position in positions:
        newer = min(at for at in kept if at >= position)
        assert position in kept or (newer - position) * 4 < end - position


@given(POSITIONS, st.integers(1, 800))
def test_with_each_state_stay_those_that_entering_there_needs(positions, window):
    alone = kept_positions(positions, (), LAST_ONE, 5000)
    kept = kept_positions(positions, (), window, 5000)
    assert kept == alone | {at for at in positions if any(0 <= newer - at < window for newer in alone)}


def test_parts_are_kept_in_their_order():
    parts, sizes = PartsInMemory[StatePart](), (10, 10, 10, 5)
    states = [StatePart(CONTEXT, NodeKey(b"root"), NodeKey(bytes([at % 3])), 0, bytearray(size)) for at, size in enumerate(sizes)]
    for state in states:
        parts.add(state)
    keys = [state.key for state in states[:3]]
    assert (parts.keys(), parts.size) == ([keys[1], keys[2], keys[0]], 25)
    assert (parts.keys(CONTEXT), parts.keys(OTHER_CONTEXT)) == (parts.keys(), [])
    assert parts.oldest == keys[1]
    assert parts.pop(keys[1]) is states[1]
    assert parts.pop(keys[1]) is None
    assert (parts.size, parts.get(keys[1]), parts.get(keys[0])) == (15, None, states[3])
