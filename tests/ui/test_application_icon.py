"""Windows carry Rivulet's icon at every size."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from desktop.system.resources import resource
from desktop.ui.theme.application_icon import application_icon


@pytest.mark.parametrize("size", [16, 24, 32, 48, 128, 256])
def test_it_is_drawn_at_every_size(qapp: QApplication, size: int) -> None:
    image = application_icon(resource("icons/application")).pixmap(QSize(size, size), 1.0).toImage()
    assert (image.width(), image.height()) == (size, size)
    colours = {image.pixelColor(x, y).name() for x in range(size) for y in range(size) if image.pixelColor(x, y).alpha() == 255}
    assert {"#0b6a84", "#9bdde8"} <= colours


def test_small_sizes_have_a_drawing_of_their_own(qapp: QApplication) -> None:
    icon = application_icon(resource("icons/application"))
    small, large = (icon.pixmap(QSize(size, size), 1.0).toImage() for size in (24, 32))
    assert small != large.scaled(24, 24)
