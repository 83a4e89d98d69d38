import shutil
from pathlib import Path

import pytest
from building.deb import build_deb
from building.tarball import build_tarball

from desktop import __version__
from tests.packages.clean_root import OWNER, CleanRoot

OLDER = "0.0.1"


def needs(*tools: str) -> pytest.MarkDecorator:
    """Leave a test out where the system lacks a tool; `.ci/run` installs them all."""
    missing = [tool for tool in tools if not shutil.which(tool)]
    return pytest.mark.skipif(bool(missing), reason=f"this system has no {', '.join(missing)}")


DESKTOP_TOOLS = ("desktop-file-validate", "appstreamcli", "update-mime-database")
DEBIAN_TOOLS = ("dpkg", "dpkg-deb", "dpkg-shlibdeps", *OWNER)


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
def clean_root(tmp_path: Path) -> CleanRoot:
    return CleanRoot.make(tmp_path)
