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
from desktop.models.download import Download
from desktop.system.words import Words, counted, say, sentences
from desktop.ui.amounts import in_seconds
from desktop.ui.models.model_words import download_words

WORTH_SAYING = 0.5  # seconds
MINUTES_FROM = 90

_REASONS = {
    RereadReason.OTHER_MODEL: say("another model is loaded"),
    RereadReason.MODEL_FILE_CHANGED: say("the model file has changed"),
    RereadReason.SETTING_CHANGED: say("a setting has changed, the memory of the model"),
    RereadReason.THINKING_CHANGED: say("a setting has changed, thinking"),
    RereadReason.PROMPT_CHANGED: say("the system prompt has changed"),
    RereadReason.REMOVED: say("it was removed to make room"),
    RereadReason.DAMAGED: say("the saved part was damaged"),
    RereadReason.EARLIER_MESSAGE_CHANGED: say("an earlier message has changed"),
    RereadReason.STATE_NOT_KEPT: say("with this model only an earlier message was kept ready"),
    RereadReason.TEMPORARY: say("temporary chats are not kept ready"),
    RereadReason.UPDATED: say("Rivulet was updated"),
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


def session_text(readiness: Readiness, activity: Activity, model: ModelState, coming: Download | None = None) -> SessionText | None:
    """Return what the line above the composer says, or None where there is nothing worth saying; coming: a model that is fetched."""
    if model.phase is ModelPhase.LOADING and not (model.is_guide and activity is Activity.IDLE):  # which takes no time worth a word
        name = model.name or (model.path.stem if model.path else say("the model"))
        is_waiting = activity is Activity.WAITING
        return SessionText("model", say("Loading {name}", name=name), progress=model.progress, detail=model.detail, can_stop=is_waiting)
    if activity is Activity.WAITING and model.phase in (ModelPhase.NONE, ModelPhase.FAILED):
        if coming is not None:
            progress = coming.done / coming.file.size if coming.file.size else 0.0
            return SessionText("model", say("Waits for the model, which is on its way."), progress=progress, detail=download_words(coming))
        return SessionText("model", say("No model is loaded yet."), offers_model=True, is_good=False)
    match readiness:
        case Reading():
            return _reading(readiness)
        case GettingReady(seconds) if seconds is not None and seconds >= WORTH_SAYING:
            return SessionText("reread", say("Getting ready for your next message"), is_good=False)
        case WaitingForRoom():
            sentence = say("Waiting for room: another chat is using the context. This one goes on by itself.")
            return SessionText("clock", sentence, is_good=False)
        case ReadyAtOnce(tokens, seconds_saved, restore_seconds) if seconds_saved >= WORTH_SAYING:
            tooltip = say("{tokens} tokens in {time} ms", tokens=tokens, time=max(1, round(restore_seconds * 1000)))
            return SessionText("bolt", say("Ready at once, {time} saved", time=in_seconds(seconds_saved)), tooltip)
        case ContinuesFrom(number):
            return SessionText("bolt", say("Continues from message {number}, no waiting", number=number))
        case NotReady() if readiness.seconds is None or readiness.seconds >= WORTH_SAYING:
            return _not_ready(readiness)
    return None


def about(seconds: float) -> Words:
    """Return a rounded duration that begins a sentence."""
    if seconds >= MINUTES_FROM:
        return say("About {count} min", count=round(seconds / 60))
    return say("About {count} s", count=max(1, round(seconds)))


def _reading(reading: Reading) -> SessionText:
    progress = reading.done / reading.total if reading.total else 0.0
    done, total, left = reading.done, reading.total, reading.seconds_left
    if reading.reason is None or reading.reason is RereadReason.FIRST_TIME:
        sentence = say("Reading {done} of {total}", done=done, total=total)
        if left is not None:
            sentence = say("Reading {done} of {total}, {time}", done=done, total=total, time=in_seconds(left))
        return SessionText("reread", sentence, progress=progress, can_stop=True)
    sentence = sentences(say("Reading this chat again: {reason}.", reason=_REASONS[reading.reason]), _takes(left))
    return SessionText("reread", sentence, progress=progress, detail=say("{done} of {total} tokens", done=done, total=total), can_stop=True)


def _not_ready(not_ready: NotReady) -> SessionText:
    takes = _takes(not_ready.seconds)
    tooltip = counted("{count} tokens", "1 token", not_ready.tokens)
    if not_ready.reason is RereadReason.REMOVED and not_ready.seconds is not None:
        sentence = say("Not kept ready: the next reply takes {time} longer.", time=in_seconds(not_ready.seconds))
        lost = counted("{count} tokens. Nothing is lost.", "1 token. Nothing is lost.", not_ready.tokens)
        return SessionText("clock", sentence, lost, offers_keeping=True, is_good=False)
    if not_ready.reason is RereadReason.FIRST_TIME:
        return SessionText("reread", sentences(say("This chat is read when you begin to write."), takes), tooltip, is_good=False)
    reason = _REASONS[not_ready.reason]
    sentence = sentences(say("This chat is read again when you begin to write: {reason}.", reason=reason), takes)
    return SessionText("reread", sentence, tooltip, is_good=False)


def _takes(seconds: float | None) -> str:
    return "" if seconds is None else say("{time}.", time=about(seconds))
