"""How freely replies are written: at temperature 0 the seed changes nothing, whatever a reply begins with."""

from pathlib import Path

from desktop.conversations.message import ConversationId, Message
from desktop.conversations.setup import Sampling
from tests.chat.bench import Bench, run

LENGTH = 12  # tokens


async def reply_of(bench: Bench, chat: ConversationId) -> tuple[Message, tuple[int, ...]]:
    """Return a chat's last reply and the tokens that it begins with."""
    loaded = bench.engine.loaded
    assert loaded is not None
    reply = (await bench.store.path(chat))[-1]
    return reply, (await bench.store.reply_tokens([reply.id], loaded.source.vocabulary))[reply.id][:LENGTH]


async def written(bench: Bench, temperature: float | None) -> tuple[Message, tuple[int, ...]]:
    """Return the reply of a new chat that writes so freely."""
    chat = (await bench.store.create("New chat", bench.now.date())).id
    await bench.chats.setups.set_sampling(chat, Sampling(temperature))
    await bench.chats.send(chat, "What is a river?", most_tokens=LENGTH)
    await bench.idle(chat)
    return await reply_of(bench, chat)


def test_at_temperature_0_two_seeds_write_the_same(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        (one, ids), (other, other_ids) = await written(bench, 0.0), await written(bench, 0.0)
        assert one.seed != other.seed
        assert ids == other_ids
        usual, freely = await written(bench, None), await written(bench, 3.0)
        assert len({ids, usual[1], freely[1]}) == 3

    run(tmp_path, endless, test)


def test_a_reply_that_goes_on_keeps_to_its_chats_temperature(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        _, whole = await written(bench, 0.0)
        chat = (await bench.store.create("New chat", bench.now.date())).id
        await bench.chats.setups.set_sampling(chat, Sampling(0.0))
        await bench.chats.send(chat, "What is a river?", most_tokens=LENGTH // 2)
        await bench.idle(chat)
        await bench.chats.continue_reply(chat)
        await bench.until(lambda: len(bench.shown()[chat][-1][1]) > LENGTH)
        await bench.chats.stop(chat)
        assert (await reply_of(bench, chat))[1] == whole

    run(tmp_path, endless, test)


def test_ways_inherit_it_and_are_the_same_at_0(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        reply, whole = await written(bench, 0.0)
        [chat] = await bench.store.conversations()
        ways = await bench.chats.try_ways(chat.id, reply.id, 3)
        assert [way.sampling.temperature for way in ways] == [0.0] * 3
        await bench.until(lambda: all(len(bench.shown()[way.id][-1][1]) > LENGTH for way in ways))
        for way in ways:
            await bench.chats.stop(way.id)
        replies = [await reply_of(bench, way.id) for way in ways]
        assert len({way_reply.seed for way_reply, _ in replies}) == 3
        assert [ids for _, ids in replies] == [whole] * 3

    run(tmp_path, endless, test)
