"""Every call into llama.cpp: handles that are checked and freed, return codes as exceptions, tokens counted.

Nothing else imports llama_cpp, and nothing imports this module at start: loading the library takes a moment. A NULL
handle passed on would end the process, and so would a callback that was garbage-collected; both are guarded here.
The facts are llama.h's of llama-cpp-python 0.3.36.
"""

import ctypes
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as llama
from llama_cpp._ggml import libggml

from desktop.inference.errors import (
    ContextCreationError,
    DecodeAbortedError,
    DecodeError,
    ModelClosedError,
    ModelLoadError,
    NoRoomError,
    StateError,
)
from desktop.inference.sampling import SamplerSettings
from desktop.sessions.segment import KvBytes
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.system.cache_type import CacheType

log = logging.getLogger(__name__)

PARTIAL_ONLY = 1  # LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY: the window's or the recurrent part of a state
STATE_HEADER = 8  # bytes before the payload of a sequence's state: magic, sequence id
PIECE_BYTES = 512  # no token of a known vocabulary is longer

# For some vocabularies (gpt-oss's, DeepSeek's, Mistral's) llama.cpp splits text by std::regex, which takes 350 bytes of stack
# a character: a run of 3,000 without a break ends the process on a thread with 1 MB. So none longer than this is handed over.
# Can go once llama.cpp splits all of them by hand.
LONG_RUN = re.compile(r"\S{1000}|\s{1000}")

GGML_TYPES = {
    CacheType.F16: llama.GGML_TYPE_F16,
    CacheType.Q8_0: llama.GGML_TYPE_Q8_0,
    CacheType.Q4_0: llama.GGML_TYPE_Q4_0,
}

CONTROL, USER_DEFINED, LSTRIP, RSTRIP = 1 << 3, 1 << 4, 1 << 7, 1 << 8  # enum llama_token_attr


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


class Library:
    """llama.cpp itself: one instance for as long as anything of it is used, because it keeps the log callback."""

    def __init__(self) -> None:
        self._log_callback = llama.llama_log_callback(self._on_log)
        self.first_error = ""  # the later ones only say that what called failed too
        llama.llama_log_set(self._log_callback, ctypes.c_void_p(0))
        llama.llama_backend_init()

    def _on_log(self, level: int, text: bytes, _data: object) -> None:
        line = text.decode("utf-8", "replace").strip()
        if level == 4:  # GGML_LOG_LEVEL_ERROR
            self.first_error = self.first_error or line.rpartition("error loading model: ")[2]
        log.debug("llama.cpp: %s", line)

    def close(self) -> None:
        """Take the callback back. The library stays loaded: unloading it is not supported."""
        llama.llama_log_set(llama.llama_log_callback(), ctypes.c_void_p(0))

    def device(self) -> str:
        """Return what computes: the first GPU's description, or "CPU"."""
        libggml.ggml_backend_dev_get.restype = ctypes.c_void_p
        libggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
        libggml.ggml_backend_dev_count.restype = ctypes.c_size_t
        libggml.ggml_backend_dev_type.restype = ctypes.c_int
        libggml.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
        libggml.ggml_backend_dev_description.restype = ctypes.c_char_p
        libggml.ggml_backend_dev_description.argtypes = [ctypes.c_void_p]
        for index in range(libggml.ggml_backend_dev_count()):
            device = libggml.ggml_backend_dev_get(index)
            if libggml.ggml_backend_dev_type(device) in (1, 2):  # GGML_BACKEND_DEVICE_TYPE_GPU, _IGPU
                return str(libggml.ggml_backend_dev_description(device).decode("utf-8", "replace"))
        return "CPU"


