import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.transcript.formulas import protect

MARKDOWN = st.text(st.sampled_from("ab1 $\\()[]`\n_*{}"), max_size=60)


@pytest.mark.parametrize(
    ("markdown", "formulas"),
    [
        ("The energy is $E = mc^2$.", ["$E = mc^2$"]),
        (r"Both $a_1$ and \(b_2\).", ["$a_1$", r"\(b_2\)"]),
        ("$$\n\\frac{a}{b}\n$$", [r"$$ \frac{a}{b} $$"]),
        ("\\[ x \\]", [r"\[ x \]"]),
        ("It costs $5 and $6.", []),
        ("From $20,000 to $30,000", []),
        ("a $ b $ c", []),
        ("`$x$` and ``a ` $y$``", []),
        (r"\$5 and \$6", []),
        ("$x$1 is a price list", []),
        ("$a\n\nb$", []),
        ("$$ $$", []),
        (r"$a \$ b$", [r"$a \$ b$"]),
        ("| a | $|x|$ |", ["$|x|$"]),
    ],
)
def test_what_is_a_formula(markdown: str, formulas: list[str]) -> None:
    assert list(protect(markdown).formulas) == formulas


def test_a_formula_that_is_still_written_is_one_already() -> None:
    assert protect(r"So \[ \frac{a}{", closed=False).formulas == (r"\[ \frac{a}{",)
    assert protect(r"So \[ \frac{a}{").formulas == ()
    assert protect("So $$\\sum", closed=False).formulas == ("$$\\sum",)


@given(MARKDOWN, st.booleans())
def test_nothing_is_lost(markdown: str, closed: bool) -> None:
    protected = protect(markdown, closed=closed)
    assert protected.restore(protected.markdown).split() == markdown.split()


def test_text_with_stand_ins_of_its_own_is_left_alone() -> None:
    assert protect("\ue2a30\ue2a4 and $x$").formulas == ()
