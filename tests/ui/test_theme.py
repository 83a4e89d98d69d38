import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.system.crash_report import CrashReport, Ending
from desktop.system.resources import resource
from desktop.system.settings import ZOOMS, Settings
from desktop.ui.branches import Branch
from desktop.ui.controls.buttons import IconButton
from desktop.ui.notice import Notice
from desktop.ui.theme.icons import Icons
from desktop.ui.theme.style import SHEETS, style_sheet
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import DARK, LIGHT, Tokens
from tests.ui.conftest import OpenWindow, only, read_resource, settle

TEXT_ON_GROUND = [
    ("text", ("bg", "side", "card", "hover", "accent_bg", "user", "code", "found", "found_here")),
    ("mute", ("bg", "side", "card", "hover", "user", "code")),
    ("faint", ("bg", "side", "card", "code")),
    ("accent", ("bg", "side", "card", "code")),
    ("on_accent", ("accent", "accent_hover")),
    ("branch_b", ("code",)),
    ("branch_c", ("code",)),
    ("branch_d", ("code",)),
]
SHAPES_ON_GROUND = [
    ("accent", ("bg", "side", "card", "hover", "accent_bg")),  # focus rings, the meter's arc, what the sidebar shows as working
    ("on_accent", ("accent",)),  # the focus ring inside primary buttons
    ("text", ("line",)),  # that of the stop button
    ("branch_a", ("bg", "side", "hover", "accent_bg")),
    ("branch_b", ("bg", "side", "card", "hover", "accent_bg")),
    ("branch_c", ("bg", "side", "hover", "accent_bg")),
    ("branch_d", ("bg", "side", "hover", "accent_bg")),
]


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("token", "grounds"), TEXT_ON_GROUND)
def test_text_can_be_read(tokens: Tokens, token: str, grounds: tuple[str, ...]) -> None:
    for ground in grounds:
        assert contrast(getattr(tokens, token), getattr(tokens, ground)) >= 4.5, (token, ground)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("token", "grounds"), SHAPES_ON_GROUND)
def test_shapes_can_be_seen(tokens: Tokens, token: str, grounds: tuple[str, ...]) -> None:
    for ground in grounds:
        assert contrast(getattr(tokens, token), getattr(tokens, ground)) >= 3, (token, ground)


def test_each_branch_has_a_colour_of_its_own() -> None:
    for tokens in (LIGHT, DARK):
        assert len({tokens.branch(branch) for branch in Branch}) == 4
    assert Branch.nth(4) is Branch.A


def test_style_sheets_name_only_tokens_and_no_colours() -> None:
    for name in SHEETS:
        template = read_resource(f"qss/{name}.qss").decode()
        assert not re.search(r"#[0-9A-Fa-f]{6}\b", template)
    assert "{{" not in style_sheet(LIGHT, read_resource)
    assert LIGHT.accent in style_sheet(LIGHT, read_resource)


def test_an_unknown_token_is_an_error() -> None:
    with pytest.raises(KeyError):
        style_sheet(LIGHT, lambda _: b"QWidget { color: {{ nothing }}; }")


def test_every_icon_takes_the_colour_it_is_given(qapp: QApplication) -> None:
    icons = Icons(read_resource)
    for path in resource("icons").glob("*.svg"):
        assert "currentColor" in path.read_text()
        image = icons.pixmap(path.stem, "#ff0000", 16, 2.0).toImage()
        assert (image.width(), image.devicePixelRatio()) == (32, 2.0)
        seen = {image.pixelColor(x, y).getRgb()[:3] for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() == 255}
        assert seen == {(255, 0, 0)}, path.stem


def test_choosing_a_theme_recolours_the_application(theme: Theme) -> None:
    changes: list[str] = []
    theme.changed.connect(lambda: changes.append(theme.tokens.bg))
    theme.choose("dark")
    assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(DARK.bg)
    theme.choose("dark")
    assert changes == [DARK.bg]


