"""What a model is called and can do, from the keys of its header."""

from collections.abc import Sequence
from math import prod

from desktop.models.header import MemoryKind, ModelHeader, ModelShape, Purpose
from desktop.models.metadata import Metadata, Tensor
from desktop.models.quantisation import quantisation
from desktop.models.shape_reading import shape_of

_EMBEDDING = frozenset({"t5encoder", "llama-embed", "gemma-embedding"})  # whose files do not always say so
_COMPANIONS = frozenset({"clip", "wavtokenizer-dec", "dflash", "eagle3"})
_COMPANION_TYPES = frozenset({"mmproj", "adapter", "imatrix"})


def header_of(metadata: Metadata, tensors: Sequence[Tensor], stem: str) -> ModelHeader:
    """Return the header of a model by its first part's keys and the tensors of all; stem: of the file's name, where it has no other."""
    shape = shape_of(metadata, tensors)
    architecture = metadata.text("general.architecture")
    template = metadata.value("tokenizer.chat_template")
    return ModelHeader(
        name=metadata.text("general.name") or stem,
        architecture=architecture,
        parameters=sum(prod(tensor.shape) for tensor in tensors),
        quantisation=quantisation(metadata, tensors),
        context_tokens=metadata.number(f"{architecture}.context_length"),
        memory=_memory(shape),
        licence=_licence(metadata),
        template=template.decode("utf-8", "replace") if isinstance(template, bytes) else None,
        shape=shape,
        part=metadata.number("split.no") + 1,
        parts=max(1, metadata.number("split.count")),
        purpose=_purpose(metadata, architecture),
        extra=_extra(metadata),
    )


def _purpose(metadata: Metadata, architecture: str) -> Purpose:
    if architecture in _COMPANIONS or metadata.text("general.type") in _COMPANION_TYPES:
        return Purpose.COMPANION
    pools = metadata.number(f"{architecture}.pooling_type") > 0 or metadata.value(f"{architecture}.attention.causal") is False
    return Purpose.EMBEDDING if pools or architecture in _EMBEDDING else Purpose.CHAT


def _extra(metadata: Metadata) -> dict[str, str]:
    known = {
        "maker": metadata.text("general.organization") or metadata.text("general.author"),
        "base": metadata.text("general.base_model.0.name"),
    }
    return {name: text for name, text in known.items() if text}


def _memory(shape: ModelShape) -> MemoryKind:
    if shape.state_bytes:
        return MemoryKind.HYBRID if any(shape.kv_heads) else MemoryKind.RECURRENT
    return MemoryKind.WINDOW if shape.window_layers else MemoryKind.DENSE


def _licence(metadata: Metadata) -> str:
    said = metadata.text("general.license")
    return metadata.text("general.license.name") or said if said in ("", "other") else said
