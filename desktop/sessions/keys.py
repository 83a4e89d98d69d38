"""Names of places in the prefix tree: a node is all token ids from the start up to it, under one context key."""

from hashlib import blake2b
from typing import NewType

from desktop.sessions.tokens import TokenIds

KEY_BYTES = 16

ContextKey = NewType("ContextKey", bytes)
"""All that changes the numbers in a KV cache: the model's identity, cache types, rope settings, KV_EPOCH."""

NodeKey = NewType("NodeKey", bytes)
"""BLAKE2b(context key ‖ all token ids from 0 to here), so it does not depend on how the path was cut."""

KV_EPOCH = 1
"""Part of every context key. Raise it when saved states no longer restore under a new llama.cpp."""


def context_key(model_identity: bytes, *settings: str) -> ContextKey:
    """Return the key of a model's identity and the settings that change its numbers, each as "name=value"."""
    digest = blake2b(model_identity, digest_size=KEY_BYTES)
    for setting in (f"epoch={KV_EPOCH}", *settings):
        digest.update(b"\0" + setting.encode())
    return ContextKey(digest.digest())


def node_key(context: ContextKey, ids: TokenIds) -> NodeKey:
    """Return the key of the node that ids lead to from the root; without ids, the root's."""
    return NodeKey(blake2b(context + ids.tobytes(), digest_size=KEY_BYTES).digest())
