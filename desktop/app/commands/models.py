"""The commands under `rivulet models`: each is a coroutine that returns its result as JSON takes it, and an exit code."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from desktop.app.commands.amounts import duration, size
from desktop.app.commands.command import Command, CommandError, Exit, Progress, Verb, Write
from desktop.app.services import Services
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import DownloadsChanged, Event, ModelPhase
from desktop.chat.models_api import Catalogue, Downloads, Library
from desktop.models.download import Download, DownloadId, DownloadPhase, HubFile
from desktop.models.entry import ModelEntry, Origin
from desktop.system.errors import RivuletError

Result = dict[str, object]

UNKNOWN = "There is no model {name}. `rivulet models list` shows those there are."
AMBIGUOUS = "There are several models {name}. Name one of them by its path: {paths}"
FOLDER = "{name} is a folder. Nothing was added; name a GGUF file in it."
NOT_IN_REPOSITORY = "There is no model file {file} in {repository}. It has {files}."
NO_FILES = "There are no model files in {repository}."
PAUSED = "The download was paused elsewhere. What has arrived is kept; the same command goes on with it."
CANCELLED = "The download was cancelled elsewhere, and nothing of it is kept."
FAILED = "The download failed. What has arrived is kept; the same command goes on with it."
MOST_NAMED = 20  # files in a sentence

_PHASES = {
    DownloadPhase.QUEUED: "waiting for its turn",
    DownloadPhase.WAITING: "waiting",
    DownloadPhase.CHECKING: "checking",
}


async def list_models(command: Command, services: Services, write: Write) -> tuple[Result, Exit]:
    """Return all models, by name; those that cannot be used say why."""
    library = services.chats.models.library
    await library.refresh()
    return {"models": [_described(entry, services) for entry in library.entries]}, Exit.DONE


async def add(command: Command, services: Services, write: Write) -> tuple[Result, Exit]:
    """Take a file into the library where it is."""
    file = _file(command)
    if file.is_dir():
        raise CommandError(FOLDER.format(name=file))
    entry = await services.chats.models.library.add_file(file)
    return _described(entry, services), Exit.FAILED if entry.fault else Exit.DONE


async def remove(command: Command, services: Services, write: Write) -> tuple[Result, Exit]:
    """Delete a model from the models folder, or forget one that lies elsewhere."""
    library = services.chats.models.library
    await library.refresh()
    entry = _named(command, library)
    await library.remove(entry.path)
    is_deleted = entry.origin is Origin.MODELS_FOLDER
    return {
        "name": entry.name,
        "path": str(entry.path),
        "is_deleted": is_deleted,
        "freed_bytes": entry.size if is_deleted else 0,
    }, Exit.DONE


async def verify(command: Command, services: Services, write: Write) -> tuple[Result, Exit]:
    """Read one model or all, and tell which are not what they were."""
    library = services.chats.models.library
    await library.refresh()
    entries = [_named(command, library)] if command.name else list(library.entries)
    told: list[Result] = []
    for index, entry in enumerate(entries):
        write(Progress(f"Reading {entry.path.name}, {size(entry.size)} ({index + 1} of {len(entries)})", index / len(entries)))
        told.append(await _verified(entry, library))
    damaged = sum(not one["is_intact"] for one in told)
    return {"models": told, "checked": len(told), "damaged": damaged}, Exit.FAILED if damaged else Exit.DONE


async def fetch(command: Command, services: Services, write: Write) -> tuple[Result, Exit]:
    """Fetch a file from the hub, or go on with it. Cancelled, it pauses what it began."""
    models = services.chats.models
    file = await _on_hub(command, models.catalogue)
    with _changes(services.events) as changed:
        begun = _under_way(file, models.downloads)
        is_followed = begun is not None and begun.phase not in (DownloadPhase.PAUSED, DownloadPhase.FAILED)
        if begun is not None and not is_followed:
            await models.downloads.resume(begun.id)
        download = begun.id if begun is not None else await models.downloads.fetch(file)
        try:
            await _arrival(download, models.downloads, changed, write)
        except asyncio.CancelledError:
            if not is_followed:
                await models.downloads.pause(download)
            raise
    await models.library.refresh()
    entry = _arrived(file, models.library)
    return _described(entry, services), Exit.FAILED if entry.fault else Exit.DONE


MODEL_COMMANDS: Mapping[Verb, Callable[[Command, Services, Write], Awaitable[tuple[Result, Exit]]]] = {
    Verb.LIST_MODELS: list_models,
    Verb.ADD_MODEL: add,
    Verb.REMOVE_MODEL: remove,
    Verb.VERIFY_MODELS: verify,
    Verb.FETCH_MODEL: fetch,
}


def _file(command: Command) -> Path:
    assert command.file is not None, "the parser asks for it"
    return command.file


def _named(command: Command, library: Library) -> ModelEntry:
    """Return the model that the person means. Raises CommandError where none or several have the name."""
    wanted = command.name.casefold()
    found = [entry for entry in library.entries if entry.path == command.file]
    found = found or [
        entry for entry in library.entries if wanted in (entry.name.casefold(), entry.path.name.casefold(), entry.path.stem.casefold())
    ]
    if not found:
        raise CommandError(UNKNOWN.format(name=command.name))
    if len(found) > 1:
        raise CommandError(AMBIGUOUS.format(name=command.name, paths=", ".join(str(entry.path) for entry in found)))
    return found[0]


async def _verified(entry: ModelEntry, library: Library) -> Result:
    problem = ""
    try:
        is_intact = await library.verify(entry.path)
    except RivuletError as error:
        is_intact, problem = False, error.sentence
    if not is_intact and entry.fault:
        problem = entry.fault
    known = next((other for other in library.entries if other.path == entry.path), entry)
    return {"name": entry.name, "path": str(entry.path), "is_intact": is_intact, "sha256": known.digest, "problem": problem}


async def _on_hub(command: Command, catalogue: Catalogue) -> HubFile:
    files = await catalogue.files(command.repository)
    for file in files:
        if file.names and command.name in (file.names[0], PurePosixPath(file.names[0]).name):
            return file
    if not files:
        raise CommandError(NO_FILES.format(repository=command.repository))
    named = [file.names[0] for file in files[:MOST_NAMED] if file.names]
    more = ["…"] if len(files) > MOST_NAMED else []
    raise CommandError(NOT_IN_REPOSITORY.format(file=command.name, repository=command.repository, files=", ".join(named + more)))


def _under_way(file: HubFile, downloads: Downloads) -> Download | None:
    same = (file.repository, file.names)
    return next((download for download in downloads.all if (download.file.repository, download.file.names) == same), None)


async def _arrival(download: DownloadId, downloads: Downloads, changed: asyncio.Event, write: Write) -> None:
    """Return once a download is no more on its way. Raises CommandError where it stopped before."""
    phase = None
    while True:
        changed.clear()
        present = next((one for one in downloads.all if one.id == download), None)
        if present is None or present.phase is DownloadPhase.DONE:
            return
        if present.phase is DownloadPhase.FAILED:
            raise CommandError(present.problem or FAILED)
        if present.phase is DownloadPhase.PAUSED:
            raise CommandError(PAUSED, Exit.STOPPED)
        write(Progress(_course(present), _fraction(present), is_news=phase not in (None, present.phase)))
        phase = present.phase
        await changed.wait()


def _arrived(file: HubFile, library: Library) -> ModelEntry:
    """Return the model that was fetched. Raises CommandError where it is not there."""
    name = PurePosixPath(file.names[0]).name
    found = [entry for entry in library.entries if entry.path.name == name and entry.size == file.size]
    if not found:
        raise CommandError(CANCELLED)
    return max(found, key=lambda entry: (entry.origin is Origin.MODELS_FOLDER, entry.stamp.modified_ns))


def _course(download: Download) -> str:
    file, left = download.file, download.seconds_left
    told = [PurePosixPath(file.names[0]).name, f"{size(download.done)} of {size(file.size)}", f"{_fraction(download):.0%}"]
    if download.phase in _PHASES:
        told.append(_PHASES[download.phase])
    elif download.speed:
        told += [f"{size(round(download.speed))}/s", *([f"{duration(left)} left"] if left is not None else [])]
    return ", ".join(told) + (f". {download.problem}" if download.problem else "")


def _fraction(download: Download) -> float:
    return min(1.0, download.done / download.file.size) if download.file.size else 0.0


@contextmanager
def _changes(events: EventBuffer) -> Iterator[asyncio.Event]:
    """Have an event set whenever a download went on."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, DownloadsChanged):
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(changed.set)

    end = events.listen(on_event)
    try:
        yield changed
    finally:
        end()


def _described(entry: ModelEntry, services: Services) -> Result:
    header, fit, loaded = entry.header, services.chats.models.library.fit(entry), services.chats.model
    told: Result = {
        "name": entry.name,
        "path": str(entry.path),
        "origin": entry.origin.name.lower(),
        "size_bytes": entry.size,
        "fault": str(entry.fault or ""),
        "missing_parts": entry.missing_parts,
        "sha256": entry.digest,
        "is_checked": entry.is_checked,
        "is_loaded": loaded.phase is ModelPhase.READY and loaded.path == entry.path,
        "fit": None,
    }
    if header is not None:
        told |= {
            "architecture": header.architecture,
            "parameters": header.parameters,
            "quantisation": header.quantisation,
            "context_tokens": header.context_tokens,
            "memory": header.memory.name.lower(),
            "has_template": header.template is not None,
            "licence": header.licence,
            "parts": header.parts,
        }
    if fit is not None:
        told["fit"] = {
            "word": fit.word.name.lower(),
            "need_bytes": fit.need.total,
            "gpu_layers": fit.gpu_layers,
            "layers": fit.layers,
        }
    return told
