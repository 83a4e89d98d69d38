"""The application's icon in the forms that each system wants, from its two drawings in resources/icons/application."""

import struct
from pathlib import Path

from building.running import BuildError

ROOT = Path(__file__).resolve().parents[2]
DRAWING = ROOT / "resources/icons/application/rivulet.svg"
SMALL_DRAWING = ROOT / "resources/icons/application/rivulet-small.svg"
LARGEST_SMALL = 24  # pixels; from there on the other drawing is the better one

HICOLOR_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 192, 256, 512)
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
ICNS_SIZES = {b"ic11": 32, b"ic12": 64, b"ic07": 128, b"ic13": 256, b"ic08": 256, b"ic14": 512, b"ic09": 512, b"ic10": 1024}
_MACOS_SCALE = 0.92  # the drawing's square has 7/8 of its picture; Apple's has 824 of 1024 pixels


def png(size: int, scale: float = 1.0) -> bytes:
    """Return the icon as a PNG of so many pixels each way, on a clear ground; scale shrinks what is drawn in it.

    Raises:
        BuildError: the drawing cannot be read.
    """
    from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    drawing = SMALL_DRAWING if size <= LARGEST_SMALL else DRAWING
    renderer = QSvgRenderer(str(drawing))
    if not renderer.isValid():
        raise BuildError(f"{drawing} cannot be drawn. It must be an SVG without anything that QtSvg does not know.")
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    margin = size * (1 - scale) / 2
    renderer.render(painter, QRectF(margin, margin, size * scale, size * scale))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # its types know no str here
    return bytes(buffer.data().data())


def write_hicolor(theme: Path, name: str) -> list[Path]:
    """Write the icon into an icon theme's folder, at every size and as its drawing, and return the files."""
    pictures = {theme / f"{size}x{size}/apps/{name}.png": png(size) for size in HICOLOR_SIZES}
    pictures[theme / f"scalable/apps/{name}.svg"] = DRAWING.read_bytes()
    for path, content in pictures.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return sorted(pictures)


def write_ico(target: Path) -> Path:
    """Write the icon as Windows wants it: a directory, then a PNG of each size."""
    pictures = [png(size) for size in ICO_SIZES]
    head = struct.pack("<HHH", 0, 1, len(pictures))  # 1: an icon, not a cursor
    offset = len(head) + 16 * len(pictures)
    for size, picture in zip(ICO_SIZES, pictures, strict=True):
        side = size % 256  # one byte; 0 stands for 256
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    target.write_bytes(head + b"".join(pictures))
    return target


def write_icns(target: Path) -> Path:
    """Write the icon as macOS wants it: a PNG of each size after its four-letter type."""
    entries = b""
    for kind, size in ICNS_SIZES.items():
        picture = png(size, _MACOS_SCALE)
        entries += kind + struct.pack(">I", len(picture) + 8) + picture
    target.write_bytes(b"icns" + struct.pack(">I", len(entries) + 8) + entries)
    return target
