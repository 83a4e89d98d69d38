import io
import os
import sys
from pathlib import Path

import pytest

import desktop
from desktop.app.command_line import Options, parse
from desktop.app.commands.command import Command, Exit, Form, Verb


def test_no_options():
    assert parse([]) == Options(data_dir=None, model=None, offline=False, command=None)


def test_all_options(monkeypatch):
    monkeypatch.chdir("/")
    assert parse(["--data-dir", "data", "--model=/a b.gguf", "--offline"]) == Options(Path("/data"), Path("/a b.gguf"), offline=True)


def test_the_self_test():
    assert parse(["--self-test"]) == Options(self_test=True)
    assert parse(["--self-test-part", "/tmp/x", "9.5", "imports"]) == Options(self_test_part=("/tmp/x", "9.5", "imports"))


def test_a_home_directory_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert parse(["--model", "~/a.gguf"]).model == tmp_path / "a.gguf"


def test_the_version(capsys):
    with pytest.raises(SystemExit) as exit:
        parse(["--version"])
    assert exit.value.code == 0
    assert capsys.readouterr().out == f"Rivulet {desktop.__version__}\n"


def test_the_help_tells_every_exit_code(capsys):
    with pytest.raises(SystemExit):
        parse(["--help"])
    told = capsys.readouterr().out.partition("exit codes:")[2]
    assert [int(line.split()[0]) for line in told.strip().splitlines()] == [code.value for code in Exit]


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (["a b.gguf"], ["/a b.gguf"]),
        (["a.gguf", "--offline", "sub/b.json", "--model", "m"], ["/a.gguf", "/sub/b.json"]),
        (["./run"], ["/run"]),
        (["--", "run", "-x"], ["/run", "/-x"]),
        (["../doctor", "run"], ["/../doctor", "/run"]),
        (["file:///a%20b%C3%A9%FF.gguf"], ["/a bé\udcff.gguf"]),
        (["FILE://localhost/a%2Fb"], ["/a/b"]),
        (["file:/a.json"], ["/a.json"]),
        (["C:\\a.gguf"], ["/C:\\a.gguf"]),
        (["a:b"], ["/a:b"]),
        (["~/x"], ["/home/x"]),
        (["~nobody-at-all/x"], ["/~nobody-at-all/x"]),
        (["tmp"], ["/tmp"]),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="paths of other systems")
def test_files(arguments, files, monkeypatch):
    monkeypatch.chdir("/")
    monkeypatch.setenv("HOME", "/home")
    options = parse(arguments)
    assert options.files == tuple(map(Path, files))
    assert options.command is None
    assert options.offline is ("--offline" in arguments)
    assert options.model == (Path("/m") if "--model" in arguments else None)


