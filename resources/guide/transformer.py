"""The guide's network while it learns: llama's architecture in torch, to be written as GGUF by `gguf_file`."""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

# Tokens up to which all weights at once take less time on a processor than torch's blockwise attention: 46 : 85 ms at 256.
_WHOLE_LENGTH = 512


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network."""

    vocabulary: int
    layers: int = 6
    width: int = 256
    heads: int = 4
    kv_heads: int = 2
    feed_forward: int = 704
    rope_base: float = 50_000.0
    epsilon: float = 1e-5  # of the norms

    @property
    def head_width(self) -> int:
        """Return the numbers a head has for each token."""
        return self.width // self.heads


class Attention(nn.Module):
    """Causal attention with rotary positions; several heads share a key and a value."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._shape = shape
        kv_width = shape.kv_heads * shape.head_width
        self.query = nn.Linear(shape.width, shape.width, bias=False)
        self.key = nn.Linear(shape.width, kv_width, bias=False)
        self.value = nn.Linear(shape.width, kv_width, bias=False)
        self.output = nn.Linear(shape.width, shape.width, bias=False)

    def forward(self, tokens: Tensor, turns: Tensor) -> Tensor:
        """Return what each token takes from those up to it; shapes (batch, length, width), `turns` as `rotations` makes them."""
        batch, length, width = tokens.shape
        heads = [
            part(tokens).view(batch, length, -1, self._shape.head_width).transpose(1, 2) for part in (self.query, self.key, self.value)
        ]
        query, key = (_rotated(part, turns) for part in heads[:2])
        if length <= _WHOLE_LENGTH:
            seen = _whole_attention(query, key, heads[2])
        else:
            seen = functional.scaled_dot_product_attention(query, key, heads[2], is_causal=True, enable_gqa=True)
        return cast(Tensor, self.output(seen.transpose(1, 2).reshape(batch, length, width)))


class Layer(nn.Module):
    """Attention, then a gated feed-forward, each behind a norm and beside what came in."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(shape.width, shape.epsilon)
        self.attention = Attention(shape)
        self.feed_forward_norm = nn.RMSNorm(shape.width, shape.epsilon)
        self.gate = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.up = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.down = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def forward(self, tokens: Tensor, turns: Tensor) -> Tensor:
        """Return the next layer's input, of the same shape."""
        tokens = tokens + self.attention(self.attention_norm(tokens), turns)
        normed = self.feed_forward_norm(tokens)
        return cast(Tensor, tokens + self.down(functional.silu(self.gate(normed)) * self.up(normed)))


class Transformer(nn.Module):
    """The whole network; what it says of the next token is read with the embedding that tokens came in by."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, shape.epsilon)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
        for layer in self.layers:
            for inward in (cast(Layer, layer).attention.output, cast(Layer, layer).down):
                nn.init.normal_(inward.weight, std=0.02 / (2 * shape.layers) ** 0.5)

    def forward(self, ids: Tensor) -> Tensor:
        """Return hidden states (batch, length, width) of ids (batch, length); `logits` reads them."""
        turns = rotations(ids.shape[1], self.shape)
        tokens = self.embedding(ids)
        for layer in self.layers:
            tokens = layer(tokens, turns)
        return cast(Tensor, self.norm(tokens))

    def logits(self, hidden: Tensor) -> Tensor:
        """Return what hidden states say of the next token, (..., vocabulary)."""
        return functional.linear(hidden, self.embedding.weight)


def rotations(length: int, shape: Shape) -> Tensor:
    """Return cosines and sines of positions, (2, length, head_width / 2), as llama.cpp turns neighbouring numbers of a head."""
    frequencies = shape.rope_base ** (-torch.arange(0, shape.head_width, 2, dtype=torch.float32) / shape.head_width)
    angles = torch.outer(torch.arange(length, dtype=torch.float32), frequencies)
    return torch.stack((angles.cos(), angles.sin()))


def _rotated(heads: Tensor, turns: Tensor) -> Tensor:
    cosines, sines = turns.to(heads.dtype)
    even, odd = heads[..., 0::2], heads[..., 1::2]
    return torch.stack((even * cosines - odd * sines, even * sines + odd * cosines), -1).flatten(-2)


def _whole_attention(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    batch, heads, length, width = query.shape
    shared = key.shape[1]
    rows = query.reshape(batch * shared, heads // shared * length, width) * width**-0.5
    scores = torch.bmm(rows, key.reshape(batch * shared, length, width).transpose(1, 2)).view(-1, heads // shared, length, length)
    future = torch.full((length, length), float("-inf"), dtype=scores.dtype).triu(1)
    weights = (scores + future).softmax(-1).view(batch * shared, -1, length)
    return torch.bmm(weights, value.reshape(batch * shared, length, width)).view(batch, heads, length, width)
