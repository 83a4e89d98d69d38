"""The workflow that builds the packages, read."""

import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from building.checksums import write_checksums

import desktop

ROOT = Path(desktop.__file__).parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the job runs on Linux")
SYSTEMS = {"linux": "ubuntu", "macos": "macos", "windows": "windows"}


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    content = yaml.safe_load((WORKFLOWS / "packages.yml").read_text("utf-8"))
    assert isinstance(content, dict)
    return content


def steps(workflow: dict[Any, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in workflow["jobs"].items():
        yield from ((name, step) for step in job["steps"])


def test_there_is_one_workflow() -> None:
    assert [file.name for file in WORKFLOWS.iterdir()] == ["packages.yml"]


def test_it_runs_for_versions_and_when_asked(workflow: dict[Any, Any]) -> None:
    begins = workflow[True]  # YAML 1.1 takes "on" for a truth
    assert begins == {"push": {"tags": ["v*"]}, "workflow_dispatch": None}


def test_all_that_it_uses_is_pinned(workflow: dict[Any, Any]) -> None:
    used = [step["uses"] for _, step in steps(workflow) if "uses" in step]
    assert len(used) > len(SYSTEMS)
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action), action
    text = (WORKFLOWS / "packages.yml").read_text("utf-8")
    lines = [line for line in text.splitlines() if "uses:" in line]
    assert len(lines) == len(used)
    assert all(re.search(r" # v\d+\.\d+\.\d+$", line) for line in lines), "who updates it sees which version it was"
    versions = {line.split("uses: ")[1] for line in lines}
    assert len(versions) == len({action.partition("@")[0] for action in used}), "one version of each"
    for job in workflow["jobs"].values():
        assert re.search(r"@sha256:[0-9a-f]{64}$", job.get("container", "@sha256:" + "0" * 64))
        assert not job["runs-on"].endswith("latest")


@pytest.mark.parametrize(("name", "runner"), SYSTEMS.items())
def test_every_system_builds_with_our_command_and_tests_it(workflow: dict[Any, Any], name: str, runner: str) -> None:
    job = workflow["jobs"][name]
    assert job["runs-on"].startswith(f"{runner}-")
    runs = [step.get("run", "") for step in job["steps"]]
    built = next(at for at, run in enumerate(runs) if re.search(r"^python3? packaging/build$", run, re.MULTILINE))
    tested = next(at for at, run in enumerate(runs) if "-m pytest tests/packages" in run)
    kept = next(at for at, step in enumerate(job["steps"]) if step.get("uses", "").startswith("actions/upload-artifact@"))
    assert built < tested < kept, "what fails is not kept"
    assert not any(step.get("continue-on-error") for step in job["steps"])


def test_the_linux_tests_can_drive_a_window(workflow: dict[Any, Any]) -> None:
    installed = "\n".join(step.get("run", "") for step in workflow["jobs"]["linux"]["steps"])
    for package in ("xvfb", "xdotool", "openbox", "imagemagick", "appstream", "desktop-file-utils", "glslc", "libvulkan-dev"):
        assert re.search(rf"\b{package}\b", installed), package
    named = re.search(r"sudo apt-get install -y (.*)", (ROOT / "README.md").read_text("utf-8"))
    assert named is not None
    assert set(named[1].split()) <= set(installed.split()), "all that the README says Qt needs"


def test_permissions_are_the_least(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    granted = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert granted == {"release": {"contents": "write"}}
    assert workflow["jobs"]["release"]["if"] == "github.ref_type == 'tag'"
    for _, step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_secrets_reach_only_the_steps_that_take_certificates_in(workflow: dict[Any, Any]) -> None:
    text = (WORKFLOWS / "packages.yml").read_text("utf-8")
    taking = [(name, step) for name, step in steps(workflow) if "secrets." in str(step)]
    assert [name for name, _ in taking] == ["macos", "windows"]
    for _, step in taking:
        assert step["name"].startswith("Take the certificate in")
        assert step["if"] == "github.ref_type == 'tag'"
        assert "secrets." not in step["run"]
    assert text.count("secrets.") == sum(str(step).count("secrets.") for _, step in taking)


def test_no_script_is_made_of_what_others_name(workflow: dict[Any, Any]) -> None:
    assert not [step["run"] for _, step in steps(workflow) if "${{" in step.get("run", "")]


def test_the_release_is_a_draft_with_checksums_of_all(workflow: dict[Any, Any]) -> None:
    jobs = workflow["jobs"]
    assert set(jobs["checksums"]["needs"]) == set(SYSTEMS)
    assert jobs["release"]["needs"] == "checksums"
    assert "sha256sum" in str(jobs["checksums"]["steps"])
    runs = [step.get("run", "") for step in jobs["release"]["steps"]]
    checked = next(at for at, run in enumerate(runs) if run == "sha256sum --check SHA256SUMS")
    drafted = next(at for at, run in enumerate(runs) if run.startswith("gh release create"))
    assert checked < drafted
    assert "--draft" in runs[drafted].split()
    assert "packages/*" in runs[drafted].split()


def script(workflow: dict[Any, Any], job: str, begins: str) -> str:
    [run] = [step["run"] for step in workflow["jobs"][job]["steps"] if step.get("name", "").startswith(begins)]
    assert isinstance(run, str)
    return run


def bash(command: str, folder: Path, temporary: Path) -> subprocess.CompletedProcess[str]:
    """Run a step's script the way the runners do."""
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command]
    variables = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(temporary)}
    return subprocess.run(words, cwd=folder, env=variables, capture_output=True, text=True, timeout=60)


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    """Return a folder with what the builds leave, each in a folder of its own."""
    for system, name in {"linux": "rivulet.deb", "macos": "Rivulet 1.dmg", "windows": "Rivulet.exe"}.items():
        place = tmp_path / "packages" / system
        place.mkdir(parents=True)
        (place / name).write_text(f"for {system}")
        (place / "THIRD-PARTY-NOTICES.txt").write_text(f"of {system}")
        write_checksums([place / name], place / "SHA256SUMS")
    return tmp_path / "packages"