class Model:
    """A loaded GGUF: weights and vocabulary. Vocabulary calls may come from any thread, inside hold()."""

    def __init__(self, library: Library, path: Path, on_progress: Callable[[float], bool], *, is_on_gpu: bool = True) -> None:
        """Load a file with all layers on the GPU where the build has one, or on the processor.

        on_progress gets 0 to 1 and returns whether to go on. Raises ModelLoadError.
        """
        params = llama.llama_model_default_params()
        params.n_gpu_layers = -1 if is_on_gpu else 0  # all or none
        self._progress_callback = llama.llama_progress_callback(lambda progress, _data: on_progress(progress))
        params.progress_callback = self._progress_callback
        library.first_error = ""
        self._lock = threading.RLock()
        self._handle = llama.llama_model_load_from_file(str(path).encode("utf-8", "surrogateescape"), params)
        if not self._handle:
            raise ModelLoadError(path.name, library.first_error)
        self.path = path
        self.vocabulary_size = int(llama.llama_vocab_n_tokens(self._vocabulary))
        self.trained_context_tokens = int(llama.llama_model_n_ctx_train(self._handle))
        self.window = max(0, int(llama.llama_model_n_swa(self._handle)))  # tokens; see memory_plan for what it is good for
        self.has_encoder = bool(llama.llama_model_has_encoder(self._handle))
        self.adds_bos = bool(llama.llama_vocab_get_add_bos(self._vocabulary))
        self._splits_by_regex = int(llama.llama_vocab_type(self._vocabulary)) == llama.LLAMA_VOCAB_TYPE_BPE
        self.bos = int(llama.llama_vocab_bos(self._vocabulary))
        self.eos = int(llama.llama_vocab_eos(self._vocabulary))

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep the model from being freed meanwhile. Raises ModelClosedError."""
        with self._lock:
            if not self._handle:
                raise ModelClosedError
            yield

    @property
    def handle(self) -> Any:
        """Return llama.cpp's handle. Raises ModelClosedError."""
        if not self._handle:
            raise ModelClosedError
        return self._handle

    @property
    def _vocabulary(self) -> Any:
        return llama.llama_model_get_vocab(self.handle)  # part of the model, and gone with it

    def close(self) -> None:
        """Free the weights, once nobody holds the model. Contexts must be closed first."""
        with self._lock:
            if self._handle:
                llama.llama_model_free(self._handle)
                self._handle = None

    def chat_template(self) -> str | None:
        """Return the default chat template's Jinja source, None where the file has none."""
        source = llama.llama_model_chat_template(self.handle, None)
        return source.decode("utf-8", "replace") if source else None

    def metadata(self, key: str) -> str | None:
        """Return a value of the GGUF's header as text."""
        buffer = (ctypes.c_char * PIECE_BYTES)()
        length = llama.llama_model_meta_val_str(self.handle, key.encode(), buffer, PIECE_BYTES)
        return buffer.value.decode("utf-8", "replace") if length >= 0 else None

    @property
    def architecture(self) -> str:
        """Return the architecture's name, as llama.cpp spells it."""
        return self.metadata("general.architecture") or ""

    def uses_long_rope(self, context_tokens: int) -> bool:
        """Tell whether a context is so long that a model with two sets of rope factors takes those for long texts."""
        original = self.metadata(f"{self.architecture}.rope.scaling.original_context_length")
        return original is not None and context_tokens > int(original)

    def tokenize(self, text: str) -> TokenIds:
        """Tokenise text in which control tokens mean nothing."""
        ids, start = token_ids(), 0
        for run in LONG_RUN.finditer(text) if self._splits_by_regex else ():
            ids.extend(self._tokenize(text[start : run.end()]))
            start = run.end()
        ids.extend(self._tokenize(text[start:]))
        return ids

    def _tokenize(self, text: str) -> TokenIds:
        data = text.encode("utf-8", "replace")
        ids = (llama.llama_token * (len(data) + 16))()
        count = llama.llama_tokenize(self._vocabulary, data, len(data), ids, len(ids), False, False)
        if count < 0:
            ids = (llama.llama_token * -count)()
            count = llama.llama_tokenize(self._vocabulary, data, len(data), ids, len(ids), False, False)
        return token_ids(ids[:count])

    def piece(self, token: int) -> bytes:
        """Return a token's bytes, control tokens printed."""
        buffer = (ctypes.c_char * PIECE_BYTES)()
        length = llama.llama_token_to_piece(self._vocabulary, token, buffer, PIECE_BYTES, 0, True)
        if length < 0:
            buffer = (ctypes.c_char * -length)()
            length = llama.llama_token_to_piece(self._vocabulary, token, buffer, -length, 0, True)
        return bytes(buffer.raw[:length])

    def is_control(self, token: int) -> bool:
        """Tell whether a token steers the model."""
        return bool(self._attributes(token) & CONTROL)

    def is_user_defined(self, token: int) -> bool:
        """Tell whether llama.cpp matches a token in any text."""
        return bool(self._attributes(token) & USER_DEFINED)

    def strips(self, token: int) -> tuple[bool, bool]:
        """Tell whether a token swallows white space before and after it."""
        attributes = self._attributes(token)
        return bool(attributes & LSTRIP), bool(attributes & RSTRIP)

    def _attributes(self, token: int) -> int:
        return int(llama.llama_vocab_get_attr(self._vocabulary, token))

    def ends_generation(self, token: int) -> bool:
        """Tell whether a token ends a reply, by the vocabulary."""
        return bool(llama.llama_vocab_is_eog(self._vocabulary, token))


