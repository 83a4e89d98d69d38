"""What goes first, against the rule told by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sessions.tree import Edge
from desktop.sessions.worth import WEEK, Evictable, least_worth, worth
from tests.sessions.segments import CONTEXT, OTHER_CONTEXT, make_segment
from tests.sessions.test_tree import edges_with_states, tree_of

NOW = 100 * WEEK


def edge(
    path: list[int], start: int = 0, *, seconds: float = 1.0, used: float = NOW, base: int = 1000, state: int = 0, window: int = 0
) -> Edge:
    segment = make_segment(path, start)
    return Edge(segment.start, segment.end, segment.ids, base, state, seconds, window, used_at=used, state_used_at=used if state else 0)


def order(edges: list[Edge], kept: list[Edge] | None = None) -> list[tuple[Edge, bool]]:
    victims = least_worth([Evictable(CONTEXT, edges, kept or [], is_stale=False)], NOW)
    return [(victim.edge, victim.is_state_alone) for victim in victims]


def test_what_saves_little_time_for_its_bytes_goes_first():
    cheap, dear, large = edge([1], seconds=1), edge([2], seconds=2), edge([3], seconds=2, base=10_000)
    assert [victim for victim, _ in order([dear, cheap, large])] == [large, cheap, dear]


def test_each_week_without_use_halves_what_it_is_worth():
    assert worth(8, 2, NOW - 2 * WEEK, NOW) == pytest.approx(1)
    assert worth(8, 2, NOW + WEEK, NOW) == 4  # a clock that was wrong
    new, old = edge([1], seconds=1), edge([2], seconds=3, used=NOW - 2 * WEEK)
    assert [victim for victim, _ in order([new, old])] == [old, new]


def test_leaves_go_before_what_they_build_on():
    first, second, third = edge([1], seconds=0.1), edge([1, 2], 1, seconds=5), edge([1, 2, 3], 2, seconds=9)
    other = edge([1, 5], 1, seconds=7)
    assert [victim for victim, _ in order([first, second, third, other])] == [other, third, second, first]


def test_what_is_kept_stays_and_all_that_leads_nowhere_else_goes():
    first, second, third = edge([1]), edge([1, 2], 1), edge([1, 2, 3], 2)
    assert order([first, second, third], kept=[first, second]) == [(third, False)]


def test_what_lasts_goes_at_the_end_and_what_is_stale_at_first():
    cheap, dear, lasting = edge([1], seconds=1), edge([2], seconds=9), edge([3], seconds=0.1, state=500)
    behind = edge([3, 4], 1, seconds=0.1)
    stale = Evictable(OTHER_CONTEXT, [edge([5], seconds=99)], [], is_stale=True)
    fresh = Evictable(CONTEXT, [lasting, cheap, dear, behind], [], is_stale=False, lasting={lasting})
    victims = [(victim.context, victim.edge) for victim in least_worth([fresh, stale], NOW)]
    assert victims[0][0] == OTHER_CONTEXT
    assert [victim for _, victim in victims[1:]] == [behind, cheap, dear, lasting]


def test_a_state_that_nobody_went_back_to_goes_before_the_leaf_behind_it():
    inner = edge([1], seconds=1, state=5000, used=NOW - WEEK)
    leaf = edge([1, 2], 1, seconds=1, state=3000)
    assert order([inner, leaf]) == [(inner, True), (leaf, False), (inner, False)]


def test_a_state_in_a_window_stays_while_a_node_behind_it_needs_it():
    inner = edge([1, 2], seconds=0.001, state=5000, window=3)
    leaf = edge([1, 2, 3], 2, seconds=1, state=3000, window=3)
    assert order([inner, leaf]) == [(leaf, False), (inner, False)]
    far = edge([1, 2, 3, 4, 5], 2, seconds=1, state=3000, window=3)
    assert order([inner, far])[0] == (inner, True)
    other = edge([1, 2, 9, 9, 9, 9], 2, seconds=9, state=3000, window=3)
    assert order([inner, leaf, other]) == [(leaf, False), (inner, True), (other, False), (inner, False)]


def test_states_and_bases_in_memory_take_no_room():
    inner = replace(edge([1], state=5000), is_state_recent=True)
    assert [alone for _, alone in order([inner, edge([1, 2], 1)])] == [False, False]


def test_stale_contexts_go_before_anything_else():
    precious, poor = edge([1], seconds=1000), edge([2], seconds=0.001)
    stale, fresh = Evictable(OTHER_CONTEXT, [precious], [], is_stale=True), Evictable(CONTEXT, [poor], [], is_stale=False)
    assert [victim.edge for victim in least_worth([fresh, stale], NOW)] == [precious, poor]


@given(edges_with_states(), st.data())
def test_nothing_goes_that_is_kept_or_that_something_stands_on_and_all_else_does(stored_and_path, data):
    stored, _ = stored_and_path
    window = data.draw(st.integers(0, 4))
    stored = [replace(each, window=window, seconds=data.draw(st.floats(0, 9)), used_at=data.draw(st.floats(0, NOW))) for each in stored]
    tree = tree_of(stored)
    kept = tree.ways_to(data.draw(st.lists(st.sampled_from([each.end for each in stored]), max_size=2)) if stored else [])
    for victim in least_worth([Evictable(CONTEXT, stored, kept, is_stale=False)], NOW):
        assert victim.edge not in kept
        found = tree.find(victim.edge.start, victim.edge.end)
        assert found is not None
        if victim.is_state_alone:
            assert found.state_file_bytes
            tree.add(found.without_state())
        else:
            assert not tree.edges_from(found.end)
            tree.remove(found)
    assert set(tree) == kept
