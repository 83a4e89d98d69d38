"""When something was said, in a word or two; and since when to look."""

from datetime import datetime, timedelta

from PySide6.QtCore import QLocale

from desktop.system.words import Words, say
from desktop.ui.translation import tr

Days = int | None
SINCE: tuple[tuple[Days, Words], ...] = (
    (None, say("Any time")),
    (0, say("Today")),
    (7, say("7 days")),
    (30, say("30 days")),
    (365, say("A year")),
)


def told_date(at: datetime, now: datetime) -> str:
    """Return the time of today, or the day; both times are of the person's time zone."""
    if at.date() == now.date():
        return f"{at:%H:%M}"
    if at.date() == now.date() - timedelta(days=1):
        return tr("Yesterday")
    day, month, year = str(at.day), QLocale().standaloneMonthName(at.month, QLocale.FormatType.ShortFormat), str(at.year)
    return tr("{day} {month}", day=day, month=month) if at.year == now.year else tr("{day} {month} {year}", day=day, month=month, year=year)


def since(days: Days, now: datetime) -> datetime | None:
    """Return the beginning of today with 0, so many days ago, or None for any time."""
    if days is None:
        return None
    return now.replace(hour=0, minute=0, second=0, microsecond=0) if days == 0 else now - timedelta(days=days)
