"""Whatever a server does: either the file is whole and right, or there is a sentence and nothing of that name."""

import asyncio
import threading
import time
from pathlib import Path

import pytest

from desktop.models.download import Download, DownloadPhase, HubFile
from desktop.models.part_file import PartFile
from desktop.system.words import Words
from tests.hub_server import Fault, HubServer
from tests.models.downloading import PAUSES, Bench, changed, in_folder, model_bytes, offered, part_of

CONTENT = model_bytes(700_000)
PAGE = b"<!doctype html><title>Log in</title>" + bytes(range(256)) * 10
WHERE = "somebody--Model-GGUF/model.gguf"
DONE, FAILED = DownloadPhase.DONE, DownloadPhase.FAILED


def fetched(hub: HubServer, folder: Path, file: HubFile) -> tuple[Download, Bench]:
    async def scenario() -> tuple[Download, Bench]:
        async with Bench(hub, folder) as bench:
            return await bench.fetched(file), bench

    return asyncio.run(scenario())


def test_a_file_comes_whole(hub: HubServer, folder: Path) -> None:
    file = offered(hub, CONTENT)
    download, bench = fetched(hub, folder, file)
    assert download.phase is DONE
    assert download.path == folder / WHERE
    assert download.done == len(CONTENT)
    assert in_folder(folder) == {WHERE: CONTENT}
    assert bench.finished == [(file, [folder / WHERE])]
    assert bench.told[-1] == ()


@pytest.mark.parametrize(
    ("faults", "ranges"),
    [
        ([Fault(cut_at=300_000, times=1)], ["", "bytes=300000-"]),
        ([Fault(cut_at=300_000, times=1), Fault(no_range=True)], ["", "bytes=300000-"]),
        ([Fault(cut_at=300_000, times=1), Fault(status=416, times=1)], ["", "bytes=300000-", ""]),
        ([Fault(cut_at=300_000, times=1), Fault(headers={"Content-Range": "bytes 0-1/2"}, times=1)], ["", "bytes=300000-", ""]),
        ([Fault(cut_at=300_000, times=1), Fault(packs=True, times=1)], ["", "bytes=300000-", ""]),
        ([Fault(packs=True)], [""]),
        ([Fault(cut_at=300_000, headers={"ETag": "\xe9" * 300}, times=1)], ["", "bytes=300000-"]),
        ([Fault(no_length=True)], [""]),
        ([Fault(no_length=True, cut_at=300_000, times=1)], ["", "bytes=300000-"]),
        ([Fault(stall_at=300_000, times=1)], ["", "bytes=300000-"]),
        ([Fault(stall_at=0, times=1)], ["", ""]),
        ([Fault(status=503, times=2), Fault(status=500, times=1)], ["", "", "", ""]),
        ([Fault(status=408, times=1)], ["", ""]),
    ],
)
def test_what_passes_is_overcome(hub: HubServer, folder: Path, faults: list[Fault], ranges: list[str]) -> None:
    download, _ = fetched(hub, folder, offered(hub, CONTENT, faults=faults))
    assert download.phase is DONE, download.problem
    assert in_folder(folder) == {WHERE: CONTENT}
    assert hub.ranges() == ranges


def test_a_connection_may_end_at_any_byte(hub: HubServer, folder: Path) -> None:
    cuts = [0, 1, 2, 3, 4, 5, 100, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 99_999, 131_072, 262_143, 262_144, 262_145]
    cuts += [len(CONTENT) - 2, len(CONTENT) - 1]
    files = [
        offered(hub, CONTENT, faults=[Fault(cut_at=cut, times=1), Fault(cut_at=cut + 1, times=1)], names=[f"{number}.gguf"])
        for number, cut in enumerate(cuts)
    ]

    async def scenario() -> None:
        async with Bench(hub, folder, at_once=2) as bench:
            keys = [await bench.queue.fetch(file) for file in files]
            await bench.until(lambda: len(bench.finished) == len(cuts))
            assert all([(await bench.settled(key)).phase is DONE for key in keys])

    asyncio.run(scenario())
    assert len(cuts) == 20
    assert set(in_folder(folder).values()) == {CONTENT}
    assert len(in_folder(folder)) == len(cuts)
    assert {f"bytes={cut}-" for cut in cuts if cut} <= set(hub.ranges())


