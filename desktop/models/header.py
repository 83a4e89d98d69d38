"""What a GGUF file says of its model, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class MemoryKind(Enum):
    """How a model remembers what it has read, as far as its header tells."""

    DENSE = auto()  # a cell for each token and layer
    WINDOW = auto()  # some layers keep a window only
    RECURRENT = auto()  # a state of one size
    HYBRID = auto()  # some layers of each


class Purpose(Enum):
    """What a file is for."""

    CHAT = auto()
    EMBEDDING = auto()  # numbers by which texts are found
    COMPANION = auto()  # no model by itself: it sees pictures for one, or changes its weights


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The numbers that say what a model takes in memory."""

    layers: int
    width: int  # of the embedding
    heads: int
    kv_heads: tuple[int, ...]  # of each layer; 0: the layer has no cache of tokens
    key_length: int  # elements of a head's key
    value_length: int
    feed_forward: int
    vocabulary_size: int
    window: int = 0  # tokens; 0: none
    window_layers: tuple[bool, ...] = ()  # which layers keep the window only; empty: none
    window_key_length: int = 0  # elements of a head's key in these; 0: as in the others
    window_value_length: int = 0
    state_bytes: int = 0  # of all recurrent layers, a sequence
    layer_bytes: tuple[int, ...] = ()  # of each layer's weights, in the file
    input_bytes: int = 0  # of the token embedding, which stays on the processor
    output_bytes: int = 0  # of what comes after the last layer


@dataclass(frozen=True, slots=True)
class ModelHeader:
    """What a GGUF says of itself. Everything in it comes from strangers: texts are one line, of bounded length."""

    name: str
    architecture: str
    parameters: int
    quantisation: str  # "Q4_K_M"; empty: not known
    context_tokens: int  # that it was trained on; 0: not said
    memory: MemoryKind
    licence: str  # empty: not said
    template: str | None  # Jinja; None: it has none
    shape: ModelShape
    part: int = 1  # of a model in several files
    parts: int = 1
    purpose: Purpose = Purpose.CHAT
    extra: Mapping[str, str] = field(default_factory=dict)  # what else is known: "maker", "base" (what it was made from)
