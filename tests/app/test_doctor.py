"""What Rivulet stands on, also where it does not stand."""

import json
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.app.command_line import parse
from desktop.app.commands.command import Command, Exit, Outcome, Verb
from desktop.app.commands.doctor import examine
from desktop.app.commands.gpu_builds import LLAMA_CPP_PYTHON
from desktop.app.commands.gpu_drivers import driver_advice
from desktop.app.commands.showing import Printer
from desktop.app.headless import run_command
from desktop.inference.device_probe import LlamaBuild, NoLlamaError
from desktop.system.compute_device import ComputeDevice, DeviceKind
from desktop.system.gpus import Gpu, Vendor
from desktop.system.lock import DataLock
from desktop.system.paths import AppPaths
from desktop.system.settings import Settings, SettingsFile

KEYS = ["python", "qt", "llama_cpp", "devices", "offload", "keyring", "paths", "fts5", "models"]
PROCESSOR = ComputeDevice("CPU", "A processor", DeviceKind.PROCESSOR, 8_000_000_000, 16_000_000_000)
CARD = ComputeDevice("CUDA0", "A card", DeviceKind.GPU, 7_000_000_000, 8_000_000_000)
BUILD = LlamaBuild(LLAMA_CPP_PYTHON, ("CPU",), "AVX2 = 1", (PROCESSOR,))


@pytest.fixture(autouse=True)
def keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.app.commands.doctor.keyring_in_use", lambda: ("keyring.backends.SecretService.Keyring", True))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def look(paths: AppPaths, build: LlamaBuild = BUILD, *gpus: Gpu) -> dict[str, Any]:
    return examine(paths, lambda: build, lambda: list(gpus)).result


def code(paths: AppPaths, ask: Callable[[], LlamaBuild] = lambda: BUILD) -> Exit:
    return examine(paths, ask, list).code


