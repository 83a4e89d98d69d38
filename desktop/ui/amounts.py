"""How amounts are written: bytes, durations, times."""

from datetime import datetime

from PySide6.QtCore import QLocale

from desktop.system.words import say
from desktop.ui.translation import tr, tr_counted

_STEPS = ((1_000_000_000, say("GB")), (1_000_000, say("MB")), (1_000, say("kB")))
_WITH_DECIMAL_BELOW = 100


def in_bytes(size: int) -> str:
    """Return a size: "14.2 GB", "20 GB", "310 MB"."""
    for step, unit in _STEPS:
        if size >= step:
            amount = round(size / step, 1)
            is_whole = amount >= _WITH_DECIMAL_BELOW or amount.is_integer()
            return tr("{amount} {unit}", amount=round(amount) if is_whole else amount, unit=unit)
    return tr_counted("{count} bytes", "{count} byte", size)


def in_seconds(seconds: float) -> str:
    """Return a rounded duration: "about 34 s", "about 3 min"."""
    if seconds >= 90:
        return tr("about {minutes} min", minutes=round(seconds / 60))
    return tr("about {seconds} s", seconds=max(1, round(seconds)))


def in_words(moment: datetime, now: datetime) -> str:
    """Return a moment in now's time zone, without the day where that is today's: "14:02", "4 March, 14:02"."""
    local = moment.astimezone(now.tzinfo)
    time = f"{local:%H:%M}"
    if local.date() == now.date():
        return time
    day, month, year = str(local.day), QLocale().monthName(local.month), str(local.year)
    if local.year == now.year:
        return tr("{day} {month}, {time}", day=day, month=month, time=time)
    return tr("{day} {month} {year}, {time}", day=day, month=month, year=year, time=time)
