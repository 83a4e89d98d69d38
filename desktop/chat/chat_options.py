"""What the person has chosen for all chats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from desktop.system.cache_type import CacheType


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """What the person has chosen for all chats."""

    budget: int | None = None  # bytes of the disk for saved states; None: the default
    time_to_live: timedelta | None = None  # of saved states that are not used; None: forever
    settles: Callable[[], bool] = lambda: True  # whether idle time may be used now, for what the next message needs
    names_chats: Callable[[], bool] = lambda: False  # whether it may be used now, for titles that the model writes
    cache_types: Mapping[Path, CacheType] = field(default_factory=dict)  # by model file; f16 where nothing


USUAL = ChatOptions()
