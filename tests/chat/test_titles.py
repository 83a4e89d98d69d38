import pytest

from desktop.chat.titles import LONGEST_TITLE, fork_title, is_fork_title, title_from, way_title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello", "Hello"),
        ("\n  \n  What is\ta   river?\nand more", "What is a river?"),
        ("", ""),
        (" \n\t", ""),
        ("x" * LONGEST_TITLE, "x" * LONGEST_TITLE),
        ("x" * (LONGEST_TITLE + 1), "x" * (LONGEST_TITLE - 1) + "…"),
    ],
)
def test_a_title_is_the_first_line_that_says_something(text: str, title: str) -> None:
    assert title_from(text) == title


def test_a_fork_is_named_after_its_parent() -> None:
    assert fork_title("Rivers") == "Fork of Rivers"
    assert fork_title("Fork 2 of Rivers", ["Fork 2 of Rivers"]) == "Fork of Rivers"
    assert fork_title("Rivers", ["Fork of Rivers", "Fork 3 of Rivers"]) == "Fork 2 of Rivers"


def test_a_title_made_for_a_fork_is_known_again() -> None:
    assert is_fork_title("Fork of Rivers", "Rivers")
    assert is_fork_title("Fork 12 of Rivers", "Fork of Rivers")
    assert not is_fork_title("Rivers", "Rivers")
    assert not is_fork_title("Fork of Lakes", "Rivers")
    assert not is_fork_title("Rivers, way 2", "Rivers")


def test_ways_are_numbered_and_numbered_anew() -> None:
    assert way_title("Rivers", 2) == "Rivers, way 2"
    assert way_title("Rivers, way 2", 3) == "Rivers, way 3"
    assert way_title("x" * LONGEST_TITLE, 4) == "x" * (LONGEST_TITLE - len("…, way 4")) + "…, way 4"
