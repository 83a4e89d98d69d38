"""Tooltips that say what others wrote."""

from html import escape

from PySide6.QtGui import Qt


def plain(text: str) -> str:
    """Return a tooltip that shows a text as it is: Qt takes what looks like HTML for that, and loads the files that it names."""
    if not Qt.mightBeRichText(text):
        return text
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>"
