"""How outcomes are printed: as JSON for programs, or in plain lines for people."""

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from desktop.app.commands.amounts import parameters, size
from desktop.app.commands.command import Command, Outcome, Piece, Progress, Verb

Result = Mapping[str, Any]

TITLE_WIDTH = 48
NAME_WIDTH = 36
FACT_WIDTH = 15
STEPS = 10  # lines about how far a command is, where they are no terminal's


class Printer:
    """Print what a command writes while it runs, and its outcome."""

    def __init__(self, command: Command, *, is_json: bool) -> None:
        """With is_json nothing is printed but the outcome."""
        self._command, self._is_json = command, is_json
        self._width = 0  # of the line on the terminal that is written over
        self._step = -1

    def write(self, piece: Piece) -> None:
        """Print a piece of a reply at once, or on standard error how far the command is."""
        if self._is_json:
            return
        if isinstance(piece, Progress):
            self._tell(piece)
        else:
            _print(piece)

    def show(self, outcome: Outcome) -> None:
        """Print the result on standard output, or the error on standard error."""
        if self._width:
            sys.stderr.write("\n")
        if self._is_json:
            content = {"error": outcome.error, "exit_code": outcome.code} if outcome.error else outcome.result
            _print(json.dumps(content, ensure_ascii=False, indent=1, default=encoded) + "\n")
        if outcome.error:
            sys.stderr.write(f"rivulet: {outcome.error}\n")
        elif not self._is_json:
            _print("".join(f"{line}\n" for line in _LINES[self._command.verb](outcome.result)))
            if self._command.verb is Verb.RUN:  # standard output has the reply alone
                sys.stderr.write(f"(chat {outcome.result['chat']})\n")

    def _tell(self, progress: Progress) -> None:
        """Write over one line of a terminal; to a file or a pipe a line for each tenth."""
        line = _harmless(progress.text)
        if sys.stderr.isatty():
            line = line[: shutil.get_terminal_size().columns - 1]
            sys.stderr.write(f"\r{line:<{self._width}}")
            self._width = len(line)
        elif progress.is_news or int(progress.fraction * STEPS) != self._step:
            self._step = int(progress.fraction * STEPS)
            sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def encoded(value: object) -> str:
    """Return what JSON has no type for as text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


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


def _delete_all(result: Result) -> list[str]:
    lines = [f"{size(result['freed_bytes'])} were deleted."]
    if result["left"]:
        lines += [f"These files could not be removed ({result['reason']}); the next start tries again:", *result["left"]]
    if result["keyring"] == "kept":
        lines.append("The keyring kept its entries of Rivulet.")
    return lines


def _models(result: Result) -> list[str]:
    return [line for model in result["models"] for line in _model(model)] or ["There are no models yet."]


def _model(model: Result) -> list[str]:
    """Return the line of a model, and what is wrong with it."""
    name = _shortened(model["name"] + (" (loaded)" if model["is_loaded"] else ""), NAME_WIDTH)
    fit = _FITS[model["fit"]["word"]].format(need=size(model["fit"]["need_bytes"])) if model["fit"] else ""
    kind = (parameters(model["parameters"]) if model.get("parameters") else "", model.get("quantisation", ""))
    line = f"{name:<{NAME_WIDTH}}  {kind[0]:>6}  {kind[1]:<8}  {size(model['size_bytes']):>8}  {fit:<24}  {model['path']}"
    return [line, *([f"  {model['fault']}"] if model["fault"] else [])]


_FITS = {"fits": "fits, takes {need}", "slow": "may be slow, takes {need}", "too_large": "won't fit, takes {need}"}


def _add_model(result: Result) -> list[str]:
    return [f"{result['name']} was added; its file stays where it is: {result['path']}", *_fault(result)]


def _fault(result: Result) -> list[str]:
    return [f"It cannot be used: {result['fault']}"] if result["fault"] else []


def _remove_model(result: Result) -> list[str]:
    if result["is_deleted"]:
        return [f"{result['name']} was deleted; {size(result['freed_bytes'])} were freed."]
    return [f"{result['name']} is no longer in the list; its file stays where it is: {result['path']}"]


def _verify_models(result: Result) -> list[str]:
    words = [(model, model["problem"] or "It is not what it was; fetch it again.") for model in result["models"] if not model["is_intact"]]
    lines = [f"{model['path']}: {problem}" for model, problem in words]
    checked, damaged = result["checked"], result["damaged"]
    return [*lines, f"{checked} {'model was' if checked == 1 else 'models were'} read, {damaged or 'none'} of them changed or damaged."]


def _fetch_model(result: Result) -> list[str]:
    return [f"{result['name']} is there ({size(result['size_bytes'])}): {result['path']}", *_fault(result)]


def _doctor(result: Result) -> list[str]:
    """Return a line for each fact, and below it what to do."""
    python, qt, llama, offload, keyring = (result[name] for name in ("python", "qt", "llama_cpp", "offload", "keyring"))
    paths, fts5, models = (result[name] for name in ("paths", "fts5", "models"))
    cards = ", ".join(card["name"] for card in offload["gpus"]) or "none found"
    used = "used" if offload["is_used"] else "not used" if offload["gpus"] else "the processor computes"
    free = f", {size(paths['free_bytes'])} free" if paths["free_bytes"] is not None else ""
    facts: list[tuple[str, str, Result]] = [
        ("Python", f"{python['version']}, {python['executable']}", python),
        ("Qt", f"{qt['version']}, PySide {qt['pyside']}, {qt['platform'] or 'no display'}" if qt["version"] else "cannot be loaded", qt),
        (
            "llama.cpp",
            f"llama-cpp-python {llama['version']}, for {', '.join(llama['backends'])}" if llama["version"] else "cannot be loaded",
            llama,
        ),
        *(("Device", _device(device), {}) for device in result["devices"]),
        ("Graphics card", f"{cards}; {used}", {**offload, "advice": offload["advice"] or _way(offload)}),
        ("Keyring", f"{keyring['backend'] or 'none'}", keyring),
        ("Data", f"{paths['data']}{free}", paths),
        ("SQLite", f"{fts5['sqlite']}, {'with' if fts5['is_available'] else 'without'} all that is needed", fts5),
        ("Models", f"{models['count']}, {size(models['size_bytes'])}, {models['folder']}", models),
    ]
    lines = []
    for name, fact, part in facts:
        lines.append(f"{name + ':':<{FACT_WIDTH}}{fact}")
        lines += [f"{'':<{FACT_WIDTH}}{mark} {part[key]}" for key, mark in (("problem", "✗"), ("advice", "→")) if part.get(key)]
    return lines


def _device(device: Result) -> str:
    memory = f", {size(device['free_bytes'])} of {size(device['total_bytes'])} free" if device["total_bytes"] else ""
    return f"{device['name']}, {device['description']}{memory}"


def _way(offload: Result) -> str:
    if not offload["command"]:
        return ""
    first = f"Install {offload['missing']} first, then have it used with:" if offload["missing"] else "Have it used with:"
    return f"{first}\n{offload['command']}"


_LINES: Mapping[Verb, Callable[[Result], list[str]]] = {
    Verb.LIST: _list,
    Verb.SHOW: _show,
    Verb.DELETE: lambda result: [f"{result['title']} (chat {result['chat']}) was deleted; {size(result['freed_bytes'])} were freed."],
    Verb.EXPORT: _export,
    Verb.IMPORT: _import,
    Verb.VERIFY: _verify,
    Verb.CLEAN: _clean,
    Verb.RUN: lambda _: [""],  # the reply was written as it came
    Verb.DELETE_ALL: _delete_all,
    Verb.LIST_MODELS: _models,
    Verb.ADD_MODEL: _add_model,
    Verb.REMOVE_MODEL: _remove_model,
    Verb.VERIFY_MODELS: _verify_models,
    Verb.FETCH_MODEL: _fetch_model,
    Verb.DOCTOR: _doctor,
}


def _title(chat: Result) -> str:
    return _shortened(str(chat["title"]), TITLE_WIDTH)


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _when(moment: datetime | str) -> str:
    """Return a moment in the time zone of this computer; a running instance tells it as text."""
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{known.astimezone():%Y-%m-%d %H:%M}"
