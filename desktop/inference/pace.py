"""How large a slice of a prefill may be, by what the last ones took."""

ALONE_SECONDS = 0.5  # Stop and Quit are obeyed within a slice
ABORTABLE_SECONDS = 2.0  # where a slice can be aborted: small ones take up to twice the time by the token on a processor
SHARED_SECONDS = 0.1  # while another chat streams: its text must not stutter
FIRST_SLICE = 32  # tokens
SMALLEST_SLICE = 4  # tokens


class Pace:
    """Size prefill slices by measured time."""

    def __init__(self, largest: int, alone_seconds: float = ALONE_SECONDS) -> None:
        """Never exceed largest tokens, the capacity of a batch; aim at so many seconds while nobody else decodes."""
        self._largest, self._alone_seconds = largest, alone_seconds
        self._recent = 0.0  # tokens a second; 0: nothing was measured
        self._best = 0.0  # the same of large slices
        self._last_slice = FIRST_SLICE // 2

    @property
    def tokens_per_second(self) -> float:
        """Return the speed that a long prefill reaches, 0 before the first slice."""
        return self._best

    def slice_tokens(self, *, is_shared: bool) -> int:
        """Return how many tokens the next slice may have."""
        seconds = SHARED_SECONDS if is_shared else self._alone_seconds
        wanted = self._recent * seconds if self._recent else FIRST_SLICE
        # A small slice is slower by the token than a large one, so its speed says little of what twice its size would take.
        return min(self._largest, int(max(SMALLEST_SLICE, min(wanted, 2 * self._last_slice))))

    def short_tokens(self, *, is_shared: bool) -> int:
        """Return how many tokens the next batch may have together of chats that have little left to read each."""
        # Four replies to one message begin in one batch where nobody else waits, whatever was measured.
        paced = int(self._recent * (SHARED_SECONDS if is_shared else self._alone_seconds))
        return min(self._largest, max(self.slice_tokens(is_shared=is_shared), paced if is_shared else max(paced, 4 * FIRST_SLICE)))

    def measured(self, tokens: int, seconds: float) -> None:
        """Take note of what a slice took; a few tokens cost as much as one, and tell nothing."""
        if tokens < SMALLEST_SLICE:
            return
        speed = tokens / max(seconds, 1e-6)
        self._recent = 0.5 * (self._recent + speed) if self._recent else speed
        if speed > self._best:
            self._best = speed
        elif tokens >= FIRST_SLICE:  # the messages of an ordinary chat are short, and read slowly by the token
            self._best += (speed - self._best) / 8
        self._last_slice = tokens

    def seconds_for(self, tokens: int) -> float:
        """Return how long tokens will take to read, 0 before anything was measured."""
        return tokens / self._best if self._best else 0.0
