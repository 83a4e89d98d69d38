import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from building.deb import build_deb
from building.tarball import build_tarball

from desktop import __version__

OLDER = "0.0.1"


def needs(*tools: str) -> pytest.MarkDecorator:
    """Leave a test out where the system lacks a tool; `.ci/run` installs them all."""
    missing = [tool for tool in tools if not shutil.which(tool)]
    return pytest.mark.skipif(bool(missing), reason=f"this system has no {', '.join(missing)}")


DESKTOP_TOOLS = ("desktop-file-validate", "appstreamcli", "update-mime-database")
DEBIAN_TOOLS = ("dpkg", "dpkg-deb", "dpkg-shlibdeps")


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stand-in for the frozen application: its program tells which file it is."""
    folder = tmp_path_factory.mktemp("application") / "rivulet"
    inner = folder / "_internal" / "PySide6" / "deep"
    inner.mkdir(parents=True)
    shutil.copy(Path(shutil.which("readlink") or "").resolve(), folder / "rivulet")
    (folder / "rivulet").chmod(0o700)
    library = inner / "libstand-in.so.1.2"
    shutil.copy(folder / "rivulet", library)
    library.chmod(0o777)
    (inner / "libstand-in.so.1").symlink_to("libstand-in.so.1.2")
    (inner / "data with spaces.txt").write_text("data")
    (inner / "data with spaces.txt").chmod(0o600)
    return folder


@pytest.fixture(scope="session")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notices") / "notices"
    path.write_text("Qt is under the LGPL.\n")
    return path


@pytest.fixture(scope="session")
def deb(application: Path, notices: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_deb(application, __version__, tmp_path_factory.mktemp("deb"), notices=notices)


@pytest.fixture(scope="session")
def tarball(application: Path, notices: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tarball(application, __version__, tmp_path_factory.mktemp("tarball"), notices=notices)


@pytest.fixture
def dpkg(tmp_path: Path) -> Callable[..., Path]:
    """Run dpkg on a clean root of its own and return the root."""
    root = tmp_path / "root"
    for folder in ("info", "updates", "triggers", "parts"):
        (root / "var/lib/dpkg" / folder).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()

    def run(*arguments: str) -> Path:
        # Its chown and its chroot want root; fakeroot says that it is.
        prefix = [] if os.geteuid() == 0 else ["fakeroot"]
        forced = ["--force-not-root", "--force-depends", "--force-script-chrootless", "--force-bad-path"]
        command = [*prefix, "dpkg", f"--root={root}", f"--log={tmp_path / 'dpkg.log'}", *forced, *arguments]
        result = subprocess.run(command, capture_output=True, text=True, timeout=100)
        assert result.returncode == 0, result.stdout + result.stderr
        return root

    return run
