"""The checks of what the window stands on."""

import asyncio
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

from desktop.app.self_test.bench import Bench
from desktop.app.self_test.failure import need
from desktop.app.self_test.part import Found
from desktop.system.program import is_frozen

if TYPE_CHECKING:
    from desktop.inference.engine import LoadedModel
    from desktop.models.guide import Guide

PACKAGES = (
    "PySide6.QtCore",
    "PySide6.QtGui",
    "PySide6.QtNetwork",
    "PySide6.QtSvg",
    "PySide6.QtWidgets",
    "httpx",
    "jinja2.sandbox",
    "keyring.backends",
    "llama_cpp.llama_cpp",
    "platformdirs",
    "pygments.lexers",
    "qasync",
    "xxhash",
    *{"linux": ("secretstorage",), "darwin": ("keyring.backends.macOS",), "win32": ("keyring.backends.Windows",)}.get(sys.platform, ()),
)
"""Packages of others; of each what is used of it, as far as that is loaded late."""

PATIENCE = 5.0  # seconds for a keyring, and for threads to end


def imports(bench: Bench, found: Found) -> None:
    """Every module of Rivulet can be imported, and what it uses of others."""
    from pygments.lexers import get_lexer_by_name

    import desktop
    from desktop.ui.transcript.languages import LANGUAGES

    broken: list[str] = []

    def load(name: str, call: Callable[[str], object]) -> None:
        try:
            call(name)
        except Exception as error:  # noqa: BLE001 - whatever one does, the others are looked at too
            broken.append(f"{name} ({type(error).__name__}: {error})")

    for package in PACKAGES:
        load(package, import_module)
    walked = walk_packages(desktop.__path__, "desktop.", lambda name: load(name, import_module))
    modules = [module.name for module in walked if not module.name.endswith(".__main__")]  # which would be run
    for module in modules:
        load(module, import_module)
    lexers = {language.lexer for language in LANGUAGES.values()}
    for lexer in lexers:
        load(lexer, get_lexer_by_name)
    found |= {"modules": len(modules), "packages": len(PACKAGES), "lexers": len(lexers), "broken": sorted(set(broken))}
    need(modules, "No module of Rivulet was found.")
    need(not broken, "These cannot be imported: " + ", ".join(sorted(set(broken))))
    if is_frozen() and sys.platform == "linux":
        foreign = foreign_libraries(Path("/proc/self/maps").read_text("utf-8"), Path(sys.executable).resolve().parent)
        found["foreign"] = foreign
        need(not foreign, "The system's libraries were loaded in place of those that Rivulet brings: " + ", ".join(foreign))


def foreign_libraries(maps: str, application: Path) -> list[str]:
    """Return the libraries that a process loaded from elsewhere though its application brings them, from what Linux tells it has mapped."""
    paths = {Path(fields[5]) for line in maps.splitlines() if len(fields := line.split(maxsplit=5)) == 6}
    brought = {file.name for file in (application / "_internal").glob("lib*.so*")}
    names = [f"{name}." for name in brought]  # libz.so.1 of the application is libz.so.1.3 elsewhere
    others = sorted(path for path in paths if not path.is_relative_to(application))
    return [str(path) for path in others if f"{path.name}.".startswith(tuple(names))]


def database(bench: Bench, found: Found) -> None:
    """Chats can be stored, and found by what was said in them, which needs FTS5."""
    from desktop.conversations.database import VERSION
    from desktop.conversations.errors import StorageError
    from desktop.conversations.migrations import schema_steps
    from desktop.conversations.search import SearchQuery
    from desktop.conversations.store import ConversationStore

    found |= {"sqlite": VERSION, "format": len(schema_steps())}
    errors: list[StorageError] = []
    file = bench.data.parent / "database" / "conversations.sqlite3"
    file.parent.mkdir()
    store = ConversationStore.open(file, errors.append)

    async def hits() -> int:
        chat = await store.create("A chat", date.today())
        await store.add_user_message(chat.id, "Where do rivers go?")
        return len((await store.search(SearchQuery("iver"))).hits)

    try:
        found["hits"] = asyncio.run(hits())
    finally:
        closed = store.close(PATIENCE)
    need(found["hits"] == 1, "What was stored was not found.")
    need(closed and not errors, errors[0].sentence if errors else "The database did not close in time.")