def test_text_and_icons_grow_together(theme: Theme, qapp: QApplication) -> None:
    changes: list[int] = []
    theme.changed.connect(lambda: changes.append(theme.zoom))
    button = IconButton(theme, "copy", "Copy")
    label = QLabel("words")
    label.setObjectName("paneTitle")
    label.ensurePolished()
    assert (button.iconSize().width(), button.width(), label.font().pixelSize()) == (16, 28, 14)
    theme.set_zoom(200)
    label.ensurePolished()
    assert (button.iconSize().width(), button.width(), label.font().pixelSize()) == (32, 44, 28)
    assert (theme.text_font(14).pixelSize(), theme.code_font(13).pixelSize(), QApplication.font().pixelSize()) == (28, 26, 26)
    theme.set_zoom(100)
    assert (button.width(), QApplication.font().pixelSize()) == (28, 13)
    assert changes == [200, 100]
    button.deleteLater()
    label.deleteLater()


def test_a_button_with_a_size_of_its_own_keeps_it(theme: Theme) -> None:
    button = IconButton(theme, "send", "Send")
    button.setFixedSize(40, 40)
    theme.set_zoom(150)
    assert button.width() == 40
    button.deleteLater()


def test_what_is_built_before_the_sheet_has_the_themes_font(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    def slanted(theme: Theme, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        font = QFont(qapp.font().family(), weight=weight, italic=True)
        font.setPixelSize(pixels)
        return font

    monkeypatch.setattr(Theme, "text_font", slanted)
    qapp.setStyleSheet("")
    window = QWidget()
    theme = Theme("light", read_resource)
    label = QLabel("text", window)
    label.setObjectName("caption")
    theme.dress()
    label.ensurePolished()
    assert label.font().italic()
    window.deleteLater()


def test_zoom_goes_in_steps_and_no_further_than_it_can(theme: Theme) -> None:
    seen = []
    for _ in range(len(ZOOMS)):
        theme.zoom_by(1)
        seen.append(theme.zoom)
    assert seen == [110, 125, 150, 175, 200, 200, 200, 200]
    theme.zoom_by(-100)
    assert theme.zoom == ZOOMS[0]


def test_nothing_moves_where_the_person_or_the_system_wants_that(theme: Theme) -> None:
    assert theme.motion_ms == 120
    theme.less_motion = True
    assert theme.motion_ms == 0
    theme.less_motion, theme.system_reduces_motion = False, True
    assert theme.motion_ms == 0


def test_tokens_are_colours() -> None:
    for tokens in (LIGHT, DARK):
        for field in fields(tokens):
            assert field.name == "dark" or re.fullmatch("#[0-9A-F]{6}", getattr(tokens, field.name))
    assert replace(LIGHT, dark=True) != LIGHT


class System(QObject):
    """A system that is light or dark, and tells when that changes."""

    colorSchemeChanged = Signal(Qt.ColorScheme)  # noqa: N815  Qt's name

    def __init__(self, scheme: Qt.ColorScheme) -> None:
        super().__init__()
        self.scheme = scheme

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def setColorScheme(self, scheme: Qt.ColorScheme) -> None:
        pass

    def change(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme
        self.colorSchemeChanged.emit(scheme)


@pytest.fixture
def system(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> System:
    system = System(Qt.ColorScheme.Dark)
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: system)
    return system


def test_the_system_is_followed_from_the_start_and_while_it_changes(system: System, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(settings=Settings(theme="system"))
    window.show_crash(CrashReport(tmp_path / "one.txt", Ending.CRASHED, "Rivulet: 1"))
    [notice] = window.findChildren(Notice)
    notice.show_button.click()
    settle()
    shown = [window, notice, only(window, "reportPage"), only(window, "reportText")]

    def grounds() -> list[int]:
        return [part.grab().toImage().pixelColor(part.width() // 2, 6).lightness() for part in shown]

    assert max(grounds()) < 60
    system.change(Qt.ColorScheme.Light)
    settle()
    assert min(grounds()) > 200
    system.change(Qt.ColorScheme.Dark)
    settle()
    assert max(grounds()) < 60


def test_a_choice_holds_whatever_the_system_does(system: System, open_window: OpenWindow) -> None:
    window = open_window(settings=Settings(theme="light"))
    system.change(Qt.ColorScheme.Light)
    system.change(Qt.ColorScheme.Dark)
    assert window._theme.tokens is LIGHT
    window._theme.choose("system")
    assert window._theme.tokens is DARK
    system.change(Qt.ColorScheme.Unknown)
    assert window._theme.tokens is LIGHT
