"""Which download belongs to what is offered, and which file of the library it became."""

from collections.abc import Sequence

from desktop.models.download import Download, HubFile
from desktop.models.entry import ModelEntry
from desktop.models.offer import CatalogueModel


def download_of(wanted: CatalogueModel | HubFile, downloads: Sequence[Download]) -> Download | None:
    """Return the download of a model of the catalogue, or of a file of the hub."""
    name = wanted.names[0] if isinstance(wanted, HubFile) else wanted.file
    return next((it for it in downloads if it.file.repository == wanted.repository and name in it.file.names), None)


def entry_of(file: HubFile, entries: Sequence[ModelEntry]) -> ModelEntry | None:
    """Return where a file of the hub is on this computer: one with its digest, else with its name."""
    same = next((entry for entry in entries if entry.digest is not None and entry.digest in file.digests), None)
    return same or next((entry for entry in entries if entry.path.name == file_name(file)), None)


def file_name(file: HubFile) -> str:
    """Return the name of its first part, without the folders of its repository."""
    return file.names[0].rpartition("/")[2]
