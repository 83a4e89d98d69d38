"""All steps from the sources to packages, in order: python -m building.steps WORK TARGET, run by packaging/build in its environment."""

import json
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version as version_of
from pathlib import Path

from building import freezing, icons, llama_cpp, macos, notices, windows
from building.checksums import write_checksums
from building.deb import build_deb
from building.environment import llama_requirement
from building.running import BuildError
from building.tarball import build_tarball

PROJECT = Path(__file__).resolve().parents[2]


def build(work: Path, target: Path) -> list[Path]:
    """Build and return the packages. Raises BuildError."""
    python, version = Path(sys.executable), version_of("rivulet")
    compiled, pictures = work / "llama.cpp", work / "icons"
    for folder in (compiled, pictures, target):
        folder.mkdir(parents=True, exist_ok=True)
    with _told("llama.cpp"):
        llama_cpp.install(llama_cpp.build(python, llama_requirement(PROJECT), compiled), python)
    with _told("application"):
        icons.write_ico(pictures / "rivulet.ico")
        icons.write_icns(pictures / "rivulet.icns")
        application = freezing.freeze(python, PROJECT / "packaging" / "rivulet.spec", pictures, version, work)
        size = freezing.check_size(application, freezing.MOST_UNPACKED)
    _tell(f"The application has {size / 1e6:.0f} MB.")
    with _told("its test of itself"):
        result = freezing.self_test(application)
    (work / "self-test.json").write_text(json.dumps(result, indent=1))
    with _told("packages"):
        packages = _pack(application, version, target, compiled)
    for package in packages:
        _tell(f"{package.name} has {freezing.check_size(package, freezing.MOST_PACKED) / 1e6:.0f} MB.")
    write_checksums(packages, target / "SHA256SUMS")
    return packages


def _pack(application: Path, version: str, target: Path, compiled: Path) -> list[Path]:
    told = target / "THIRD-PARTY-NOTICES.txt"
    notices.write_notices(told, notices.Sources(PROJECT, llama_cpp.source_of(llama_requirement(PROJECT), compiled), application))
    if sys.platform != "linux":  # there its packages have a place for them
        freezing.add_documents(application, [told, PROJECT / "LICENSE"], sys.platform)
    if sys.platform == "darwin":
        return [macos.pack(application, target / f"Rivulet-{version}-{platform.machine()}.dmg")]
    if sys.platform == "win32":
        icon = compiled.parent / "icons" / "rivulet.ico"
        return [windows.pack(application, icon, target / f"Rivulet-{version}-setup.exe", version)]
    return [build_deb(application, version, target, notices=told), build_tarball(application, version, target, notices=told)]


@contextmanager
def _told(step: str) -> Iterator[None]:
    _tell(f"== {step}")
    began = time.monotonic()
    yield
    _tell(f"== {step}: {time.monotonic() - began:.0f} s")


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def _main() -> int:
    try:
        build(Path(sys.argv[1]), Path(sys.argv[2]))
    except BuildError as error:
        _tell(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
