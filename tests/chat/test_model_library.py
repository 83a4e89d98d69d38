"""The library as the window sees it: taking files in, removing them, and what is told meanwhile."""

import asyncio
import hashlib
import os
import shutil
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.chat import model_library
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import LibraryChanged
from desktop.chat.model_library import (
    BuiltInError,
    ModelInUseError,
    ModelLibrary,
    NoFolderError,
    NotInLibraryError,
    NotReadToItsEndError,
    NotRemovedError,
)
from desktop.models.entry import ModelEntry, Origin
from desktop.models.finding import Places
from desktop.models.fit import Fit, FitWord, MemoryNeed, MemoryRoom
from desktop.models.gguf import ModelFileError, read_model_file
from desktop.models.model_index import ModelIndex
from tests.made_guide import made_guide
from tests.models.headers import Header, text
from tests.models.parts import write_parts
from tests.tiny_models import TinyModel, write_embedding_model

PATIENCE = 10.0  # seconds
FITS = Fit(FitWord.FITS, MemoryNeed(1, 2, 3), MemoryRoom(10), 0, 4)


class Bench:
    """A library over folders of its own."""

    def __init__(self, top: Path) -> None:
        self.top, self.models, self.elsewhere = top, top / "models", top / "elsewhere"
        for folder in (self.models, self.elsewhere):
            folder.mkdir(exist_ok=True)
        self.places = Places(self.models)
        self.buffer = EventBuffer()
        self.loaded: Path | None = None
        self.sound = set[bytes]()
        self.library = self.open()
        self.told = 0  # changes

    def open(self) -> ModelLibrary:
        """Return a library as after a start."""
        return ModelLibrary(
            lambda: self.places,
            self._keep,
            ModelIndex(self.top / "models.json"),
            self.buffer,
            fit=lambda entry: FITS,
            loaded=lambda: self.loaded,
            is_sound=self.sound.__contains__,
        )

    def write(self, folder: Path, name: str, seed: int = 0) -> Path:
        return TinyModel(name=name, seed=seed).write(folder / f"{name}.gguf")

    def names(self) -> list[str]:
        return [entry.name for entry in self.library.entries]

    def entry(self, name: str) -> ModelEntry:
        return next(entry for entry in self.library.entries if entry.name == name)

    def changes(self) -> int:
        """Return how often a change was told."""
        self.told += sum(isinstance(event, LibraryChanged) for event in self.buffer.drain())
        return self.told

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self.changes()
                await asyncio.sleep(0.005)

    def _keep(self, places: Places) -> None:
        self.places = places


def run(top: Path, test: Callable[[Bench], Awaitable[None]]) -> None:
    """Run a test on a bench of its own."""

    async def run_test() -> None:
        bench = Bench(top)
        try:
            await test(bench)
        finally:
            assert bench.library.close(PATIENCE)

    asyncio.run(run_test())


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_refresh_tells_only_of_changes(tmp_path):
    async def test(bench: Bench) -> None:
        assert list(bench.library.entries) == []
        path = bench.write(bench.models, "a")
        await bench.library.refresh()
        assert bench.names() == ["a"]
        await bench.until(lambda: bench.changes() >= 2)  # the file, and its digest
        assert bench.entry("a").digest == sha(path)
        await bench.library.refresh()
        assert bench.changes() == 2
        path.unlink()
        await bench.library.refresh()
        assert (bench.names(), bench.changes()) == ([], 3)

    run(tmp_path, test)


def test_digests_are_there_after_a_start(tmp_path, monkeypatch):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.models, "a")
        await bench.library.refresh()
        await bench.until(lambda: bench.entry("a").digest)
        assert bench.library.close(PATIENCE)  # it was written
        monkeypatch.setattr("desktop.models.digests.digests_of", lambda *_, **__: pytest.fail("computed again"))
        again = bench.open()
        await again.refresh()
        assert [entry.digest for entry in again.entries] == [sha(path)]
        assert again.close(PATIENCE)

    run(tmp_path, test)


def test_a_file_is_used_where_it_is(tmp_path):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.elsewhere, "a")
        entry = await bench.library.add_file(path)
        assert (entry.path, entry.origin, entry.name) == (path, Origin.FILE, "a")
        assert bench.places.files == (path,)
        assert list(bench.models.iterdir()) == []
        for same in (path, path.parent / ".." / "elsewhere" / path.name):
            assert (await bench.library.add_file(same)).path == path
        assert bench.places.files == (path,)
        await bench.library.remove(path)
        assert (bench.names(), bench.places.files, path.exists()) == ([], (), True)

    run(tmp_path, test)


