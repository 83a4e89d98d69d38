"""The shape of a model from its header, as llama.cpp's loader would understand it.

The keys tell most. Which layers keep a window only, and which have a state in place of a cache, the loader of each architecture
decides; what is not known here counts as a layer with a whole cache, so that a guess errs to more memory.
"""

import re
from collections.abc import Sequence

from desktop.models.header import ModelShape
from desktop.models.metadata import Metadata, Tensor

_WINDOW_PATTERNS = {  # every n-th layer has a whole cache, where the file has no pattern of its own; -n: beginning with the first
    "gemma2": 2,
    "gemma3": 6,
    "gemma3n": 5,
    "gemma-embedding": 6,
    "gpt-oss": 2,
    "cohere2": 4,
    "cohere2moe": -4,
    "exaone4": 4,
    "exaone-moe": 4,
    "olmo2": 4,
    "plamo3": 8,
    "llama4": 4,
    "muse-glimmer": 4,
    "afmoe": 4,
    "laguna": -4,
    "mellum": 4,
    "smallthinker": -4,
    "modern-bert": -3,
}
_LISTED_WINDOWS = frozenset({"gemma4", "gemma4-assistant", "dots3note", "step35", "spark2_5", "granite_swa", "mimo2", "maple"})
_USUAL_WINDOWS = {"gemma2": 4096, "exaone-moe": 128}  # tokens, where the file says none
_FIXED_WINDOWS = {"llama4": 8192, "smallthinker": 4096}  # whatever the file says
_EXAONE4_WITH_WINDOW = 64  # layers

_RECURRENT = frozenset({"mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"})
_RECURRENT_WHERE_NO_HEADS = frozenset(
    {"jamba", "plamo2", "granitehybrid", "lfm2", "lfm2moe", "kimi-linear", "kimi-k3", "bailingmoe3", "glm5-next"}
    | {"nemotron_h", "nemotron_h_moe"}  # of these only where there is no feed-forward network either
)
_INTERVALS = {"qwen3next": 4, "qwen35": 4, "qwen35moe": 4, "qwen4exp": 4, "minimax-01": 8}  # every n-th layer has a cache

_SHARED_FROM = {"gemma3n": 20}  # the layers from this one on use the cache of earlier ones
_INPUTS = (b"token_embd.", b"position_embd.", b"token_types.", b"per_layer_token_embd.")
_LAYER = re.compile(rb"blk\.(\d{1,3})\.")
_STATE_ELEMENT = 4  # bytes


def shape_of(metadata: Metadata, tensors: Sequence[Tensor]) -> ModelShape:
    """Return the shape of a model whose tensors may be spread over several files."""
    name = metadata.text("general.architecture")
    keys = _Keys(metadata, name)
    layers = keys.number("block_count")
    width = keys.number("embedding_length")
    heads = max(keys.numbers("attention.head_count", layers), default=0)
    head = width // heads if heads else 0
    key_length = keys.number("attention.key_length", head)
    value_length = keys.number("attention.value_length", head)
    if keys.number("attention.key_length_mla") and keys.number("attention.value_length_mla"):
        value_length = 0  # the values are part of the keys
    recurrent = _recurrent_layers(name, keys, layers)
    windows = _window_layers(name, keys, layers, recurrent)
    has_windows = any(windows)
    layer_bytes, inputs, outputs = _bytes(tensors, layers)
    return ModelShape(
        layers=layers,
        width=width,
        heads=heads,
        kv_heads=_kv_heads(name, keys, layers, recurrent),
        key_length=key_length,
        value_length=value_length,
        feed_forward=max(keys.numbers("feed_forward_length", layers), default=0),
        vocabulary_size=metadata.count("tokenizer.ggml.tokens") or keys.number("vocab_size"),
        window=_window(name, keys) if has_windows else 0,
        window_layers=windows if has_windows else (),
        window_key_length=keys.number("attention.key_length_swa"),
        window_value_length=keys.number("attention.value_length_swa"),
        state_bytes=_state_elements(name, keys, width, heads, key_length) * _STATE_ELEMENT * sum(recurrent),
        layer_bytes=layer_bytes,
        input_bytes=inputs,
        output_bytes=outputs,
    )


class _Keys:
    """The keys of an architecture."""

    def __init__(self, metadata: Metadata, architecture: str) -> None:
        self._metadata, self._architecture = metadata, architecture

    def number(self, key: str, otherwise: int = 0) -> int:
        return self._metadata.number(f"{self._architecture}.{key}", otherwise)

    def numbers(self, key: str, count: int, otherwise: int = 0) -> list[int]:
        return self._metadata.numbers(f"{self._architecture}.{key}", count, otherwise)

    def listed(self, key: str) -> tuple[int | float, ...] | None:
        return self._metadata.values_of(f"{self._architecture}.{key}")

    def has(self, key: str) -> bool:
        return self._metadata.value(f"{self._architecture}.{key}") is not None


