"""Opening a pane delays one that streams by no more than one slice of bounded size for each of its tokens."""

from itertools import pairwise

import pytest

from desktop.inference.job import Ending, Purpose
from desktop.inference.pace import Pace
from desktop.sessions.tokens import token_ids
from tests.inference.families.setups import on_all_families
from tests.inference.families.trial import Trial


@on_all_families
def test_between_two_tokens_of_a_chat_stands_one_slice_at_most(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = trial.open(8192)
    allowed, slice_tokens = list[int](), Pace.slice_tokens

    def note_allowed(pace: Pace, *, is_shared: bool) -> int:
        tokens = slice_tokens(pace, is_shared=is_shared)
        allowed.append(tokens if is_shared else -1)  # the batch may carry fewer, never more
        return tokens

    stored = trial.ids(0, 700)
    driver.run(stored, "stored", Purpose.READ, boundaries=(600,))
    driver.engine.leave("stored")
    monkeypatch.setattr(Pace, "slice_tokens", note_allowed)
    words = token_ids(ord("a") + n % 26 for n in range(6000))  # each is a text of its own
    _, streaming = trial.start(driver, trial.ids(1, 50), words, "streaming")
    noted: list[tuple[int, int, int]] = []
    streaming.on_wrote = lambda text: noted.append((driver.engine.decode_calls, driver.engine.tokens_decoded, len(allowed)))
    streaming.wait_for_words(10)
    driver.run(stored, "stored", Purpose.RESTORE)  # opens: is looked up alone
    reading = driver.start(trial.ids(2, 1200), "reading", Purpose.READ)
    driver.run(stored + trial.ids(3, 30), "stored", words=3)  # is restored and goes on
    assert reading.outcome().ending is Ending.READY
    driver.engine.stop(streaming.job_id)
    assert streaming.outcome().ending is Ending.STOPPED

    foreign = 0
    for (calls, tokens, slices), (calls_after, tokens_after, slices_after) in pairwise(noted):
        assert calls_after - calls == 1, "each decode carries a token of the chat that streams"
        assert tokens_after - tokens - 1 <= max([0, *allowed[slices:slices_after]]) + 1, "a slice, and a token of the other that writes"
        foreign += tokens_after - tokens - 1
    assert foreign >= 1200 + 30
    assert -1 not in allowed[noted[0][2] :]
