import json
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from desktop.system.setting import Section, settings_of, switch
from desktop.system.settings import PaneState, ReadSettings, ScrollPosition, Settings, SettingsFile
from desktop.system.words import Words, say

SETTINGS = Settings(
    theme="dark",
    language="de",
    send_key="ctrl_enter",
    threads=3,
    model_path=Path("/models/a.gguf"),
    recent_models=(Path("/models/a.gguf"), Path("/models/ü \udcff.gguf")),
    geometry="AdnQywAD",
    sidebar_width=300,
    panes=(PaneState(3, width=400, position=ScrollPosition(1 << 40, -12)), PaneState(7, draft_focus=True)),
    budget=30_000_000_000,
    settles=False,
    settles_on_battery=False,
    names_chats=False,
    session_days=90,
    cache_types={"/models/a.gguf": "q8_0"},
    context_lengths={"/models/a.gguf": 16384},
)


def test_what_was_written_is_read(paths):
    SettingsFile(paths.settings).write(SETTINGS)
    assert SettingsFile(paths.settings).read() == ReadSettings(SETTINGS, "")
    assert stat.S_IMODE(paths.settings.stat().st_mode) == 0o600


def test_no_file_means_defaults(paths):
    assert SettingsFile(paths.settings).read() == ReadSettings(Settings(), "")


def test_keys_of_a_newer_version_are_kept(paths):
    paths.settings.write_text('{"theme": "light", "voice": {"speed": 2}}')
    file = SettingsFile(paths.settings)
    settings, damage = file.read()
    assert (settings, damage) == (Settings(theme="light"), "")
    file.write(SETTINGS)
    assert json.loads(paths.settings.read_text())["voice"] == {"speed": 2}


@dataclass(frozen=True, slots=True)
class MoreSettings(Settings):
    tells_time: bool = switch(False, Section.IDLE, say("Tell the time"))


def test_a_new_setting_is_one_entry(paths):
    SettingsFile(paths.settings, MoreSettings).write(MoreSettings(theme="dark", tells_time=True))
    assert SettingsFile(paths.settings, MoreSettings).read() == ReadSettings(MoreSettings(theme="dark", tells_time=True), "")
    paths.settings.write_text('{"tells_time": "often", "theme": "dark"}')
    settings, damage = SettingsFile(paths.settings, MoreSettings).read()
    assert settings == MoreSettings(theme="dark")
    assert damage.startswith("Some settings are damaged (tells_time).")


def test_every_default_can_be_read_and_is_offered():
    for key, setting in settings_of(Settings).items():
        assert setting.default == getattr(Settings(), key)
        if (shown := setting.shown) is None:
            continue
        assert isinstance(shown.label, Words)
        assert setting.parse(setting.default) == setting.default
        for value in shown.offered:
            assert setting.parse(value) == value
            assert isinstance(shown.words(value), Words)
        assert not shown.offered or setting.default in shown.offered
        assert all(key in settings_of(Settings) for key in shown.needs)


def test_damage_is_told_in_words_that_can_be_translated(paths):
    paths.settings.write_bytes(b"{")
    damage = SettingsFile(paths.settings).read().damage
    assert isinstance(damage, Words)
    assert isinstance(damage.values["part0"], Words)


def test_a_scroll_position_in_pixels_as_it_was_kept_before_means_the_end(paths):
    paths.settings.write_text('{"panes": [{"conversation_id": 3, "width": 400, "scroll": 120}]}')
    assert SettingsFile(paths.settings).read() == ReadSettings(Settings(panes=(PaneState(3, width=400),)), "")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b"[" * 100_000])
def test_a_damaged_file_is_set_aside(paths, content):
    paths.settings.write_bytes(content)
    settings, damage = SettingsFile(paths.settings).read()
    assert settings == Settings()
    assert damage.endswith("the file was kept as settings.json.damaged-1.")
    assert paths.settings.with_name("settings.json.damaged-1").read_bytes() == content


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sidebar_width", True),
        ("sidebar_width", "wide"),
        ("sidebar_width", 10**20),
        ("model_path", 1),
        ("recent_models", "a.gguf"),
        ("panes", [{"width": 3}]),
        ("panes", [7]),
        ("panes", [{"conversation_id": 1, "position": 7}]),
        ("panes", [{"conversation_id": 1, "position": {"message_id": 1}}]),
        ("geometry", None),
        ("theme", "sepia"),
        ("theme", []),
        ("budget", -1),
        ("budget", 2.5),
        ("budget", True),
        ("budget", 10**30),
        ("zoom", 100.0),
        ("zoom", 105),
        ("language", "fr"),
        ("threads", -1),
        ("threads", 10**6),
        ("settles", 1),
        ("settles_on_battery", "no"),
        ("session_days", -1),
        ("session_days", False),
        ("session_days", 10**9),
        ("cache_types", ["q8_0"]),
        ("cache_types", {"/a.gguf": "q2_k"}),
        ("cache_types", {"/a.gguf": None}),
    ],
)
def test_a_damaged_setting_leaves_the_others(paths, key, value):
    whole = {"theme": "dark", "sidebar_width": 300, "geometry": "abc"}
    paths.settings.write_text(json.dumps(whole | {key: value}))
    settings, damage = SettingsFile(paths.settings).read()
    kept = {name: value for name, value in whole.items() if name != key}
    assert settings == Settings(**kept)
    assert damage.startswith(f"Some settings are damaged ({key}).")


def test_a_file_that_cannot_be_read_says_so(paths):
    paths.settings.mkdir()
    assert SettingsFile(paths.settings).read().damage.startswith("The settings could not be read (Is a directory)")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
)
names = st.sampled_from([*Settings.__dataclass_fields__, *PaneState.__dataclass_fields__]) | st.text()


@hypothesis_settings(max_examples=50)
@given(st.dictionaries(names, values, max_size=6))
def test_no_content_stops_the_start(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "settings.json"
    path.write_text(json.dumps(content))
    file = SettingsFile(path)
    read, _ = file.read()
    file.write(read)
    assert SettingsFile(path).read() == ReadSettings(read, "")
