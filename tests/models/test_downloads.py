"""The queue of downloads: what runs, what waits, what is kept, and where finished models go."""

import asyncio
import gc
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

import desktop
from desktop.models.download import DownloadPhase, HubFile
from desktop.models.download_errors import AlreadyThereError, DiskFaultError, NoDigestError, NoRoomError, UnsafeNameError
from desktop.models.network_errors import OfflineError
from desktop.models.part_file import PartFile
from desktop.models.unfinished import Unfinished, find_unfinished, key_of
from tests.hub_server import Fault, HubServer
from tests.models.downloading import REPOSITORY, Bench, changed, in_folder, is_empty, model_bytes, offered, part_of

CONTENT = model_bytes(600_000)
SLOW = Fault(rate=400_000)
PLACE = "somebody--Model-GGUF"
ROOT = Path(desktop.__file__).parents[1]
DONE, FAILED, PAUSED, QUEUED, RUNNING = (
    DownloadPhase.DONE,
    DownloadPhase.FAILED,
    DownloadPhase.PAUSED,
    DownloadPhase.QUEUED,
    DownloadPhase.RUNNING,
)


def test_a_model_in_parts_is_one_download(hub: HubServer, folder: Path) -> None:
    parts = [model_bytes(size, seed=size) for size in (300_000, 200_000, 100_000)]
    file = offered(hub, *parts, faults=[Fault(cut_at=100_000, times=1)])

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            download = await bench.fetched(file)
            assert download.phase is DONE
            assert download.done == file.size == 600_000
            assert bench.finished == [(file, [folder / PLACE / name for name in file.names])]
            assert download.path == folder / PLACE / "model-00001-of-00003.gguf"

    asyncio.run(scenario())
    assert in_folder(folder) == {f"{PLACE}/{name}": part for name, part in zip(file.names, parts, strict=True)}


def test_what_is_paused_goes_on_where_it_was_also_in_another_start(hub: HubServer, folder: Path) -> None:
    file = offered(hub, CONTENT, faults=[SLOW])

    async def until_paused() -> int:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            await bench.reached(key, 50_000)
            await bench.queue.pause(key)
            first = bench.latest(key)
            assert first.phase is PAUSED
            assert first.done == part_of(folder, key).stat().st_size
            await asyncio.sleep(0.05)
            assert len(hub.requests) == 1
            await bench.queue.resume(key)
            await bench.reached(key, first.done + 50_000)
            return first.done

    async def after_a_restart(first: int) -> None:
        async with Bench(hub, folder) as bench:
            await bench.queue.find()
            (found,) = bench.queue.all
            kept = part_of(folder, found.id).stat().st_size
            assert (found.phase, found.file, found.done) == (PAUSED, file, kept)
            assert len(hub.requests) == 2, "nothing is fetched that nobody asked for"
            await bench.queue.resume(found.id)
            assert (await bench.settled(found.id)).phase is DONE
            assert DownloadPhase.CHECKING in bench.phases(found.id)
        assert hub.ranges() == ["", f"bytes={first}-", f"bytes={kept}-"]
        assert hub.requests[-1].headers["if-range"] == f'"{file.digests[0]}"'

    asyncio.run(after_a_restart(asyncio.run(until_paused())))
    assert in_folder(folder) == {f"{PLACE}/model.gguf": CONTENT}


