"""What commands print for people."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from desktop.app.commands.command import Command, Exit, Outcome, Verb
from desktop.app.commands.showing import Printer, encoded

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone cannot be changed here")
    monkeypatch.setenv("TZ", "XYZ+5")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def shown(verb: Verb, result: dict[str, object], capsys: pytest.CaptureFixture[str]) -> str:
    Printer(Command(verb), is_json=False).show(Outcome(Exit.DONE, result))
    return capsys.readouterr().out


@pytest.mark.usefixtures("far_away")
@pytest.mark.parametrize("moment", [NOON, encoded(NOON)])
def test_times_are_those_of_this_computer(moment: object, capsys: pytest.CaptureFixture[str]) -> None:
    chat = {"chat": 1, "title": "Chat", "updated_at": moment, "saved_bytes": 0, "model": "", "messages": []}
    listed = shown(Verb.LIST, {"chats": [chat], "used_bytes": 0, "budget_bytes": 1}, capsys)
    assert "2026-01-02 07:00" in listed
    session = {"created_at": moment, "rounds": 1, "id": "x"}
    assert "Open since 2026-01-02 07:00" in shown(Verb.SHOW, {**chat, "session": session}, capsys)


def test_what_is_beyond_the_budget_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    result: dict[str, object] = {"freed_bytes": 2_000_000, "used_bytes": 34_000_000, "pinned_bytes": 34_000_000, "budget_bytes": 1_000_000}
    held = "34 MB of that by open chats and those that are always kept ready"
    assert shown(Verb.CLEAN, result, capsys) == f"2 MB were freed; 34 MB are used, {held}.\n"
    assert shown(Verb.CLEAN, {**result, "budget_bytes": 40_000_000}, capsys) == "2 MB were freed; 34 MB are used.\n"


def test_the_reply_stands_alone_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    printer = Printer(Command(Verb.RUN), is_json=False)
    printer.write("Hello")
    printer.show(Outcome(Exit.DONE, {"chat": 7}))
    assert capsys.readouterr() == ("Hello\n", "(chat 7)\n")
