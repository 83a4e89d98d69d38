"""Chats as Markdown: what is said stays within its message, whatever it is."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from desktop.chat.course import Course
from desktop.chat.markdown import chat_to_markdown
from desktop.conversations.message import Conversation, ConversationId, Message, MessageId, Role, Status
from tests.chat.taking_along import Home

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
CHAT = Conversation(ConversationId(1), "Tides", MessageId(2), date(2025, 3, 1), NOON, NOON, model="tiny")
WHEN = f"{NOON.astimezone():%Y-%m-%d %H:%M}"


def said(number: int, role: Role, text: str, status: Status = Status.COMPLETE, reasoning: str = "", model: str = "") -> Message:
    return Message(MessageId(number), MessageId(number - 1) if number > 1 else None, role, text, status, NOON, reasoning, model)


ASK = said(1, Role.USER, "Why are there tides?")
ANSWER = said(2, Role.ASSISTANT, "The *moon*.", reasoning="Hm.\n\nThe moon?", model="tiny")


def markdown(*path: Message, chat: Conversation = CHAT, versions: dict[int, list[int]] | None = None, with_thoughts: bool = False) -> str:
    return "".join(chat_to_markdown(chat, path, versions or {}, with_thoughts=with_thoughts))  # type: ignore[arg-type]


def test_a_chat_can_be_read() -> None:
    assert markdown(ASK, ANSWER) == (
        f"# Tides\n\n{WHEN} · tiny\n\n## You\n\n{WHEN}\n\n> Why are there tides?\n\n## tiny\n\n{WHEN}\n\nThe *moon*.\n\n"
    )


def test_thoughts_are_there_if_wanted() -> None:
    assert "Hm." not in markdown(ASK, ANSWER)
    assert "*Thoughts*\n\n> Hm.\n>\n> The moon?\n\nThe *moon*." in markdown(ASK, ANSWER, with_thoughts=True)


def test_other_versions_are_noted_where_they_are() -> None:
    text = markdown(ASK, ANSWER, versions={2: [2, 5, 6]})
    assert f"{WHEN} · version 1 of 3; the others are not in this file" in text
    assert text.count("version") == 1


def test_a_system_prompt_and_how_a_reply_ended() -> None:
    text = markdown(said(1, Role.ASSISTANT, "The", Status.STOPPED), chat=replace(CHAT, system_prompt="Be\nbrief.", model=""))
    assert text.startswith(f"# Tides\n\n{WHEN}\n\n**System prompt**\n\n> Be\n> brief.\n\n## Reply\n\n")
    assert text.endswith("The\n\n*This reply was stopped.*\n\n")


@pytest.mark.parametrize(
    ("reply", "written"),
    [
        ("```python\nx = 1\n```\nso", "```python\nx = 1\n```\nso"),
        ("```python\nx = 1", "```python\nx = 1\n```"),
        ("~~~~\nx\n~~~", "~~~~\nx\n~~~\n~~~~"),
        ("````\n```\nx\n```", "````\n```\nx\n```\n````"),
        ("```\nx\n``` y", "```\nx\n``` y\n```"),
        ("```a``` is code", "```a``` is code"),
        ("<!-- and", "\\<!-- and"),
        ("  <script>", "  \\<script>"),
        ("```html\n<b>\n```", "```html\n<b>\n```"),
        ("a < b", "a < b"),
    ],
)
def test_a_reply_closes_what_it_opened(reply: str, written: str) -> None:
    assert markdown(said(1, Role.ASSISTANT, reply)).endswith(f"\n\n{written}\n\n")


@pytest.mark.parametrize("text", ["# big", "```\nopen", "<!-- open", "a\r\nb", "a\u2028b", "    code", "---"])
def test_what_a_person_wrote_is_quoted_line_by_line(text: str) -> None:
    body = markdown(said(1, Role.USER, text), ANSWER).split(f"{WHEN}\n\n")[1].partition("\n\n## tiny")[0]
    assert all(line.startswith(">") for line in body.splitlines())


def test_titles_and_names_are_no_markdown() -> None:
    text = markdown(said(1, Role.ASSISTANT, "x", model="a_b_c"), chat=replace(CHAT, title="<b>*x*\n# [y](z)"))
    assert text.startswith("# \\<b\\>\\*x\\* \\# \\[y\\](z)\n")
    assert "## a\\_b\\_c\n" in text


SIGNS = ["```", "~~~", "````", "```py", "    ", "> ", "- ", "<!--", "<pre>", "# x", "a", "", "\\", "`", "***", "1. "]


@given(st.lists(st.sampled_from(SIGNS)))
def test_what_stands_after_a_reply_is_always_a_heading(qapp: QApplication, lines: list[str]) -> None:
    document = QTextDocument()
    document.setMarkdown(markdown(said(1, Role.ASSISTANT, "\n".join(lines)), said(2, Role.USER, "Next")))
    block, headings = document.begin(), list[str]()
    while block.isValid():
        if block.blockFormat().headingLevel() == 2:
            headings.append(block.text())
        block = block.next()
    assert headings[0] == "Reply"
    assert headings[-1] == "You"


def test_all_chats_go_into_one_file_without_those_in_the_trash(tmp_path: Path) -> None:
    home = Home(tmp_path / "here")

    async def talk() -> None:
        for title in ("Tides", "Rivers", "Gone"):
            chat = await home.store.create(title, date(2025, 3, 1))
            first = await home.store.add_user_message(chat.id, f"Why {title}?")
            await home.store.add_version(chat.id, first.id, "Why \ud83d\ude00?")
        await home.store.move_to_trash(chat.id, NOON)

    home.run(talk())
    course, file = Course(), tmp_path / "all.md"
    assert home.run(home.archives.export_markdown(file, course)) == 2
    home.close()
    content = file.read_text()
    assert [line for line in content.splitlines() if line.startswith("# ")] == ["# Rivers", "# Tides"]
    assert content.count("version 2 of 2") == 2
    assert (course.done, course.total) == (2, 2)
    assert file.stat().st_mode & 0o777 == 0o600
