"""Chats as ChatGPT exports them, all made up; and files like them that are cut, odd or hostile."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.conversations import archive_json, chatgpt
from desktop.conversations.archive import ArchivedMessage, ArchivedTree, members
from desktop.conversations.archive_json import Unreadable
from desktop.conversations.chatgpt import conversations
from desktop.conversations.message import Role
from desktop.system.json_list import objects
from tests.chat.taking_along import BEGAN, as_file, conversation, node, simple


def read(*chats: Any) -> list[ArchivedTree | Unreadable]:
    return list(conversations(objects(io.BytesIO(as_file(*chats)), 1 << 22, archive_json.MOST_DEPTH)))


def tree_of(chat: Any) -> ArchivedTree:
    [found] = read(chat)
    assert isinstance(found, ArchivedTree), found
    return found


def outlined(tree: ArchivedTree) -> list[tuple[int | None, str]]:
    """Return parents and texts, a person's marked."""
    return [(message.parent, f"{'> ' if message.role is Role.USER else ''}{message.text}") for message in tree.messages]


def test_a_chat_with_its_dates_and_its_model() -> None:
    tree = tree_of(simple())
    [chat] = tree.chats
    assert outlined(tree) == [(None, "> Why are there tides?"), (0, "The moon.")]
    assert (chat.title, chat.head, chat.ends, chat.model) == ("Tides", 1, (1,), "")
    assert [message.model for message in tree.messages] == ["", "gpt-x"], "the chat itself asks for no model"
    assert chat.began_on.isoformat() == "2025-03-01"
    assert (chat.updated_at - chat.created_at).total_seconds() == 60
    assert tree.messages[0].created_at == datetime.fromtimestamp(BEGAN, UTC)


def test_branches_become_versions_in_their_order_and_it_stands_where_it_stood() -> None:
    tree = tree_of(
        conversation(
            "Tides",
            node("a", None, "user", "Why?"),
            node("b1", "a", "assistant", "The moon."),
            node("b2", "a", "assistant", "The sun."),
            node("c", "b1", "user", "And the sun?"),
            node("a2", None, "user", "How?"),
            current="b2",
        )
    )
    assert outlined(tree) == [(None, "> Why?"), (0, "The moon."), (1, "> And the sun?"), (0, "The sun."), (None, "> How?")]
    assert tree.chats[0].head == 3
    assert tree.chats[0].ends == (2, 3, 4)
    assert members(tree.chats[0].ends, tree.messages) == set(range(5))


def test_what_systems_and_tools_said_is_left_out_and_the_chain_holds() -> None:
    tree = tree_of(
        conversation(
            "Tides",
            node("root", None, None),
            node("system", "root", "system", "Be brief."),
            node("profile", "system", "user", content={"content_type": "user_editable_context", "user_profile": "x"}),
            node("ask", "profile", "user", "Plot it"),
            node("code", "ask", "assistant", content={"content_type": "code", "language": "python", "text": "plot()"}, recipient="python"),
            node("tool", "code", "tool", "done"),
            node("hidden", "tool", "assistant", "secret", metadata={"is_visually_hidden_from_conversation": True}),
            node("answer", "hidden", "assistant", "There it is."),
            node("more", "answer", "user", "Thanks"),
            current="tool",
        )
    )
    assert outlined(tree) == [(None, "> Plot it"), (0, "```python\nplot()\n```\n\nThere it is."), (1, "> Thanks")]
    assert tree.chats[0].head == 1, "where the tool stands, nothing is shown but what is before it"


def test_thoughts_go_with_the_reply_that_follows_them() -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "s", "content": "Hm."}, {"content": "The moon?"}]}
    tree = tree_of(
        conversation(
            "Tides",
            node("ask", None, "user", "Why?"),
            node("think", "ask", "assistant", content=thoughts),
            node("recap", "think", "assistant", content={"content_type": "reasoning_recap", "content": "Thought for 3s"}),
            node("answer", "recap", "assistant", "The moon."),
        )
    )
    assert [(message.text, message.reasoning) for message in tree.messages] == [("Why?", ""), ("The moon.", "Hm.\n\nThe moon?")]


def test_two_replies_after_one_beginning_stay_two() -> None:
    tree = tree_of(
        conversation(
            "Tides",
            node("ask", None, "user", "Why?"),
            node("begin", "ask", "assistant", "Well,"),
            node("one", "begin", "assistant", "the moon."),
            node("two", "begin", "assistant", "the sun."),
        )
    )
    assert outlined(tree) == [(None, "> Why?"), (0, "Well,"), (1, "the moon."), (1, "the sun.")]


