"""llama.cpp as a whole: its log, its devices, what is built in."""

import ctypes
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path

import llama_cpp
import llama_cpp.llama_cpp as llama
from llama_cpp._ggml import libggml

from desktop.inference.binding.backends import Backends
from desktop.inference.binding.devices import Devices

log = logging.getLogger(__name__)

# Of "CPU_Mapped" the file is the memory; of "CPU_REPACK", "CPU" and "CUDA_Host" it is not.
_AbortCallback = ctypes.CFUNCTYPE(None, ctypes.c_char_p)

_COPIED_WEIGHTS = re.compile(r"(?:CPU|CPU_(?!Mapped)\w+|\w+_Host) model buffer size = +([\d.]+) MiB$")


class Library:
    """llama.cpp itself: one instance for as long as anything of it is used, because it keeps the callbacks.

    Args:
        on_abort: called with the place in llama.cpp's source and the condition that did not hold, before that ends the process; in any
            thread, and it must be quick.
    """

    def __init__(self, on_abort: Callable[[str], None] | None = None) -> None:
        self._on_abort = on_abort
        self._abort_callback = _AbortCallback(self._on_library_aborted)
        _set_abort_callback(self._abort_callback)
        self.devices = Devices(libggml)
        self._log_callback = llama.llama_log_callback(self._on_log)
        self.first_error = ""  # the later ones only say that what called failed too
        self.copied_weights = 0  # bytes of the last model's, that lie in the processor's memory besides the mapped file
        self.chose_flash_attention = False  # by itself, for the last context
        llama.llama_log_set(self._log_callback, ctypes.c_void_p(0))
        self._backends = Backends(libggml, Path(llama_cpp.__file__).parent / "lib")
        llama.llama_backend_init()

    def begin_cards(self) -> None:
        """Have graphics cards among the devices, where they were left out until now; see Backends. For one thread at a time."""
        self._backends.begin_cards()

    @property
    def arranges_weights(self) -> bool:
        """Tell whether llama.cpp may lay out weights anew for this processor, which makes reading faster.

        Not where it was compiled with the machine's own compiler for a processor with AMX: GCC before 11.5, 12.4 and 13.3 leaves out
        the code that sets its tiles up, so that the first larger decode ends the process (GCC bug 114098). The packaged llama.cpp has
        a way around it. Can go once no system in use compiles with these.
        """
        return self._backends.are_apart or "AMX_INT8 = 1" not in self.system()

    @staticmethod
    def version() -> str:
        """Return llama-cpp-python's version."""
        return str(llama_cpp.__version__)

    @staticmethod
    def backends() -> list[str]:
        """Return what is built in or was loaded, whether or not there is a device for it: "CPU", "CUDA", "Vulkan" ..."""
        count = ctypes.CFUNCTYPE(ctypes.c_size_t)(("ggml_backend_reg_count", libggml))
        get = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t)(("ggml_backend_reg_get", libggml))
        name = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)(("ggml_backend_reg_name", libggml))
        return [name(get(index)).decode("utf-8", "replace") for index in range(count())]

    @staticmethod
    def system() -> str:
        """Return what the build tells of itself: what of the processor it uses."""
        return " ".join(llama.llama_print_system_info().decode("utf-8", "replace").split())

    def _on_log(self, level: int, text: bytes, _data: object) -> None:
        line = text.decode("utf-8", "replace").strip()
        if level == 4:  # GGML_LOG_LEVEL_ERROR
            self.first_error = self.first_error or line.rpartition("error loading model: ")[2]
        if (copied := _COPIED_WEIGHTS.search(line)) is not None:  # nothing else tells it, nor the next
            self.copied_weights += round(float(copied[1]) * (1 << 20))
        if line.endswith("Flash Attention enabled"):
            self.chose_flash_attention = True
        log.debug("llama.cpp: %s", line)

    def _on_library_aborted(self, text: bytes) -> None:
        message = text.decode("utf-8", "replace")
        if sys.stderr is not None:  # where llama.cpp writes it that has no callback
            sys.stderr.write(f"{message}\n")
            sys.stderr.flush()
        if self._on_abort is not None:
            self._on_abort(message)

    def close(self) -> None:
        """Take the callbacks back. The library stays loaded: unloading it is not supported."""
        _set_abort_callback(_AbortCallback())
        llama.llama_log_set(llama.llama_log_callback(), ctypes.c_void_p(0))


def _set_abort_callback(callback: "ctypes._FuncPointer") -> None:
    try:
        set_callback = libggml.ggml_set_abort_callback
    except AttributeError:  # Windows finds no symbol of a library's own libraries
        return
    set_callback.argtypes, set_callback.restype = [_AbortCallback], ctypes.c_void_p
    set_callback(callback)
