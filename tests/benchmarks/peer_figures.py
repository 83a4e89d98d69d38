"""What is asked of the figures of the comparison, and the table."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.peer_rivulet import TURN_TOKENS

Figures = dict[str, Any]

FAMILIES = ("dense", "window", "hybrid")
FIRST_TOKEN = 1.0  # times llama-server's, at most
TURN = 1 / 20  # of the bytes that llama-server writes, at most
TEN_FORKS = 1.1  # times the bytes of one chat, at most
FASTER = 20  # times, at least, where llama-server recomputes
RESTORING = 3  # times what cat takes, at most


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of both sides as text, and what was asked."""

    family: str
    figure: str
    tokens: str
    ours: str
    theirs: str
    compared: str = ""
    asked: str = ""
    is_met: bool = True


def rows(figures: Figures) -> list[Row]:
    """Return the rows of all families that were measured."""
    return [row for family in FAMILIES if family in figures for row in _family_rows(family, figures[family])]


def _family_rows(family: str, figures: Figures) -> Iterator[Row]:
    ours, theirs, forked = figures["ours"], figures["llama_server"], figures["forked_tokens"]
    for length, seconds in ours["first_token_after_restart_s"].items():
        their_seconds = theirs["first_token_after_restart_s"][length]
        is_asked = family == "dense" or (int(length) == forked and theirs["recomputed_tokens"][length] > 0)
        yield _first_token(family, "first token after restart, s", length, seconds, their_seconds, is_asked=is_asked)
    is_asked = family != "dense" and theirs["fork_recomputed_tokens"] > 0
    seconds, their_seconds, entry = ours["fork_first_token_s"], theirs["fork_first_token_s"], str(forked // 2)
    yield _first_token(family, "first token of a fork, s", entry, seconds, their_seconds, is_asked=is_asked)
    for length, tokens in ours["recomputed_tokens"].items():
        yield _recomputed(family, "tokens read again", length, tokens, theirs["recomputed_tokens"][length])
    yield _recomputed(family, "the same, of a fork", entry, ours["fork_recomputed_tokens"], theirs["fork_recomputed_tokens"])
    for length, size in ours["turn_bytes"].items():
        yield _turn(family, length, size, theirs["turn_bytes"][length])
    yield _ten_forks(family, str(forked), ours, theirs)
    for length, seconds in ours["restore_s"].items():
        cat = ours["cat_s"][length]
        ratio, asked = f"{_ratio(seconds, cat):.2f} x", f"at most {RESTORING} x"
        row = family, "restoring, s; cat's time beside it", length, f"{seconds:.4f}", f"{cat:.4f}"
        yield Row(*row, ratio, asked, seconds <= RESTORING * cat)
    for count, speed in ours["forks_tokens_per_s"].items():
        yield Row(family, f"tokens a second, forks at once: {count}", str(forked), f"{speed:.2f}", "")
    read, their_read = ours["reading_tokens_per_s"], theirs["reading_tokens_per_s"]
    yield Row(family, "tokens a second, reading", "", f"{read:.1f}", f"{their_read:.1f}", f"{_ratio(read, their_read):.2f} x")


def _first_token(family: str, figure: str, tokens: str, ours: float, theirs: float, *, is_asked: bool) -> Row:
    if family == "dense":
        compared, asked, is_met = f"{_ratio(ours, theirs):.2f} x", f"at most {FIRST_TOKEN:.1f} x", ours <= FIRST_TOKEN * theirs
    else:
        compared, asked, is_met = f"{_ratio(theirs, ours):.1f} x faster", f"at least {FASTER} x", theirs >= FASTER * ours
    return Row(family, figure, tokens, f"{ours:.4f}", f"{theirs:.4f}", compared, asked if is_asked else "", is_met or not is_asked)


def _recomputed(family: str, figure: str, tokens: str, ours: int, theirs: int) -> Row:
    return Row(family, figure, tokens, f"{ours:,}", f"{theirs:,}", "", "none", ours == 0)


def _turn(family: str, length: str, ours: int, theirs: int) -> Row:
    # The turn's own share of a short chat is larger than that.
    is_asked = family == "dense" and TURN * (int(length) + TURN_TOKENS) >= TURN_TOKENS
    asked = f"at most 1/{1 / TURN:.0f}" if is_asked else ""
    row = family, "bytes written for a turn", length, f"{ours:,}", f"{theirs:,}"
    return Row(*row, f"1/{_ratio(theirs, ours):.1f}", asked, ours <= TURN * theirs or not is_asked)


def _ten_forks(family: str, tokens: str, ours: Figures, theirs: Figures) -> Row:
    size, one, is_asked = ours["ten_forks_bytes"], ours["chat_bytes"], family == "dense"
    compared = f"{_ratio(size, one):.3f} x one; {_ratio(theirs['ten_forks_bytes'], theirs['chat_bytes']):.3f} x one"
    asked = f"at most {TEN_FORKS} x one" if is_asked else ""
    row = family, "bytes of ten forks", tokens, f"{size:,}", f"{theirs['ten_forks_bytes']:,}"
    return Row(*row, compared, asked, size <= TEN_FORKS * one or not is_asked)


def table(figures: Figures) -> str:
    """Return the figures of both sides and what is asked, as text."""
    lines = []
    for family in FAMILIES:
        if family in figures:
            shape, device = figures[family]["shape"]["name"], figures[family]["ours"]["device"]
            lines += ["", f"{family}: {shape} on {device}; llama-server on {figures[family]['llama_server']['device']}"]
            lines.append(_line("", "tokens", "Rivulet", "llama-server", "compared", "asked"))
            lines += [_row_line(row) for row in rows(figures) if row.family == family]
    return "\n".join([*lines, "", json.dumps(figures["machine"])]) + "\n"


def _row_line(row: Row) -> str:
    asked = row.asked + ("" if row.is_met else "  MISSED")
    return _line(row.figure, row.tokens, row.ours, row.theirs, row.compared, asked)


def _line(figure: str, tokens: str, ours: str, theirs: str, compared: str, asked: str) -> str:
    return f"{figure:<36}{tokens:>7}{ours:>15}{theirs:>15}  {compared:<28}{asked}".rstrip()


def _ratio(one: float, other: float) -> float:
    return one / other if other else float("inf")
