"""The rules of desktop/ARCHITECTURE.md that a program can check."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import desktop

ROOT = Path(desktop.__file__).parents[1]
MODULES = sorted((ROOT / "desktop").rglob("*.py"))
LONGEST = 450  # lines


def name(path):
    return path.relative_to(ROOT).as_posix()


def imports(path):
    """Yield the top-level packages that a module imports, inside of functions too."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_the_import_contracts_hold():
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_does_one_thing(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", [path for path in MODULES if "ui" in path.relative_to(ROOT).parts], ids=name)
def test_no_dialog_runs_an_event_loop_of_its_own(path):
    calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Attribute) and node.attr in ("exec", "exec_")]
    drags = {"chat_drag.py"}  # a drag has no other way to begin
    assert [node.lineno for node in calls if path.name not in drags] == []


@pytest.mark.parametrize(
    ("package", "only"),
    [
        ("llama_cpp", {f"desktop/inference/binding/{name}.py" for name in ("batch", "context", "library", "model", "sampler")}),
        ("sqlite3", {"desktop/conversations/database.py"}),
    ],
)
def test_one_module_calls_a_package_that_needs_care(package, only):
    assert {name(path) for path in MODULES if package in imports(path)} == only


@pytest.mark.parametrize("module", ["desktop.app", "desktop.app.command_line", "desktop.app.display", "desktop.app.self_test.running"])
def test_starting_imports_nothing_slow(module):
    program = f"import sys, {module}; print(sorted({{'llama_cpp', 'numpy', 'PySide6', 'jinja2'}} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout == "[]\n"
