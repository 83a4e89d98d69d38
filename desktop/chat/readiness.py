"""Whether a chat is ready at once; if not, why it must be read again."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto

from desktop.chat.events import RereadReason
from desktop.conversations.kv_records import KvContext, SavedNode
from desktop.conversations.message import Message, ReplyStats

LEAST_TOKENS = 32  # fewer tell nothing of the speed
FIRST_EPOCH = 1  # of contexts that were stored without one


class NodePlace(Enum):
    """Where a node that was saved for a chat stands as seen from the chat's prompt; what says most of the prompt comes first."""

    REACHED = auto()  # stored, and so is all before it
    CUT_OFF = auto()  # stored, but something before it is not
    NOT_ENTERED = auto()  # stored with all before it, but for the state that entering it takes
    GONE = auto()  # not stored any more
    REWRITTEN = auto()  # stored, in another form than the prompt has; what comes before it is stored as the prompt has it
    ELSEWHERE = auto()  # stored, on another path


_REASONS = {
    NodePlace.REACHED: RereadReason.FIRST_TIME,  # what is missing comes after it
    NodePlace.CUT_OFF: RereadReason.REMOVED,
    NodePlace.NOT_ENTERED: RereadReason.STATE_NOT_KEPT,
    NodePlace.GONE: RereadReason.REMOVED,
    NodePlace.REWRITTEN: RereadReason.FIRST_TIME,  # nobody had time to settle it
    NodePlace.ELSEWHERE: RereadReason.EARLIER_MESSAGE_CHANGED,
}


def reread_reason(
    nodes: Sequence[SavedNode], context: KvContext, known: Mapping[bytes, KvContext], place: Callable[[SavedNode], NodePlace]
) -> RereadReason:
    """Return why a chat is not in the KV cache up to its end.

    nodes are those that were saved for its messages, context is the present one, known says what other keys stand for,
    and place where a node of the present context stands.
    """
    if not nodes:
        return RereadReason.FIRST_TIME
    newest = max(node.message_id for node in nodes)
    latest = [node for node in nodes if node.message_id == newest]
    if places := {place(node) for node in latest if node.context_key == context.key}:
        return _REASONS[next(found for found in NodePlace if found in places)]  # of a reply's two forms, the prompt has one
    others = [known[node.context_key] for node in latest if node.context_key in known]
    of_model = [other for other in others if other.model_identity == context.model_identity]
    if of_model:
        is_current = any(epoch_of(other) == epoch_of(context) for other in of_model)
        return RereadReason.SETTING_CHANGED if is_current else RereadReason.UPDATED
    if any(other.settings.get("file") == context.settings.get("file") for other in others):
        return RereadReason.MODEL_FILE_CHANGED
    return RereadReason.OTHER_MODEL


def epoch_of(context: KvContext) -> int:
    """Return the epoch that a context was stored in."""
    epoch = context.settings.get("epoch", FIRST_EPOCH)
    return epoch if isinstance(epoch, int) else FIRST_EPOCH


def writing_seconds(path: Sequence[Message], tokens: int) -> float | None:
    """Return how long the model takes to write so many tokens, as the last reply of a path tells; None: not known."""
    known = (message.stats for message in reversed(path) if message.stats is not None and message.stats.tokens_written >= LEAST_TOKENS)
    last = next(known, None)
    return None if last is None else tokens * last.writing_seconds / last.tokens_written


def reading_speed(longest: ReplyStats | None) -> float:
    """Return tokens a second of prefill, as the longest reading of earlier days tells; 0: unknown."""
    if longest is None or longest.tokens_read < LEAST_TOKENS or longest.reading_seconds <= 0:
        return 0.0
    return longest.tokens_read / longest.reading_seconds
