"""Segments of made-up KV, and what the files of a store are."""

import random
import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from xxhash import xxh3_128_digest

from desktop.sessions.keys import ContextKey, context_key, node_key
from desktop.sessions.segment import BASE_HEADER, BASE_MAGIC, STATE_HEADER, BasePart, LoadedSegment, Segment, StatePart
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.sessions.tree import Edge

CONTEXT = context_key(b"a model", "k=f16")
OTHER_CONTEXT = context_key(b"another model", "k=f16")
FIXED_BYTES = BASE_HEADER.size  # of a .kv file's header, before the token ids
PATIENCE = 20.0  # seconds; for what takes milliseconds


def make_segment(
    path: Sequence[int],
    start: int = 0,
    end: int | None = None,
    *,
    context: ContextKey = CONTEXT,
    token_bytes: int = 8,
    state_bytes: int = 0,
    seconds: float = 0.0,
) -> Segment:
    """Return the segment of path[start:end]; its KV depends on its place and no other segment has the same."""
    ids = token_ids(path)
    end = len(ids) if end is None else end
    start_key, end_key = node_key(context, ids[:start]), node_key(context, ids[:end])
    kv = bytearray(random.Random(start_key + end_key).randbytes((end - start) * token_bytes + state_bytes))
    return Segment(context, start_key, end_key, ids[start:end], kv[: len(kv) - state_bytes], kv[len(kv) - state_bytes :], seconds)


def cut_path(path: Sequence[int], cuts: Sequence[int], **options: int) -> list[Segment]:
    """Return the segments of a path that is cut at these places, given without its two ends."""
    return [make_segment(path, start, end, **options) for start, end in pairwise([0, *sorted(set(cuts) - {0, len(path)}), len(path)])]


def edge_of(segment: Segment) -> Edge:
    return Edge(segment.start, segment.end, segment.ids, len(segment.base), len(segment.state))


def base_part(segment: Segment) -> BasePart:
    return BasePart(segment.context, segment.start, segment.end, segment.ids, segment.seconds, segment.base)


def state_part(segment: Segment, window: int = 0) -> StatePart:
    return StatePart(segment.context, segment.start, segment.end, window, segment.state)


def content(segment: Segment | LoadedSegment) -> tuple[bytes, bytes]:
    """Return the KV of a segment as values that can be compared; no two segments have the same."""
    return bytes(segment.base), bytes(segment.state)


def save_all(store: SegmentStore, segments: Sequence[Segment]) -> None:
    assert all([store.save(segment) for segment in segments])
    assert store.flush(PATIENCE)


def load_path(store: SegmentStore, path: TokenIds) -> list[tuple[bytes, bytes]]:
    """Return the contents of the whole segments that are stored of a path."""
    return [content(store.load(edge)) for edge in store.lookup(path).edges]


def file_of(folder: Path, segment: Segment) -> Path:
    (path,) = folder.glob(f"*/*/{segment.end.hex()}-{segment.start.hex()[:8]}.kv")
    return path


def state_file_of(folder: Path, segment: Segment) -> Path:
    return file_of(folder, segment).with_suffix(".state")


def patch_header(path: Path, offset: int, form: str, value: int | bytes) -> None:
    """Change a field of a file's header and make the header's checksum agree."""
    data = bytearray(path.read_bytes())
    (count,) = struct.unpack_from("<I", data, 16)
    end = BASE_HEADER.size + 4 * count if data[:8] == BASE_MAGIC else STATE_HEADER.size
    struct.pack_into(form, data, offset, value)
    data[end : end + 16] = xxh3_128_digest(bytes(data[:end]))
    path.write_bytes(data)
