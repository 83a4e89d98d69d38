"""How long a reply has thought before it answered."""

import time
from collections.abc import Callable


class ThinkingTime:
    """Count from the first reasoning that is written to the answer or the end. For one thread."""

    def __init__(self, seconds: float = 0.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Go on from seconds, which a reply that is continued has thought already."""
        self._seconds, self._clock = seconds, clock
        self._since: float | None = None

    def wrote(self, *, is_reasoning: bool) -> None:
        """Take note of what is written now."""
        if not is_reasoning:
            self.end()
        elif self._since is None:
            self._since = self._clock()

    def end(self) -> float:
        """Return the seconds until now."""
        if self._since is not None:
            self._seconds += self._clock() - self._since
            self._since = None
        return self._seconds
