"""What the settings say of how the window looks, told to the theme."""

from desktop.system.settings import Settings
from desktop.ui.theme.theme import Theme


def follow(theme: Theme, settings: Settings) -> None:
    """Let the theme be as the settings have it."""
    theme.less_motion = settings.less_motion
    if theme.choice != settings.theme:
        theme.choose(settings.theme)
    theme.set_zoom(settings.zoom)
