"""Which of its two ways of computing attention llama.cpp takes."""

from enum import StrEnum


class FlashAttention(StrEnum):
    """The one without a table of all pairs of tokens is faster and takes less memory; few devices lack it."""

    AUTOMATIC = "auto"
    ON = "on"
    OFF = "off"
