from datetime import UTC, datetime

import pytest

from desktop.ui.search.found_dates import since, told_date

NOW = datetime(2025, 3, 4, 15, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2025, 3, 4, 9, 5, tzinfo=UTC), "09:05"),
        (datetime(2025, 3, 3, 23, 59, tzinfo=UTC), "Yesterday"),
        (datetime(2025, 1, 9, tzinfo=UTC), "9 Jan"),
        (datetime(2024, 12, 31, tzinfo=UTC), "31 Dec 2024"),
    ],
)
def test_a_date_is_told_as_briefly_as_it_can_be(at: datetime, told: str) -> None:
    assert told_date(at, NOW) == told


def test_today_begins_at_midnight_and_other_times_so_many_days_ago() -> None:
    assert since(None, NOW) is None
    assert since(0, NOW) == datetime(2025, 3, 4, tzinfo=UTC)
    assert since(7, NOW) == datetime(2025, 2, 25, 15, 7, tzinfo=UTC)
