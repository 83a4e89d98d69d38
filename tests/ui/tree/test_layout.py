"""Laws of the picture, over any tree."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.conversations.chat_tree import TreeNode
from desktop.conversations.message import ConversationId, MessageId, Role, Status
from desktop.ui.tree.layout import Layout, Spot, lay_out


def nodes_of(parents: list[int | None], chats: list[int] | None = None) -> list[TreeNode]:
    """Return messages numbered from 1 whose parents, and the chats that wrote them, are the given ones."""
    written = chats or [1] * len(parents)
    return [
        TreeNode(MessageId(number), MessageId(above) if above else None, Role.USER, Status.COMPLETE, "", ConversationId(chat))
        for number, (above, chat) in enumerate(zip(parents, written, strict=True), 1)
    ]


@st.composite
def trees(draw: st.DrawFn) -> list[TreeNode]:
    count = draw(st.integers(1, 60))
    parents = [draw(st.sampled_from([None, *range(max(1, number - 8), number)])) for number in range(1, count + 1)]
    return nodes_of(parents, draw(st.lists(st.integers(1, 3), min_size=count, max_size=count)))


def unfolded(nodes: list[TreeNode]) -> Layout:
    return lay_out(nodes, (), {node.id for node in nodes})


def spot_of(layout: Layout, message: int) -> Spot:
    return layout.spots[layout.places[MessageId(message)]]


def where(layout: Layout, message: int) -> tuple[int, int]:
    return spot_of(layout, message).row, spot_of(layout, message).column


@given(trees(), st.sets(st.integers(1, 60)))
def test_every_message_is_there_below_its_parent_and_none_on_another(nodes: list[TreeNode], standing: set[MessageId]) -> None:
    layout = lay_out(nodes, standing)
    assert sorted(node.id for spot in layout.spots for node in spot.nodes) == [node.id for node in nodes]
    assert len({(spot.row, spot.column) for spot in layout.spots}) == len(layout.spots)
    assert layout.columns == max(spot.column for spot in layout.spots) + 1
    for index, spot in enumerate(layout.spots):
        assert all(node.id in layout.places and layout.places[node.id] == index for node in spot.nodes)
        assert index in layout.rows[spot.row]
        above = spot.nodes[0].parent_id
        if above is None:
            assert (spot.parent, spot.row) == (None, 0)
        else:
            assert spot.parent == layout.places[above]
            assert spot.row == layout.spots[spot.parent].row + 1
            assert index in layout.spots[spot.parent].children


@given(trees())
def test_a_branch_keeps_to_its_column_and_forks_stand_right_of_it(nodes: list[TreeNode]) -> None:
    layout = unfolded(nodes)
    for spot in layout.spots:
        columns = [layout.spots[child].column for child in spot.children]
        assert columns == sorted(set(columns))
        own = [layout.spots[child].nodes[0].chat_id == spot.nodes[-1].chat_id for child in spot.children]
        assert (columns[:1] == [spot.column]) is any(own)
        assert own[:1] == [any(own)] or not own
    for row in layout.rows:
        columns = [layout.spots[index].column for index in row]
        assert columns == sorted(columns)


@given(trees())
def test_no_line_crosses_another(nodes: list[TreeNode]) -> None:
    layout = unfolded(nodes)
    lines = [(layout.spots[spot.parent], spot) for spot in layout.spots if spot.parent is not None]
    for start, end in lines:
        for other_start, other_end in lines:
            if start.row == other_start.row and start.column < other_start.column:
                assert end.column < other_end.column
                assert end.column <= other_start.column  # it passes no place where another one begins


@given(trees())
def test_what_is_added_last_moves_nothing_that_goes_straight_on(nodes: list[TreeNode]) -> None:
    newest = TreeNode(MessageId(len(nodes) + 1), nodes[-1].id, Role.USER, Status.COMPLETE, "", ConversationId(1))
    before, after = unfolded(nodes), unfolded([*nodes, newest])
    trunk = next(spot for spot in before.spots if spot.column == 0)
    while True:
        assert where(after, trunk.nodes[0].id) == (trunk.row, trunk.column)
        if not trunk.children or before.spots[trunk.children[0]].column != 0:
            break
        trunk = before.spots[trunk.children[0]]


def test_the_lowest_fork_stands_nearest_and_columns_are_used_again() -> None:
    #  1 - 2 - 3 - 4 - 5; at 1 a version 6; at 3 a fork 7 - 8; at 2 a fork 9
    layout = unfolded(nodes_of([None, 1, 2, 3, 4, 1, 3, 7, 2]))
    assert [where(layout, message) for message in (1, 2, 3, 4, 5)] == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)]
    assert where(layout, 7) == (3, 1)
    assert where(layout, 8) == (4, 1)
    assert where(layout, 9) == (2, 2)  # the line to 7 begins beside it
    assert where(layout, 6) == (1, 3)


def test_a_chat_goes_straight_on_and_its_forks_leave_to_the_right() -> None:
    #  1 - 2 of chat 1; at 2 the fork 3 - 4 of chat 2, written before chat 1 went on with 5
    alone = unfolded(nodes_of([None, 1, 2, 3], [1, 1, 2, 2]))
    assert [where(alone, message) for message in (2, 3, 4)] == [(1, 0), (2, 1), (3, 1)]
    both = unfolded(nodes_of([None, 1, 2, 3, 2], [1, 1, 2, 2, 1]))
    assert [where(both, message) for message in (2, 3, 4, 5)] == [(1, 0), (2, 1), (3, 1), (2, 0)]


def test_long_runs_are_folded_but_for_their_ends() -> None:
    nodes = nodes_of([None, *range(1, 30)])
    layout = lay_out(nodes, {MessageId(30)})
    assert [len(spot.nodes) for spot in layout.spots] == [1, 1, 1, 24, 1, 1, 1]
    assert [spot.row for spot in layout.spots] == list(range(7))
    folded = layout.spots[3]
    assert folded.is_folded
    assert folded.nodes[0].id == 4
    assert len(lay_out(nodes, {MessageId(30)}, {folded.nodes[0].id}).spots) == 30


def test_where_a_chat_stands_or_something_branches_nothing_is_folded() -> None:
    nodes = nodes_of([None, *range(1, 30), 20])
    layout = lay_out(nodes, {MessageId(10), MessageId(30)})
    assert not any(spot_of(layout, message).is_folded for message in (1, 10, 20, 21, 30, 31))
    assert spot_of(layout, 15).is_folded


def test_a_run_stays_unfolded_while_it_grows() -> None:
    layout = lay_out(nodes_of([None, *range(1, 12)]))
    first = next(spot.nodes[0].id for spot in layout.spots if spot.is_folded)
    assert not any(spot.is_folded for spot in lay_out(nodes_of([None, *range(1, 40)]), (), {first}).spots)


def test_short_runs_are_shown() -> None:
    assert not any(spot.is_folded for spot in lay_out(nodes_of([None, *range(1, 9)])).spots)


def test_ten_thousand_messages_in_a_chain_and_as_many_at_one_place() -> None:
    count = 10_000
    chain = unfolded(nodes_of([None, *range(1, count)]))
    assert (len(chain.rows), chain.columns) == (count, 1)
    star = unfolded(nodes_of([None, *[1] * (count - 1)]))
    assert (len(star.rows), star.columns) == (2, count - 1)
    stairs = unfolded(nodes_of([None, *(max(1, number - 2) for number in range(1, count))]))
    assert len(stairs.spots) == count


def test_of_nothing_there_is_an_empty_picture() -> None:
    assert lay_out([]) == Layout()
