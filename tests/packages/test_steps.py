"""What the packages of each system are made of. What makes them is stood in for."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from building import macos, notices, steps, windows

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("system", "module", "place"), [("darwin", macos, "Contents/Resources"), ("win32", windows, ".")], ids=["macos", "windows"]
)
def test_the_licences_are_in_the_application_before_it_is_signed_and_packed(
    system: str, module: object, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application, target = tmp_path / "application", tmp_path / "dist"
    (application / place).mkdir(parents=True)
    target.mkdir()
    packed: list[dict[str, str]] = []

    def pack(folder: Path, *others: object) -> Path:
        packed.append({file.name: file.read_text("utf-8") for file in (folder / place).iterdir()})
        return target / "package"

    monkeypatch.setattr(steps, "sys", SimpleNamespace(platform=system))
    monkeypatch.setattr(notices, "write_notices", lambda file, sources: file.write_text("Qt is under the LGPL."))
    monkeypatch.setattr(module, "pack", pack)
    assert steps._pack(application, "1.2.3", target, tmp_path / "llama.cpp") == [target / "package"]
    assert packed == [{"THIRD-PARTY-NOTICES.txt": "Qt is under the LGPL.", "LICENSE": (ROOT / "LICENSE").read_text("utf-8")}]
