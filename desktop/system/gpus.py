"""Which graphics cards there are, whether or not anything can use them."""

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_LONGEST = 200  # characters of a name
_MOST = 32  # cards


class Vendor(StrEnum):
    """Who makes cards that llama.cpp can use; the first is the one to take where there are several."""

    NVIDIA = "NVIDIA"
    AMD = "AMD"
    APPLE = "Apple"
    INTEL = "Intel"


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics card."""

    vendor: Vendor
    name: str


_VENDORS = {0x10DE: Vendor.NVIDIA, 0x1002: Vendor.AMD, 0x8086: Vendor.INTEL}  # of PCI


def find_gpus(
    nvidia: Path = Path("/proc/driver/nvidia/gpus"),
    drm: Path = Path("/sys/class/drm"),
    wsl: Path = Path("/usr/lib/wsl/lib/libcuda.so.1"),
) -> list[Gpu]:
    """Return the graphics cards of this machine, the best to use first; nothing is loaded for it.

    Args:
        nvidia: where NVIDIA's driver for Linux tells of its cards, also in a container.
        drm: where Linux tells of all cards.
        wsl: what Windows puts into its Linux where it has a card of NVIDIA's.
    """
    if sys.platform == "linux":
        found = list(_nvidia(nvidia)) or ([Gpu(Vendor.NVIDIA, "NVIDIA, through Windows")] if wsl.exists() else [])
        known = {Vendor.NVIDIA} if found else set()
        found += [Gpu(vendor, f"{vendor} graphics") for vendor in _drm(drm) if vendor not in known]
    elif sys.platform == "darwin":
        found = [Gpu(Vendor.APPLE, "Apple silicon")] if platform.machine() == "arm64" else []
    elif sys.platform == "win32":
        found = list(_registry())
    else:
        found = []
    order = list(Vendor)
    return sorted(found, key=lambda gpu: order.index(gpu.vendor))[:_MOST]


def _nvidia(folder: Path) -> Iterator[Gpu]:
    for card in _children(folder):
        lines = _read(card / "information").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("Model:")), "")
        yield Gpu(Vendor.NVIDIA, name[:_LONGEST] or "NVIDIA graphics")


def _drm(folder: Path) -> Iterator[Vendor]:
    for card in _children(folder):
        if card.name.startswith("card") and card.name[4:].isdigit():  # the others are its sockets
            try:
                vendor = _VENDORS.get(int(_read(card / "device" / "vendor"), 16))
            except ValueError:  # no card of PCI
                continue
            if vendor is not None:
                yield vendor


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())[:1000]
    except OSError:
        return []


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""


def _registry() -> Iterator[Gpu]:
    """Give the cards that Windows has a driver for."""
    if sys.platform == "win32":
        import winreg

        displays = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
        for index in range(_MOST):
            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{displays}\{index:04}") as key:
                    place = str(winreg.QueryValueEx(key, "MatchingDeviceId")[0]).upper()
                    name = str(winreg.QueryValueEx(key, "DriverDesc")[0])
            except OSError:
                continue
            vendor = next((vendor for number, vendor in _VENDORS.items() if f"VEN_{number:04X}" in place), None)
            if vendor is not None:
                yield Gpu(vendor, name[:_LONGEST])
    else:
        yield from ()
