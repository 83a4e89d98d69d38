"""What a system must have before anything is built, so that a build that cannot end well does not begin."""

import ctypes
import importlib.util
import os
import shutil
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from building.running import BuildError

# On Linux: what is needed, and the package that has it on Debian and Ubuntu.
PROGRAMS = {
    "c++": "g++",
    "glslc": "glslc",
    "dpkg-shlibdeps": "dpkg-dev",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "update-mime-database": "shared-mime-info",
}
HEADERS = {"vulkan/vulkan.hpp": "libvulkan-dev", "spirv/unified1/spirv.hpp": "spirv-headers", "Python.h": "python3-dev"}
MODULES = {"ensurepip": "python3-venv"}
# What Qt's libraries and plugins are linked to: some of it goes into the application, and of the rest its package must say who has it.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libbrotlidec.so.1": "libbrotli1",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libgtk-3.so.0": "libgtk-3-0",
}


def check(
    platform: str = sys.platform,
    find: Callable[[str], str | None] = shutil.which,
    includes: tuple[Path, ...] | None = None,
    load: Callable[[str], object] = ctypes.CDLL,
    find_module: Callable[[str], object] = importlib.util.find_spec,
    version: tuple[int, ...] = sys.version_info[:2],
) -> None:
    """Return where all is there. Raises BuildError, whose text names what to install."""
    if not (3, 11) <= version < (3, 14):
        raise BuildError("Run packaging/build with Python 3.11, 3.12 or 3.13.")
    if platform == "win32" and "VULKAN_SDK" not in os.environ:
        raise BuildError("Install the Vulkan SDK first: VULKAN_SDK names no folder.")
    if platform == "linux":
        places = includes or (Path("/usr/include"), Path("/usr/local/include"), Path(sysconfig.get_path("include")))
        missing = {package for program, package in PROGRAMS.items() if find(program) is None}
        missing |= {package for header, package in HEADERS.items() if not any((place / header).exists() for place in places)}
        missing |= {package for library, package in LIBRARIES.items() if not _loads(load, library)}
        missing |= {package for module, package in MODULES.items() if find_module(module) is None}
        if missing:
            raise BuildError(f"Install first (by their names on Debian and Ubuntu): {' '.join(sorted(missing))}")


def _loads(load: Callable[[str], object], library: str) -> bool:
    try:
        load(library)
    except OSError:
        return False
    return True
