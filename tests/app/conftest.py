"""What the tests of the command line share."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.command_lines import CommandLine
from tests.guide_off import leave_guide_out


@pytest.fixture
def rivulet() -> Iterator[CommandLine]:
    """The command line on a data directory whose path is short enough for a socket in it, without the guide."""
    data = Path(f"/tmp/rivulet-test-{os.getpid()}-{time.monotonic_ns()}")
    leave_guide_out(data)
    yield CommandLine(data)
    subprocess.run(["rm", "-rf", str(data)], check=True)
