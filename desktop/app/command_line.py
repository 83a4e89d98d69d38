"""The options and commands of the command line."""

import argparse
import os
import re
import sys
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes, urlsplit

import desktop
from desktop.app.commands.command import HUB_FILE, MOST_FILES, PATH_CHARACTERS, REPOSITORY, Command, Form, Verb
from desktop.system.paths import AppPaths

EXIT_CODES = """\
exit codes:
  0  done
  1  failed; a sentence on standard error says why
  2  wrong usage
  3  there is no such chat
  4  another Rivulet holds the data directory and does not answer
  5  it was stopped before its end; what there is of it is kept
"""
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}
LARGEST = (1 << 62) - 1
USAGE = """\
rivulet [--data-dir DIR] [--model FILE] [--offline] [FILE ...]
       rivulet [--data-dir DIR] [--model FILE] [--offline] COMMAND ..."""
FILES = """\
FILE is opened in the window, the one that is there already if there is one: a model (.gguf), exported chats
(.rivulet, .json, the conversations.json of ChatGPT), or a folder with models. One that is called like a command
needs ./ before it."""
WORD = re.compile(r"[A-Za-z0-9_-]*")
SELF_TEST, SELF_TEST_PART = "--self-test", "--self-test-part"
ADDRESS = re.compile(r"file:/|[a-z][a-z0-9+.-]+://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    data_dir: Path | None = None  # None: the platform's place
    model: Path | None = None  # None: the last one
    offline: bool = False
    command: Command | None = None  # None: the window
    is_json: bool = False  # the command's result as JSON
    files: tuple[Path, ...] = ()  # that the window opens
    self_test: bool = False  # in place of the window
    self_test_part: tuple[str, ...] = ()  # what the self-test starts itself with

    @property
    def paths(self) -> AppPaths:
        """Return the data directory's paths."""
        return AppPaths.under(self.data_dir) if self.data_dir else AppPaths.default()


def parse(arguments: Sequence[str]) -> Options:
    """Return the options in the arguments, which come without the program's name.

    Raises:
        SystemExit: they were wrong (2), or asked for the help or the version (0); what there is to say was printed.
    """
    parser, commands = _parser()
    if SELF_TEST in arguments and len(arguments) > 1:
        parser.error(f"{SELF_TEST} goes with nothing else: it uses a data directory of its own, and the guide")
    if (not arguments or arguments[0] != SELF_TEST_PART) and (options := _file_options(arguments, parser, commands)) is not None:
        return options
    found = parser.parse_args(arguments)
    if found.self_test or found.self_test_part:
        return Options(self_test=found.self_test, self_test_part=tuple(found.self_test_part))
    command = None
    if found.verb is not None:
        command = Command(
            verb=Verb(found.verb),
            chat=getattr(found, "chat", None),
            file=getattr(found, "file", None) or _file_of(found),
            form=_form(parser, found) if found.verb is Verb.EXPORT else Form.RIVULET,
            with_state=getattr(found, "state", False),
            with_thoughts=getattr(found, "thoughts", False),
            trusts_state=getattr(found, "trust_state", False),
            budget=getattr(found, "budget", None),
            prompt=getattr(found, "prompt", ""),
            max_tokens=getattr(found, "max_tokens", 0),
            model=found.model,
            name=getattr(found, "name", None) or "",
            repository=getattr(found, "repository", ""),
        )
        if found.offline and command.verb is Verb.FETCH_MODEL:
            parser.error("--offline forbids fetching")
    return Options(found.data_dir, found.model, found.offline, command, getattr(found, "json", False))


def _file_options(arguments: Sequence[str], parser: argparse.ArgumentParser, commands: Container[str]) -> Options | None:
    """Return the options where files come after them; None where nothing does, or a command.

    A command's name is the command; a file of that name needs ./ before it. So does a single word that is neither: it is more likely a
    command that was mistyped.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    found, rest = _options(add_help=False).parse_known_args(arguments[:end])
    words = [*(word for word in rest if not word.startswith("-")), *arguments[end + 1 :]]
    first = next((word for word in rest if not word.startswith("-")), None)
    if not words or (first is not None and (first in commands or (WORD.fullmatch(first) and not os.path.lexists(first)))):
        return None
    if others := [word for word in rest if word.startswith("-")]:
        parser.parse_args(others)  # tells what is asked for, or what is unknown
    if len(words) > MOST_FILES:
        parser.error(f"argument FILE: these are {len(words)}, and {MOST_FILES} are the most at once")
    try:
        files = tuple(map(_file, words))
    except argparse.ArgumentTypeError as error:
        parser.error(f"argument FILE: {error}")
    return Options(found.data_dir, found.model, found.offline, files=files)


def _options(*, add_help: bool = True) -> argparse.ArgumentParser:
    """Return a parser of what comes before a command or files."""
    parser = argparse.ArgumentParser(
        prog="rivulet",
        usage=USAGE,
        description="Chat with language models that run on your own computer. Without a command, the window opens.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=add_help,
    )
    parser.add_argument("--data-dir", type=_path, metavar="DIR", help="keep chats, sessions, logs and settings in this directory")
    parser.add_argument("--model", type=_path, metavar="FILE", help="load this GGUF file")
    parser.add_argument("--offline", action="store_true", help="never use the network")
    return parser


def _parser() -> tuple[argparse.ArgumentParser, Container[str]]:
    """Return the parser, and the names of the commands."""
    parser = _options()
    parser.add_argument("--version", action="version", version=f"Rivulet {desktop.__version__}")
    parser.add_argument_group("files", FILES)
    parser.add_argument(SELF_TEST, action="store_true", help="try whether everything works, apart from your chats; prints JSON")
    parser.add_argument(SELF_TEST_PART, nargs="+", default=(), help=argparse.SUPPRESS)
    parser.set_defaults(verb=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog=parser.prog)
    _add_run(commands)
    _add(commands, Verb.DOCTOR, "tell what Rivulet stands on, such as graphics cards, and what to do where something is amiss")
    delete_all = _add(commands, Verb.DELETE_ALL, "delete every chat with its saved states, the settings and logs, for good")
    delete_all.add_argument("--yes", action="store_true", required=True, help="nothing can be brought back; model files stay")
    sessions = commands.add_parser(
        "sessions", help="look after chats and their saved states", description="Look after chats and their saved states."
    )
    _add_sessions(sessions.add_subparsers(title="commands", metavar="COMMAND", required=True))
    models = commands.add_parser(
        "models", help="look after model files, and fetch some", description="Look after model files, and fetch some."
    )
    _add_models(models.add_subparsers(title="commands", metavar="COMMAND", required=True))
    return parser, commands.choices


_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add_run(commands: _Commands) -> None:
    run = _add(commands, Verb.RUN, "send a message and print the reply")
    run.add_argument("--chat", type=_chat, metavar="ID", help="go on with this chat; else a new one begins")
    run.add_argument("--max-tokens", type=_count, default=0, metavar="N", help="end the reply after so many tokens")
    run.add_argument("prompt", type=_prompt, metavar="PROMPT", help="the message; - reads it from standard input")


def _add_sessions(commands: _Commands) -> None:
    _add(commands, Verb.LIST, "list the chats and what their saved states take")
    _add(commands, Verb.SHOW, "show a chat's messages and numbers").add_argument("chat", type=_chat, metavar="ID")
    delete = _add(commands, Verb.DELETE, "delete a chat for good: its text and saved states, but for what other chats share")
    delete.add_argument("chat", type=_chat, metavar="ID")
    export = _add(commands, Verb.EXPORT, "write a chat, or all, to a file")
    export.add_argument("chat", type=_chat_or_all, metavar="ID", help="the chat, or all")
    export.add_argument("file", type=_path, metavar="FILE", help="its suffix says the format, where --format does not")
    export.add_argument(
        "--format",
        choices=list(Form),
        help="md: Markdown to read; json: with all versions, can be imported; rivulet: one chat, also with its saved states",
    )
    export.add_argument("--thoughts", action="store_true", help="Markdown with what the models thought")
    export.add_argument("--state", action="store_true", help="with its saved states, so that it need not be read again elsewhere")
    import_ = _add(commands, Verb.IMPORT, "make chats of an exported file, or of ChatGPT's conversations.json")
    import_.add_argument("file", type=_path, metavar="FILE")
    import_.add_argument(
        "--trust-state",
        action="store_true",
        help="take its saved states in; only for files from somebody you trust, because llama.cpp checks them little",
    )
    _add(commands, Verb.VERIFY, "read every saved state and set aside what is damaged")
    clean = _add(commands, Verb.CLEAN, "remove saved states that no chat needs, and what is beyond the budget")
    clean.add_argument("--budget", type=_size, metavar="SIZE", help="for this once, such as 500M or 20G; 0 removes all but pinned ones")


def _add_models(commands: _Commands) -> None:
    _add(commands, Verb.LIST_MODELS, "list the models there are, and whether they fit into this computer's memory")
    add = _add(commands, Verb.ADD_MODEL, "add a GGUF file, which stays where it is")
    add.add_argument("file", type=_path, metavar="FILE")
    remove = _add(commands, Verb.REMOVE_MODEL, "delete a model of the models folder from the disk; forget any other, whose file stays")
    _add_name(remove)
    verify = _add(commands, Verb.VERIFY_MODELS, "read model files and tell whether they are what they were")
    _add_name(verify, nargs="?")
    fetch = _add(commands, Verb.FETCH_MODEL, "fetch a model from Hugging Face into the models folder, or go on with that")
    fetch.add_argument("repository", type=_repository, metavar="REPO", help="its repository, such as owner/name")
    fetch.add_argument("name", type=_hub_file, metavar="FILE", help="a GGUF file in it; of a model in parts the first")


def _add_name(parser: argparse.ArgumentParser, **options: Any) -> None:
    parser.add_argument("name", type=_name, metavar="NAME", help="its name, or its file's name or path", **options)


def _add(commands: _Commands, verb: Verb, text: str) -> argparse.ArgumentParser:
    sentence = f"{text[0].upper()}{text[1:]}."
    parser = commands.add_parser(verb.value.rpartition(" ")[2], help=text, description=sentence, allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(verb=verb)
    return parser


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("a path is missing")
    path = Path(os.path.expanduser(text)).absolute()
    if "\0" in text or len(str(path)) > PATH_CHARACTERS:
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no path")
    return path


def _file(text: str) -> Path:
    """Return the path of a file, which desktops may give as an address."""
    if not ADDRESS.match(text):
        return _path(text)
    try:
        address = urlsplit(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no address of a file") from error
    if address.scheme != "file" or address.netloc not in ("", "localhost") or len(address.path) < len("/x"):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no file of this computer")
    name = os.fsdecode(unquote_to_bytes(address.path))
    return _path(name.lstrip("/") if sys.platform == "win32" else name)


def _file_of(found: argparse.Namespace) -> Path | None:
    """Return where the model that a command names would lie, if its name is a path."""
    name = getattr(found, "name", None)
    return Path(os.path.abspath(os.path.expanduser(name))) if name and not hasattr(found, "repository") else None


def _name(text: str) -> str:
    if not text.strip() or len(text) > PATH_CHARACTERS or "\0" in text:
        raise argparse.ArgumentTypeError(f"{text[:80]!r} names no model")
    return text


def _repository(text: str) -> str:
    if not REPOSITORY.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no repository; write owner/name")
    return text


def _hub_file(text: str) -> str:
    if not HUB_FILE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no GGUF file in a repository")
    return text


def _form(parser: argparse.ArgumentParser, found: argparse.Namespace) -> Form:
    """Return what an exported file is to be; ends the program where that cannot hold what it should."""
    suffixes = {".md": Form.MARKDOWN, ".json": Form.JSON}
    form = Form(found.format) if found.format else suffixes.get(found.file.suffix.lower(), Form.RIVULET)
    if found.state and form is not Form.RIVULET:
        parser.error("saved states go with the format rivulet only")
    if found.thoughts and form is not Form.MARKDOWN:
        parser.error("--thoughts is for Markdown; the other formats have them")
    if found.chat is None and form is Form.RIVULET:
        parser.error("all chats go to a file of the format json or md")
    return form


def _chat_or_all(text: str) -> int | None:
    return None if text == "all" else _chat(text)


def _chat(text: str) -> int:
    if (number := _count(text)) == 0:
        raise argparse.ArgumentTypeError("chats are numbered from 1")
    return number


def _count(text: str) -> int:
    if not re.fullmatch("[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _size(text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,18}(?:\.[0-9]{1,6})?) ?([KMGT]I?|)B?", text.upper())
    if found is None or (size := float(found[1]) * UNITS[found[2]]) > LARGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write bytes, or 500M, 20G, 1.5GiB")
    return int(size)


def _prompt(text: str) -> str:
    try:
        said = sys.stdin.read() if text == "-" else text
    except (OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"standard input cannot be read as text ({error})") from error
    if not said.strip():
        raise argparse.ArgumentTypeError("the message is empty")
    return said
