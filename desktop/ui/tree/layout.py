"""Where everything stands in the picture of a tree, as rows and columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from desktop.conversations.chat_tree import TreeNode
from desktop.conversations.message import MessageId

_KEPT = 2  # messages that stay at each end of a folded run
_LEAST_FOLDED = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the picture: a message, or several that follow each other, folded."""

    nodes: tuple[TreeNode, ...]
    parent: int | None  # all of these are indices of spots
    children: tuple[int, ...]  # the oldest of the same chat comes first and goes straight on; forks and versions to the right
    row: int
    column: int

    @property
    def is_folded(self) -> bool:
        """Whether it stands for several messages."""
        return len(self.nodes) > 1


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture; the indices of spots are those of the tuple."""

    spots: tuple[Spot, ...] = ()
    rows: tuple[tuple[int, ...], ...] = ()  # the spots of each row, from the left
    columns: int = 0
    places: dict[MessageId, int] = field(default_factory=dict)  # the spot of each message


def lay_out(nodes: Sequence[TreeNode], standing: Collection[MessageId] = (), unfolded: Collection[MessageId] = ()) -> Layout:
    """Return the picture of messages whose parents come before them; takes time in proportion to their number.

    Long runs where nothing branches and no chat stands (standing: where they do) are folded, but for those whose first
    folded message is in unfolded. Lines never cross, and what went straight on stays where it is when something is added.
    """
    runs, parents = _fold(nodes, standing, unfolded)
    children: list[list[int]] = [[] for _ in runs]
    rows: list[int] = []
    for index, parent in enumerate(parents):
        rows.append(0 if parent is None else rows[parent] + 1)
        if parent is not None:
            children[parent].append(index)
    goes_on = [_put_own_first(runs, index, below) for index, below in enumerate(children)]
    columns = _columns(parents, children, rows, goes_on)
    by_row: list[list[int]] = [[] for _ in range(max(rows, default=-1) + 1)]
    for index, row in enumerate(rows):
        by_row[row].append(index)
    for row_spots in by_row:
        row_spots.sort(key=columns.__getitem__)
    spots = (Spot(run, parents[it], tuple(children[it]), rows[it], columns[it]) for it, run in enumerate(runs))
    places = {node.id: index for index, run in enumerate(runs) for node in run}
    return Layout(tuple(spots), tuple(map(tuple, by_row)), max(columns, default=-1) + 1, places)


def _fold(
    nodes: Sequence[TreeNode], standing: Collection[MessageId], unfolded: Collection[MessageId]
) -> tuple[list[tuple[TreeNode, ...]], list[int | None]]:
    """Return the messages of each spot, and the spots' parents."""
    followers: dict[MessageId | None, int] = {}
    for node in nodes:
        followers[node.parent_id] = followers.get(node.parent_id, 0) + 1
    runs: list[list[TreeNode]] = []  # of messages that do nothing but follow each other, and of one each for all others
    run_of: dict[MessageId, int] = {}
    parents: list[int | None] = []
    is_open: list[bool] = []  # whether the run goes on
    for node in nodes:
        above = run_of.get(node.parent_id) if node.parent_id is not None else None
        is_plain = above is not None and followers[node.parent_id] == 1 and followers.get(node.id) == 1 and node.id not in standing
        if is_plain and above is not None and is_open[above]:
            runs[above].append(node)
        else:
            runs.append([node])
            parents.append(above)
            is_open.append(is_plain)
            above = len(runs) - 1
        run_of[node.id] = above
    return _split(runs, parents, unfolded)


def _split(
    runs: list[list[TreeNode]], parents: list[int | None], unfolded: Collection[MessageId]
) -> tuple[list[tuple[TreeNode, ...]], list[int | None]]:
    """Return the spots that runs become: their ends stay messages of their own."""
    spots: list[tuple[TreeNode, ...]] = []
    above: list[int | None] = []
    ends: list[int] = []  # the last spot of each run
    for run, parent in zip(runs, parents, strict=True):
        before = ends[parent] if parent is not None else None
        for part in _parts(run, unfolded):
            above.append(before)
            before = len(spots)
            spots.append(part)
        ends.append(len(spots) - 1)
    return spots, above


def _parts(run: list[TreeNode], unfolded: Collection[MessageId]) -> list[tuple[TreeNode, ...]]:
    folded = run[_KEPT:-_KEPT]
    if len(folded) < _LEAST_FOLDED or folded[0].id in unfolded:
        return [(node,) for node in run]
    return [*((node,) for node in run[:_KEPT]), tuple(folded), *((node,) for node in run[-_KEPT:])]


def _put_own_first(runs: Sequence[Sequence[TreeNode]], index: int, children: list[int]) -> bool:
    """Put the oldest child that the same chat wrote first; return whether there is one."""
    chat_id = runs[index][-1].chat_id
    own = next((child for child in children if runs[child][0].chat_id == chat_id), None)
    if own is not None:
        children.sort(key=lambda child: child != own)
    return own is not None


def _columns(parents: Sequence[int | None], children: Sequence[Sequence[int]], rows: Sequence[int], goes_on: Sequence[bool]) -> list[int]:
    """Return the column of each spot: a branch, from where it leaves to where nothing goes straight on, keeps to one.

    The lowest fork of a branch is placed first and so nearest; one that leaves further up passes over it on its right.
    """
    columns = [0] * len(parents)
    reach = [-1] * (max(rows, default=-1) + 1)  # the rightmost column in use
    waiting = [index for index, parent in enumerate(parents) if parent is None][::-1]
    while waiting:
        first = waiting.pop()
        branch = [first]
        while goes_on[branch[-1]]:
            branch.append(children[branch[-1]][0])
        top, bottom = max(rows[first] - 1, 0), rows[branch[-1]]  # the line that leads to it begins a row above
        column = max(reach[top : bottom + 1]) + 1
        reach[top : bottom + 1] = [column] * (bottom + 1 - top)
        for index in branch:
            columns[index] = column
            waiting.extend(reversed(children[index][1:] if goes_on[index] else children[index]))
    return columns
