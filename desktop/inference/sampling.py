"""How the next token is chosen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SamplerSettings:
    """The settings of a reply's sampler chain; the seed is stored with the reply."""

    temperature: float = 0.8  # 0: always the likeliest
    top_k: int = 40  # 0: off
    top_p: float = 0.95  # 1: off
    min_p: float = 0.05  # 0: off
    repeat_penalty: float = 1.0  # 1: off
    repeat_tokens: int = 64  # how many last tokens the penalty sees
