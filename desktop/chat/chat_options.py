"""What the person has chosen for all chats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from desktop.chat.context_choice import LoadSettings
from desktop.chat.load_checks import LoadChecks
from desktop.system.cache_type import CacheType


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """What the person has chosen for all chats."""

    budget: int | None = None  # bytes of the disk for saved states; None: the default
    time_to_live: timedelta | None = None  # of saved states that are not used; None: forever
    settles: Callable[[], bool] = lambda: True  # whether idle time may be used now, for what the next message needs
    names_chats: Callable[[], bool] = lambda: False  # whether it may be used now, for titles that the model writes
    cache_types: Mapping[Path, CacheType] = field(default_factory=dict)  # by model file; f16 where nothing
    context_lengths: Mapping[Path, int] = field(default_factory=dict)  # by model file, in tokens; the usual where nothing
    gpu_layers: Mapping[Path, int] = field(default_factory=dict)  # by model file; as many as fit where nothing
    loading: Callable[[], LoadSettings] = LoadSettings  # what holds now of how all models are loaded
    checks: LoadChecks = field(default_factory=LoadChecks)


USUAL = ChatOptions()
