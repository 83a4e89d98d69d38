"""python -m tests.benchmarks NAME --json FILE: measure, print a table, write the figures.

Benchmarks compute for minutes and must run alone: a second process that computes slows both many times over.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks import fit, guide, peer_figures, peers, search, sessions, side_by_side, streaming, window
from tests.benchmarks.model import FAMILIES, SHAPES


def main() -> int:
    """Run the benchmark that was asked for; return 1 where one of its figures is not what is asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    common.add_argument("--threads", type=int, default=0, help="threads of llama.cpp; 0: as the application would")
    benchmarks = parser.add_subparsers(dest="benchmark", required=True)
    alone = benchmarks.add_parser("sessions", parents=[common], help="what quick resume and forks cost")
    alone.add_argument("--shape", choices=sorted(SHAPES), default="1b", help="which model to write and run")
    panes = benchmarks.add_parser("side-by-side", parents=[common], help="what opening a pane costs one that streams")
    panes.add_argument("--shape", choices=sorted(SHAPES), default="1b", help="which model to write and run")
    benchmarks.add_parser("fit", parents=[common], help="what models are said to take in memory, and what they then take; not of time")
    benchmarks.add_parser("guide", parents=[common], help="how soon the guide of a first start answers")
    drawn = benchmarks.add_parser("window", parents=[common], help="starting, opening chats, streaming, memory")
    drawn.add_argument("--profile", action="store_true", help="stalls alone, with a profile of the window's thread")
    beside = benchmarks.add_parser("peers", parents=[common], help="the same beside llama-server")
    beside.add_argument("--llama-cpp", type=Path, metavar="DIR", required=True, help="where llama.cpp was built")
    beside.add_argument("--family", choices=peer_figures.FAMILIES, help="this one alone")
    beside.add_argument("--tokens", type=int, nargs="+", default=peers.LENGTHS, help="lengths of the chats")
    beside.add_argument("--shape", choices=sorted(FAMILIES), default="full", help="tiny: to try the benchmark itself")
    benchmarks.add_parser("streaming", parents=[common], help="what a frame of a reply and a paste of a megabyte cost the window")
    benchmarks.add_parser("search", parents=[common], help="what a search in 200,000 messages costs, and the list of their chats")
    arguments = parser.parse_args()
    run = {
        "fit": _run_fit,
        "guide": _run_guide,
        "peers": _run_peers,
        "search": _run_search,
        "streaming": _run_streaming,
        "window": _run_window,
    }.get(arguments.benchmark, _run_alone)
    return run(arguments)


def _run_fit(arguments: argparse.Namespace) -> int:
    figures = fit.measure(arguments.threads)
    sys.stdout.write(fit.table(figures))
    _write(arguments.json, figures)
    return 0 if fit.is_met(figures) else 1


def _run_guide(arguments: argparse.Namespace) -> int:
    figures = guide.measure()
    sys.stdout.write(guide.table(figures))
    _write(arguments.json, figures)
    return 0 if guide.is_met(figures) else 1


def _run_streaming(arguments: argparse.Namespace) -> int:
    figures = streaming.measure()
    sys.stdout.write(streaming.table(figures))
    _write(arguments.json, figures)
    return 0


def _run_search(arguments: argparse.Namespace) -> int:
    figures = search.measure()
    sys.stdout.write(search.table(figures))
    _write(arguments.json, figures)
    return 0 if search.is_met(figures) else 1


def _run_alone(arguments: argparse.Namespace) -> int:
    benchmark = {"sessions": sessions, "side-by-side": side_by_side}[arguments.benchmark]
    figures = benchmark.measure(SHAPES[arguments.shape], arguments.threads)
    sys.stdout.write(benchmark.table(figures))
    _write(arguments.json, figures)
    return 0


def _run_peers(arguments: argparse.Namespace) -> int:
    shapes = {name: shape for name, shape in FAMILIES[arguments.shape].items() if arguments.family in (None, name)}

    def on_family(figures: dict[str, Any]) -> None:  # each takes minutes: what is measured is not lost if the next one fails
        _write(arguments.json, figures)

    figures = peers.measure(shapes, arguments.tokens, arguments.llama_cpp, arguments.threads, on_family)
    sys.stdout.write(peer_figures.table(figures))
    return 0 if all(row.is_met for row in peer_figures.rows(figures)) else 1


def _run_window(arguments: argparse.Namespace) -> int:
    figures = window.measure(is_profiled=arguments.profile)
    sys.stdout.write(window.table(figures))
    _write(arguments.json, figures)
    return 0 if window.is_met(figures) else 1


def _write(path: Path | None, figures: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
