"""packaging/rivulet.spec, run as PyInstaller runs it, with stand-ins for what that does."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import desktop

PACKAGING = Path(desktop.__file__).parents[1] / "packaging"
SYSTEM, OWN = "/usr/lib/x86_64-linux-gnu", "/env/lib/python3.11/site-packages"


@dataclass
class Ran:
    """What a spec has done."""

    names: dict[str, Any]  # its global ones
    made: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def is_wanted(self) -> Callable[[str, str], bool]:
        found: Callable[[str, str], bool] = self.names["is_wanted"]
        return found


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Ran]:
    """Return a function that runs the spec on a platform."""
    libraries = tmp_path / "llama_cpp/lib"
    (libraries / "cards").mkdir(parents=True)
    (libraries / "libllama.so").touch()
    (libraries / "cards/libggml-vulkan.so").touch()
    llama, hooks = ModuleType("llama_cpp"), ModuleType("PyInstaller.utils.hooks")
    llama.__file__ = str(libraries.parent / "__init__.py")
    hooks.collect_data_files = lambda package, excludes: []  # type: ignore[attr-defined]
    hooks.collect_submodules = lambda package: [package]  # type: ignore[attr-defined]
    hooks.copy_metadata = lambda package: []  # type: ignore[attr-defined]
    for name, module in {"llama_cpp": llama, "PyInstaller": None, "PyInstaller.utils": None, hooks.__name__: hooks}.items():
        monkeypatch.setitem(sys.modules, name, module or ModuleType(name))
    monkeypatch.setenv("RIVULET_ICONS", str(tmp_path))
    monkeypatch.setenv("RIVULET_VERSION", "1.2.3")

    def run(platform: str) -> Ran:
        ran = Ran({})

        def maker(kind: str) -> Callable[..., object]:
            def make(*arguments: object, **options: Any) -> object:
                ran.made.setdefault(kind, []).append(options)
                return SimpleNamespace(pure=[], scripts=[], binaries=[], datas=[])

            return make

        ran.names |= {kind: maker(kind) for kind in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")} | {"SPECPATH": str(PACKAGING)}
        code = compile((PACKAGING / "rivulet.spec").read_text("utf-8"), "rivulet.spec", "exec")
        with monkeypatch.context() as patched:
            patched.setattr(sys, "platform", platform)
            exec(code, ran.names)
        return ran

    return run


def test_it_makes_one_folder_with_all_of_llama_cpp(run: Callable[[str], Ran]) -> None:
    made = run("linux").made
    [analysis] = made["Analysis"]
    assert {Path(target, Path(source).name).as_posix() for source, target in analysis["binaries"]} == {
        "llama_cpp/lib/libllama.so",
        "llama_cpp/lib/cards/libggml-vulkan.so",
    }
    assert "desktop" in analysis["hiddenimports"]
    assert all(options["exclude_binaries"] for options in made["EXE"]), "one folder, and not one file that unpacks itself"
    assert [options["name"] for options in made["COLLECT"]] == ["rivulet"]


@pytest.mark.parametrize(
    ("platform", "programs"),
    [
        ("linux", [("rivulet", True)]),
        ("darwin", [("rivulet", False)]),
        ("win32", [("Rivulet", False), ("rivulet-console", True)]),
    ],
)
def test_its_programs_are_those_of_the_system(run: Callable[[str], Ran], platform: str, programs: list[tuple[str, bool]]) -> None:
    made = run(platform).made
    assert [(options["name"], options["console"]) for options in made["EXE"]] == programs
    assert ("BUNDLE" in made) == (platform == "darwin")


def test_the_bundle_has_our_plist_and_the_version(run: Callable[[str], Ran]) -> None:
    [bundle] = run("darwin").made["BUNDLE"]
    assert (bundle["name"], bundle["version"]) == ("Rivulet.app", "1.2.3")
    assert bundle["bundle_identifier"] == bundle["info_plist"]["CFBundleIdentifier"] == "org.rivulet.Rivulet"


@pytest.mark.parametrize(
    ("name", "folder", "is_wanted"),
    [
        ("libgomp.so.1", SYSTEM, True),
        ("libsqlite3.so.0", SYSTEM, True),
        ("libxcb-cursor.so.0", SYSTEM, True),
        ("libxcb.so.1", SYSTEM, False),
        ("libstdc++.so.6", SYSTEM, False),
        ("libvulkan.so.1", SYSTEM, False),
        ("libgtk-3.so.0", SYSTEM, False),
        ("numpy.libs/libgfortran-040039e1.so.5", OWN, True),
        ("PySide6/Qt/lib/libQt6Widgets.so.6", OWN, True),
        ("PySide6/Qt/lib/libQt6Quick.so.6", OWN, False),
        ("PySide6/QtSql.abi3.so", OWN, False),
        ("PySide6/QtNetwork.abi3.so", OWN, True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", OWN, True),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", OWN, True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", OWN, False),
        ("PySide6/Qt/plugins/imageformats/libqpdf.so", OWN, False),
        ("PySide6/Qt/translations/qtbase_de.qm", OWN, True),
        ("PySide6/Qt/translations/qtbase_fr.qm", OWN, False),
    ],
)
def test_what_is_used_is_in_it_and_what_must_be_the_systems_is_not(
    run: Callable[[str], Ran], name: str, folder: str, is_wanted: bool
) -> None:
    assert run("linux").is_wanted(name, f"{folder}/{name}") is is_wanted
