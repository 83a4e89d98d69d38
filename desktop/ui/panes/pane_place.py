"""Where a pane stands among the others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PanePlace:
    """A pane's number from the left, from 0, and how many panes there are."""

    index: int
    count: int


ALONE = PanePlace(0, 1)
