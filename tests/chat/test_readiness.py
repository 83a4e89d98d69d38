import asyncio
from pathlib import Path

import pytest

from desktop.chat.events import NotReady, ReadyAtOnce, RereadReason
from desktop.chat.readiness import NodePlace, reading_speed, reread_reason
from desktop.conversations.kv_records import KvContext, SavedNode, TokenForm
from desktop.conversations.message import MessageId, ReplyStats
from tests.chat.bench import bench
from tests.tiny_models import Family, Shape, TinyModel

HERE = KvContext(b"here", b"model", "Model", {"file": "/models/a.gguf", "epoch": 2})
OTHER_SETTING = KvContext(b"setting", b"model", "Model", {"file": "/models/a.gguf", "epoch": 2, "cache_type": "q8_0"})
EARLIER = KvContext(b"earlier", b"model", "Model", {"file": "/models/a.gguf", "epoch": 1})
FIRST = KvContext(b"first", b"model", "Model", {"file": "/models/a.gguf"})
REPLACED_FILE = KvContext(b"replaced", b"another", "Model", {"file": "/models/a.gguf"})
OTHER_MODEL = KvContext(b"other", b"another", "Other", {"file": "/models/b.gguf"})
KNOWN = {context.key: context for context in (HERE, OTHER_SETTING, EARLIER, FIRST, REPLACED_FILE, OTHER_MODEL)}


def reason(*nodes: tuple[int, KvContext], place: NodePlace = NodePlace.REACHED) -> RereadReason:
    saved = [SavedNode(MessageId(message), context.key, b"node") for message, context in nodes]
    return reread_reason(saved, HERE, KNOWN, lambda key: place)


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([], RereadReason.FIRST_TIME),
        ([(1, OTHER_MODEL)], RereadReason.OTHER_MODEL),
        ([(1, REPLACED_FILE)], RereadReason.MODEL_FILE_CHANGED),
        ([(1, OTHER_SETTING)], RereadReason.SETTING_CHANGED),
        ([(1, EARLIER)], RereadReason.UPDATED),
        ([(1, FIRST)], RereadReason.UPDATED),
        ([(1, EARLIER), (1, OTHER_SETTING)], RereadReason.SETTING_CHANGED),
        ([(1, HERE), (2, OTHER_MODEL)], RereadReason.OTHER_MODEL),
        ([(1, OTHER_MODEL), (2, HERE)], RereadReason.FIRST_TIME),
        ([(2, OTHER_MODEL), (2, HERE)], RereadReason.FIRST_TIME),
    ],
)
def test_the_newest_node_tells_the_reason(nodes: list[tuple[int, KvContext]], expected: RereadReason) -> None:
    assert reason(*nodes) is expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (NodePlace.REACHED, RereadReason.FIRST_TIME),
        (NodePlace.CUT_OFF, RereadReason.REMOVED),
        (NodePlace.NOT_ENTERED, RereadReason.STATE_NOT_KEPT),
        (NodePlace.GONE, RereadReason.REMOVED),
        (NodePlace.REWRITTEN, RereadReason.FIRST_TIME),
        (NodePlace.ELSEWHERE, RereadReason.EARLIER_MESSAGE_CHANGED),
    ],
)
def test_a_node_of_this_context_tells_by_its_place(place: NodePlace, expected: RereadReason) -> None:
    assert reason((1, HERE), place=place) is expected


def test_a_context_that_nobody_knows_is_another_model() -> None:
    nodes = [SavedNode(MessageId(1), b"unknown", b"node")]
    assert reread_reason(nodes, HERE, KNOWN, lambda key: NodePlace.REACHED) is RereadReason.OTHER_MODEL


@pytest.mark.parametrize(
    ("longest", "expected"),
    [
        (None, 0.0),
        (ReplyStats(0, 400, 4.0, 1, 1.0), 100.0),
        (ReplyStats(0, 5, 0.001, 1, 1.0), 0.0),  # too few to tell
        (ReplyStats(0, 100, 0.0, 1, 1.0), 0.0),
    ],
)
def test_the_speed_is_what_the_longest_reading_tells(longest: ReplyStats | None, expected: float) -> None:
    assert reading_speed(longest) == expected


def test_where_no_state_was_kept_is_told(tmp_path: Path, models: Path) -> None:
    hybrid = TinyModel(name="hybrid", ends=1.6, family=Family.HYBRID, shape=Shape(width=256)).write(models / "hybrid.gguf")

    async def test() -> None:
        async with bench(tmp_path / "data", hybrid) as made:
            chat = await made.chat(*["What is a river and where does it go? " * 5] * 7)
            path = await made.store.path(chat)
            told = []
            for reply in path[-3::-2]:
                await made.chats.close(chat)
                await made.chats.rewind(chat, reply.id)
                await made.chats.open(chat)
                await made.idle()
                told.append(made.chats.readiness(chat))
            reasons = {readiness.reason for readiness in told if isinstance(readiness, NotReady)}
            assert reasons == {RereadReason.STATE_NOT_KEPT}
            assert any(isinstance(readiness, ReadyAtOnce) for readiness in told)

    asyncio.run(test())


@pytest.mark.parametrize(
    ("generated", "settled", "expected"),
    [
        (NodePlace.ELSEWHERE, NodePlace.REACHED, RereadReason.FIRST_TIME),
        (NodePlace.REWRITTEN, NodePlace.GONE, RereadReason.REMOVED),
        (NodePlace.ELSEWHERE, NodePlace.ELSEWHERE, RereadReason.EARLIER_MESSAGE_CHANGED),
        (NodePlace.GONE, NodePlace.NOT_ENTERED, RereadReason.STATE_NOT_KEPT),
    ],
)
def test_of_two_forms_that_one_tells_which_the_prompt_has(generated: NodePlace, settled: NodePlace, expected: RereadReason) -> None:
    places = {TokenForm.GENERATED: generated, TokenForm.SETTLED: settled}
    nodes = [SavedNode(MessageId(1), HERE.key, form.value.encode(), form) for form in TokenForm]
    assert reread_reason(nodes, HERE, KNOWN, lambda node: places[node.form]) is expected
