"""The store under random use, against the simplest model of what a tree of messages is."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from desktop.conversations.errors import StorageError, UnknownMessageError
from desktop.conversations.message import ConversationId, Message, MessageId, Role, Status
from desktop.conversations.store import ConversationStore
from desktop.conversations.tree import path_to

T = TypeVar("T")
VOCABULARY = "v"


@dataclass
class ModelChat:
    """A chat as it should be."""

    title: str
    head: MessageId | None = None
    has: set[MessageId] = field(default_factory=set)
    redo: MessageId | None = None


class StoreMachine(RuleBasedStateMachine):
    """Send, edit, regenerate, stream, fork, delete, undo, redo, rewind, throw away, restart, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "conversations.sqlite3"
        self.runner = asyncio.Runner()
        self.errors: list[StorageError] = []
        self.store = ConversationStore.open(self.path, self.errors.append)
        self.messages: dict[MessageId, Message] = {}
        self.used: set[MessageId] = set()
        self.tokens: dict[MessageId, tuple[int, ...]] = {}
        self.chats: dict[ConversationId, ModelChat] = {}
        self.trash: set[ConversationId] = set()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    def teardown(self) -> None:
        closed = self.store.close(10)
        self.runner.close()
        self.folder.cleanup()
        assert closed
        assert self.errors == []

    def pick_chat(self, data: st.DataObject) -> ConversationId:
        return data.draw(st.sampled_from(sorted(self.chats)), label="chat")

    def pick_message(self, data: st.DataObject, chat: ConversationId) -> MessageId:
        return data.draw(st.sampled_from(sorted(self.chats[chat].has)), label="message")

    def streaming(self) -> list[MessageId]:
        return sorted(message.id for message in self.messages.values() if message.status is Status.STREAMING)

    def added(self, chat: ConversationId, message: Message, parent: MessageId | None) -> None:
        assert message.id not in self.used, "a number was used twice, so late tokens of a deleted reply may meet another"
        self.used.add(message.id)
        assert message.parent_id == parent
        self.messages[message.id] = message
        self.chats[chat].has.add(message.id)
        self.chats[chat].head = message.id
        self.chats[chat].redo = None

    @rule()
    def create(self) -> None:
        chat = self.run(self.store.create("new", date(2025, 3, 1)))
        self.chats[chat.id] = ModelChat("new")

    @precondition(lambda self: self.chats)
    @rule(data=st.data(), text=st.text())
    def send(self, data: st.DataObject, text: str) -> None:
        chat = self.pick_chat(data)
        message = self.run(self.store.add_user_message(chat, text))
        assert (message.role, message.text, message.status) == (Role.USER, text, Status.COMPLETE)
        self.added(chat, message, self.chats[chat].head)

    @precondition(lambda self: any(chat.has for chat in self.chats.values()))
    @rule(data=st.data(), text=st.text(), reply=st.booleans())
    def edit_or_regenerate(self, data: st.DataObject, text: str, reply: bool) -> None:
        chat = data.draw(st.sampled_from(sorted(chat for chat in self.chats if self.chats[chat].has)))
        parent = self.messages[self.pick_message(data, chat)].parent_id
        self.run(self.store.move_head(chat, parent))
        sibling = self.store.begin_reply(chat, "tiny", seed=9) if reply else self.store.add_user_message(chat, text)
        self.added(chat, self.run(sibling), parent)

    @precondition(lambda self: self.chats)
    @rule(data=st.data())
    def begin_reply(self, data: st.DataObject) -> None:
        chat = self.pick_chat(data)
        reply = self.run(self.store.begin_reply(chat, "tiny", seed=7))
        assert (reply.role, reply.text, reply.status) == (Role.ASSISTANT, "", Status.STREAMING)
        self.added(chat, reply, self.chats[chat].head)

    @precondition(lambda self: self.chats)
    @rule(data=st.data())
    def continue_reply(self, data: st.DataObject) -> None:
        chat = self.pick_chat(data)
        head = self.messages.get(self.chats[chat].head)  # type: ignore[arg-type]
        if head is None or head.role is Role.USER or head.status is Status.STREAMING:
            return
        reply = self.run(self.store.begin_reply(chat, "tiny", seed=8, continues=head.id))
        assert reply.text == head.text
        if head.id in self.tokens:
            self.tokens[reply.id] = self.tokens[head.id]
        self.added(chat, reply, head.parent_id)

    @precondition(lambda self: self.streaming())
    @rule(
        data=st.data(),
        text=st.text(),
        ids=st.lists(st.integers(-(2**31), 2**31 - 1)),
        status=st.sampled_from([Status.STREAMING, Status.COMPLETE, Status.STOPPED, Status.CUT]),
    )
    def grow_or_finish(self, data: st.DataObject, text: str, ids: list[int], status: Status) -> None:
        message_id = data.draw(st.sampled_from(self.streaming()))
        if status is Status.STREAMING:
            self.store.keep_reply(message_id, text, VOCABULARY, ids)
        else:
            self.store.finish_reply(message_id, text, status, None, VOCABULARY, ids)
        self.messages[message_id] = replace(self.messages[message_id], text=text, status=status)
        self.tokens[message_id] = tuple(ids)

    @rule(number=st.integers(1, 30), text=st.text())
    def write_late(self, number: int, text: str) -> None:
        if number not in self.streaming():
            self.store.finish_reply(MessageId(number), text, Status.COMPLETE, None, VOCABULARY, [1])
            self.store.keep_reply(MessageId(number), text, VOCABULARY, [1])

    @precondition(lambda self: any(chat.has for chat in self.chats.values()))
    @rule(data=st.data())
    def fork(self, data: st.DataObject) -> None:
        chat = data.draw(st.sampled_from(sorted(chat for chat in self.chats if self.chats[chat].has)))
        message_id = self.pick_message(data, chat)
        fork = self.run(self.store.fork(chat, message_id, "fork"))
        assert (fork.forked_from_id, fork.forked_at_id) == (chat, message_id)
        self.chats[fork.id] = ModelChat("fork", message_id, {message.id for message in path_to(message_id, self.messages)})

    @precondition(lambda self: any(chat.has for chat in self.chats.values()))
    @rule(data=st.data(), delete=st.booleans())
    def go_to(self, data: st.DataObject, delete: bool) -> None:
        chat = data.draw(st.sampled_from(sorted(chat for chat in self.chats if self.chats[chat].has)))
        message_id = self.pick_message(data, chat)
        if delete:
            self.run(self.store.delete_from(chat, message_id))
            self.chats[chat].head = self.messages[message_id].parent_id
        else:
            self.run(self.store.move_head(chat, message_id))
            self.chats[chat].head = message_id
        self.chats[chat].redo = None

    @precondition(lambda self: any(chat.has for chat in self.chats.values()))
    @rule(data=st.data(), text=st.text())
    def add_version(self, data: st.DataObject, text: str) -> None:
        chat = data.draw(st.sampled_from(sorted(chat for chat in self.chats if self.chats[chat].has)))
        before = self.messages[self.pick_message(data, chat)]
        version = self.run(self.store.add_version(chat, before.id, text))
        assert (version.role, version.text, version.status, version.model) == (before.role, text, Status.COMPLETE, before.model)
        self.added(chat, version, before.parent_id)

    @precondition(lambda self: any(chat.has for chat in self.chats.values()))
    @rule(data=st.data())
    def show_version(self, data: st.DataObject) -> None:
        chat = data.draw(st.sampled_from(sorted(chat for chat in self.chats if self.chats[chat].has)))
        message_id = self.pick_message(data, chat)
        self.run(self.store.show_version(chat, message_id))
        below = [id_ for id_ in self.chats[chat].has if self.messages[message_id] in path_to(id_, self.messages)]
        self.chats[chat].head, self.chats[chat].redo = max(below), None

    @precondition(lambda self: self.chats)
    @rule(data=st.data())
    def visit(self, data: st.DataObject) -> None:
        chat = self.pick_chat(data)
        nodes = self.run(self.store.tree(chat)).nodes
        if nodes:
            message_id = data.draw(st.sampled_from([node.id for node in nodes]))
            self.run(self.store.visit(chat, message_id))
            self.chats[chat].has |= {message.id for message in path_to(message_id, self.messages)}
            self.chats[chat].head, self.chats[chat].redo = message_id, None

    @precondition(lambda self: self.chats)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        chat = self.pick_chat(data)
        told = self.run(self.store.undo(chat))
        path = path_to(self.chats[chat].head, self.messages)
        while path and path.pop().role is not Role.USER:
            pass
        self.went_back(chat, path[-1].id if path else None)
        assert told == self.run(self.store.conversation(chat))

    @precondition(lambda self: any(chat.head for chat in self.chats.values()))
    @rule(data=st.data())
    def rewind(self, data: st.DataObject) -> None:
        chat = data.draw(st.sampled_from(sorted(chat for chat in self.chats if self.chats[chat].head)))
        message = data.draw(st.sampled_from(path_to(self.chats[chat].head, self.messages)))
        self.run(self.store.rewind(chat, message.id))
        self.went_back(chat, message.id)

    def went_back(self, chat: ConversationId, head: MessageId | None) -> None:
        model = self.chats[chat]
        if head != model.head:
            model.redo, model.head = model.redo or model.head, head

    @precondition(lambda self: self.chats)
    @rule(data=st.data())
    def redo(self, data: st.DataObject) -> None:
        chat = self.pick_chat(data)
        self.run(self.store.redo(chat))
        model = self.chats[chat]
        if model.redo is not None:
            first, *rest = path_to(model.redo, self.messages)[len(path_to(model.head, self.messages)) :]
            turn = [first, *takewhile(lambda message: message.role is not Role.USER, rest)]
            model.head = turn[-1].id
            model.redo = None if model.head == model.redo else model.redo

    @precondition(lambda self: self.chats)
    @rule(data=st.data())
    def throw_away_or_take_out(self, data: st.DataObject) -> None:
        chat = self.pick_chat(data)
        self.run(self.store.restore_from_trash(chat) if chat in self.trash else self.store.move_to_trash(chat, datetime.now(UTC)))
        self.trash ^= {chat}

    @precondition(lambda self: self.chats)
    @rule(data=st.data(), number=st.integers(1, 30))
    def go_to_a_message_of_another_chat(self, data: st.DataObject, number: int) -> None:
        chat = self.pick_chat(data)
        if number not in self.chats[chat].has:
            with pytest.raises(UnknownMessageError):
                self.run(self.store.move_head(chat, MessageId(number)))
            with pytest.raises(UnknownMessageError):
                self.run(self.store.fork(chat, MessageId(number), "fork"))

    @precondition(lambda self: len(self.chats) > 1)
    @rule(data=st.data())
    def delete_chat(self, data: st.DataObject) -> None:
        chat = self.pick_chat(data)
        self.run(self.store.delete_conversation(chat))
        del self.chats[chat]
        self.trash -= {chat}
        alive = {message_id for left in self.chats.values() for message_id in left.has}
        self.messages = {message_id: message for message_id, message in self.messages.items() if message_id in alive}
        self.tokens = {message_id: ids for message_id, ids in self.tokens.items() if message_id in alive}

    @rule()
    def restart(self) -> None:
        assert self.store.close(10)
        self.store = ConversationStore.open(self.path, self.errors.append)
        for message_id in self.streaming():
            self.messages[message_id] = replace(self.messages[message_id], status=Status.INTERRUPTED)

    @invariant()
    def every_chat_shows_its_path(self) -> None:
        chats, trashed = self.run(self.store.conversations()), self.run(self.store.trashed())
        assert {chat.id for chat in trashed} == self.trash
        told = {chat.id: (chat.title, chat.head_id, chat.redo_id) for chat in chats + trashed}
        assert told == {id_: (chat.title, chat.head, chat.redo) for id_, chat in self.chats.items()}
        for chat_id, chat in self.chats.items():
            assert self.run(self.store.path(chat_id)) == path_to(chat.head, self.messages)

    @invariant()
    def every_chat_knows_the_versions_on_its_path(self) -> None:
        for chat_id, chat in self.chats.items():
            own = [self.messages[message_id] for message_id in sorted(chat.has)]
            path = path_to(chat.head, self.messages)
            beside = {message.id: tuple(it.id for it in own if it.parent_id == message.parent_id) for message in path}
            assert self.run(self.store.versions(chat_id)) == {id_: ids for id_, ids in beside.items() if len(ids) > 1}

    @invariant()
    def the_tree_has_what_the_living_of_the_family_have(self) -> None:
        for chat_id in self.chats:
            tree = self.run(self.store.tree(chat_id))
            assert {chat.id for chat in tree.chats} <= set(self.chats) - self.trash
            assert chat_id in self.trash or chat_id in {chat.id for chat in tree.chats}
            has = set[MessageId]().union(*(self.chats[chat.id].has for chat in tree.chats))
            assert [node.id for node in tree.nodes] == sorted(has)
            assert all(node.id in self.chats[node.chat_id].has for node in tree.nodes)

    @invariant()
    def exactly_the_messages_that_chats_have_are_kept(self) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            kept = {row[0] for row in connection.execute("SELECT id FROM message")}
        assert kept == set(self.messages)
        for message_id, message in self.messages.items():
            assert self.run(self.store.path_to(message_id))[-1] == message
        assert self.run(self.store.reply_tokens(list(self.messages), VOCABULARY)) == self.tokens


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
