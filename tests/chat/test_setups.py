"""System prompts and sampling of chats, on the real engine."""

from pathlib import Path

from desktop.chat.events import NotReady, ReadyAtOnce, RereadReason
from desktop.conversations.message import ConversationId, Status
from desktop.conversations.setup import Sampling, Setup
from tests.chat.bench import Bench, run

TEXT = "A river is a stream of water that goes to the sea. " * 12


async def reply_ids(bench: Bench, chat: ConversationId) -> tuple[int, ...]:
    loaded = bench.engine.loaded
    assert loaded is not None
    reply = (await bench.store.path(chat))[-1]
    return (await bench.store.reply_tokens([reply.id], loaded.source.vocabulary))[reply.id]


async def written(bench: Bench, sampling: Sampling, tokens: int = 12) -> tuple[int, ...]:
    """Return the first reply of a new chat that writes so."""
    chat = (await bench.store.create("New chat", bench.now.date())).id
    await bench.chats.setups.set_sampling(chat, sampling)
    await bench.chats.send(chat, "What is a river?", most_tokens=tokens)
    await bench.idle(chat)
    return (await reply_ids(bench, chat))[:tokens]


def test_each_setting_reaches_the_reply(tmp_path: Path, endless: Path) -> None:
    free = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "seed": 7}

    async def test(bench: Bench) -> None:
        greedy = await written(bench, Sampling(0.0))
        usual = await written(bench, Sampling(**free))
        assert usual == await written(bench, Sampling(**free)), "the seed is the same"
        assert usual != greedy
        assert usual != await written(bench, Sampling(**{**free, "seed": 8}))
        for narrow in ({"temperature": 0.0}, {"top_k": 1}, {"top_p": 0.0}, {"min_p": 1.0}):
            assert await written(bench, Sampling(**{**free, **narrow})) == greedy, narrow
        strict = await written(bench, Sampling(0.0, repeat_penalty=100.0))
        assert len(set(strict)) == len(strict)
        assert strict != greedy

    run(tmp_path, endless, test)


def test_a_reply_ends_at_its_chats_limit_and_can_go_on(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.store.create("New chat", bench.now.date())).id
        await bench.chats.setups.set_sampling(chat, Sampling(most_tokens=5))
        await bench.chats.send(chat, "What is a river?")
        await bench.idle(chat)
        reply = (await bench.store.path(chat))[-1]
        begun = len(await reply_ids(bench, chat))
        assert reply.status is Status.CUT
        assert 0 < begun <= 5, "of a character that is not whole, nothing is kept"
        await bench.chats.continue_reply(chat)
        await bench.idle(chat)
        assert begun < len(await reply_ids(bench, chat)) <= 10
        await bench.chats.send(chat, "And a brook?", most_tokens=3)
        await bench.idle(chat)
        assert len(await reply_ids(bench, chat)) <= 3, "whoever asks for less gets that"

    run(tmp_path, endless, test)


def test_versions_differ_with_a_fixed_seed_and_are_the_same_each_time(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        found = []
        for _ in range(2):
            chat = (await bench.store.create("New chat", bench.now.date())).id
            await bench.chats.setups.set_sampling(chat, Sampling(2.0, seed=7, most_tokens=12))
            await bench.chats.send(chat, "What is a river?")
            await bench.idle(chat)
            first = await reply_ids(bench, chat)
            await bench.chats.regenerate(chat, (await bench.store.path(chat))[-1].id)
            await bench.idle(chat)
            found.append((first, await reply_ids(bench, chat)))
        assert found[0] == found[1]
        assert found[0][0] != found[0][1]

    run(tmp_path, endless, test)


def test_forks_write_as_their_chat_does(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat("What is a river?")
        sampling = Sampling(0.3, 0.8, 30, 0.1, 1.2, 7, 400)
        await bench.chats.setups.give(chat, Setup("Be kind.", sampling), None)
        path = await bench.store.path(chat)
        fork = await bench.chats.fork(chat, path[-1].id)
        assert fork.setup == Setup("Be kind.", sampling)

    run(tmp_path, brief, test)


def test_another_system_prompt_is_read_from_the_beginning_and_says_so(tmp_path: Path, brief: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = await bench.chat(TEXT, TEXT)
        await bench.chats.open(chat)
        await bench.idle()
        decoded = bench.engine.tokens_decoded
        cost = await bench.chats.setups.cost(chat, Setup("Be kind."))
        assert cost is not None
        assert cost.unread > len(TEXT)
        assert 0 < cost.tokens < 20
        await bench.chats.setups.set_system_prompt(chat, "Be kind.")
        await bench.idle()
        line = bench.chats.readiness(chat)
        assert isinstance(line, NotReady)
        assert (line.reason, line.tokens) == (RereadReason.PROMPT_CHANGED, cost.unread)
        assert bench.engine.tokens_decoded == decoded, "nothing is read before the person writes"
        await bench.chats.setups.set_system_prompt(chat, "")
        await bench.idle()
        assert isinstance(bench.chats.readiness(chat), ReadyAtOnce), "taken back, it costs nothing"
        back = await bench.chats.setups.cost(chat, Setup())
        assert back is not None
        assert (back.tokens, back.unread) == (0, 0)

    run(tmp_path, brief, test)


def test_what_writes_goes_on_as_it_began(tmp_path: Path, endless: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.store.create("New chat", bench.now.date())).id
        await bench.chats.send(chat, "What is a river?")
        await bench.until(lambda: len(bench.shown()[chat][-1][1]) > 5)
        await bench.chats.setups.set_system_prompt(chat, "Be kind.")
        await bench.chats.setups.set_sampling(chat, Sampling(most_tokens=1))
        before = len(bench.shown()[chat][-1][1])
        await bench.until(lambda: len(bench.shown()[chat][-1][1]) > before)
        await bench.chats.stop(chat)
        assert (await bench.store.conversation(chat)).setup == Setup("Be kind.", Sampling(most_tokens=1))
        assert (await bench.store.path(chat))[-1].status is Status.STOPPED

    run(tmp_path, endless, test)


def test_without_a_model_no_cost_is_known(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        chat = (await bench.store.create("New chat", bench.now.date())).id
        assert await bench.chats.setups.cost(chat, Setup("Be kind.")) is None

    run(tmp_path, None, test)
