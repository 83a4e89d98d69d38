"""A model's header as JSON, for the index."""

from dataclasses import asdict, fields
from typing import Any

from desktop.models.header import MemoryKind, ModelHeader, ModelShape, Purpose


def header_to_json(header: ModelHeader) -> dict[str, Any]:
    """Return what header_from_json() understands."""
    return {**asdict(header), "memory": header.memory.name, "purpose": header.purpose.name}


def header_from_json(value: object) -> ModelHeader:
    """Return a header. Raises ValueError or TypeError where it is none, KeyError where something is missing."""
    stored = _object(value)
    extra = {_checked(name, str): _checked(text, str) for name, text in _object(stored["extra"]).items()}
    template = stored["template"]
    plain = {name: _checked(stored[name], kind) for name, kind in _PLAIN.items()}
    return ModelHeader(
        **plain,
        memory=MemoryKind[stored["memory"]],
        template=None if template is None else _checked(template, str),
        shape=_shape(stored["shape"]),
        purpose=Purpose[stored["purpose"]],
        extra=extra,
    )


_PLAIN: dict[str, type] = {
    "name": str,
    "architecture": str,
    "parameters": int,
    "quantisation": str,
    "context_tokens": int,
    "licence": str,
    "part": int,
    "parts": int,
}
_LISTS: dict[str, type] = {"kv_heads": int, "window_layers": bool, "layer_bytes": int}


def _shape(value: object) -> ModelShape:
    stored = _object(value)
    numbers = {entry.name: _checked(stored[entry.name], int) for entry in fields(ModelShape) if entry.name not in _LISTS}
    lists: dict[str, Any] = {name: tuple(_checked(item, kind) for item in _checked(stored[name], list)) for name, kind in _LISTS.items()}
    return ModelShape(**numbers, **lists)


def _object(value: object) -> dict[str, Any]:
    return _checked(value, dict)  # type: ignore[no-any-return]


def _checked(value: object, kind: type) -> Any:
    if type(value) is not kind:  # True is no int here
        raise TypeError
    return value
