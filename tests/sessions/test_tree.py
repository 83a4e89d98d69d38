"""The prefix tree against a search that simply tries everything."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, combinations, pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.sessions.keys import node_key
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.sessions.tree import Edge, EntryRule, PrefixTree, StoredPrefix
from tests.sessions.segments import CONTEXT, cut_path, edge_of, make_segment

ROOT = node_key(CONTEXT, token_ids())
PATHS = st.lists(st.integers(0, 1), min_size=1, max_size=9).map(tuple)  # two ids only, so that paths meet often


@st.composite
def edges(draw: st.DrawFn) -> tuple[list[Edge], TokenIds]:
    """Any ranges of a path, of paths that begin like it, and of others; and a path to look up, mostly the first."""
    first = draw(PATHS)
    paths = [first, first[: draw(st.integers(0, len(first)))] + draw(PATHS), draw(PATHS)]
    found: dict[tuple[bytes, bytes], Edge] = {}
    for path in paths:
        cuts = sorted({0, len(path), *draw(st.lists(st.integers(0, len(path)), min_size=1, max_size=3))})
        for start, end in combinations(cuts, 2):
            if draw(st.booleans()):
                segment = make_segment(path, start, end)
                found[segment.start, segment.end] = edge_of(segment)
    return draw(st.permutations(list(found.values()))), token_ids(draw(st.sampled_from([first, first, *paths])))


def tree_of(stored: Sequence[Edge]) -> PrefixTree:
    tree = PrefixTree(ROOT)
    for edge in stored:
        tree.add(edge)
    return tree


def every_length(stored: Sequence[Edge], path: TokenIds, node: bytes = ROOT, position: int = 0) -> Iterator[int]:
    """Yield every length that whole edges, and the beginning of one more, cover."""
    yield position
    for edge in stored:
        if edge.start == node:
            rest = path[position:]
            agreeing = next((at for at, (a, b) in enumerate(zip(edge.ids, rest, strict=False)) if a != b), min(len(edge.ids), len(rest)))
            if agreeing == len(edge.ids):
                yield from every_length(stored, path, edge.end, position + agreeing)
            else:
                yield position + agreeing


def every_node(stored: Sequence[Edge], path: TokenIds, node: bytes = ROOT, position: int = 0) -> Iterator[int]:
    """Yield every length that whole edges cover."""
    yield position
    for edge in stored:
        if edge.start == node and path[position : position + len(edge.ids)] == edge.ids:
            yield from every_node(stored, path, edge.end, position + len(edge.ids))


@st.composite
def edges_with_states(draw: st.DrawFn) -> tuple[list[Edge], TokenIds]:
    stored, path = draw(edges())
    return [replace(edge, state_bytes=draw(st.sampled_from([0, 1, 1]))) for edge in stored], path


def every_way(stored: Sequence[Edge], path: TokenIds, way: tuple[Edge, ...] = ()) -> Iterator[tuple[Edge, ...]]:
    """Yield every way of whole edges along a path."""
    yield way
    node, position = way[-1].end if way else ROOT, sum(len(edge.ids) for edge in way)
    for edge in stored:
        if edge.start == node and path[position : position + len(edge.ids)] == edge.ids:
            yield from every_way(stored, path, (*way, edge))


def can_enter(way: Sequence[Edge], window: int) -> bool:
    """Tell by the rule's words whether a way leads to a node that can be entered."""
    ends = list(accumulate(len(edge.ids) for edge in way))
    return all(edge.state_bytes for edge, end in zip(way, ends, strict=True) if ends[-1] - end < max(window, 1))


def check_way(prefix: StoredPrefix, path: TokenIds) -> None:
    """Check that a prefix can be restored as it is: edges in a row that say what the path says."""
    node, position = ROOT, 0
    for edge in prefix.edges:
        assert edge.start == node
        assert edge.ids == path[position : position + len(edge.ids)]
        node, position = edge.end, position + len(edge.ids)
    assert position == prefix.whole_tokens
    if prefix.partial is None:
        assert prefix.partial_tokens == 0
    else:
        assert prefix.partial.start == node
        assert 0 < prefix.partial_tokens < len(prefix.partial.ids)
        assert prefix.partial.ids[: prefix.partial_tokens] == path[position : prefix.tokens]


@settings(max_examples=300)
@given(edges())
def test_lookup_returns_the_longest_stored_prefix_however_paths_were_cut(stored_and_path):
    stored, ids = stored_and_path
    prefix = tree_of(stored).lookup(ids)
    check_way(prefix, ids)
    assert prefix.tokens == max(every_length(stored, ids))
    assert prefix.node_tokens == max(every_node(stored, ids))


@settings(max_examples=300)
@given(edges_with_states(), st.integers(0, 6))
def test_a_node_is_entered_only_where_all_states_are_that_it_needs_by_whatever_way(stored_and_path, window):
    stored, ids = stored_and_path
    prefix = tree_of(stored).lookup(ids, EntryRule(window))
    check_way(prefix, ids)
    assert prefix.partial is None
    assert can_enter(prefix.edges, window)
    assert prefix.whole_tokens == max(sum(len(edge.ids) for edge in way) for way in every_way(stored, ids) if can_enter(way, window))
    assert prefix.node_tokens == max(every_node(stored, ids))


