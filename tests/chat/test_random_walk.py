"""Whatever a person does in whatever order: each chat holds what the window showed, and still does after a restart."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop.conversations.errors import UnknownConversationError
from desktop.conversations.message import ConversationId, MessageId, Role, Status
from desktop.system.errors import RivuletError
from tests.chat.bench import Bench, bench
from tests.tiny_models import TinyModel

STEPS = 60


@dataclass
class Chat:
    """A chat as an oracle knows it, that hears only what the person did and the window showed."""

    said: list[str]  # the persons' messages, root first
    title: str
    path: list[tuple[MessageId, str]] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)  # persons' messages that redo brings back, the next one first


class Walk:
    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench, self.random = bench, random.Random(seed)
        self.chats: dict[ConversationId, Chat] = {}
        self.number = 0
        self.trash: dict[ConversationId, Chat] = {}

    async def go(self, steps: int) -> None:
        await self.new()
        actions = [self.send] * 5 + [self.stop] * 3 + [self.go_on, self.fork, self.fork, self.rename, self.close, self.open, self.new]
        actions += [self.edit, self.edit_reply, self.regenerate, self.delete_from, self.go_to, self.show_version]
        actions += [self.undo, self.undo, self.redo, self.redo, self.rewind, self.throw_away, self.take_out, self.delete]
        for _ in range(steps):
            await self.random.choice(actions)()
            if self.random.random() < 0.5:
                await asyncio.sleep(self.random.random() * 0.03)
            if self.random.random() < 0.2:
                await self.bench.idle()
                await self.check()
        for chat in list(self.chats):
            await self.bench.chats.stop(chat)
        await self.bench.idle()
        await self.check()

    def any_chat(self) -> ConversationId:
        return self.random.choice(list(self.chats))

    async def new(self) -> None:
        conversation = await self.bench.chats.new()
        self.chats.setdefault(conversation.id, Chat([], conversation.title))

    async def send(self) -> None:
        chat, self.number = self.any_chat(), self.number + 1
        text = f"Message {self.number} " * self.random.choice([1, 1, 10])
        try:
            await self.bench.chats.send(chat, text)
        except RivuletError:
            assert not self.bench.is_idle(chat), "only a busy chat refuses"
        else:
            self.chats[chat].said.append(text)
            self.chats[chat].taken_back = []

    async def stop(self) -> None:
        chat = self.any_chat()
        await self.bench.chats.stop(chat)
        assert self.bench.is_idle(chat)

    async def go_on(self) -> None:
        chat = self.any_chat()
        try:
            await self.bench.chats.continue_reply(chat)
        except RivuletError:
            assert not self.bench.is_idle(chat)
        if (await self.bench.store.conversation(chat)).redo_id is None:
            self.chats[chat].taken_back = []

    async def undo(self) -> None:
        chat = self.any_chat()
        await self.bench.chats.undo(chat)
        if self.chats[chat].said:
            self.chats[chat].taken_back.insert(0, self.chats[chat].said.pop())

    async def redo(self) -> None:
        chat = self.any_chat()
        await self.bench.chats.redo(chat)
        path = await self.bench.store.path(chat)
        if self.chats[chat].taken_back and len(self.chats[chat].said) < sum(message.role is Role.USER for message in path):
            self.chats[chat].said.append(self.chats[chat].taken_back.pop(0))

    async def rewind(self) -> None:
        chat = self.any_chat()
        path = await self.bench.store.path(chat)
        if path:
            at = self.random.randrange(len(path))
            await self.bench.chats.rewind(chat, path[at].id)
            said = self.chats[chat].said
            kept = sum(message.role is Role.USER for message in path[: at + 1])
            self.chats[chat].taken_back = said[kept:] + self.chats[chat].taken_back
            del said[kept:]

    async def edit(self) -> None:
        chat = self.any_chat()
        path = [message for message in await self.bench.store.path(chat) if message.role is Role.USER]
        if path:
            at, self.number = self.random.randrange(len(path)), self.number + 1
            await self.bench.chats.edit(chat, path[at].id, text := f"Message {self.number}")
            self.chats[chat].said[at:] = [text]
            self.chats[chat].taken_back = []

    async def edit_reply(self) -> None:
        await self.at_reply(lambda chat, message_id: self.bench.chats.edit(chat, message_id, "As the person has it"))

    async def regenerate(self) -> None:
        await self.at_reply(self.bench.chats.regenerate)

    async def at_reply(self, command: Callable[[ConversationId, MessageId], Awaitable[None]]) -> None:
        chat = self.any_chat()
        path = await self.bench.store.path(chat)
        replies = [at for at, message in enumerate(path) if message.role is Role.ASSISTANT]
        if replies:
            at = self.random.choice(replies)
            await command(chat, path[at].id)
            del self.chats[chat].said[sum(message.role is Role.USER for message in path[:at]) :]
            self.chats[chat].taken_back = []

    async def delete_from(self) -> None:
        chat = self.any_chat()
        path = await self.bench.store.path(chat)
        if path:
            at = self.random.randrange(len(path))
            await self.bench.chats.delete_from(chat, path[at].id)
            del self.chats[chat].said[sum(message.role is Role.USER for message in path[:at]) :]
            self.chats[chat].taken_back = []

    async def go_to(self) -> None:
        chat = self.any_chat()
        nodes = {node.id: node for node in (await self.bench.chats.tree(chat)).nodes}
        if nodes:
            await self.move(chat, self.random.choice(list(nodes)), self.bench.chats.go_to)

    async def show_version(self) -> None:
        chat = self.any_chat()
        versions = [message_id for all_ids in (await self.bench.chats.versions(chat)).values() for message_id in all_ids]
        if versions:
            await self.move(chat, self.random.choice(versions), self.bench.chats.show_version)

    async def move(
        self, chat: ConversationId, message_id: MessageId, command: Callable[[ConversationId, MessageId], Awaitable[None]]
    ) -> None:
        before = (await self.bench.store.conversation(chat)).head_id
        await command(chat, message_id)
        path = await self.bench.store.path(chat)
        assert message_id in [message.id for message in path]
        if path[-1].id != before:
            self.chats[chat].said = [message.text for message in path if message.role is Role.USER]
            self.chats[chat].taken_back = []

    async def throw_away(self) -> None:
        if len(self.chats) > 2:
            chat = self.any_chat()
            await self.bench.chats.move_to_trash(chat)
            assert self.bench.is_idle(chat)
            self.trash[chat] = self.chats.pop(chat)

    async def take_out(self) -> None:
        if self.trash:
            chat = self.random.choice(list(self.trash))
            await self.bench.chats.restore_from_trash(chat)
            self.chats[chat] = self.trash.pop(chat)

    async def delete(self) -> None:
        if len(self.chats) > 2:
            chat = self.any_chat()
            await self.bench.chats.delete(chat)
            del self.chats[chat]
            with pytest.raises(UnknownConversationError):
                await self.bench.store.conversation(chat)

    async def fork(self) -> None:
        chat = self.any_chat()
        path = await self.bench.store.path(chat)
        if not path or len(self.chats) > 8:
            return
        at = self.random.randrange(len(path))
        fork = await self.bench.chats.fork(chat, path[at].id)
        said = [message.text for message in path[: at + 1] if message.role is Role.USER]
        self.chats[fork.id] = Chat(said, fork.title)

    async def rename(self) -> None:
        chat = self.any_chat()
        await self.bench.chats.rename(chat, title := f"Title {self.random.randrange(1000)}")
        self.chats[chat].title = title

    async def close(self) -> None:
        await self.bench.chats.close(self.any_chat())

    async def open(self) -> None:
        chat = self.any_chat()
        shown = await self.bench.chats.open(chat)
        assert [message.text for message in shown if message.role is Role.USER] == self.chats[chat].said

    async def check(self) -> None:
        """Compare what is stored with what was said and what the events told."""
        shown = self.bench.shown()
        listed = {conversation.id for conversation in await self.bench.chats.conversations()}
        assert listed == set(self.chats)
        assert {conversation.id for conversation in await self.bench.chats.trashed()} == set(self.trash)
        for chat_id, chat in (self.chats | self.trash).items():
            path = await self.bench.store.path(chat_id)
            assert [message.text for message in path if message.role is Role.USER] == chat.said
            assert all(message.status is not Status.STREAMING for message in path)
            for parent, message in zip([None, *path], path, strict=False):
                assert message.parent_id == (parent.id if parent else None)
            told = dict(entry for entries in shown.values() for entry in entries)
            assert all(told.get(message.id, message.text) == message.text for message in path)
            own = shown.get(chat_id, [])
            assert [(message.id, message.text) for message in path][len(path) - len(own) :] == own
            chat.path = [(message.id, message.text) for message in path]
            if chat.title.startswith("Title"):
                assert (await self.bench.store.conversation(chat_id)).title == chat.title


@pytest.mark.parametrize("seed", range(3))
def test_every_chat_holds_what_was_said_and_shown(tmp_path: Path, models: Path, seed: int) -> None:
    model = TinyModel(name="walk", ends=1.2).write(models / f"walk{seed}.gguf")
    chats: dict[ConversationId, Chat] = {}

    async def walk() -> None:
        async with bench(tmp_path / "data", model) as made:
            walk = Walk(made, seed)
            await walk.go(STEPS)
            chats.update(walk.chats)

    async def look_again() -> None:
        async with bench(tmp_path / "data", model) as made:
            for chat_id, chat in chats.items():
                shown = await made.chats.open(chat_id)
                assert [(message.id, message.text) for message in shown] == chat.path
            await made.idle()
            assert made.engine.tokens_decoded == 0, "opening decodes nothing"

    asyncio.run(walk())
    asyncio.run(look_again())
