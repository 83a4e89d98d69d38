"""The files of the segments: one folder a context key, fanned out, and one folder for what proved wrong."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from desktop.sessions.keys import KEY_BYTES, ContextKey, NodeKey
from desktop.sessions.segment import (
    BaseHeader,
    DamagedSegmentError,
    StateHeader,
    make_private_folder,
    read_base_header,
    read_state_header,
)
from desktop.sessions.tree import Edge

log = logging.getLogger(__name__)

Header = TypeVar("Header", BaseHeader, StateHeader)

SET_ASIDE = "set-aside"
KEPT_ASIDE = 16  # files; the newest, for whoever looks into the fault
BASE, STATE = ".kv", ".state"


@dataclass(slots=True)
class FolderContent:
    """What was found in the folder of a context key."""

    edges: list[Edge] = field(default_factory=list)
    leftovers: list[Path] = field(default_factory=list)  # files and folders that serve nothing any more
    is_complete: bool = True  # False: something could not be read just now


class SegmentFolder:
    """Name, list and set aside the files. May be used from any thread."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._counting = threading.Lock()
        self.set_aside_files = len(_names(root / SET_ASIDE))
        """How many files proved damaged, foreign or of another version, those included that earlier processes left."""

    def base_path(self, context: ContextKey, start: NodeKey, end: NodeKey) -> Path:
        """Return where the base of the segment between two nodes lies."""
        name = end.hex()
        return self.root / context.hex() / name[:2] / f"{name}-{start.hex()[:8]}{BASE}"

    def state_path(self, context: ContextKey, start: NodeKey, end: NodeKey) -> Path:
        """Return where its state lies."""
        return self.base_path(context, start, end).with_suffix(STATE)

    def contexts(self) -> list[ContextKey]:
        """Return the context keys that have a folder. Raises OSError."""
        return [ContextKey(bytes.fromhex(path.name)) for path in _children(self.root) if _is_key(path.name) and path.is_dir()]

    def read(self, context: ContextKey, is_stopped: Callable[[], bool] = lambda: False) -> FolderContent:
        """Read the headers of a context's files, and set aside what is none of them."""
        content = FolderContent()
        try:
            for path in _children(self.root / context.hex()):
                if is_stopped():
                    content.is_complete = False
                    break
                if path.is_dir():
                    self._read_folder(context, path, content)
                elif not _is_hidden(path):
                    self.set_aside(path, "it is no segment file")
        except OSError as error:  # may be better next time
            log.warning("segments not read: %s", error)
            content.is_complete = False
        return content

    def set_aside(self, path: Path, reason: str) -> None:
        """Move a file out of the way."""
        log.info("segment set aside: %s", reason)
        with self._counting:
            self.set_aside_files += 1
        aside = self.root / SET_ASIDE
        try:
            make_private_folder(aside)
            path.replace(aside / path.name)
            for kind in (BASE, STATE):
                kept = sorted(aside.glob(f"*{kind}"), key=lambda file: file.stat().st_mtime, reverse=True)
                for old in kept[KEPT_ASIDE:]:
                    old.unlink(missing_ok=True)
        except OSError as error:
            log.info("could not be moved: %s", error)

    def _read_folder(self, context: ContextKey, folder: Path, content: FolderContent) -> None:
        files = _children(folder)
        states = {path.stem: path for path in files if path.suffix == STATE}
        used = set[str]()
        for path in files:
            if path.suffix == BASE:
                if (edge := self._read_edge(context, path, states.get(path.stem), content)) is not None:
                    used.add(path.stem)
                    content.edges.append(edge)
            elif path.suffix == ".tmp" and _is_hidden(path):
                content.leftovers.append(path)
            elif path.suffix != STATE and not _is_hidden(path):
                self.set_aside(path, "it is no segment file")
        if content.is_complete:
            content.leftovers += [path for stem, path in states.items() if stem not in used]
        if not files:
            content.leftovers.append(folder)

    def _read_edge(self, context: ContextKey, path: Path, state_path: Path | None, content: FolderContent) -> Edge | None:
        if (base := self._read_header(read_base_header, context, path, content)) is None:
            return None
        edge = Edge(base.start, base.end, base.ids, base.kv_bytes, seconds=base.seconds, used_at=base.changed_at)
        if state_path is None or (state := self._read_header(read_state_header, context, state_path, content)) is None:
            return edge
        return replace(edge, state_bytes=state.kv_bytes, window=state.window, state_used_at=state.changed_at)

    def _read_header(self, read: Callable[[Path], Header], context: ContextKey, path: Path, content: FolderContent) -> Header | None:
        try:
            header = read(path)
            if header.context != context or self.base_path(context, header.start, header.end).with_suffix(path.suffix) != path:
                raise DamagedSegmentError("it belongs to another model or place")
        except DamagedSegmentError as error:
            self.set_aside(path, str(error))
        except OSError as error:  # may be better next time
            log.info("segment not read: %s", error)
            content.is_complete = False
        else:
            return header
        return None


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")  # ours are named .*.tmp; file managers leave others


def _is_key(name: str) -> bool:
    return len(name) == 2 * KEY_BYTES and all(letter in "0123456789abcdef" for letter in name)
