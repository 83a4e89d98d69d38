"""A model and its vocabulary."""

import ctypes
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.inference.binding.library import Library
from desktop.inference.errors import ModelClosedError, ModelLoadError
from desktop.inference.placement import ANYWHERE, Placement
from desktop.sessions.tokens import TokenIds, token_ids

PIECE_BYTES = 512  # no token of a known vocabulary is longer
CONTROL, USER_DEFINED, LSTRIP, RSTRIP = 1 << 3, 1 << 4, 1 << 7, 1 << 8  # enum llama_token_attr


# For some vocabularies (gpt-oss's, DeepSeek's, Mistral's) llama.cpp splits text by std::regex, which takes 350 bytes of stack
# a character: a run of 3,000 without a break ends the process on a thread with 1 MB. So none longer than this is handed over.
# Can go once llama.cpp splits all of them by hand.
LONG_RUN = re.compile(r"\S{1000}|\s{1000}")


class Model:
    """A loaded GGUF: weights and vocabulary. Vocabulary calls may come from any thread, inside hold()."""

    def __init__(
        self,
        library: Library,
        path: Path,
        on_progress: Callable[[float], bool],
        placement: Placement = ANYWHERE,
        *,
        is_dry: bool = False,
    ) -> None:
        """Load a file onto devices; by itself llama.cpp takes all graphics cards it can use.

        on_progress gets 0 to 1 and returns whether to go on. is_dry: without weights, so that nothing can be decoded. Raises
        ModelLoadError.
        """
        params = llama.llama_model_default_params()
        params.n_gpu_layers = -1 if placement.gpu_layers is None else placement.gpu_layers + bool(placement.gpu_layers)  # the output is one
        devices = None if placement.gpus is None else library.devices.chosen(placement.gpus)  # kept until the call is over
        params.devices = ctypes.cast(devices, ctypes.c_void_p) if devices is not None else None
        params.use_extra_bufts = library.arranges_weights
        if is_dry:
            params.no_alloc, params.load_mode = True, llama.LLAMA_LOAD_MODE_NONE
        self._progress_callback = llama.llama_progress_callback(lambda progress, _data: on_progress(progress))
        params.progress_callback = self._progress_callback
        library.first_error, library.copied_weights = "", 0
        self.library = library
        self._lock = threading.RLock()
        self._handle = llama.llama_model_load_from_file(str(path).encode("utf-8", "surrogateescape"), params)
        if not self._handle:
            raise ModelLoadError(path.name, library.first_error)
        self.path = path
        self.copied_weights = library.copied_weights
        self.vocabulary_size = int(llama.llama_vocab_n_tokens(self._vocabulary))
        self.layers = int(llama.llama_model_n_layer(self._handle))
        self.trained_context_tokens = max(0, int(llama.llama_model_n_ctx_train(self._handle)))  # of 32 bits, whatever the file says
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
