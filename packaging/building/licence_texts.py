"""The texts of common licences that a part names and does not bring along: taken from the system, else fetched from who wrote them."""

import urllib.request
from collections.abc import Callable
from pathlib import Path

from building.third_party import LicenceError

COMMON = Path("/usr/share/common-licenses")  # of Debian and what is made from it
_TIMEOUT = 30.0  # seconds

# Where each is published, and what its text must say.
_PUBLISHED = {
    "LGPL-3": ("https://www.gnu.org/licenses/lgpl-3.0.txt", "GNU LESSER GENERAL PUBLIC LICENSE"),
    "GPL-3": ("https://www.gnu.org/licenses/gpl-3.0.txt", "GNU GENERAL PUBLIC LICENSE"),
}


def licence_text(name: str, common: Path = COMMON, fetch: Callable[[str], str] | None = None) -> str:
    """Return the text of a licence, named as Debian does. Raises LicenceError: it is not here, and was not got."""
    address, title = _PUBLISHED[name]
    file = common / name
    try:
        text = file.read_text("utf-8") if file.is_file() else (fetch or _fetch)(address)
    except OSError as error:
        raise LicenceError(f"The text of {name} could not be fetched from {address}: {error}") from error
    if title not in text or "Version 3, 29 June 2007" not in text:
        raise LicenceError(f"What {file if file.is_file() else address} has is not the text of {name}.")
    return text


def _fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer:
        return str(answer.read().decode("utf-8"))
