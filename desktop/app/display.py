"""Whether Qt can open a window, found out before it tries: where it cannot, it aborts the process."""

import ctypes
import json
import os
import re
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.system.errors import StartError

if TYPE_CHECKING:
    from PySide6.QtCore import QPluginLoader

PACKAGES: Mapping[str, tuple[str, str]] = {  # library: its package on Debian and Ubuntu, and on Fedora
    "libEGL": ("libegl1", "libglvnd-egl"),
    "libGL": ("libgl1", "libglvnd-glx"),
    "libX11-xcb": ("libx11-xcb1", "libX11-xcb"),
    "libdbus-1": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig": ("libfontconfig1", "fontconfig"),
    "libglib-2.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0": ("libglib2.0-0", "glib2"),
    "libwayland-client": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor": ("libwayland-cursor0", "libwayland-cursor"),
    "libwayland-egl": ("libwayland-egl1", "libwayland-egl"),
    "libxcb-cursor": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr": ("libxcb-randr0", "libxcb"),
    "libxcb-render-util": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape": ("libxcb-shape0", "libxcb"),
    "libxcb-xfixes": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon": ("libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}


def ensure_display() -> None:
    """Return if Qt can open windows. To be called before Qt is imported elsewhere or a QApplication is made.

    Where several platforms would do, QT_QPA_PLATFORM names the one that works afterwards.

    Raises:
        StartError: no display answers, or a library is missing; the sentence says which, and what to install.
    """
    try:
        from PySide6 import QtWidgets  # noqa: F401  its libraries may be missing
    except ImportError as error:
        raise StartError(_missing_library(str(error))) from error
    if sys.platform != "linux":
        return
    obstacles = []
    for platform in _platforms():
        obstacle = _plugin_obstacle(platform) or _DISPLAYS.get(platform.partition(":")[0].partition("-")[0], lambda: "")()
        if not obstacle:
            os.environ["QT_QPA_PLATFORM"] = platform
            return
        obstacles.append(obstacle)
    raise StartError(" ".join(dict.fromkeys(obstacles)) if obstacles else _NO_DISPLAY)


_NO_DISPLAY = "Rivulet needs a graphical display, and neither DISPLAY nor WAYLAND_DISPLAY names one; start it within a desktop session."


def _platforms() -> list[str]:
    """Return the platforms in the order in which Qt would try them, each perhaps with arguments after a colon."""
    if wanted := os.environ.get("QT_QPA_PLATFORM"):
        return [platform for platform in wanted.split(";") if platform]
    x11 = ["xcb"] if os.environ.get("DISPLAY") else []
    wayland = ["wayland"] if os.environ.get("WAYLAND_DISPLAY") else []
    return wayland + x11 if os.environ.get("XDG_SESSION_TYPE") == "wayland" else x11 + wayland


def _plugin_obstacle(platform: str) -> str:
    """Return why Qt cannot load its plugin for a platform; empty where it can."""
    from PySide6.QtCore import QPluginLoader

    key = platform.partition(":")[0].lower()
    known = set()
    for file in _plugin_files():
        loader = QPluginLoader(str(file))
        keys = _keys(loader)
        known |= keys
        if key in keys:
            return "" if loader.load() else _missing_library(loader.errorString())
    return f"QT_QPA_PLATFORM asks for {key!r}, which this Qt does not have; it has {', '.join(sorted(known))}."


def _plugin_files() -> list[Path]:
    from PySide6.QtCore import QLibraryInfo

    folders = [Path(name) for name in os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH", "").split(":") if name]
    roots = [name for name in os.environ.get("QT_PLUGIN_PATH", "").split(":") if name]
    roots.append(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    folders += [Path(root) / "platforms" for root in roots]
    return [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.so"))]


def _keys(loader: "QPluginLoader") -> set[str]:
    from PySide6.QtCore import QJsonDocument

    content = json.loads(bytes(QJsonDocument(loader.metaData()).toJson().data()))
    return {key.lower() for key in content.get("MetaData", {}).get("Keys", [])}


def _missing_library(error: str) -> str:
    """Return a sentence about the library that an error of the dynamic linker names."""
    found = re.search(r"([\w.+-]+?)\.so[\w.]*: cannot open shared object file", error)
    if found is None:
        return f"Qt cannot start: {error.strip().rstrip('.')}."
    library = found[1]
    if library not in PACKAGES:
        return f"Qt cannot open a window because the library {library} is missing; install the package that has it."
    debian, fedora = PACKAGES[library]
    return f"Qt cannot open a window because the library {library} is missing; install {debian} (Debian, Ubuntu) or {fedora} (Fedora)."


def _x11_obstacle() -> str:
    """Return why no X server can be reached; empty where one can."""
    display = os.environ.get("DISPLAY")
    if not display:
        return _NO_DISPLAY
    xcb = ctypes.CDLL("libxcb.so.1")  # Qt's plugin was loaded, so it is there
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))  # never NULL
    refused = xcb.xcb_connection_has_error(connection) != 0
    xcb.xcb_disconnect(connection)
    return f"Rivulet cannot reach the X display {display}: no server answers there, or it refuses." if refused else ""


def _wayland_obstacle() -> str:
    """Return why no Wayland compositor can be reached; empty where one can."""
    if os.environ.get("WAYLAND_SOCKET"):  # an open connection, inherited
        return ""
    display = os.environ.get("WAYLAND_DISPLAY", "wayland-0")
    path = os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), display)  # an absolute display stays as it is
    with closing(socket.socket(socket.AF_UNIX)) as connection:
        try:
            connection.connect(path)
        except OSError:
            return f"Rivulet cannot reach the Wayland display {display}: no compositor answers there."
    return ""


_DISPLAYS: Mapping[str, Callable[[], str]] = {"xcb": _x11_obstacle, "wayland": _wayland_obstacle}
