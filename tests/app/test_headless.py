"""The command line as a person types it: real processes, alone and beside a running application."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.app.command_line import parse
from desktop.app.commands.command import Command, CommandError, Exit, Verb
from desktop.app.commands.run import _need_model
from desktop.app.commands.sessions import COMMANDS
from desktop.app.headless import run_command
from desktop.chat.events import ModelPhase, ModelState, RefusedModel
from desktop.inference.errors import DecodeError
from desktop.inference.worker import Worker
from desktop.system.lock import DataLock
from desktop.system.paths import AppPaths
from desktop.system.settings import Settings, SettingsFile
from tests.app.command_lines import PATIENCE, CommandLine, finished, wait_until
from tests.chat.taking_along import as_file, simple
from tests.guide_off import leave_guide_out
from tests.inference.templates import CONTROL_TOKENS, REMINDED
from tests.tiny_models import TinyModel

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends processes by signals")


@pytest.fixture
def elsewhere(tmp_path: Path) -> CommandLine:
    """The command line on another data directory."""
    return CommandLine(tmp_path / "elsewhere")


def history(result: Any) -> int:
    """Return the tokens that a first run put into the KV cache."""
    return int(result["tokens_read"] + result["tokens_written"])


def test_a_chat_goes_on_in_another_process_without_reading_it_again(
    rivulet: CommandLine, brief: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)  # with as many threads as a person's machine has cores
    first = rivulet.run(brief, "Tell me about the tides, and take your time")
    assert first["status"] == "complete"
    assert first["tokens_restored"] == 0
    assert first["tokens_decoded"] >= history(first) > 0
    second = rivulet.run(brief, "--chat", str(first["chat"]), "Go on")
    assert second["chat"] == first["chat"]
    assert second["session"] != first["session"]
    assert second["tokens_restored"] >= history(first), "not one token of the history was decoded again"
    assert second["tokens_read"] <= len("<|im_start|>user\nGo on<|im_end|>\n<|im_start|>assistant\n")
    shown = rivulet.done("sessions", "show", str(first["chat"]))
    assert [message["text"] for message in shown["messages"]][0::2] == ["Tell me about the tides, and take your time", "Go on"]
    assert shown["messages"][3]["text"] == second["text"]
    assert shown["session"] is None, "it is not open"


def test_what_a_template_rewrites_is_read_before_the_process_ends(rivulet: CommandLine, tmp_path: Path) -> None:
    model = TinyModel(name="reminded", ends=1.6, template=REMINDED, control_tokens=CONTROL_TOKENS).write(tmp_path / "reminded.gguf")
    first = rivulet.run(model, "Message one")
    assert first["tokens_decoded"] > history(first) + 1, "the reply was read again as it stands in the next prompt"
    second = rivulet.run(model, "--chat", str(first["chat"]), "Message two")
    assert second["tokens_read"] == first["tokens_read"], "the new message only"
    with rivulet.application("--model", str(model)):
        third = rivulet.done("run", "Message three")
        assert third["tokens_decoded"] <= history(third) + 1, "what goes on after it need not be waited for"


def test_the_reply_is_streamed_to_standard_output(rivulet: CommandLine, brief: Path) -> None:
    ended = rivulet("--model", str(brief), "run", "-", stdin="Hello there")
    assert (ended.code, ended.err) == (0, "(chat 1)\n")
    shown = rivulet.done("sessions", "show", "1")
    assert [message["role"] for message in shown["messages"]] == ["user", "assistant"]
    assert shown["messages"][0]["text"] == "Hello there"
    printed = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in shown["messages"][1]["text"])
    assert ended.out == f"{printed}\n"


def test_a_reply_may_be_limited(rivulet: CommandLine, endless: Path) -> None:
    result = rivulet.run(endless, "--max-tokens", "7", "Hello")
    assert result["status"] == "cut"
    assert 7 - 3 <= result["tokens_written"] <= 7, "up to three bytes of a character that is not whole are left out"


def test_stopping_keeps_what_there_is(rivulet: CommandLine, endless: Path) -> None:
    process = rivulet.start("--model", str(endless), "run", "Hello")
    assert process.stdout is not None
    assert process.stdout.read(5)
    process.send_signal(signal.SIGINT)
    _, err = finished(process)
    assert (process.returncode, err) == (Exit.STOPPED, "rivulet: Stopped. What there is of the reply is kept.\n")
    [_, reply] = rivulet.done("sessions", "show", "1")["messages"]
    assert reply["status"] == "stopped"
    assert reply["text"]
    assert rivulet.run(endless, "--chat", "1", "--max-tokens", "1", "Go on")["tokens_restored"] > 0


def test_looking_after_chats(rivulet: CommandLine, brief: Path) -> None:
    assert rivulet.done("sessions", "list")["chats"] == []
    assert rivulet("sessions", "list").code == 0
    rivulet.run(brief, "The first chat")
    rivulet.run(brief, "The second chat")
    listed = rivulet.done("sessions", "list")
    assert [(chat["chat"], chat["title"], chat["message_count"]) for chat in listed["chats"]] == [
        (2, "The second chat", 2),
        (1, "The first chat", 2),
    ]
    assert all(chat["saved_bytes"] > 0 for chat in listed["chats"])
    assert listed["used_bytes"] > 0
    assert "The first chat" in rivulet("sessions", "list").out
    assert rivulet.done("sessions", "verify")["damaged"] == 0
    deleted = rivulet.done("sessions", "delete", "1")
    assert deleted["freed_bytes"] > 0
    assert [chat["chat"] for chat in rivulet.done("sessions", "list")["chats"]] == [2]
    cleaned = rivulet.done("sessions", "clean", "--budget", "0")
    assert cleaned["freed_bytes"] > 0
    assert cleaned["used_bytes"] == 0
    assert not list((rivulet.data / "sessions").rglob("*.kv"))
    assert len(rivulet.done("sessions", "show", "2")["messages"]) == 2, "only time is lost"


def test_damage_is_found(rivulet: CommandLine, brief: Path) -> None:
    rivulet.run(brief, "Hello")
    file = next((rivulet.data / "sessions").rglob("*.kv"))
    file.write_bytes(file.read_bytes()[:-1] + b"\x00" if file.read_bytes()[-1] else file.read_bytes()[:-1] + b"\x01")
    ended = rivulet("sessions", "verify", "--json")
    assert ended.code == Exit.FAILED
    assert ended.json["damaged"] == 1
    assert rivulet.done("sessions", "verify")["damaged"] == 0, "it was set aside"


@pytest.mark.parametrize("trusts", [True, False])
def test_a_chat_goes_to_another_machine(rivulet: CommandLine, elsewhere: CommandLine, brief: Path, tmp_path: Path, trusts: bool) -> None:
    first = rivulet.run(brief, "Tell me about the tides")
    file = tmp_path / "chat.rivulet"
    written = rivulet.done("sessions", "export", "1", str(file), "--state")
    assert written["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    imported = elsewhere.done("sessions", "import", str(file), *(["--trust-state"] if trusts else []))
    assert imported["title"] == "Tell me about the tides"
    assert (imported["saved_bytes"] > 0) is trusts
    second = elsewhere.run(brief, "--chat", str(imported["chat"]), "Go on")
    if trusts:
        assert second["tokens_restored"] >= history(first)
    else:
        assert second["tokens_restored"] == 0
        assert second["tokens_read"] > history(first)


def test_all_chats_go_to_another_machine_as_json(rivulet: CommandLine, elsewhere: CommandLine, brief: Path, tmp_path: Path) -> None:
    for prompt in ("Tell me about the tides", "And the sun"):
        rivulet.run(brief, prompt)
    file, again = tmp_path / "all.json", tmp_path / "again.json"
    written = rivulet.done("sessions", "export", "all", str(file))
    assert (written["chats"], written["bytes"]) == (2, file.stat().st_size)
    assert file.stat().st_mode & 0o777 == 0o600
    imported = elsewhere.done("sessions", "import", str(file))
    assert (imported["chats"], imported["sentences"]) == (2, "2 chats imported.")
    elsewhere.done("sessions", "export", "all", str(again))
    assert again.read_bytes() == file.read_bytes()
    assert elsewhere("sessions", "import", str(file)).out == "2 chats imported.\n"


def test_markdown_is_for_people(rivulet: CommandLine, brief: Path, tmp_path: Path) -> None:
    rivulet.run(brief, "Tell me about the tides")
    for chats in ("1", "all"):
        file = tmp_path / f"{chats}.md"
        rivulet.done("sessions", "export", chats, str(file))
        assert file.read_text().startswith("# Tell me about the tides\n")
        assert "> Tell me about the tides\n" in file.read_text()


def test_a_file_of_which_a_part_is_damaged_is_imported_but_fails(rivulet: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "conversations.json"
    file.write_bytes(as_file(simple("Tides"), simple("Broken", mapping=7)))
    ended = rivulet("sessions", "import", str(file))
    assert (ended.code, ended.err) == (Exit.FAILED, "")
    assert ended.out == "1 chat imported. 1 skipped: “Broken”: mapping of entry 2 is missing or wrong.\n"
    assert [chat["title"] for chat in rivulet.done("sessions", "list")["chats"]] == ["Tides"]


def test_an_export_without_state_is_small_and_a_failed_one_leaves_nothing(rivulet: CommandLine, brief: Path, tmp_path: Path) -> None:
    rivulet.run(brief, "Hello")
    file = tmp_path / "chat.rivulet"
    assert rivulet.done("sessions", "export", "1", str(file))["bytes"] < 5_000
    ended = rivulet("sessions", "export", "1", str(tmp_path / "missing" / "chat"))
    assert ended.code == Exit.FAILED
    assert ended.err.startswith("rivulet: The file could not be written")
    assert os.listdir(tmp_path) == ["chat.rivulet"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["sessions", "show", "7"], Exit.NO_CHAT, "This chat no longer exists. Nothing was changed."),
        (["sessions", "delete", "7"], Exit.NO_CHAT, "This chat no longer exists. Nothing was changed."),
        (
            ["sessions", "export", "7", "/tmp/never-written"],
            Exit.NO_CHAT,
            "This chat no longer exists. Nothing was changed.",
        ),
        (["run", "--chat", "7", "Hello"], Exit.NO_CHAT, "This chat no longer exists. Nothing was changed."),
        (["run", "Hello"], Exit.FAILED, "There is no model yet; name a GGUF file with --model before the command."),
        (["--model", "/missing.gguf", "run", "Hello"], Exit.FAILED, "missing.gguf"),
        (["sessions", "import", "/missing"], Exit.FAILED, "The file could not be read"),
        (["sessions", "import", "/etc/hostname"], Exit.FAILED, "Nothing was imported."),
    ],
)
def test_what_fails_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: Exit, sentence: str) -> None:
    options = ["--data-dir", str(tmp_path / "data")]
    leave_guide_out(tmp_path / "data")
    assert run_command(parse([*options, *arguments])) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("rivulet: ")
    assert sentence in told.err
    assert run_command(parse([*options, *arguments, "--json"])) == code
    content = json.loads(capsys.readouterr().out)
    assert content["exit_code"] == code
    assert sentence in content["error"]


def test_who_holds_the_data_and_does_not_answer(
    paths: AppPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("desktop.app.headless.PATIENCE", 0.2)
    with DataLock(paths):
        assert run_command(parse(["--data-dir", str(paths.data), "sessions", "list"])) == Exit.NO_ANSWER
    assert "does not answer" in capsys.readouterr().err


def test_a_data_directory_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert run_command(parse(["--data-dir", str(tmp_path / "file"), "sessions", "list"])) == Exit.FAILED
    assert "cannot write" in capsys.readouterr().err


def test_two_commands_at_once_wait_for_each_other(rivulet: CommandLine) -> None:
    processes = [rivulet.start("sessions", "list", "--json") for _ in range(3)]
    ended = [finished(process) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], ended


def test_while_the_application_runs_commands_go_to_it(rivulet: CommandLine, brief: Path, tmp_path: Path) -> None:
    with rivulet.application("--model", str(brief)) as application:
        assert rivulet.socket.stat().st_mode & 0o077 == 0
        first = rivulet.done("run", "Hello from a terminal")
        assert first["status"] == "complete"
        second = rivulet.done("run", "--chat", str(first["chat"]), "Go on")
        assert second["tokens_restored"] >= history(first)
        assert rivulet("run", "--chat", str(first["chat"]), "And on").code == 0
        assert len(rivulet.done("sessions", "show", str(first["chat"]))["messages"]) == 6
        file = tmp_path / "chat.rivulet"
        rivulet.done("sessions", "export", str(first["chat"]), str(file), "--state")
        imported = rivulet.done("sessions", "import", str(file), "--trust-state")
        assert rivulet.done("sessions", "verify")["damaged"] == 0
        assert rivulet("sessions", "show", "99").code == Exit.NO_CHAT
        rivulet.done("sessions", "delete", str(imported["chat"]))
        other = rivulet("--model", str(tmp_path / "other.gguf"), "run", "Hello")
        assert other.code == Exit.FAILED
        assert "Rivulet is running with" in other.err
        assert application.poll() is None
    assert not rivulet.socket.exists()
    assert len(rivulet.done("sessions", "show", str(first["chat"]))["messages"]) == 6


def test_who_hangs_up_stops_the_reply(rivulet: CommandLine, endless: Path) -> None:
    with rivulet.application("--model", str(endless)):
        process = rivulet.start("run", "Hello")
        assert process.stdout is not None
        assert process.stdout.read(5)
        process.send_signal(signal.SIGINT)
        finished(process)
        assert process.returncode == Exit.STOPPED
        chat = str(rivulet.done("sessions", "list")["chats"][0]["chat"])
        wait_until(lambda: rivulet.done("sessions", "show", chat)["messages"][-1]["status"] == "stopped")


def test_quitting_ends_a_command_that_it_carries_out(rivulet: CommandLine, endless: Path) -> None:
    with rivulet.application("--model", str(endless)) as application:
        process = rivulet.start("run", "Hello")
        assert process.stdout is not None
        assert process.stdout.read(5)
        application.send_signal(signal.SIGTERM)
        _, err = finished(process)
        assert process.returncode == Exit.FAILED
        assert "ended before the command was done" in err
        assert application.wait(PATIENCE) == 0


def test_an_application_that_was_killed_leaves_no_trouble(rivulet: CommandLine) -> None:
    with rivulet.application() as application:
        application.kill()
        application.wait(PATIENCE)
    assert rivulet.socket.exists()
    assert rivulet("sessions", "list").code == 0
    with rivulet.application():
        assert rivulet("sessions", "list").code == 0


@pytest.mark.parametrize("beside_the_application", [True, False])
def test_who_reads_no_further_stops_the_reply(rivulet: CommandLine, endless: Path, beside_the_application: bool) -> None:
    with ExitStack() as stack:
        if beside_the_application:
            stack.enter_context(rivulet.application("--model", str(endless)))
        process = rivulet.start(*([] if beside_the_application else ["--model", str(endless)]), "run", "Hello")
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(5)
        process.stdout.close()
        assert process.wait(PATIENCE) == Exit.STOPPED
        assert process.stderr.read() == "rivulet: Stopped. What there is of the reply is kept.\n"
        process.stderr.close()
        [chat] = [chat["chat"] for chat in rivulet.done("sessions", "list")["chats"] if chat["message_count"]]  # it was asked once
        wait_until(lambda: rivulet.done("sessions", "show", str(chat))["messages"][-1]["status"] == "stopped")


def test_what_nobody_reads_is_no_failure(rivulet: CommandLine) -> None:
    process = rivulet.start("sessions", "list")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(PATIENCE) == Exit.DONE
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_command_removes_nothing_that_is_always_kept_ready(rivulet: CommandLine, brief: Path) -> None:
    rivulet.run(brief, "The first chat")
    rivulet.run(brief, "The second chat")
    with closing(sqlite3.connect(rivulet.data / "conversations.sqlite3")) as connection:
        connection.execute("UPDATE conversation SET is_kept_ready = 1 WHERE id = 1")
        connection.commit()
    SettingsFile(rivulet.data / "settings.json").write(Settings(budget=1))
    assert rivulet.done("sessions", "clean")["budget_bytes"] == 1
    assert [chat["saved_bytes"] > 0 for chat in rivulet.done("sessions", "list")["chats"]] == [False, True]


def test_a_reply_that_fails_says_so(
    tmp_path: Path, endless: Path, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    def fail(worker: Worker, *arguments: object) -> None:
        raise DecodeError(-3)

    expect_log("decoding failed")
    monkeypatch.setattr(Worker, "_write", fail)
    told: list[str] = []
    monkeypatch.setattr("sys.stderr.write", told.append)
    assert run_command(parse(["--data-dir", str(tmp_path / "data"), "--model", str(endless), "run", "Hello"])) == Exit.FAILED
    assert told == ["rivulet: The model could not go on. What there is of the reply is kept.\n"]


def test_a_pipe_is_nothing_to_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")  # opening it would wait for whoever writes
    assert run_command(parse(["--data-dir", str(tmp_path / "data"), "sessions", "import", str(tmp_path / "pipe")])) == Exit.FAILED
    assert "it is no file" in capsys.readouterr().err


def test_verifying_ends_when_it_is_cancelled() -> None:
    begun = threading.Event()

    def verify(on_progress: Callable[[int, int], None]) -> None:
        begun.set()
        while True:  # as with very many files
            on_progress(1, 2)

    async def scenario() -> None:
        services = SimpleNamespace(segments=SimpleNamespace(verify=verify))
        task = asyncio.ensure_future(COMMANDS[Verb.VERIFY](Command(Verb.VERIFY), services))  # type: ignore[arg-type]
        assert await asyncio.to_thread(begun.wait, PATIENCE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, PATIENCE)

    asyncio.run(scenario())


def test_why_an_unloaded_model_is_not_loaded_again_is_told() -> None:
    refused = RefusedModel(Path("a.gguf"), "A", "A takes more memory than there is.", None)

    async def load(path: Path) -> None:
        services.chats.model = ModelState(ModelPhase.UNLOADED, path, refused=refused)

    services: Any = SimpleNamespace(
        chats=SimpleNamespace(model=ModelState(ModelPhase.UNLOADED, refused.path), load_model=load),
        events=SimpleNamespace(listen=lambda on_event: lambda: None),
    )
    with pytest.raises(CommandError, match="A takes more memory than there is"):
        asyncio.run(_need_model(refused.path, services))


def test_a_model_that_sleeps_is_loaded_again_whatever_was_chosen_before() -> None:
    guide = ModelState(ModelPhase.UNLOADED, Path("guide.gguf"), "Guide", is_guide=True)

    async def load(path: Path) -> None:
        services.chats.model = ModelState(ModelPhase.READY, path)

    services: Any = SimpleNamespace(
        chats=SimpleNamespace(model=guide, load_model=load),
        events=SimpleNamespace(listen=lambda on_event: lambda: None),
        settings=Settings(model_path=Path("gone.gguf")),
    )
    asyncio.run(_need_model(None, services))
    assert services.chats.model.path == guide.path
