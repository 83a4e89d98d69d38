"""Everything is moved away at once or not at all, erased after that, and finished by whichever start comes next."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.system import deleting, secrets
from desktop.system.deleting import HalfMovedError, NothingDeletedError, begin, erase, finish_moving, move_away, size_of_all
from desktop.system.paths import AppPaths
from tests.keyring_double import Ring, in_place

FILES = {
    "conversations.sqlite3": b"chats",
    "conversations.sqlite3-wal": b"more chats",
    "conversations-format-3.sqlite3": b"old chats",
    "settings.json": b"{}",
    "settings.json.damaged-1": b"{",
    ".settings.json.abc.tmp": b"{",
    "ranges.json": b"{}",
    "examined.json": b"{}",
    "loading.json": b"{}",
    "sessions/aa/bb/cc.kv": b"numbers",
    "sessions/set-aside/dd.kv": b"numbers",
    "sessions/.import-1/ee.kv": b"numbers",
    "logs/rivulet.log": b"what happened",
    "logs/crash.log": b"",
}
OTHERS = {"letter.txt": b"of the person", "settings.json.mine": b"{}", "deleted/photo.png": b"not ours", "conversations.json": b"[]"}


@pytest.fixture(autouse=True)
def ring() -> Iterator[Ring]:
    with in_place() as ring:
        yield ring


@pytest.fixture
def full(tmp_path: Path) -> AppPaths:
    paths = AppPaths.under(tmp_path / "data")
    paths.prepare()
    for name, content in {**FILES, **OTHERS}.items():
        (paths.data / name).parent.mkdir(parents=True, exist_ok=True)
        (paths.data / name).write_bytes(content)
    paths.lock.touch()
    return paths


def files(paths: AppPaths) -> dict[str, bytes]:
    return {str(path.relative_to(paths.data)): path.read_bytes() for path in paths.data.rglob("*") if path.is_file()}


def test_all_of_it_goes_and_nothing_else(full: AppPaths, ring: Ring) -> None:
    for name in secrets.NAMES:
        ring.set_password(secrets.SERVICE, name, "secret")
    ring.set_password("Other", "password", "secret")
    assert size_of_all(full) == sum(map(len, FILES.values()))
    begin(full)
    move_away(full)
    assert set(files(full)) == {f".rivulet-deleted-1/{name}" for name in FILES} | {"lock", *OTHERS}
    told: list[tuple[int, int]] = []
    erased = erase(full, lambda done, total: told.append((done, total)))
    assert (erased.size, erased.left, erased.forgot_secrets) == (sum(map(len, FILES.values())), (), True)
    assert told == [(number, len(FILES)) for number in range(len(FILES))]
    assert files(full) == {"lock": b"", **OTHERS}
    assert not full.deleted
    assert ring.entries == {("Other", "password"): "secret"}


@pytest.mark.parametrize("number", range(7))
def test_what_cannot_be_moved_leaves_all_in_its_place(full: AppPaths, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before, rename, count = files(full), Path.rename, 0

    def fail_once(path: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == number + 1:
            raise PermissionError(13, "it is in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    begin(full)
    with pytest.raises(NothingDeletedError, match=r"Nothing was deleted: .* cannot be moved \(it is in use\)"):
        move_away(full)
    assert files(full) == before
    assert not full.deleting.exists()
    assert not finish_moving(full)
    begin(full)
    move_away(full)
    assert set(files(full)) - {"lock", *OTHERS} == {f".rivulet-deleted-1/{name}" for name in FILES}


@pytest.mark.parametrize("number", range(8))
def test_a_process_that_ends_midway_leaves_it_to_the_next(full: AppPaths, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, count = Path.rename, 0

    def die(path: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count > number:
            raise KeyboardInterrupt
        return rename(path, target)

    begin(full)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "rename", die)
        move_away(full)
    full.prepare()  # as a start does, which makes folders anew
    assert finish_moving(full)
    assert set(files(full)) - {"lock", *OTHERS} == {f".rivulet-deleted-1/{name}" for name in FILES}
    assert erase(full, lambda done, total: None).left == ()
    assert files(full) == {"lock": b"", **OTHERS}
    assert not full.deleted


def test_what_can_neither_be_moved_nor_brought_back_is_left_to_the_next_start(full: AppPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, count = Path.rename, 0

    def fail(path: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count > 2:
            raise PermissionError(13, "it is in use")
        return rename(path, target)

    begin(full)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", fail)
        with pytest.raises(HalfMovedError, match="start Rivulet again"):
            move_away(full)
        with pytest.raises(HalfMovedError):
            finish_moving(full)
    assert full.deleting.is_dir()
    assert finish_moving(full)


def test_texts_are_overwritten_before_they_go(full: AppPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {name: os.open(full.data / name, os.O_RDONLY) for name in ("conversations.sqlite3", "logs/rivulet.log", "sessions/aa/bb/cc.kv")}
    begin(full)
    move_away(full)
    erase(full, lambda done, total: None)
    contents = {name: os.read(descriptor, 100) for name, descriptor in kept.items()}
    for descriptor in kept.values():
        os.close(descriptor)
    assert contents == {"conversations.sqlite3": bytes(5), "logs/rivulet.log": bytes(13), "sessions/aa/bb/cc.kv": b"numbers"}


def test_what_cannot_be_removed_is_told_and_removed_the_next_time(full: AppPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = Path.unlink

    def fail(path: Path, *, missing_ok: bool = False) -> None:
        if path.suffix == ".kv":
            raise PermissionError(13, "it is in use")
        unlink(path, missing_ok=missing_ok)

    begin(full)
    move_away(full)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", fail)
        erased = erase(full, lambda done, total: None)
    assert ([path.name for path in sorted(erased.left)], erased.reason) == (["ee.kv", "cc.kv", "dd.kv"], "it is in use")
    assert deleting.waits_to_be_erased(full)
    assert erase(full, lambda done, total: None).left == ()
    assert not deleting.waits_to_be_erased(full)


def test_a_keyring_that_stays_locked_is_told(full: AppPaths, ring: Ring) -> None:
    ring.is_locked = True
    assert not erase(full, lambda done, total: None).forgot_secrets


def test_a_keyring_that_breaks_keeps_nothing_on_the_disk(full: AppPaths, ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(service: str, name: str) -> None:
        raise RuntimeError("the bus is gone")

    monkeypatch.setattr(ring, "delete_password", broken)
    begin(full)
    move_away(full)
    erased = erase(full, lambda done, total: None)
    assert not erased.forgot_secrets
    assert not erased.left
    assert not deleting.waits_to_be_erased(full)


def test_what_others_keep_where_a_link_leads_stays(tmp_path: Path) -> None:
    paths, elsewhere = AppPaths.under(tmp_path / "data"), tmp_path / "disk"
    key = "0123456789abcdef" * 4
    ours = [f"{key}/aa/cc.kv", f"{key}/aa/cc.state", f"{key}/aa/.cc.kv.x.tmp", "set-aside/whatever", ".import-x/chats"]
    others = ["photo.jpg", "sub/x", "sub/letter.tmp"]
    for name in (*ours, *others):
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_bytes(b"it")
    paths.data.mkdir()
    paths.sessions.symlink_to(elsewhere)
    paths.prepare()
    begin(paths)
    move_away(paths)
    assert not erase(paths, lambda done, total: None).left
    assert sorted(str(it.relative_to(elsewhere)) for it in elsewhere.rglob("*") if it.is_file()) == sorted(others)


@pytest.mark.parametrize("is_relative", [True, False])
def test_saved_states_on_another_disk_go_too(tmp_path: Path, is_relative: bool) -> None:
    paths, elsewhere = AppPaths.under(tmp_path / "data"), tmp_path / "disk"
    elsewhere.mkdir()
    (elsewhere / "aa.kv").write_bytes(b"numbers")
    paths.data.mkdir()
    paths.sessions.symlink_to(Path("../disk") if is_relative else elsewhere)
    paths.prepare()
    begin(paths)
    move_away(paths)
    assert not erase(paths, lambda done, total: None).left
    assert not list(elsewhere.iterdir())
    assert not paths.deleted


def test_whatever_has_a_place_in_the_data_directory_belongs_to_what_goes(tmp_path: Path) -> None:
    paths = AppPaths.under(tmp_path / "data")
    paths.prepare()
    stays = {"data", "lock", "socket", "deleting", "models"}
    places = {name for name, it in vars(AppPaths).items() if isinstance(it, property) and isinstance(getattr(paths, name), Path)} - stays
    assert len(places) >= 5
    for name in places:
        place: Path = getattr(paths, name)
        if not place.is_dir():
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(b"")
        assert place in paths.belongings(), f"{name} would outlive Delete all"


def test_what_was_not_fetched_to_its_end_goes_and_models_stay(tmp_path: Path) -> None:
    paths = AppPaths.under(tmp_path / "data")
    paths.prepare()
    part = paths.unfinished_downloads / ("0" * 32) / "0.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"GGUF")
    (paths.models / "model.gguf").write_bytes(b"GGUF")
    assert size_of_all(paths) == len(b"GGUF")
    begin(paths)
    move_away(paths)
    assert not erase(paths, lambda done, total: None).left
    assert files(paths) == {"models/model.gguf": b"GGUF"}
    assert not paths.unfinished_downloads.exists()
