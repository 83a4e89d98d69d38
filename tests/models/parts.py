"""Models in several files."""

import struct
from pathlib import Path

from tests.models.headers import Header, key, model_keys, number, tensor, text

UINT16 = 2


def write_parts(folder: Path, count: int = 3, stem: str = "river", *, name: str = "River", fill: bytes = b"\0") -> list[Path]:
    """Write a model of as many layers as it has files, one in each, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        Header(
            keys=[
                *(model_keys("llama", count, text("general.name", name)) if part == 0 else []),
                key("split.no", UINT16, struct.pack("<H", part)),
                key("split.count", UINT16, struct.pack("<H", count)),
                number("split.tensors.count", count),
            ],
            tensors=[tensor(f"blk.{part}.weight", (8,))],
            data=fill * 32,
        ).write(folder / f"{stem}-{part + 1:05d}-of-{count:05d}.gguf")
        for part in range(count)
    ]