class Abort:
    """A flag that makes llama_decode give up at its next graph node, on CPU and Metal.

    llama.cpp asks a callback at every node. A Python function would take the interpreter's lock each time; strlen over
    two bytes that read "" or "x" gives the same answer without.
    """

    def __init__(self, device: str = "CPU") -> None:
        """Make a flag for what computes on a device, as Library.device() names it."""
        self.is_honoured = device == "CPU" or sys.platform == "darwin"
        c_library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
        self.callback = ctypes.cast(c_library.strlen, llama.ggml_abort_callback)
        self._flag = ctypes.create_string_buffer(2)
        self.data = ctypes.cast(self._flag, ctypes.c_void_p)

    def raise_flag(self) -> None:
        """Ask for it; may be called from any thread."""
        self._flag[0] = b"\x01"

    def lower_flag(self) -> None:
        """Decode normally again."""
        self._flag[0] = b"\x00"


class Batch:
    """The tokens of one llama_decode."""

    def __init__(self, capacity: int) -> None:
        self.handle = llama.llama_batch_init(capacity, 0, 1)
        self.capacity = capacity

    def __len__(self) -> int:
        return int(self.handle.n_tokens)

    def clear(self) -> None:
        """Take all tokens out."""
        self.handle.n_tokens = 0

    def add(self, token: int, position: int, sequence: int, *, wants_logits: bool) -> int:
        """Append a token and return its index. Raises IndexError where the batch is full, or closed."""
        batch, index = self.handle, self.handle.n_tokens
        if index >= self.capacity:
            raise IndexError(index)
        batch.token[index] = token
        batch.pos[index] = position
        batch.n_seq_id[index] = 1
        batch.seq_id[index][0] = sequence
        batch.logits[index] = wants_logits
        batch.n_tokens = index + 1
        return int(index)

    def close(self) -> None:
        """Free the arrays."""
        if self.capacity:
            llama.llama_batch_free(self.handle)
            self.capacity = self.handle.n_tokens = 0


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
        params.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_AUTO  # decides the layout of V in saved states
        self._abort = abort  # llama.cpp keeps pointers into it
        params.abort_callback, params.abort_callback_data = abort.callback, abort.data
        params.no_perf = True
        self._handle = llama.llama_init_from_model(model.handle, params)
        if not self._handle:
            raise ContextCreationError(options.context_tokens, options.cache_type)
        self._counters = counters
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
