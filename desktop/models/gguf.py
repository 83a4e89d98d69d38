"""A bounded look into a GGUF file before llama.cpp opens it: whether it is one, whether it is whole, and which.

A file is read here first, by a parser that cannot be made to allocate or loop beyond its limits (`gguf_reader.py`), and one that is cut
short never gets further. A model may come in several files, of which the first is opened and the others are found by their names.
"""

import os
import stat
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from desktop.models.gguf_reader import BrokenFileError, Gguf, read_gguf
from desktop.models.header import ModelHeader
from desktop.models.header_reading import header_of
from desktop.models.part_name import PartName
from desktop.models.recommended import RecommendedSampling, recommended_sampling
from desktop.system.errors import RivuletError
from desktop.system.words import Words, counted, say

SAMPLES, SAMPLE_BYTES = 64, 4096  # blocks of tensor data that stand for the whole in the identity


class ModelFileError(RivuletError):
    """A file is missing, unreadable, cut or no GGUF."""


class MissingPartsError(ModelFileError):
    """A model in several files is not there as a whole."""

    def __init__(self, name: str, missing: int, parts: int) -> None:
        super().__init__(
            counted(
                "{count} of the {parts} files of {name} are missing. Your chats are kept; get all of them into one folder.",
                "{count} of the {parts} files of {name} is missing. Your chats are kept; get all of them into one folder.",
                missing,
                parts=parts,
                name=name,
            )
        )
        self.missing = missing


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a model file says of itself."""

    path: Path
    name: str
    architecture: str
    size: int  # bytes, of all parts
    identity: bytes  # of header, size and sampled tensor data: which numbers come out of it
    vocabulary: str  # of the tokenizer's keys: what its token ids mean
    header: ModelHeader
    parts: tuple[Path, ...]  # all files of it, the first is the path
    sampling: RecommendedSampling = field(default_factory=RecommendedSampling)


def read_model_file(path: Path) -> ModelFile:
    """Return what a GGUF file is, reading its header and samples of its data; where it has further parts, theirs too.

    Takes up to a second for a large vocabulary; not for the window's thread. Raises ModelFileError with a sentence.
    """
    first = _read(path)
    parts = _parts(path, first.gguf)
    others = [_read(part) for part in parts[1:]]
    tensors = [tensor for part in (first, *others) for tensor in part.gguf.metadata.tensors]
    return ModelFile(
        path,
        first.gguf.metadata.text("general.name") or path.stem,
        first.gguf.metadata.text("general.architecture"),
        first.size + sum(part.size for part in others),
        _joined([part.identity for part in (first, *others)]),
        first.gguf.vocabulary_digest,
        header_of(first.gguf.metadata, tensors, path.stem),
        parts,
        recommended_sampling(first.gguf.metadata),
    )


def read_header(file: BinaryIO, size: int, name: str) -> ModelHeader:
    """Return what the header of a file of a size in bytes says, of which no more need be there. Raises ModelFileError, OSError."""
    try:
        metadata = read_gguf(file, size).metadata
    except BrokenFileError as error:
        raise _told(name, error.fault) from error
    return header_of(metadata, metadata.tensors, Path(name).stem)


@dataclass(frozen=True, slots=True)
class _Part:
    gguf: Gguf
    size: int
    identity: bytes


def _read(path: Path) -> _Part:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for somebody to write
            raise BrokenFileError(say("is not a file"))
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not size:
                raise BrokenFileError(say("is empty"))
            gguf = read_gguf(file, size)
            return _Part(gguf, size, _identity(file, size, gguf))
    except FileNotFoundError as error:
        missing = say("{file} is not there any more. Your chats are kept; find it or choose another model file.", file=path.name)
        raise ModelFileError(missing) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelFileError(
            say("{file} cannot be read ({reason}). Your chats are kept; choose another model file.", file=path.name, reason=reason)
        ) from error
    except BrokenFileError as error:
        raise _told(path.name, error.fault) from error


def _parts(path: Path, gguf: Gguf) -> tuple[Path, ...]:
    """Return all files of a model, of which one was read. Raises ModelFileError where they are not all there."""
    count = gguf.metadata.number("split.count")
    number = gguf.metadata.number("split.no") + 1  # the file counts from 0
    if count <= 1:
        return (path,)
    name = PartName.of(path)
    if name is None or name.count != count or name.number != number:  # llama.cpp finds the others by this name only
        raise _told(path.name, say("is one of {count} files of a model and must keep the name it had", count=count))
    if number != 1:
        first = name.all(path)[0].name
        raise _told(path.name, say("is file {part} of {count} of a model; {first} is to be opened", part=number, count=count, first=first))
    parts = name.all(path)
    missing = sum(not part.exists() for part in parts)
    if missing:
        raise MissingPartsError(gguf.metadata.text("general.name") or name.stem, missing, count)
    return parts


def _identity(file: BinaryIO, size: int, gguf: Gguf) -> bytes:
    digest = gguf.header.copy()
    digest.update(struct.pack("<Q", size))
    for index in range(SAMPLES):
        file.seek(gguf.data_offset + max(0, size - gguf.data_offset - 1) * index // SAMPLES)
        digest.update(file.read(SAMPLE_BYTES))
    return digest.digest()


def _joined(identities: Sequence[bytes]) -> bytes:
    return identities[0] if len(identities) == 1 else blake2b(b"".join(identities), digest_size=16).digest()


def _told(name: str, fault: Words) -> ModelFileError:
    return ModelFileError(say("{file} {fault}. Your chats are kept; choose another model file.", file=name, fault=fault))
