"""The checks on the window: the guide answers, a restart reads nothing again, a fork costs nothing, and all of it is drawn."""

from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app.self_test.bench import Bench
from desktop.app.self_test.failure import CheckFailedError, need
from desktop.app.self_test.part import Found

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from desktop.app.self_test.tried_window import TriedWindow

NAME = "Ada"
INTRODUCTION = f"Hello, my name is {NAME}."
QUESTIONS = ("What is my name?", "Do you remember my name?")
LAST = -1  # of messages, which is in sight however small the screen
COLOURS = 8  # that a pane has at least: text alone has more, by its soft edges


def guide(bench: Bench, found: Found) -> None:
    """The window opens by itself with the guide, and it is the one that came with Rivulet."""
    from desktop.models.guide import Guide
    from desktop.system.resources import resource

    file = Guide(resource("guide"))
    found["sha256"] = _digest(file.path)
    need(file.is_sound(), "The guide's file is another one than came with Rivulet.")
    window = bench.window()
    model = window.model
    found |= {"platform": window.platform, "name": model.name, "device": str(model.device), "layers": model.layers}
    need(model.is_guide and not model.error, f"The guide was not loaded. {model.error}".rstrip())


def reply(bench: Bench, found: Found) -> None:
    """A message that is sent is answered."""
    window = bench.window()
    answer = window.ask(INTRODUCTION, 0)
    found |= {"text": answer.text, "tokens_written": answer.stats.tokens_written if answer.stats else 0}
    need(NAME in answer.text, "The guide answered as if it had not read the message.")


def restart(bench: Bench, found: Found) -> None:
    """In a new process the chat comes back, and no token of its history is decoded again."""
    window = bench.window()
    window.wait_for_history(0)
    need(window.texts(0)[:1] == [INTRODUCTION], "The chat did not come back as it was.")
    history = window.history(0)
    opened = window.stats
    found |= {"history_tokens": len(history), "tokens_restored": opened.tokens_restored}
    need(opened.tokens_decoded == 0, f"{opened.tokens_decoded} tokens were decoded when the chat was opened.")
    need(opened.tokens_restored == len(history), "Not all of the chat was restored from disk.")
    found |= {"history_tokens_decoded": _asked_again(window, QUESTIONS[0], 0, len(history), found)}
    need(found["history_tokens_decoded"] == 0, "Tokens of the history were decoded again.")


def fork(bench: Bench, found: Found) -> None:
    """A fork at a reply decodes nothing and knows what was said before it."""
    window = bench.window()
    before, shared = window.stats.tokens_decoded, window.texts(0)
    window.fork(LAST, 0)
    found["tokens_decoded_for_fork"] = window.stats.tokens_decoded - before
    need(found["tokens_decoded_for_fork"] == 0, "Tokens were decoded to fork a chat.")
    need(window.texts(1) == shared, "The fork does not show what was said before it.")
    history = window.history(1)
    found["history_tokens_decoded"] = _asked_again(window, QUESTIONS[1], 1, len(history), found)
    need(found["history_tokens_decoded"] == 0, "Tokens that the fork shares with its chat were decoded again.")


def pane(bench: Bench, found: Found) -> None:
    """A pane is drawn, with the text of a reply in it."""
    from PySide6.QtCore import QPoint, QRect
    from PySide6.QtGui import QFontDatabase

    window = bench.window()
    number = window.pane_in_sight()
    drawn, parts, text = window.panes()[number], window.view(LAST, number).text_views(), window.texts(number)[LAST]
    picture, families = window.picture(number), len(QFontDatabase.families())
    colours = _colours(picture)
    found |= {"width": drawn.width(), "height": drawn.height(), "colours": colours, "fonts": families}
    need(families, "Qt finds no font.")
    need(colours >= COLOURS, f"The pane shows {colours} colours only.")
    need(parts and parts[0].toPlainText().split()[:1] == text.split()[:1], "The reply's text is not laid out.")
    place = QRect(parts[0].mapTo(drawn, QPoint(0, 0)), parts[0].size())
    need(not place.isEmpty() and drawn.rect().contains(place.topLeft()), "The reply's text is out of sight.")
    ratio = picture.devicePixelRatio()
    cut = picture.copy(QRect((place.topLeft().toPointF() * ratio).toPoint(), place.size() * ratio))
    found["colours_of_text"] = colours = _colours(cut)
    need(colours >= COLOURS, f"Where the reply's text stands there are {colours} colours only.")


def _asked_again(window: "TriedWindow", question: str, pane: int, history_tokens: int, found: Found) -> int:
    """Ask what was told before; return how many tokens were decoded besides those of the question and the reply."""
    before = window.stats.tokens_decoded
    answer = window.ask(question, pane)
    decoded = window.stats.tokens_decoded - before
    new, written = len(window.prompt_of_last(pane)) - history_tokens, answer.stats.tokens_written if answer.stats else 0
    found |= {"text": answer.text, "tokens_decoded": decoded, "new_prompt_tokens": new, "tokens_written": written}
    need(NAME in answer.text, "The guide does not know any more what it was told.")
    end_of_turn = 1
    return max(0, decoded - new - written - end_of_turn)  # fewer, where another chat began its message alike


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file. Raises CheckFailedError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CheckFailedError(f"The guide cannot be read ({error.strerror or error}).") from error


def _colours(picture: "QImage") -> int:
    """Return how many colours a picture has."""
    from PySide6.QtGui import QImage

    return len(set(memoryview(picture.convertToFormat(QImage.Format.Format_RGB32).constBits()).cast("I")))
