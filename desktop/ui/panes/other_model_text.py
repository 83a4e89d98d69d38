"""The words of the card that asks which model goes on with a chat."""

from dataclasses import dataclass

from desktop.chat.other_model import OtherModel
from desktop.ui.amounts import in_seconds


@dataclass(frozen=True, slots=True)
class WayOn:
    """One way to go on: what it does, and what it costs; no cost where that is not known."""

    words: str
    cost: str


@dataclass(frozen=True, slots=True)
class OtherModelText:
    """What the card says."""

    sentence: str
    load: WayOn
    go_on: WayOn | None  # None: no model is loaded


def other_model_text(other: OtherModel) -> OtherModelText:
    """Return what the card says of a chat that another model wrote."""
    loaded = f"{other.loaded_name} is loaded." if other.loaded_name else "No model is loaded."
    if other.path is None:
        load = WayOn(f"Find {other.name}…", "its file is not known")
    else:
        steps = ("" if other.load_seconds is None else in_seconds(other.load_seconds), _reading(other.reading_seconds))
        load = WayOn(f"Load {other.name}", ", then ".join(step for step in steps if step))
    go_on = WayOn(f"Continue with {other.loaded_name}", _reading(other.loaded_reading_seconds)) if other.loaded_name else None
    return OtherModelText(f"This chat was written with {other.name}. {loaded}", load, go_on)


def _reading(seconds: float | None) -> str:
    if seconds is None:
        return "reads the chat"
    return f"reads the chat, {in_seconds(seconds)}" if seconds > 0 else "ready at once"
