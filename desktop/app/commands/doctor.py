"""`rivulet doctor`: what Rivulet stands on, and what to do where something is amiss.

It takes no lock, writes nothing and opens no database of the person's that is in use, so it works where nothing else does. Each
part of the result is an object; a `problem` in it keeps Rivulet from working, an `advice` does not.
"""

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from desktop.app.commands.amounts import size
from desktop.app.commands.command import Exit, Outcome
from desktop.app.commands.gpu_builds import LLAMA_CPP_PYTHON, advice, command
from desktop.app.commands.gpu_drivers import driver_advice
from desktop.app.display import ensure_display
from desktop.app.model_places import places_of
from desktop.conversations import database
from desktop.conversations.migrations import open_temporary, schema_steps
from desktop.inference.device_probe import LlamaBuild, NoLlamaError, ask_llama
from desktop.models.finding import find_models
from desktop.models.gguf import ModelFileError, read_model_file
from desktop.system.compute_device import PROCESSOR, ComputeDevice, DeviceKind
from desktop.system.errors import RivuletError, StartError
from desktop.system.gpus import Gpu, find_gpus
from desktop.system.paths import AppPaths
from desktop.system.program import is_frozen
from desktop.system.secrets import keyring_in_use
from desktop.system.settings import Settings, SettingsFile
from desktop.system.threads import in_thread

Part = dict[str, object]

PATIENCE = 5.0  # seconds for the keyring
LITTLE = 1_000_000_000  # bytes on a disk that is nearly full
PYTHONS = ((3, 11), (3, 14))  # from, and below
AGAIN = "Install Rivulet again."  # the packaged application brings it along
NOT_WANTED = "The settings say that only the processor computes."
NO_MODELS = "There are no models yet. Fetch one in the window, or with: rivulet models fetch REPO FILE"


def examine(
    paths: AppPaths,
    ask: Callable[[], LlamaBuild] = ask_llama,
    gpus: Callable[[], list[Gpu]] = find_gpus,
    *,
    is_packaged: bool | None = None,
) -> Outcome:
    """Look at everything and return what was found; it failed where something keeps Rivulet from working.

    is_packaged says whether this is the packaged application, which is mended otherwise; None finds it out.
    """
    packaged = is_frozen() if is_packaged is None else is_packaged
    llama, build = _llama(ask, is_packaged=packaged)
    settings, damage = SettingsFile(paths.settings, is_left_alone=True).read()
    result: dict[str, object] = {
        "python": _python(),
        "qt": _qt(),
        "llama_cpp": llama,
        "devices": [_device(device) for device in build.devices] if build is not None else [],
        "offload": _offload(build, gpus(), settings.device, is_packaged=packaged),
        "keyring": _keyring(),
        "paths": _paths(paths, damage),
        "fts5": _fts5(is_packaged=packaged),
        "models": _models(settings, paths),
    }
    is_broken = any(isinstance(part, Mapping) and part.get("problem") for part in result.values())
    return Outcome(Exit.FAILED if is_broken else Exit.DONE, result)


def _python() -> Part:
    low, high = PYTHONS
    problem = ""
    if not low <= sys.version_info[:2] < high:
        problem = f"Rivulet needs Python {low[0]}.{low[1]} to {high[0]}.{high[1] - 1}; install it with one of these."
    return {"version": platform.python_version(), "executable": sys.executable, "platform": platform.platform(), "problem": problem}


def _qt() -> Part:
    try:
        import PySide6
        from PySide6.QtCore import qVersion
    except ImportError as error:
        return {"version": None, "pyside": None, "platform": None, "advice": "", "problem": f"Qt cannot be loaded: {error}."}
    names_display = any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"))
    obstacle = ""
    try:
        ensure_display()
    except StartError as error:
        obstacle = error.sentence
    return {
        "version": qVersion(),
        "pyside": PySide6.__version__,
        "platform": None if obstacle else os.environ.get("QT_QPA_PLATFORM") or sys.platform,
        "advice": "" if names_display else obstacle,  # a terminal elsewhere is no defect
        "problem": obstacle if names_display else "",
    }


def _llama(ask: Callable[[], LlamaBuild], *, is_packaged: bool) -> tuple[Part, LlamaBuild | None]:
    told: Part = {"version": None, "backends": [], "system": "", "advice": "", "problem": ""}
    try:
        build = ask()
    except NoLlamaError as error:
        mended = AGAIN if is_packaged else f"Build it anew with: {command(None)}"
        return {**told, "problem": f"llama.cpp cannot be loaded: {error}. {mended}"}, None
    if build.version != LLAMA_CPP_PYTHON:
        mended = AGAIN if is_packaged else f"Install that with: {command(None)}"
        told["advice"] = f"Rivulet is made for llama-cpp-python {LLAMA_CPP_PYTHON}. {mended}"
    return {**told, "version": build.version, "backends": list(build.backends), "system": build.system}, build


