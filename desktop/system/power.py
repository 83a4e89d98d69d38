"""Whether the machine runs on its battery."""

import ctypes
import subprocess
import sys
from pathlib import Path


def on_battery(supplies: Path = Path("/sys/class/power_supply")) -> bool:
    """Return whether the machine runs on its battery; False where that cannot be told.

    Args:
        supplies: where Linux describes batteries and chargers.
    """
    if sys.platform == "linux":
        return any(_is_discharging(supply) for supply in supplies.glob("*"))
    elif sys.platform == "darwin":
        try:
            told = subprocess.run(["/usr/bin/pmset", "-g", "batt"], capture_output=True, text=True, timeout=1, check=False).stdout
        except (OSError, subprocess.TimeoutExpired):
            return False
        return "Battery Power" in told
    elif sys.platform == "win32":
        status = (ctypes.c_ubyte * 12)()  # SYSTEM_POWER_STATUS; its first byte says whether there is mains power
        return bool(ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status))) and status[0] == 0
    else:
        return False


def _is_discharging(supply: Path) -> bool:
    is_own = _read(supply / "scope") != "Device"  # else a mouse's, say
    return is_own and _read(supply / "type") == "Battery" and _read(supply / "status") == "Discharging"


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
