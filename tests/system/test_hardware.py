import os
import sys

import pytest

from desktop.system.hardware import physical_cores

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux describes its processors in files")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Return a function that describes a machine: the siblings of each logical processor."""

    def describe(*siblings, quota="max 100000"):
        for number, text in enumerate(siblings):
            topology = tmp_path / f"cpu{number}" / "topology"
            topology.mkdir(parents=True)
            (topology / "thread_siblings_list").write_text(text + "\n")
        (tmp_path / "cpu.max").write_text(quota + "\n")
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(len(siblings))))
        return tmp_path, tmp_path / "cpu.max"

    return describe


@linux
def test_two_threads_of_a_core_count_once(machine):
    assert physical_cores(*machine("0,2", "1,3", "0,2", "1,3")) == 2


@linux
def test_cores_without_threads_count_each(machine):
    assert physical_cores(*machine("0", "1", "2")) == 3


@linux
@pytest.mark.parametrize(("quota", "cores"), [("150000 100000", 2), ("10000 100000", 1), ("800000 100000", 3), ("nonsense", 3)])
def test_a_containers_share_is_respected(machine, quota, cores):
    assert physical_cores(*machine("0", "1", "2", quota=quota)) == cores


@linux
def test_a_sandbox_without_descriptions_counts_processors(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2})
    assert physical_cores(tmp_path / "none", tmp_path / "none") == 3


def test_this_machine_has_a_core():
    assert 1 <= physical_cores() <= os.cpu_count()