def test_what_is_asked_for_while_it_is_still_looked_for_goes_on(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = offered(hub, CONTENT, faults=[SLOW])

    def slow_find(models: Path) -> list[Unfinished]:
        time.sleep(0.1)
        return find_unfinished(models)

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            await bench.reached(await bench.queue.fetch(file), 50_000)
        hub.files[next(iter(hub.files))].faults.clear()
        monkeypatch.setattr("desktop.models.downloads.find_unfinished", slow_find)
        async with Bench(hub, folder) as bench:
            finding = asyncio.create_task(bench.queue.find())
            await asyncio.sleep(0)
            assert (await bench.fetched(file)).phase is DONE
            await finding
            await bench.until(lambda: not bench.queue.all)
        assert hub.requests[-1].headers["if-range"] == f'"{file.digests[0]}"'

    asyncio.run(scenario())


def test_what_changed_on_the_disk_meanwhile_is_found(hub: HubServer, folder: Path) -> None:
    file = offered(hub, CONTENT, faults=[SLOW])

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            await bench.reached(key, 50_000)
            await bench.queue.pause(key)
            with part_of(folder, key).open("r+b") as part:
                part.seek(1000)
                part.write(b"?")
            hub.files[next(iter(hub.files))].faults.clear()
            await bench.queue.resume(key)
            download = await bench.settled(key)
            assert download.phase is FAILED
            assert "its checksum is not the one" in str(download.problem)
            await bench.queue.resume(key)  # from its beginning
            assert (await bench.settled(key)).phase is DONE

    asyncio.run(scenario())
    assert in_folder(folder) == {f"{PLACE}/model.gguf": CONTENT}


@pytest.mark.parametrize("is_drive_gone", [False, True])
def test_what_somebody_removed_is_fetched_anew(hub: HubServer, folder: Path, is_drive_gone: bool) -> None:
    parts = [model_bytes(size, seed=size) for size in (200_000, 100_000)]
    file = offered(hub, *parts)
    hub.files[f"/{REPOSITORY}/resolve/{file.revision}/{file.names[1]}"].faults.append(Fault(stall_at=10))

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            await bench.reached(key, 200_005)
            await bench.queue.pause(key)
            for served in hub.files.values():
                served.faults.clear()
            shutil.rmtree(folder if is_drive_gone else folder / ".downloads")
            await bench.queue.resume(key)
            download = await bench.settled(key)
            assert download.phase is (FAILED if is_drive_gone else DONE)
            assert not is_drive_gone or "cannot be used" in str(download.problem)

    asyncio.run(scenario())
    assert folder.exists() is not is_drive_gone
    assert is_drive_gone or in_folder(folder) == {f"{PLACE}/{name}": part for name, part in zip(file.names, parts, strict=True)}


@pytest.mark.parametrize("name", ["Model.GGUF", "quantised/Model.Gguf"])
def test_the_ending_may_be_in_capitals(hub: HubServer, folder: Path, name: str) -> None:
    file = offered(hub, CONTENT, names=[name])

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            assert (await bench.fetched(file)).phase is DONE

    asyncio.run(scenario())
    assert in_folder(folder) == {f"{PLACE}/{name.rpartition('/')[2]}": CONTENT}


def test_a_part_that_is_too_long_is_not_one(hub: HubServer, folder: Path) -> None:
    file = offered(hub, CONTENT)
    part = part_of(folder, key_of(file))
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(len(CONTENT) + 1))

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            assert (await bench.fetched(file)).phase is DONE

    asyncio.run(scenario())


def test_what_is_cancelled_leaves_nothing_and_is_gone_at_once(hub: HubServer, folder: Path) -> None:
    stalled, slow = (
        offered(hub, CONTENT, names=["a.gguf"], faults=[Fault(stall_at=10)]),
        offered(hub, CONTENT, names=["b.gguf"], faults=[SLOW]),
    )
    busy = offered(hub, CONTENT, names=["c.gguf"], faults=[Fault(status=429, headers={"Retry-After": "60"})])

    async def scenario() -> None:
        async with Bench(hub, folder, at_once=3) as bench:
            keys = [await bench.queue.fetch(file) for file in (stalled, slow, busy)]
            await bench.until(
                lambda: any(it.done > 50_000 for it in bench.queue.all) and bench.latest(keys[2]).phase is DownloadPhase.WAITING
            )
            for key in keys:
                began = time.monotonic()
                await bench.queue.cancel(key)
                assert time.monotonic() - began < 0.2
            assert bench.queue.all == ()
            assert bench.told[-1] == ()
            assert is_empty(folder)
            await bench.queue.cancel(keys[0])
            hub.files[next(reversed(hub.files))].faults.clear()
            assert (await bench.fetched(busy)).phase is DONE

    asyncio.run(scenario())


@pytest.mark.parametrize("at_once", [1, 2])
def test_as_many_run_as_the_person_wants(hub: HubServer, folder: Path, at_once: int) -> None:
    files = [offered(hub, CONTENT[: 40_000 + number], names=[f"{number}.gguf"], faults=[Fault(rate=200_000)]) for number in range(4)]

    async def scenario() -> None:
        async with Bench(hub, folder, at_once=at_once) as bench:
            keys = [await bench.queue.fetch(file) for file in files]
            assert [it.id for it in bench.queue.all] == keys
            await bench.queue.pause(keys[1])
            await bench.until(lambda: len(bench.finished) == 3)
            await bench.until(lambda: len(bench.queue.all) == 1)
            running = [sum(it.phase is RUNNING for it in downloads) for downloads in bench.told]
            assert max(running) == at_once
            assert bench.queue.all[0].phase is PAUSED
            names = [file.names[0] for file, _ in bench.finished]
            assert at_once == 2 or names == ["0.gguf", "2.gguf", "3.gguf"]

    asyncio.run(scenario())


