from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, FolderId
from desktop.ui.branches import Branch
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.sidebar.chat_list_model import ChatListModel, ChatListRole
from desktop.ui.sidebar.chat_rows import ChatRow, FolderRow, Row, chat_rows

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)
MOST = 9

Change = tuple[str, int, int, int]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "title", "remove", "unfold", "day", "pin", "fold", "move", "folders", "fold folder"]),
        st.integers(1, MOST),
        st.integers(0, MOST),  # whom it was forked from, if that is older
        st.integers(0, 20),  # days ago
    ),
    max_size=30,
)


def chat(number: int, parent: int = 0, days_ago: int = 0) -> Conversation:
    used_at = NOW - timedelta(days=days_ago, minutes=number)
    forked_from = ConversationId(parent) if 0 < parent < number else None
    return Conversation(ConversationId(number), f"Chat {number}", None, date(2025, 3, 4), NOW, used_at, forked_from_id=forked_from)


def folder(number: int) -> Folder:
    return Folder(FolderId(number), f"Folder {number}")


class Sidebar:
    """A directory, its list, and the rows as whoever follows the list's signals has them."""

    def __init__(self, chats: Sequence[Conversation] = ()) -> None:
        self.now = NOW
        self.directory = ChatDirectory()
        self.directory.fill(chats)
        self.model = ChatListModel(self.directory, lambda: self.now)
        self.tester = QAbstractItemModelTester(self.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        self.unfolded: frozenset[ConversationId] = frozenset()
        self.resets = 0
        self.model.modelReset.connect(self._on_model_reset)

    def change(self, kind: str, number: int, parent: int, days_ago: int) -> None:
        chat_id = ConversationId(number)
        known = self.directory.find(chat_id)
        match kind:
            case "put":
                self.directory.put(chat(number, parent, days_ago))
            case "title" if known is not None:
                self.directory.put(replace(known, title=f"{known.title}!"))
            case "remove":
                self.directory.remove(chat_id, is_deleted=True)
            case "unfold":
                self.unfolded |= {chat_id}
                self.model.unfold(chat_id)
            case "day":
                self.now += timedelta(days=1)
                self.directory.put(replace(chat(number, parent, days_ago), title=f"On {self.now}"))
            case _:
                self.order(kind, known, number, parent)

    def order(self, kind: str, known: Conversation | None, number: int, other: int) -> None:
        match kind:
            case "pin" if known is not None:
                self.directory.put(replace(known, is_pinned=not known.is_pinned))
            case "fold" if known is not None:
                self.directory.put(replace(known, is_folded=not known.is_folded))
            case "move" if known is not None:
                self.directory.put(replace(known, folder_id=FolderId(other % 4) if other % 4 else None))
            case "folders":
                self.directory.set_folders(folder(one) for one in (1, 2, 3) if number >> (one - 1) & 1)
            case "fold folder":
                self.directory.set_folders(replace(it, is_folded=bool(number % 2)) for it in self.directory.folders())

    def rows(self) -> list[Row]:
        return [self.model.row(self.model.index(number)) for number in range(self.model.rowCount())]

    def expected(self) -> list[Row]:
        return chat_rows(self.directory.chats(), self.now, self.unfolded, self.directory.folders())

    def _on_model_reset(self) -> None:
        self.resets += 1


class Follower:
    """What a view knows of the rows: it counts them by what it is told."""

    def __init__(self, model: QAbstractItemModel) -> None:
        self.rows = model.rowCount()
        self.redrawn: set[int] = set()
        model.rowsInserted.connect(self._on_rows_inserted)
        model.rowsRemoved.connect(self._on_rows_removed)
        model.dataChanged.connect(self._on_data_changed)

    def _on_rows_inserted(self, _: QModelIndex, first: int, last: int) -> None:
        self.rows += last - first + 1

    def _on_rows_removed(self, _: QModelIndex, first: int, last: int) -> None:
        self.rows -= last - first + 1

    def _on_data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self.redrawn |= set(range(first.row(), last.row() + 1))


@settings(deadline=None, max_examples=150)
@given(changes=CHANGES)
def test_the_rows_are_those_made_from_all_chats_after_any_changes(changes: list[Change]) -> None:
    sidebar = Sidebar()
    follower = Follower(sidebar.model)
    for change in changes:
        sidebar.change(*change)
        assert sidebar.rows() == sidebar.expected()
        assert follower.rows == sidebar.model.rowCount()
        for number, row in enumerate(sidebar.rows()):
            if isinstance(row, ChatRow):
                assert sidebar.model.index_of(row.chat.id).row() == number
            elif isinstance(row, FolderRow):
                assert sidebar.model.index_of_folder(row.folder.id).row() == number
    assert sidebar.resets == 0


@settings(deadline=None, max_examples=150)
@given(changes=CHANGES)
def test_whoever_holds_a_row_holds_the_same_chat_after_a_change(changes: list[Change]) -> None:
    sidebar = Sidebar([chat(number, parent=number // 2 if number % 3 else 0, days_ago=number) for number in range(1, MOST)])
    for change in changes:
        shown = [row for row in sidebar.rows() if isinstance(row, ChatRow)]
        held = {row.chat.id: QPersistentModelIndex(sidebar.model.index_of(row.chat.id)) for row in shown}
        sidebar.change(*change)
        still = {row.chat.id for row in sidebar.rows() if isinstance(row, ChatRow)}
        for chat_id, index in held.items():
            assert index.isValid() == (chat_id in still)
            assert chat_id not in still or index.data(ChatListRole.ROW).chat.id == chat_id


@settings(deadline=None, max_examples=150)
@given(changes=CHANGES)
def test_branches_are_those_given_to_all_chats_at_once_after_any_changes(changes: list[Change]) -> None:
    sidebar = Sidebar()
    for change in changes:
        sidebar.change(*change)
    at_once = ChatDirectory()
    at_once.fill(sidebar.directory.chats())
    for known in sidebar.directory.chats():
        assert sidebar.directory.branch(known.id) is at_once.branch(known.id)
        assert sidebar.directory.forks(known.id) == at_once.forks(known.id)
        assert sidebar.directory.tree(known.id) == at_once.tree(known.id)


def test_a_change_tells_which_chats_it_concerns() -> None:
    directory = ChatDirectory()
    directory.fill([chat(1), chat(2), chat(3, parent=1), chat(4, parent=1), chat(5, parent=3)])
    told: list[frozenset[ConversationId]] = []
    directory.changed.connect(told.append)
    directory.put(replace(chat(2), title="Other"))
    directory.put(replace(chat(2), title="Other"))
    directory.remove(ConversationId(3), is_deleted=True)
    assert told == [frozenset({2}), frozenset({3, 4, 5})]  # 4 is the second of its tree now, and 5 the first of its own
    assert directory.branch(ConversationId(4)) is Branch.B
    assert directory.branch(ConversationId(5)) is Branch.A


def test_a_chat_that_changes_leaves_the_rows_of_other_trees_alone() -> None:
    sidebar = Sidebar([chat(1, days_ago=30), chat(2, days_ago=20), chat(3, days_ago=10), chat(4, parent=2, days_ago=20)])
    follower = Follower(sidebar.model)
    sidebar.change("title", 2, 0, 0)
    assert follower.redrawn == {2}  # below the caption and chat 3


def test_chats_go_to_their_folder_once_it_is_known() -> None:
    sidebar = Sidebar([replace(chat(1), folder_id=FolderId(1)), chat(2)])
    for folders in ([folder(1)], [folder(2), folder(1)], []):
        sidebar.directory.set_folders(folders)
        assert sidebar.rows() == sidebar.expected()


def test_branches_that_move_up_are_drawn_again() -> None:
    sidebar = Sidebar([chat(1), chat(2, parent=1), chat(3, parent=1)])
    follower = Follower(sidebar.model)
    sidebar.change("remove", 2, 0, 0)
    assert sidebar.model.index_of(ConversationId(3)).row() in follower.redrawn


def test_many_chats_are_taken_in_by_and_by_and_what_is_told_meanwhile_is_newer(qtbot: QtBot) -> None:
    directory = ChatDirectory()
    directory.fill_gradually(chat(number) for number in range(1, 2_501))
    assert len(directory.chats()) == 1_000
    directory.put(replace(chat(2_400), title="Another title"))
    directory.remove(ConversationId(2_401), is_deleted=True)
    qtbot.waitUntil(lambda: len(directory.chats()) == 2_499)
    assert directory.title(ConversationId(2_400)) == "Another title"
    assert directory.find(ConversationId(2_401)) is None
