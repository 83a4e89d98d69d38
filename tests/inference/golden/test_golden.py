"""States that an earlier version saved restore in the present llama.cpp, or KV_EPOCH must be raised."""

import numpy as np
import pytest

from desktop.inference.errors import StateError
from desktop.sessions.keys import KV_EPOCH
from tests.inference.golden.states import SETUPS, Golden, bench_of, weights_hash
from tests.inference.teacher import LIMIT

ADVICE = "raise KV_EPOCH, then write the golden states anew: python -m tests.inference.golden.write"


@pytest.mark.parametrize("setup", SETUPS, ids=str)
def test_states_of_an_earlier_version_restore(library, models, setup):
    path = models(setup.model)
    golden = Golden.read(setup)
    assert golden.epoch == KV_EPOCH, "KV_EPOCH was raised: write the golden states anew, python -m tests.inference.golden.write"
    assert golden.weights == weights_hash(path), "the tiny model is another: write the golden states anew, from the last good llama.cpp"
    with bench_of(setup, library, path) as bench:
        try:
            bench.restore(golden.bases, golden.states)
        except StateError as error:
            pytest.fail(f"saved states of {setup} do not restore ({error}): {ADVICE}")
        off = float(np.abs(bench.logits() - golden.logits).max())
    assert off < LIMIT, f"restored states of {setup} give other logits, off by {off:.3f}: {ADVICE}"


@pytest.mark.parametrize("setup", SETUPS, ids=str)
def test_states_of_other_tokens_would_be_noticed(library, models, setup):
    with bench_of(setup, library, models(setup.model)) as bench:
        bench.restore(*bench.save(seed=1))
        assert np.abs(bench.logits() - Golden.read(setup).logits).max() > 2 * LIMIT


def test_the_golden_states_are_small():
    assert sum(Golden.path(setup).stat().st_size for setup in SETUPS) < 1_000_000
