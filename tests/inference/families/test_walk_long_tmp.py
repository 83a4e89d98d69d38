import os
import pytest
from tests.inference.families import test_walk
from tests.inference.families.setups import Setup
from tests.inference.families.test_walk import Walk
from tests.tiny_models import Family
FAMS=[Setup(Family(name)) for name in os.environ.get("FAMS","gemma3,lfm2").split(",")]
A,B=map(int,os.environ.get("SEEDS","100,110").split(","))
@pytest.mark.parametrize("setup", FAMS, ids=str, indirect=True, scope="session")
@pytest.mark.parametrize("seed", range(A,B))
def test_long(trial, seed, monkeypatch, log_guard):
    monkeypatch.setattr("desktop.inference.residents.REPACK_CELLS", 16)
    if seed % 2:
        monkeypatch.setattr("desktop.inference.residents.SEGMENT_TOKENS", 64)
    if seed % 3 == 0:
        monkeypatch.setattr("desktop.sessions.catalog.RECENT_BYTES", 60_000)
    walk = Walk(trial, seed, monkeypatch)
    walk.go(int(os.environ.get("STEPS","60")))
    if walk.failures:
        log_guard.expect("segment not written")
