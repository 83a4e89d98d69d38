import subprocess
import sys

import pytest

from desktop.system.errors import StartError
from desktop.system.lock import DataLock
from desktop.system.paths import AppPaths


def test_a_second_instance_is_told_of_the_first(paths):
    with DataLock(paths), pytest.raises(StartError, match="already running"):
        DataLock(paths)


def test_another_data_directory_is_free(paths, tmp_path):
    other = AppPaths.under(tmp_path / "other")
    other.prepare()
    with DataLock(paths), DataLock(other):
        pass


def test_release_lets_the_next_one_in(paths):
    DataLock(paths).release()
    with DataLock(paths):
        pass


def test_what_lies_in_place_of_its_file_is_told(paths):
    paths.lock.mkdir()
    with pytest.raises(StartError, match=r"cannot use its file .*lock .*delete it"):
        DataLock(paths)


def test_a_killed_process_leaves_no_lock(paths):
    program = (
        "import sys, pathlib; from desktop.system.lock import DataLock; from desktop.system.paths import AppPaths;"
        "lock = DataLock(AppPaths.under(pathlib.Path(sys.argv[1]))); print('locked', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(paths.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"locked\n"
        with pytest.raises(StartError):
            DataLock(paths)
        process.kill()
    with DataLock(paths):
        pass
