"""What the processor offers."""

import ctypes
import math
import os
import sys
from pathlib import Path


def physical_cores(cpus: Path = Path("/sys/devices/system/cpu"), quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Return the physical cores that this process may use, at least 1: as many threads serve llama.cpp best.

    Two threads of one core share its arithmetic units, and a thread more than there are cores makes all others wait.

    Args:
        cpus: where Linux describes its processors.
        quota: where Linux says how much processor time a container may take.
    """
    logical = _usable_cpus()
    if sys.platform == "linux":
        cores = {_siblings(cpus, cpu) for cpu in logical}
        return max(1, min(len(cores), _quota(quota)))
    elif sys.platform == "darwin":
        return _performance_cores() or len(logical)
    else:
        return max(1, len(logical) // 2)


def _usable_cpus() -> frozenset[int]:
    if sys.platform == "linux":
        return frozenset(os.sched_getaffinity(0))
    else:
        return frozenset(range(os.cpu_count() or 1))


def _siblings(cpus: Path, cpu: int) -> str:
    try:
        return (cpus / f"cpu{cpu}/topology/thread_siblings_list").read_text().strip()
    except OSError:  # a sandbox may hide it
        return str(cpu)


def _quota(path: Path) -> int:
    try:
        time, period = path.read_text().split()
        return math.ceil(int(time) / int(period))
    except (OSError, ValueError):  # none, or "max"
        return sys.maxsize


def _performance_cores() -> int:
    """Return the fast cores of a Mac; the slow ones would hold up each step. 0: not known."""
    library = ctypes.CDLL(None)
    for name in (b"hw.perflevel0.physicalcpu", b"hw.physicalcpu"):
        count = ctypes.c_int(0)
        size = ctypes.c_size_t(ctypes.sizeof(count))
        if library.sysctlbyname(name, ctypes.byref(count), ctypes.byref(size), None, ctypes.c_size_t(0)) == 0:
            return count.value
    return 0
