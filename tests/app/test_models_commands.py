"""What `rivulet models` does with the library, the hub and downloads."""

import asyncio
import io
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.app.command_line import parse
from desktop.app.commands.command import Exit, Outcome, Piece, Progress, Verb
from desktop.app.commands.executing import execute
from desktop.app.commands.models import MODEL_COMMANDS
from desktop.app.commands.showing import Printer
from desktop.chat.events import ModelPhase, ModelState
from desktop.models.download import Download, DownloadId, DownloadPhase, HubFile
from desktop.models.entry import Origin
from desktop.system.words import say
from tests.app.command_lines import CommandLine, finished, wait_until
from tests.app.fake_models import FakeModels, entry
from tests.hub_server import Fault, HubApi, HubServer

GIGABYTE = 1_000_000_000
TIDES = HubFile("sea/tides-GGUF", "c0ffee", ("tides-Q4_K_M.gguf",), (2 * GIGABYTE,), ("00",), "Q4_K_M")
SPLIT = HubFile("sea/tides-GGUF", "c0ffee", ("Q8_0/big-00001-of-00002.gguf", "Q8_0/big-00002-of-00002.gguf"), (2, 1), ("00", "01"))
EMPTY = say("broken.gguf is empty. Your chats are kept.")
RUNNING = {"phase": DownloadPhase.RUNNING}


async def carry_out(models: FakeModels, *arguments: str, written: list[Piece] | None = None) -> Outcome:
    command = parse(["models", *arguments]).command
    assert command is not None
    return await execute(command, models.services, (written if written is not None else []).append)


def ask(models: FakeModels, *arguments: str, written: list[Piece] | None = None) -> Outcome:
    return asyncio.run(carry_out(models, *arguments, written=written))