def test_a_file_that_is_found_already_is_not_kept_twice(tmp_path):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.models, "a")
        (bench.elsewhere / "link.gguf").symlink_to(path)
        assert (await bench.library.add_file(bench.elsewhere / "link.gguf")).path == path
        assert bench.places.files == ()

    run(tmp_path, test)


def test_any_part_brings_the_whole_model(tmp_path):
    async def test(bench: Bench) -> None:
        parts = write_parts(bench.elsewhere)
        entry = await bench.library.add_file(parts[2])
        assert entry.path == parts[0]
        assert entry.size == sum(part.stat().st_size for part in parts)

    run(tmp_path, test)


def test_what_is_no_chat_model_is_not_taken_in(tmp_path):
    async def test(bench: Bench) -> None:
        write_embedding_model(bench.elsewhere / "e.gguf")
        Header(keys=[text("general.architecture", "clip")]).write(bench.elsewhere / "mmproj.gguf")
        (bench.elsewhere / "no.gguf").write_bytes(b"no")
        for name, why in (("e", "makes no text"), ("mmproj", "goes with another one"), ("no", "is cut short"), ("gone", "is not there")):
            with pytest.raises(ModelFileError, match=why):
                await bench.library.add_file(bench.elsewhere / f"{name}.gguf")
        assert bench.places == Places(bench.models)

    run(tmp_path, test)


def test_folders_are_watched_until_they_are_removed(tmp_path):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.elsewhere, "a")
        folders = (bench.elsewhere, bench.elsewhere, bench.models)
        assert [await bench.library.add_folder(folder) for folder in folders] == [True, False, False]
        assert (bench.names(), bench.places.watched) == (["a"], (bench.elsewhere,))
        await bench.library.remove(path)
        assert (bench.names(), path.exists()) == ([], True)
        await bench.library.refresh()
        assert bench.names() == [], "what was forgotten is not found again"
        await bench.library.add_file(path)
        assert (bench.names(), bench.places.files, bench.places.forgotten) == (["a"], (), ())
        await bench.library.remove_folder(bench.elsewhere)
        assert (bench.names(), bench.places.watched) == ([], ())
        for no_folder in (path, bench.top / "gone"):
            with pytest.raises(NoFolderError):
                await bench.library.add_folder(no_folder)

    run(tmp_path, test)


def test_removing_deletes_in_the_models_folder_only(tmp_path):
    async def test(bench: Bench) -> None:
        parts = write_parts(bench.models / "maker")
        kept = bench.write(bench.elsewhere, "kept")
        (bench.models / "link.gguf").symlink_to(kept)
        await bench.library.refresh()
        await bench.library.remove(parts[0])
        assert not (bench.models / "maker").exists()
        await bench.library.remove(bench.models / "link.gguf")
        assert (bench.names(), kept.exists(), list(bench.models.iterdir())) == ([], True, [])
        assert bench.models.is_dir()
        with pytest.raises(NotInLibraryError):
            await bench.library.remove(kept)
        assert kept.exists()

    run(tmp_path, test)


def test_the_loaded_model_is_not_removed(tmp_path):
    async def test(bench: Bench) -> None:
        parts = write_parts(bench.models)
        await bench.library.refresh()
        bench.loaded = parts[0]
        with pytest.raises(ModelInUseError, match="River is loaded"):
            await bench.library.remove(parts[0])
        assert all(part.exists() for part in parts)

    run(tmp_path, test)


def test_what_cannot_be_deleted_stays_and_is_told(tmp_path, monkeypatch):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.models, "a")
        await bench.library.refresh()

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refuse)
            with pytest.raises(NotRemovedError, match=r"Permission denied.*still there"):
                await bench.library.remove(path)
        assert bench.names() == ["a"]

    run(tmp_path, test)


def test_a_check_compares_with_what_the_file_was(tmp_path):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.models, "a")
        await bench.library.refresh()
        assert await bench.library.verify(path)
        assert bench.entry("a").digest == sha(path)
        status = path.stat()
        with path.open("r+b") as file:  # as a failing disk would: nothing else tells
            file.seek(-100, os.SEEK_END)
            file.write(b"\x55")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert not await bench.library.verify(path)
        assert bench.entry("a").digest != sha(path)
        with pytest.raises(NotInLibraryError):
            await bench.library.verify(bench.models / "b.gguf")
        path.unlink()
        with pytest.raises(NotReadToItsEndError):
            await bench.library.verify(path)

    run(tmp_path, test)


