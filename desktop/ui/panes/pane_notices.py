"""What a person is told when something concerned several panes."""

from collections.abc import Sequence
from enum import Enum

_LONGEST = 40  # characters of a title


class KeptBack(Enum):
    """Why a pane kept a message that goes to every pane in its box."""

    BUSY = "is busy"
    ASKS_MODEL = "asks which model goes on"


def kept_back_sentence(kept: Sequence[tuple[str, KeptBack]], panes: int) -> str:
    """Return what the person is told: which of the panes, by their titles, did not send."""
    waits = _listed([f"“{_short(title)}”, which {reason.value}" for title, reason in kept])
    if len(kept) == panes:
        return f"Sent to no chat yet. The message waits in the box of {waits}."
    return f"Sent to {panes - len(kept)} of {panes} chats. The message waits in the box of {waits}."


def made_room_sentence(titles: Sequence[str]) -> str:
    """Return what the person is told when chats left their panes to others."""
    names = _listed([f"“{_short(title)}”" for title in titles])
    return f"Four chats are open, so {names} made room. {'It is' if len(titles) == 1 else 'They are'} still in the sidebar."


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"