@pytest.mark.parametrize("etag", ['"another"', 'W/"weak"'])
@pytest.mark.parametrize("fault", [Fault(), Fault(no_if_range=True, times=1)])
def test_a_file_that_changed_is_fetched_from_its_beginning(hub: HubServer, folder: Path, fault: Fault, etag: str) -> None:
    file = offered(hub, model_bytes(len(CONTENT), seed=2), faults=[Fault(rate=500_000)])

    async def scenario() -> None:
        async with Bench(hub, folder) as bench:
            key = await bench.queue.fetch(file)
            await bench.reached(key, 100_000)
            await bench.queue.pause(key)
            served = hub.add("somebody/Model-GGUF", file.revision, "model.gguf", CONTENT, fault)
            served.etag = etag
            other = changed(file, digests=(served.digest,))
            bench.queue._items[key].file = other  # what is fetched is the file as it is now
            await bench.queue.resume(key)
            download = await bench.settled(key)
            if etag.startswith("W/") and fault.no_if_range:  # nobody could notice but by the checksum
                assert download.phase is FAILED
                assert not in_folder(folder).get(WHERE)
            else:
                assert download.phase is DONE
                assert in_folder(folder) == {WHERE: CONTENT}
                assert any("from its beginning" in problem for problem in bench.problems(key))

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("fault", "told", "requests"),
    [
        (Fault(status=401), "ask for access", 1),
        (Fault(status=403), "ask for access", 1),
        (Fault(status=404), "is not there", 1),
        (Fault(status=410), "is not there", 1),
        (Fault(status=400), "does not understand (400)", 1),
        (Fault(status=206), "does not understand (206)", 1),
        (Fault(status=416), "does not understand (416)", 1),
        (Fault(status=500), "has a fault now (500)", 1 + len(PAUSES)),
        (Fault(stall_at=0), "does not answer", 1 + len(PAUSES)),
        (Fault(cut_at=0), "was lost", 1 + len(PAUSES)),
        (Fault(content_type="text/html; charset=utf-8"), "A web page or something else came", 1),
        (Fault(redirect="{path}"), "not safe to follow", 6),
        (Fault(redirect="file:///etc/passwd"), "not safe to follow", 1),
        (Fault(redirect="http://user:word@127.0.0.1/"), "not safe to follow", 1),
        (Fault(redirect="http://[::1"), "was lost", 1 + len(PAUSES)),
        (Fault(redirect="http://127.0.0.1:9/"), "cannot be reached", 1 + len(PAUSES)),
    ],
)
def test_what_does_not_pass_is_told(hub: HubServer, folder: Path, fault: Fault, told: str, requests: int) -> None:
    download, bench = fetched(hub, folder, offered(hub, CONTENT, faults=[fault]))
    assert download.phase is FAILED
    assert isinstance(download.problem, Words)
    assert told in download.problem
    assert WHERE not in in_folder(folder)
    assert bench.finished == []
    assert len(hub.requests) == requests


@pytest.mark.parametrize(
    ("served", "faults", "told"),
    [
        (model_bytes(len(CONTENT), seed=9), [], "its checksum is not the one"),
        (CONTENT[:-1], [], "another file"),
        (CONTENT + b"x", [], "another file"),
        (CONTENT + b"x", [Fault(no_length=True)], "another file"),
        (CONTENT + b"x", [Fault(packs=True)], "another file"),
        (PAGE.ljust(len(CONTENT)), [], "A web page or something else came"),
        (PAGE, [Fault(no_length=True)], "A web page or something else came"),
    ],
)
def test_what_is_another_file_never_gets_the_name(hub: HubServer, folder: Path, served: bytes, faults: list[Fault], told: str) -> None:
    file = offered(hub, CONTENT)
    hub.add("somebody/Model-GGUF", file.revision, "model.gguf", served, *faults)
    download, _ = fetched(hub, folder, file)
    assert download.phase is FAILED
    assert download.problem
    assert told in download.problem
    assert download.done == 0
    assert WHERE not in in_folder(folder)
    assert part_of(folder, download.id).stat().st_size == 0


def test_a_busy_server_says_how_long_it_wants_to_be_left_alone(hub: HubServer, folder: Path) -> None:
    began = time.monotonic()
    download, bench = fetched(hub, folder, offered(hub, CONTENT, faults=[Fault(status=429, headers={"Retry-After": "1"}, times=1)]))
    assert download.phase is DONE
    assert time.monotonic() - began >= 1
    assert DownloadPhase.WAITING in bench.phases(download.id)
    assert any("try again in 1 second." in problem for problem in bench.problems(download.id))


def test_what_is_slow_is_no_fault(hub: HubServer, folder: Path) -> None:
    content = model_bytes(40_000)
    download, bench = fetched(hub, folder, offered(hub, content, faults=[Fault(rate=40_000)]))
    assert download.phase is DONE
    assert len(hub.requests) == 1
    assert any(it.speed > 0 and it.seconds_left is not None for downloads in bench.told for it in downloads)


def test_the_disk_is_never_touched_in_the_loops_thread(hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set()
    for name in ("write", "hash_more", "sync", "restart"):
        real = getattr(PartFile, name)
        monkeypatch.setattr(PartFile, name, lambda *args, real=real: (threads.add(threading.current_thread().name), real(*args))[1])
    download, _ = fetched(hub, folder, offered(hub, CONTENT, faults=[Fault(cut_at=99_999, times=1), Fault(no_range=True)]))
    assert download.phase is DONE
    assert threads == {"download"}
