"""The guide answers where no model was chosen, and gives way to any other, on the real engine."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.chat.chat_options import ChatOptions
from desktop.chat.context_choice import LoadSettings
from desktop.chat.events import Activity, ModelPhase
from desktop.chat.examining import Examining
from desktop.chat.load_checks import LoadChecks
from desktop.chat.load_guard import LoadGuard
from desktop.conversations.message import Status
from desktop.conversations.setup import Sampling
from desktop.inference.errors import ModelLoadError
from desktop.inference.job import Job
from desktop.inference.sampling import SamplerSettings
from desktop.models.gguf import ModelFileError
from desktop.models.guide import LONGEST_REPLY, Guide
from tests.chat.bench import Bench, run
from tests.made_guide import made_guide

GONE = "gone is not where it was, so the guide is here."


class Setting:
    """Whether the person wants the guide."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.is_on = True

    def options(self) -> ChatOptions:
        return ChatOptions(names_chats=lambda: True, checks=LoadChecks(Examining(None), guide=lambda: self.guide if self.is_on else None))


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(made_guide(tmp_path / "guide"))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.chat.title_making.later", lambda act: act())


def jobs_of(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Return the list to which all replies that begin are added."""
    begun: list[Job] = []
    start = bench.engine.start

    def noting(*jobs: Job) -> None:
        begun.extend(job for job in jobs if job.purpose.name == "WRITE")
        start(*jobs)

    monkeypatch.setattr(bench.engine, "start", noting)
    return begun


@pytest.mark.tries_models
def test_it_is_loaded_where_nothing_was_chosen_without_being_tried(
    tmp_path: Path, setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_examining: Examining, _file: object) -> None:
        pytest.fail("it was tried")

    monkeypatch.setattr(Examining, "_ask", fail)

    async def test(bench: Bench) -> None:
        bench.chats.loading.expect_guide()
        assert (bench.chats.model.phase, bench.chats.model.is_guide) == (ModelPhase.LOADING, True), "before anything was looked at"
        await bench.chats.load_last_model(None)
        model = bench.chats.model
        assert (model.phase, model.name, model.is_guide, model.path) == (ModelPhase.READY, "Guide (built in)", True, setting.guide.path)
        chat = await bench.chat("Hello")
        assert (await bench.store.conversation(chat)).model == "Guide"
        assert not bench.notices()

    run(tmp_path, None, test, setting.options())


def test_it_is_loaded_where_the_chosen_one_is_gone_and_that_is_told(tmp_path: Path, setting: Setting, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(tmp_path / "gone.gguf")
        assert bench.chats.model.is_guide
        [told] = bench.notices()
        assert told.startswith(GONE)

    run(tmp_path, None, test, setting.options())


def test_whoever_chose_a_model_gets_that(tmp_path: Path, setting: Setting, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(brief)
        assert (bench.chats.model.name, bench.chats.model.is_guide) == ("brief", False)
        await bench.chats.loading.follow_guide()
        assert bench.chats.model.name == "brief"

    run(tmp_path, None, test, setting.options())


def test_no_memory_is_too_little_for_it(tmp_path: Path, setting: Setting) -> None:
    async def test(bench: Bench) -> None:
        bench.chats.fits.free_memory = lambda: 1
        await bench.chats.load_last_model(None)
        assert bench.chats.model.phase is ModelPhase.READY

    run(tmp_path, None, test, setting.options())


def test_damaged_it_leaves_things_as_without_it(tmp_path: Path, setting: Setting, expect_log: Callable[[str], None]) -> None:
    expect_log("no guide: ")
    setting.guide.path.write_bytes(setting.guide.path.read_bytes()[:-1])

    async def test(bench: Bench) -> None:
        bench.chats.loading.expect_guide()
        await bench.chats.load_last_model(None)
        assert bench.chats.model.phase is ModelPhase.NONE
        await bench.chats.load_last_model(tmp_path / "gone.gguf")
        assert bench.chats.model.phase is ModelPhase.FAILED
        assert not bench.notices()
        await bench.chats.load_model(setting.guide.path)
        assert not bench.chats.model.is_guide, "it is a file as any other"

    run(tmp_path, None, test, setting.options())


def test_where_it_cannot_be_loaded_things_are_as_without_it(tmp_path: Path, setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_arguments: object) -> None:
        raise ModelLoadError("guide.gguf", "")

    async def test(bench: Bench) -> None:
        monkeypatch.setattr(bench.engine, "load", fail)
        bench.chats.loading.expect_guide()
        await bench.chats.load_last_model(None)
        assert bench.chats.model.phase is ModelPhase.NONE, "so that the window offers a model"
        [told] = bench.notices()
        assert "guide.gguf" in told

    run(tmp_path, None, test, setting.options())


def test_one_that_ended_a_process_is_not_loaded_by_itself_again(tmp_path: Path, setting: Setting) -> None:
    left = tmp_path / "loading.json"
    left.write_text(json.dumps({"loading": str(setting.guide.path)}))

    async def test(bench: Bench) -> None:
        bench.chats.loading.expect_guide()
        await bench.chats.load_last_model(None)
        assert bench.chats.model.phase is ModelPhase.NONE
        [told] = bench.notices()
        assert told.startswith("Rivulet ended while guide was loading")
        await bench.load(setting.guide.path)
        assert bench.chats.model.is_guide, "who clicks tries it again"

    options = setting.options()
    run(tmp_path, None, test, replace(options, checks=replace(options.checks, guard=LoadGuard(left))))


def test_left_out_it_goes_at_once_and_comes_back(tmp_path: Path, setting: Setting) -> None:
    async def test(bench: Bench) -> None:
        setting.is_on = False
        await bench.chats.load_last_model(None)
        assert bench.chats.model.phase is ModelPhase.NONE
        setting.is_on = True
        await bench.chats.loading.follow_guide()
        assert bench.chats.model.phase is ModelPhase.READY
        chat = await bench.chat("Hello")
        setting.is_on = False
        await bench.chats.loading.follow_guide()
        assert (bench.chats.model.phase, bench.engine.loaded) == (ModelPhase.NONE, None)
        await bench.chats.send(chat, "Are you there?")
        assert bench.chats.activity(chat) is Activity.WAITING
        setting.is_on = True
        await bench.chats.loading.follow_guide()
        await bench.idle(chat)
        assert len(await bench.store.path(chat)) == 4

    run(tmp_path, None, test, setting.options())


def test_turned_off_and_on_at_once_it_is_there(tmp_path: Path, setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(None)
        unload = bench.engine.unload

        async def turned_on() -> None:
            setting.is_on = True
            bench.spawn(bench.chats.loading.follow_guide())
            await asyncio.sleep(0.2)
            await unload()

        monkeypatch.setattr(bench.engine, "unload", turned_on)
        setting.is_on = False
        await bench.chats.loading.follow_guide()
        await bench.idle()
        assert (bench.chats.model.phase, bench.chats.model.is_guide) == (ModelPhase.READY, True)

    run(tmp_path, None, test, setting.options())


def test_left_out_while_another_is_tried_it_goes_though_that_is_refused(
    tmp_path: Path, setting: Setting, brief: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(None)

        async def refuse(_examining: Examining, _file: object) -> bool:
            setting.is_on = False
            bench.spawn(bench.chats.loading.follow_guide())
            await asyncio.sleep(0.2)
            raise ModelFileError("It is no good.")

        monkeypatch.setattr(Examining, "examine", refuse)
        await bench.chats.load_model(brief)
        await bench.idle()
        assert (bench.chats.model.phase, bench.engine.loaded) == (ModelPhase.NONE, None)

    run(tmp_path, None, test, setting.options())


def test_any_model_goes_on_with_its_chats_unasked(tmp_path: Path, setting: Setting, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(None)
        chat = await bench.chat("Hello")
        await bench.load(brief)
        assert await bench.chats.other_model(chat) is None
        await bench.chats.open(chat)
        await bench.idle(chat)
        before = bench.engine.tokens_decoded
        await bench.chats.prepare(chat)
        await bench.idle(chat)
        assert bench.engine.tokens_decoded > before, "it was read when the person began to write"
        await bench.chats.send(chat, "And now?")
        await bench.idle(chat)
        assert [message.model for message in await bench.store.path(chat)][1::2] == ["Guide", "brief"]
        await bench.chats.load_model(setting.guide.path)
        told = await bench.chats.other_model(chat)
        assert told is not None, "nobody wants the guide in a chat with a model"
        assert (told.name, told.path, told.loaded_name, told.is_guide_loaded) == ("brief", brief, "Guide (built in)", True)

    run(tmp_path, None, test, replace(setting.options(), names_chats=lambda: False))


def test_what_waits_for_a_model_is_answered_by_the_one_that_comes(tmp_path: Path, setting: Setting, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(None)
        chat = await bench.chat("Hello")
        setting.is_on = False
        await bench.chats.loading.follow_guide()
        await bench.chats.send(chat, "Are you there?")
        await bench.load(brief)
        await bench.idle(chat)
        assert (await bench.store.path(chat))[-1].model == "brief"

    run(tmp_path, None, test, replace(setting.options(), names_chats=lambda: False))


def test_it_writes_as_its_file_says_and_no_longer_than_it_may(tmp_path: Path, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = Setting(made_guide(tmp_path / "guide", ends=0.0))

    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(None)
        jobs = jobs_of(bench, monkeypatch)
        chat = await bench.chat("Hello")
        reply = (await bench.store.path(chat))[-1]
        assert reply.status is Status.CUT
        assert reply.stats is not None
        assert reply.stats.tokens_written == LONGEST_REPLY
        assert jobs[-1].sampling == SamplerSettings(temperature=0)
        assert (bench.chats.setups.usual.temperature, bench.chats.setups.usual.most_tokens) == (0, LONGEST_REPLY)
        await bench.chats.regenerate(chat, reply.id)
        await bench.idle(chat)
        assert (await bench.store.path(chat))[-1].text == reply.text, "the likeliest words are the same again"
        await bench.chats.setups.set_sampling(chat, Sampling(temperature=1.5, most_tokens=7))
        await bench.chats.send(chat, "Again")
        await bench.idle(chat)
        assert (jobs[-1].sampling.temperature, jobs[-1].most_tokens) == (1.5, 7), "what the person chose comes first"
        await bench.load(brief)
        assert (bench.chats.setups.usual.temperature, bench.chats.setups.usual.most_tokens) == (SamplerSettings().temperature, None)
        await bench.chat("Hello")
        assert (jobs[-1].sampling, jobs[-1].most_tokens) == (SamplerSettings(), 0)

    run(tmp_path, None, test, replace(setting.options(), names_chats=lambda: False))


def test_neither_titles_nor_summaries_are_asked_of_it(tmp_path: Path, setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(None)
        jobs = jobs_of(bench, monkeypatch)
        chat = await bench.chat("Hello", "And now?", "And then?")
        assert [job.owner for job in jobs] == [chat] * 3, "no title was written beside"
        ways = await bench.chats.room.ways(chat)
        assert ways is not None
        assert ways.leave_out is not None
        assert ways.summary is None

    run(tmp_path, None, test, setting.options())


def test_nor_while_another_model_is_tried(tmp_path: Path, setting: Setting, brief: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = asyncio.Event()

    async def examine(_examining: Examining, _file: object) -> bool:
        await tried.wait()
        return True

    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(None)
        monkeypatch.setattr(Examining, "examine", examine)
        loading = asyncio.ensure_future(bench.chats.load_model(brief))
        await bench.until(lambda: bench.chats.model.name == "brief")
        jobs = jobs_of(bench, monkeypatch)
        chat = await bench.chat("Hello", "And now?", "And then?")
        assert [job.owner for job in jobs] == [chat] * 3, "the guide answered"
        ways = await bench.chats.room.ways(chat)
        assert ways is not None
        assert ways.summary is None
        tried.set()
        await loading
        await bench.idle()

    run(tmp_path, None, test, setting.options())


def test_it_is_unloaded_and_comes_back_as_any_model(tmp_path: Path, setting: Setting) -> None:
    async def test(bench: Bench) -> None:
        await bench.chats.load_last_model(None)
        chat = await bench.chat("Hello")
        await bench.chats.loading.unload()
        assert (bench.chats.model.phase, bench.chats.model.is_guide) == (ModelPhase.UNLOADED, True)
        await bench.chats.send(chat, "And now?")
        await bench.idle(chat)
        assert bench.chats.model.is_guide
        assert len(await bench.store.path(chat)) == 4

    run(tmp_path, None, test, replace(setting.options(), loading=LoadSettings))