@on_linux
def test_the_checksums_are_those_of_all_that_is_released(workflow: dict[Any, Any], artifacts: Path, tmp_path: Path) -> None:
    made = bash(script(workflow, "checksums", "Make the checksums"), artifacts, tmp_path)
    assert made.returncode == 0, made.stderr
    names = sorted(path.name for path in artifacts.iterdir())
    notices = [f"THIRD-PARTY-NOTICES-{system}.txt" for system in SYSTEMS]
    assert names == sorted(["Rivulet 1.dmg", "Rivulet.exe", "SHA256SUMS", *notices, "rivulet.deb"])
    assert all((artifacts / name).read_text() == f"of {system}" for name, system in zip(notices, SYSTEMS, strict=True))
    listed = [line.partition("  ")[2] for line in (artifacts / "SHA256SUMS").read_text().splitlines()]
    assert sorted(listed) == [name for name in names if name != "SHA256SUMS"]
    looked = bash(script(workflow, "release", "Look at the checksums"), artifacts, tmp_path)
    assert looked.returncode == 0, looked.stdout


@on_linux
def test_what_changed_on_its_way_gets_no_checksum(workflow: dict[Any, Any], artifacts: Path, tmp_path: Path) -> None:
    (artifacts / "macos/Rivulet 1.dmg").write_text("another")
    assert bash(script(workflow, "checksums", "Make the checksums"), artifacts, tmp_path).returncode != 0
    assert not (artifacts / "SHA256SUMS").exists()


def test_macos_is_built_for_the_version_that_its_bundle_asks_for(workflow: dict[Any, Any]) -> None:
    told = plistlib.loads((ROOT / "packaging/macos/Info.plist").read_bytes())
    assert workflow["jobs"]["macos"]["env"]["MACOSX_DEPLOYMENT_TARGET"] == told["LSMinimumSystemVersion"]
