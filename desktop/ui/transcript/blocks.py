"""The blocks of a reply: prose and fenced code, found while the text still grows."""

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

WHOLE = 2000  # characters of prose after which a block closes at its next seam
STREAMED = 400  # the same while it streams: each frame lays out the open block again

_OPENING = re.compile(r"^( {0,3})(`{3,}|~{3,})(.*)$")
_FORMING_FENCE = re.compile(r"^ {0,3}(`{1,2}|~{1,2}|`{3,}[^`]*|~{3,}.*)$")
# What matches the beginning of a line matches the line, whatever it becomes: a seam is found before the line ends.
_HEADING = re.compile(r"^#{1,6} +[^\s#]")
_PARAGRAPH = re.compile(r"^(?:[^\s>|<#*+\-\d`~=_]|\*\*[^\s*]|\d+[^\d\s.)])")
_ITEM = re.compile(r"^(?:[*+-]|\d{1,9}[.)])[ \t]+(?:\*\*)?[^\s*_-]")
_MARKER = re.compile(r"^(?:([*+-])|(\d{1,9})([.)]))(?=\s|$)")
_RULE = re.compile(r"^(?:[*][ \t]*){3,}$|^(?:-[ \t]*){3,}$")
_NUMBER = re.compile(r"^\d+")
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*\S.*$", re.MULTILINE)
_LABEL = re.compile(r"\[([^\[\]\n]{1,200})\]")


class BlockKind(Enum):
    """What a block holds."""

    PROSE = auto()
    CODE = auto()


