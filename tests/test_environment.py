"""Whether the packages that were installed behave; each test names what it guards against."""

import subprocess
import sys
from importlib.metadata import version

import pytest

# In a process of its own, for a bad version ends it: None has a few thousand references to lose, and then it is freed.
# The padding lets the count fall far enough to be seen.
VOID_CALLS = """
import sys
from PySide6.QtGui import QTextDocument
padding = [None] * 400_000
document = QTextDocument()
before = sys.getrefcount(None)
for _ in range(50_000):
    document.setTextWidth(1.0)
print(before - sys.getrefcount(None))
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot be freed from Python 3.12 on")
def test_void_calls_of_qt_lose_no_reference():
    result = subprocess.run([sys.executable, "-c", VOID_CALLS], capture_output=True, text=True, timeout=60, check=True)
    assert abs(int(result.stdout)) < 1000


@pytest.mark.parametrize(("package", "start"), [("PySide6-Essentials", "6.11."), ("llama-cpp-python", "0.3.36"), ("qasync", "0.28.")])
def test_the_versions_are_those_that_the_code_leans_on(package, start):
    assert version(package).startswith(start)


def test_qt_is_the_one_that_pyside_was_built_for():
    import PySide6
    from PySide6.QtCore import qVersion

    assert qVersion() == PySide6.__version__


def test_sqlite_indexes_parts_of_words():
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5 (text, content = '', detail = none, tokenize = 'trigram case_sensitive 1')")
    connection.execute("INSERT INTO found (rowid, text) VALUES (7, 'moonlight')")
    assert connection.execute("SELECT rowid FROM found WHERE found MATCH '\"nli\"'").fetchall() == [(7,)]
    connection.close()
