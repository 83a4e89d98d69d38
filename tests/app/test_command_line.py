from pathlib import Path

import pytest

import desktop
from desktop.app.command_line import Options, parse


def test_no_options():
    assert parse([]) == Options(data_dir=None, model=None, offline=False)


def test_all_options(monkeypatch):
    monkeypatch.chdir("/")
    assert parse(["--data-dir", "data", "--model=/a b.gguf", "--offline"]) == Options(Path("/data"), Path("/a b.gguf"), offline=True)


def test_a_home_directory_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert parse(["--model", "~/a.gguf"]).model == tmp_path / "a.gguf"


def test_the_version(capsys):
    with pytest.raises(SystemExit) as exit:
        parse(["--version"])
    assert exit.value.code == 0
    assert capsys.readouterr().out == f"Rivulet {desktop.__version__}\n"


@pytest.mark.parametrize("arguments", [["--data"], ["--off"], ["--model", ""], ["extra"], ["--model"]])
def test_wrong_options_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as exit:
        parse(arguments)
    assert exit.value.code == 2
    assert "rivulet: error:" in capsys.readouterr().err
