import pytest

from desktop.system.launching import PIECE, end_launch, pieces


@pytest.mark.parametrize(
    ("launch", "text"),
    [
        ("a", b'remove: ID="a"'),
        ("launcher-7_TIME99", b'remove: ID="launcher-7_TIME99"'),
        ('a "b" \\ c', b'remove: ID="a \\"b\\" \\\\ c"'),
        ("\udcff", b'remove: ID="\xff"'),
        ("x" * 27, b'remove: ID="' + b"x" * 27 + b'"'),
    ],
)
def test_what_is_said_ends_with_a_zero(launch: str, text: bytes) -> None:
    said = pieces(launch)
    assert {len(piece) for piece in said} == {PIECE}
    assert b"".join(said).rstrip(b"\0") == text
    assert said[-1].endswith(b"\0")
    assert len(said) == len(text) // PIECE + 1, "no more than the text and its zero take"


@pytest.mark.parametrize(
    "environment", [{}, {"DESKTOP_STARTUP_ID": "a"}, {"DISPLAY": ":4242"}, {"DISPLAY": ":4242", "DESKTOP_STARTUP_ID": "a"}]
)
def test_where_nobody_waits_nothing_is_said(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4242")  # where no server is
    end_launch(environment)
