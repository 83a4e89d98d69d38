"""A model in several files is one model, and nothing less."""

import shutil
from pathlib import Path

import pytest

from desktop.models.gguf import MissingPartsError, ModelFileError, read_model_file
from desktop.models.part_name import PartName
from tests.models.headers import Header, model_keys, number
from tests.models.parts import write_parts


def test_all_files_are_one_model(tmp_path):
    parts = write_parts(tmp_path)
    file = read_model_file(parts[0])
    assert file.parts == tuple(parts)
    assert file.size == sum(part.stat().st_size for part in parts)
    assert (file.header.name, file.header.part, file.header.parts, file.header.parameters) == ("River", 1, 3, 24)
    assert file.header.shape.layer_bytes == (32, 32, 32)


def test_a_first_file_may_hold_keys_only(tmp_path):
    parts = write_parts(tmp_path)
    keys = [*model_keys("llama", 3), number("split.no", 0), number("split.count", 3)]
    Header(keys=keys, tensors=[], data=b"").write(parts[0])
    assert read_model_file(parts[0]).header.parameters == 16
    Header(keys=model_keys("llama", 3), tensors=[], data=b"").write(tmp_path / "whole.gguf")
    with pytest.raises(ModelFileError, match="damaged header"):
        read_model_file(tmp_path / "whole.gguf")


@pytest.mark.parametrize("part", range(3))
def test_each_file_is_part_of_the_identity(tmp_path, part):
    before = read_model_file(write_parts(tmp_path)[0]).identity
    other = write_parts(tmp_path / "other", fill=b"\1")[part]
    shutil.copy(other, tmp_path / other.name)
    assert read_model_file(tmp_path / "river-00001-of-00003.gguf").identity != before


def test_missing_files_are_counted(tmp_path):
    parts = write_parts(tmp_path)
    parts[2].unlink()
    with pytest.raises(MissingPartsError, match="1 of the 3 files of River is missing") as caught:
        read_model_file(parts[0])
    assert caught.value.missing == 1
    parts[1].unlink()
    with pytest.raises(MissingPartsError, match="2 of the 3 files of River are missing") as caught:
        read_model_file(parts[0])
    assert caught.value.missing == 2


def test_another_file_than_the_first_leads_to_it(tmp_path):
    with pytest.raises(ModelFileError, match=r"-00002-of-00003.gguf is file 2 of 3 of a model; river-00001-of-00003.gguf is to be opened"):
        read_model_file(write_parts(tmp_path)[1])


def test_a_file_without_its_name_leads_nowhere(tmp_path):
    moved = write_parts(tmp_path)[0].rename(tmp_path / "river.gguf")
    with pytest.raises(ModelFileError, match="is one of 3 files of a model and must keep the name it had"):
        read_model_file(moved)


def test_a_broken_file_breaks_the_model(tmp_path):
    parts = write_parts(tmp_path)
    parts[1].write_bytes(parts[1].read_bytes()[:-1])
    with pytest.raises(ModelFileError, match=r"river-00002-of-00003.gguf is cut short"):
        read_model_file(parts[0])


@pytest.mark.parametrize("name", ["a-00000-of-00003.gguf", "a-00004-of-00003.gguf", "a-1-of-3.gguf", "a-00001-of-99999.gguf", "a.gguf"])
def test_other_names_are_none_of_a_part(name):
    assert PartName.of(Path(name)) is None
