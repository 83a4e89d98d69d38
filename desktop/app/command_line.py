"""The options of the command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import desktop


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    data_dir: Path | None = None  # None: the platform's place
    model: Path | None = None  # None: the last one
    offline: bool = False


def parse(arguments: Sequence[str]) -> Options:
    """Return the options in the arguments, which come without the program's name.

    Raises:
        SystemExit: they were wrong (2), or asked for the help or the version (0); what there is to say was printed.
    """
    parser = argparse.ArgumentParser(
        prog="rivulet", description="Chat with language models that run on your own computer.", allow_abbrev=False
    )
    parser.add_argument("--data-dir", type=_path, metavar="DIR", help="keep chats, sessions, logs and settings in this directory")
    parser.add_argument("--model", type=_path, metavar="FILE", help="load this GGUF file at the start")
    parser.add_argument("--offline", action="store_true", help="never use the network")
    parser.add_argument("--version", action="version", version=f"Rivulet {desktop.__version__}")
    found = parser.parse_args(arguments)
    return Options(data_dir=found.data_dir, model=found.model, offline=found.offline)


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("a path is missing")
    return Path(text).expanduser().absolute()