class Seam(Enum):
    """How a block follows the one before it: as another, or as what would be one with it if it were shorter."""

    BLOCK = auto()
    PARAGRAPH = auto()
    HEADING = auto()
    ITEM = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a reply that is drawn by one widget."""

    kind: BlockKind
    text: str  # code without its fences
    info: str = ""  # what stands behind the opening fence: the language first
    closed: bool = True
    seam: Seam = Seam.BLOCK


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
        return cls(match[2], len(match[1]), match[3].strip())

    def is_closed_by(self, line: str) -> bool:
        text = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        return indent <= 3 and len(text) >= len(self.marker) and set(text) == {self.marker[0]}

    def content(self, line: str) -> str:
        return line[min(self.indent, len(line) - len(line.lstrip(" "))) :]


@dataclass(frozen=True, slots=True)
class _List:
    """The list at the left edge that a line stands in."""

    mark: str  # the bullet, or what stands behind the number
    following: int  # the number of the next item

    @classmethod
    def begun_by(cls, marker: re.Match[str]) -> "_List":
        return cls(marker[1] or marker[3], int(marker[2] or 0) + 1)

    def is_gone_on_with_by(self, marker: re.Match[str]) -> bool:
        return self.mark == (marker[1] or marker[3])


class BlockSplitter:
    """Split a growing text into blocks; prose that is longer than size closes at its next seam.

    A closed block never changes when text is appended, and how the text was cut on its way makes no difference. Seams lie
    where Markdown cannot tell: before a paragraph, heading or list at the left edge behind a blank line, and between the items of
    a list at the left edge.
    """

    def __init__(self, size: int = WHOLE) -> None:
        self._size = size
        self._closed: list[Block] = []
        self._lines: list[str] = []  # of the open block, those that came since its text was last joined
        self._joined = ""  # its lines before, each with its end
        self._length = 0  # of the open block's lines
        self._unfinished = ""
        self._fence: _Fence | None = None
        self._list: _List | None = None
        self._is_after_blank = True
        self._seam = Seam.BLOCK
        self._number: int | None = None  # of the item that the open block begins with, where it goes on with a list

    def feed(self, text: str) -> None:
        """Append text."""
        *lines, self._unfinished = (self._unfinished + text).split("\n")
        for line in lines:
            self._take(line)
        self._close_before(self._unfinished)

    def finish(self) -> None:
        """Close the last block, and let all prose know the link targets that other prose defines: nothing will be appended."""
        self.feed("\n")
        last = self._open_block()
        if last is not None:
            self._closed.append(replace(last, closed=True))
        self._begin_block(Seam.BLOCK)
        self._fence = None
        self._closed = _with_definitions(self._closed)

    def blocks(self) -> list[Block]:
        """Return all blocks; at most the last is open. What may become a fence is held back."""
        last = self._open_block()
        return [*self._closed, last] if last is not None else list(self._closed)

    def _take(self, line: str) -> None:
        if self._fence is not None:
            if self._fence.is_closed_by(line):
                self._closed.append(Block(BlockKind.CODE, self._text()[:-1], self._fence.info))
                self._fence = None
                self._begin_block(Seam.BLOCK)
            else:
                self._add(self._fence.content(line))
            return
        fence = _Fence.opened_by(line)
        if fence is not None:
            self._close_prose(Seam.BLOCK)
            self._fence, self._list, self._is_after_blank = fence, None, True
            return
        self._close_before(line)
        self._note_list(line)
        self._is_after_blank = not line.strip()
        self._add(line)

    def _add(self, line: str) -> None:
        self._lines.append(line)
        self._length += len(line) + 1

    def _close_before(self, line: str) -> None:
        """Close long prose where a line, or its beginning, lets it."""
        if self._fence is not None or self._length <= self._size:
            return
        if self._is_after_blank and _HEADING.match(line):
            self._close_prose(Seam.HEADING)
        elif self._is_after_blank and (_PARAGRAPH.match(line) or (self._list is None and _ITEM.match(line))):
            self._close_prose(Seam.PARAGRAPH)
        elif self._list is not None and _ITEM.match(line):
            marker = _MARKER.match(line)
            if marker is not None and self._list.is_gone_on_with_by(marker):
                number = self._list.following if marker[2] else None
                self._close_prose(Seam.ITEM)
                self._number = number

    def _note_list(self, line: str) -> None:
        """Follow which list at the left edge a line stands in."""
        marker = None if _RULE.match(line) else _MARKER.match(line)
        if marker is not None and self._list is not None and self._list.is_gone_on_with_by(marker):
            self._list = replace(self._list, following=self._list.following + 1)
        elif marker is not None and (self._list is not None or self._is_after_blank or marker[1] or marker[2] == "1"):
            self._list = _List.begun_by(marker)
        elif line.strip() and (line[0] in "#>" or _RULE.match(line) or (self._is_after_blank and not line[0].isspace())):
            self._list = None

    def _close_prose(self, following: Seam) -> None:
        text = self._prose(self._text())
        if text:
            self._closed.append(Block(BlockKind.PROSE, text, seam=self._seam))
        self._begin_block(following)

    def _begin_block(self, seam: Seam) -> None:
        self._lines.clear()
        self._joined = ""
        self._length = 0
        self._seam, self._number = seam, None

    def _text(self) -> str:
        """Return the whole lines of the open block, each with its end."""
        if self._lines:
            self._joined += "\n".join(self._lines) + "\n"
            self._lines.clear()
        return self._joined

    def _open_block(self) -> Block | None:
        is_held_back = not self._unfinished or _FORMING_FENCE.match(self._unfinished)
        if self._fence is not None:
            text = self._text()[:-1] if is_held_back else self._text() + self._fence.content(self._unfinished)
            return Block(BlockKind.CODE, text, self._fence.info, closed=False)
        text = self._prose(self._text() if is_held_back else self._text() + self._unfinished)
        return Block(BlockKind.PROSE, text, closed=False, seam=self._seam) if text else None

    def _prose(self, text: str) -> str:
        text = "" if text.isspace() else text.strip("\n")
        return text if self._number is None else _NUMBER.sub(str(self._number), text)


def split(text: str) -> list[Block]:
    """Return the blocks of a finished text."""
    splitter = BlockSplitter()
    splitter.feed(text)
    splitter.finish()
    return splitter.blocks()


def _with_definitions(blocks: list[Block]) -> list[Block]:
    """Return the blocks, before each that links by a label the lines of other blocks that say where that leads."""
    definitions: dict[str, str] = {}
    for block in blocks:
        if block.kind is BlockKind.PROSE:
            for match in _DEFINITION.finditer(block.text):
                definitions.setdefault(match[1].casefold(), match[0])
    if not definitions:
        return blocks
    return [_defining(block, definitions) if block.kind is BlockKind.PROSE else block for block in blocks]


def _defining(block: Block, definitions: dict[str, str]) -> Block:
    labels = dict.fromkeys(label.casefold() for label in _LABEL.findall(block.text))
    needed = [definitions[label] for label in labels if label in definitions and definitions[label] not in block.text]
    return replace(block, text="\n".join(needed) + "\n\n" + block.text) if needed else block
