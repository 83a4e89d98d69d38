"""The hub's catalogue of repositories: search, and the GGUF files of one with sizes and digests.

It is asked by its plain HTTP interface through the one module that makes connections. The hub's own library would bring a second HTTP
client that neither the network's switch nor its rules about tokens reach. Everything in an answer comes from strangers: what is not of
the form expected is left out.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from desktop.models.download import HubFile
from desktop.models.network import Network
from desktop.models.network_errors import NotThereError, UnexpectedAnswerError
from desktop.models.offer import HubModel
from desktop.models.part_name import PartName

MOST_FOUND = 50  # repositories
MOST_FILES = 10_000  # of a repository that are looked at
LARGEST_FILE = 1 << 44  # bytes
LONGEST_SEARCH = 200  # characters

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_FOLDER = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._ -]{0,127}/){0,3}")
_FILE = re.compile(rf"{_FOLDER.pattern}[A-Za-z0-9][A-Za-z0-9._-]{{0,199}}\.gguf", re.IGNORECASE)
_NO_MODEL = re.compile(r"mmproj|imatrix|(?:^|/)mtp-", re.IGNORECASE)  # parts that see and hear, statistics, drafts
_QUANTISATION = re.compile(
    r"(?<![A-Z0-9])(?:UD-)?(?:I?Q[1-8](?:_[A-Z0-9]+)*|TQ[12]_0|BF16|F16|F32|MXFP4(?:_MOE)?|NVFP4)(?![A-Z0-9])", re.IGNORECASE
)
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,39}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Hub:
    """Questions to the hub. Each raises NetworkError, or OfflineError where the network is forbidden."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def search(self, text: str) -> list[HubModel]:
        """Return the repositories with GGUF files that a text finds, the most used first; the text may be a page's address."""
        if not (sought := _sought(text)):
            return []
        asked = [("search", sought), ("filter", "gguf"), ("sort", "downloads"), ("direction", "-1"), ("limit", str(MOST_FOUND))]
        fields = [("expand[]", field) for field in ("downloads", "likes", "gated", "tags", "gguf")]
        answer = await self._network.document(f"/api/models?{urlencode(asked + fields)}", sought)
        if not isinstance(answer, list):
            raise self._misunderstood()
        found = [model for entry in islice(answer, MOST_FOUND) if isinstance(entry, dict) and (model := _hub_model(entry))]
        return sorted(found, key=lambda model: -model.downloads)

    async def files(self, repository: str) -> list[HubFile]:
        """Return the models in a repository, the smallest first. Raises NotThereError where there is no such repository."""
        if not _is_repository(repository):
            raise NotThereError(repository[:LONGEST_SEARCH])
        answer = await self._network.document(f"/api/models/{quote(repository)}?blobs=true", repository)
        if not isinstance(answer, dict):
            raise self._misunderstood()
        revision, entries = answer.get("sha"), answer.get("siblings")
        if not isinstance(revision, str) or not _COMMIT.fullmatch(revision) or not isinstance(entries, list):
            raise self._misunderstood()
        files = dict(_files(entries))
        models = [_hub_file(repository, revision, files, names) for names in _models(files)]
        return sorted(models, key=lambda model: (model.size, model.names))

    async def resolve(self, repository: str, file: str) -> HubFile:
        """Return a file of a repository, whose name may have changed a little. Raises NotThereError where it has none such."""
        models = await self.files(repository)
        for model in models:
            if file in model.names:
                return model
        alike = [model for model in models if file.lower() in (name.lower() for name in model.names)]
        alike = alike or [model for model in models if model.quantisation and model.quantisation == quantisation_of(file)]
        if len(alike) != 1:
            raise NotThereError(file[:LONGEST_SEARCH])
        return alike[0]

    def _misunderstood(self) -> UnexpectedAnswerError:
        return UnexpectedAnswerError(urlsplit(self._network.endpoint).hostname or "", 200)


def quantisation_of(name: str) -> str:
    """Return what a file's name says of its quantisation ("Q4_K_M"); empty: nothing."""
    found = _QUANTISATION.findall(name.rpartition("/")[2][:LONGEST_SEARCH])
    return str(found[-1]).upper() if found else ""


def _sought(text: str) -> str:
    """Return what to search for: a text of one line, or the repository that an address leads to."""
    words = " ".join(text[: 4 * LONGEST_SEARCH].split())
    parts = words.partition("://")[2].split("/") if words.startswith(("https://", "http://")) else []
    return ("/".join(parts[1:3]) if parts else words)[:LONGEST_SEARCH]


def _is_repository(text: str) -> bool:
    return _REPOSITORY.fullmatch(text) is not None and ".." not in text


def _hub_model(entry: Mapping[str, object]) -> HubModel | None:
    repository = entry.get("id")
    if not isinstance(repository, str) or not _is_repository(repository):
        return None
    gguf = entry.get("gguf")
    return HubModel(
        repository=repository,
        downloads=_number(entry.get("downloads")),
        likes=_number(entry.get("likes")),
        licence=_licence(entry.get("tags")),
        is_gated=entry.get("gated", False) is not False,
        parameters=_number(gguf.get("total")) if isinstance(gguf, dict) else 0,
    )


def _licence(tags: object) -> str:
    for tag in islice(tags, 200) if isinstance(tags, list) else ():
        if isinstance(tag, str) and tag.startswith("license:"):
            licence = tag.removeprefix("license:")
            return licence if _LICENCE.fullmatch(licence) else ""
    return ""


def _number(value: object) -> int:
    return value if type(value) is int and 0 <= value < 1 << 62 else 0


def _files(entries: Sequence[object]) -> Iterator[tuple[str, tuple[int, str]]]:
    """Give names, sizes and digests of the GGUF files that can be fetched and checked."""
    for entry in islice(entries, MOST_FILES):
        if not isinstance(entry, dict) or not isinstance(stored := entry.get("lfs"), dict):
            continue
        name, size, digest = entry.get("rfilename"), _number(stored.get("size")), stored.get("sha256")
        if not isinstance(name, str) or not _FILE.fullmatch(name) or ".." in name or _NO_MODEL.search(name):
            continue
        if 0 < size <= LARGEST_FILE and isinstance(digest, str) and _DIGEST.fullmatch(digest):
            yield name, (size, digest)


def _models(files: Mapping[str, object]) -> Iterator[tuple[str, ...]]:
    """Give the names of each model's parts in order; models of which parts are missing are left out."""
    parts: dict[tuple[str, str, int], dict[int, str]] = defaultdict(dict)
    for name in files:
        folder, _, last = name.rpartition("/")
        if (part := PartName.of(Path(last))) is None:
            yield (name,)
        else:
            parts[folder, part.stem, part.count][part.number] = name
    for (_, _, count), names in parts.items():
        if set(names) == set(range(1, count + 1)):
            yield tuple(names[number] for number in range(1, count + 1))


def _hub_file(repository: str, revision: str, files: Mapping[str, tuple[int, str]], names: tuple[str, ...]) -> HubFile:
    sizes, digests = zip(*(files[name] for name in names), strict=True)
    return HubFile(repository, revision, names, sizes, digests, quantisation_of(names[0]))
