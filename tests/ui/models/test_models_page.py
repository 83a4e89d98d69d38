"""The page of all models: what is here, what suits this computer, how it comes, and what is found on the hub."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.events import ModelPhase
from desktop.models.download import DownloadPhase, HubFile
from desktop.models.header import MemoryKind
from desktop.system.errors import RivuletError
from desktop.system.words import say
from desktop.ui.models.asking import asked as command
from desktop.ui.models.library_row import LibraryRow
from desktop.ui.models.model_row import ModelRow
from desktop.ui.models.repository_row import RepositoryRow
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats
from tests.ui.fake_models import FakeModels, entry_of
from tests.ui.models.conftest import GEMMA, MODEL, OTHER, QWEN, REPOSITORY, OpenModels, press, rows, told, window_of, words, write
from tests.ui.window_driver import notices


def row_of(page: QWidget, name: str) -> LibraryRow:
    row = rows(page)[name]
    assert isinstance(row, LibraryRow)
    return row


def choose(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text() == words).trigger()
    settle()


def asked(chats: FakeChats, *names: str) -> list[tuple[object, ...]]:
    return [call for call in chats.calls if call[0] in names]


class Later:
    """What suspends a coroutine once."""

    def __await__(self) -> Iterator[None]:
        yield


def left(part: QWidget, row: QWidget) -> int:
    return part.mapTo(row, QPoint(0, 0)).x()


def test_the_key_opens_it_and_escape_leaves_it(open_window: OpenWindow, models: FakeModels, chats: FakeChats, qtbot: QtBot) -> None:
    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settle()
    page = only(window, "modelsPage")
    assert QApplication.focusWidget() is only(page, "modelField")
    assert asked(chats, "refresh")
    assert not asked(chats, "search", "files", "fetch")
    qtbot.keyClick(only(page, "modelField"), Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert panes(window)[0].composer.edit.hasFocus()


def test_what_is_here_stands_with_what_it_is(open_models: OpenModels) -> None:
    page = open_models()
    assert list(rows(page))[:3] == ["Qwen3 4B", "Gemma 3 1B", "Other 30B"]  # what is loaded first
    gemma, other = row_of(page, "Gemma 3 1B"), row_of(page, "Other 30B")
    assert words(row_of(page, "Qwen3 4B"), "modelMark") == ["Loaded"]
    assert words(gemma, "modelMark") == []
    assert gemma.caption.text() == "1B · Q4_K_M · Gemma"
    assert words(gemma, "modelSize") == ["1.1 GB"]
    assert (words(gemma, "fitLabel"), words(other, "fitLabel")) == (["Fits"], ["Won’t fit"])
    assert other.fit.toolTip() == "Needs about 20 GB. 11 GB are free."


def test_a_model_is_loaded_and_its_course_is_seen(open_models: OpenModels, chats: FakeChats) -> None:
    page = open_models()
    press(row_of(page, "Gemma 3 1B"), "loadModelButton")
    assert ("load_model", GEMMA) in chats.calls
    chats.set_model(replace(MODEL, phase=ModelPhase.LOADING, path=GEMMA, progress=0.4))
    told(page)
    row = row_of(page, "Gemma 3 1B")
    assert words(row, "modelMark") == ["Loading, 40%"]
    assert press(row, "loadModelButton") == "Cancel"
    assert ("cancel_loading",) in chats.calls
    chats.set_model(replace(MODEL, path=GEMMA))
    told(page)
    assert press(row, "loadModelButton") == "Unload"
    assert ("unload",) in chats.calls
    told(page)
    assert words(row, "modelMark") == ["Sleeping: loads when you send"]


def test_deleting_asks_and_forgetting_does_not(open_models: OpenModels, chats: FakeChats) -> None:
    page = open_models()
    choose(row_of(page, "Other 30B").menu(), "Take off this list; the file stays")
    assert ("remove", OTHER) in chats.calls
    told(page)
    assert "Other 30B" not in rows(page)
    row = row_of(page, "Qwen3 4B")
    choose(row.menu(), "Delete the file…")
    assert ("remove", QWEN) not in chats.calls
    press(only(row, "deleteModelQuestion"), "keepChatButton")
    assert ("remove", QWEN) not in chats.calls
    choose(row.menu(), "Delete the file…")
    press(only(row, "deleteModelQuestion"), "confirmDeleteButton")
    assert ("remove", QWEN) in chats.calls


def test_what_is_refused_is_said_at_the_model(open_models: OpenModels, chats: FakeChats) -> None:
    page = open_models()
    row = row_of(page, "Other 30B")
    chats.failure = RivuletError(say("The disk is full"))
    choose(row.menu(), "Take off this list; the file stays")
    assert words(row, "modelProblem") == ["The disk is full"]
    assert not notices(window_of(page))


def test_checking_a_file_says_what_came_of_it(open_models: OpenModels, models: FakeModels) -> None:
    row = row_of(open_models(), "Gemma 3 1B")
    for is_sound, beginning in ((True, "The file is what it was"), (False, "The file is not what it was")):
        models.library.is_sound = is_sound
        choose(row.menu(), "Check the file")
        assert words(row, "modelProblem")[0].startswith(beginning)


def test_details_tell_all(open_models: OpenModels, models: FakeModels) -> None:
    entry = models.library.found[1]
    assert entry.header is not None
    header = replace(entry.header, memory=MemoryKind.RECURRENT, parts=2, template=None, extra={"maker": "Sea", "base": "Tides"})
    models.library.found[1] = replace(entry, digest="ab" * 32, header=header)
    page = open_models()
    row = row_of(page, "Gemma 3 1B")
    choose(row.menu(), "Details")
    shown = {label.text().replace("\u200b", "") for label in row.details.findChildren(QLabel)}
    assert {"qwen3", "Gemma", "40,960 tokens", "A summary of what it has read", "2 parts", str(GEMMA), "ab" * 32} <= shown
    assert {"Maker", "Sea", "Made from", "Tides", "Chat template", "None; the usual one is used"} <= shown
    choose(row.menu(), "Hide details")
    assert not row.details.isVisible()


def test_a_file_that_cannot_be_used_says_why(open_models: OpenModels, models: FakeModels) -> None:
    models.library.found.append(entry_of("/data/a.gguf", "a", fault=say("a.gguf is cut short.")))
    row = row_of(open_models(), "a")
    assert row.caption.text() == "a.gguf is cut short."
    assert not named(row, "loadModelButton")
    assert not named(row, "fitLabel")
    assert [action.text() for action in row.menu().actions() if action.text()] == ["Details", "Show in file manager", "Delete the file…"]


def test_a_folder_is_shown_and_words_leave_what_has_them(
    open_models: OpenModels, chats: FakeChats, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_models()
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    row = row_of(page, "Gemma 3 1B")
    choose(row.menu(), "Show in file manager")
    assert opened == ["/cache"]
    assert words(row, "modelProblem")[0].endswith("/cache")  # nothing could show it
    write(page, "modelField", "gemma")
    assert list(rows(page)) == ["Gemma 3 1B"]
    write(page, "modelField", "offer 3")
    assert list(rows(page)) == ["Offer 3"]
    write(page, "modelField", "nothing of the kind")
    assert not rows(page)
    assert not asked(chats, "search", "files")


def test_few_are_recommended_at_first(open_models: OpenModels) -> None:
    page = open_models()
    offers = [name for name in rows(page) if name.startswith("Offer")]
    assert offers == ["Offer 2", "Offer 0", "Offer 1", "Offer 3", "Offer 4"]  # the recommended one first
    assert words(rows(page)["Offer 2"], "modelMark") == ["Recommended for this computer"]
    assert press(page, "allOffersButton") == "Show 2 more"
    assert len([name for name in rows(page) if name.startswith("Offer")]) == 7
    assert QApplication.focusWidget() is only(rows(page)["Offer 5"], "getModelButton")


def test_a_download_is_seen_held_up_and_ended_in_place(open_models: OpenModels, models: FakeModels, chats: FakeChats) -> None:
    page = open_models()
    get = only(rows(page)["Offer 0"], "getModelButton")
    get.setFocus()
    assert press(rows(page)["Offer 0"], "getModelButton") == "Get · 2.5 GB"
    assert [call[0] for call in asked(chats, "fetch")] == ["fetch"]
    told(page)
    row = rows(page)["Offer 0"]
    number = models.downloads.all[0].id
    assert not named(row, "getModelButton")
    assert QApplication.focusWidget() is only(row, "pauseDownloadButton")
    assert words(row, "downloadWords") == ["0 bytes of 2.5 GB"]  # how long is not known yet
    models.downloads.change(number, done=1_600_000_000, speed=21_000_000.0)
    told(page)
    assert words(row, "downloadWords") == ["1.6 GB of 2.5 GB · 21 MB/s · about 43 s left"]
    assert only(row, "downloadBar").property("value") == 640
    press(row, "pauseDownloadButton")
    told(page)
    assert ("pause", number) in chats.calls
    assert words(row, "downloadWords") == ["Paused at 1.6 GB of 2.5 GB"]
    assert press(row, "pauseDownloadButton") == "Resume"
    models.downloads.change(number, phase=DownloadPhase.FAILED, problem=say("The disk is full"))
    told(page)
    assert words(row, "downloadProblem") == ["The disk is full"]
    assert press(row, "pauseDownloadButton") == "Try again"
    told(page)
    assert words(row, "downloadProblem") == []
    only(row, "cancelDownloadButton").setFocus()
    press(row, "cancelDownloadButton")
    told(page)
    assert QApplication.focusWidget() is only(row, "getModelButton")
    assert not models.downloads.all


def test_what_has_come_stands_among_what_is_here(open_models: OpenModels, models: FakeModels) -> None:
    page = open_models()
    press(rows(page)["Offer 0"], "getModelButton")
    models.downloads.finish(models.downloads.all[0].id, "Offer zero")
    told(page)
    assert "Offer 0" not in rows(page)
    assert words(rows(page)["Offer zero"], "loadModelButton") == ["Load"]
    assert QApplication.focusWidget() is not None  # what had it is gone


def test_a_model_that_cannot_be_fetched_says_why(open_models: OpenModels, chats: FakeChats) -> None:
    page = open_models()
    chats.failure = RivuletError(say("The disk is full"))
    press(rows(page)["Offer 0"], "getModelButton")
    assert words(rows(page)["Offer 0"], "modelProblem") == ["The disk is full"]


def test_without_a_network_nothing_can_be_fetched_and_it_says_why(open_models: OpenModels, models: FakeModels, chats: FakeChats) -> None:
    models.is_offline = True
    page = open_models()
    get = only(rows(page)["Offer 0"], "getModelButton")
    assert not get.isEnabled()
    assert "told not to use the network" in get.toolTip()
    assert "told not to use the network" in words(page, "offlineWords")[0]
    assert not named(page, "hubWords")
    assert "Hugging Face" not in only(page, "modelField").property("placeholderText")
    field = write(page, "modelField", "qwen")
    assert not named(page, "searchHubButton")
    field.entered.emit(Qt.KeyboardModifier.NoModifier)  # type: ignore[attr-defined]
    assert not asked(chats, "search")


def look_for(page: QWidget, text: str, qtbot: QtBot) -> None:
    qtbot.keyClick(write(page, "modelField", text), Qt.Key.Key_Return)
    settle()


def test_the_hub_is_asked_on_enter_only(open_models: OpenModels, chats: FakeChats, qtbot: QtBot) -> None:
    page = open_models()
    write(page, "modelField", "qwen")
    assert not asked(chats, "search")
    look_for(page, "qwen", qtbot)
    assert asked(chats, "search") == [("search", "qwen")]
    assert words(page, "hubWords") == ["2 places have “qwen”."]
    assert not asked(chats, "files")
    repository = rows(page)[REPOSITORY]
    press(repository, "unfoldRepositoryButton")
    assert asked(chats, "files") == [("files", REPOSITORY)]
    files = rows(repository)
    assert list(files) == ["Q4_K_M", "BF16"]
    assert (words(files["Q4_K_M"], "fitLabel"), words(files["BF16"], "fitLabel")) == (["Fits"], ["Won’t fit"])
    press(files["Q4_K_M"], "getModelButton")
    told(page)
    assert asked(chats, "fetch")[0][1].names == ("Qwen3-4B-Q4_K_M.gguf",)  # type: ignore[attr-defined]
    assert named(files["Q4_K_M"], "downloadBar")
    write(page, "modelField", "")
    assert "Qwen3-4B-Q4_K_M.gguf" in words(page, "modelName")  # also seen where the hub's results are not
    press(repository, "unfoldRepositoryButton")
    press(repository, "unfoldRepositoryButton")
    assert len(asked(chats, "files")) == 1


def test_a_search_that_fails_says_why_in_place(open_models: OpenModels, chats: FakeChats, qtbot: QtBot) -> None:
    page = open_models()
    chats.failure = RivuletError(say("The disk is full"))
    look_for(page, "qwen", qtbot)
    assert words(page, "hubWords") == ["The disk is full"]
    look_for(page, "zzz", qtbot)
    assert words(page, "hubWords") == ["Nothing found for “zzz”."]


def test_what_is_told_of_the_hub_is_told_of_what_is_shown(open_models: OpenModels, chats: FakeChats, qtbot: QtBot) -> None:
    page = open_models()
    look_for(page, "qwen", qtbot)
    assert only(page, "hubWords").visibleRegion().boundingRect().isValid()  # the page goes there
    write(page, "modelField", "")
    assert words(page, "hubWords") == ["2 places have “qwen”."]
    assert REPOSITORY in rows(page)
    chats.failure = RivuletError(say("The disk is full"))
    look_for(page, "zzz", qtbot)
    assert words(page, "hubWords") == ["The disk is full"]
    assert REPOSITORY not in rows(page)
    write(page, "modelField", "")
    assert "Nothing is asked of the network before" in words(page, "hubWords")[0]


@pytest.mark.parametrize("fails", [False, True])
def test_a_check_may_end_after_its_row_is_gone(
    open_models: OpenModels, models: FakeModels, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    async def verify(path: Path) -> bool:
        await Later()
        if fails:
            raise RivuletError(say("The disk is full"))
        return True

    monkeypatch.setattr(models.library, "verify", verify)
    page = open_models()
    row = row_of(page, "Gemma 3 1B")
    checking = command(row, row._check(), row.tell)
    checking.send(None)
    assert words(row, "modelProblem") == ["Checking the file…"]
    write(page, "modelField", "other")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    with pytest.raises(StopIteration):
        checking.send(None)


def test_files_of_the_hub_may_come_after_something_else_was_looked_for(
    open_models: OpenModels, models: FakeModels, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    async def files(repository: str) -> list[HubFile]:
        await Later()
        return models.catalogue.hub[next(iter(models.catalogue.hub))]

    monkeypatch.setattr(models.catalogue, "files", files)
    page = open_models()
    look_for(page, "qwen", qtbot)
    row = rows(page)[REPOSITORY]
    assert isinstance(row, RepositoryRow)
    asking = command(row, row._ask(), row.tell)
    asking.send(None)
    look_for(page, "zzz", qtbot)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    with pytest.raises(StopIteration):
        asking.send(None)


def test_in_a_narrow_window_what_is_below_a_name_begins_where_the_name_does(
    open_window: OpenWindow, models: FakeModels, qtbot: QtBot
) -> None:
    window = open_window(width=480)
    window._models.open()
    settle()
    page = only(window, "modelsPage")
    look_for(page, "qwen", qtbot)
    write(page, "modelField", "")
    for name, what in ((REPOSITORY, "caption"), ("Gemma 3 1B", "fit")):
        row = rows(page)[name]
        assert isinstance(row, ModelRow)
        assert left(getattr(row, what), row) == left(row.name, row)
    gemma = row_of(page, "Gemma 3 1B")
    assert gemma.size_label.width() == gemma.size_label.fontMetrics().horizontalAdvance(gemma.size_label.text())


def test_a_token_is_taken_and_forgotten(open_models: OpenModels, models: FakeModels, qtbot: QtBot) -> None:
    page = open_models()
    look_for(page, "google", qtbot)
    gated = rows(page)["google/qwen"]
    press(gated, "unfoldRepositoryButton")
    for models.token.has_keyring, outcome in ((True, "is in the keyring"), (False, "until Rivulet ends")):
        field = write(gated, "tokenField", " hf_secret ")
        assert field.echoMode() is QLineEdit.EchoMode.Password
        press(gated, "keepTokenButton")
        assert models.token.token == "hf_secret"
        assert field.text() == ""
        assert outcome in words(gated, "tokenOutcome")[0]
        press(gated, "forgetTokenButton")
        assert models.token.token == ""
        assert words(gated, "tokenOutcome") == ["The token is forgotten."]


def test_files_and_folders_are_added(open_models: OpenModels, chats: FakeChats, tmp_path: Path) -> None:
    page = open_models()
    for name, path in (("addModelFileButton", "/data/new.gguf"), ("addModelFolderButton", str(tmp_path))):
        press(page, name)
        (dialog,) = window_of(page).findChildren(QFileDialog)
        dialog.fileSelected.emit(path)
        dialog.close()
        settle()
    assert asked(chats, "add_file", "add_folder") == [("add_file", Path("/data/new.gguf")), ("add_folder", tmp_path)]
    assert not asked(chats, "load_model")
    told(page)
    assert "new" in rows(page)
    window = window_of(page)
    assert notices(window) == [f"Models in {tmp_path} are listed now, and those that come later."]
    press(window, "showImportedButton")
    assert ("remove_folder", tmp_path) in chats.calls


def test_where_is_looked_leads_to_the_settings(open_models: OpenModels) -> None:
    page = open_models()
    window = window_of(page)
    press(page, "modelPlacesButton")
    assert not page.isVisible()
    dialog = only(window, "settingsDialog")
    assert named(dialog, "modelsFolder")
    dialog.close()
