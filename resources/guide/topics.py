"""What the guide answers about Rivulet: the topics of `help/`, with keys from the table that the window registers them from."""

import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.ui.shortcuts.shortcut import Shortcut
from resources.guide import replies
from resources.guide.lists import read_toml

ANSWERS_KEY = "rivulet.guide.answers"  # of the model file: which answers it has learned
_KEY = re.compile(r"\{([A-Z_0-9]+)\}")
HELP = Path(__file__).parent / "help"


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that can be done in Rivulet, or that people want to know of it."""

    id: str
    answer: str
    phrasings: Sequence[str]  # how it is asked for, as `phrasing.expand` reads them


def read_topics(folder: Path = HELP) -> list[Topic]:
    """Read all topics, in the order of their ids."""
    topics = []
    for path in sorted(folder.glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            topics.append(Topic(name, with_keys(entry["answer"]), tuple(entry["phrasings"])))
    return sorted(topics, key=lambda topic: topic.id)


def with_keys(text: str) -> str:
    """Return a text in which `{NEW_CHAT}` has become the first key that the window's table has under this name."""
    return _KEY.sub(lambda found: Shortcut[found[1]].value.keys[0], text)


def fingerprint(topics: Sequence[Topic]) -> str:
    """Return what changes with anything that the guide says: one that learned other replies is to be trained again."""
    facts = [read_toml("facts.toml")[kind] for kind in sorted(read_toml("facts.toml")) if kind != "words"]
    said = [f"{topic.id}: {topic.answer}" for topic in topics]
    said += [fact[sentence] for fact in facts for sentence in ("noted", "answer", "unknown")]
    said += [talk.reply for talk in replies.SMALL_TALK]
    said += map(with_keys, (replies.DECLINED, replies.NOT_UNDERSTOOD, replies.NO_QUESTION, replies.NOTHING_TOLD))
    said += [replies.FIRST_QUESTION, replies.LAST_QUESTION]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
