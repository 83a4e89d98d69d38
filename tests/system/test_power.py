import sys

import pytest

from desktop.system.power import on_battery

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux describes")


def supply(folder, name, **files):
    (folder / name).mkdir()
    for file, content in files.items():
        (folder / name / file).write_text(content + "\n")


def test_a_battery_that_is_discharged(tmp_path):
    supply(tmp_path, "AC", type="Mains", online="0")
    supply(tmp_path, "BAT0", type="Battery", status="Discharging", scope="System")
    assert on_battery(tmp_path)


def test_a_battery_that_is_charged(tmp_path):
    supply(tmp_path, "BAT0", type="Battery", status="Charging")
    assert not on_battery(tmp_path)


def test_the_battery_of_a_mouse(tmp_path):
    supply(tmp_path, "mouse", type="Battery", status="Discharging", scope="Device")
    assert not on_battery(tmp_path)


def test_no_battery(tmp_path):
    assert not on_battery(tmp_path)
    assert not on_battery(tmp_path / "missing")
