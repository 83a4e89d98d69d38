"""How outcomes are printed: as JSON for programs, or in plain lines for people."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from desktop.app.commands.command import Command, Outcome, Verb

Result = Mapping[str, Any]

TITLE_WIDTH = 48
DECIMALS = 10  # GB below this have a decimal


class Printer:
    """Print what a command writes while it runs, and its outcome."""

    def __init__(self, command: Command, *, is_json: bool) -> None:
        """With is_json nothing is printed but the outcome."""
        self._command, self._is_json = command, is_json

    def write(self, text: str) -> None:
        """Print a piece of a reply at once."""
        if not self._is_json:
            _print(text)

    def show(self, outcome: Outcome) -> None:
        """Print the result on standard output, or the error on standard error."""
        if self._is_json:
            content = {"error": outcome.error, "exit_code": outcome.code} if outcome.error else outcome.result
            _print(json.dumps(content, ensure_ascii=False, indent=1, default=encoded) + "\n")
        if outcome.error:
            sys.stderr.write(f"rivulet: {outcome.error}\n")
        elif not self._is_json:
            _print("".join(f"{line}\n" for line in _LINES[self._command.verb](outcome.result)))
            if self._command.verb is Verb.RUN:  # standard output has the reply alone
                sys.stderr.write(f"(chat {outcome.result['chat']})\n")


def encoded(value: object) -> str:
    """Return what JSON has no type for as text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def size(count: int) -> str:
    """Return bytes as people read them."""
    if count < 1_000_000:
        return f"{-(-count // 1000)} kB"
    if count < 1_000_000_000:
        return f"{count / 1e6:.0f} MB"
    return f"{count / 1e9:.1f} GB"


def _print(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(_harmless(text).encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


def _harmless(text: str) -> str:
    """Return text without the control characters that would steer a terminal."""
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)


def _list(result: Result) -> list[str]:
    lines = [
        f"{chat['chat']:>6}  {_title(chat):<{TITLE_WIDTH}}  {_when(chat['updated_at']):<16}  {size(chat['saved_bytes']):>9}"
        for chat in result["chats"]
    ]
    return [*lines, f"{size(result['used_bytes'])} of {size(result['budget_bytes'])} are used by saved states."]


def _show(result: Result) -> list[str]:
    lines = [f"{result['title']} (chat {result['chat']}), {result['model'] or 'no model yet'}, {size(result['saved_bytes'])} saved"]
    if result["session"] is not None:
        session = result["session"]
        lines.append(f"Open since {_when(session['created_at'])}: {session['rounds']} replies, session {session['id']}")
    for message in result["messages"]:
        lines += ["", f"{message['role']}:", message["text"]]
    return lines


def _clean(result: Result) -> list[str]:
    used, budget = result["used_bytes"], result["budget_bytes"]
    held = f", {size(result['pinned_bytes'])} of that by open chats and those that are always kept ready" if used > budget else ""
    return [f"{size(result['freed_bytes'])} were freed; {size(used)} are used{held}."]


def _export(result: Result) -> list[str]:
    chats = f"Chat {result['chat']} was" if result["chat"] is not None else f"All chats ({result['chats']}) were"
    return [f"{chats} written to {result['file']} ({size(result['bytes'])})."]


def _import(result: Result) -> list[str]:
    if result["chats"] == 1 and not result["skipped"] and not result["ended"] and "title" in result:
        return [f"{result['title']} was imported as chat {result['chat']}."]
    return [result["sentences"]]


def _verify(result: Result) -> list[str]:
    damaged = result["damaged"]
    return [f"{result['checked']} saved states were read, {damaged or 'none'} of them damaged{' and set aside' if damaged else ''}."]


_LINES: Mapping[Verb, Callable[[Result], list[str]]] = {
    Verb.LIST: _list,
    Verb.SHOW: _show,
    Verb.DELETE: lambda result: [f"{result['title']} (chat {result['chat']}) was deleted; {size(result['freed_bytes'])} were freed."],
    Verb.EXPORT: _export,
    Verb.IMPORT: _import,
    Verb.VERIFY: _verify,
    Verb.CLEAN: _clean,
    Verb.RUN: lambda _: [""],  # the reply was written as it came
}


def _title(chat: Result) -> str:
    title = str(chat["title"])
    return title if len(title) <= TITLE_WIDTH else title[: TITLE_WIDTH - 1] + "…"


def _when(moment: datetime | str) -> str:
    """Return a moment in the time zone of this computer; a running instance tells it as text."""
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{known.astimezone():%Y-%m-%d %H:%M}"