def _kv_heads(name: str, keys: _Keys, layers: int, recurrent: Sequence[bool]) -> tuple[int, ...]:
    counts = _head_counts(keys, layers)
    cached = layers - keys.number("nextn_predict_layers")  # those that only guess ahead are not used
    cached = min(cached, _SHARED_FROM.get(name, layers), layers - keys.number("attention.shared_kv_layers"))
    has_both = name == "falcon-h1"
    return tuple(
        count if layer < cached and (has_both or not recurrent[layer]) and name not in _RECURRENT else 0
        for layer, count in enumerate(counts)
    )


def _head_counts(keys: _Keys, layers: int) -> list[int]:
    return keys.numbers("attention.head_count_kv" if keys.has("attention.head_count_kv") else "attention.head_count", layers)


def _recurrent_layers(name: str, keys: _Keys, layers: int) -> tuple[bool, ...]:
    if name in _RECURRENT or name == "falcon-h1":
        return (True,) * layers
    main = layers - keys.number("nextn_predict_layers")
    if name in _RECURRENT_WHERE_NO_HEADS:
        forward = keys.numbers("feed_forward_length", layers) if name.startswith("nemotron_h") else [0] * layers
        counts = _head_counts(keys, layers)
        return tuple(layer < main and not counts[layer] and not forward[layer] for layer in range(layers))
    if name in _INTERVALS:
        listed = keys.listed("attention.recurrent_layers")
        if listed is not None:
            return tuple(layer < len(listed) and bool(listed[layer]) for layer in range(layers))
        every = keys.number("full_attention_interval", _INTERVALS[name]) or 1
        return tuple(layer < main and (layer + 1) % every != 0 for layer in range(layers))
    return (False,) * layers


def _window(name: str, keys: _Keys) -> int:
    return _FIXED_WINDOWS.get(name) or keys.number("attention.sliding_window", _USUAL_WINDOWS.get(name, 0))


def _window_layers(name: str, keys: _Keys, layers: int, recurrent: Sequence[bool]) -> tuple[bool, ...]:
    none = (False,) * layers
    said = keys.number("attention.sliding_window", _USUAL_WINDOWS.get(name, 0))
    if name == "llama4":
        said = keys.number("attention.sliding_window", _FIXED_WINDOWS[name])
    if not said or (name == "exaone4" and layers != _EXAONE4_WITH_WINDOW):
        return none
    if name in ("lfm2", "lfm2moe"):
        return tuple(not is_recurrent for is_recurrent in recurrent)
    if name == "deepseek4":
        return (True,) * layers
    if name not in _WINDOW_PATTERNS and name not in _LISTED_WINDOWS:
        return none
    listed = keys.listed("attention.sliding_window_pattern")
    if listed is not None:
        return tuple(layer < len(listed) and bool(listed[layer]) for layer in range(layers))
    if name in _LISTED_WINDOWS:
        return none
    usual = _WINDOW_PATTERNS[name]
    every = keys.number("attention.sliding_window_pattern", abs(usual))
    whole = 0 if usual < 0 else every - 1
    return tuple(not every or layer % every != whole for layer in range(layers))


def _state_elements(name: str, keys: _Keys, width: int, heads: int, key_length: int) -> int:
    """Return the elements of a recurrent layer's state."""
    if keys.number("wkv.head_size"):
        return width * (keys.number("token_shift_count", 2) + keys.number("wkv.head_size"))
    if keys.number("shortconv.l_cache"):
        return width * (keys.number("shortconv.l_cache") - 1)
    seen = max(0, keys.number("ssm.conv_kernel") - 1)  # tokens that the convolution looks back
    if keys.number("kda.head_dim"):
        head = keys.number("kda.head_dim")
        return heads * head * (3 * (seen or 3) + head)
    if name == "minimax-01":
        return heads * key_length**2
    inner, state = keys.number("ssm.inner_size"), keys.number("ssm.state_size")
    return seen * (inner + 2 * keys.number("ssm.group_count") * state) + inner * state


def _bytes(tensors: Sequence[Tensor], layers: int) -> tuple[tuple[int, ...], int, int]:
    """Return the bytes of each layer, of what comes before the first and of all else."""
    of_layers, inputs, outputs = [0] * layers, 0, 0
    for tensor in tensors:
        match = _LAYER.match(tensor.name)
        if match is not None and int(match[1]) < layers:
            of_layers[int(match[1])] += tensor.size
        elif tensor.name.startswith(_INPUTS):
            inputs += tensor.size
        else:
            outputs += tensor.size
    return tuple(of_layers), inputs, outputs
