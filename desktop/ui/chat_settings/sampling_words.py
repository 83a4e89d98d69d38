"""What can be chosen of how replies are written, in words and within bounds."""

from dataclasses import dataclass

from desktop.system.words import Words, say

RANDOM_SEED = -1
NO_LIMIT = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a Sampling."""

    field: str
    name: Words
    told: Words  # what it does
    low: float
    high: float
    step: float
    decimals: int = 0
    lowest: Words | None = None  # what is shown in place of the lowest value
    unset: float | None = None  # what stands for None where there is no usual value


SETTINGS = (
    Setting(
        "temperature",
        say("Temperature"),
        say("How freely words are chosen. At 0 it is always the likeliest."),
        low=0,
        high=2,
        step=0.05,
        decimals=2,
    ),
    Setting(
        "top_p",
        say("Top p"),
        say("Only the likeliest words that together have this share are considered. 1 considers all."),
        low=0.05,
        high=1,
        step=0.05,
        decimals=2,
    ),
    Setting("top_k", say("Top k"), say("Only so many of the likeliest words are considered."), low=0, high=1000, step=5, lowest=say("All")),
    Setting(
        "min_p",
        say("Min p"),
        say("Words less likely than this share of the likeliest are left out. 0 leaves none out."),
        low=0,
        high=1,
        step=0.01,
        decimals=2,
    ),
    Setting(
        "repeat_penalty",
        say("Repeat penalty"),
        say("How much words that were just used are avoided. 1 avoids none."),
        low=1,
        high=2,
        step=0.05,
        decimals=2,
    ),
    Setting(
        "seed",
        say("Seed"),
        say("With a number, the same questions get the same replies. Usually another is drawn for each."),
        low=RANDOM_SEED,
        high=0x7FFF_FFFF,
        step=1,
        lowest=say("Random"),
        unset=RANDOM_SEED,
    ),
    Setting(
        "most_tokens",
        say("Longest reply"),
        say("In tokens, about three quarters of a word each. A longer one is cut and can go on."),
        low=NO_LIMIT,
        high=1_000_000,
        step=50,
        lowest=say("No limit"),
        unset=NO_LIMIT,
    ),
)