def printed(models: FakeModels, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    command = parse(["models", *arguments]).command
    assert command is not None
    Printer(command, is_json=False).show(ask(models, *arguments))
    told = capsys.readouterr()
    assert not told.err
    return told.out


def hub(*files: HubFile) -> FakeModels:
    models = FakeModels()
    models.catalogue.there[TIDES.repository] = list(files)
    return models


def test_the_list_tells_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    models = FakeModels()
    assert printed(models, capsys, "list") == "There are no models yet.\n"
    models.library.found = [entry("/m/tides.gguf", "Tides 0.6B", digest="abc"), entry("/m/broken.gguf", fault=EMPTY)]
    models.state = ModelState(ModelPhase.READY, Path("/m/tides.gguf"))
    tides, broken = ask(models, "list").result["models"]  # type: ignore[attr-defined]
    assert tides == {
        "name": "Tides 0.6B",
        "path": "/m/tides.gguf",
        "origin": "models_folder",
        "size_bytes": 640_000_000,
        "fault": "",
        "missing_parts": 0,
        "sha256": "abc",
        "is_checked": False,
        "is_loaded": True,
        "fit": {"word": "fits", "need_bytes": 1_200_000_000, "gpu_layers": 0, "layers": 28},
        "architecture": "qwen3",
        "parameters": 596_000_000,
        "quantisation": "Q8_0",
        "context_tokens": 40_960,
        "memory": "dense",
        "has_template": True,
        "licence": "apache-2.0",
        "parts": 1,
    }
    assert (broken["name"], broken["fault"], broken["fit"], broken["is_loaded"]) == ("broken", EMPTY, None, False)
    lines = printed(models, capsys, "list").splitlines()
    assert " ".join(lines[0].split()) == "Tides 0.6B (loaded) 596M Q8_0 640 MB fits, takes 1.2 GB /m/tides.gguf"
    assert lines[2] == f"  {EMPTY}"


def test_a_file_is_added_where_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, models = tmp_path / "a.gguf", FakeModels()
    assert printed(models, capsys, "add", str(file)) == f"Added was added; its file stays where it is: {file}\n"
    models.library.empty = {file}
    outcome = ask(models, "add", str(file))
    assert (outcome.code, outcome.result["fault"]) == (Exit.FAILED, "a.gguf is empty. Your chats are kept.")
    assert ask(models, "add", str(tmp_path)).error == f"{tmp_path} is a folder. Nothing was added; name a GGUF file in it."
    models.library.missing = {tmp_path / "b.gguf"}
    assert ask(models, "add", str(tmp_path / "b.gguf")).error == "b.gguf is not there any more. Your chats are kept."


@pytest.mark.parametrize("name", ["Tides 0.6B", "tides 0.6b", "tides.gguf", "TIDES", "/m/tides.gguf", "/m/../m/./tides.gguf"])
def test_a_model_is_removed_by_any_of_its_names(name: str) -> None:
    models = FakeModels(entry("/m/tides.gguf", "Tides 0.6B"), entry("/m/moon.gguf", "Moon"))
    outcome = ask(models, "remove", name)
    assert outcome.result == {"name": "Tides 0.6B", "path": "/m/tides.gguf", "is_deleted": True, "freed_bytes": 640_000_000}
    assert models.library.removed == [Path("/m/tides.gguf")]


def test_a_path_is_taken_from_where_the_command_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = FakeModels(entry(str(tmp_path / "tides.gguf"), "A"), entry("/m/tides.gguf", "B"))
    monkeypatch.chdir(tmp_path)
    assert ask(models, "remove", "tides.gguf").code is Exit.DONE
    assert models.library.removed == [tmp_path / "tides.gguf"], "the path means more than the name"


def test_what_lies_elsewhere_is_only_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    models = FakeModels(entry("/m/tides.gguf", "Tides", Origin.FILE))
    assert printed(models, capsys, "remove", "Tides") == "Tides is no longer in the list; its file stays where it is: /m/tides.gguf\n"
    assert ask(models, "remove", "Tides").result["freed_bytes"] == 0


@pytest.mark.parametrize("verb", ["remove", "verify"])
def test_a_name_of_several_or_none_is_refused(verb: str) -> None:
    models = FakeModels(entry("/m/tides.gguf", "Tides"), entry("/n/tides.gguf", "Tides 2"))
    several = ask(models, verb, "tides")
    assert several.error == "There are several models tides. Name one of them by its path: /m/tides.gguf, /n/tides.gguf"
    assert ask(models, verb, "ebb").error == "There is no model ebb. `rivulet models list` shows those there are."
    assert several.code is Exit.FAILED
    assert models.library.removed == models.library.verified == []


def test_files_that_changed_are_told_and_the_others_read_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    models = FakeModels(entry("/m/unreadable.gguf", "A"), entry("/m/b.gguf", "B"), entry("/m/c.gguf", "C", digest="abc"))
    models.library.changed = {Path("/m/b.gguf")}
    written: list[Piece] = []
    outcome = ask(models, "verify", written=written)
    assert (outcome.code, outcome.result["checked"], outcome.result["damaged"]) == (Exit.FAILED, 3, 2)
    assert outcome.result["models"][2] == {  # type: ignore[index]
        "name": "C",
        "path": "/m/c.gguf",
        "is_intact": True,
        "sha256": "abc",
        "problem": "",
    }
    assert [piece.text for piece in written if isinstance(piece, Progress)][1] == "Reading b.gguf, 640 MB (2 of 3)"
    assert printed(models, capsys, "verify").splitlines() == [
        "/m/unreadable.gguf: unreadable.gguf cannot be read. It is kept.",
        "/m/b.gguf: It is not what it was; fetch it again.",
        "3 models were read, 2 of them changed or damaged.",
    ]
    assert ask(models, "verify", "C").code is Exit.DONE
    assert models.library.verified[-1] == Path("/m/c.gguf")


def test_of_a_file_that_cannot_be_used_the_reason_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    models = FakeModels(entry("/m/broken.gguf", fault=EMPTY), entry("/m/search.gguf", fault=say("search.gguf makes no text.")))
    models.library.changed = {Path("/m/broken.gguf")}
    assert printed(models, capsys, "verify").splitlines() == [
        f"/m/broken.gguf: {EMPTY}",
        "2 models were read, 1 of them changed or damaged.",
    ]


def test_a_file_is_fetched_with_progress(capsys: pytest.CaptureFixture[str]) -> None:
    models, written = hub(TIDES), list[Piece]()
    models.downloads.script = [
        RUNNING,
        {"done": GIGABYTE, "speed": 1e7},
        {"phase": DownloadPhase.WAITING, "speed": 0.0, "problem": say("The network is gone.")},
        {"phase": DownloadPhase.CHECKING, "done": 2 * GIGABYTE, "problem": None},
        None,
    ]
    outcome = ask(models, "fetch", "sea/tides-GGUF", "tides-Q4_K_M.gguf", written=written)
    assert (outcome.code, outcome.error, outcome.result["path"]) == (Exit.DONE, "", "/models/tides-Q4_K_M.gguf")
    assert written == [
        Progress("tides-Q4_K_M.gguf, 0 kB of 2.0 GB, 0%, waiting for its turn", 0.0),
        Progress("tides-Q4_K_M.gguf, 0 kB of 2.0 GB, 0%", 0.0, is_news=True),
        Progress("tides-Q4_K_M.gguf, 1.0 GB of 2.0 GB, 50%, 10 MB/s, 2 min left", 0.5),
        Progress("tides-Q4_K_M.gguf, 1.0 GB of 2.0 GB, 50%, waiting. The network is gone.", 0.5, is_news=True),
        Progress("tides-Q4_K_M.gguf, 2.0 GB of 2.0 GB, 100%, checking", 1.0, is_news=True),
    ]
    assert printed(models, capsys, "fetch", "sea/tides-GGUF", "tides-Q4_K_M.gguf").startswith("Fetched is there (2.0 GB): /models/")


@pytest.mark.parametrize("name", ["Q8_0/big-00001-of-00002.gguf", "big-00001-of-00002.gguf"])
def test_a_model_in_parts_is_fetched_by_its_first(name: str) -> None:
    models = hub(TIDES, SPLIT)
    models.downloads.script = [RUNNING, None]
    assert ask(models, "fetch", "sea/tides-GGUF", name).result["path"] == "/models/big-00001-of-00002.gguf"


def interrupted(models: FakeModels) -> list[str]:
    """Return the calls that a fetch makes that is cancelled after its first bytes."""

    async def fetch() -> None:
        begun = asyncio.Event()

        def write(piece: Piece) -> None:
            if isinstance(piece, Progress) and piece.fraction == 0.25:
                begun.set()

        command = parse(["models", "fetch", "sea/tides-GGUF", "tides-Q4_K_M.gguf"]).command
        assert command is not None
        task = asyncio.create_task(execute(command, models.services, write))
        async with asyncio.timeout(10):
            await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(fetch())
    return models.downloads.calls


def test_who_stops_a_fetch_pauses_it_and_the_next_goes_on() -> None:
    models = hub(TIDES)
    models.downloads.script = [{**RUNNING, "done": GIGABYTE // 2}]
    assert interrupted(models) == ["fetch", "pause"]
    assert models.downloads.all[0].phase is DownloadPhase.PAUSED
    models.downloads.script = [{"done": 2 * GIGABYTE}, None]
    assert ask(models, "fetch", "sea/tides-GGUF", "tides-Q4_K_M.gguf").code is Exit.DONE
    assert models.downloads.calls == ["fetch", "pause", "resume"]


def test_who_only_looks_on_pauses_nothing() -> None:
    models = hub(TIDES)
    models.downloads.all = [Download(DownloadId("one"), TIDES, DownloadPhase.RUNNING, GIGABYTE // 2)]
    assert interrupted(models) == []


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"phase": DownloadPhase.FAILED, "problem": say("The disk is full. What has arrived is kept.")}, Exit.FAILED, "The disk is full"),
        ({"phase": DownloadPhase.FAILED}, Exit.FAILED, "The download failed. What has arrived is kept"),
        ({"phase": DownloadPhase.PAUSED}, Exit.STOPPED, "paused elsewhere. What has arrived is kept"),
        (None, Exit.FAILED, "cancelled elsewhere, and nothing of it is kept"),
    ],
)
def test_a_download_that_does_not_arrive(change: dict[str, Any] | None, code: Exit, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    models = hub(TIDES)
    monkeypatch.setattr(models.downloads, "_on_done", lambda file: None)
    models.downloads.script = [RUNNING, change]
    outcome = ask(models, "fetch", "sea/tides-GGUF", "tides-Q4_K_M.gguf")
    assert outcome.code is code
    assert sentence in outcome.error


def test_what_is_not_on_the_hub() -> None:
    models = hub(*(replace(TIDES, names=(f"{index}.gguf",)) for index in range(25)))
    few = ask(hub(TIDES, SPLIT), "fetch", "sea/tides-GGUF", "ebb.gguf").error
    assert few == "There is no model file ebb.gguf in sea/tides-GGUF. It has tides-Q4_K_M.gguf, Q8_0/big-00001-of-00002.gguf."
    assert ask(models, "fetch", "sea/tides-GGUF", "ebb.gguf").error.endswith("18.gguf, 19.gguf, ….")
    assert ask(hub(), "fetch", "sea/tides-GGUF", "ebb.gguf").error == "There are no model files in sea/tides-GGUF."
    assert ask(models, "fetch", "sea/none", "ebb.gguf").error == "There is no repository sea/none. Nothing was fetched."
    assert models.downloads.calls == []


def test_every_verb_is_carried_out() -> None:
    assert set(MODEL_COMMANDS) == {verb for verb in Verb if verb.startswith("models ")}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (Terminal, "\rlong beginning\rend\ufffd[2J         \rnews          \n"),
        (io.StringIO, "long beginning\nend\ufffd[2J\nnews\n"),
    ],
)
def test_progress_is_one_line_on_a_terminal_and_few_in_a_file(
    stream: Callable[[], io.StringIO], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", stderr := stream())
    command = parse(["models", "verify"]).command
    assert command is not None
    printer = Printer(command, is_json=False)
    for progress in (Progress("long beginning", 0.0), Progress("end\x1b[2J", 0.55), Progress("news", 0.56, is_news=True)):
        printer.write(progress)
    if not stderr.isatty():
        printer.write(Progress("in between", 0.57))
    printer.show(Outcome(Exit.DONE, {"models": [], "checked": 0, "damaged": 0}))
    told = stderr.getvalue()
    assert [part.rstrip() for part in told.split("\r")] == [part.rstrip() for part in expected.split("\r")]
    monkeypatch.setattr("sys.stderr", silent := stream())
    Printer(command, is_json=True).write(Progress("x", 0.0))
    assert not silent.getvalue(), "JSON comes alone"


@pytest.fixture
def hub_api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubApi]:
    """A hub, which the processes that are started ask."""
    with HubServer().running() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
        yield HubApi(server)


