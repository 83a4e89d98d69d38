"""A chain of samplers."""

from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.inference.binding.context import Context
from desktop.inference.binding.model import Model
from desktop.inference.errors import ModelClosedError
from desktop.inference.sampling import SamplerSettings
from desktop.sessions.tokens import TokenIds


class Sampler:
    """A chain of llama.cpp's samplers for one reply."""

    def __init__(self, model: Model, settings: SamplerSettings, seed: int, last_ids: TokenIds) -> None:
        """Build the chain from settings and seed, and prime its penalties with the ids before the reply."""
        self._chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())

        def add(sampler: Any) -> None:
            llama.llama_sampler_chain_add(self._chain, sampler)

        if settings.repeat_penalty != 1.0:
            add(llama.llama_sampler_init_penalties(model.vocabulary_size, settings.repeat_tokens, settings.repeat_penalty, 0.0, 0.0))
        if settings.temperature <= 0:
            add(llama.llama_sampler_init_greedy())
        else:
            if settings.top_k > 0:
                add(llama.llama_sampler_init_top_k(settings.top_k))
            if settings.top_p < 1:
                add(llama.llama_sampler_init_top_p(settings.top_p, 1))
            if settings.min_p > 0:
                add(llama.llama_sampler_init_min_p(settings.min_p, 1))
            add(llama.llama_sampler_init_temp(settings.temperature))
            add(llama.llama_sampler_init_dist(seed))
        for token in last_ids:
            llama.llama_sampler_accept(self._chain, token)

    def sample(self, context: Context, index: int) -> int:
        """Choose and accept the token that follows a batch's token. Raises ModelClosedError."""
        if not self._chain:
            raise ModelClosedError
        return int(llama.llama_sampler_sample(self._chain, context.handle, index))

    def close(self) -> None:
        """Free the chain."""
        if self._chain:
            llama.llama_sampler_free(self._chain)
            self._chain = None
