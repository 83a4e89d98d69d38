"""What the frozen application must hold to. A script stands in for it."""

import sys
from pathlib import Path

import pytest
from building.freezing import add_documents, check_size, program_of, self_test
from building.running import BuildError


@pytest.fixture
def application(tmp_path: Path) -> Path:
    folder = tmp_path / "rivulet"
    folder.mkdir()
    return folder


def tells(application: Path, script: str) -> Path:
    program = application / "rivulet"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return application


@pytest.mark.skipif(sys.platform != "linux", reason="the stand-in is started as on Linux")
class TestSelfTest:
    def test_what_it_told_is_returned(self, application: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LD_LIBRARY_PATH", "/of/the/builder")
        monkeypatch.setenv("PYTHONPATH", "/of/the/builder")
        told = self_test(tells(application, """echo "{\\"passed\\": true, \\"seen\\": \\"$1 $LD_LIBRARY_PATH$PYTHONPATH\\"}" """))
        assert told == {"passed": True, "seen": "--self-test "}

    @pytest.mark.parametrize(
        ("script", "said"),
        [
            ("""echo '{"passed": false, "why": "no FTS5"}'; exit 1""", "no FTS5"),
            ("""echo '{"passed": false, "why": "no FTS5"}'""", "no FTS5"),
            ("""echo '{"passed": "true"}'""", "failed"),
            ("echo '{}'", "failed"),
            ("exit 0", "told no result"),
            ("echo a word", "told no result"),
            ("echo 5", "told no result"),
            ("kill -SEGV $$", "code -11"),
        ],
    )
    def test_one_that_does_not_pass_ends_the_build(self, application: Path, script: str, said: str) -> None:
        with pytest.raises(BuildError, match=said):
            self_test(tells(application, script))


def test_one_that_is_too_large_ends_the_build(application: Path) -> None:
    (application / "a").write_bytes(bytes(60))
    (application / "b").write_bytes(bytes(40))
    (application / "link").symlink_to("a")
    assert check_size(application, 100) == 100
    assert check_size(application / "a", 60) == 60
    with pytest.raises(BuildError, match="more than"):
        check_size(application, 99)
    with pytest.raises(BuildError, match="more than"):
        check_size(application / "a", 59)


@pytest.mark.parametrize(("platform", "place"), [("darwin", "Contents/Resources"), ("win32", ".")])
def test_the_licences_of_others_go_with_it(application: Path, tmp_path: Path, platform: str, place: str) -> None:
    (application / place).mkdir(parents=True, exist_ok=True)
    notices = tmp_path / "THIRD-PARTY-NOTICES.txt"
    notices.write_text("Qt is under the LGPL.")
    add_documents(application, [notices], platform)
    assert (application / place / notices.name).read_text() == "Qt is under the LGPL."


@pytest.mark.skipif(sys.platform != "linux", reason="it is named after its system")
def test_its_program_is_the_one_for_a_console(application: Path) -> None:
    assert program_of(application) == application / "rivulet"
