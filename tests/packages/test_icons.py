import struct
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from building import icons
from building.running import BuildError
from PySide6.QtGui import QColor, QImage

WATER, ARM, GROUND = "#9bdde8", "#f0a860", "#0b6a84"


def picture(content: bytes) -> QImage:
    image = QImage.fromData(content, "PNG")
    assert not image.isNull()
    assert image.hasAlphaChannel()
    return image


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("size", [16, 24, 32, 48, 256])
def test_the_river_its_arm_and_the_ground_are_there_at_every_size(size: int) -> None:
    image = picture(icons.png(size))
    assert (image.width(), image.height()) == (size, size)
    assert {WATER, ARM, GROUND} <= colours(image)
    corners = [image.pixelColor(x, y) for x in (0, size - 1) for y in (0, size - 1)]
    assert all(corner.alpha() < 128 for corner in corners)


def test_the_small_drawing_has_no_margin() -> None:
    for size in (16, 22, 24):
        assert picture(icons.png(size)).pixelColor(0, size // 2).name() == GROUND
    assert picture(icons.png(32)).pixelColor(0, 16).alpha() == 0


@pytest.mark.parametrize("drawing", [icons.DRAWING, icons.SMALL_DRAWING], ids=lambda path: path.name)
def test_the_drawings_ask_nothing_that_qtsvg_cannot_do(drawing: Path) -> None:
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(drawing).iter() if isinstance(element.tag, str)}
    assert tags <= {"svg", "rect", "path"}


def test_an_icon_theme_gets_every_size_and_the_drawing(tmp_path: Path) -> None:
    files = icons.write_hicolor(tmp_path, "org.example.Name")
    for size in icons.HICOLOR_SIZES:
        image = picture((tmp_path / f"{size}x{size}/apps/org.example.Name.png").read_bytes())
        assert (image.width(), image.height()) == (size, size)
    assert (tmp_path / "scalable/apps/org.example.Name.svg").read_bytes() == icons.DRAWING.read_bytes()
    assert files == sorted(path for path in tmp_path.rglob("*") if path.is_file())


def test_the_icon_of_windows_holds_a_png_of_each_size(tmp_path: Path) -> None:
    content = icons.write_ico(tmp_path / "rivulet.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", content)
    assert (reserved, kind, count) == (0, 1, len(icons.ICO_SIZES))
    end = 6 + 16 * count
    for number, size in enumerate(icons.ICO_SIZES):
        width, height, palette, _, planes, bits, length, offset = struct.unpack_from("<BBBBHHII", content, 6 + 16 * number)
        assert (width or 256, height or 256, palette, planes, bits) == (size, size, 0, 1, 32)
        assert offset == end
        image = picture(content[offset : offset + length])
        assert (image.width(), image.height()) == (size, size)
        end = offset + length
    assert end == len(content)


def test_qt_reads_the_icon_of_windows(tmp_path: Path) -> None:
    image = QImage(str(icons.write_ico(tmp_path / "rivulet.ico")))
    assert not image.isNull()


def test_the_icon_of_macos_holds_a_png_of_each_kind(tmp_path: Path) -> None:
    content = icons.write_icns(tmp_path / "rivulet.icns").read_bytes()
    magic, length = struct.unpack_from(">4sI", content)
    assert (magic, length) == (b"icns", len(content))
    found = {}
    place = 8
    while place < len(content):
        kind, size = struct.unpack_from(">4sI", content, place)
        found[kind] = picture(content[place + 8 : place + size]).width()
        place += size
    assert found == icons.ICNS_SIZES
    assert {b"ic07", b"ic08", b"ic09", b"ic10", b"ic11", b"ic12", b"ic13", b"ic14"} == set(found)


def test_macos_has_its_own_margin() -> None:
    image = picture(icons.png(1024, 824 / 1024 / (448 / 512)))
    assert image.pixelColor(98, 512).alpha() == 0
    assert image.pixelColor(102, 512) == QColor(GROUND)


@pytest.mark.qt_log_ignore("Premature end of document")
def test_a_broken_drawing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.svg"
    broken.write_text("<svg xmlns='http://www.w3.org/2000/svg'>")
    monkeypatch.setattr(icons, "DRAWING", broken)
    with pytest.raises(BuildError, match="cannot be drawn"):
        icons.png(64)