@pytest.mark.usefixtures("hub_api")
def test_models_are_looked_after_from_a_terminal(rivulet: CommandLine, brief: Path, tmp_path: Path) -> None:
    model = tmp_path / "a model.gguf"
    model.write_bytes(brief.read_bytes())
    added = rivulet.done("models", "add", str(model))
    assert (added["path"], added["origin"], added["architecture"]) == (str(model), "file", "llama")
    [listed] = rivulet.done("models", "list")["models"]
    assert listed["name"] == added["name"]
    assert rivulet.done("models", "verify")["damaged"] == 0
    removed = rivulet.done("models", "remove", model.name)
    assert (removed["is_deleted"], model.exists()) == (False, True)


@pytest.mark.skipif(sys.platform == "win32", reason="ends processes by signals")
def test_a_model_is_fetched_from_a_terminal_and_goes_on_after_ctrl_c(rivulet: CommandLine, brief: Path, hub_api: HubApi) -> None:
    content = brief.read_bytes()
    served = hub_api.add_file("sea/tides-GGUF", "tides.gguf", content, Fault(stall_at=len(content) // 2, times=1))
    process = rivulet.start("models", "fetch", "sea/tides-GGUF", "tides.gguf")
    folder = rivulet.data / "models"
    wait_until(lambda: any(file.stat().st_size > len(content) // 4 for file in folder.rglob("*.part")), process)
    process.send_signal(signal.SIGINT)
    _, err = finished(process)
    assert process.returncode == Exit.STOPPED
    assert err.splitlines()[-1] == "rivulet: Stopped. What has arrived is kept; the same command goes on with it."
    ended = rivulet("models", "fetch", "sea/tides-GGUF", "tides.gguf")
    assert ended.code == 0, ended.err
    assert "tides.gguf, " in ended.err
    [listed] = rivulet.done("--offline", "models", "list")["models"]
    assert (listed["origin"], listed["sha256"]) == ("models_folder", served.digest)
    file = Path(listed["path"])
    assert file.read_bytes() == content
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert rivulet("models", "verify", "tides.gguf", "--json").code == Exit.FAILED
    with rivulet.application():
        removed = rivulet.done("models", "remove", str(file))
        assert (removed["is_deleted"], file.exists()) == (True, False)
        again = rivulet("models", "fetch", "sea/tides-GGUF", "tides.gguf")
        assert again.out.endswith(f"): {file}\n")
        assert "tides.gguf, " in again.err, "how far it is comes from the running instance"
