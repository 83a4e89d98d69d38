"""Model files are found where they are, whatever else is there."""

import os
from pathlib import Path

import pytest

from desktop.models import finding
from desktop.models.entry import Origin
from desktop.models.finding import DEPTH, Found, Places, find_models, hub_cache
from tests.models.parts import write_parts

COMMIT, NEWER = "a" * 40, "b" * 40


def touch(path: Path, content: bytes = b"GGUF") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(found: Found) -> list[str]:
    return [model.path.name for model in found.models]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "models", (tmp_path / "watched",))


def add_to_cache(cache: Path, repository: str, commit: str, file: str, digest: str) -> Path:
    """Put a file where Hugging Face's programs would, and return its path among the snapshots."""
    top = cache / f"models--{repository.replace('/', '--')}"
    blob = touch(top / "blobs" / digest)
    path = top / "snapshots" / commit / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(os.path.relpath(blob, path.parent))
    return path


def test_files_are_found_in_all_places(tmp_path, places):
    touch(places.models / "a.gguf")
    touch(tmp_path / "watched" / "deep" / "er" / "B.GGUF")
    touch(tmp_path / "watched" / "notes.txt")
    touch(tmp_path / "watched" / "part.gguf.part")
    touch(tmp_path / "watched" / ".hidden" / "c.gguf")
    touch(tmp_path / "watched" / ".d.gguf")
    touch(tmp_path / "watched" / "folder.gguf" / "e.gguf")
    single = touch(tmp_path / "elsewhere" / "f.gguf")
    found = find_models(Places(places.models, places.watched, None, (single, tmp_path / "gone.gguf")))
    assert names(found) == ["a.gguf", "e.gguf", "B.GGUF", "f.gguf"]
    assert [model.origin for model in found.models] == [Origin.MODELS_FOLDER, *[Origin.WATCHED_FOLDER] * 2, Origin.FILE]
    assert all(model.size == 4 and not model.missing for model in found.models)


def test_places_that_are_not_there_hold_nothing(tmp_path, places):
    found = find_models(Places(places.models, (touch(tmp_path / "file"),), tmp_path / "cache", (tmp_path / "watched",)))
    assert found.models == ()
    assert (places.models, 0) in found.folders


def test_links_that_lead_in_circles_end(tmp_path, places):
    touch(places.models / "a.gguf")
    (places.models / "self").symlink_to(places.models)
    (tmp_path / "watched").symlink_to(places.models)
    (places.models / "loop.gguf").symlink_to(places.models / "loop.gguf")
    (places.models / "dead.gguf").symlink_to(tmp_path / "nothing")
    os.mkfifo(places.models / "pipe.gguf")
    assert names(find_models(places)) == ["a.gguf"]


def test_a_file_in_several_places_is_found_once(tmp_path, places):
    file = touch(tmp_path / "watched" / "a.gguf")
    (places.models).mkdir()
    os.link(file, places.models / "hard.gguf")
    (tmp_path / "watched" / "soft.gguf").symlink_to(file)
    assert names(find_models(Places(places.models, places.watched, None, (file,)))) == ["hard.gguf"]


def test_what_lies_too_deep_is_not_found(places):
    place = places.models
    for level in range(DEPTH + 2):
        touch(place / f"{level}.gguf")
        place /= "deeper"
    assert names(find_models(places)) == [f"{level}.gguf" for level in range(DEPTH + 1)]


def test_a_folder_of_very_many_files_is_given_up(places, monkeypatch):
    monkeypatch.setattr(finding, "MOST_ENTRIES", 50)
    for number in range(60):
        touch(places.models / f"{number:02d}.txt")
    touch(places.models / "sub" / "a.gguf")
    touch(places.watched[0] / "b.gguf")
    assert names(find_models(places)) == ["b.gguf"]


def test_a_folder_that_may_not_be_read_is_passed_over(places, monkeypatch):
    touch(places.models / "closed" / "a.gguf")
    touch(places.models / "open" / "b.gguf")
    scandir = os.scandir

    def refuse(folder):
        if Path(folder).name == "closed":
            raise PermissionError
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert names(find_models(places)) == ["b.gguf"]


def test_parts_are_one_model(places):
    parts = write_parts(places.models)
    write_parts(places.models / "sub", 2)[0].unlink()
    whole, rest = find_models(places).models
    assert (whole.path, whole.parts, whole.missing) == (parts[0], tuple(parts), 0)
    assert whole.size == sum(part.stat().st_size for part in parts)
    assert (rest.path.name, rest.missing) == ("river-00002-of-00002.gguf", 1)


def test_a_part_that_was_chosen_alone_brings_the_others(tmp_path, places):
    parts = write_parts(tmp_path / "elsewhere")
    (found,) = find_models(Places(places.models, files=(parts[1],))).models
    assert (found.path, found.parts) == (parts[0], tuple(parts))


def test_the_cache_of_the_hub_has_one_entry_a_blob(tmp_path, places):
    cache = tmp_path / "hub"
    old = add_to_cache(cache, "maker/river", COMMIT, "river-Q4.gguf", "1" * 64)
    new = add_to_cache(cache, "maker/river", NEWER, "Q4/river-Q4.gguf", "1" * 64)
    add_to_cache(cache, "maker/river", NEWER, "README.md", "2" * 40)
    add_to_cache(cache, "maker/brook", COMMIT, "brook.gguf", "not-a-digest")
    touch(cache / "datasets--maker--rain" / "snapshots" / COMMIT / "rain.gguf")
    touch(cache / "models--maker--river" / "refs" / "main", COMMIT.encode())
    found = find_models(Places(places.models, hub_cache=cache))
    assert [(model.path, model.digest) for model in found.models if "river" in model.path.name] == [(old, "1" * 64)]
    assert [(model.path.name, model.digest) for model in found.models if "brook" in model.path.name] == [("brook.gguf", None)]
    assert len(found.models) == 2
    touch(cache / "models--maker--river" / "refs" / "main", NEWER.encode())
    assert new in [model.path for model in find_models(Places(places.models, hub_cache=cache)).models]


def test_forgotten_files_are_not_found(places):
    file = touch(places.models / "a.gguf")
    assert find_models(Places(places.models, forgotten=(file,))).models == ()


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({"HF_HUB_CACHE": "/a", "HF_HOME": "/b"}, "/a"),
        ({"HUGGINGFACE_HUB_CACHE": "/a"}, "/a"),
        ({"HF_HOME": "/b", "XDG_CACHE_HOME": "/c"}, "/b/hub"),
        ({"XDG_CACHE_HOME": "/c"}, "/c/huggingface/hub"),
        ({"HF_HOME": "~/b"}, "~/b/hub"),
        ({}, "~/.cache/huggingface/hub"),
    ],
)
def test_the_cache_is_where_other_programs_look(environment, place):
    assert hub_cache(environment) == Path(place).expanduser()