@pytest.mark.parametrize("arguments", [["--help"], ["--model", "m", "--help"], ["a.gguf", "-h"]])
def test_the_help_tells_of_files_and_of_every_command(arguments, capsys):
    with pytest.raises(SystemExit) as exit:
        parse(arguments)
    assert exit.value.code == 0
    told = capsys.readouterr().out
    assert "FILE is opened in the window" in told
    for name in ("[FILE ...]", "run", "doctor", "sessions", "models", "delete-all"):
        assert name in told


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["sessions", "list"], Command(Verb.LIST)),
        (["delete-all", "--yes"], Command(Verb.DELETE_ALL)),
        (["sessions", "show", "7"], Command(Verb.SHOW, chat=7)),
        (["sessions", "delete", "7"], Command(Verb.DELETE, chat=7)),
        (["sessions", "export", "7", "/x"], Command(Verb.EXPORT, chat=7, file=Path("/x"))),
        (["sessions", "export", "7", "x", "--state"], Command(Verb.EXPORT, chat=7, file=Path("/x"), with_state=True)),
        (["sessions", "export", "7", "x.md"], Command(Verb.EXPORT, chat=7, file=Path("/x.md"), form=Form.MARKDOWN)),
        (["sessions", "export", "all", "x.JSON"], Command(Verb.EXPORT, file=Path("/x.JSON"), form=Form.JSON)),
        (["sessions", "export", "all", "--format", "json", "x"], Command(Verb.EXPORT, file=Path("/x"), form=Form.JSON)),
        (["sessions", "export", "7", "--format", "rivulet", "x.md"], Command(Verb.EXPORT, chat=7, file=Path("/x.md"))),
        (
            ["sessions", "export", "7", "x.md", "--thoughts"],
            Command(Verb.EXPORT, chat=7, file=Path("/x.md"), form=Form.MARKDOWN, with_thoughts=True),
        ),
        (["sessions", "import", "x"], Command(Verb.IMPORT, file=Path("/x"))),
        (["sessions", "import", "--trust-state", "x"], Command(Verb.IMPORT, file=Path("/x"), trusts_state=True)),
        (["sessions", "verify"], Command(Verb.VERIFY)),
        (["sessions", "clean"], Command(Verb.CLEAN)),
        (["sessions", "clean", "--budget", "0"], Command(Verb.CLEAN, budget=0)),
        (["run", "Hello"], Command(Verb.RUN, prompt="Hello")),
        (
            ["--model", "/m", "run", "--chat", "7", "--max-tokens", "9", "Hello"],
            Command(Verb.RUN, chat=7, prompt="Hello", max_tokens=9, model=Path("/m")),
        ),
        (["doctor"], Command(Verb.DOCTOR)),
        (["models", "list"], Command(Verb.LIST_MODELS)),
        (["models", "add", "a b.gguf"], Command(Verb.ADD_MODEL, file=Path("/a b.gguf"))),
        (["models", "remove", "Tides 4B"], Command(Verb.REMOVE_MODEL, name="Tides 4B", file=Path("/Tides 4B"))),
        (["models", "verify"], Command(Verb.VERIFY_MODELS)),
        (["models", "verify", "../x.gguf"], Command(Verb.VERIFY_MODELS, name="../x.gguf", file=Path("/x.gguf"))),
        (
            ["models", "fetch", "sea/Tides-4B.GGUF", "Q4/tides-00001-of-00002.gguf"],
            Command(Verb.FETCH_MODEL, repository="sea/Tides-4B.GGUF", name="Q4/tides-00001-of-00002.gguf"),
        ),
    ],
)
def test_commands(arguments, command, monkeypatch):
    monkeypatch.chdir("/")
    assert parse(arguments).command == command
    assert not parse(arguments).is_json
    options = parse([*arguments, "--json"])
    assert options.is_json
    assert options.command == command
    assert Command.decode(command.encode()) == command, "it travels to a running instance"


@pytest.mark.parametrize(
    ("text", "size"), [("1", 1), ("500M", 500_000_000), ("20G", 20 * 10**9), ("1.5GiB", 3 << 29), ("20 gb", 20 * 10**9), ("7k", 7000)]
)
def test_sizes(text, size):
    assert parse(["sessions", "clean", "--budget", text]).command.budget == size