def keyring(bench: Bench, found: Found) -> None:
    """There is a keyring to ask, whether or not it encrypts: where none does, secrets are kept in memory."""
    from desktop.system.secrets import TRUSTED, keyring_in_use
    from desktop.system.threads import in_thread

    known = {entry.value for entry in entry_points(group="keyring.backends")}  # which is where it looks for any
    found["known"] = sorted(known)
    need(known & {name.rpartition(".")[0] for name in TRUSTED}, "What tells the keyring package of its back ends is missing.")
    try:
        backend, encrypts = asyncio.run(in_thread("keyring", keyring_in_use, PATIENCE))
    except TimeoutError:  # one that is locked and asks nobody; Rivulet goes on without
        found |= {"backend": None, "encrypts": False, "told": f"It did not answer within {PATIENCE:.0f} seconds."}
    else:
        found |= {"backend": backend, "encrypts": encrypts, "told": "" if encrypts else "There is none that encrypts."}


def devices(bench: Bench, found: Found) -> None:
    """llama.cpp says what it can compute on, and runs the guide there: as many layers as it has on a card, if there is one."""
    from desktop.inference.device_probe import NoLlamaError, ask_llama
    from desktop.models.guide import Guide
    from desktop.system.compute_device import DeviceKind
    from desktop.system.resources import resource

    try:
        build = ask_llama()
    except NoLlamaError as error:
        need(False, f"llama.cpp cannot be loaded: {error}.")
        raise
    found |= {
        "llama_cpp": build.version,
        "backends": list(build.backends),
        "system": build.system,
        "devices": [{"name": it.name, "description": it.description, "kind": it.kind.name.lower()} for it in build.devices],
    }
    need(any(device.kind is DeviceKind.PROCESSOR for device in build.devices), "llama.cpp sees no processor.")
    guide = Guide(resource("guide"))
    if not guide.is_sound():  # told by the check of the guide; a broken file may end the process
        return
    loaded = asyncio.run(_loaded(bench, guide))
    found |= {"layers": loaded.layers, "layers_offloaded": loaded.gpu_layers, "device": loaded.device}


async def _loaded(bench: Bench, guide: "Guide") -> "LoadedModel":
    """Return what is told of the guide when it may lie on any device, where the window keeps it on the processor."""
    from desktop.inference.engine import Engine, ModelSource
    from desktop.models.gguf import read_model_file
    from desktop.sessions.store import SegmentStore
    from desktop.system.hardware import physical_cores

    file = read_model_file(guide.path)
    segments = SegmentStore(bench.data.parent / "devices", lambda sentence: None)
    engine = Engine(segments, physical_cores())
    try:
        return await engine.load(ModelSource(file.path, file.identity, file.vocabulary), lambda progress: None)
    finally:
        ended = engine.close(PATIENCE), segments.close(PATIENCE)
        need(all(ended), "The model could not be let go of in time.")


def resources(bench: Bench, found: Found) -> None:
    """What comes with Rivulet is there and can be read: icons, style sheets, the catalogue, translations."""
    from PySide6.QtCore import QByteArray, QLibraryInfo, QLocale, QTranslator
    from PySide6.QtSvg import QSvgRenderer

    from desktop.models.catalogue import read_catalogue
    from desktop.system.resources import resource
    from desktop.ui.language import SPOKEN
    from desktop.ui.theme import icons, style, tokens

    def read(name: str) -> bytes:
        return resource(name).read_bytes()

    drawings = {name: read(f"icons/{name}.svg") for name in icons.NAMES}
    sheets = [style.style_sheet(theme, read) for theme in (tokens.LIGHT, tokens.DARK)]
    models = read_catalogue(resource("catalogue.json"))
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    files = [
        (name, place, language) for language in SPOKEN[1:] for name, place in (("rivulet", str(resource("translations"))), ("qtbase", qt))
    ]
    found |= {"icons": len(drawings), "style_sheet_characters": len(sheets[0]), "catalogue": len(models), "languages": list(SPOKEN)}
    undrawn = [name for name, drawing in drawings.items() if not QSvgRenderer(QByteArray(drawing)).isValid()]
    need(not undrawn, f"The icon {', '.join(undrawn)} cannot be drawn.")
    need(models, "The catalogue of models is empty.")
    for name, place, language in files:
        need(QTranslator().load(QLocale(language), name, "_", place), f"The translation {name}_{language} is missing.")
