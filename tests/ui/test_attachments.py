"""Files beside a message: dropped, pasted or chosen; shown, sent, kept with the draft, and refused with a reason."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.conversations.message import Conversation
from desktop.conversations.written import Attachment
from desktop.system.errors import RivuletError
from desktop.ui.main_window import MainWindow
from desktop.ui.panes.pane import Pane
from desktop.ui.panes.pane_area import PaneArea
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import FakeChats, run
from tests.ui.window_driver import write

NOTES = Attachment("notes.txt", "one\ntwo\n")
BLOCK = "`notes.txt`\n```txt\none\ntwo\n```"


@pytest.fixture
def chat(chats: FakeChats) -> Conversation:
    return chats.add_chat("Files")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text(NOTES.text)
    return path


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag(widget: QWidget, data: QMimeData) -> None:
    """Drag something over a widget; those in which it stands are asked after it."""
    place = QPoint(5, 5)
    event = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def drop(widget: QWidget, data: QMimeData) -> None:
    """Drag something over a widget and drop it there."""
    drag(widget, data)
    place = QPoint(5, 5)
    event = QDropEvent(place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
    settle()


def is_target(pane: Pane) -> bool:
    return bool(pane.composer.property("target"))


def paste(pane: Pane, data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    pane.composer.edit.paste()
    settle()


def names(pane: Pane) -> Sequence[str]:
    return [attachment.name for attachment in pane.composer.attachments()]


def notice(pane: Pane) -> str:
    return pane._foot.notice.text() if pane._foot.notice.isVisible() else ""


def sent(chats: FakeChats) -> list[str]:
    return [call[2] for call in chats.calls if call[0] == "send"]


def test_files_that_are_dropped_on_a_pane_go_with_the_message(
    open_window: OpenWindow, chats: FakeChats, chat: Conversation, notes: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "main.py").write_text("print()")
    (pane,) = panes(open_window(chat))
    data = files(notes, tmp_path / "main.py")
    drag(pane, data)
    assert is_target(pane)
    drop(pane, data)
    assert not is_target(pane)
    assert names(pane) == ["notes.txt", "main.py"]
    write(qtbot, pane, "What is this?")
    assert sent(chats) == [f"What is this?\n\n{BLOCK}\n\n`main.py`\n```py\nprint()\n```"]
    assert names(pane) == []
    assert not named(pane, "attachmentChip")


def test_a_file_alone_is_a_message(open_window: OpenWindow, chats: FakeChats, chat: Conversation, notes: Path, qtbot: QtBot) -> None:
    (pane,) = panes(open_window(chat))
    drop(pane.composer, files(notes))
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert sent(chats) == [BLOCK]


def test_files_are_pasted_and_other_addresses_are_text(open_window: OpenWindow, chat: Conversation, notes: Path) -> None:
    (pane,) = panes(open_window(chat))
    paste(pane, files(notes))
    assert (names(pane), pane.composer.text()) == (["notes.txt"], "")
    web = QMimeData()
    web.setUrls([QUrl("https://example.org/a")])
    web.setText("https://example.org/a")
    paste(pane, web)
    assert (names(pane), pane.composer.text()) == (["notes.txt"], "https://example.org/a")
    assert pane.composer.edit.canInsertFromMimeData(files(notes))


def test_a_picture_that_is_pasted_is_refused_with_its_reason(open_window: OpenWindow, chat: Conversation) -> None:
    (pane,) = panes(open_window(chat))
    image = QImage(2, 2, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    data = QMimeData()
    data.setImageData(image)
    paste(pane, data)
    assert pane.composer.text() == ""
    assert "cannot read pictures" in notice(pane)


@pytest.mark.parametrize("by_keys", [False, True])
def test_the_paper_clip_and_its_keys_ask_for_files(
    open_window: OpenWindow, chat: Conversation, notes: Path, qtbot: QtBot, by_keys: bool
) -> None:
    window = open_window(chat)
    (pane,) = panes(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    if by_keys:
        qtbot.keyClick(pane.composer.edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    else:
        qtbot.mouseClick(only(pane, "attachButton"), Qt.MouseButton.LeftButton)
    dialog = window.findChild(QFileDialog, "attachFileDialog")
    assert dialog is not None
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
    dialog.filesSelected.emit([str(notes), str(notes)])
    dialog.reject()
    settle()
    assert names(pane) == ["notes.txt"], "once"


def test_what_cannot_be_attached_is_told_and_the_others_are(
    open_window: OpenWindow, chat: Conversation, notes: Path, tmp_path: Path
) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (pane,) = panes(open_window(chat))
    drop(pane, files(tmp_path, tmp_path / "picture.png", notes))
    assert names(pane) == ["notes.txt"]
    assert "is a folder" in notice(pane)
    assert "is a picture" in notice(pane)


def test_no_more_files_than_a_message_takes(open_window: OpenWindow, chat: Conversation, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(12)]
    for path in paths:
        path.write_text(path.name)
    (pane,) = panes(open_window(chat))
    drop(pane, files(*paths))
    assert names(pane) == [path.name for path in paths[:10]]
    assert "so 2 were not attached" in notice(pane)
    drop(pane, files(paths[11]))
    assert len(names(pane)) == 10
    assert "so 1 was not attached" in notice(pane)


def test_models_are_left_to_the_window_and_chats_too_unless_they_come_over_the_composer(
    open_window: OpenWindow, chats: FakeChats, chat: Conversation, notes: Path, tmp_path: Path
) -> None:
    (pane,) = panes(open_window(chat))
    model, archive = tmp_path / "model.gguf", tmp_path / "chats.json"
    model.touch()
    archive.write_text("[]")
    for part in (pane, pane.composer, pane.composer.edit):
        drop(part, files(model, notes))
    assert ("load_model", model) in chats.calls
    drop(pane, files(archive))
    assert any(call[:2] == ("import_file", archive) for call in chats.calls)
    assert names(pane) == []
    drag(pane.composer.edit, files(archive))
    assert is_target(pane)
    QApplication.sendEvent(pane.composer, QDragLeaveEvent())
    assert not is_target(pane)
    drop(pane.composer.edit, files(archive))
    assert names(pane) == ["chats.json"]


def test_a_chip_tells_name_and_tokens_and_its_cross_takes_the_file_away(
    open_window: OpenWindow, chats: FakeChats, chat: Conversation, qtbot: QtBot
) -> None:
    (pane,) = panes(open_window(chat))
    pane.composer.add_attachment(Attachment("<b>a</b>.txt", "one two three"))
    pane.composer.add_attachment(NOTES)
    qtbot.waitUntil(lambda: len(named(pane, "attachmentTokens")) == 2)
    chips = named(pane, "attachmentChip")
    assert [chip.accessibleName() for chip in chips] == [
        "Attached file <b>a</b>.txt, 3 tokens",
        "Attached file notes.txt, 2 tokens",
    ]
    assert [label.text() for label in chips[0].findChildren(QLabel)] == ["<b>a</b>.txt", "3 tokens"]
    cross = only(chips[0], "removeAttachmentButton")
    assert cross.accessibleName() == "Remove <b>a</b>.txt"
    cross.setFocus()
    qtbot.keyClick(cross, Qt.Key.Key_Space)
    assert names(pane) == ["notes.txt"]
    assert pane.composer.edit.hasFocus()
    assert chats.composing.stored[chat.id] == (NOTES,)


def test_chips_stand_in_as_many_rows_as_they_need(open_window: OpenWindow, chat: Conversation) -> None:
    window = open_window(chat, width=480)
    (pane,) = panes(window)
    for number in range(5):
        pane.composer.add_attachment(Attachment(f"a file with a long name {number}.txt", "text"))
    settle()
    chips = named(pane, "attachmentChip")
    assert len({chip.y() for chip in chips}) > 1
    within = pane.composer.rect()
    assert all(within.contains(chip.mapTo(pane.composer, chip.rect().bottomRight())) for chip in chips)
    assert pane.composer.edit.y() >= chips[-1].parentWidget().y() + chips[-1].geometry().bottom()


# Kept with the draft


def area_of(window: MainWindow) -> PaneArea:
    area = window.findChild(PaneArea)
    assert area is not None
    return area


def test_files_are_kept_with_the_draft_and_come_back_with_it(
    open_window: OpenWindow, chats: FakeChats, chat: Conversation, notes: Path
) -> None:
    other = chats.add_chat("Other")
    window = open_window(chat)
    (pane,) = panes(window)
    drop(pane, files(notes))
    assert chats.composing.stored == {chat.id: (NOTES,)}
    area_of(window).open_chat(other)
    assert names(pane) == []
    drop(pane, files(notes.with_name("gone.txt")))
    area_of(window).open_chat(chat)
    assert names(pane) == ["notes.txt"]


def test_stored_files_are_there_after_a_start_and_go_when_they_were_sent(
    open_window: OpenWindow, chats: FakeChats, chat: Conversation, qtbot: QtBot
) -> None:
    chats.composing.stored = {chat.id: (NOTES,)}
    run(chats.save_draft(chat.id, "Look"))
    (pane,) = panes(open_window(chats.chats[chat.id]))
    assert (pane.composer.text(), names(pane)) == ("Look", ["notes.txt"])
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert sent(chats) == [f"Look\n\n{BLOCK}"]
    assert (chats.chats[chat.id].draft, chats.composing.stored[chat.id]) == ("", ())


def test_files_are_not_written_again_with_each_draft(open_window: OpenWindow, chats: FakeChats, chat: Conversation, qtbot: QtBot) -> None:
    (pane,) = panes(open_window(chat))
    pane.composer.add_attachment(NOTES)
    qtbot.keyClicks(pane.composer.edit, "a")
    pane.keep_draft()
    pane.keep_draft()
    assert chats.chats[chat.id].draft == "a"
    assert [call[0] for call in chats.calls].count("save_attachments") == 1


def test_what_could_not_be_sent_comes_back_with_its_files(
    open_window: OpenWindow, chats: FakeChats, chat: Conversation, notes: Path, qtbot: QtBot
) -> None:
    (pane,) = panes(open_window(chat))
    drop(pane, files(notes))
    qtbot.keyClicks(pane.composer.edit, "Look")
    chats.failure = RivuletError("The disk is full.")
    qtbot.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert (pane.composer.text(), names(pane)) == ("Look", ["notes.txt"])
    assert (chats.chats[chat.id].draft, chats.composing.stored[chat.id]) == ("Look", (NOTES,))


def test_all_panes_get_the_files_of_what_is_sent_to_all(
    open_window: OpenWindow, chats: FakeChats, chat: Conversation, notes: Path, qtbot: QtBot
) -> None:
    other = chats.add_chat("Other")
    chats.begin_reply(chats.add_chat("Busy").id)
    busy = chats.chats[max(chats.chats)]
    window = open_window(chat, other, busy)
    window._bridge.drain()
    first, _, third = panes(window)
    drop(first, files(notes))
    qtbot.keyClicks(first.composer.edit, "Look")
    first.composer.send_to_all()
    assert sent(chats) == [f"Look\n\n{BLOCK}"] * 2
    assert (names(first), third.composer.text(), names(third)) == ([], "Look", ["notes.txt"])