def test_more_run_as_soon_as_the_person_wants_more(hub: HubServer, folder: Path) -> None:
    files = [offered(hub, CONTENT, names=[f"{number}.gguf"], faults=[Fault(stall_at=10)]) for number in range(2)]

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            keys = [await bench.queue.fetch(file) for file in files]
            await bench.reached(keys[0], 5)
            assert bench.latest(keys[1]).phase is QUEUED
            bench.at_once = 2
            await bench.reached(keys[1], 5)
            assert bench.latest(keys[0]).phase in (RUNNING, DownloadPhase.WAITING)

    asyncio.run(scenario())


def test_nothing_begins_once_it_is_closed(hub: HubServer, folder: Path) -> None:
    files = [offered(hub, CONTENT, names=[f"{number}.gguf"]) for number in range(2)]

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            first = asyncio.create_task(bench.queue.fetch(files[0]))
            await asyncio.sleep(0)  # its folder is being made
            await bench.queue.close()
            key = await first
            await bench.queue.resume(await bench.queue.fetch(files[1]))
            await asyncio.sleep(0.05)
            assert hub.requests == []
        async with Bench(hub, folder) as bench:
            await bench.queue.find()
            assert key in [it.id for it in bench.queue.all]

    asyncio.run(scenario())


def test_what_is_paused_while_its_file_is_opened_closes_it(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, opened, fstat = offered(hub, CONTENT), threading.Event(), os.fstat

    def slow_fstat(descriptor: int) -> os.stat_result:
        opened.set()
        time.sleep(0.1)
        return fstat(descriptor)

    monkeypatch.setattr("desktop.models.part_file.os.fstat", slow_fstat)

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            await bench.until(opened.is_set)
            await bench.queue.pause(key)
            assert bench.latest(key).phase is PAUSED

    asyncio.run(scenario())
    gc.collect()  # a file that is left open is a warning, which fails the test
    assert hub.requests == []


def test_what_is_asked_for_again_while_it_is_cancelled_is_cancelled(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, other = (offered(hub, CONTENT, names=[name], faults=[Fault(stall_at=10)]) for name in ("a.gguf", "b.gguf"))
    may_go_on, begin = threading.Event(), Unfinished.begin

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            await bench.queue.pause(key)
            monkeypatch.setattr(Unfinished, "begin", lambda self: (may_go_on.wait(5), begin(self)))
            fetching = asyncio.create_task(bench.queue.fetch(other))
            await asyncio.sleep(0.02)
            cancelling = asyncio.create_task(bench.queue.cancel(key))
            await asyncio.sleep(0.02)
            await bench.queue.resume(key)
            await bench.reached(key, 5)
            may_go_on.set()
            await asyncio.gather(fetching, cancelling)
            assert [it.id for it in bench.queue.all] == [key_of(other)]
            assert bench.latest(key_of(other)).phase is RUNNING
            assert not part_of(folder, key).parent.exists()

    asyncio.run(scenario())


def test_equal_names_never_overwrite_each_other(hub: HubServer, folder: Path) -> None:
    def of(repository: str, revision: str, name: str, seed: int) -> HubFile:
        served = hub.add(repository, revision, name, model_bytes(5000, seed))
        return HubFile(repository, revision, (name,), (5000,), (served.digest,))

    files = [
        of("a/b", "0" * 40, "m.gguf", 1),
        of("a/b", "0" * 40, "Q8/m.gguf", 2),
        of("a/b-c", "0" * 40, "m.gguf", 3),
        of("a-b/c", "0" * 40, "m.gguf", 4),
        of("a/b", "0" * 39 + "1", "other.gguf", 5),
    ]

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            for file in files[:1] + files[2:]:
                assert (await bench.fetched(file)).phase is DONE
            for file in files[:2]:  # of the same size as what is there
                with pytest.raises(AlreadyThereError):
                    await bench.queue.fetch(file)
            (folder / "a--b" / "m.gguf").write_bytes(b"the person's own")
            assert (await bench.fetched(files[1])).phase is DONE
            (folder / "a--b" / "other.gguf").write_bytes(b"the person's own, too")
            key = await bench.queue.fetch(files[4])
            assert (await bench.settled(key)).phase is DONE

    asyncio.run(scenario())
    other = [f"a--b--{key_of(file)[:8]}" for file in (files[1], files[4])]
    assert in_folder(folder) == {
        "a--b/m.gguf": b"the person's own",
        "a--b/other.gguf": b"the person's own, too",
        "a--b-c/m.gguf": model_bytes(5000, 3),
        "a-b--c/m.gguf": model_bytes(5000, 4),
        f"{other[0]}/m.gguf": model_bytes(5000, 2),
        f"{other[1]}/other.gguf": model_bytes(5000, 5),
    }


NAMES = [
    *("../../x.gguf", "/etc/x.gguf", "..\\x.gguf", "C:x.gguf", "a/../x.gguf", "a//x.gguf", "./x.gguf"),
    *(".gguf", ".hidden.gguf", "..gguf", "x\0.gguf", "x.gguf\0", "x.gguf\n", "a\n/x.gguf", "\u202ex.gguf", "é.gguf", "<b>.gguf"),
    *("x.bin", "x.gguf.exe", "x y.gguf", "-x.gguf", "x.gguf?x", "", ".", "..", "a/..", "%2e%2e%2fx.gguf"),
    *("CON.gguf", "aux.gguf", "com1.x.gguf", "LPT9.gguf", "x" * 251 + ".gguf", "x" * 1_000_000),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_refused(hub: HubServer, folder: Path, name: str) -> None:
    refuses(hub, folder, changed(offered(hub, CONTENT), names=(name,)), UnsafeNameError)


@pytest.mark.parametrize(
    "change",
    [
        {"repository": "../../etc"},
        {"repository": "a/b/c"},
        {"repository": "a"},
        {"repository": "a/.."},
        {"repository": "a--b/c"},
        {"repository": "a/b\n"},
        {"repository": "a/b."},
        {"revision": "../../api"},
        {"revision": "a?x=y"},
        {"names": ("a.gguf", "A.gguf"), "sizes": (1, 1), "digests": ("0" * 64,) * 2},
        {"names": ("a.gguf", "x/a.gguf"), "sizes": (1, 1), "digests": ("0" * 64,) * 2},
        {"names": ()},
        {"sizes": (1, 2)},
        {"sizes": (0,)},
        {"sizes": (-5,)},
    ],
)
def test_what_else_is_hostile_is_refused(hub: HubServer, folder: Path, change: dict[str, object]) -> None:
    refuses(hub, folder, changed(offered(hub, CONTENT), **change), UnsafeNameError)


def test_what_could_not_be_checked_is_refused(hub: HubServer, folder: Path) -> None:
    for digest in ("", "0" * 63, "x" * 64):
        refuses(hub, folder, changed(offered(hub, CONTENT), digests=(digest,)), NoDigestError)


def refuses(hub: HubServer, folder: Path, file: HubFile, error: type[Exception]) -> None:
    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            with pytest.raises(error) as caught:
                await bench.queue.fetch(file)
            assert all(character.isprintable() for character in str(caught.value))
            assert len(str(caught.value)) < 400
            assert bench.queue.all == ()

    asyncio.run(scenario())
    assert not folder.exists()
    assert hub.requests == []


def test_a_folder_that_leads_elsewhere_is_not_followed(hub: HubServer, folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / PLACE).symlink_to(tmp_path / "elsewhere")

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            with pytest.raises(UnsafeNameError):
                await bench.queue.fetch(offered(hub, CONTENT))

    asyncio.run(scenario())
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_room_is_looked_for_first(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = SimpleNamespace(free=629_999)
    monkeypatch.setattr("desktop.models.downloads.shutil.disk_usage", lambda _: free)
    file, other = offered(hub, CONTENT, faults=[SLOW]), offered(hub, CONTENT, names=["other.gguf"])

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            with pytest.raises(NoRoomError) as caught:
                await bench.queue.fetch(file)
            assert "The disk has 1 MB free, and this needs 1 MB." in caught.value.sentence
            assert is_empty(folder)
            free.free = 630_000
            key = await bench.queue.fetch(file)
            with pytest.raises(NoRoomError):  # not beside the other one
                await bench.queue.fetch(other)
            await bench.reached(key, 50_000)
            await bench.queue.pause(key)
            free.free = int((600_000 - bench.latest(key).done) * 1.05) + 1  # what is there needs no room again
            await bench.queue.resume(key)
            assert (await bench.settled(key)).phase is DONE

    asyncio.run(scenario())


def test_a_disk_that_becomes_full_keeps_what_has_arrived(hub: HubServer, tmp_path: Path) -> None:
    content = model_bytes(3 << 20)
    file = offered(hub, content)
    disk = tmp_path / "disk"
    disk.mkdir()
    program = ["-m", "tests.models.downloading_process", hub.endpoint, str(disk / "models"), json.dumps(asdict(file)), "full"]
    on_small_disk = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o size=1m none "$0" && exec "$@"', str(disk)]
    result = subprocess.run([*on_small_disk, sys.executable, *program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    phase, done, kept, problem = json.loads(result.stdout)
    assert phase == "FAILED"
    assert problem == "The disk is full. What has arrived is kept; make room and resume."
    assert done == kept
    assert 800_000 < kept <= 1 << 20


def test_a_folder_that_cannot_be_made_is_told(hub: HubServer, folder: Path) -> None:
    folder.write_bytes(b"a file")

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            with pytest.raises(DiskFaultError, match="The models folder cannot be used"):
                await bench.queue.fetch(offered(hub, CONTENT))
            assert bench.queue.all == ()

    asyncio.run(scenario())


def test_nothing_is_asked_where_the_network_is_forbidden(hub: HubServer, folder: Path) -> None:
    allowed = [False]
    file = offered(hub, CONTENT, faults=[SLOW])

    async def scenario() -> None:
        async with Bench(hub, folder, is_allowed=lambda: allowed[0]) as bench:
            with pytest.raises(OfflineError):
                await bench.queue.fetch(file)
            assert hub.requests == []
            assert is_empty(folder)
            allowed[0] = True
            key = await bench.queue.fetch(file)
            await bench.reached(key, 50_000)
            allowed[0] = False  # what runs stops
            assert (await bench.settled(key)).phase is FAILED
            assert "may not use the network" in str(bench.latest(key).problem)
            with pytest.raises(OfflineError):
                await bench.queue.resume(key)

    asyncio.run(scenario())


def test_a_start_that_died_among_the_last_steps_is_finished(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [model_bytes(5000, seed) for seed in (1, 2, 3)]
    file = offered(hub, *parts)
    real = os.replace

    def dies(source: Path, target: Path) -> None:
        if str(target).endswith("00002-of-00003.gguf"):
            raise OSError(5, "Input/output error")
        real(source, target)

    async def until_it_dies() -> None:
        async with Bench(hub, folder) as bench:
            monkeypatch.setattr("os.replace", dies)
            download = await bench.fetched(file)
            monkeypatch.setattr("os.replace", real)
            assert download.phase is FAILED
            assert "(Input/output error)" in str(download.problem)

    async def again() -> None:
        async with Bench(hub, folder) as bench:
            await bench.queue.find()
            (found,) = bench.queue.all
            assert found.done == file.size
            await bench.queue.resume(found.id)
            assert (await bench.settled(found.id)).phase is DONE

    asyncio.run(until_it_dies())
    assert len(hub.requests) == 3
    asyncio.run(again())
    assert len(hub.requests) == 3
    assert in_folder(folder) == {f"{PLACE}/{name}": part for name, part in zip(file.names, parts, strict=True)}


def test_a_file_is_on_the_disk_before_it_has_its_name(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    folders = Unfinished.place

    def noting(name: str, real: Callable[..., None]) -> Callable[..., None]:
        return lambda *args: (order.append(name), real(*args))[1]

    monkeypatch.setattr("desktop.models.part_file.os.fsync", noting("fsync", os.fsync))
    monkeypatch.setattr("desktop.models.unfinished.os.replace", noting("replace", os.replace))
    monkeypatch.setattr("desktop.models.unfinished.sync_folder", lambda path: order.append(f"folder {path.name}"))
    monkeypatch.setattr(Unfinished, "place", lambda self: (order.append("place"), folders(self))[1])

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            assert (await bench.fetched(offered(hub, CONTENT))).phase is DONE

    asyncio.run(scenario())
    last = order[order.index("place") :]
    assert "fsync" in order[: order.index("place")]
    assert last[-2:] == ["replace", f"folder {PLACE}"]


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"format": 1}',
        b"\xff",
        pytest.param(("names", ["../../x.gguf"]), id="name"),
        pytest.param(("names", ["other.gguf"]), id="of another download"),
        pytest.param(("place", "../.."), id="place"),
        pytest.param(("place", "."), id="the models folder itself"),
        pytest.param(("place", "x" * 5000), id="place without a name that a disk takes"),
        pytest.param(("begun_ns", float("inf")), id="endless"),
        pytest.param(("etags", ['"x"\r\nX-Header: y']), id="what cannot be sent"),
        pytest.param(("format", 2), id="format"),
        pytest.param(("etags", []), id="etags"),
    ],
)
def test_what_nobody_could_go_on_with_is_removed(hub: HubServer, folder: Path, record: bytes | tuple[str, object]) -> None:
    file = offered(hub, CONTENT, faults=[SLOW])

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            await bench.reached(key, 0)
        path = part_of(folder, key).with_name("download.json")
        content = json.loads(path.read_bytes())
        if isinstance(record, tuple):
            name, value = record
            (content if name in content else content["file"])[name] = value
        path.write_bytes(json.dumps(content).encode() if isinstance(record, tuple) else record)
        (folder / ".downloads" / "notes").mkdir()  # nobody's business
        async with Bench(hub, folder) as bench:
            await bench.queue.find()
            assert bench.queue.all == ()
        assert [path.name for path in (folder / ".downloads").iterdir()] == ["notes"]

    asyncio.run(scenario())


@pytest.mark.skipif(sys.platform == "win32", reason="links are for administrators")
def test_a_part_that_is_a_link_is_not_followed(hub: HubServer, folder: Path, tmp_path: Path) -> None:
    file = offered(hub, CONTENT, faults=[SLOW])
    (letters := tmp_path / "letters.txt").write_bytes(bytes(len(CONTENT) + 1))

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            await bench.reached(key, 0)
            await bench.queue.pause(key)
            part_of(folder, key).unlink()
            part_of(folder, key).symlink_to(letters)
            await bench.queue.resume(key)
            assert (await bench.settled(key)).phase is FAILED

    asyncio.run(scenario())
    assert letters.read_bytes() == bytes(len(CONTENT) + 1)


def test_the_record_tells_neither_more_nor_less(hub: HubServer, folder: Path) -> None:
    file = offered(hub, CONTENT, faults=[SLOW])

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            path = part_of(folder, key).with_name("download.json")
            assert json.loads(path.read_bytes())["etags"] == [""]
            await bench.reached(key, 0)
            record = json.loads(path.read_bytes())
            assert record.pop("begun_ns") > 0
            assert record == {
                "format": 1,
                "file": json.loads(json.dumps(asdict(file))),
                "url": f"{hub.endpoint}/{REPOSITORY}/resolve/{file.revision}",
                "etags": [f'"{file.digests[0]}"'],
                "place": "",
            }
            assert path.stat().st_mode & 0o777 == 0o600
            assert part_of(folder, key).stat().st_mode & 0o777 == 0o600
            assert path.parent.stat().st_mode & 0o777 == 0o700

    asyncio.run(scenario())


def test_what_nobody_foresaw_is_told_and_logged(
    hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log("a download failed")
    monkeypatch.setattr(PartFile, "write", lambda *_: 1 / 0)

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            download = await bench.fetched(offered(hub, CONTENT))
            assert download.phase is FAILED
            assert "the log says more" in str(download.problem)

    asyncio.run(scenario())


def test_it_works_on_the_windows_loop(hub: HubServer, folder: Path, run: Callable[..., object]) -> None:
    file = offered(hub, CONTENT, faults=[Fault(cut_at=100_000, times=1), Fault(rate=2_000_000)])

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            await bench.reached(key, 200_000)
            await bench.queue.pause(key)
            await bench.queue.resume(key)
            assert (await bench.settled(key)).phase is DONE

    run(scenario())
    assert in_folder(folder) == {f"{PLACE}/model.gguf": CONTENT}


def test_nothing_is_left_where_nothing_was_finished(hub: HubServer, folder: Path) -> None:
    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(offered(hub, CONTENT, faults=[SLOW]))
            shutil.rmtree(folder, ignore_errors=True)
            await bench.queue.cancel(key)
            assert is_empty(folder)

    asyncio.run(scenario())
