"""The blocks of a reply: prose and fenced code, found while the text still grows."""

import re
from dataclasses import dataclass
from enum import Enum, auto

_LONG_PROSE = 2000  # characters; longer prose is closed at its next seam, so that a frame lays out little

_OPENING = re.compile(r"^( {0,3})(`{3,}|~{3,})[ \t]*([^\r]*?)\s*$")
_FORMING_FENCE = re.compile(r"^ {0,3}(`{1,2}|~{1,2}|`{3,}[^`]*|~{3,}.*)$")
_STARTS_PARAGRAPH = re.compile(r"^[^\s>|<#*+\-\d]")


class BlockKind(Enum):
    """What a block holds."""

    PROSE = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a reply that is drawn by one widget."""

    kind: BlockKind
    text: str  # code without its fences
    info: str = ""  # what stands behind the opening fence: the language first
    closed: bool = True


@dataclass(frozen=True, slots=True)
class _Fence:
    marker: str
    indent: int
    info: str

    @classmethod
    def opened_by(cls, line: str) -> "_Fence | None":
        match = _OPENING.match(line)
        if match is None or (match[2][0] == "`" and "`" in match[3]):
            return None
        return cls(match[2], len(match[1]), match[3])

    def is_closed_by(self, line: str) -> bool:
        text = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        return indent <= 3 and len(text) >= len(self.marker) and set(text) == {self.marker[0]}

    def content(self, lines: list[str]) -> str:
        return "\n".join(re.sub(f"^ {{0,{self.indent}}}", "", line) if self.indent else line for line in lines)


class BlockSplitter:
    """Split a growing text into blocks.

    A closed block never changes when text is appended, and how the text was cut on its way makes no difference.
    """

    def __init__(self) -> None:
        self._closed: list[Block] = []
        self._tail = ""

    def feed(self, text: str) -> None:
        """Append text."""
        self._tail += text
        *lines, unfinished = self._tail.split("\n")
        start = size = 0
        fence: _Fence | None = None
        for number, line in enumerate(lines):
            if fence is not None:
                if fence.is_closed_by(line):
                    self._closed.append(Block(BlockKind.CODE, fence.content(lines[start + 1 : number]), fence.info))
                    start, size, fence = number + 1, 0, None
                continue
            fence = _Fence.opened_by(line)
            if fence is not None or (size > _LONG_PROSE and not lines[number - 1].strip() and _STARTS_PARAGRAPH.match(line)):
                self._close_prose(lines[start:number])
                start, size = number, 0
            size += len(line) + 1
        self._tail = "\n".join([*lines[start:], unfinished])

    def finish(self) -> None:
        """Close the last block: nothing will be appended."""
        self.feed("\n")
        last = self._open_block()
        if last is not None:
            self._closed.append(Block(last.kind, last.text, last.info))
        self._tail = ""

    def blocks(self) -> list[Block]:
        """Return all blocks; at most the last is open. What may become a fence is held back."""
        last = self._open_block()
        return [*self._closed, last] if last is not None else list(self._closed)

    def _close_prose(self, lines: list[str]) -> None:
        text = "\n".join(lines).strip("\n")
        if text.strip():
            self._closed.append(Block(BlockKind.PROSE, text))

    def _open_block(self) -> Block | None:
        *lines, unfinished = self._tail.split("\n")
        shown = lines if _FORMING_FENCE.match(unfinished) or not unfinished else [*lines, unfinished]
        fence = _Fence.opened_by(lines[0]) if lines else None
        if fence is not None:
            return Block(BlockKind.CODE, fence.content(shown[1:]), fence.info, closed=False)
        text = "\n".join(shown).strip("\n")
        return Block(BlockKind.PROSE, text, closed=False) if text.strip() else None


def split(text: str) -> list[Block]:
    """Return the blocks of a finished text."""
    splitter = BlockSplitter()
    splitter.feed(text)
    splitter.finish()
    return splitter.blocks()
