"""Where links lead, and the way there: only by a click or Enter, and only to the web or to a mail program."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, QUrl, QUrlQuery
from PySide6.QtGui import QDesktopServices, QTextDocument
from PySide6.QtWidgets import QMenu, QWidget

from desktop.system.words import say
from desktop.ui.transcript.copying import copy_text
from desktop.ui.translation import tr, translated

LINK_CHOSEN = "linkChosen"  # the property of a text in which the keys have chosen a link
_SHOWN = 300  # characters of an address
_MAIL_FIELDS = ("subject", "body", "cc", "bcc")
_NAMED_HOST = re.compile(r"(?:https?://|\bwww\.|^)(?:[^/\s@]*@)?((?:[\w-]+\.)+[^\W\d_][\w-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a link leads."""

    url: str  # with everything but ASCII encoded
    host: str  # in full; for mail the recipient
    is_plain: bool  # nothing in it could be taken for another host: no user name, no foreign letters


@dataclass(frozen=True, slots=True)
class TextLink:
    """A link in a document."""

    start: int
    end: int
    text: str
    href: str


def find_links(document: QTextDocument) -> list[TextLink]:
    """Return the links of a document, in order; one in several styles is one link."""
    found: list[TextLink] = []
    block = document.begin()
    while block.isValid():
        position = block.begin()
        while not position.atEnd():
            fragment = position.fragment()
            href, start, end = fragment.charFormat().anchorHref(), fragment.position(), fragment.position() + fragment.length()
            if href and found and (found[-1].end, found[-1].href) == (start, href):
                found[-1] = TextLink(found[-1].start, end, found[-1].text + fragment.text(), href)
            elif href:
                found.append(TextLink(start, end, fragment.text(), href))
            position += 1
        block = block.next()
    return found


def address(href: str) -> Address | None:
    """Return where a link leads, or None where it leads nowhere that may be opened."""
    url = QUrl(href.strip())
    scheme = url.scheme().lower()
    encoded = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
    if not url.isValid():
        return None
    if scheme == "mailto" and url.path():
        query = QUrlQuery(url)
        for name, _ in query.queryItems():
            if name.lower() not in _MAIL_FIELDS:  # some mail programs attach files that a link names
                query.removeAllQueryItems(name)
        url.setQuery(query)
        encoded = url.toString(QUrl.ComponentFormattingOption.FullyEncoded).removesuffix("?")
        return Address(encoded, url.path(QUrl.ComponentFormattingOption.FullyDecoded), is_plain=True)
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
    if scheme not in ("http", "https") or not host:
        return None
    shown = host if url.port() < 0 else f"{host}:{url.port()}"
    return Address(encoded, shown, is_plain=not url.userInfo() and "xn--" not in host)


def misleads(text: str, to: Address) -> bool:
    """Return whether the text of a link, or the address itself, could be taken for another host than it leads to."""
    if not to.is_plain:
        return True
    named = _NAMED_HOST.search(text.strip())
    return named is not None and _bare(named[1]) != _bare(to.host.rpartition("@")[2].partition(":")[0])


def told(to: Address) -> str:
    """Return what is said of a link before it is followed."""
    shown = to.url if len(to.url) <= _SHOWN else to.url[: _SHOWN - 1] + "…"
    opens = say("Writes to {host}", host=to.host) if to.url.startswith("mailto:") else say("Opens {host}", host=to.host)
    return f"{translated(opens)}\n{shown}"


def follow(text: str, to: Address, place: QPoint, parent: QWidget) -> None:
    """Open a link in the browser; where its text misleads, say at a place of the screen where it leads, and ask."""
    if not misleads(text, to):
        open_address(to)
        return
    link_menu(to, parent).popup(place)


def link_menu(to: Address, parent: QWidget) -> QMenu:
    """Return the menu that says where a link leads, and opens it or copies its address."""
    menu = QMenu(parent)
    menu.setObjectName("linkMenu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(tr("This link leads to {host}", host=to.host)).setEnabled(False)
    menu.addSeparator()
    menu.addAction(tr("Open in the browser")).triggered.connect(lambda: open_address(to))
    menu.addAction(tr("Copy address")).triggered.connect(lambda: copy_text(to.url))
    return menu


def open_address(to: Address) -> None:
    """Hand an address to the system."""
    QDesktopServices.openUrl(QUrl(to.url, QUrl.ParsingMode.StrictMode))


def _bare(host: str) -> str:
    encoded = QUrl(f"http://{host}").host(QUrl.ComponentFormattingOption.FullyEncoded)
    return encoded.lower().removeprefix("www.")
