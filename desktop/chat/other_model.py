"""What a chat that another model wrote asks before it goes on."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OtherModel:
    """The model that wrote a chat last, where it is not the loaded one, and what each way on costs. Durations are seconds."""

    name: str
    path: Path | None  # None: its file is not known, or gone
    load_seconds: float | None  # None: not known
    reading_seconds: float | None  # that it would then take to read the chat; 0: ready at once; None: not known
    loaded_name: str  # empty: none is loaded
    loaded_reading_seconds: float | None  # that the loaded one takes to read the chat; None: not known
    is_guide_loaded: bool = False  # which is not what anybody wants for such a chat