def test_a_prompt_may_come_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin.read", lambda: "a long\ntext")
    assert parse(["run", "-"]).command.prompt == "a long\ntext"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--data"],
        ["--off"],
        ["--model", ""],
        ["extra"],
        ["extra", "a.gguf"],
        ["a.gguf", "--data"],
        ["a.gguf", "--hel"],
        ["a.gguf", "--", "smb://server/b"],
        ["a.gguf", ""],
        [""],
        ["https://example.org/a.gguf"],
        ["smb://server/a.gguf"],
        ["file://server/a.gguf"],
        ["file://[/a.gguf"],
        ["file:///"],
        ["file:///a%00b.json"],
        ["/" + "x" * 10_000],
        [f"/{number}.json" for number in range(10_001)],
        ["--model"],
        ["sessions"],
        ["delete-all"],
        ["sessions", "burn"],
        ["sessions", "show"],
        ["sessions", "show", "0"],
        ["sessions", "show", "-1"],
        ["sessions", "show", "one"],
        ["sessions", "show", "9" * 30],
        ["sessions", "export", "1"],
        ["sessions", "export", "1", ""],
        ["sessions", "export", "every", "x.json"],
        ["sessions", "export", "all", "x"],
        ["sessions", "export", "1", "x", "--format", "zip"],
        ["sessions", "export", "1", "x.json", "--state"],
        ["sessions", "export", "1", "x.json", "--thoughts"],
        ["sessions", "clean", "--budget", "much"],
        ["sessions", "clean", "--budget", "-1"],
        ["sessions", "clean", "--budget", "999999999999T"],
        ["sessions", "list", "--js"],
        ["run"],
        ["run", " "],
        ["run", "--max-tokens", "-3", "Hello"],
        ["run", "--model", "m", "Hello"],
        ["models"],
        ["models", "add"],
        ["models", "remove"],
        ["models", "remove", ""],
        ["models", "verify", " "],
        ["models", "remove", "x" * 10_001],
        ["models", "fetch", "sea/tides"],
        ["models", "fetch", "tides", "x.gguf"],
        ["models", "fetch", "https://huggingface.co/sea/tides", "x.gguf"],
        ["models", "fetch", "sea/..", "x.gguf"],
        ["models", "fetch", "sea/tides", "x.bin"],
        ["models", "fetch", "sea/tides", "../x.gguf"],
        ["models", "fetch", "sea/tides", "/x.gguf"],
        ["models", "fetch", "sea/tides", "a/../x.gguf"],
        ["models", "fetch", "sea/tides", "x y.gguf"],
        ["--offline", "models", "fetch", "sea/tides", "x.gguf"],
        ["--self-test", "--data-dir", "x"],
        ["--offline", "--self-test"],
        ["--self-test", "doctor"],
        ["--self-test", "model.gguf"],
        ["--offline", "--self-test", "./model.gguf"],
        ["--self-test-part"],
    ],
)
def test_wrong_options_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as exit:
        parse(arguments)
    assert exit.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"x" * 100,
        Command(Verb.LIST).encode().replace(b'"list"', b'"burn"'),
        Command(Verb.EXPORT, chat=1, file=Path("/x")).encode().replace(b'"/x"', b'"../x"'),
        Command(Verb.SHOW, chat=1).encode().replace(b'"chat": 1', b'"chat": 0'),
        Command(Verb.RUN).encode().replace(b'"max_tokens": 0', b'"max_tokens": -1'),
        Command(Verb.OPEN, files=(Path("/x"),)).encode().replace(b'"/x"', b'"x"'),
        Command(Verb.OPEN, files=(Path("/x"),)).encode().replace(b'"/x"', b"7"),
        Command(Verb.OPEN, files=(Path("/x"),)).encode().replace(b'["/x"]', b'"/x"'),
        Command(Verb.OPEN, activation="x" * 20_000).encode(),
        Command(Verb.OPEN, activation="a\0b").encode(),
        Command(Verb.OPEN, activation="\ud800").encode(),
        Command(Verb.OPEN, files=(Path("/a\0b"),)).encode(),
        Command(Verb.OPEN, model=Path("/\ud800")).encode(),
        Command(Verb.FETCH_MODEL, repository="a/b").encode().replace(b"a/b", b"a/../b"),
    ],
)
def test_what_is_no_command_is_refused(line):
    with pytest.raises(ValueError, match=r"."):
        Command.decode(line)


@pytest.mark.skipif(sys.platform == "win32", reason="its names are text")
def test_names_that_are_no_text_travel_too():
    command = Command(Verb.OPEN, files=(Path(os.fsdecode(b"/a\nb \xff.json")),), activation="\udcff")
    assert Command.decode(command.encode()) == command


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_standard_input_without_a_text_is_refused(monkeypatch, capsys, content):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8"))
    with pytest.raises(SystemExit) as exit:
        parse(["run", "-"])
    assert exit.value.code == 2
    assert "error: argument PROMPT" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "offered"), [(["nonsense"], "run, doctor"), (["sessions", "nonsense"], "list, show")])
def test_a_command_that_does_not_exist_is_told_with_those_that_do(
    words: list[str], offered: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(words)
    told = capsys.readouterr().err.replace("'", "")  # which newer Pythons leave out
    assert f"invalid choice: nonsense (choose from {offered}" in told
