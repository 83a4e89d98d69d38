"""Whatever is shown is only shown: nothing is lost of it, nothing is loaded, and nothing leads anywhere but to the web."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTextEdit, QWidget

from desktop.conversations.message import Conversation, Message, MessageId, Role, Status
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.controls.tooltips import plain
from desktop.ui.panes.pane_tabs import PaneTab
from desktop.ui.sidebar.chat_list_model import ChatListModel
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.code_view import CodeText
from desktop.ui.transcript.fork_lines import ForkLine
from desktop.ui.transcript.inert_document import InertDocument
from desktop.ui.transcript.links import find_links
from desktop.ui.transcript.person_message_view import PersonMessageView
from desktop.ui.transcript.reply_view import ReplyView
from desktop.ui.transcript.text_view import TextView
from desktop.ui.transcript.thought_fold import ThoughtFold
from tests.ui.conftest import OpenWindow, settle
from tests.ui.fake_chats import NOW, FakeChats
from tests.ui.hostile import NAMED_FILES, SNIPPETS

GROUPS = [SNIPPETS[start : start + 12] for start in range(0, len(SNIPPETS), 12)]
PIECE = 7  # characters that stream in at once, of snippets that are not long


def seen(root: QWidget) -> str:
    """Return all text that is laid out below a widget."""
    prose = [view.toPlainText() for view in root.findChildren(TextView)]
    prose += [label.text() for label in root.findChildren(QLabel, "codeLanguage")]
    return "\n".join([*prose, *(view.toPlainText() for view in root.findChildren(CodeText))])


def assert_harmless(root: QWidget) -> None:
    for view in root.findChildren(QTextEdit):
        assert isinstance(view.document(), InertDocument)
        for link in find_links(view.document()):
            assert QUrl(link.href).scheme() in ("http", "https", "mailto"), link


@pytest.fixture
def requested(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what documents asked for, which they are given nothing for."""
    names: list[str] = []
    load = InertDocument.loadResource

    def note(self: InertDocument, kind: int, name: QUrl | str) -> object:
        names.append(str(name))
        return load(self, kind, name)

    monkeypatch.setattr(InertDocument, "loadResource", note)
    return names


def test_there_is_enough_of_it() -> None:
    assert len(set(SNIPPETS)) == len(SNIPPETS) >= 200


def shown(view: QWidget, width: int = 500) -> QWidget:
    """Lay a view out and draw it."""
    view.resize(width, max(1, view.heightForWidth(width)))
    view.grab()
    return view


def message(role: Role, text: str, status: Status = Status.COMPLETE) -> Message:
    return Message(MessageId(1), None, role, text, status, NOW)


@pytest.mark.parametrize("group", range(len(GROUPS)))
def test_replies(theme: Theme, requested: list[str], group: int) -> None:
    for snippet in GROUPS[group]:
        view = shown(ReplyView(theme, message(Role.ASSISTANT, snippet)))
        assert seen(view).count("after") >= min(1, snippet.count("after")), snippet[:80]
        assert_harmless(view)
        view.deleteLater()
    assert not requested


