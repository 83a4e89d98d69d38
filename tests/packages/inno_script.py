"""A small reader of Inno Setup's scripts."""

import re
from collections import defaultdict
from pathlib import Path

Entry = dict[str, str]


def read_script(path: Path) -> dict[str, list[str]]:
    """Return the lines of each section, without comments and what the preprocessor takes."""
    sections: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in path.read_text("utf-8").splitlines():
        if found := re.fullmatch(r"\[(\w+)\]", line.strip()):
            name = found[1]
            assert name not in sections, f"[{name}] stands twice"
            sections[name] = []
        elif line.strip() and not line.lstrip().startswith((";", "#", "//")):
            sections[name].append(line.strip())
    return dict(sections)


def settings(lines: list[str]) -> Entry:
    """Return a section whose lines are `Name=value`."""
    pairs = [line.partition("=")[::2] for line in lines]
    assert len({name for name, _ in pairs}) == len(pairs), "a name stands twice"
    return dict(pairs)


def entries(lines: list[str]) -> list[Entry]:
    """Return a section whose lines are `Name: "value"; Name: value`."""
    return [_entry(line) for line in lines]


def _entry(line: str) -> Entry:
    part = r'\s*(\w+):\s*("(?:[^"]|"")*"|[^;"]*)\s*(?:;|$)'
    assert re.fullmatch(f"(?:{part})+", line), f"not understood: {line}"
    found = {name: value.strip() for name, value in re.findall(part, line)}
    return {name: value[1:-1].replace('""', '"') if value.startswith('"') else value for name, value in found.items()}
