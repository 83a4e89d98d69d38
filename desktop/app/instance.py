"""How a command reaches the running instance: where it listens, and the lines that go back and forth.

The command is one line of JSON, then come lines of the answer: {"begun": true} at once, {"text": …} for each piece of a reply,
{"progress": …} from time to time, {"code": …, "result": …, "error": …} last. Whoever reads gives up at a line that is too long.
"""

import hashlib
import json
import os
import stat
import sys
from dataclasses import asdict
from pathlib import Path

from desktop.app.commands.command import Exit, Outcome, Piece, Progress
from desktop.app.commands.showing import encoded
from desktop.system.fields import Fields
from desktop.system.paths import AppPaths

SHARED = Path("/tmp")  # not of the environment, which may differ between two shells
LONGEST_SOCKET = 100  # bytes of a path; the least that a system takes is 104
MOST_ANSWER_BYTES = 512 << 20  # of one line: a whole chat with its messages


def server_name(paths: AppPaths) -> str:
    """Return where the instance on a data directory listens, which only the person can reach.

    That is in the data directory, or where its path is too long for a socket in a folder of the person's own that is
    named after it. Raises OSError where that folder belongs to somebody else.
    """
    digest = hashlib.blake2b(os.fsencode(paths.data.resolve()), digest_size=8).hexdigest()
    if sys.platform == "win32":
        return f"rivulet-{digest}"
    inside = paths.socket
    if len(os.fsencode(inside)) <= LONGEST_SOCKET:
        return str(inside)
    folder = SHARED / f"rivulet-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not private")
    return str(folder / digest)


def encode_piece(piece: Piece) -> bytes:
    """Return the line of a piece of a reply, or of how far the command is."""
    return json.dumps({"progress": asdict(piece)} if isinstance(piece, Progress) else {"text": piece}).encode() + b"\n"


def encode_begun() -> bytes:
    """Return the line that says that a command was taken."""
    return b'{"begun": true}\n'


def encode_outcome(outcome: Outcome) -> bytes:
    """Return the last line."""
    return json.dumps({"code": outcome.code, "result": outcome.result, "error": outcome.error}, default=encoded).encode() + b"\n"


def decode_answer(line: bytes) -> Outcome | Piece:
    """Return the outcome or what was written, which is an empty text in the first line. Raises ValueError."""
    fields = Fields.parse(line, "the answer")
    if fields.optional("begun", fields.flag):
        return ""
    if (text := fields.optional("text", fields.text)) is not None:
        return text
    if (progress := fields.optional("progress", lambda name: Fields(fields.object(name), name))) is not None:
        return Progress(progress.text("text"), progress.number("fraction", 1.0), progress.flag("is_news"))
    return Outcome(Exit(fields.integer("code")), fields.object("result"), fields.text("error"))
