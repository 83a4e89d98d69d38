"""What the worker is asked to do for a chat, and what it tells while it does it."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NewType, Protocol

from desktop.inference.sampling import SamplerSettings
from desktop.sessions.keys import NodeKey
from desktop.sessions.tokens import TokenIds, token_ids

JobId = NewType("JobId", int)

RESERVED_CELLS = 512  # a job enters if its tokens and so many more fit beside those of the others


class Purpose(Enum):
    """How far a job goes."""

    RESTORE = auto()  # bring in what is stored; decode nothing
    READ = auto()  # decode the rest too
    WRITE = auto()  # and generate a reply


class Ending(Enum):
    """Why a job ended."""

    READY = auto()  # restored or read, as far as it was to go
    END_OF_TURN = auto()
    STOPPED = auto()  # by the person
    QUIT = auto()  # the worker closes
    CONTEXT_FULL = auto()
    TOKEN_LIMIT = auto()  # of the job
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """How a job's tokens came into the context before anything was decoded. Tokens are counts."""

    restored: int  # from memory and disk
    from_disk: int
    to_read: int
    seconds: float  # that restoring took
    is_damaged: bool  # a stored segment had to be set aside


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended. Tokens are counts, durations seconds."""

    ending: Ending
    ids: TokenIds  # the reply's, without the end-of-turn token; what was given of it not included
    tokens_restored: int = 0
    tokens_read: int = 0
    reading_seconds: float = 0.0
    writing_seconds: float = 0.0
    error: str = ""  # a sentence, where ending is FAILED


class JobSink(Protocol):
    """Who listens to a job. All calls come from the worker's thread and must return at once."""

    def entered(self, entry: Entry) -> None:
        """Take note that restoring is over and reading begins."""

    def read(self, done: int, total: int, seconds_left: float) -> None:
        """Take note of progress: tokens decoded of those that were to be read, and the time the rest takes."""

    def wrote(self, text: str) -> None:
        """Append text to the reply; never half a character."""

    def keep(self, ids: TokenIds) -> None:
        """Store the reply so far; called every second while it grows."""

    def saved(self, position: int, node: NodeKey) -> None:
        """Take note that the KV of all tokens before position is stored up to a node."""

    def waiting(self) -> None:
        """Take note that the job waits for room in the context; it goes on by itself."""

    def finished(self, outcome: Outcome) -> None:
        """Take the outcome. Nothing follows."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Tokens to have in the context, and perhaps a reply to generate after them."""

    id: JobId
    owner: Hashable  # the chat; its tokens stay in the context under this name
    ids: TokenIds
    boundaries: tuple[int, ...]  # token counts at which the KV is saved, ascending
    sink: JobSink
    purpose: Purpose
    sampling: SamplerSettings = field(default_factory=SamplerSettings)
    seed: int = 0
    end_of_turn: int | None = None  # the token that the chat template writes after a reply
    most_tokens: int = 0  # of the reply; 0: as many as fit
    is_background: bool = False  # runs only while nobody else wants the worker, and then goes on where it was
    is_passing: bool = False  # nothing of it is saved, nobody leaves the context for it, and it leaves when it ends or pauses
    is_kept: bool = False  # of a passing job: what it reads is saved all the same
    is_saved: bool = True  # else nothing of it is; it stays in the context until the cells are needed


@dataclass(slots=True, eq=False)
class RunningJob:
    """A job's state, the worker's own."""

    job: Job
    ids: TokenIds  # all tokens to have in the context: the job's, then what was sampled
    to_read: int = 0  # tokens that had to be read when it entered
    entry: Entry | None = None
    reply: TokenIds = field(default_factory=token_ids)
    is_closing: bool = False  # the end-of-turn token is all that is left to decode
    is_waiting: bool = False  # and its sink was told
    tokens_read: int = 0
    reading_seconds: float = 0.0
    writing_since: float = 0.0  # monotonic seconds, as the next
    kept_at: float = 0.0

    @property
    def is_reading(self) -> bool:
        """Tell whether the job's own tokens are still being decoded."""
        return self.to_read > 0
