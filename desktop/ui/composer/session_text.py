"""The words of the line above the composer."""

from dataclasses import dataclass

from desktop.chat.events import (
    Activity,
    ContinuesFrom,
    GettingReady,
    ModelPhase,
    ModelState,
    NotReady,
    Readiness,
    Reading,
    ReadyAtOnce,
    RereadReason,
    WaitingForRoom,
)
from desktop.ui.amounts import in_seconds

_WORTH_SAYING = 0.5  # seconds

_REASONS = {
    RereadReason.OTHER_MODEL: "another model is loaded",
    RereadReason.MODEL_FILE_CHANGED: "the model file has changed",
    RereadReason.SETTING_CHANGED: "a setting has changed, the memory of the model",
    RereadReason.THINKING_CHANGED: "a setting has changed, thinking",
    RereadReason.REMOVED: "it was removed to make room",
    RereadReason.DAMAGED: "the saved part was damaged",
    RereadReason.EARLIER_MESSAGE_CHANGED: "an earlier message has changed",
    RereadReason.STATE_NOT_KEPT: "with this model only an earlier message was kept ready",
    RereadReason.UPDATED: "Rivulet was updated",
}


@dataclass(frozen=True, slots=True)
class SessionText:
    """What the line shows."""

    icon: str
    sentence: str
    tooltip: str = ""
    progress: float | None = None  # 0 to 1
    detail: str = ""  # under the progress bar
    can_stop: bool = False
    offers_model: bool = False  # to open a model file
    offers_keeping: bool = False  # to keep the chat ready always
    is_good: bool = True  # drawn in the accent


def session_text(readiness: Readiness, activity: Activity, model: ModelState) -> SessionText | None:
    """Return what the line above the composer says, or None where there is nothing worth saying."""
    if model.phase is ModelPhase.LOADING:
        name = model.name or (model.path.stem if model.path else "the model")
        return SessionText("model", f"Loading {name}", progress=model.progress, can_stop=activity is Activity.WAITING)
    if activity is Activity.WAITING and model.phase is not ModelPhase.READY:
        return SessionText("model", "No model is loaded yet.", offers_model=True, is_good=False)
    match readiness:
        case Reading():
            return _reading(readiness)
        case GettingReady(seconds) if seconds is not None and seconds >= _WORTH_SAYING:
            return SessionText("reread", "Getting ready for your next message", is_good=False)
        case WaitingForRoom():
            sentence = "Waiting for room: another chat is using the context. This one goes on by itself."
            return SessionText("clock", sentence, is_good=False)
        case ReadyAtOnce(tokens, seconds_saved, restore_seconds) if seconds_saved >= _WORTH_SAYING:
            tooltip = f"{tokens:,} tokens in {max(1, round(restore_seconds * 1000)):,} ms"
            return SessionText("bolt", f"Ready at once, {in_seconds(seconds_saved)} saved", tooltip)
        case ContinuesFrom(number):
            return SessionText("bolt", f"Continues from message {number:,}, no waiting")
        case NotReady() if readiness.seconds is None or readiness.seconds >= _WORTH_SAYING:
            return _not_ready(readiness)
    return None


def _reading(reading: Reading) -> SessionText:
    progress = reading.done / reading.total if reading.total else 0.0
    left = "" if reading.seconds_left is None else in_seconds(reading.seconds_left)
    counted = f"{reading.done:,} of {reading.total:,}"
    if reading.reason is None or reading.reason is RereadReason.FIRST_TIME:
        sentence = f"Reading {counted}" + (f", {left}" if left else "")
        return SessionText("reread", sentence, progress=progress, can_stop=True)
    sentence = f"Reading this chat again: {_REASONS[reading.reason]}." + _as_sentence(left)
    return SessionText("reread", sentence, progress=progress, detail=f"{counted} tokens", can_stop=True)


def _not_ready(not_ready: NotReady) -> SessionText:
    left = _as_sentence("" if not_ready.seconds is None else in_seconds(not_ready.seconds))
    tooltip = f"{not_ready.tokens:,} tokens"
    if not_ready.reason is RereadReason.REMOVED and not_ready.seconds is not None:
        sentence = f"Not kept ready: the next reply takes {in_seconds(not_ready.seconds)} longer."
        return SessionText("clock", sentence, f"{tooltip}. Nothing is lost.", offers_keeping=True, is_good=False)
    if not_ready.reason is RereadReason.FIRST_TIME:
        return SessionText("reread", "This chat is read when you begin to write." + left, tooltip, is_good=False)
    sentence = f"This chat is read again when you begin to write: {_REASONS[not_ready.reason]}." + left
    return SessionText("reread", sentence, tooltip, is_good=False)


def _as_sentence(left: str) -> str:
    return f" {left[0].upper()}{left[1:]}." if left else ""