def _device(device: ComputeDevice) -> Part:
    return {
        "name": device.name,
        "description": device.description,
        "kind": device.kind.name.lower(),
        "free_bytes": device.free,
        "total_bytes": device.total,
    }


def _offload(build: LlamaBuild | None, gpus: list[Gpu], chosen: str, *, is_packaged: bool) -> Part:
    """Return whether a graphics card is used, and if there is one that is not, what changes that."""
    is_seen = build is not None and any(device.kind is not DeviceKind.PROCESSOR for device in build.devices)
    told: Part = {
        "is_built_in": build is not None and build.offloads,
        "is_used": is_seen and chosen != PROCESSOR,
        "gpus": [{"vendor": str(gpu.vendor), "name": gpu.name} for gpu in gpus],
        "command": "",
        "missing": "",
        "advice": "",
    }
    if is_seen:
        return {**told, "advice": NOT_WANTED if chosen == PROCESSOR else ""}
    if build is not None and is_packaged:
        return {**told, "advice": driver_advice(gpus)}
    way = advice(gpus)
    if way is None or build is None:
        return told
    if build.offloads:
        return {**told, "advice": f"llama.cpp was built for a graphics card and finds none. See to the driver of {gpus[0].name}."}
    return {**told, "command": way.command, "missing": "" if way.is_ready else way.backend.source}


def _keyring() -> Part:
    try:
        backend, is_allowed = asyncio.run(in_thread("keyring", keyring_in_use, PATIENCE))
    except TimeoutError:
        return {"backend": None, "is_allowed": False, "advice": f"The keyring did not answer within {PATIENCE:.0f} seconds."}
    except Exception as error:  # noqa: BLE001 - keyrings raise what they like
        return {"backend": None, "is_allowed": False, "advice": f"The keyring cannot be asked ({type(error).__name__})."}
    kept = "" if is_allowed else "There is no keyring that encrypts, so access tokens are kept only until Rivulet ends."
    return {"backend": backend, "is_allowed": is_allowed, "advice": kept}


def _paths(paths: AppPaths, damage: str) -> Part:
    """Return where things are, and whether they can be used. Nothing is written for it."""
    place = _existing(paths.data)
    free = _free(place)
    problem = ""
    if not place.is_dir():
        problem = f"{place} is no folder. Move it away, or start with --data-dir and another directory."
    elif not os.access(place, os.W_OK | os.X_OK):
        problem = f"{place} cannot be written. Make it writable, or start with --data-dir and another directory."
    version, flaw = _database(paths.database)
    advices = [damage] if damage else []
    if free is not None and free < LITTLE:
        advices.append(f"Only {size(free)} are left on its disk; free some room.")
    return {
        "data": str(paths.data),
        "exists": paths.data.is_dir(),
        "free_bytes": free,
        "database": str(paths.database),
        "database_format": version,
        "models": str(paths.models),
        "logs": str(paths.logs),
        "advice": " ".join(advices),
        "problem": " ".join(part for part in (problem, flaw) if part),
    }


def _database(file: Path) -> tuple[int | None, str]:
    """Return a database's format and what is wrong with it; one that somebody uses, or did when they were killed, is left alone."""
    try:
        wal = Path(f"{file}-wal")
        if wal.exists() and wal.stat().st_size:
            return None, ""
        version = database.examine(file)
    except RivuletError as error:
        return None, error.sentence
    except OSError as error:
        return None, f"{file} cannot be read ({error.strerror or error}). Make it readable."
    known = len(schema_steps())
    newer = f"{file} was written by a newer version of Rivulet. Install that to open it."
    return version, newer if version is not None and version > known else ""


def _fts5(*, is_packaged: bool) -> Part:
    """Make all tables once in memory: they need what not every SQLite has."""
    told: Part = {"sqlite": database.VERSION, "is_available": True, "problem": ""}
    try:
        with closing(open_temporary(schema_steps())):
            return told
    except Exception as error:  # noqa: BLE001 - whatever it is, chats cannot be kept
        mended = AGAIN if is_packaged else "Install a Python with SQLite 3.38 or newer and FTS5."
        flaw = f"The SQLite of this Python lacks what chats are kept with ({error}). {mended}"
        return {**told, "is_available": False, "problem": flaw}


def _models(settings: Settings, paths: AppPaths) -> Part:
    """Return how many model files there are, and whether the last one can still be used."""
    places = places_of(settings, paths)
    found = find_models(places).models
    chosen, told = settings.model_path, "" if found else NO_MODELS
    if chosen is not None:
        try:
            read_model_file(chosen)
        except ModelFileError as error:
            told = error.sentence
    return {
        "folder": str(places.models),
        "count": len(found),
        "size_bytes": sum(model.size for model in found),
        "last": str(chosen) if chosen is not None else None,
        "advice": told,
    }


def _existing(path: Path) -> Path:
    while not os.path.lexists(path) and path != path.parent:
        path = path.parent
    return path


def _free(place: Path) -> int | None:
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return None
