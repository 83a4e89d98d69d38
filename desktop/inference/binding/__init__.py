"""Every call into llama.cpp: handles that are checked and freed, return codes as exceptions, tokens counted.

Nothing else imports llama_cpp, and nothing imports this package at start: loading the library takes a moment. A NULL
handle passed on would end the process, and so would a callback that was garbage-collected; both are guarded here.
The facts are llama.h's of llama-cpp-python 0.3.36.
"""

from desktop.inference.binding.batch import Abort, Batch
from desktop.inference.binding.context import PARTIAL_ONLY, STATE_HEADER, Context
from desktop.inference.binding.library import Library
from desktop.inference.binding.model import Model
from desktop.inference.binding.sampler import Sampler
from desktop.inference.context_options import ContextOptions, DecodeCounters

__all__ = [
    "PARTIAL_ONLY",
    "STATE_HEADER",
    "Abort",
    "Batch",
    "Context",
    "ContextOptions",
    "DecodeCounters",
    "Library",
    "Model",
    "Sampler",
]
