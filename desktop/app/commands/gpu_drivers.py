"""What the packaged application needs for a graphics card: it brings llama.cpp's part for one along, the driver is the system's."""

import sys
from collections.abc import Sequence

from desktop.system.gpus import Gpu, Vendor


def driver_advice(gpus: Sequence[Gpu], *, platform: str = sys.platform) -> str:
    """Return what to do where there are cards and llama.cpp sees none; empty without a card."""
    if not gpus:
        return ""
    vendor, name = gpus[0].vendor, gpus[0].name
    if vendor is Vendor.APPLE:
        return f"{name} is not offered through Metal. Update macOS."
    return f"{name} is not offered through Vulkan. Install {_driver(vendor, platform)}"


def _driver(vendor: Vendor, platform: str) -> str:
    if platform != "linux":
        return f"the newest driver of {vendor}'s."
    if vendor is Vendor.NVIDIA:
        return "NVIDIA's driver, and libvulkan1 (Debian and Ubuntu) or vulkan-loader (Fedora)."
    return "mesa-vulkan-drivers (Debian, Ubuntu and Fedora)."
