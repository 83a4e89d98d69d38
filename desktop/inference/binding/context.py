"""A context: the cache, decoding, and the state of sequences."""

import ctypes
from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.inference.binding.batch import Abort, Batch
from desktop.inference.binding.model import Model
from desktop.inference.context_options import ContextOptions, DecodeCounters
from desktop.inference.errors import ContextCreationError, DecodeAbortedError, DecodeError, ModelClosedError, NoRoomError, StateError
from desktop.sessions.segment import KvBytes
from desktop.system.cache_type import CacheType
from desktop.system.flash_attention import FlashAttention

PARTIAL_ONLY = 1  # LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY: the window's or the recurrent part of a state
STATE_HEADER = 8  # bytes before the payload of a sequence's state: magic, sequence id

GGML_TYPES = {
    CacheType.F16: llama.GGML_TYPE_F16,
    CacheType.Q8_0: llama.GGML_TYPE_Q8_0,
    CacheType.Q4_0: llama.GGML_TYPE_Q4_0,
}

FLASH_ATTENTION = {
    FlashAttention.AUTOMATIC: llama.LLAMA_FLASH_ATTN_TYPE_AUTO,
    FlashAttention.ON: llama.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    FlashAttention.OFF: llama.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}


class Context:
    """A llama.cpp context with a unified cache. One thread owns it: nothing here may be called from another."""

    def __init__(self, model: Model, options: ContextOptions, counters: DecodeCounters, abort: Abort) -> None:
        """Allocate the cache and the compute buffers. Raises ContextCreationError."""
        params = llama.llama_context_default_params()
        params.n_ctx, params.n_seq_max = options.context_tokens, options.sequences
        params.n_batch = params.n_ubatch = options.batch_tokens
        params.n_threads = params.n_threads_batch = options.threads
        params.kv_unified = True  # seq_cp of a range aborts the process otherwise
        params.swa_full = False
        params.type_k = params.type_v = GGML_TYPES[options.cache_type]
        params.flash_attn_type = FLASH_ATTENTION[options.flash_attention]  # decides the layout of V in saved states
        params.n_outputs_max = options.outputs
        model.library.chose_flash_attention = False
        self._abort = abort  # llama.cpp keeps pointers into it
        params.abort_callback, params.abort_callback_data = abort.callback, abort.data
        params.no_perf = True
        self._handle = llama.llama_init_from_model(model.handle, params)
        if not self._handle:
            raise ContextCreationError(options.context_tokens, options.cache_type)
        self._counters, self._outputs = counters, options.outputs or options.batch_tokens
        needs_flash = options.cache_type is not CacheType.F16  # a context of quantised values is made with it or not at all
        is_asked = needs_flash or options.flash_attention is FlashAttention.ON
        self.has_flash_attention = is_asked or model.library.chose_flash_attention
        self.size = int(llama.llama_n_ctx(self.handle))
        self.vocabulary_size = model.vocabulary_size

    @property
    def handle(self) -> Any:
        """Return llama.cpp's handle. Raises ModelClosedError."""
        if not self._handle:
            raise ModelClosedError
        return self._handle

    @property
    def has_memory(self) -> bool:
        """Tell whether the model keeps a KV cache or a state; those that make embeddings do not."""
        return bool(self._memory)

    @property
    def _memory(self) -> Any:
        return llama.llama_get_memory(self.handle)

    def close(self) -> None:
        """Free the context."""
        if self._handle:
            llama.llama_free(self._handle)
            self._handle = None

    def decode(self, batch: Batch) -> None:
        """Decode a batch.

        Raises NoRoomError (no cell is free, nothing changed), DecodeAbortedError (what was computed of the batch stays
        in the cache, see length()) or DecodeError.
        """
        if batch.outputs > self._outputs:  # it would end the process
            raise DecodeError(-1)
        self._counters.tokens_decoded += len(batch)
        self._counters.decode_calls += 1
        code = llama.llama_decode(self.handle, batch.handle)
        if code == 1:
            raise NoRoomError
        if code == 2:
            raise DecodeAbortedError
        if code:
            raise DecodeError(code)

    def logits(self, index: int) -> list[float]:
        """Return the logits of a batch's token, one for each of the vocabulary."""
        pointer = llama.llama_get_logits_ith(self.handle, index)
        return list(pointer[: self.vocabulary_size])

    def length(self, sequence: int) -> int:
        """Return the number of tokens of a sequence whose positions begin at 0."""
        return int(llama.llama_memory_seq_pos_max(self._memory, sequence)) + 1

    def remove(self, sequence: int, start: int = -1, end: int = -1) -> bool:
        """Remove positions [start, end) of a sequence; False where this kind of memory cannot."""
        return bool(llama.llama_memory_seq_rm(self._memory, sequence, start, end))

    def share(self, source: int, target: int, start: int = -1, end: int = -1) -> None:
        """Make positions [start, end) of source part of target too, without a copy."""
        llama.llama_memory_seq_cp(self._memory, source, target, start, end)

    def clear(self) -> None:
        """Empty the cache, numbers included: the only cure for a NaN in it."""
        llama.llama_memory_clear(self._memory, True)

    def state_bytes(self, sequence: int, flags: int = 0) -> int:
        """Return the size of a sequence's state, STATE_HEADER included."""
        return int(llama.llama_state_seq_get_size_ext(self.handle, sequence, flags))

    def state(self, sequence: int, flags: int = 0) -> bytearray:
        """Return a sequence's state, STATE_HEADER bytes first. Raises StateError."""
        size = self.state_bytes(sequence, flags)
        data = bytearray(size)
        target = (ctypes.c_uint8 * size).from_buffer(data)
        if not size or llama.llama_state_seq_get_data_ext(self.handle, target, size, sequence, flags) != size:
            raise StateError("read")
        return data

    def set_state(self, sequence: int, data: KvBytes, flags: int = 0) -> None:
        """Replace a sequence by a state. The bytes must have been verified. Raises StateError."""
        source = (ctypes.c_uint8 * len(data)).from_buffer(data)
        if llama.llama_state_seq_set_data_ext(self.handle, source, len(data), sequence, flags) != len(data):
            raise StateError("restored")
