import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.system import json_list
from desktop.system.json_list import BrokenListError, Item, objects

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(['"', "\\", '\\"', "[{", "}", "\\\\"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
LISTS = st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=3), max_size=4)


@pytest.fixture(params=[1, 2, 7, 1 << 18])
def piece(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Bytes that are read at once."""
    monkeypatch.setattr(json_list, "PIECE", request.param)
    return int(request.param)


def read(content: bytes, most_bytes: int = 1 << 20, most_depth: int = 100) -> list[Item]:
    return list(objects(io.BytesIO(content), most_bytes, most_depth))


def small_pieces(content: bytes, size: int) -> list[Item]:
    class Pipe(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            return super().read(size)

    return list(objects(Pipe(content), 1 << 20, 100))


@given(LISTS, st.booleans(), st.sampled_from([None, 1]), st.integers(1, 9))
def test_what_json_writes_is_read_however_it_is_cut(values: list[object], ascii_only: bool, indent: int | None, size: int) -> None:
    content = json.dumps(values, ensure_ascii=ascii_only, indent=indent).encode(errors="replace")
    found = small_pieces(content, size)
    assert [json.loads(item.content or b"") for item in found] == json.loads(content)
    assert [item.number for item in found] == list(range(1, len(values) + 1))


@given(LISTS, st.data())
def test_a_text_that_is_cut_anywhere_is_refused(values: list[object], data: st.DataObject) -> None:
    content = json.dumps(values).encode()
    with pytest.raises(BrokenListError):
        small_pieces(content[: data.draw(st.integers(0, len(content) - 1))], 3)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is cut short"),
        (b" \n ", "it is cut short"),
        (b"{}", "it is no list"),
        (b"7", "it is no list"),
        ("[]".encode("utf-16"), "it is no list"),
        (b"[7]", "entry 1 is no object"),
        (b"[" * 100_000, "entry 1 is no object"),
        (b"[{},]", "entry 2 is no object"),
        (b"[{} {}]", "a comma is missing after entry 1"),
        (b"[{}]]", "something follows its end"),
        (b"[{}] x", "something follows its end"),
        (b'[{}, {"a": "', "it is cut short in entry 2"),
        (b'[{"a": "\\', "it is cut short in entry 1"),
        (b'[{"a":' * 100_000, "it is cut short in entry 1"),
    ],
)
def test_what_is_no_list_of_objects_says_what_and_where(piece: int, content: bytes, why: str) -> None:
    with pytest.raises(BrokenListError, match=f"^{why}$"):
        read(content)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert [item.content for item in read(b'\xef\xbb\xbf[{"a": 1}]')] == [b'{"a": 1}']


def test_what_is_too_large_is_passed_over_and_what_follows_is_read(piece: int) -> None:
    first, second, third = read(b'[{"a": 1}, {"a": "' + b"x" * 5000 + b'"}, {"a": 3}]', most_bytes=1000)
    assert (first.content, third.content) == (b'{"a": 1}', b'{"a": 3}')
    assert (second.content, second.why) == (None, "it is larger than 0 MiB")


def test_what_is_too_deep_is_passed_over_and_what_follows_is_read(piece: int) -> None:
    deep = b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    first, second = read(b"[" + deep + b', {"a": [[]]}]', most_depth=3)
    assert (first.content, first.why) == (None, "it is nested too deeply")
    assert second.content == b'{"a": [[]]}'
