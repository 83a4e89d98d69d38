"""How a chat's replies are asked for and written."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Sampling:
    """How replies are written; None: as usual. The fields are named as their columns."""

    temperature: float | None = None  # 0: always the likeliest words
    top_p: float | None = None  # 1: off
    top_k: int | None = None  # 0: off
    min_p: float | None = None  # 0: off
    repeat_penalty: float | None = None  # 1: off
    seed: int | None = None  # of every reply; None: each has another
    most_tokens: int | None = None  # of a reply; None: as many as fit


USUAL = Sampling()
SAMPLING_COLUMNS = ", ".join(field.name for field in fields(Sampling))


@dataclass(frozen=True, slots=True)
class Setup:
    """All of it."""

    system_prompt: str = ""
    sampling: Sampling = USUAL
    thinking: bool | None = None  # whether the model is told to reason; None: as its template does by itself


NOTHING = Setup()
