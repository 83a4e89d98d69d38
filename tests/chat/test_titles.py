import pytest

from desktop.chat.titles import LONGEST_TITLE, fork_title, title_from


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
