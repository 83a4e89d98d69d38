from datetime import date

import pytest

from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.preset import (
    LONGEST_NAME,
    LongPresetNameError,
    NamelessPresetError,
    PresetId,
    PresetNameTakenError,
    UnknownPresetError,
    fitting_preset,
    preset_name,
)
from desktop.conversations.setup import Sampling, Setup
from desktop.conversations.store import ConversationStore
from tests.conversations.conftest import Run

KIND = Setup("Be kind.", Sampling(0.5, 0.9, 20, 0.1, 1.1, 7, 300), thinking=False)
CURT = Setup("Be curt.")
NOBODY = PresetId(99)


def test_presets_are_kept_by_their_names(store: ConversationStore, run: Run) -> None:
    async def scenario() -> None:
        kind, curt = await store.presets.add("kind", KIND), await store.presets.add("Curt", CURT)
        assert await store.presets.presets() == [curt, kind]
        assert (kind.name, kind.setup, kind.is_default) == ("kind", KIND, False)
        changed = await store.presets.change(kind.id, "KIND", CURT)
        assert (changed.name, changed.setup) == ("KIND", CURT), "its own name in another case"
        await store.presets.delete(curt.id)
        assert await store.presets.presets() == [changed]
        await store.presets.put_back(curt)
        assert await store.presets.presets() == [curt, changed]

    run(scenario())


def test_a_name_is_taken_whatever_its_case(store: ConversationStore, run: Run) -> None:
    async def scenario() -> None:
        one, other = await store.presets.add("Größe", KIND), await store.presets.add("Two", CURT)
        with pytest.raises(PresetNameTakenError, match="“Größe”"):
            await store.presets.add("GRÖSSE", CURT)
        with pytest.raises(PresetNameTakenError):
            await store.presets.change(other.id, "größe", CURT)
        await store.presets.delete(one.id)
        await store.presets.add("grösse", CURT)
        with pytest.raises(PresetNameTakenError):
            await store.presets.put_back(one)
        assert [preset.name for preset in await store.presets.presets()] == ["grösse", "Two"]

    run(scenario())


def test_names_that_nobody_could_see_or_menus_not_show() -> None:
    assert preset_name("  a \n b\u202e ") == "a b"
    for empty in ("", "  \n", "\u202e\u200b"):
        with pytest.raises(NamelessPresetError):
            preset_name(empty)
    assert preset_name("a" * LONGEST_NAME)
    with pytest.raises(LongPresetNameError, match=f"{LONGEST_NAME} characters"):
        preset_name("a" * (LONGEST_NAME + 1))


def test_one_preset_at_most_is_the_default(store: ConversationStore, run: Run) -> None:
    async def scenario() -> None:
        one, two = await store.presets.add("1", KIND), await store.presets.add("2", CURT)
        for chosen in (one.id, two.id, None, one.id):
            await store.presets.set_default(chosen)
            assert [preset.id for preset in await store.presets.presets() if preset.is_default] == ([chosen] if chosen else [])
        [default, _] = await store.presets.presets()
        await store.presets.delete(one.id)
        await store.presets.put_back(default)
        assert (await store.presets.presets())[0].is_default
        await store.presets.delete(one.id)
        await store.presets.set_default(two.id)
        await store.presets.put_back(default)
        assert [preset.is_default for preset in await store.presets.presets()] == [False, True], "the newer choice holds"

    run(scenario())


def test_what_is_gone_is_unknown(store: ConversationStore, run: Run) -> None:
    async def scenario() -> None:
        for command in (
            store.presets.change(NOBODY, "a", KIND),
            store.presets.set_default(NOBODY),
            store.presets.delete(NOBODY),
        ):
            with pytest.raises(UnknownPresetError):
                await command

    run(scenario())


