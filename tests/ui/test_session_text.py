import pytest

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
from desktop.ui.composer.session_text import SessionText, session_text

READY = ModelState(ModelPhase.READY, name="Qwen3 4B")


def text_of(readiness: Readiness, activity: Activity = Activity.IDLE, model: ModelState = READY) -> SessionText:
    text = session_text(readiness, activity, model)
    assert text is not None
    return text


def test_ready_at_once_tells_the_seconds_saved_and_on_hover_the_tokens() -> None:
    text = text_of(ReadyAtOnce(3912, 34.3, 0.041))
    assert (text.sentence, text.tooltip) == ("Ready at once, about 34 s saved", "3,912 tokens in 41 ms")


def test_what_saves_nothing_worth_saying_is_not_said() -> None:
    assert session_text(ReadyAtOnce(12, 0.4, 0.001), Activity.IDLE, READY) is None
    assert session_text(NotReady(12, 0.4, RereadReason.REMOVED), Activity.IDLE, READY) is None
    assert session_text(None, Activity.IDLE, READY) is None


def test_what_is_done_in_idle_time_is_said_if_it_takes_its_time() -> None:
    assert text_of(GettingReady(3.0)).sentence == "Getting ready for your next message"
    assert session_text(GettingReady(0.2), Activity.IDLE, READY) is None
    assert session_text(GettingReady(None), Activity.IDLE, READY) is None


def test_a_fork_continues() -> None:
    assert text_of(ContinuesFrom(2)).sentence == "Continues from message 2, no waiting"


@pytest.mark.parametrize("reason", [None, RereadReason.FIRST_TIME])
def test_reading_counts(reason: RereadReason | None) -> None:
    text = text_of(Reading(1200, 3912, 20.4, reason), Activity.READING)
    assert text.sentence == "Reading 1,200 of 3,912, about 20 s"
    assert text.progress == pytest.approx(1200 / 3912)
    assert text.can_stop


def test_a_reading_that_is_not_waited_for_can_be_stopped() -> None:
    assert text_of(Reading(1, 2, None, RereadReason.REMOVED), Activity.IDLE).can_stop


def test_reading_again_says_why() -> None:
    text = text_of(Reading(1200, 3912, 20.4, RereadReason.MODEL_FILE_CHANGED), Activity.READING)
    assert text.sentence == "Reading this chat again: the model file has changed. About 20 s."
    assert text.detail == "1,200 of 3,912 tokens"


@pytest.mark.parametrize("reason", [reason for reason in RereadReason if reason is not RereadReason.FIRST_TIME])
def test_every_reason_has_words(reason: RereadReason) -> None:
    assert text_of(Reading(1, 2, None, reason)).sentence.startswith("Reading this chat again: ")
    assert text_of(NotReady(2, None, reason)).sentence.startswith("This chat is read again when you begin to write: ")


def test_a_chat_never_read_says_so() -> None:
    assert text_of(NotReady(900, 9.0, RereadReason.FIRST_TIME)).sentence == "This chat is read when you begin to write. About 9 s."


def test_waiting_for_room_and_for_the_model() -> None:
    waiting = "Waiting for room: another chat is using the context. This one goes on by itself."
    assert text_of(WaitingForRoom(), Activity.WAITING).sentence == waiting
    text = text_of(None, Activity.WAITING, ModelState(ModelPhase.NONE))
    assert (text.sentence, text.offers_model) == ("No model is loaded yet.", True)


def test_a_loading_model_shows_its_progress() -> None:
    text = text_of(None, Activity.IDLE, ModelState(ModelPhase.LOADING, name="Qwen3 4B", progress=0.4))
    assert (text.sentence, text.progress, text.can_stop) == ("Loading Qwen3 4B", 0.4, False)


def test_what_was_removed_tells_what_it_costs_and_offers_to_keep_the_chat_ready() -> None:
    text = text_of(NotReady(3912, 34.3, RereadReason.REMOVED))
    assert text.sentence == "Not kept ready: the next reply takes about 34 s longer."
    assert (text.tooltip, text.offers_keeping) == ("3,912 tokens. Nothing is lost.", True)
    assert not text_of(NotReady(3912, 34.3, RereadReason.DAMAGED)).offers_keeping
