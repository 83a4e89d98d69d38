from datetime import UTC, datetime, timedelta, timezone

import pytest
from PySide6.QtWidgets import QApplication

from desktop.ui.amounts import in_bytes, in_seconds, in_words
from desktop.ui.language import Language
from tests.test_translations import FOLDER

NOW = datetime(2025, 3, 4, 12, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (40_500_000, "40.5 MB"),
        (144_200_000, "144 MB"),
        (14_200_000_000, "14.2 GB"),
        (20_000_000_000, "20 GB"),
        (1_500_000_000_000, "1,500 GB"),
    ],
)
def test_sizes_have_a_unit_and_a_decimal_where_it_says_something(size: int, words: str) -> None:
    assert in_bytes(size) == words


@pytest.mark.parametrize(("seconds", "words"), [(0.6, "about 1 s"), (34.3, "about 34 s"), (89, "about 89 s"), (170, "about 3 min")])
def test_durations_are_rounded(seconds: float, words: str) -> None:
    assert in_seconds(seconds) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - timedelta(hours=1), "11:30"),
        (NOW.astimezone(UTC) - timedelta(hours=12), "00:30"),
        (NOW - timedelta(days=1), "3 March, 12:30"),
        (NOW - timedelta(days=366), "3 March 2024, 12:30"),
    ],
)
def test_a_time_has_its_day_where_that_is_not_today(moment: datetime, words: str) -> None:
    assert in_words(moment, NOW) == words


def test_amounts_in_german(qapp: QApplication) -> None:
    language = Language(qapp, "de", FOLDER)
    assert in_words(datetime(2024, 3, 4, 14, 2, tzinfo=NOW.tzinfo), NOW) == "4. März 2024, 14:02"
    assert in_bytes(14_200_000_000) == "14,2 GB"
    assert in_seconds(200_000) == "etwa 3.333 min"
    language.drop()
