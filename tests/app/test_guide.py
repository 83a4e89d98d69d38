"""The guide from a terminal: it answers where nothing was chosen, is listed, stays, and gives way."""

from pathlib import Path

import pytest

from desktop.app.commands.command import Exit
from desktop.system.settings import Settings, SettingsFile
from tests.app.command_lines import CommandLine

NAME = "Guide (built in)"


@pytest.fixture
def guided(rivulet: CommandLine) -> CommandLine:
    """The command line on a data directory as after the first start, where no other program has fetched anything."""
    SettingsFile(rivulet.data / "settings.json").write(Settings(uses_hub_cache=False))
    return rivulet


def test_it_replies_where_nothing_was_chosen(guided: CommandLine, brief: Path) -> None:
    first = guided.done("run", "Hello")
    assert (first["model"], bool(first["text"])) == ("Guide", True)
    again = guided.done("run", "--chat", str(first["chat"]), "And now?")
    assert again["tokens_restored"] > 0
    assert guided.run(brief, "Hello")["model"] == "brief"


def test_a_chosen_model_that_is_gone_is_no_reason_to_ask_it(guided: CommandLine, tmp_path: Path) -> None:
    SettingsFile(guided.data / "settings.json").write(Settings(model_path=tmp_path / "gone.gguf"))
    ended = guided("run", "Hello")
    assert ended.code == Exit.FAILED
    assert "gone.gguf" in ended.err


def test_it_is_listed_and_stays(guided: CommandLine) -> None:
    [entry] = guided.done("models", "list")["models"]
    assert (entry["name"], entry["origin"], entry["is_checked"], entry["fault"]) == (NAME, "guide", True, "")
    assert guided("models", "list").out.startswith(NAME)
    removed = guided("models", "remove", NAME)
    assert removed.code == Exit.FAILED
    assert f"{NAME} belongs to Rivulet, so it was not removed." in removed.err
    [verified] = guided.done("models", "verify", "guide")["models"]
    assert (verified["is_intact"], verified["sha256"]) == (True, entry["sha256"])


def test_in_a_window_it_gives_way_to_a_model_that_is_named(guided: CommandLine, brief: Path) -> None:
    with guided.application("--offline"):
        assert guided.done("run", "Hello")["model"] == "Guide"
        assert guided.run(brief, "Hello")["model"] == "brief"
        assert guided.done("run", "Hello")["model"] == "brief"
