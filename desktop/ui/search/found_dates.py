"""When something was said, in a word or two; and since when to look."""

from datetime import datetime, timedelta

Days = int | None
SINCE: tuple[tuple[Days, str], ...] = ((None, "Any time"), (0, "Today"), (7, "7 days"), (30, "30 days"), (365, "A year"))


def told_date(at: datetime, now: datetime) -> str:
    """Return the time of today, or the day; both times are of the person's time zone."""
    if at.date() == now.date():
        return f"{at:%H:%M}"
    if at.date() == now.date() - timedelta(days=1):
        return "Yesterday"
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def since(days: Days, now: datetime) -> datetime | None:
    """Return the beginning of today with 0, so many days ago, or None for any time."""
    if days is None:
        return None
    return now.replace(hour=0, minute=0, second=0, microsecond=0) if days == 0 else now - timedelta(days=days)
