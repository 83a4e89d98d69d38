"""Pictures of a window as small files: at most 256 colours, which is all that one has but for the edges of letters."""

from collections import Counter
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageWriter

_MOST = 256
_OFTEN = 96  # colours that are taken because they are seen most
_LOOKED_AT = 3000  # colours among which the others are chosen
_SMALLEST = 100  # of zlib


def write_small(image: QImage, path: Path) -> None:
    """Write an image as a PNG with a palette."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(plain.constBits()).cast("B").cast("I"))
    colours = palette([colour for colour, _ in counted.most_common(_LOOKED_AT)])
    writer = QImageWriter(str(path), b"png")
    writer.setCompression(_SMALLEST)
    indexed = plain.convertToFormat(QImage.Format.Format_Indexed8, colours, Qt.ImageConversionFlag.ThresholdDither)
    if not writer.write(indexed):
        raise OSError(writer.errorString())


def palette(colours: list[int]) -> list[int]:
    """Return at most 256 of some colours, which come by how often they are seen: the first, and others far from all of these."""
    chosen = colours[:_OFTEN]
    far = {colour: min((_distance(colour, other) for other in chosen), default=0) for colour in colours[_OFTEN:]}
    while far and len(chosen) < _MOST:
        next_one = max(far, key=far.__getitem__)
        chosen.append(next_one)
        del far[next_one]
        far = {colour: min(distance, _distance(colour, next_one)) for colour, distance in far.items()}
    return chosen


def _distance(one: int, other: int) -> int:
    return sum(((one >> shift & 255) - (other >> shift & 255)) ** 2 for shift in (0, 8, 16))
