"""Segments of made-up KV, and what the files of a store are."""

import random
import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from xxhash import xxh3_128_digest

from desktop.sessions.keys import ContextKey, context_key, node_key
from desktop.sessions.segment import Segment
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.sessions.tree import Edge

CONTEXT = context_key(b"a model", "k=f16")
OTHER_CONTEXT = context_key(b"another model", "k=f16")
FIXED_BYTES = 8 + 3 * 4 + 2 * 8 + 4 * 16  # of a header, before the token ids
PATIENCE = 20.0  # seconds; for what takes milliseconds


def make_segment(
    path: Sequence[int],
    start: int = 0,
    end: int | None = None,
    *,
    context: ContextKey = CONTEXT,
    token_bytes: int = 8,
    partial_bytes: int = 0,
) -> Segment:
    """Return the segment of path[start:end]; its KV depends on its place and no other segment has the same."""
    ids = token_ids(path)
    end = len(ids) if end is None else end
    start_key, end_key = node_key(context, ids[:start]), node_key(context, ids[:end])
    kv = bytearray(random.Random(start_key + end_key).randbytes((end - start) * token_bytes + partial_bytes))
    return Segment(context, start_key, end_key, ids[start:end], kv[: len(kv) - partial_bytes], kv[len(kv) - partial_bytes :])


def cut_path(path: Sequence[int], cuts: Sequence[int], **options: int) -> list[Segment]:
    """Return the segments of a path that is cut at these places, given without its two ends."""
    return [make_segment(path, start, end, **options) for start, end in pairwise([0, *sorted(set(cuts) - {0, len(path)}), len(path)])]


def edge_of(segment: Segment) -> Edge:
    return Edge(segment.start, segment.end, segment.ids, segment.size)


def content(segment: Segment) -> tuple[bytes, bytes, bytes, list[int], bytes, bytes]:
    """Return all of a segment as values that can be compared."""
    return segment.context, segment.start, segment.end, segment.ids.tolist(), bytes(segment.base), bytes(segment.partial)


def save_all(store: SegmentStore, segments: Sequence[Segment]) -> None:
    assert all([store.save(segment) for segment in segments])
    assert store.flush(PATIENCE)


def load_path(store: SegmentStore, path: TokenIds) -> list[tuple[bytes, bytes, bytes, list[int], bytes, bytes]]:
    """Return the contents of the whole segments that are stored of a path."""
    return [content(store.load(edge)) for edge in store.lookup(path).edges]


def file_of(folder: Path, segment: Segment) -> Path:
    (path,) = folder.glob(f"*/*/{segment.end.hex()}-{segment.start.hex()[:8]}.kv")
    return path


def patch_header(path: Path, offset: int, form: str, value: int | bytes) -> None:
    """Change a field of a file's header and make the header's checksum agree."""
    data = bytearray(path.read_bytes())
    (count,) = struct.unpack_from("<I", data, 16)
    struct.pack_into(form, data, offset, value)
    end = FIXED_BYTES + 4 * count
    data[end : end + 16] = xxh3_128_digest(bytes(data[:end]))
    path.write_bytes(data)
