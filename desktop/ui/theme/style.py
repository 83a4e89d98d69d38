"""Style sheets: templates with {{ token }} in resources/qss, filled from a theme's tokens."""

import re
from collections.abc import Callable
from dataclasses import asdict

from desktop.ui.theme.tokens import Tokens

ReadResource = Callable[[str], bytes]
"""Reads a file by its path under resources/."""

SHEETS = (
    "00_base",
    "10_controls",
    "20_sidebar",
    "30_panes",
    "40_transcript",
    "50_composer",
    "60_settings",
    "70_search",
    "80_chat_settings",
    "90_shortcuts",
    "95_models",
    "97_report",
)


def style_sheet(tokens: Tokens, read_resource: ReadResource, zoom: float = 1.0) -> str:
    """Return the whole style sheet, its font sizes times zoom.

    Raises KeyError for a placeholder that is no token.
    """
    values = asdict(tokens)
    template = "\n".join(read_resource(f"qss/{name}.qss").decode() for name in SHEETS)
    sheet = re.sub(r"\{\{ (\w+) \}\}", lambda match: str(values[match[1]]), template)
    return re.sub(r"font-size: (\d+)px", lambda match: f"font-size: {round(int(match[1]) * zoom)}px", sheet)
