"""python -m tests.packages.installed_journey DEB: the package as a person meets it.

It is installed into a clean root and started from its menu entry, on a display of its own and two processors; keys are pressed, and the
screen is looked at. Ask, quit, start, ask again: the second reply reads nothing of what was said before. Prints what was found as JSON;
the exit code is 1 where something is not as it should be.
"""

import argparse
import dataclasses
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop.conversations.message import ReplyStats
from tests.packages.display import Display, JourneyError, Pixels, Window, display, until
from tests.packages.installed import Installed, Reply, adopting, wait_for_end

TITLE = "Rivulet"
QUESTIONS = ("What can you do?", "And how do I fork a chat?")
NOT_SENT = "Perhaps later"  # typed, to see how long a start takes
_FIRST = 4  # letters, after which is looked whether they are shown
_MOST = 60.0  # seconds that anything may take before it counts as not happening
_REPLY = 120.0
_COMPOSER = 150  # pixels at the window's lower edge
_FEW_COLOURS = 24
_CARET = 120  # pixels; what blinks changes fewer, a first word more


@dataclass(frozen=True, slots=True)
class Start:
    """How long a start took, in seconds."""

    to_window: float
    to_usable: float  # what is typed is shown


@dataclass(frozen=True, slots=True)
class Visit:
    """One time that the program was started, used and left; without a reply where nothing was sent."""

    start: Start
    exit_code: int
    reply: Reply | None = None


def visit(installed: Installed, shown: Display, text: str, picture: Path, *, sent: bool) -> Visit:
    """Start the program, type, perhaps send that and wait for the reply, look, and quit.

    Raises:
        JourneyError: something is not as it should be.
    """
    earlier = len(installed.replies())
    with installed.started(shown) as began, _pictured(shown, picture.with_name("failed.png")):
        window = shown.window(TITLE, _MOST)
        to_window = time.monotonic() - began
        if not shown.has_class(window, installed.window_class):
            raise JourneyError(f"The window's class is not {installed.window_class}, as the menu entry says.")
        before = _when_painted(shown, window)
        shown.type(text[:_FIRST])
        until(lambda: _changed(before, _composer(shown, window)) > _CARET, _MOST, "What was typed was not shown")
        start = Start(to_window, time.monotonic() - began)
        shown.type(text[_FIRST:])
        reply = _send(installed, shown, text, earlier + 1) if sent else None
        _look(shown, window, picture)
        process = shown.process(window)
        shown.press("ctrl+q")
        return Visit(start, wait_for_end(process, _MOST), reply)


def _send(installed: Installed, shown: Display, text: str, count: int) -> Reply:
    shown.press("Return")
    reply = installed.wait_for_reply(count, _REPLY)
    if installed.questions()[-1] != text:
        raise JourneyError(f"{text!r} was typed, and {installed.questions()[-1]!r} was sent.")
    return reply


@contextmanager
def _pictured(shown: Display, picture: Path) -> Iterator[None]:
    try:
        yield
    except JourneyError:
        shown.save(picture)
        raise


def _composer(shown: Display, window: Window) -> Pixels:
    return shown.see(window)[-_COMPOSER:]


def _when_painted(shown: Display, window: Window) -> Pixels:
    until(lambda: len(np.unique(_composer(shown, window))) > _FEW_COLOURS, _MOST, "The window was not drawn")
    active = until(lambda: shown.tool("getactivewindow", allowed=(0, 1)).strip(), _MOST, "No window came to the front")
    if int(active) != window.id:
        raise JourneyError("Another window is in front.")
    return _composer(shown, window)


def _changed(before: Pixels, after: Pixels) -> int:
    return int(np.count_nonzero(before != after))


def _look(shown: Display, window: Window, picture: Path) -> None:
    """Save the screen, and see that a transcript is on it: text of more than a few words on one ground."""
    time.sleep(1)  # the last words may not be drawn yet
    shown.save(picture)
    seen = shown.see(window)
    transcript = seen[seen.shape[0] // 8 : -_COMPOSER, seen.shape[1] // 3 :]
    colours, counts = np.unique(transcript, return_counts=True)
    written = transcript.size - int(counts.max())
    if len(colours) <= _FEW_COLOURS or written < 2000:
        raise JourneyError(f"The transcript looks empty: {len(colours)} colours, {written} pixels that are not its ground. See {picture}.")


def history_read_again(first: ReplyStats, second: ReplyStats) -> int:
    """Return how many tokens of a first turn were decoded again for the second."""
    return max(0, first.tokens_restored + first.tokens_read + first.tokens_written - second.tokens_restored)


def check(visits: list[Visit], limit: float) -> list[str]:
    """Return what is wrong with what was found: sentences. The first visit fills the page cache, so the others' starts count."""
    wrong = [f"The program ended with exit code {each.exit_code}." for each in visits if each.exit_code]
    first, second = (each.reply for each in visits if each.reply)
    bad = [reply for reply in (first, second) if reply.status != "complete" or not reply.text.strip()]
    wrong += [f"A reply ended as {reply.status}: {reply.text!r}" for reply in bad]
    if again := history_read_again(first.stats, second.stats):
        wrong.append(f"After the restart {again} tokens of the history were read again.")
    if (seconds := statistics.median(each.start.to_usable for each in visits[1:])) >= limit:
        wrong.append(f"The window could be used after {seconds:.2f} s, which should take less than {limit:.2f} s.")
    return wrong


def journey(deb: Path, pictures: Path) -> list[Visit]:
    """Go the whole way and return what was found.

    Raises:
        JourneyError: something did not come to be.
    """
    with tempfile.TemporaryDirectory(prefix="rivulet-journey-") as name, adopting():
        folder = Path(name)
        installed = Installed.install(deb, folder)
        with display(folder) as shown:
            try:
                return [
                    visit(installed, shown, text, pictures / f"{number}.png", sent=text != NOT_SENT)
                    for number, text in enumerate((*QUESTIONS, NOT_SENT, NOT_SENT), 1)
                ]
            except JourneyError as error:
                log = installed.log.read_text("utf-8", "replace") if installed.log.exists() else ""
                raise JourneyError(f"{error}\nThe program wrote:\n{log}") from error


def main() -> int:
    """Run it as a command."""
    parser = argparse.ArgumentParser(prog="python -m tests.packages.installed_journey", description=__doc__)
    parser.add_argument("deb", type=Path, metavar="DEB")
    parser.add_argument("--pictures", type=Path, default=Path("build/journey"), metavar="DIR", help="where the screen is saved")
    parser.add_argument("--limit", type=float, default=2.0, metavar="SECONDS", help="from the start to a window that can be used")
    options = parser.parse_args()
    options.pictures.mkdir(parents=True, exist_ok=True)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    try:
        visits = journey(options.deb, options.pictures)
    except JourneyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    wrong = check(visits, options.limit)
    sys.stdout.write(json.dumps({"visits": [dataclasses.asdict(each) for each in visits], "wrong": wrong}, indent=1) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
