"""Segment files on their way out and in, and the check of all that are there."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.sessions.catalog import Catalog
from desktop.sessions.folder import BASE
from desktop.sessions.keys import ContextKey, NodeKey, node_key
from desktop.sessions.reader import SegmentReader
from desktop.sessions.segment import (
    BaseHeader,
    DamagedSegmentError,
    MissingSegmentError,
    Segment,
    StateHeader,
    StatePart,
    read_base,
    read_base_header,
    read_state,
    read_state_header,
)
from desktop.sessions.tokens import TokenIds, token_ids

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of all files found, in segments."""

    checked: int
    damaged: int  # set aside


def segment_files(catalog: Catalog, context: ContextKey, node: NodeKey) -> list[Path]:
    """Return the files of the way from the root to a node, each base followed by its state; none where there is no way."""
    catalog.read(context)
    with catalog.lock:
        tree, files = catalog.tree(context), list[Path]()
        if (way := tree.way_to(node)) is None:
            return files
        ids = token_ids()
        for edge in way:
            ids.extend(edge.ids)
        entered = tree.lookup(ids, catalog.rule(context)).edges  # with as many states as there are
        for edge in entered if entered and entered[-1].end == node else way:
            if edge.is_base_held:
                break
            files.append(catalog.folder.base_path(context, edge.start, edge.end))
            if edge.state_file_bytes:
                files.append(catalog.folder.state_path(context, edge.start, edge.end))
        return files


def adopt(catalog: Catalog, file: Path, context: ContextKey, ids: TokenIds) -> bool:
    """Verify every byte of a foreign file and take it in, if it belongs to a context and lies on a path; return whether it does.

    A state is taken in after its base. Raises OSError.
    """
    catalog.read(context)
    try:
        if file.suffix == BASE:
            return _adopt_base(catalog, file, context, ids)
        return _adopt_state(catalog, file, context)
    except DamagedSegmentError as error:
        log.info("segment not taken in: %s", error)
        return False


def verify(catalog: Catalog, on_progress: Callable[[int, int], None], is_stopped: Callable[[], bool]) -> Verified:
    """Read every file again and set aside what is damaged; on_progress gets the segments done and all."""
    with catalog.lock:
        edges = [(context, edge) for context in catalog.contexts() for edge in catalog.tree(context)]
    reader, damaged, checked = SegmentReader(catalog, notes_use=False), 0, 0
    for context, edge in edges:
        if is_stopped():
            break
        try:
            reader.read(context, edge, None)
        except MissingSegmentError:
            continue
        except DamagedSegmentError:
            damaged += 1
        checked += 1
        on_progress(checked, len(edges))
    return Verified(checked, damaged)


def _adopt_base(catalog: Catalog, file: Path, context: ContextKey, ids: TokenIds) -> bool:
    kv = bytearray(read_base_header(file).kv_bytes)
    header = read_base(file, memoryview(kv))
    _check_context(header, context)
    if not any(_leads(header, ids[:start]) for start in _places(header.ids, ids)):
        raise DamagedSegmentError("it belongs to another path")
    with catalog.lock:
        is_known = catalog.tree(context).find(header.start, header.end) is not None
        segment = Segment(context, header.start, header.end, header.ids, kv, bytearray(), header.seconds)
        return is_known or catalog.add(segment, defers_state=False)


def _adopt_state(catalog: Catalog, file: Path, context: ContextKey) -> bool:
    kv = bytearray(read_state_header(file).kv_bytes)
    header = read_state(file, memoryview(kv))
    _check_context(header, context)
    with catalog.lock:
        known = catalog.tree(context).find(header.start, header.end)
        if known is None or not kv:
            raise DamagedSegmentError("it belongs to no base")
        if not known.state_bytes:
            catalog.add_state(StatePart(context, header.start, header.end, header.window, kv), defers=False)
    return True


def _check_context(header: BaseHeader | StateHeader, context: ContextKey) -> None:
    if header.context != context:
        raise DamagedSegmentError("it belongs to another model")


def _leads(header: BaseHeader, before: TokenIds) -> bool:
    return node_key(header.context, before) == header.start and node_key(header.context, before + header.ids) == header.end


def _places(part: TokenIds, ids: TokenIds) -> Iterator[int]:
    return (start for start in range(len(ids) - len(part) + 1) if ids[start] == part[0] and ids[start : start + len(part)] == part)
