"""The guide's file, which must be the one that came with Rivulet, and how it is found."""

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.models.entry import Origin
from desktop.models.finding import Places, find_models
from desktop.models.gguf import read_model_file
from desktop.models.guide import NAME, Guide
from desktop.models.library import LibraryScanner
from desktop.models.model_index import ModelIndex
from desktop.models.recommended import RecommendedSampling
from desktop.system.resources import resource
from tests.made_guide import made_guide
from tests.tiny_models import TinyModel


def test_what_came_with_rivulet_is_sound_and_is_the_guide() -> None:
    guide = Guide(resource("guide"))
    assert guide.is_sound()
    file = read_model_file(guide.path)
    assert file.name == NAME
    assert file.sampling.temperature == 0
    assert file.header.template is not None
    assert file.header.context_tokens == 4096


def test_a_file_of_one_other_byte_is_not(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("no guide: its file is another one than came with Rivulet")
    guide = made_guide(tmp_path)
    assert guide.is_sound()
    before = guide.path.stat()
    data = bytearray(guide.path.read_bytes())
    data[-1] ^= 1
    guide.path.write_bytes(data)
    os.utime(guide.path, ns=(0, before.st_mtime_ns + 1))
    assert not guide.is_sound(), "also where it was sound a moment ago"
    assert not guide.is_sound()


@pytest.mark.parametrize("missing", ["guide.gguf", "guide.sha256"])
def test_without_one_of_its_files_there_is_none(tmp_path: Path, expect_log: Callable[[str], None], missing: str) -> None:
    expect_log("no guide: ")
    guide = made_guide(tmp_path)
    assert guide.is_sound()
    (tmp_path / missing).unlink()
    assert not guide.is_sound(), "also where it was a moment ago"
    assert find_models(Places(tmp_path / "models", guide=guide)).models == ()


def test_an_empty_record_of_what_it_has_to_be_is_none(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("no guide: ")
    guide = made_guide(tmp_path)
    (tmp_path / "guide.sha256").write_text("\n")
    assert not guide.is_sound()


def test_it_is_listed_once_as_what_comes_along(tmp_path: Path) -> None:
    guide = made_guide(tmp_path / "models")
    TinyModel(name="another").write(tmp_path / "models" / "another.gguf")
    scan = LibraryScanner(ModelIndex(tmp_path / "models.json")).scan(Places(tmp_path / "models", files=(guide.path,), guide=guide))
    assert [(model.entry.name, model.entry.origin) for model in scan.models] == [
        ("another", Origin.MODELS_FOLDER),
        ("Guide (built in)", Origin.GUIDE),
    ]
    assert scan.models[1].expected == guide.digest()


def test_left_out_it_is_not_listed(tmp_path: Path) -> None:
    assert find_models(Places(tmp_path / "models")).models == ()


@pytest.mark.parametrize(
    ("written", "recommended"),
    [
        ({}, RecommendedSampling()),
        (
            {"temp": 0.7, "top_k": 20, "top_p": 0.8, "min_p": 0.0, "penalty_repeat": 1.05, "penalty_last_n": 128},
            RecommendedSampling(0.7, 20, 0.8, 0.0, 1.05, 128),
        ),
        ({"temp": 1}, RecommendedSampling(1.0)),
        ({"temp": 2.5, "top_k": -1, "top_p": 1.5, "min_p": -0.5, "penalty_repeat": 0.5, "penalty_last_n": -1}, RecommendedSampling()),
        ({"temp": float("nan"), "min_p": float("inf"), "top_k": 0.5}, RecommendedSampling()),
    ],
)
def test_what_a_header_recommends_is_taken_within_bounds(
    tmp_path: Path, written: dict[str, float], recommended: RecommendedSampling
) -> None:
    file = TinyModel(recommends=written).write(tmp_path / "a.gguf")
    assert read_model_file(file).sampling == recommended


def included_in_wheel(project: Path) -> dict[str, str]:
    settings = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    included: dict[str, str] = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    return included


@pytest.mark.parametrize("name", ["guide.gguf", "guide.sha256"])
def test_a_wheel_carries_it(request: pytest.FixtureRequest, name: str) -> None:
    included = included_in_wheel(request.config.rootpath)
    [(source, target)] = [pair for pair in included.items() if Path("resources/guide", name).is_relative_to(pair[0])]
    assert Path(target) / Path("resources/guide", name).relative_to(source) == Path("desktop/_resources/guide", name)


def test_a_wheel_carries_all_other_resources(request: pytest.FixtureRequest) -> None:
    included = included_in_wheel(request.config.rootpath)
    others = [f"resources/{path.name}" for path in (request.config.rootpath / "resources").iterdir() if path.name != "guide"]
    assert [included.get(other) for other in others] == [f"desktop/_{other}" for other in others]
