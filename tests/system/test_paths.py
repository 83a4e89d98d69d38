import os
import stat
from pathlib import Path

import pytest

from desktop.system.errors import StartError
from desktop.system.paths import AppPaths


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_under_the_root(tmp_path):
    paths = AppPaths.under(tmp_path)
    assert {paths.database, paths.sessions, paths.logs, paths.settings} == {
        tmp_path / name for name in ("conversations.sqlite3", "sessions", "logs", "settings.json")
    }


def test_a_relative_root_outlives_a_change_of_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = AppPaths.under(Path("data"))
    monkeypatch.chdir("/")
    assert paths.data == tmp_path / "data"


def test_the_default_is_the_persons_own(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert AppPaths.default().data.is_relative_to(tmp_path)


def test_folders_and_later_files_are_private(tmp_path):
    paths = AppPaths.under(tmp_path / "a" / "data")
    paths.prepare()
    paths.database.write_bytes(b"")
    assert [mode(folder) for folder in (paths.data, paths.sessions, paths.logs)] == [0o700] * 3
    assert mode(paths.database) == 0o600
    assert {entry.name for entry in paths.data.iterdir()} == {"sessions", "logs", "conversations.sqlite3"}


def test_a_data_directory_that_was_open_to_others_is_closed(tmp_path):
    paths = AppPaths.under(tmp_path / "data")
    paths.sessions.mkdir(parents=True, mode=0o755)
    paths.prepare()
    assert (mode(paths.data), mode(paths.sessions)) == (0o700, 0o700)


def test_a_directory_of_other_things_keeps_its_mode(tmp_path):
    (tmp_path / "letters").mkdir()
    tmp_path.chmod(0o755)
    AppPaths.under(tmp_path).prepare()
    assert mode(tmp_path) == 0o755
    assert mode(tmp_path / "sessions") == 0o700


def test_preparing_twice_changes_nothing(paths):
    paths.database.write_bytes(b"chats")
    paths.prepare()
    assert paths.database.read_bytes() == b"chats"


def test_under_a_file_there_is_no_directory(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StartError, match=f"cannot write to its data directory {file / 'data'}"):
        AppPaths.under(file / "data").prepare()


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a file system that refuses root too")
def test_a_directory_that_refuses_writing_is_named():
    with pytest.raises(StartError, match=r"/proc/self \(.+\)\. Make it writable"):
        AppPaths.under(Path("/proc/self")).prepare()
