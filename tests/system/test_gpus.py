"""Graphics cards as the system tells of them."""

import sys
from pathlib import Path

import pytest

from desktop.system.gpus import Gpu, Vendor, find_gpus

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's files")


class Machine:
    """What Linux tells of one."""

    def __init__(self, root: Path) -> None:
        self.nvidia, self.drm, self.wsl = root / "nvidia", root / "drm", root / "libcuda.so.1"

    def has_nvidia(self, place: str, information: str) -> None:
        (self.nvidia / place).mkdir(parents=True)
        (self.nvidia / place / "information").write_text(information)

    def has_card(self, name: str, vendor: str) -> None:
        (self.drm / name / "device").mkdir(parents=True)
        (self.drm / name / "device" / "vendor").write_text(vendor)

    @property
    def gpus(self) -> list[Gpu]:
        return find_gpus(self.nvidia, self.drm, self.wsl)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@linux
def test_a_machine_without(machine: Machine) -> None:
    assert machine.gpus == []
    machine.has_card("card0", "0x1af4\n")  # a virtual machine's
    machine.has_card("card1", "rubbish")
    (machine.drm / "card2").mkdir()
    (machine.drm / "version").write_text("drm 1.1.0")
    assert machine.gpus == []


@linux
def test_the_driver_tells_the_name(machine: Machine) -> None:
    machine.has_nvidia("0000:01:00.0", "Model: \t\t NVIDIA GeForce RTX 4070\nIRQ:   145\n")
    machine.has_card("card0", "0x10de\n")
    assert machine.gpus == [Gpu(Vendor.NVIDIA, "NVIDIA GeForce RTX 4070")]


@linux
def test_the_best_comes_first_and_sockets_are_no_cards(machine: Machine) -> None:
    machine.has_card("card0", "0x8086\n")
    machine.has_card("card0-HDMI-A-1", "0x8086\n")
    machine.has_card("renderD128", "0x8086\n")
    machine.has_card("card1", "0x1002\n")
    assert machine.gpus == [Gpu(Vendor.AMD, "AMD graphics"), Gpu(Vendor.INTEL, "Intel graphics")]
    machine.has_card("card2", "0x10de\n")  # without NVIDIA's own driver
    assert machine.gpus[0] == Gpu(Vendor.NVIDIA, "NVIDIA graphics")


@linux
def test_strange_files_do_no_harm(machine: Machine) -> None:
    machine.has_nvidia("a", "Model: " + "x" * 100_000)
    machine.has_nvidia("b", "")
    (machine.nvidia / "c").mkdir()
    assert [len(gpu.name) for gpu in machine.gpus] == [200, 15, 15]


@linux
def test_a_linux_inside_windows(machine: Machine) -> None:
    machine.wsl.touch()
    assert machine.gpus == [Gpu(Vendor.NVIDIA, "NVIDIA, through Windows")]


def test_apple_silicon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert find_gpus() == [Gpu(Vendor.APPLE, "Apple silicon")]
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert find_gpus() == []