def test_equal_roles_in_a_row_and_a_chat_that_a_reply_begins() -> None:
    tree = tree_of(conversation("x", node("a", None, "assistant", "Hello"), node("b", "a", "user", "One"), node("c", "b", "user", "Two")))
    assert outlined(tree) == [(None, "Hello"), (0, "> One"), (1, "> Two")]


def test_what_is_no_text_becomes_a_note_in_words() -> None:
    parts = [
        {"content_type": "image_asset_pointer", "asset_pointer": "file-service://../../etc/passwd"},
        "What is this?",
        {"content_type": "audio_transcription", "text": "A shell"},
        {"content_type": "hologram"},
    ]
    tree = tree_of(conversation("x", node("a", None, "user", content={"content_type": "multimodal_text", "parts": parts})))
    assert tree.messages[0].text == "[An image was here.]\n\nWhat is this?\n\nA shell\n\n[Something that is no text was here.]"


def test_a_fence_in_code_does_not_end_it() -> None:
    code = {"content_type": "code", "language": "unknown", "text": "a\n```\nb"}
    tree = tree_of(conversation("x", node("a", None, "assistant", content=code)))
    assert tree.messages[0].text == "````\na\n```\nb\n````"


def without(chat: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in chat.items() if name not in names}


def chained(count: int) -> dict[str, Any]:
    return conversation("Long", *(node(str(n), str(n - 1) if n else None, "user", "x") for n in range(count)))


