"""What Rivulet is as a program of this system: its id, and how it starts another process of itself."""

import sys

APPLICATION_ID = "org.rivulet.Rivulet"  # of the desktop entry, the AppStream metainfo, the bundle


def is_frozen() -> bool:
    """Return whether this is the packaged application, which brings its own Python and llama.cpp."""
    return bool(getattr(sys, "frozen", False))


def program_command(*arguments: str) -> tuple[str, ...]:
    """Return what starts Rivulet itself with these arguments. (The packaged one takes -m and a module, too, as Python does.)"""
    return (sys.executable, *arguments) if is_frozen() else (sys.executable, "-m", "desktop.app", *arguments)