@given(edges_with_states(), st.data())
def test_ways_to_nodes_are_all_that_lead_there_from_wherever(stored_and_path, data):
    stored, _ = stored_and_path
    nodes = data.draw(st.lists(st.sampled_from([edge.end for edge in stored]), max_size=3)) if stored else []
    found = set[Edge]()
    for _ in stored:
        found |= {edge for edge in stored if edge.end in nodes or any(edge.end == after.start for after in found)}
    assert tree_of(stored).ways_to(nodes) == found


@given(edges(), st.data())
def test_a_way_to_a_node_is_found_wherever_there_is_one(stored_and_path, data):
    stored, ids = stored_and_path
    tree = tree_of(stored)
    for edge in stored:
        way = tree.way_to(edge.end)
        if way is not None:
            assert way[0].start == ROOT
            assert all(one.end == other.start for one, other in pairwise(way))
            assert way[-1].end == edge.end
    for way in every_way(stored, ids):
        assert not way or tree.way_to(way[-1].end) is not None


@given(edges())
def test_a_way_through_an_edge_begins_and_ends_where_no_way_goes_on(stored_and_path):
    stored, _ = stored_and_path
    tree = tree_of(stored)
    for edge in stored:
        way = tree.way_through(edge)
        assert edge in [placed.edge for placed in way]
        assert all((one.edge.end, one.end) == (other.edge.start, other.start) for one, other in pairwise(way))
        assert not any(other.end == way[0].edge.start for other in stored)
        assert not tree.edges_from(way[-1].edge.end)


@given(edges_with_states())
def test_what_is_counted_is_what_is_there(stored_and_path):
    stored, _ = stored_and_path
    tree = tree_of([*stored, *stored])
    assert (len(tree), tree.file_bytes) == (len(stored), sum(edge.file_bytes for edge in stored))
    for edge in stored[::2]:
        tree.add(edge.without_state())
    for edge in stored[1::2]:
        tree.remove(edge)
        tree.remove(edge)
    assert len(tree) == len(stored[::2])
    assert tree.file_bytes == sum(edge.without_state().file_bytes for edge in stored[::2])
    assert all(tree.holds_node(edge.end) for edge in stored[::2])


def test_paths_part_where_edges_differ_not_where_they_are_cut_differently():
    tree = tree_of([edge_of(make_segment(path)) for path in ([1], [1, 2], [1, 2, 3])])
    assert not tree.branches_at(ROOT)
    tree.add(edge_of(make_segment([1, 3])))
    assert tree.branches_at(ROOT)


@given(edges(), st.data())
def test_a_removed_edge_is_not_used_and_what_follows_comes_back_with_it(stored_and_path, data):
    stored, ids = stored_and_path
    tree = tree_of(stored)
    before = tree.lookup(ids).tokens
    lost = data.draw(st.lists(st.sampled_from(stored), unique_by=id) if stored else st.just([]))
    for edge in lost:
        tree.remove(edge)
    left = [edge for edge in stored if edge not in lost]
    assert all((edge in tree) == (edge in left) for edge in stored)
    assert {id(edge) for edge in tree} == {id(edge) for edge in left}
    prefix = tree.lookup(ids)
    check_way(prefix, ids)
    assert prefix.tokens == max(every_length(left, ids))
    for edge in lost:
        tree.add(edge)
    assert tree.lookup(ids).tokens == before


@given(PATHS, PATHS, st.data())
def test_paths_that_begin_alike_meet_in_the_same_nodes(one, rest, data):
    whole = one + rest
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=3))
    ends = {segment.end for segment in cut_path(whole, [len(one), *cuts])}
    assert make_segment(one).end in ends
    assert make_segment(whole).end in ends


def test_whole_edges_are_preferred_to_the_beginning_of_a_longer_one():
    whole, longer = make_segment([1, 2, 3]), make_segment([1, 2, 3, 4])
    prefix = tree_of([edge_of(longer), edge_of(whole)]).lookup(token_ids([1, 2, 3]))
    assert (prefix.whole_tokens, prefix.partial) == (3, None)


def test_a_long_path_that_is_stored_twice_is_found_at_once():
    path = [number % 7 for number in range(3000)]  # of 2 ** 1000 ways
    stored = [edge_of(segment) for cuts in (range(0, 3000, 3), range(0, 3000, 2)) for segment in cut_path(path, cuts)]
    assert tree_of(stored).lookup(token_ids(path)).whole_tokens == 3000


def test_what_was_never_added_can_be_removed():
    tree = tree_of([edge_of(make_segment([1, 2]))])
    tree.remove(edge_of(make_segment([1, 3])))
    tree.remove(edge_of(make_segment([4, 5], 1)))
    assert tree.lookup(token_ids([1, 2])).whole_tokens == 2
    assert tree.find(ROOT, ROOT) is None


def test_an_edge_that_reaches_less_far_may_lead_further():
    path = range(9)
    stored = [edge_of(make_segment(path, start, end)) for start, end in ((0, 5), (0, 3), (3, 9))]
    for order in permutations(stored):
        assert tree_of(order).lookup(token_ids(path)).whole_tokens == 9
