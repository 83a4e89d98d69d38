"""The README's pictures: the script makes them, and those in docs/ are what it makes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.pictures.scenes import HEIGHT, SCENES, THEMES, WIDTH
from tests.pictures.small_png import palette, write_small

ROOT = Path(__file__).parents[2]
NAMES = sorted(f"{scene}-{theme}.png" for scene in SCENES for theme in THEMES)
MOST_BYTES = 300_000


def colours(image: QImage) -> set[int]:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)  # kept: the view below does not
    return set(memoryview(plain.constBits()).cast("B").cast("I"))


def assert_shows_the_window(path: Path) -> None:
    """Check that a picture is of the size asked for, small, and blank neither where the sidebar stands nor where the panes do."""
    image = QImage(str(path))
    assert (image.width(), image.height()) == (2 * WIDTH, 2 * HEIGHT)
    assert path.stat().st_size < MOST_BYTES
    for left, width in ((0, 528), (540, 1100), (1700, 1000)):
        seen = colours(image.copy(left, 0, width, image.height()))
        assert 32 < len(seen) <= 256, path.name
        assert len(colours(image.copy(left, 130, width, 1200))) > 32, path.name
    ground = image.pixelColor(1200, 1650).lightness()
    assert (ground < 60) if "dark" in path.name else (ground > 200), path.name


def test_the_script_writes_them(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.pictures", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == NAMES
    for name in NAMES:
        assert_shows_the_window(tmp_path / name)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_readme_shows_is_there(name: str) -> None:
    assert_shows_the_window(ROOT / "docs" / name)


def test_the_readme_shows_all_of_them_for_light_and_dark() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.findall(
        r'<source media="\(prefers-color-scheme: dark\)" srcset="docs/(\w+)-dark\.png">\s*<img src="docs/(\w+)-light\.png"', readme
    )
    assert [light for _, light in shown] == [dark for dark, _ in shown]
    assert sorted(light for _, light in shown) == sorted(SCENES)
    assert len(re.findall(r'<img [^>]*alt="[^"]{20,}"', readme)) == len(shown)


def test_a_palette_has_the_usual_colours_and_those_far_from_them() -> None:
    usual = [0xFF000000 | 0x010101 * (value % 96) for value in range(400)]
    red = 0xFFFF0000
    chosen = palette([*dict.fromkeys(usual), red])
    assert chosen[:90] == list(dict.fromkeys(usual))[:90]
    assert red in chosen
    assert len(palette([0xFF000000 | value for value in range(2000)])) == 256


def test_few_colours_stay_as_they_are(tmp_path: Path) -> None:
    image = QImage(40, 10, QImage.Format.Format_RGB32)
    image.fill(0xFFFCFBF9)
    image.setPixel(3, 4, 0xFF0B6A84)
    write_small(image, tmp_path / "small.png")
    assert colours(QImage(str(tmp_path / "small.png"))) == {0xFFFCFBF9, 0xFF0B6A84}


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_small(QImage(4, 4, QImage.Format.Format_RGB32), tmp_path / "none" / "small.png")
