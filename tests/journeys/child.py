"""The application in a process of its own: python -m tests.journeys.child TASK DATA MODEL TEXT. Prints facts as JSON."""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import desktop.app
from desktop.app.application import Application
from desktop.app.command_line import Options
from desktop.app.main import main
from desktop.inference.binding import Abort, Batch, Context, ContextOptions, DecodeCounters, Library, Model
from desktop.inference.kv_cache import KvCache
from desktop.inference.memory_plan import Memory, MemoryPlan
from desktop.sessions.keys import ContextKey
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.sessions.tree import EntryRule
from tests.journeys.driver import Driver

CELLS, BATCH = 4096, 512


def one_turn(data: Path, model: Path, text: str) -> dict[str, object]:
    """Open what is there, send one message, and return what that cost."""
    application = QApplication([])
    driver = Driver.start(data, "--model", str(model))
    history = driver.prompt(is_history=True).ids
    opened = driver.stats
    driver.send_and_wait(text)
    prompt, stats, [outcome] = driver.prompt(messages=-1).ids, driver.stats, driver.rows(LAST_REPLY)
    loaded = driver.application._engine.loaded
    assert loaded is not None
    driver.quit()
    del application
    return {
        "decoded_at_opening": opened.tokens_decoded,
        "restored": stats.tokens_restored,
        "decoded": stats.tokens_decoded,
        "written": outcome[0],
        "status": outcome[1],
        "context": loaded.context.hex(),
        "history": list(history),
        "prompt": list(prompt),
    }


def places(data: Path, model: Path, text: str) -> dict[str, object]:
    """Go to messages of the chat that is there, one after the other, and return what the pane shows; text is their ids as JSON."""
    application = QApplication([])
    driver = Driver.start(data, "--model", str(model))
    chats, chat = driver.application._chats, driver.chat_id()
    shown, versions = [driver.texts()], []
    for message_id in json.loads(text):
        driver.run(chats.go_to(chat, message_id))
        driver.settle()
        shown.append(driver.texts())
        versions.append(list(driver.run(chats.versions(chat)).values()))
    decoded = driver.stats.tokens_decoded
    driver.quit()
    del application
    return {"shown": shown, "versions": versions, "decoded": decoded}


LAST_REPLY = "SELECT stats ->> 'tokens_written', status FROM message WHERE role = 'assistant' ORDER BY id DESC LIMIT 1"


def logits(data: Path, model: Path, text: str) -> dict[str, object]:
    """Decode the end of a prompt after its beginning was restored from the files, and after it was decoded: compare the logits.

    text is the JSON that one_turn printed.
    """
    parts = json.loads(text)
    history, rest = token_ids(parts["history"]), token_ids(parts["prompt"][len(parts["history"]) :])
    store = SegmentStore(data / "sessions", print)
    library = Library()
    loaded = Model(library, model, lambda _progress: True)
    counters = DecodeCounters()
    try:
        store.select(ContextKey(bytes.fromhex(parts["context"])), EntryRule.ANYWHERE)
        restored = _context(loaded, counters)
        cache = KvCache(restored, 2, Memory(MemoryPlan.DENSE, 0, is_recurrent=False, token_bytes=0.0))
        stored = store.lookup(history)
        for edge in stored.edges:
            cache.restore(0, store.load(edge).blob)
        straight = _context(loaded, counters)
        _decode(straight, history, 0)
        one = _decode(restored, rest, len(history))
        other = _decode(straight, rest, len(history))
        restored.close()
        straight.close()
    finally:
        loaded.close()
        library.close()
        store.close(5)
    return {
        "restored": stored.whole_tokens,
        "compared": len(rest),
        "difference": max(abs(a - b) for row, again in zip(one, other, strict=True) for a, b in zip(row, again, strict=True)),
        "spread": max(max(row) - min(row) for row in other),
    }


def _context(model: Model, counters: DecodeCounters) -> Context:
    return Context(model, ContextOptions(CELLS, 2, BATCH, 2), counters, Abort())


def _decode(context: Context, ids: TokenIds, position: int) -> list[list[float]]:
    """Return the logits after every token."""
    rows: list[list[float]] = []
    for start in range(0, len(ids), BATCH):
        batch = Batch(BATCH)
        part = ids[start : start + BATCH]
        for offset, token in enumerate(part):
            batch.add(token, position + start + offset, 0, wants_logits=True)
        context.decode(batch)
        rows += [context.logits(index) for index in range(len(part))]
        batch.close()
    return rows


def typed(data: Path, model: Path, text: str) -> None:
    """Run the real main(), and type a message as soon as the window is there."""
    build = desktop.app.build_with

    def build_and_type(options: Options) -> Application:
        application = build(options)
        driver = Driver(application, data)

        def type_when_ready() -> None:
            if driver.panes() and driver.chat_list().model().rowCount() > 0:
                driver.send(text)
            else:
                QTimer.singleShot(20, type_when_ready)

        QTimer.singleShot(0, type_when_ready)
        return application

    desktop.app.build_with = build_and_type  # type: ignore[assignment]
    sys.argv = ["rivulet", "--data-dir", str(data), "--model", str(model), "--offline"]
    main()


if __name__ == "__main__":
    task, data, model, text = sys.argv[1:]
    facts = {"one_turn": one_turn, "logits": logits, "places": places, "typed": typed}[task](Path(data), Path(model), text)
    sys.stdout.write(json.dumps(facts))
