"""The packed folder for any Linux: unpack it, and start `rivulet` in it; `install-for-me` puts it into the menu."""

import platform
import shutil
import tarfile
import tempfile
from pathlib import Path

from building.changelog import release_of
from building.desktop_files import LINUX, check_desktop_files, write_desktop_files
from building.staging import copy_application, settle


def build_tarball(application: Path, version: str, target: Path, *, notices: Path) -> Path:
    """Pack the one-folder application into the target folder and return the .tar.xz.

    Raises:
        BuildError: the changelog does not tell of the version, or the desktop's tools find a fault.
    """
    name = f"rivulet-{version}-linux-{platform.machine()}"
    moment = release_of(version).moment
    packed = target / f"{name}.tar.xz"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, name)
        copy_application(application, root)
        share = root / "share"
        write_desktop_files(share)
        check_desktop_files(share)
        shutil.copy(LINUX / "install-for-me", root)
        shutil.copy(LINUX.parents[1] / "LICENSE", root)
        shutil.copy(notices, root / "THIRD-PARTY-NOTICES.txt")
        settle(root, moment)
        with tarfile.open(packed, "w:xz", format=tarfile.PAX_FORMAT) as tar:
            for path in (root, *sorted(root.rglob("*"))):
                tar.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_owned_by_nobody)
    return packed


def _owned_by_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member
