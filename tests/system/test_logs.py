import logging
import os
import stat

import pytest

from desktop.system.logs import FILE_BYTES, OLD_FILES, open_log


@pytest.fixture(autouse=True)
def open_umask(paths):
    os.umask(0o022)  # the files must be private without its help


def test_records_go_to_a_private_file(paths):
    close = open_log(paths.logs)
    logging.getLogger("desktop.chat").info("started")
    logging.getLogger("elsewhere").info("not ours")
    close()
    (file,) = paths.logs.iterdir()
    text = file.read_text("utf-8")
    assert text.endswith("INFO MainThread desktop.chat: started\n")
    assert "not ours" not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_name_that_is_no_text_is_written_all_the_same(paths, capsys, expect_log):
    expect_log("tried m")
    close = open_log(paths.logs)
    logging.getLogger("desktop.chat").warning("tried %s", "m\udcff.gguf")
    close()
    (file,) = paths.logs.iterdir()
    assert file.read_text("utf-8").endswith("tried m\\udcff.gguf\n")
    assert capsys.readouterr().err == ""


def test_closing_leaves_logging_as_it_was(paths):
    root, ours = logging.getLogger(), logging.getLogger("desktop")
    before = list(root.handlers), ours.level
    open_log(paths.logs)()
    assert (list(root.handlers), ours.level) == before


def test_the_files_are_few_small_and_private(paths):
    close = open_log(paths.logs)
    for _ in range(7):
        logging.getLogger("desktop").info("x" * (FILE_BYTES - 200))
    close()
    files = list(paths.logs.iterdir())
    assert len(files) == 1 + OLD_FILES
    assert all(file.stat().st_size <= FILE_BYTES and stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
