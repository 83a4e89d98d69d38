"""The application in a process of its own: python -m tests.journeys.child TASK DATA MODEL TEXT. Prints facts as JSON."""

import ctypes
import json
import os
import pkgutil
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shiboken6
from llama_cpp._ggml import libggml
from PySide6.QtCore import QEvent, QLibraryInfo, Qt, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent, QSessionManager
from PySide6.QtWidgets import QApplication

import desktop.app
from desktop.app.application import Application
from desktop.app.command_line import Options
from desktop.app.main import main
from desktop.inference.binding import Abort, Batch, Context, ContextOptions, DecodeCounters, Library, Model
from desktop.inference.engine import Engine
from desktop.inference.kv_cache import KvCache
from desktop.inference.memory_plan import Memory, MemoryPlan
from desktop.models.network_errors import OfflineError
from desktop.sessions.keys import ContextKey
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, token_ids
from desktop.sessions.tree import EntryRule
from desktop.system.lock import DataLock
from tests.journeys.driver import Driver, rows, segments, wait_until
from tests.trusted_models import trusted_models

CELLS, BATCH = 4096, 512


def one_turn(data: Path, model: Path, text: str) -> dict[str, object]:
    """Open what is there, send one message, and return what that cost; model: Path() for none, so that the guide is there."""
    application = QApplication([])
    driver = Driver.start(data, *(["--model", str(model)] if model.name else []))
    history = driver.prompt(is_history=True).ids
    opened = driver.stats
    reply = driver.send_and_wait(text)
    prompt, stats, [outcome] = driver.prompt(messages=-1).ids, driver.stats, driver.rows(LAST_REPLY)
    loaded = driver.application._engine.loaded
    assert loaded is not None
    driver.quit()
    del application
    return {
        "reply": reply,
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


def temporary(data: Path, model: Path, text: str) -> None:
    """Say the text in an ordinary chat and another one, reversed, in a temporary chat; tell what it replied, and then wait to be killed."""
    application = QApplication([])
    driver = Driver.start(data, "--model", str(model))
    driver.send_and_wait(text)
    driver.click(driver.widget("newTemporaryChatButton"))
    wait_until(lambda: not driver.messages())
    reply = driver.send_and_wait(text[::-1])
    sys.stdout.write(json.dumps({"reply": reply}) + "\n")
    sys.stdout.flush()
    application.exec()


def typed(data: Path, model: Path, text: str) -> None:
    """Run the real main(), and type a message as soon as the window is there."""
    _run_main(data, model, lambda driver: driver.send(text))


def written(data: Path, model: Path, text: str) -> None:
    """Run the real main(), and while a reply streams let a message wait, begin another and attach a file, whose path is the text."""

    def write(driver: Driver) -> None:
        driver.send("Tell me a story")
        driver.wait_for_text()
        driver.type("This waits")
        driver.press(Qt.Key.Key_Return)
        driver.type("This is being written")
        driver.panes()[0].composer.files_pasted.emit([Path(text)])

    _run_main(data, model, write)


def stuck(data: Path, model: Path, text: str) -> None:
    """Run the real main(), and never come to the end of loading the model of the last time."""
    Engine._load = lambda *_: time.sleep(60)  # type: ignore[assignment]
    sys.argv = ["rivulet", "--data-dir", str(data), "--offline"]
    main()


def ended_badly(data: Path, model: Path, text: str) -> None:
    """Run the real main(), have a reply to all but the first word of the text, and end as the first word says."""
    how, said = text.split(" ", 1)

    def fail() -> None:
        secret = said
        raise ZeroDivisionError(secret)

    def assertion() -> None:
        libggml.ggml_abort(b"/src/ggml.c", 12, b"GGML_ASSERT(%s) failed", b"a == b")

    ways: dict[str, Callable[[], object]] = {
        "segfault": lambda: ctypes.string_at(0),
        "abort": os.abort,
        "assertion": assertion,
        "raise": fail,
        "kill": lambda: time.sleep(60),
        "quit": lambda: None,
    }

    def act(driver: Driver) -> None:
        driver.wait_for_start()
        driver.send_and_wait(said)
        sys.stdout.write("replied\n")
        sys.stdout.flush()
        QTimer.singleShot(0, ways[how])
        QTimer.singleShot(200, driver.application.request_quit)

    _run_main(data, model, act)


def logged_out(data: Path, model: Path, text: str) -> None:
    """Run the real main(), and while a reply streams let the session's end be announced; tell what is kept then, and do what text says."""

    def act(driver: Driver) -> None:
        driver.send("Tell me a story")
        driver.wait_for_text()
        shown = driver.last_text()
        application = driver.application._qt
        _announce_end(application)
        window = driver.application.main_window
        kept = rows(data, "SELECT text, status FROM message WHERE role = 'assistant'")
        facts = {
            "time": time.time(),
            "shown": shown,
            "kept": kept,
            "segments": len(segments(data)),
            "is_open": window.isVisible() and window.isEnabled(),
        }
        if text == "goes on":  # another program did not want to end
            driver.send("Go on")
            driver.wait_for_text()
            facts["reply"] = driver.last_text()
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()
        if text == "exit":  # on Windows
            application.exit()
        else:
            QApplication.sendEvent(application, QEvent(QEvent.Type.Quit))

    _run_main(data, model, act)


def _announce_end(application: QApplication) -> None:
    """Emit commitDataRequest as Qt's platforms do; Python cannot, for want of a type."""
    library = ctypes.CDLL(str(next(Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath)).glob("libQt6Gui.so*"))))
    emit = library._ZN15QGuiApplication17commitDataRequestER15QSessionManager
    emit.argtypes, emit.restype = [ctypes.c_void_p] * 2, None
    manager = application.findChild(QSessionManager)
    emit(*(shiboken6.getCppPointer(it)[0] for it in (application, manager)))
    assert manager.restartCommand()[1:3] == ["-m", "desktop.app"]


