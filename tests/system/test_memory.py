"""How much memory is free."""

import sys
from pathlib import Path

import pytest

from desktop.system.memory import RecentMemory, available_memory


def test_what_linux_tells(tmp_path: Path) -> None:
    source = tmp_path / "meminfo"
    source.write_text("MemTotal:       2048 kB\nMemFree:         100 kB\nMemAvailable:   1024 kB\n")
    assert available_memory(source, tmp_path) == 1 << 20


@pytest.mark.parametrize("told", ["", "MemAvailable:", "MemAvailable: many kB", "MemTotal: 1 kB"])
def test_what_is_not_told_is_not_known(tmp_path: Path, told: str) -> None:
    source = tmp_path / "meminfo"
    source.write_text(told)
    assert available_memory(source, tmp_path) is None
    assert available_memory(tmp_path / "missing", tmp_path) is None


def test_who_asks_for_many_at_once_has_it_looked_up_once() -> None:
    looks, now = iter([100, 200]), [0.0]
    memory = RecentMemory(lambda: next(looks), seconds=0.25, clock=lambda: now[0])
    assert [memory(), memory()] == [100, 100]
    now[0] = 0.3
    assert memory() == 200


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it")
def test_here_there_is_some() -> None:
    free = available_memory()
    assert free is not None
    assert free > 1 << 20


def group(folder: Path, limit: str, used: int, cached: str) -> None:
    is_second = cached == "file"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ("memory.max" if is_second else "memory.limit_in_bytes")).write_text(limit)
    (folder / ("memory.current" if is_second else "memory.usage_in_bytes")).write_text(str(used))
    (folder / "memory.stat").write_text(f"anon 5\n{cached} 100\n")


@pytest.mark.parametrize(("line", "top", "cached"), [("0::/outer/own", "", "file"), ("4:memory:/outer/own", "memory", "total_cache")])
def test_a_group_may_have_less_than_the_machine(tmp_path: Path, line: str, top: str, cached: str) -> None:
    source, membership = tmp_path / "meminfo", tmp_path / "cgroup"
    source.write_text("MemAvailable: 1024 kB\n")
    membership.write_text(f"7:pids:/other\n{line}\nbroken\n")
    groups = tmp_path / "groups"
    assert available_memory(source, membership, groups) == 1 << 20, "no group tells anything"
    group(groups / top / "outer" / "own", "max", 5000, cached)
    group(groups / top / "outer", "8000", 3000, cached)
    assert available_memory(source, membership, groups) == 5100
    group(groups / top / "outer" / "own", "6000", 5000, cached)
    assert available_memory(source, membership, groups) == 1100
    group(groups / top / "outer" / "own", "10", 5000, cached)
    assert available_memory(source, membership, groups) == 0
