"""Telling the desktop that a start has come to its end: until then, it shows that the person waits.

A program that opens a window does so by that, a second start that opens none must say it. Under X11 that is a line of text to all,
in pieces of 20 bytes (freedesktop.org's startup notification); under Wayland the token that is handed on does it.
"""

import ctypes
import sys
from collections.abc import Mapping

PIECE = 20  # bytes of a message
PROPERTY_CHANGE = 1 << 22  # PropertyChangeMask: who waits for it has selected this


def end_launch(environment: Mapping[str, str]) -> None:
    """Say that the start is over which this environment names, if there is an X server that wants to know."""
    launch = environment.get("DESKTOP_STARTUP_ID", "")
    if sys.platform != "linux" or not launch or not environment.get("DISPLAY"):
        return
    try:
        library = ctypes.CDLL("libX11.so.6")
    except OSError:
        return
    _send(library, pieces(launch))


def pieces(launch: str) -> list[bytes]:
    """Return the messages that say it."""
    quoted = launch.replace("\\", "\\\\").replace('"', '\\"')
    text = f'remove: ID="{quoted}"'.encode("utf-8", "surrogateescape") + b"\0"
    return [text[start : start + PIECE].ljust(PIECE, b"\0") for start in range(0, len(text), PIECE)]


class _Message(ctypes.Structure):
    """XClientMessageEvent, as large as any XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 12),
    )


def _send(library: ctypes.CDLL, messages: list[bytes]) -> None:
    library.XOpenDisplay.restype = library.XDefaultRootWindow.restype = library.XInternAtom.restype = ctypes.c_void_p
    library.XCreateSimpleWindow.restype = ctypes.c_void_p
    display = ctypes.c_void_p(library.XOpenDisplay(None))
    if not display:
        return
    root = ctypes.c_ulong(library.XDefaultRootWindow(display))
    sizes = [ctypes.c_int(size) for size in (-100, -100, 1, 1, 0)]
    sender = library.XCreateSimpleWindow(display, root, *sizes, ctypes.c_ulong(0), ctypes.c_ulong(0))
    kinds = [library.XInternAtom(display, name, False) for name in (b"_NET_STARTUP_INFO_BEGIN", b"_NET_STARTUP_INFO")]
    for number, content in enumerate(messages):
        message = _Message(type=33, window=sender, message_type=kinds[min(number, 1)], format=8)  # ClientMessage
        ctypes.memmove(ctypes.addressof(message) + _Message.data.offset, content, PIECE)
        library.XSendEvent(display, root, False, ctypes.c_long(PROPERTY_CHANGE), ctypes.byref(message))
    library.XCloseDisplay(display)  # which sends all of it