def looked_around(data: Path, model: Path, text: str) -> None:
    """Import all there is, run the real main(), have a reply, open every page; then forbid the network, ask for models, and quit."""
    for module in pkgutil.walk_packages(desktop.__path__, "desktop."):
        if not module.name.endswith("__main__"):
            import_module(module.name)

    def look(driver: Driver) -> None:
        try:
            look_at(driver)
        except BaseException:  # noqa: BLE001 - whatever it is, the process that waits is told
            traceback.print_exc()
            os._exit(3)
        driver.application.request_quit()

    def look_at(driver: Driver) -> None:
        driver.wait_for_start()
        driver.send_and_wait("Hello")
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        pages = ((Qt.Key.Key_K, control), (Qt.Key.Key_Slash, control), (Qt.Key.Key_Comma, control), (Qt.Key.Key_L, control | shift))
        for key, modifiers in pages:  # search, keys, settings, models
            driver.press(key, modifiers)
            driver.settle()
            driver.press(Qt.Key.Key_Escape)
        driver.application.main_window._on_settings_chosen("is_offline", True)
        models = driver.application._chats.models
        catalogue, offer = models.catalogue, models.catalogue.offers[0].model
        for question in (catalogue.search(text), catalogue.files(offer.repository), models.downloads.fetch(offer)):
            assert driver.run(_is_refused(question))

    _run_main(data, model, look, [])


def handed(data: Path, model: Path, text: str) -> None:
    """Run the real main(), have the system hand it a file of a chat, Tides, and tell once it was imported."""

    def hand(driver: Driver) -> None:
        application, window = QApplication.instance(), driver.application.main_window
        assert application is not None
        window.setWindowState(Qt.WindowState.WindowMinimized)
        for url in (QUrl("https://example.org/b.json"), QUrl.fromLocalFile(text)):
            QApplication.sendEvent(application, QFileOpenEvent(url))
        assert not window.isMinimized()
        tell(driver)

    def tell(driver: Driver) -> None:
        if "Tides" in driver.chat_titles():
            sys.stdout.write(json.dumps({"has_imported": True}))
            sys.stdout.flush()
            driver.application.request_quit()
        else:
            QTimer.singleShot(20, lambda: tell(driver))

    _run_main(data, model, hand)


async def _is_refused(question: Awaitable[object]) -> bool:
    try:
        await question
    except OfflineError:
        return True
    return False


def _run_main(data: Path, model: Path, act: Callable[[Driver], None], options: Sequence[str] = ("--offline",)) -> None:
    build = desktop.app.build_with

    def build_and_type(options: Options, lock: DataLock | None = None) -> Application:
        application = build(options, lock)
        driver = Driver(application, data)

        def type_when_ready() -> None:
            if driver.panes() and driver.chat_list().model().rowCount() > 0:
                act(driver)
            else:
                QTimer.singleShot(20, type_when_ready)

        QTimer.singleShot(0, type_when_ready)
        return application

    desktop.app.build_with = build_and_type  # type: ignore[assignment]
    sys.argv = ["rivulet", "--data-dir", str(data), "--model", str(model), *options]
    main()


if __name__ == "__main__":
    task, data, model, text = sys.argv[1:]
    tasks = (one_turn, logits, places, typed, written, temporary, stuck, ended_badly, logged_out, looked_around, handed)
    with trusted_models():
        facts = {it.__name__: it for it in tasks}[task](Path(data), Path(model), text)
    sys.stdout.write(json.dumps(facts))
