"""What computes, where llama.cpp was built with it in files of its own; elsewhere it is linked in, and there is nothing to load.

A packaged Rivulet has the processor's part once for each generation of processors, from which ggml takes the best, and beside
them, in a folder of its own, what needs a graphics card's driver: that is begun only once a card is wanted.
"""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

CARDS = "cards"  # the folder beside llama.cpp's libraries


class Backends:
    """The files with what computes, in the folder of llama.cpp's libraries. For one thread at a time."""

    def __init__(self, ggml: ctypes.CDLL, folder: Path) -> None:
        """Load what needs no driver, unless it is there: nothing computes without."""
        self._load: Callable[[bytes], None] = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(("ggml_backend_load_all_from_path", ggml))
        self._find: Callable[[bytes], int | None] = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p)(("ggml_backend_reg_by_name", ggml))
        self.are_apart = any(folder.glob("*ggml-cpu-*"))
        self._cards = folder / CARDS
        if not self._find(b"CPU"):
            self._load(os.fsencode(folder))

    def begin_cards(self) -> None:
        """Load what needs a driver, once in a process; a driver that is missing is no error, one that is broken may end the process."""
        if os.environ.get("GGML_VK_VISIBLE_DEVICES") == "":  # all are hidden; else their drivers would begin for nothing
            return
        names = [file.stem.partition("-")[2] for file in self._cards.glob("*ggml-*")]  # libggml-vulkan.so: "vulkan", in whatever case
        if not all(self._find(name.encode()) for name in names):
            self._load(os.fsencode(self._cards))
