"""What tells a Linux desktop of Rivulet: menu entry, icons, AppStream metainfo, MIME types; and the tools that look them over.

`python -m building.desktop_files` makes them and has them looked over, as making a package does.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from building.changelog import appstream_releases, read_releases
from building.icons import write_hicolor
from building.prerequisites import PROGRAMS
from building.running import BuildError

LINUX = Path(__file__).resolve().parents[1] / "linux"
NAME = "org.rivulet.Rivulet"  # desktop.system.program.APPLICATION_ID


def write_desktop_files(share: Path) -> list[Path]:
    """Write all of it under a `share` folder, such as /usr/share of a package, and return the files."""
    metainfo = (LINUX / f"{NAME}.metainfo.xml").read_text("utf-8").replace("<releases/>", appstream_releases(read_releases()))
    texts = {
        share / f"applications/{NAME}.desktop": (LINUX / f"{NAME}.desktop").read_text("utf-8"),
        share / f"metainfo/{NAME}.metainfo.xml": metainfo,
        share / f"mime/packages/{NAME}.xml": (LINUX / f"{NAME}.mime.xml").read_text("utf-8"),
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return [*texts, *write_hicolor(share / "icons/hicolor", NAME)]


def check_desktop_files(share: Path) -> None:
    """Have what was written looked over by the desktop's own tools.

    Raises:
        BuildError: one of them finds a fault, or is not there.
    """
    _run("desktop-file-validate", "--no-hints", str(share / f"applications/{NAME}.desktop"))
    _run("appstreamcli", "validate", "--no-net", "--pedantic", str(share / f"metainfo/{NAME}.metainfo.xml"))
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(folder, "packages")
        packages.mkdir()
        shutil.copy(share / f"mime/packages/{NAME}.xml", packages)
        _run("update-mime-database", folder)


def _run(tool: str, *arguments: str) -> None:
    if not shutil.which(tool):
        raise BuildError(f"{tool} is not there to look over what was made. Install the package {PROGRAMS[tool]}.")
    result = subprocess.run([tool, *arguments], capture_output=True, text=True)
    said = f"{result.stdout}{result.stderr}"
    # update-mime-database exits with 0 over a file that it cannot read or take, but says so.
    if result.returncode or (tool == "update-mime-database" and "error" in said.lower()):
        raise BuildError(f"{tool} finds fault with {arguments[-1]}:\n{said}")


def main() -> int:
    """Make the files in a folder that is gone afterwards and have them looked over; the exit code is 1 where there is a fault."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            write_desktop_files(Path(folder))
            check_desktop_files(Path(folder))
        except BuildError as error:
            print(error, file=sys.stderr)  # noqa: T201  # a command
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
