"""Where two lists of rows differ."""

from collections.abc import Iterable, Sequence
from itertools import groupby, islice

from desktop.ui.sidebar.chat_rows import Row


def differing(before: Sequence[Row], after: Sequence[Row]) -> tuple[int, int]:
    """Return how many rows are equal at the beginning and, of the others, at the end."""
    shorter = min(len(before), len(after))
    first = _equal(zip(before, after, strict=False))
    end = _equal(islice(zip(reversed(before), reversed(after), strict=False), shorter - first))
    return first, end


def runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Return where flags are set without a gap: the first index of each run, and the one behind its last."""
    found = groupby(range(len(flags)), key=lambda number: flags[number])
    ranges = [list(numbers) for is_set, numbers in found if is_set]
    return [(numbers[0], numbers[-1] + 1) for numbers in ranges]


def _equal(pairs: Iterable[tuple[Row, Row]]) -> int:
    """Return how many pairs are of equal rows before the first that is not."""
    count = 0
    for one, other in pairs:
        if one is not other and one != other:  # most are the same object, and comparing what is in them takes long
            break
        count += 1
    return count
