"""What a person is told when something concerned several panes."""

from collections.abc import Sequence
from enum import Enum, auto

from desktop.system.words import Words, say
from desktop.ui.translation import tr, tr_counted

_LONGEST = 40  # characters of a title


class KeptBack(Enum):
    """Why a pane kept a message that goes to every pane in its box."""

    BUSY = auto()
    ASKS_MODEL = auto()


def kept_back_sentence(kept: Sequence[tuple[str, KeptBack]], panes: int) -> str:
    """Return what the person is told: which of the panes, by their titles, did not send."""
    waits, sent = _listed([_waits(_short(title), reason) for title, reason in kept]), panes - len(kept)
    if not sent:
        return tr("Sent to no chat yet. The message waits in the box of {waits}.", waits=waits)
    return tr("Sent to {count} of {panes} chats. The message waits in the box of {waits}.", count=sent, panes=panes, waits=waits)


def made_room_sentence(titles: Sequence[str]) -> str:
    """Return what the person is told when chats left their panes to others."""
    names = _listed([say("“{title}”", title=_short(title)) for title in titles])
    return tr_counted(
        "Four chats are open, so {names} made room. They are still in the sidebar.",
        "Four chats are open, so {names} made room. It is still in the sidebar.",
        len(titles),
        names=names,
    )


def no_room_sentence(title: str) -> Words:
    """Return what the person is told when a chat was not opened, because no pane may be closed for it."""
    return say("“{title}” was not opened: every pane holds a temporary chat. Close one first.", title=_short(title))


def _waits(title: str, reason: KeptBack) -> Words:
    if reason is KeptBack.BUSY:
        return say("“{title}”, which is busy", title=title)
    return say("“{title}”, which asks which model goes on", title=title)


def _listed(parts: Sequence[Words]) -> Words:
    """Return words as a list in a sentence."""
    if len(parts) == 1:
        return parts[0]
    first, *others = parts
    for part in others[:-1]:
        first = say("{first}, {second}", first=first, second=part)
    return say("{first} and {second}", first=first, second=others[-1])


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"