def test_chats_keep_copies(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        kind = await store.presets.add("kind", KIND)
        given = await store.presets.set_up(chat.id, KIND, kind.id)
        assert (given.setup, given.preset_id) == (KIND, kind.id)
        await store.add_user_message(chat.id, "hello")
        head = (await store.conversation(chat.id)).head_id
        assert head is not None
        fork = await store.fork(chat.id, head, "Fork")
        assert (fork.setup, fork.preset_id) == (KIND, kind.id)
        await store.presets.change(kind.id, "kind", CURT)
        assert (await store.conversation(chat.id)).setup == KIND
        await store.presets.delete(kind.id)
        assert (await store.conversation(chat.id)).setup == KIND
        assert (await store.conversation(chat.id)).preset_id is None

    run(scenario())


def test_what_is_changed_by_hand_is_no_presets(store: ConversationStore, chat: Conversation, run: Run) -> None:
    async def scenario() -> None:
        kind = await store.presets.add("kind", KIND)

        async def is_given(chat_id: ConversationId) -> bool:
            await store.presets.set_up(chat_id, KIND, kind.id)
            return (await store.conversation(chat_id)).preset_id == kind.id

        for change in (
            lambda: store.presets.set_system_prompt(chat.id, "Be brief."),
            lambda: store.presets.set_sampling(chat.id, Sampling(1.0)),
            lambda: store.set_thinking(chat.id, True),
        ):
            assert await is_given(chat.id)
            assert (await change()).preset_id is None

    run(scenario())


def test_a_system_prompt_that_was_typed_makes_a_chat_more_than_empty(store: ConversationStore, run: Run) -> None:
    async def scenario() -> None:
        chat = await store.create("New chat", date(2025, 3, 1))
        assert await store.empty("New chat") == chat
        kind = await store.presets.add("kind", KIND)
        given = await store.presets.set_up(chat.id, KIND, kind.id)
        assert await store.empty("New chat") == given
        await store.presets.set_system_prompt(chat.id, "Mine.")
        assert await store.empty("New chat") is None

    run(scenario())


def test_nodes_of_presets_are_owned_until_their_prompt_changes(store: ConversationStore, run: Run) -> None:
    async def scenario() -> None:
        kind, curt = await store.presets.add("kind", KIND), await store.presets.add("curt", CURT)
        store.presets.save_node(kind.id, b"one", b"a")
        store.presets.save_node(kind.id, b"other", b"b")
        store.presets.save_node(curt.id, b"one", b"c")
        store.presets.save_node(NOBODY, b"one", b"d")
        assert await store.presets.ends() == await store.end_keys_by_context() == {b"one": {b"a", b"c"}, b"other": {b"b"}}
        await store.presets.change(kind.id, "Kinder", Setup(KIND.system_prompt, thinking=KIND.thinking))
        assert await store.presets.ends() == {b"one": {b"a", b"c"}, b"other": {b"b"}}, "its prompt is the same"
        await store.presets.change(kind.id, "Kinder", CURT)
        assert await store.presets.ends() == {b"one": {b"c"}}
        await store.presets.delete(curt.id)
        assert await store.end_keys_by_context() == {}

    run(scenario())


def test_which_presets_name_a_chat_shows(store: ConversationStore, run: Run) -> None:
    async def scenario() -> None:
        free = await store.presets.add("free", Setup("Be kind.", Sampling(1.5)))
        kind = await store.presets.add("kind", KIND)
        warm = await store.presets.add("warm", Setup("", Sampling(1.2)))
        presets = await store.presets.presets()
        assert fitting_preset(KIND, presets) == kind
        assert fitting_preset(Setup("Be kind.", Sampling(1.5), thinking=True), presets) == free
        assert fitting_preset(Setup("Be kind."), presets) == free, "the first with this prompt"
        assert fitting_preset(Setup("", Sampling(1.2)), presets) == warm
        assert fitting_preset(Setup(), presets) is None
        assert fitting_preset(CURT, presets) is None

    run(scenario())
