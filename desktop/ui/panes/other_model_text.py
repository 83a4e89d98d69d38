"""The words of the card that asks which model goes on with a chat."""

from dataclasses import dataclass

from desktop.chat.other_model import OtherModel
from desktop.system.words import say
from desktop.ui.amounts import in_seconds
from desktop.ui.translation import tr


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
    get: WayOn | None = None  # another model; None: it is not offered


def other_model_text(other: OtherModel) -> OtherModelText:
    """Return what the card says of a chat that another model wrote."""
    loaded = say("{model} is loaded.", model=other.loaded_name) if other.loaded_name else say("No model is loaded.")
    if other.path is None:
        load = WayOn(tr("Find {model}…", model=other.name), tr("its file is not known"))
    else:
        cost = _reading(other.reading_seconds)
        if other.load_seconds is not None:
            cost = tr("{loading}, then {reading}", loading=in_seconds(other.load_seconds), reading=cost)
        load = WayOn(tr("Load {model}", model=other.name), cost)
    go_on = None
    if other.loaded_name:
        go_on = WayOn(tr("Continue with {model}", model=other.loaded_name), _reading(other.loaded_reading_seconds))
    get = WayOn(tr("Get a model"), tr("all that suit this computer")) if other.is_guide_loaded and other.path is None else None
    return OtherModelText(tr("This chat was written with {model}. {loaded}", model=other.name, loaded=loaded), load, go_on, get)


def _reading(seconds: float | None) -> str:
    if seconds is None:
        return tr("reads the chat")
    return tr("reads the chat, {time}", time=in_seconds(seconds)) if seconds > 0 else tr("ready at once")
