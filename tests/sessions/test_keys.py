from hypothesis import given
from hypothesis import strategies as st

from desktop.sessions.keys import KEY_BYTES, context_key, node_key
from desktop.sessions.tokens import common_length, token_ids

IDS = st.lists(st.integers(-(2**31), 2**31 - 1), max_size=40).map(token_ids)
FEW_IDS = st.lists(st.integers(0, 2), max_size=40).map(token_ids)


@given(IDS, IDS)
def test_a_node_is_named_by_all_ids_up_to_it_however_they_came_together(one, other):
    context = context_key(b"model")
    grown = one[:]
    grown.extend(other)
    assert node_key(context, grown) == node_key(context, one + other)
    assert len(node_key(context, grown)) == KEY_BYTES


@given(IDS, IDS)
def test_different_ids_lead_to_different_nodes(one, other):
    context = context_key(b"model")
    assert (node_key(context, one) == node_key(context, other)) == (one == other)


@given(IDS)
def test_models_share_no_node(ids):
    assert node_key(context_key(b"one"), ids) != node_key(context_key(b"other"), ids)


def test_everything_that_changes_the_numbers_changes_the_context_key(monkeypatch):
    keys = {context_key(b"model"), context_key(b"model", "k=f16"), context_key(b"model", "k=q8_0"), context_key(b"model", "k=f16", "v=f16")}
    keys.add(context_key(b"other model", "k=f16"))
    monkeypatch.setattr("desktop.sessions.keys.KV_EPOCH", 2)
    keys.add(context_key(b"model", "k=f16"))
    assert len(keys) == 6


def test_settings_are_not_run_together():
    assert context_key(b"model", "k=f1", "v=6") != context_key(b"model", "k=f", "1v=6")


def test_a_context_key_is_the_same_in_every_process():
    # Computed once. If this changes, every chat that people have is read again; KV_EPOCH is the way to ask for that.
    assert context_key(b"model", "k=f16").hex() == "79633985aa7983dbed75eb0b036c375a"
    assert node_key(context_key(b"model", "k=f16"), token_ids([1, 2, 3])).hex() == "646d7e88e71690cf10f4b9569f554219"


@given(FEW_IDS, FEW_IDS)
def test_the_common_length_is_that_of_a_comparison_one_by_one(one, other):
    expected = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    assert common_length(one, other) == expected


@given(FEW_IDS, st.integers(0, 40))
def test_a_path_has_all_of_its_beginning_in_common_with_it(ids, length):
    assert common_length(ids, ids[:length]) == min(length, len(ids))
