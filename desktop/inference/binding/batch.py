"""The tokens of one llama_decode, and the flag that makes it give up."""

import ctypes
import sys

import llama_cpp.llama_cpp as llama


class Abort:
    """A flag that makes llama_decode give up at its next graph node, on CPU and Metal.

    llama.cpp asks a callback at every node. A Python function would take the interpreter's lock each time; strlen over
    two bytes that read "" or "x" gives the same answer without.
    """

    def __init__(self, *, uses_gpu: bool = False) -> None:
        """Make a flag for what computes on the processor, or also on a graphics card."""
        self.is_honoured = not uses_gpu or sys.platform == "darwin"
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
        self.outputs = 0  # tokens whose logits are wanted

    def __len__(self) -> int:
        return int(self.handle.n_tokens)

    def clear(self) -> None:
        """Take all tokens out."""
        self.handle.n_tokens = self.outputs = 0

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
        self.outputs += wants_logits
        return int(index)

    def close(self) -> None:
        """Free the arrays."""
        if self.capacity:
            llama.llama_batch_free(self.handle)
            self.capacity = self.handle.n_tokens = 0
