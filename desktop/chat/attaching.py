"""Reading files that go with a message: text in the encodings that people have, and a reason for all that is none."""

import codecs
import re
import stat
from pathlib import Path

from desktop.conversations.written import Attachment
from desktop.system.errors import RivuletError
from desktop.system.words import Words, say

MOST_BYTES = 2_000_000
_WESTERN = 0.75  # of the bytes of a text in a Western encoding, at least, are ASCII
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")  # what no text has: ESC and the white space may be in logs
_DOCUMENTS = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


class AttachmentError(RivuletError):
    """A file cannot go with a message."""


def read_attachment(path: Path) -> Attachment:
    """Return a text file. Not for the window's thread. Raises AttachmentError."""
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise AttachmentError(say("“{name}” is a folder, so it was not attached. Attach the files in it.", name=path.name))
        if not stat.S_ISREG(facts.st_mode):
            raise AttachmentError(say("“{name}” is no file that can be read, so it was not attached.", name=path.name))
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AttachmentError(
            say("“{name}” could not be read ({reason}), so it was not attached. Your message is kept.", name=path.name, reason=reason)
        ) from error
    return Attachment(path.name, _text(content, path.name))


def _text(content: bytes, name: str) -> str:
    if not content:
        raise AttachmentError(say("“{name}” is empty, so it was not attached.", name=name))
    if content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        raise AttachmentError(picture_words(name))
    if len(content) > MOST_BYTES:
        megabytes = MOST_BYTES // 1_000_000
        raise AttachmentError(
            say("“{name}” is larger than {limit} MB, so it was not attached. Attach the part that matters.", name=name, limit=megabytes)
        )
    text = None if content.startswith(_DOCUMENTS) else _decoded(content)
    if text is None:
        raise AttachmentError(say("“{name}” is not a text file, so it was not attached. Save it as plain text and attach that.", name=name))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def picture_words(name: str) -> Words:
    """Return what is said of a picture."""
    return say("“{name}” is a picture, which the model cannot read, so it was not attached. Describe it in words.", name=name)


def _decoded(content: bytes) -> str | None:
    """Return bytes as text, None where they are none."""
    encoding = next((known for bom, known in _BOMS.items() if content.startswith(bom)), "")
    for codec in [encoding] if encoding else ["utf-8", "cp1252", "latin-1"]:
        if codec not in ("utf-8", encoding) and sum(byte < 128 for byte in content) < _WESTERN * len(content):
            return None
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        return None if _NO_TEXT.search(text) else text
    return None
