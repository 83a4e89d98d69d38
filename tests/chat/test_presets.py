"""Presets: chats that begin with one, and what of it is prepared in idle time."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.counting import most_tokens
from desktop.chat.events import ConversationAdded, PresetsChanged
from desktop.chat.presets import LongPresetError
from desktop.conversations.preset import NamelessPresetError
from desktop.conversations.setup import Sampling, Setup
from desktop.sessions.keys import NodeKey
from tests.chat.bench import Bench, run
from tests.chat.replies import styled_model
from tests.inference.templates import STYLES, Style
from tests.tiny_models import Family, TinyModel

PROMPT = "Be kind to whoever asks, and answer in the words of the sea. " * 8
KIND = Setup(PROMPT, Sampling(temperature=0.5))
PROMPT_TOKENS = 300  # fewer than it has
MESSAGE_TOKENS = 80  # more than a short message takes with what the template writes around it
ROOT = Path(__file__).parents[2]


class Tomorrow(date):
    """The next day."""

    @classmethod
    def today(cls) -> date:
        return date.today() + timedelta(days=1)


def style_of(name: str) -> Style:
    return next(style for style in STYLES if style.name == name)


async def ask(bench: Bench, text: str = "What is it?") -> tuple[int, int]:
    """Send a message in a new chat; return how many tokens of its prompt were read, and how many it has."""
    chat = await bench.chats.new()
    await bench.chats.send(chat.id, text, most_tokens=2)
    await bench.idle()
    stats = (await bench.store.path(chat.id))[-1].stats
    assert stats is not None
    return stats.tokens_read, stats.tokens_read + stats.tokens_restored


def test_a_new_chat_begins_with_the_default_preset(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        kind = await bench.chats.presets.add("Kind", KIND)
        assert (await bench.chats.new()).setup == Setup(), "none is the default yet"
        await bench.chats.presets.set_default(kind.id)
        assert bench.of(PresetsChanged)[-1].presets[0].is_default
        first = await bench.chats.new()
        assert (first.setup, first.preset_id) == (KIND, kind.id)
        assert len(await bench.store.conversations()) == 1, "it is still empty"
        await bench.chats.setups.set_system_prompt(first.id, "Mine.")
        second = await bench.chats.new()
        assert second.id != first.id, "what was typed is kept"
        await bench.chats.setups.set_sampling(second.id, Sampling(temperature=0.1, seed=7))
        third = await bench.chats.new()
        assert third.id != second.id, "what was chosen is kept"
        assert (await bench.store.conversation(second.id)).sampling == Sampling(temperature=0.1, seed=7)
        await bench.chats.set_thinking(third.id, False)
        assert (await bench.chats.new()).id != third.id
        assert (second.setup, second.preset_id) == (KIND, kind.id)
        assert second in [event.conversation for event in bench.of(ConversationAdded)]
        await bench.chats.presets.set_default(None)
        assert (await bench.chats.new()).setup == Setup()

    run(tmp_path, None, test)


def test_an_empty_chat_of_another_day_begins_today(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.store.create("New chat", date(2020, 1, 2))
        assert (await bench.chats.new()).began_on == date.today()

    run(tmp_path, None, test)


def test_bad_input_changes_nothing(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        kind = await bench.chats.presets.add("Kind", KIND)
        with pytest.raises(LongPresetError, match="shorten it"):
            await bench.chats.presets.add("Long", Setup("word " * 9000))
        with pytest.raises(LongPresetError):
            await bench.chats.presets.change(kind.id, "Kind", Setup("word " * 9000))
        with pytest.raises(NamelessPresetError):
            await bench.chats.presets.change(kind.id, " ", KIND)
        assert await bench.chats.presets.all() == [kind]

    run(tmp_path, brief, test)


@pytest.mark.parametrize("family", [Family.DENSE, Family.WINDOW, Family.HYBRID])
@pytest.mark.parametrize("style", ["chatml", "headers"])
def test_the_first_message_reads_itself_only(tmp_path: Path, models: Path, style: str, family: Family) -> None:
    """The second of these templates prints the date before the system prompt."""

    async def begin(bench: Bench) -> None:
        await bench.chats.begin()
        kind = await bench.chats.presets.add("Kind", KIND)
        await bench.chats.presets.set_default(kind.id)
        await bench.until(lambda: not bench._tasks)
        decoded = bench.engine.tokens_decoded
        assert decoded > PROMPT_TOKENS, "it was read in idle time"
        read, prompt = await ask(bench)
        assert read < MESSAGE_TOKENS < PROMPT_TOKENS < prompt
        assert bench.engine.tokens_decoded - decoded < MESSAGE_TOKENS + 10

    model = styled_model(models, style_of(style), family=family)
    run(tmp_path, model, begin)
    arguments = [str(tmp_path / "data"), str(model), "And that?"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.chat.another_process", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["read"] < MESSAGE_TOKENS < PROMPT_TOKENS < result["prompt"]
    assert result["decoded"] < MESSAGE_TOKENS + 10
    assert result["loading"] < MESSAGE_TOKENS, "only what the model itself is tried with"


def test_another_day_is_prepared_for(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        kind = await bench.chats.presets.add("Kind", KIND)
        await bench.chats.presets.set_default(kind.id)
        await bench.until(lambda: not bench._tasks)
        first = await bench.store.presets.ends()
        for module in ("presets", "preset_preparing"):
            monkeypatch.setattr(f"desktop.chat.{module}.date", Tomorrow)
        await bench.chats.new()
        await bench.until(lambda: not bench._tasks)
        second = await bench.store.presets.ends()
        assert second != first
        assert [len(ends) for ends in second.values()] == [1]
        read, prompt = await ask(bench)
        assert read < MESSAGE_TOKENS < prompt

    run(tmp_path, styled_model(models, style_of("headers")), test)


def test_what_is_prepared_belongs_to_its_preset(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.begin()
        kind = await bench.chats.presets.add("Kind", KIND)
        await bench.until(lambda: not bench._tasks)

        def kept() -> bool:
            return all(bench.segments.holds_node(NodeKey(end)) for end in ends)

        [ends] = (await bench.store.presets.ends()).values()
        await bench.chats.tidy()
        assert kept()
        await bench.chats.presets.change(kind.id, "Kinder", KIND)
        assert kept()
        await bench.chats.presets.delete(kind.id)
        assert not kept(), "nobody else has it"
        decoded = bench.engine.tokens_decoded
        await bench.chats.presets.put_back(kind)
        await bench.until(lambda: not bench._tasks)
        assert kept()
        assert bench.engine.tokens_decoded > decoded
        await bench.chats.presets.change(kind.id, "Kind", Setup("Be curt. " * 20))
        assert not kept()
        await bench.until(lambda: not bench._tasks)
        assert [set(ends) for ends in (await bench.store.presets.ends()).values()] != [ends]

    run(tmp_path, brief, test)


def test_budget_removes_it_last_but_for_open_chats(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.begin()
        await bench.chats.presets.add("Kind", KIND)
        await bench.until(lambda: not bench._tasks)
        [ends] = (await bench.store.presets.ends()).values()
        prepared = bench.segments.usage().used
        catalog = bench.segments._catalog
        for edge in list(catalog.tree(bench.segments.context)):  # nothing would be worth less
            catalog.change((bench.segments.context, edge.start, edge.end), lambda known: replace(known, seconds=1e-9))
        closed, shown = await bench.chat("What is a river? " * 40), await bench.chat("What is a brook? " * 40)
        await bench.chats.open(shown)
        await bench.idle()
        for chat in (closed, shown):
            bench.engine.leave(chat)
        await bench.chats.clean(bench.segments.usage().pinned + prepared)
        assert all(bench.segments.holds_node(NodeKey(end)) for end in ends), "chats that are closed went before it"
        assert bench.segments.usage().used == bench.segments.usage().pinned + prepared
        await bench.chats.clean(0)
        assert not any(bench.segments.holds_node(NodeKey(end)) for end in ends)
        assert bench.segments.usage().used == bench.segments.usage().pinned > 0

    run(tmp_path, brief, test)


def test_a_person_who_sends_does_not_wait_for_it(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.begin()
        chat = (await bench.store.create("New chat", date.today())).id
        await bench.chats.send(chat, "What is a river?")
        await bench.until(lambda: len(bench.shown()[chat][-1][1]) > 5)
        await bench.chats.presets.add("Kind", Setup(PROMPT * 4))
        before = len(bench.shown()[chat][-1][1])
        await bench.until(lambda: len(bench.shown()[chat][-1][1]) > before + 5)
        assert not await bench.store.presets.ends(), "the reply goes first"
        await bench.chats.stop(chat)
        await bench.until(lambda: not bench._tasks)
        assert await bench.store.presets.ends()

    run(tmp_path, endless, test)


def test_it_is_tried_again_once_there_is_room(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.begin()
        full = await bench.chat("What is a river? ")
        used, total = bench.chats.context(full)
        await bench.chats.send(full, "a " * ((most_tokens(total) - used - 100) // 2))
        await bench.idle()
        assert bench.chats.context(full)[0] > total - PROMPT_TOKENS
        await bench.chats.presets.add("Kind", KIND)
        await bench.until(lambda: not bench._tasks)
        assert not await bench.store.presets.ends(), "nobody leaves the context for it"
        await bench.chats.close(full)
        await bench.chat("Hello")
        await bench.until(lambda: not bench._tasks)
        assert await bench.store.presets.ends()

    run(tmp_path, TinyModel(name="small", context_length=1024, ends=1.6).write(tmp_path / "small.gguf"), test)


def test_it_is_left_where_idle_time_may_not_be_used(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        decoded = bench.engine.tokens_decoded
        await bench.chats.presets.add("Kind", KIND)
        await bench.until(lambda: not bench._tasks)
        assert bench.engine.tokens_decoded == decoded

    run(tmp_path, brief, test, ChatOptions(settles=lambda: False))
