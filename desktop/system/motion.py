"""Whether the person wants things on the screen to move."""

import ctypes
import subprocess
import sys
from configparser import ConfigParser, Error
from pathlib import Path

_SPI_GETCLIENTAREAANIMATION = 0x1042
_SECONDS = 1.0


def reduces_motion(config: Path = Path("~/.config")) -> bool:
    """Return whether the system was told to do without animations; False where that cannot be told.

    May take up to a second on Linux and macOS, where another program is asked: not for the window's thread.

    Args:
        config: where a Linux desktop keeps its settings.
    """
    if sys.platform == "linux":
        return (
            _kde_has_none(config.expanduser() / "kdeglobals")
            or _told("gsettings", "get", "org.gnome.desktop.interface", "enable-animations") == "false"
        )
    elif sys.platform == "darwin":
        return _told("/usr/bin/defaults", "read", "com.apple.universalaccess", "reduceMotion") == "1"
    elif sys.platform == "win32":
        animates = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(animates), 0)
        return not animates.value
    else:
        return False


def _kde_has_none(settings: Path) -> bool:
    parser = ConfigParser(strict=False, interpolation=None)
    try:
        parser.read(settings)
        return parser.getfloat("KDE", "AnimationDurationFactor", fallback=1.0) == 0.0
    except (OSError, Error, ValueError):  # ValueError: also what is no UTF-8
        return False


def _told(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""