def test_a_check_compares_with_what_the_hub_says(tmp_path):
    async def test(bench: Bench) -> None:
        content = bench.write(bench.elsewhere, "a").read_bytes()
        for repository, digest in (("right", hashlib.sha256(content).hexdigest()), ("wrong", "0" * 64)):
            top = bench.top / "hub" / f"models--maker--{repository}"
            (top / "blobs").mkdir(parents=True)
            (top / "snapshots" / "c").mkdir(parents=True)
            (top / "blobs" / digest).write_bytes(content)
            (top / "snapshots" / "c" / f"{repository}.gguf").symlink_to(top / "blobs" / digest)
        bench.places = replace(bench.places, hub_cache=bench.top / "hub")
        await bench.library.refresh()
        told = {entry.path.stem: (entry.digest, await bench.library.verify(entry.path)) for entry in bench.library.entries}
        assert told == {"right": (hashlib.sha256(content).hexdigest(), True), "wrong": ("0" * 64, False)}

    run(tmp_path, test)


def test_a_check_compares_with_what_was_fetched(tmp_path):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.models, "a")
        await bench.library.refresh()
        assert bench.library.close(PATIENCE)
        await bench.library.note_digests(path, ("0" * 64,))
        assert bench.entry("a").digest == "0" * 64
        assert not await bench.library.verify(path)
        await bench.library.note_digests(path, (sha(path),))
        assert await bench.library.verify(path)

    run(tmp_path, test)


def test_what_was_fetched_is_held_to_it_after_its_file_changed(tmp_path):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.models, "a")
        await bench.library.refresh()
        fetched = sha(path)
        await bench.library.note_digests(path, (fetched,))
        with path.open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"\x55")
        await bench.library.refresh()
        await bench.until(lambda: bench.entry("a").digest == sha(path) != fetched)
        assert not await bench.library.verify(path), "what it became is not what it was"

    run(tmp_path, test)


def test_what_is_broken_from_the_start_passes_no_check(tmp_path):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.models, "a")
        path.write_bytes(path.read_bytes()[:-5000])
        await bench.library.refresh()
        assert [entry.header for entry in bench.library.entries] == [None]
        assert not await bench.library.verify(path)

    run(tmp_path, test)


def test_a_check_that_is_cancelled_ends_at_once(tmp_path, monkeypatch):
    began, was_stopped = threading.Event(), threading.Event()

    def endless(parts, is_stopped):
        began.set()
        while not is_stopped():
            pass
        was_stopped.set()
        return ()

    async def test(bench: Bench) -> None:
        path = bench.write(bench.models, "a")
        await bench.library.refresh()
        monkeypatch.setattr("desktop.chat.digest_reading.digests_of", endless)
        check = asyncio.create_task(bench.library.verify(path))
        await bench.until(began.is_set)
        check.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(check, PATIENCE)
        assert was_stopped.is_set()

    run(tmp_path, test)


def test_what_is_known_of_a_model_elsewhere_is_told(tmp_path):
    async def test(bench: Bench) -> None:
        path = bench.write(bench.models, "a")
        await bench.library.refresh()
        assert not bench.entry("a").is_checked
        bench.sound.add(read_model_file(path).identity)
        assert bench.entry("a").is_checked
        assert bench.library.fit(bench.entry("a")) == FITS

    run(tmp_path, test)


def test_files_that_come_and_go_are_noticed_while_watched(tmp_path, monkeypatch):
    monkeypatch.setattr(model_library, "WATCH_SECONDS", 0.01)

    async def test(bench: Bench) -> None:
        shutil.rmtree(bench.models)
        await bench.library.refresh()
        async with bench.library.watch():
            bench.models.mkdir()
            path = bench.write(bench.models, "a")
            await bench.until(lambda: bench.names() == ["a"])
            bench.write(bench.elsewhere, "b").replace(path)
            await bench.until(lambda: bench.names() == ["b"])
            path.unlink()
            await bench.until(lambda: bench.names() == [])
        bench.write(bench.models, "c")
        await asyncio.sleep(0.1)
        assert bench.names() == []

    run(tmp_path, test)


def test_the_guide_is_checked_by_what_it_has_to_be_and_stays(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    guide = made_guide(tmp_path / "guide")
    bench.places = replace(bench.places, guide=guide)

    async def test() -> None:
        await bench.library.refresh()
        [entry] = bench.library.entries
        assert (entry.origin, entry.digest, entry.is_checked) == (Origin.GUIDE, guide.digest(), True)
        assert await bench.library.verify(guide.path)
        with pytest.raises(BuiltInError, match="A switch in the settings leaves it out"):
            await bench.library.remove(guide.path)
        assert guide.path.exists()
        assert [entry.path for entry in bench.library.entries] == [guide.path]

    asyncio.run(test())
    assert bench.library.close(PATIENCE)
