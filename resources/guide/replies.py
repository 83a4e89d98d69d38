"""What the guide says besides help: greetings, thanks, and what it cannot do."""

from collections.abc import Sequence
from dataclasses import dataclass

from resources.guide.lists import read_toml

NO_REAL_MODEL = "To talk about anything, get a real model: {MODELS} shows those that suit this computer."
DECLINED = "I am only the guide to Rivulet, so I cannot help with that. " + NO_REAL_MODEL
NOT_UNDERSTOOD = "I did not understand that: I am only the guide, and I know some English about Rivulet. " + NO_REAL_MODEL
NO_QUESTION = "You have not asked me anything before."
NOTHING_TOLD = "You have not told me anything about yourself in this chat."
FIRST_QUESTION = 'Your first question was: "{}"'
LAST_QUESTION = 'Your last question was: "{}"'


@dataclass(frozen=True, slots=True)
class Talk:
    """What people say for politeness, and what is said to it."""

    sayings: Sequence[str]
    reply: str


_TALK = read_toml("talk.toml")
SMALL_TALK = tuple(Talk(tuple(entry["sayings"]), entry["reply"]) for entry in _TALK["small_talk"])
FIRST_ASKED, LAST_ASKED, ALL_ASKED = (tuple(_TALK[name]) for name in ("first_asked", "last_asked", "all_asked"))