@pytest.mark.parametrize("group", range(len(GROUPS)))
def test_replies_that_stream_in(theme: Theme, requested: list[str], group: int) -> None:
    for snippet in GROUPS[group]:
        view = ReplyView(theme, message(Role.ASSISTANT, "", Status.STREAMING))
        piece = max(PIECE, len(snippet) // 20)
        for start in range(0, len(snippet), piece):
            view.append(start, snippet[start : start + piece])
            shown(view)
            assert_harmless(view)
        view.finish(message(Role.ASSISTANT, snippet))
        assert seen(shown(view)).count("after") >= min(1, snippet.count("after")), snippet[:80]
        assert_harmless(view)
        view.deleteLater()
    assert not requested


@pytest.mark.parametrize("group", range(len(GROUPS)))
def test_what_a_person_wrote_and_what_was_thought(theme: Theme, requested: list[str], group: int) -> None:
    for snippet in GROUPS[group]:
        thought = ThoughtFold(theme)
        thought.append(snippet)
        for view in (shown(PersonMessageView(theme, message(Role.USER, snippet))), shown(thought)):
            words = set(re.findall(r"\b[a-z]{3,40}\b", snippet[:1500])[:-1])  # the last may be cut
            assert words <= set(re.findall(r"\b[a-z]{3,40}\b", seen(view))), snippet[:80]  # as typed, tags and all
            assert_harmless(view)
            assert not any(find_links(it.document()) for it in view.findChildren(TextView))
            view.deleteLater()
    assert not requested


def test_titles(open_window: OpenWindow, chats: FakeChats) -> None:
    shown: list[Conversation] = []
    for snippet in SNIPPETS:
        chat = chats.add_chat(snippet)
        chats.person(chat, "Go on")
        shown.append(chats.chats[chat.id])
    window = open_window(*shown[:4])
    for chat in shown[4:40]:
        window._area.open_chat(chat)
        settle()
    for label in window.findChildren(QLabel):
        assert isinstance(label, ElidedLabel) or label.text() == "" or label.textFormat().name in ("PlainText", "AutoText")
    for label in window.findChildren(ElidedLabel):
        assert label.textFormat().name == "PlainText"


def test_an_inert_document_gives_no_file_away(qapp: QApplication, tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("p { color: red }")
    document = InertDocument()
    for kind in (
        QTextDocument.ResourceType.StyleSheetResource,
        QTextDocument.ResourceType.ImageResource,
        QTextDocument.ResourceType.HtmlResource,
    ):
        given = document.resource(kind.value, QUrl.fromLocalFile(str(secret)))
        assert "color" not in str(given)


@pytest.mark.timeout(300)
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_file_and_no_connection_is_opened(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    command = [
        "strace",
        "-f",
        "--seccomp-bpf",  # stops at what is looked for only
        "-qq",
        "-s",
        "300",
        "-e",
        "trace=file,network",
        "-o",
        str(calls),
        sys.executable,
        "-m",
        "tests.ui.render_hostile",
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    lines = calls.read_text(errors="replace").splitlines() if calls.exists() else []
    if not lines or "Operation not permitted" in run.stderr:
        pytest.skip("this system does not let strace look")
    assert run.returncode == 0, run.stderr[-2000:]
    begin = next(number for number, line in enumerate(lines) if "/rivulet-mark-begin" in line)
    end = next(number for number, line in enumerate(lines) if "/rivulet-mark-end" in line)
    assert end > begin
    during = lines[begin + 1 : end]
    named = [line for line in during if any(f"{name}" in line for name in NAMED_FILES) or "evil" in line]
    assert not named
    connected = [line for line in during if re.search(r"\b(socket|connect|sendto|bind)\(", line)]
    assert not connected


HTML = '<img src="file:///etc/passwd"> &amp; <b>bold</b>'


def test_a_tooltip_is_what_was_written(qapp: QApplication) -> None:
    assert plain("a < b\nand more") == "a < b\nand more"
    document = QTextDocument()
    document.setHtml(plain(f"{HTML}\nOpen this fork"))
    assert document.toPlainText().replace("\u2028", "\n") == f"{HTML}\nOpen this fork"


def test_no_tooltip_takes_a_title_or_a_link_for_html(open_window: OpenWindow, chats: FakeChats, theme: Theme) -> None:
    chat = chats.add_chat(HTML)
    chats.person(chat, "Hello")
    reply = chats.reply(chat, "[mail](mailto:%3Cimg%20src=x%3E@example.org)")
    fork = chats.add_chat(f"{HTML} again", parent=chat, at=reply)
    window = open_window(chats.chats[chat.id], chats.chats[fork.id], width=500)
    chats.set_model(replace(chats.loaded, name=HTML))
    window._bridge.drain()
    settle()
    told = [widget.toolTip() for widget in window.findChildren(QWidget)]
    chat_list = window.findChild(ChatListModel)
    assert chat_list is not None
    told += [chat_list.index(row).data(Qt.ItemDataRole.ToolTipRole) or "" for row in range(chat_list.rowCount())]
    for view in window.findChildren(TextView):
        for link in view.links():
            cursor = QTextCursor(view.document())
            cursor.setPosition(link.end)
            told.append(cursor.charFormat().toolTip())
    from_others = [words for words in told if "img src" in words]
    assert len(from_others) >= 6
    assert [words for words in from_others if "<img" in words] == []


def test_a_title_gives_no_key_to_its_button(open_window: OpenWindow, chats: FakeChats) -> None:
    chat = chats.add_chat("R&D")
    reply = chats.reply(chat, "Hello")
    fork = chats.add_chat("Q&A", parent=chat, at=reply)
    window = open_window(chats.chats[chat.id], chats.chats[fork.id], width=500)
    titled = [button for button in window.findChildren(QAbstractButton) if "&" in button.text()]
    assert {type(button) for button in titled} == {ForkLine, PaneTab}
    assert all(button.shortcut().isEmpty() for button in titled)