def printed(result: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> str:
    Printer(Command(Verb.DOCTOR), is_json=False).show(Outcome(Exit.DONE, result))
    return capsys.readouterr().out


def test_the_command_tells_everything_beside_a_running_instance(paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    with DataLock(paths):
        before = sorted(paths.data.iterdir())
        assert run_command(parse(["--data-dir", str(paths.data), "doctor", "--json"])) == Exit.DONE
        assert sorted(paths.data.iterdir()) == before, "nothing is written"
    told = json.loads(capsys.readouterr().out)
    assert list(told) == KEYS
    assert told["llama_cpp"]["version"] == LLAMA_CPP_PYTHON
    assert told["devices"][-1]["kind"] == "processor"
    assert told["fts5"]["sqlite"] == sqlite3.sqlite_version
    assert not any(part.get("problem") for part in told.values() if isinstance(part, dict))


def test_a_healthy_machine_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = AppPaths.under(tmp_path / "new")
    result = look(paths)
    assert code(paths) is Exit.DONE
    assert not paths.data.exists(), "nothing is made"
    lines = printed(result, capsys).splitlines()
    assert [line.partition(":")[0] for line in lines if not line.startswith(" ")] == [
        *("Python", "Qt", "llama.cpp", "Device", "Graphics card", "Keyring", "Data", "SQLite", "Models")
    ]
    assert "Device:        CPU, A processor, 8.0 GB of 16.0 GB free" in lines
    assert "Graphics card: none found; the processor computes" in lines
    assert lines[-1].endswith("rivulet models fetch REPO FILE")


def test_a_card_that_is_not_used_has_one_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.app.commands.gpu_builds.find_compiler", lambda name: None)
    paths, card = AppPaths.under(tmp_path), Gpu(Vendor.NVIDIA, "GeForce")
    offload = look(paths, BUILD, card)["offload"]
    assert (offload["is_built_in"], offload["is_used"], offload["gpus"]) == (False, False, [{"vendor": "NVIDIA", "name": "GeForce"}])
    assert offload["missing"] == "NVIDIA's CUDA toolkit"
    assert "-DGGML_CUDA=on" in offload["command"]
    lines = printed(look(paths, BUILD, card), capsys).splitlines()
    assert "               → Install NVIDIA's CUDA toolkit first, then have it used with:" in lines
    assert offload["command"] in lines, "on a line of its own, to be copied"
    monkeypatch.setattr("desktop.app.commands.gpu_builds.find_compiler", lambda name: "/bin/x")
    assert look(paths, BUILD, card)["offload"]["missing"] == ""
    assert "→ Have it used with:" in printed(look(paths, BUILD, card), capsys)


def test_a_card_that_is_used_needs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build = replace(BUILD, backends=("CUDA", "CPU"), devices=(CARD, PROCESSOR))
    result = look(AppPaths.under(tmp_path), build, Gpu(Vendor.NVIDIA, "GeForce"))
    assert (result["offload"]["is_built_in"], result["offload"]["is_used"], result["offload"]["command"]) == (True, True, "")
    assert "Graphics card: GeForce; used" in printed(result, capsys)
    SettingsFile(AppPaths.under(tmp_path).settings).write(Settings(device="cpu"))
    told = look(AppPaths.under(tmp_path), build, Gpu(Vendor.NVIDIA, "GeForce"))["offload"]
    assert (told["is_used"], told["advice"]) == (False, "The settings say that only the processor computes.")


def test_a_build_for_cards_that_finds_none_points_to_the_driver(tmp_path: Path) -> None:
    offload = look(AppPaths.under(tmp_path), replace(BUILD, backends=("Vulkan", "CPU")), Gpu(Vendor.AMD, "AMD graphics"))["offload"]
    assert offload["advice"].endswith("See to the driver of AMD graphics.")
    assert offload["command"] == ""


def test_llama_that_cannot_be_loaded_keeps_it_from_working(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> LlamaBuild:
        raise NoLlamaError("it ended its process with code -11")

    outcome = examine(AppPaths.under(tmp_path), fail, lambda: [Gpu(Vendor.INTEL, "Intel graphics")])
    assert outcome.code is Exit.FAILED
    told = printed(outcome.result, capsys)
    assert "✗ llama.cpp cannot be loaded: it ended its process with code -11. Build it anew with: " in told
    assert outcome.result["devices"] == []
    other = look(AppPaths.under(tmp_path), replace(BUILD, version="0.3.1"))["llama_cpp"]
    assert other["problem"] == ""
    assert f"made for llama-cpp-python {LLAMA_CPP_PYTHON}" in other["advice"]


NVIDIA_WAY = "GeForce is not offered through Vulkan. Install NVIDIA's driver, and libvulkan1 (Debian and Ubuntu) or vulkan-loader (Fedora)."
MESA_WAY = "Intel graphics is not offered through Vulkan. Install mesa-vulkan-drivers (Debian, Ubuntu and Fedora)."


@pytest.mark.parametrize(
    ("card", "platform", "told"),
    [
        (Gpu(Vendor.NVIDIA, "GeForce"), "linux", NVIDIA_WAY),
        (Gpu(Vendor.INTEL, "Intel graphics"), "linux", MESA_WAY),
        (Gpu(Vendor.AMD, "Radeon"), "win32", "Radeon is not offered through Vulkan. Install the newest driver of AMD's."),
        (Gpu(Vendor.APPLE, "Apple silicon"), "darwin", "Apple silicon is not offered through Metal. Update macOS."),
    ],
)
def test_what_a_card_of_each_kind_lacks(card: Gpu, platform: str, told: str) -> None:
    assert driver_advice([card, Gpu(Vendor.INTEL, "another")], platform=platform) == told
    assert driver_advice([], platform=platform) == ""


@pytest.mark.parametrize("backends", [("CPU",), ("CPU", "Vulkan")])
def test_the_packaged_application_builds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], backends: tuple[str, ...]) -> None:
    paths, card, build = AppPaths.under(tmp_path), Gpu(Vendor.NVIDIA, "GeForce"), replace(BUILD, backends=backends)
    result = examine(paths, lambda: build, lambda: [card], is_packaged=True).result
    offload = result["offload"]
    assert (offload["command"], offload["missing"], offload["is_used"]) == ("", "", False)
    assert offload["advice"] == driver_advice([card])
    assert f"→ {offload['advice']}" in printed(result, capsys)
    used = examine(paths, lambda: replace(build, devices=(CARD, PROCESSOR)), lambda: [card], is_packaged=True).result["offload"]
    assert (used["is_used"], used["advice"]) == (True, "")
    assert examine(paths, lambda: build, list, is_packaged=True).result["offload"]["advice"] == "", "without a card nothing is lacking"


def test_the_packaged_application_is_mended_by_installing_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> LlamaBuild:
        raise NoLlamaError("it ended its process with code -11")

    monkeypatch.setattr("desktop.app.commands.doctor.open_temporary", fail)
    paths, card = AppPaths.under(tmp_path), Gpu(Vendor.INTEL, "Intel graphics")
    broken = examine(paths, fail, lambda: [card], is_packaged=True).result
    other = examine(paths, lambda: replace(BUILD, version="0.3.1"), lambda: [card], is_packaged=True).result
    for told in (broken["llama_cpp"]["problem"], broken["fts5"]["problem"], other["llama_cpp"]["advice"]):
        assert told.endswith("Install Rivulet again.")
    assert broken["offload"]["advice"] == "", "that llama.cpp cannot be loaded comes first"
    assert not any("pip install" in str(part) for part in (*broken.values(), *other.values()))


def test_whether_it_is_packaged_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths, card = AppPaths.under(tmp_path), Gpu(Vendor.INTEL, "Intel graphics")
    assert "pip install" in look(paths, BUILD, card)["offload"]["command"]
    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert look(paths, BUILD, card)["offload"]["command"] == ""


@pytest.mark.parametrize("error", [TimeoutError, RuntimeError("secret words"), None])
def test_a_keyring_that_fails_or_is_not_to_be_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Any) -> None:
    def ask() -> tuple[str, bool]:
        if error is TimeoutError:
            time.sleep(0.5)
        elif error is not None:
            raise error
        return "keyrings.alt.file.PlaintextKeyring", False

    monkeypatch.setattr("desktop.app.commands.doctor.PATIENCE", 0.05)
    monkeypatch.setattr("desktop.app.commands.doctor.keyring_in_use", ask)
    told = look(AppPaths.under(tmp_path))["keyring"]
    assert told["is_allowed"] is False
    assert told["advice"]
    assert "secret words" not in told["advice"]
    assert code(AppPaths.under(tmp_path)) is Exit.DONE, "everything else works"
    if error is TimeoutError:
        time.sleep(0.6)  # its threads end


