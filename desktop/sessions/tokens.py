"""Token ids as they are compared, hashed and stored."""

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING

# array("i"): 4 bytes a token, slices and comparisons at memory speed. Never changed once it has left its maker.
if TYPE_CHECKING:
    TokenIds = array[int]
else:  # an array is not subscriptable at run time before Python 3.12
    TokenIds = array


def token_ids(ids: Iterable[int] = ()) -> TokenIds:
    """Return ids as an array."""
    return array("i", ids)


def common_length(one: TokenIds, other: TokenIds) -> int:
    """Return how many ids the two have in common from the start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
