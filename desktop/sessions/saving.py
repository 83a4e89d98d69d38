"""Whether segments are being written: a full disk ends it for a while, a spent budget until there is room."""

from collections.abc import Callable

RETRY_SECONDS = 180.0
NOTICE_SECONDS = 3600.0  # the same trouble is not told again before


class Saving:
    """Stop and go on. Not thread-safe."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._retry_at: float | None = None
        self._is_over_budget = False
        self._told_at: dict[str, float] = {}

    @property
    def is_on(self) -> bool:
        """Tell whether writing goes on, or may be tried again."""
        return not self._is_over_budget and (self._retry_at is None or self._clock() >= self._retry_at)

    @property
    def is_over_budget(self) -> bool:
        """Tell whether the budget is spent by what may not be removed."""
        return self._is_over_budget

    def fail(self) -> bool:
        """Stop for a while; return whether the person is to be told."""
        self._retry_at = self._clock() + RETRY_SECONDS
        return self._is_news("disk")

    def succeed(self) -> bool:
        """Take note of a write; return whether that ended an interruption. What was queued before it says nothing."""
        if self._retry_at is None or self._clock() < self._retry_at:
            return False
        self._retry_at = None
        return True

    def retry(self) -> None:
        """Try again at once, because there may be room now."""
        if self._retry_at is not None:
            self._retry_at = self._clock()

    def set_over_budget(self, *, is_over: bool) -> bool:
        """Stop or go on for the budget's sake; return whether the person is to be told."""
        is_new = is_over and not self._is_over_budget
        self._is_over_budget = is_over
        return is_new and self._is_news("budget")

    def _is_news(self, trouble: str) -> bool:
        now = self._clock()
        if now - self._told_at.get(trouble, -NOTICE_SECONDS) < NOTICE_SECONDS:
            return False
        self._told_at[trouble] = now
        return True
