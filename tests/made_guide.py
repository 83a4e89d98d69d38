"""A guide that is made in a moment: it lies and is known as the real one, but what it says makes no sense."""

import hashlib
from pathlib import Path

from desktop.models.guide import NAME, Guide
from tests.tiny_models import TinyModel


def made_guide(folder: Path, ends: float = 1.6) -> Guide:
    folder.mkdir(exist_ok=True)
    model = TinyModel(name=NAME, ends=ends, context_length=4096, recommends={"temp": 0.0})
    file = model.write(folder / "guide.gguf")
    (folder / "guide.sha256").write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  guide.gguf\n")
    return Guide(folder)
