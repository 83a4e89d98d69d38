from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.links import Address, address, find_links, misleads, told
from desktop.ui.transcript.text_view import TextView
from tests.ui.conftest import settle


class Browser(QObject):
    """Stands for what the system opens addresses with."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    browser = Browser()
    for scheme in ("http", "https", "mailto", "file", "javascript"):
        QDesktopServices.setUrlHandler(scheme, browser, "open")
    yield browser
    for scheme in ("http", "https", "mailto", "file", "javascript"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def view(theme: Theme, qtbot: QtBot) -> Iterator[TextView]:
    view = TextView(theme)
    view.resize(500, 200)
    view.show()
    view.activateWindow()
    QTest.qWaitForWindowActive(view)
    yield view
    view.hide()
    view.deleteLater()


def place_of(view: TextView, number: int = 0) -> QPoint:
    link = find_links(view.document())[number]
    cursor = view.textCursor()
    cursor.setPosition((link.start + link.end) // 2)
    return view.cursorRect(cursor).center() + QPoint(2, 0)


def click(view: TextView, qtbot: QtBot, number: int = 0) -> None:
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, number))
    settle()


@pytest.mark.parametrize(
    ("href", "host"),
    [
        ("https://example.org/a?b#c", "example.org"),
        ("HTTP://EXAMPLE.ORG", "example.org"),
        ("http://example.org:8080/", "example.org:8080"),
        ("https://paypal.com@evil.example/", "evil.example"),
        ("https://пример.рф/", "xn--e1afmkfd.xn--p1ai"),
        ("mailto:someone@example.org", "someone@example.org"),
    ],
)
def test_where_a_link_leads(href: str, host: str) -> None:
    to = address(href)
    assert to is not None
    assert to.host == host
    assert host in told(to)
    assert to.url.isascii()


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "ftp://example.org",
        "smb://h/x",
        "//example.org",
        "/etc",
        "#top",
        "",
        "http://",
    ],
)
def test_what_no_link_leads_to(href: str) -> None:
    assert address(href) is None


@pytest.mark.parametrize(
    ("text", "href", "misleading"),
    [
        ("the manual", "https://example.org", False),
        ("example.org", "https://www.example.org/page", False),
        ("https://example.org/page", "https://example.org/page", False),
        ("https://bank.example", "https://evil.example", True),
        ("www.bank.example/login", "https://evil.example", True),
        ("the manual", "https://bank.example@evil.example", True),
        ("the manual", "https://exаmple.org", True),  # with a Cyrillic letter
    ],
)
def test_which_links_mislead(text: str, href: str, misleading: bool) -> None:
    to = address(href)
    assert to is not None
    assert misleads(text, to) is misleading


def test_a_click_opens_a_link_and_nothing_else_does(view: TextView, browser: Browser, qtbot: QtBot) -> None:
    view.set_markdown("See [the manual](https://example.org/a) or [a file](file:///etc/passwd) or [run](javascript:alert(1)).")
    assert view.toPlainText() == "See the manual or a file or run."
    assert [link.href for link in view.links()] == ["https://example.org/a"]
    qtbot.mouseMove(view.viewport(), place_of(view))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 8))
    settle()
    assert browser.opened == []
    click(view, qtbot)
    assert browser.opened == ["https://example.org/a"]


def test_a_link_that_misleads_asks_first(view: TextView, browser: Browser, qtbot: QtBot) -> None:
    view.set_markdown("Log in at [https://bank.example](https://evil.example/login).")
    click(view, qtbot)
    assert browser.opened == []
    menu = view.findChild(QMenu, "linkMenu")
    assert menu is not None
    assert [action.text() for action in menu.actions() if action.text()] == [
        "This link leads to evil.example",
        "Open in the browser",
        "Copy address",
    ]
    menu.actions()[-1].trigger()
    assert QGuiApplication.clipboard().text() == "https://evil.example/login"
    menu.actions()[-2].trigger()
    assert browser.opened == ["https://evil.example/login"]
    menu.close()


def test_links_are_reached_and_followed_by_the_keys(view: TextView, browser: Browser, qtbot: QtBot) -> None:
    view.set_markdown("One [first](https://example.org/1) and [second](https://example.org/2).")
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.textCursor().selectedText() == "first"
    assert "Opens example.org" in view.accessibleDescription()
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.textCursor().selectedText() == "second"
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert browser.opened == ["https://example.org/2"]
    view.clearFocus()
    assert not view.textCursor().hasSelection()


def test_text_without_links_is_no_stop_for_the_keys(view: TextView) -> None:
    view.set_markdown("[one](https://example.org)")
    view.set_markdown("none, nor [this](javascript:x)")
    assert not view.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_link_in_several_styles_is_one(view: TextView) -> None:
    view.set_markdown("[a **bold** and `code` text](https://example.org)")
    assert [link.text for link in view.links()] == ["a bold and code text"]


def test_a_mail_link_attaches_nothing() -> None:
    to = address("mailto:a@b.example?subject=Hello&Attach=/etc/passwd&attachment=x")
    assert to is not None
    assert to.url == "mailto:a@b.example?subject=Hello"
    assert address("mailto:a@b.example?attach=/etc/passwd") == Address("mailto:a@b.example", "a@b.example", is_plain=True)


def test_a_long_address_is_cut_and_its_host_is_not() -> None:
    to = address("https://" + "a." * 100 + "example/" + "x" * 5000)
    assert to is not None
    assert to.host in told(to)
    assert len(told(to)) < 600


@pytest.mark.parametrize("markdown", ["[docs](https://example.com/?a=$x&b=$y)", "<https://example.com/?a=$x&b=$y>"])
def test_signs_of_money_in_an_address_are_no_formula(view: TextView, markdown: str) -> None:
    view.set_markdown(markdown)
    assert [link.href for link in view.links()] == ["https://example.com/?a=$x&b=$y"]