def test_broken_data_is_what_it_is_for(tmp_path: Path) -> None:
    paths = AppPaths.under(tmp_path / "data")
    paths.prepare()
    paths.database.write_bytes(b"no database at all" * 100)
    paths.settings.write_text("{ no settings")
    found = look(paths)["paths"]
    assert found["problem"].startswith(f"{paths.database} is damaged or no database.")
    assert found["advice"] == "The settings file is damaged."
    assert code(paths) is Exit.FAILED
    assert paths.settings.read_text() == "{ no settings", "it is left alone"
    assert sorted(file.name for file in paths.data.iterdir()) == ["conversations.sqlite3", "logs", "sessions", "settings.json"]


def test_a_database_of_another_version_and_one_in_use(tmp_path: Path) -> None:
    paths = AppPaths.under(tmp_path)
    connection = sqlite3.connect(paths.database)
    connection.execute("PRAGMA user_version = 999")
    connection.execute("CREATE TABLE later (id)")
    connection.commit()
    connection.close()
    found = look(paths)["paths"]
    assert found["database_format"] == 999
    assert "newer version" in found["problem"]
    wal = Path(f"{paths.database}-wal")
    wal.write_bytes(b"somebody writes")
    assert (look(paths)["paths"]["database_format"], look(paths)["paths"]["problem"]) == (None, "")
    assert wal.read_bytes() == b"somebody writes"


def test_a_place_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    assert look(AppPaths.under(tmp_path / "file"))["paths"]["problem"].startswith(f"{tmp_path / 'file'} is no folder.")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "cannot be written" in look(AppPaths.under(tmp_path / "a" / "b"))["paths"]["problem"]
    assert code(AppPaths.under(tmp_path / "a")) is Exit.FAILED


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.app.commands.doctor._free", lambda place: 3_000_000)
    assert look(AppPaths.under(tmp_path))["paths"]["advice"] == "Only 3 MB are left on its disk; free some room."


def test_a_sqlite_that_lacks_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(steps: object) -> None:
        raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr("desktop.app.commands.doctor.open_temporary", fail)
    told = look(AppPaths.under(tmp_path))["fts5"]
    assert told["is_available"] is False
    assert "no such module: fts5" in told["problem"]
    assert code(AppPaths.under(tmp_path)) is Exit.FAILED


def test_models_are_counted_and_the_last_is_looked_at(tmp_path: Path, brief: Path) -> None:
    paths = AppPaths.under(tmp_path / "data")
    paths.models.mkdir(parents=True)
    (paths.models / "a.gguf").write_bytes(brief.read_bytes())
    SettingsFile(paths.settings).write(Settings(model_path=brief, uses_hub_cache=False))
    told = look(paths)["models"]
    size = brief.stat().st_size
    assert told == {"folder": str(paths.models), "count": 1, "size_bytes": size, "last": str(brief), "advice": ""}
    SettingsFile(paths.settings).write(Settings(model_path=tmp_path / "gone.gguf", uses_hub_cache=False))
    assert look(paths)["models"]["advice"].startswith("gone.gguf is not there any more.")


@pytest.mark.parametrize(("version", "problem"), [((3, 10, 1), True), ((3, 11, 0), False), ((3, 13, 9), False), ((3, 14, 0), True)])
def test_the_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], problem: bool) -> None:
    monkeypatch.setattr("desktop.app.commands.doctor.sys.version_info", version)
    told = look(AppPaths.under(tmp_path))["python"]["problem"]
    assert told == ("Rivulet needs Python 3.11 to 3.13; install it with one of these." if problem else "")


@pytest.mark.parametrize("names", [True, False])
def test_a_display_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: bool) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if names:
        monkeypatch.setenv("QT_QPA_PLATFORM", "abacus")
    told = look(AppPaths.under(tmp_path))["qt"]
    assert told["platform"] is None
    assert bool(told["problem"]) is names
    assert bool(told["advice"]) is not names, "a terminal without a display is no defect"
