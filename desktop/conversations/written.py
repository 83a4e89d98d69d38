"""What a person wrote for one message and did not send yet: text, and files that go with it."""

import re
from dataclasses import dataclass

BETWEEN = "\n\n"  # parts of a message

_TICKS = re.compile("`+")
_LEAST_FENCE = 3
_LONGEST_SUFFIX = 12  # characters


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, by its name and its text."""

    name: str
    text: str

    def block(self) -> str:
        """Return the file as it stands in a message: its name in a line, then its text between fences longer than any in it."""
        fence = "`" * max(_LEAST_FENCE, 1 + max((len(run) for run in _TICKS.findall(self.text)), default=0))
        name = " ".join(self.name.replace("`", "'").split())
        suffix = name.rpartition(".")[2] if "." in name else ""
        language = suffix if suffix.isalnum() and len(suffix) <= _LONGEST_SUFFIX else ""
        text = self.text.strip("\n")
        return f"`{name}`\n{fence}{language}\n{text}\n{fence}"


@dataclass(frozen=True, slots=True)
class Written:
    """A message that is being written."""

    text: str
    attachments: tuple[Attachment, ...] = ()

    def message(self) -> str:
        """Return the text of the message that is sent: what was typed, then the files; empty where there is neither.

        The first line keeps its indentation.
        """
        typed = self.text.strip("\n").rstrip()
        return BETWEEN.join(part for part in (typed if typed.strip() else "", *(file.block() for file in self.attachments)) if part)


def joined(*several: Written) -> Written:
    """Return as one what was written for several messages."""
    return Written("\n".join(it.text for it in several if it.text), tuple(file for it in several for file in it.attachments))
