"""The library: what is found is read once, and noticed when it changes."""

import json
import os
import shutil
import threading
from pathlib import Path

import pytest

from desktop.models import library
from desktop.models.entry import FileStamp
from desktop.models.finding import Places
from desktop.models.gguf import read_model_file
from desktop.models.library import LibraryScanner
from desktop.models.model_index import LARGEST, LoadedFile, ModelIndex, Record
from tests.models.headers import Header, text
from tests.models.parts import write_parts
from tests.tiny_models import Family, TinyModel, write_embedding_model

SMALL = TinyModel()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "models").mkdir()
    return Places(tmp_path / "models")


@pytest.fixture
def index_file(tmp_path: Path) -> Path:
    return tmp_path / "models.json"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of files whose headers were read."""
    seen: list[str] = []

    def read(path: Path):
        seen.append(path.name)
        return read_model_file(path)

    monkeypatch.setattr(library, "read_model_file", read)
    return seen


def test_every_family_is_an_entry(places, index_file):
    for family in Family:
        TinyModel(family=family, name=f"tiny {family}").write(places.models / f"{family}.gguf")
    models = LibraryScanner(ModelIndex(index_file)).scan(places).models
    assert [model.entry.name for model in models] == sorted(f"tiny {family}" for family in Family)
    for model in models:
        file = read_model_file(model.entry.path)
        assert (model.entry.header, model.identity) == (file.header, file.identity)
        assert (model.entry.size, model.entry.fault, model.entry.digest) == (file.size, None, None)


def test_what_did_not_change_is_not_read_again(places, index_file, reads):
    for family in (Family.DENSE, Family.WINDOW, Family.HYBRID):
        TinyModel(family=family).write(places.models / f"{family}.gguf")
    write_parts(places.models)
    before = LibraryScanner(ModelIndex(index_file)).scan(places)
    assert len(reads) == 4
    assert LibraryScanner(ModelIndex(index_file)).scan(places).models == before.models
    (places.models / "lfm2.gguf").rename(places.models / "renamed.gguf")
    (places.models / "sub").mkdir()
    (places.models / "llama.gguf").rename(places.models / "sub" / "moved.gguf")
    again = LibraryScanner(ModelIndex(index_file)).scan(places)
    assert len(again.models) == 4
    assert len(reads) == 4, "a file is known by its stamp, wherever it lies"


@pytest.mark.parametrize("part", range(2))
def test_a_replaced_file_is_read_again(places, index_file, reads, part):
    paths = write_parts(places.models, 2)
    scanner = LibraryScanner(ModelIndex(index_file))
    (before,) = scanner.scan(places).models
    other = write_parts(places.models / "sub", 2, fill=b"\1")[part]
    os.replace(other, paths[part])
    shutil.rmtree(places.models / "sub")
    (after,) = scanner.scan(places).models
    assert len(reads) == 2
    assert after.entry.path == before.entry.path
    assert after.identity != before.identity


def test_a_file_written_over_in_place_is_read_again(places, index_file, reads):
    path = SMALL.write(places.models / "a.gguf")
    scanner = LibraryScanner(ModelIndex(index_file))
    scanner.scan(places)
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x7f")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    scanner.scan(places)
    assert reads == ["a.gguf"] * 2


def test_new_and_gone_files_are_noticed(places, index_file):
    scanner = LibraryScanner(ModelIndex(index_file))
    assert scanner.scan(places).models == ()
    path = SMALL.write(places.models / "a.gguf")
    assert [model.entry.path for model in scanner.scan(places).models] == [path]
    path.unlink()
    assert scanner.scan(places).models == ()


def test_what_cannot_be_used_says_why(places, index_file, reads):
    write_embedding_model(places.models / "embedding.gguf")
    (places.models / "broken.gguf").write_bytes(b"GGUF broken")
    parts = write_parts(places.models)
    parts[0].unlink()
    entries = {model.entry.path.name: model.entry for model in LibraryScanner(ModelIndex(index_file)).scan(places).models}
    assert all(entry.header is None for entry in entries.values())
    assert {name: str(entry.fault) for name, entry in entries.items()} == {
        "embedding.gguf": "embedding.gguf makes no text: it is a model for searching. Your chats are kept; choose a chat model.",
        "broken.gguf": "broken.gguf is a GGUF of version 1869767200, which is not known here. "
        "Your chats are kept; choose another model file.",
        "river-00002-of-00003.gguf": "1 of the 3 files of river-00002-of-00003 is missing. "
        "Your chats are kept; get all of them into one folder.",
    }
    assert entries["river-00002-of-00003.gguf"].missing_parts == 1


def test_faults_are_not_looked_for_again_until_the_file_changes(places, index_file, reads):
    path = places.models / "broken.gguf"
    path.write_bytes(b"GGUF broken")
    scanner = LibraryScanner(ModelIndex(index_file))
    assert scanner.scan(places).models[0].entry.fault == scanner.scan(places).models[0].entry.fault
    assert reads == ["broken.gguf"]
    shutil.copy(SMALL.write(places.models.parent / "good.gguf"), path)
    assert scanner.scan(places).models[0].entry.fault is None


def test_files_that_go_with_a_model_are_left_out(places, index_file, reads):
    Header(keys=[text("general.architecture", "clip")]).write(places.models / "mmproj.gguf")
    scanner = LibraryScanner(ModelIndex(index_file))
    assert scanner.scan(places).models == scanner.scan(places).models == ()
    assert reads == ["mmproj.gguf"]


DAMAGES = {
    "empty": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "another version": b'{"format": 999}',
    "deep": b"[" * 100_000,
    "no models": b'{"format": 1, "models": 7, "contexts": {}}',
    "wrong models": b'{"format": 1, "models": [{"path": "a"}], "contexts": {}}',
    "wrong contexts": b'{"format": 1, "models": [], "contexts": {"zz": [[], []]}}',
    "no text": b"\xff\xfe",
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_index_is_begun_anew(places, index_file, reads, name):
    SMALL.write(places.models / "a.gguf")
    index_file.write_bytes(DAMAGES[name])
    LibraryScanner(ModelIndex(index_file)).scan(places)
    assert len(LibraryScanner(ModelIndex(index_file)).scan(places).models) == 1
    assert reads == ["a.gguf"]
    assert index_file.stat().st_mode & 0o777 == 0o600


def test_any_changed_field_is_damage_or_read(places, index_file):
    SMALL.write(places.models / "a.gguf")
    LibraryScanner(ModelIndex(index_file)).scan(places)
    stored = json.loads(index_file.read_bytes())
    (record,) = stored["models"]
    for holder in (record, record["header"], record["header"]["shape"]):
        for name, value in list(holder.items()):
            for other in (None, -1.5, {}, [None], "x", True):
                holder[name] = other
                index_file.write_text(json.dumps(stored))
                assert len(LibraryScanner(ModelIndex(index_file)).scan(places).models) == 1
            holder[name] = value


def test_an_index_that_is_too_large_is_not_read(index_file, tiny_model):
    with index_file.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert ModelIndex(index_file).record(()) is None


def test_an_index_that_cannot_be_written_costs_nothing_but_time(places, tmp_path):
    SMALL.write(places.models / "a.gguf")
    index = ModelIndex(tmp_path / "no such folder" / "models.json")
    assert len(LibraryScanner(index).scan(places).models) == 1


def test_the_index_is_bounded(places, index_file, monkeypatch):
    monkeypatch.setattr("desktop.models.model_index.MOST_RECORDS", 3)
    scanner = LibraryScanner(ModelIndex(index_file))
    first = SMALL.write(places.models / "0.gguf")
    for number in range(1, 5):
        TinyModel(seed=number).write(places.models / f"{number}.gguf")
    scanner.scan(places)
    assert len(json.loads(index_file.read_bytes())["models"]) == 5, "what is there stays known"
    first.unlink()
    SMALL.write(places.models / "5.gguf")
    scanner.scan(places)
    kept = [Path(record["path"]).name for record in json.loads(index_file.read_bytes())["models"]]
    assert sorted(kept) == ["1.gguf", "2.gguf", "3.gguf", "4.gguf", "5.gguf"]


def test_the_index_knows_digests_and_loaded_files(index_file, tiny_model):
    file = read_model_file(tiny_model)
    (stamp,) = stamps = (LibraryScanner(ModelIndex(index_file)).scan(Places(tiny_model.parent)).models[0].entry.stamp,)
    index = ModelIndex(index_file)
    index.keep(Record(tiny_model, stamps, file.header, file.identity))
    index.set_loaded(b"context", LoadedFile(stamps))
    index.set_digests(stamps, ("ab" * 32,))
    index.keep(Record(tiny_model, stamps, file.header, file.identity))
    index.save()
    again = ModelIndex(index_file)
    record = again.record((stamp,))
    assert record is not None
    assert record.digests == ("ab" * 32,)
    assert again.loaded(b"context") == LoadedFile(stamps, ("ab" * 32,))
    assert again.loaded(b"other") is None


def test_what_was_vouched_for_holds_for_the_next_file_of_that_place(index_file, tiny_model):
    file, index = read_model_file(tiny_model), ModelIndex(index_file)
    first, second, elsewhere = ((FileStamp(1, inode, 2, 3),) for inode in range(3))
    index.keep(Record(tiny_model, first, file.header, file.identity))
    index.set_digests(first, ("ab" * 32,), is_vouched=True)
    index.set_digests(first, ("cd" * 32,))
    index.keep(Record(tiny_model, second, file.header, file.identity))
    index.keep(Record(tiny_model.with_name("other.gguf"), elsewhere, file.header, file.identity))
    index.save()
    told = [record and (record.digests, record.vouched) for record in map(ModelIndex(index_file).record, (first, second, elsewhere))]
    assert told == [(("cd" * 32,), ("ab" * 32,)), ((), ("ab" * 32,)), ((), ())]


def test_scans_at_one_time_agree(places, index_file):
    for seed in range(4):
        TinyModel(seed=seed).write(places.models / f"{seed}.gguf")
    scanner = LibraryScanner(ModelIndex(index_file))
    scans = []
    threads = [threading.Thread(target=lambda: scans.append(scanner.scan(places).models)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(scans[0]) == 4
    assert all(scan == scans[0] for scan in scans)
