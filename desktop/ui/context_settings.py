"""What is remembered of how the models' contexts were chosen."""

from typing import Any

from desktop.chat.events import ModelState
from desktop.system.cache_type import CacheType
from desktop.system.settings import Settings


def with_context(settings: Settings, model: ModelState) -> dict[str, Any]:
    """Return the settings of contexts, by model path, with those of the loaded model; the usual ones are not noted."""
    path = str(model.path)
    types = {other: kind for other, kind in settings.cache_types.items() if other != path}
    lengths = {other: tokens for other, tokens in settings.context_lengths.items() if other != path}
    if model.cache_type is not CacheType.F16:
        types[path] = str(model.cache_type)
    if model.chosen_tokens is not None:
        lengths[path] = model.chosen_tokens
    layers = {other: count for other, count in settings.gpu_layers.items() if other != path}
    if model.chosen_gpu_layers is not None:
        layers[path] = model.chosen_gpu_layers
    return {"cache_types": types, "context_lengths": lengths, "gpu_layers": layers}
