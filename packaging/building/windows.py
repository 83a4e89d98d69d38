"""The installer for Windows: Inno Setup, run on packaging/windows/rivulet.iss; signed where there is a certificate.

The certificate lies in the person's store, where a thumbprint names it, so no command line tells a password. Nothing here has been run on
Windows yet.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from building.running import BuildError, run

SCRIPT = Path(__file__).parents[1] / "windows" / "rivulet.iss"
PROGRAMS = ("Rivulet.exe", "rivulet-console.exe")  # with a window, and for a console; on their disks names differ by more than case
THUMBPRINT = "RIVULET_SIGN_THUMBPRINT"  # SHA-1, as the store shows it
TIMESTAMPS = "http://timestamp.digicert.com"

Command = Sequence[str]
Run = Callable[..., None]
Find = Callable[[str], str | None]


def pack(
    folder: Path,
    icon: Path,
    target: Path,
    version: str,
    environment: Mapping[str, str] = os.environ,
    run: Run = run,
    platform: str = sys.platform,
) -> Path:
    """Make the installer of an application's folder, signed if a certificate is named, and return it.

    Raises:
        BuildError: this is not Windows, a tool is missing, or it failed.
    """
    if platform != "win32":
        raise BuildError("An installer for Windows can be made on Windows only.")
    thumbprint = environment.get(THUMBPRINT, "").replace(" ", "")
    signing = sign_command(find_signtool(environment), thumbprint) if thumbprint else []
    if signing:
        run(*signing, *(str(folder / name) for name in PROGRAMS))
    run(*compile_command(find_compiler(environment), folder, icon, target, version, signing))
    return target


def sign_command(signtool: str, thumbprint: str) -> Command:
    """Return what signs the files that follow it."""
    return [signtool, "sign", "/sha1", thumbprint, "/fd", "SHA256", "/tr", TIMESTAMPS, "/td", "SHA256", "/d", "Rivulet"]


def compile_command(compiler: str, folder: Path, icon: Path, target: Path, version: str, signing: Command = ()) -> Command:
    """Return what makes the installer; with a command that signs, it and its uninstaller are signed."""
    given = {"Version": version, "Source": folder, "Icon": icon, "Output": target.parent, "Name": target.stem}
    defines = [f"/D{name}={value}" for name, value in given.items()]
    if signing:
        words = subprocess.list2cmdline(signing).replace('"', "$q")  # Inno Setup's own sign for a quote
        defines += ["/DSigned", f"/Srivulet={words} $f"]
    return [compiler, "/Qp", *defines, str(SCRIPT)]


def find_compiler(environment: Mapping[str, str], find: Find = shutil.which) -> str:
    """Return Inno Setup's compiler. Raises BuildError: it is nowhere."""
    places = [
        Path(environment[name]) / "Inno Setup 6" / "ISCC.exe" for name in ("ProgramFiles(x86)", "ProgramFiles") if name in environment
    ]
    found = find("ISCC") or next((str(place) for place in places if place.is_file()), None)
    if found is None:
        raise BuildError("Inno Setup 6 is missing. Install it from https://jrsoftware.org/isinfo.php.")
    return found


def find_signtool(environment: Mapping[str, str], find: Find = shutil.which) -> str:
    """Return Windows' tool that signs: it comes with each of its SDKs and is on no path. Raises BuildError: it is nowhere."""
    kits = Path(environment.get("ProgramFiles(x86)", "")) / "Windows Kits" / "10" / "bin"
    found = find("signtool") or next((str(place) for place in sorted(kits.glob("10.*/x64/signtool.exe"), reverse=True)), None)
    if found is None:
        raise BuildError("signtool is missing. Install the Windows SDK, which has it.")
    return found
