"""A chat goes on with the model that wrote it, or with the loaded one if the person says so; nothing switches by itself."""

from pathlib import Path

import pytest

from desktop.chat.events import Activity, ConversationChanged, ModelPhase, NotReady
from desktop.chat.other_model import OtherModel
from desktop.conversations.message import ConversationId
from desktop.inference.errors import ModelClosedError
from tests.chat.bench import Bench, run
from tests.tiny_models import Shape, TinyModel

LONG = "What is a river? " * 20


@pytest.fixture
def other(models: Path) -> Path:
    return TinyModel(name="other", ends=1.6, seed=7, shape=Shape(layers=2)).write(models / "other way.gguf")


def test_what_each_way_on_costs_is_told(tmp_path: Path, brief: Path, other: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG)
        assert await bench.chats.other_model(chat) is None
        await bench.load(other)
        told = await bench.chats.other_model(chat)
        assert told is not None
        assert (told.name, told.path, told.loaded_name, told.reading_seconds) == ("brief", brief, "other", 0.0), "its state is stored"
        assert told.load_seconds is not None
        assert 0 < told.load_seconds < 20
        assert told.loaded_reading_seconds is None, "how fast the other one reads is not known yet"
        await bench.chat("Where does it rain? " * 20)
        told = await bench.chats.other_model(chat)
        assert told is not None
        assert told.loaded_reading_seconds is not None
        assert 0 < told.loaded_reading_seconds < 20
        await bench.chats.clean()
        told = await bench.chats.other_model(chat)
        assert told is not None
        assert told.reading_seconds is not None
        assert told.reading_seconds > 0, "as long as its last reply's tokens take"
        await bench.chats.open(chat)
        await bench.idle()
        readiness = bench.chats.readiness(chat)
        assert isinstance(readiness, NotReady)
        told = await bench.chats.other_model(chat)
        assert told is not None
        assert told.loaded_reading_seconds == readiness.seconds

    run(tmp_path, brief, test)


def test_nothing_is_read_before_the_person_says_so(tmp_path: Path, brief: Path, other: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(LONG)
        await bench.chats.open(chat)
        await bench.chats.prepare(chat)
        await bench.idle()
        before = bench.engine.tokens_decoded
        await bench.load(other)
        await bench.chats.prepare(chat)
        await bench.idle()
        assert bench.engine.tokens_decoded == before
        await bench.chats.continue_with_loaded(chat)
        assert bench.of(ConversationChanged)[-1].conversation.model == "other"
        await bench.idle()
        assert await bench.chats.other_model(chat) is None
        assert bench.engine.tokens_decoded > before + 300, "they are writing"
        await bench.load(brief)
        told = await bench.chats.other_model(chat)
        assert told is not None
        assert told.name == "other", "which the person chose"

    run(tmp_path, brief, test)


def test_whoever_writes_goes_on(tmp_path: Path, brief: Path, other: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello")
        assert bench.of(ConversationChanged)[-1].conversation.model == "brief"
        await bench.load(other)
        await bench.chats.send(chat, "And?")
        await bench.idle()
        assert (await bench.store.path(chat))[-1].model == "other"
        assert bench.of(ConversationChanged)[-1].conversation.model == "other"
        assert await bench.chats.other_model(chat) is None

    run(tmp_path, brief, test)


def test_a_reply_that_waits_is_not_written_by_another_model(tmp_path: Path, brief: Path, other: Path) -> None:
    async def test(bench: Bench) -> None:
        chats = [await bench.chat("Hello"), await bench.chat("Hello")]
        await bench.engine.unload()
        for chat in chats:
            await bench.chats.send(chat, "And?")
        await bench.load(other)
        await bench.until(lambda: not bench._tasks)
        assert [bench.chats.activity(chat) for chat in chats] == [Activity.WAITING] * 2
        await bench.chats.continue_with_loaded(chats[0])
        await bench.idle(chats[0])
        await bench.load(brief)
        await bench.idle()
        assert [(await bench.store.path(chat))[-1].model for chat in chats] == ["other", "brief"]

    run(tmp_path, brief, test)


def test_a_model_of_the_same_name_is_no_other(tmp_path: Path, brief: Path, models: Path) -> None:
    twin = TinyModel(name="brief", ends=1.6, seed=9).write(models / "twin.gguf")

    async def test(bench: Bench) -> None:
        chat = await bench.chat("Hello")
        await bench.load(twin)
        assert await bench.chats.other_model(chat) is None

    run(tmp_path, brief, test)


def test_without_a_loaded_model_there_is_one_way(tmp_path: Path, models: Path) -> None:
    model = TinyModel(name="gone", ends=1.6).write(models / "gone.gguf")
    chats: list[ConversationId] = []

    async def write(bench: Bench) -> None:
        chats.append(await bench.chat("Hello"))

    async def look(bench: Bench) -> None:
        told = await bench.chats.other_model(chats[0])
        assert told is not None
        assert (told.path, told.reading_seconds, told.loaded_name, told.loaded_reading_seconds) == (model, 0.0, "", None)
        with pytest.raises(ModelClosedError):
            await bench.chats.continue_with_loaded(chats[0])
        model.unlink()
        await bench.chats.load_model(model)
        assert bench.chats.model.phase is ModelPhase.FAILED
        assert await bench.chats.other_model(chats[0]) == OtherModel("gone", None, None, None, "", None)
        await bench.chats.undo(chats[0])
        assert await bench.chats.other_model(chats[0]) is None, "there is nothing to go on with"

    run(tmp_path, model, write)
    run(tmp_path, None, look)
