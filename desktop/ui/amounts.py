"""How amounts are written: bytes, durations, times."""

from datetime import datetime

_STEPS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))
_WITH_DECIMAL_BELOW = 100


def in_bytes(size: int) -> str:
    """Return a size: "14.2 GB", "20 GB", "310 MB"."""
    for step, unit in _STEPS:
        if size >= step:
            amount = size / step
            written = f"{amount:.1f}".removesuffix(".0") if amount < _WITH_DECIMAL_BELOW else f"{amount:,.0f}"
            return f"{written} {unit}"
    return f"{size} bytes"


def in_seconds(seconds: float) -> str:
    """Return a rounded duration: "about 34 s", "about 3 min"."""
    if seconds >= 90:
        return f"about {round(seconds / 60):,} min"
    return f"about {max(1, round(seconds))} s"


def in_words(moment: datetime, now: datetime) -> str:
    """Return a moment in now's time zone, without the day where that is today's: "14:02", "4 March, 14:02"."""
    local = moment.astimezone(now.tzinfo)
    time = f"{local:%H:%M}"
    if local.date() == now.date():
        return time
    day = f"{local.day} {local:%B}" if local.year == now.year else f"{local.day} {local:%B} {local.year}"
    return f"{day}, {time}"
