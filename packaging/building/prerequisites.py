"""What a system must have before anything is built, so that a build that cannot end well does not begin."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from building.running import BuildError

# On Linux: programs and headers, and the package that has each on Debian and Ubuntu.
PROGRAMS = {
    "c++": "g++",
    "glslc": "glslc",
    "dpkg-shlibdeps": "dpkg-dev",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "update-mime-database": "shared-mime-info",
}
HEADERS = {"vulkan/vulkan.hpp": "libvulkan-dev", "spirv/unified1/spirv.hpp": "spirv-headers"}
_INCLUDES = (Path("/usr/include"), Path("/usr/local/include"))


def check(
    platform: str = sys.platform,
    find: Callable[[str], str | None] = shutil.which,
    includes: tuple[Path, ...] = _INCLUDES,
    version: tuple[int, ...] = sys.version_info[:2],
) -> None:
    """Return where all is there. Raises BuildError, whose text names what to install."""
    if not (3, 11) <= version < (3, 14):
        raise BuildError("Run packaging/build with Python 3.11, 3.12 or 3.13.")
    if platform == "win32" and "VULKAN_SDK" not in os.environ:
        raise BuildError("Install the Vulkan SDK first: VULKAN_SDK names no folder.")
    if platform == "linux":
        missing = {package for program, package in PROGRAMS.items() if find(program) is None}
        missing |= {package for header, package in HEADERS.items() if not any((place / header).exists() for place in includes)}
        if missing:
            raise BuildError(f"Install first (by their names on Debian and Ubuntu): {' '.join(sorted(missing))}")
