"""Tiny GGUF files with random weights, which llama.cpp loads and runs as it does real ones.

A model takes milliseconds to write. Its vocabulary is the 256 bytes and a few special tokens, so any text goes through.
"""

from tests.tiny_models.architectures import RECURRENT_LAYERS, WINDOW_TOKENS, Family, Shape
from tests.tiny_models.embedding import write_embedding_model
from tests.tiny_models.model import BEGIN_OF_TEXT, CHATML, END_OF_TURN, SPECIAL_TOKENS, TinyModel, byte_alphabet

__all__ = [
    "BEGIN_OF_TEXT",
    "CHATML",
    "END_OF_TURN",
    "RECURRENT_LAYERS",
    "SPECIAL_TOKENS",
    "WINDOW_TOKENS",
    "Family",
    "Shape",
    "TinyModel",
    "byte_alphabet",
    "write_embedding_model",
]
