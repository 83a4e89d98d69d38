"""A model file is read by us before llama.cpp sees it: either it is one, whole, or there is a sentence."""

import os
import shutil
import struct
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import gguf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.models.gguf import ModelFile, ModelFileError, read_model_file
from desktop.models.gguf_reader import LONGEST_NAME, LONGEST_STRING, MOST_ARRAY_ITEMS, MOST_KEYS, MOST_TENSORS
from desktop.models.tensor_types import BLOCKS, tensor_bytes
from tests.models.headers import ARRAY, BOOL, Q8_0, STRING, UINT8, UINT32, Header, array, key, string, tensor
from tests.tiny_models import Family, Shape, TinyModel

SMALL = TinyModel(shape=Shape(layers=1, width=32, heads=1, kv_heads=1, head=32, feed_forward=32))  # 100 kB
MEMORY = 64 << 20  # bytes
NOBODY = 65534  # user id
PADDING = 40  # bytes; more than lie between header and data, which nobody reads, and than a patch has


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model file small enough to be written again for every byte of it. Not to be written to."""
    return SMALL.write(tmp_path_factory.mktemp("models") / "small.gguf")


@pytest.fixture(scope="module")
def small_model_file(small_model: Path) -> ModelFile:
    return read_model_file(small_model)


@pytest.fixture(scope="module")
def small_model_header(small_model: Path) -> int:
    """Return how many bytes the header has."""
    return header_bytes(small_model)


def header_bytes(path: Path) -> int:
    return int(gguf.GGUFReader(path).data_offset)


def refuses(path: Path, why: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError) as caught:
            read_model_file(path)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    assert caught.value.sentence.startswith(f"{path.name} {why}")
    assert "Your chats are kept" in caught.value.sentence


def test_what_a_model_says_of_itself(tiny_model):
    file = read_model_file(tiny_model)
    assert (file.path, file.name, file.architecture, file.size) == (tiny_model, "tiny llama", "llama", tiny_model.stat().st_size)
    assert len(file.identity) == 16


@pytest.mark.parametrize("family", Family)
def test_every_family_is_read(tmp_path, family):
    assert read_model_file(TinyModel(family=family).write(tmp_path / "model.gguf")).architecture == family


@pytest.mark.parametrize("kind", [kind for kind in gguf.GGMLQuantizationType if kind in BLOCKS], ids=lambda kind: kind.name)
def test_the_end_of_the_data_is_known_for_every_type(tmp_path, kind):
    in_block, block_bytes = BLOCKS[kind]
    shape = (2 * in_block, 3)
    header = Header(tensors=[tensor(shape=shape, kind=kind)], data=bytes(6 * block_bytes))
    assert read_model_file(header.write(tmp_path / "whole.gguf")).size
    refuses(replace(header, data=header.data[:-1]).write(tmp_path / "cut.gguf"), "is cut short")


def test_a_file_of_a_type_that_is_not_known_must_reach_where_it_begins(tmp_path):
    header = Header(tensors=[tensor("one", (32,)), tensor("two", (32,), kind=99, offset=128)], data=bytes(129))
    assert read_model_file(header.write(tmp_path / "whole.gguf")).size
    refuses(replace(header, data=bytes(128)).write(tmp_path / "cut.gguf"), "is cut short")


def test_the_block_sizes_are_those_of_the_gguf_package():
    theirs = {int(kind): size for kind, size in gguf.constants.GGML_QUANT_SIZES.items()}
    common = BLOCKS.keys() & theirs.keys()
    assert len(common) >= 30
    assert {kind: BLOCKS[kind] for kind in common} == {kind: theirs[kind] for kind in common}


@pytest.mark.parametrize("shape", [(0,), (32, 0), (1 << 32, 1 << 31), (33,), ()])
def test_a_tensor_that_cannot_be_has_no_size(shape):
    with pytest.raises(ValueError, match=r"elements|blocks"):
        tensor_bytes(Q8_0, shape)


def test_the_model_is_told_by_its_file_where_it_has_no_name(tmp_path):
    file = read_model_file(Header().write(tmp_path / "Some model.gguf"))
    assert (file.name, file.architecture) == ("Some model", "")


def test_a_name_is_one_short_line(tmp_path):
    name = "A\n model\0 \u202e" + "x" * 1000
    file = read_model_file(Header(keys=[key("general.name", STRING, string(name))]).write(tmp_path / "m.gguf"))
    assert file.name.startswith("A model xxx")
    assert len(file.name) <= LONGEST_NAME


def test_a_name_that_is_no_text_is_none(tmp_path):
    keys = [key("general.name", UINT32, struct.pack("<I", 7)), key("general.architecture", STRING, string(b"\xff\xfe"))]
    file = read_model_file(Header(keys=keys).write(tmp_path / "m.gguf"))
    assert file.name == "m"
    assert file.architecture


def test_a_missing_file_is_told(tmp_path):
    refuses(tmp_path / "gone.gguf", "is not there any more")


def test_an_empty_file_is_told(tmp_path):
    (tmp_path / "empty.gguf").touch()
    refuses(tmp_path / "empty.gguf", "is empty")


def test_a_folder_is_told(tmp_path):
    (tmp_path / "folder.gguf").mkdir()
    refuses(tmp_path / "folder.gguf", "is not a file")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.gguf")
    refuses(tmp_path / "pipe.gguf", "is not a file")


def test_a_file_that_cannot_be_opened_is_told(tmp_path):
    (tmp_path / "loop.gguf").symlink_to(tmp_path / "loop.gguf")
    refuses(tmp_path / "loop.gguf", "cannot be read (Too many levels of symbolic links)")


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs POSIX permissions")
def test_a_file_that_may_not_be_read_is_told(tmp_path, small_model):
    path = Path(shutil.copy(small_model, tmp_path / "mine.gguf"))
    path.chmod(0)
    person = os.geteuid()
    if person == 0:  # who may read everything
        os.seteuid(NOBODY)
    try:
        refuses(path, "cannot be read (Permission denied)")
    finally:
        os.seteuid(person)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n" + bytes(5000), b"GGU", b"gguf" + bytes(100), bytes(4), b"G"])
def test_what_is_no_model_is_told(tmp_path, data):
    (tmp_path / "other.gguf").write_bytes(data)
    refuses(tmp_path / "other.gguf", "is not a GGUF model" if len(data) >= 4 else "is cut short")


@pytest.mark.parametrize("version", [0, 1, 4, 99])
def test_a_version_that_is_not_known_is_named(tmp_path, version):
    refuses(Header(version=version).write(tmp_path / "m.gguf"), f"is a GGUF of version {version}")


def test_version_2_is_read(tmp_path):
    assert read_model_file(Header(version=2).write(tmp_path / "m.gguf")).size


def test_a_model_for_other_machines_is_told(tmp_path):
    refuses(Header(order=">").write(tmp_path / "m.gguf"), "was made for machines of another byte order")


def cut_to(path: Path, whole: Path, lengths: Callable[[], range]) -> None:
    shutil.copy(whole, path)
    for length in reversed(lengths()):
        os.truncate(path, length)
        with pytest.raises(ModelFileError, match=r"is cut short|is empty"):
            read_model_file(path)


def test_a_file_cut_at_any_hundredth_is_told(tmp_path, tiny_model):
    size = tiny_model.stat().st_size
    cut_to(tmp_path / "cut.gguf", tiny_model, lambda: range(0, size, size // 100))


def test_a_file_cut_anywhere_at_its_begin_or_end_is_told(tmp_path, small_model):
    size = small_model.stat().st_size
    cut_to(tmp_path / "cut.gguf", small_model, lambda: range(size - 300, size))
    cut_to(tmp_path / "cut.gguf", small_model, lambda: range(512))


LARGE = 1 << 62
DAMAGED = {
    "no tensors": Header(tensors=[]),
    "too many tensors": Header(counts=(MOST_TENSORS + 1, 0)),
    "most tensors there can be": Header(counts=(2**64 - 1, 0)),
    "most keys there can be": Header(counts=(1, 2**64 - 1)),
    "too many keys": Header(counts=(1, MOST_KEYS + 1)),
    "a key twice": Header(keys=[key("a", UINT8, b"1"), key("a", UINT8, b"2")]),
    "alignment twice": Header(keys=[key("general.alignment", UINT32, struct.pack("<I", n)) for n in (32, 64)]),
    "a tensor twice": Header(tensors=[tensor(), tensor()]),
    "a long key": Header(keys=[key("k" * (LONGEST_NAME + 1), UINT8, b"1")]),
    "a kind that is not known": Header(keys=[key("a", 13, b"")]),
    "the largest kind": Header(keys=[key("a", 2**32 - 1, b"")]),
    "an array of arrays": Header(keys=[key("a", ARRAY, array(ARRAY, 1, array(UINT8, 1, b"1")))]),
    "an array of a kind that is not known": Header(keys=[key("a", ARRAY, array(99, 1, b"1"))]),
    "an array of too many": Header(keys=[key("a", ARRAY, array(UINT8, MOST_ARRAY_ITEMS + 1))]),
    "an array of most": Header(keys=[key("a", ARRAY, array(STRING, 2**64 - 1))]),
    "a string of most": Header(keys=[key("a", STRING, struct.pack("<Q", 2**64 - 1))]),
    "alignment 0": Header(keys=[key("general.alignment", UINT32, struct.pack("<I", 0))]),
    "alignment 48": Header(keys=[key("general.alignment", UINT32, struct.pack("<I", 48))]),
    "a large alignment": Header(keys=[key("general.alignment", UINT32, struct.pack("<I", 1 << 31))]),
    "alignment of another kind": Header(keys=[key("general.alignment", UINT8, b"\x20")]),
    "alignment true": Header(keys=[key("general.alignment", BOOL, b"\x01")]),
    "alignment as an array": Header(keys=[key("general.alignment", ARRAY, array(UINT32, 1, bytes(4)))]),
    "too many dimensions": Header(tensors=[tensor(shape=(1, 1, 1, 1, 1))]),
    "a dimension of 0": Header(tensors=[tensor(shape=(8, 0))]),
    "dimensions that overflow to 0": Header(tensors=[tensor(shape=(1 << 32, 1 << 32))]),
    "dimensions that overflow to 8": Header(tensors=[tensor(shape=((1 << 61) + 1, 8))]),
    "half a block": Header(tensors=[tensor(shape=(48,), kind=Q8_0)], data=bytes(100)),
}
CUT = {
    "an array longer than the file": Header(keys=[key("a", ARRAY, array(UINT32, MOST_ARRAY_ITEMS))]),
    "strings that end early": Header([key("a", ARRAY, array(STRING, MOST_ARRAY_ITEMS, string("b")))], [], b"", counts=(1, 1)),
    "a string longer than the file": Header(keys=[key("a", STRING, struct.pack("<Q", 100_000))]),
    "fewer tensors than promised": Header(counts=(60_000, 0)),
    "an offset beyond the file": Header(tensors=[tensor(offset=2**64 - 1)]),
    "an offset that overflows": Header(tensors=[tensor(offset=2**64 - 32)]),
    "a tensor larger than the file": Header(tensors=[tensor(shape=(LARGE,))]),
    "a tensor with a byte too few": Header(tensors=[tensor(offset=0)], data=bytes(31)),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_header_is_told(tmp_path, name):
    refuses(DAMAGED[name].write(tmp_path / "m.gguf"), "has a damaged header")


@pytest.mark.parametrize("name", CUT)
def test_what_a_header_promises_must_be_there(tmp_path, name):
    refuses(CUT[name].write(tmp_path / "m.gguf"), "is cut short")


def test_a_tensor_without_dimensions_is_one_number(tmp_path):
    assert read_model_file(Header(tensors=[tensor(shape=())], data=bytes(4)).write(tmp_path / "m.gguf")).size
    refuses(Header(tensors=[tensor(shape=())], data=bytes(3)).write(tmp_path / "m.gguf"), "is cut short")


def test_another_alignment_moves_the_data(tmp_path):
    keys = [key("general.alignment", UINT32, struct.pack("<I", 4096))]
    header = Header(keys=keys, data=bytes(4096))
    assert read_model_file(header.write(tmp_path / "m.gguf")).size
    refuses(replace(header, data=bytes(32)).write(tmp_path / "m.gguf"), "is cut short")


def test_a_header_of_strings_without_end_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.models.gguf_reader.MOST_STRINGS", 10_000)
    keys = [key(f"a{number}", ARRAY, array(STRING, 4000, bytes(8 * 4000))) for number in range(3)]
    assert read_model_file(Header(keys=keys[:2]).write(tmp_path / "m.gguf")).size
    refuses(Header(keys=keys).write(tmp_path / "m.gguf"), "has a damaged header")


def test_long_strings_are_not_collected(tmp_path):
    keys = [key(f"a{number}", STRING, string(bytes(LONGEST_STRING))) for number in range(65)]
    path = Header(keys=keys).write(tmp_path / "m.gguf")
    tracemalloc.start()
    try:
        assert read_model_file(path).size > MEMORY
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_model_is_read_or_told_and_nothing_else(small_model, small_model_file, small_model_header, tmp_path, data):
    whole = bytearray(small_model.read_bytes())
    places = st.one_of(st.integers(0, 200), st.integers(0, small_model_header - PADDING))
    for place in data.draw(st.lists(places, min_size=1, max_size=4), label="places"):
        patch = data.draw(st.one_of(st.binary(min_size=1, max_size=1), st.sampled_from([b"\xff" * 8, bytes(8), b"\0" * 7 + b"\x80"])))
        whole[place : place + len(patch)] = patch
    path = tmp_path / "flipped.gguf"
    path.write_bytes(whole)
    with suppress(ModelFileError):
        file = read_model_file(path)
        assert (file.identity == small_model_file.identity) == (whole == small_model.read_bytes())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rest=st.binary(max_size=200), counts=st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_any_bytes_after_the_magic_are_read_or_told(tmp_path, rest, counts):
    path = tmp_path / "any.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, *counts) + rest)
    with suppress(ModelFileError):
        assert read_model_file(path).size == path.stat().st_size


def test_a_copy_under_another_name_is_the_same_model(tmp_path, tiny_model):
    copy = read_model_file(shutil.copy(tiny_model, tmp_path / "other name.gguf"))
    original = read_model_file(tiny_model)
    assert (copy.identity, copy.vocabulary) == (original.identity, original.vocabulary)


def test_any_byte_of_the_header_and_many_of_the_data_make_another_model(tmp_path, small_model):
    path, whole = tmp_path / "m.gguf", small_model.read_bytes()
    identities = {read_model_file(small_model).identity}
    places = [whole.index(b"tiny llama"), whole.index(b"<|im_start|>"), header_bytes(small_model), len(whole) // 2, len(whole) * 9 // 10]
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        identities.add(read_model_file(path).identity)
    path.write_bytes(whole + bytes(1))
    identities.add(read_model_file(path).identity)
    assert len(identities) == len(places) + 2


def test_the_size_makes_another_model(tmp_path):
    files = [read_model_file(Header(data=bytes(length)).write(tmp_path / "m.gguf")) for length in (1 << 20, (1 << 20) + 1)]
    assert files[0].identity != files[1].identity


def test_samples_are_taken_all_over_a_large_model(tmp_path, tiny_model):
    size, begin = tiny_model.stat().st_size, header_bytes(tiny_model)
    path, identities = Path(shutil.copy(tiny_model, tmp_path)), {read_model_file(tiny_model).identity}
    for part in range(16):
        with path.open("r+b") as file:
            file.seek(begin + (size - begin) * part // 16)
            file.write(b"changed" * 30_000)  # more than lies between two samples
            file.truncate(size)
        identities.add(read_model_file(path).identity)
    assert len(identities) == 17


def test_the_vocabulary_is_that_of_the_tokenizer_alone(tmp_path, tiny_model):
    ours = read_model_file(tiny_model)
    other_weights = read_model_file(TinyModel(seed=1).write(tmp_path / "weights.gguf"))
    other_words = read_model_file(TinyModel(name="another", context_length=4096, template=None).write(tmp_path / "words.gguf"))
    other_tokens = read_model_file(TinyModel(control_tokens=["<|tool|>"]).write(tmp_path / "tokens.gguf"))
    assert ours.vocabulary == other_weights.vocabulary == other_words.vocabulary != other_tokens.vocabulary
    assert len({file.identity for file in (ours, other_weights, other_words, other_tokens)}) == 4


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_it_does_not_matter_how_much_is_read_at_once(small_model, small_model_file, monkeypatch, chunk):
    monkeypatch.setattr("desktop.models.gguf_reader.CHUNK", chunk)
    assert read_model_file(small_model) == small_model_file
