"""How a context of llama.cpp is made, and what is counted of it."""

from dataclasses import dataclass

from desktop.system.cache_type import CacheType
from desktop.system.flash_attention import FlashAttention


@dataclass(slots=True)
class DecodeCounters:
    """What was handed to llama_decode since the application started. Written by the worker alone."""

    tokens_decoded: int = 0  # the sum of n_tokens
    decode_calls: int = 0


@dataclass(frozen=True, slots=True)
class ContextOptions:
    """The parameters of a context; cells and sizes in tokens."""

    context_tokens: int
    sequences: int
    batch_tokens: int
    threads: int
    cache_type: CacheType = CacheType.F16
    flash_attention: FlashAttention = FlashAttention.AUTOMATIC
    outputs: int = 0  # tokens of a batch whose logits may be wanted; 0: all, which takes memory
