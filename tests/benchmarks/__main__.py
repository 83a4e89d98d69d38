"""python -m tests.benchmarks NAME --json FILE: measure, print a table, write the figures.

Benchmarks compute for minutes and must run alone: a second process that computes slows both many times over.
"""

import argparse
import json
import sys
from pathlib import Path

from tests.benchmarks import sessions
from tests.benchmarks.model import SHAPES


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("benchmark", choices=["sessions"], help="what to measure")
    parser.add_argument("--shape", choices=sorted(SHAPES), default="1b", help="which model to write and run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    parser.add_argument("--threads", type=int, default=0, help="threads of llama.cpp; 0: as the application would")
    arguments = parser.parse_args()
    figures = sessions.measure(SHAPES[arguments.shape], arguments.threads)
    sys.stdout.write(sessions.table(figures))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