def in_mapping(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    chat = simple()
    change(chat["mapping"])
    return chat


KEPT: dict[str, tuple[Any, int]] = {
    "a title that is missing": (without(simple(), "title"), 2),
    "a title that is null": (simple(None), 2),
    "control characters in the title": (simple("\x1b[2J\u202e\x00Tides"), 2),
    "times that are missing": (without(simple(), "create_time", "update_time"), 2),
    "times of another kind": (simple(create_time="yesterday", update_time=[]), 2),
    "times no calendar has": (simple(create_time=1e300, update_time=-1), 2),
    "where it stands is missing": (without(simple(), "current_node"), 2),
    "where it stands is not there": (simple(current="nowhere"), 2),
    "a parent that is missing": (in_mapping(lambda nodes: nodes["ask"].update(parent="gone")), 2),
    "children that are missing": (in_mapping(lambda nodes: nodes["ask"].pop("children")), 2),
    "children that are numbers": (in_mapping(lambda nodes: nodes["ask"].update(children=[1, None, {}])), 2),
    "children of another": (in_mapping(lambda nodes: nodes["root"].update(children=["answer", "ask"])), 2),
    "a message without content": (in_mapping(lambda nodes: nodes["answer"]["message"].pop("content")), 1),
    "a message without metadata": (in_mapping(lambda nodes: nodes["answer"]["message"].pop("metadata")), 2),
    "a role that nobody knows": (in_mapping(lambda nodes: nodes["answer"]["message"]["author"].update(role="critic")), 1),
    "parts that are empty": (in_mapping(lambda nodes: nodes["answer"]["message"]["content"].update(parts=["", ""])), 1),
    "lone surrogates": (in_mapping(lambda nodes: nodes["answer"]["message"]["content"].update(parts=["\ud800"])), 2),
    "a huge string": (in_mapping(lambda nodes: nodes["answer"]["message"]["content"].update(parts=["x" * 3_000_000])), 2),
    "a chain as long as it may be": (chained(2_000), 2_000),
    "several beginnings": (conversation("x", node("a", None, "user", "One"), node("b", None, "user", "Two")), 2),
    "unknown fields": (simple(plugin_ids=[{"a": [1]}], safe_urls={}), 2),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_odd_is_imported_all_the_same(name: str) -> None:
    chat, count = KEPT[name]
    assert len(tree_of(chat).messages) == count


SKIPPED: dict[str, tuple[Any, str]] = {
    "no mapping": (without(simple(), "mapping"), "mapping of entry 1 is missing or wrong"),
    "a mapping that is a list": (simple(mapping=[]), "mapping of entry 1 is missing or wrong"),
    "a mapping that is empty": (simple(mapping={}), "it has no messages"),
    "nobody said anything": (conversation("Tides", node("a", None, None), node("b", "a", "system", "x")), "it has no messages"),
    "a title that is a number": (simple(7), "title of entry 1 is missing or wrong"),
    "a node that is a text": (in_mapping(lambda nodes: nodes.update(ask="x")), "a message is no object"),
    "a message that is a list": (in_mapping(lambda nodes: nodes["ask"].update(message=[1])), "message of a message is missing or wrong"),
    "a parent that is a number": (in_mapping(lambda nodes: nodes["ask"].update(parent=7)), "parent of a message is missing or wrong"),
    "children that are a text": (in_mapping(lambda nodes: nodes["ask"].update(children="x")), "children of a message is missing or wrong"),
    "an author that is missing": (
        in_mapping(lambda nodes: nodes["ask"]["message"].pop("author")),
        "author of a message is missing or wrong",
    ),
    "a role that is a list": (
        in_mapping(lambda nodes: nodes["ask"]["message"]["author"].update(role=["user"])),
        "role of an author is missing or wrong",
    ),
    "parts that are a text": (
        in_mapping(lambda nodes: nodes["ask"]["message"]["content"].update(parts="Why?")),
        "parts of a content is missing or wrong",
    ),
    "a part that is a number": (
        in_mapping(lambda nodes: nodes["ask"]["message"]["content"].update(parts=[7])),
        "a part of a message is no object",
    ),
    "a circle of two": (
        in_mapping(lambda nodes: nodes.update(x=node("x", "y", "user", "a"), y=node("y", "x", "user", "b"))),
        "its messages lead in a circle",
    ),
    "its own parent": (in_mapping(lambda nodes: nodes["answer"].update(parent="answer")), "its messages lead in a circle"),
    "a circle at the root": (in_mapping(lambda nodes: nodes["root"].update(parent="answer")), "its messages lead in a circle"),
    "more messages than may be": (chained(2_001), "it has too many messages"),
    "more nodes than may be": (chained(5_000), "it has too many messages"),
    "larger than may be": (simple("x" * (5 << 20)), "it is larger than 4 MiB"),
    "deeper than may be": (simple(extra=json.loads("[" * 60 + "]" * 60)), "it is nested too deeply"),
}


@pytest.mark.parametrize("name", SKIPPED)
def test_what_is_damaged_is_skipped_with_its_reason_and_what_follows_is_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chatgpt, "MOST_MESSAGES", 2_000)
    monkeypatch.setattr(chatgpt, "MOST_NODES", 4_000)
    chat, why = SKIPPED[name]
    skipped, following = read(chat, simple("Next"))
    assert isinstance(skipped, Unreadable)
    assert skipped.why == why
    assert isinstance(following, ArchivedTree)
    assert following.chats[0].title == "Next"


@pytest.mark.parametrize(
    ("title", "where"),
    [("Tides", "“Tides”"), ("\x1b[2J\u202e a\n", "“[2J a”"), ("", "entry 1"), (None, "entry 1"), ("x" * 99, f"“{'x' * 80}”")],
)
def test_what_is_skipped_is_named_by_its_title(title: Any, where: str) -> None:
    assert read(simple(title, mapping={})) == [Unreadable(where, "it has no messages")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'[{"mapping": NaN}]', "NaN is no number"),
        (b'[{"mapping": 1e999}]', "1e999 is no number"),
        (b'[{"mapping": ' + b"9" * 5000 + b"}]", "Exceeds the limit"),
        (b'[{"mapping": {"a": tru}}]', "Expecting value"),
        (b'[{"mapping": {"a"}}]', "Expecting ':' delimiter"),
        (b'[{"mapping": "\xff"}]', "can't decode"),
        (b'[{"mapping": "\x00"}]', "Invalid control character"),
        (b'[{"mapping": {]}]', "Expecting property name"),
    ],
)
def test_what_is_no_json_is_skipped(content: bytes, why: str) -> None:
    [skipped] = conversations(objects(io.BytesIO(content), 1 << 20, 50))
    assert isinstance(skipped, Unreadable)
    assert why in skipped.why


def test_one_name_twice_is_the_last_one() -> None:
    said = json.dumps(simple())
    twice = said.replace('"mapping": {', '"mapping": {"ask": {"id": "ask", "parent": null, "message": null}, ', 1)
    [found] = conversations(objects(io.BytesIO(f"[{twice}]".encode()), 1 << 20, 50))
    assert isinstance(found, ArchivedTree)
    assert len(found.messages) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["ask", "answer", "root"]), st.sampled_from(["", "message", "content", "author", "metadata"]), st.data())
def test_no_value_of_any_field_leads_to_another_error(name: str, place: str, data: st.DataObject) -> None:
    chat = simple()
    target = chat["mapping"][name]
    if place and target["message"]:
        target = target["message"] if place == "message" else target["message"][place]
    keys = sorted({*target, "content_type", "parts", "thoughts", "role", "text"})
    target[data.draw(st.sampled_from(keys))] = data.draw(JSON)
    [found] = read(chat)
    if isinstance(found, ArchivedTree):
        assert all(message.parent is None or message.parent < number for number, message in enumerate(found.messages))
        assert all(isinstance(message, ArchivedMessage) for message in found.messages)
