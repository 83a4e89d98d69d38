from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from desktop.conversations.folder import Folder
from desktop.conversations.message import Conversation, ConversationId, FolderId
from desktop.ui.branches import Branch
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.sidebar.chat_rows import ChatRow, FolderRow, GroupRow, MoreRow, Row, chat_rows

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)


def chat(number: int, parent: int | None = None, days_ago: int = 0) -> Conversation:
    return Conversation(
        ConversationId(number),
        f"Chat {number}",
        None,
        date(2025, 3, 4),
        NOW,
        NOW - timedelta(days=days_ago, minutes=number),
        forked_from_id=ConversationId(parent) if parent else None,
    )


def outline(rows: list[Row]) -> list[object]:
    def told(row: Row) -> object:
        match row:
            case GroupRow(label):
                return label
            case ChatRow():
                return (row.chat.id, row.level)
            case MoreRow():
                return f"+{row.count}"
            case FolderRow(folder, count):
                return f"{folder.name}: {count}"

    return [told(row) for row in rows]


def test_chats_are_grouped_by_when_they_were_used() -> None:
    rows = chat_rows([chat(1, days_ago=40), chat(2), chat(3, days_ago=1), chat(4, days_ago=7), chat(5)], NOW)
    assert outline(rows) == ["Today", (2, 0), (5, 0), "Yesterday", (3, 0), "Previous 7 days", (4, 0), "Older", (1, 0)]


def test_forks_stand_below_the_chat_they_left_and_lift_it_to_their_time() -> None:
    rows = chat_rows([chat(1, days_ago=9), chat(2, days_ago=1), chat(3, parent=1), chat(4, parent=1), chat(5, parent=3)], NOW)
    assert outline(rows) == ["Today", (1, 0), (3, 1), (5, 2), (4, 1), "Yesterday", (2, 0)]
    trunks = {row.chat.id: row.trunks for row in rows if isinstance(row, ChatRow)}
    assert trunks[ConversationId(5)] == (True, False)
    assert trunks[ConversationId(4)] == (False,)


def test_deep_forks_are_folded_until_asked_for() -> None:
    deep = [chat(1), *(chat(number, parent=number - 1) for number in range(2, 8))]
    assert outline(chat_rows(deep, NOW)) == ["Today", (1, 0), (2, 1), (3, 2), (4, 3), "+3"]
    unfolded = chat_rows(deep, NOW, frozenset({ConversationId(4)}))
    assert outline(unfolded)[4:] == [(4, 3), (5, 3), (6, 3), (7, 3)]


def test_a_fork_whose_parent_is_gone_is_a_chat_by_itself() -> None:
    assert outline(chat_rows([chat(2, parent=1)], NOW)) == ["Today", (2, 0)]


def test_branches_are_given_in_turn_within_each_tree() -> None:
    directory = ChatDirectory()
    directory.fill([chat(1), chat(2), chat(3, parent=1), chat(4, parent=3), chat(5, parent=2), chat(6, parent=1), chat(7, parent=1)])
    given = [directory.branch(ConversationId(number)) for number in range(1, 8)]
    assert given == [Branch.A, Branch.A, Branch.B, Branch.C, Branch.B, Branch.D, Branch.A]


LETTERS, WORK = Folder(FolderId(1), "Letters"), Folder(FolderId(2), "Work", is_folded=True)


def test_pinned_chats_and_folders_stand_before_the_others() -> None:
    chats = [
        chat(1),
        replace(chat(2, days_ago=3), is_pinned=True, folder_id=LETTERS.id),
        replace(chat(3, days_ago=40), folder_id=LETTERS.id),
        replace(chat(4), folder_id=WORK.id),
        replace(chat(5), folder_id=FolderId(9)),
        replace(chat(6), folder_id=LETTERS.id),
    ]
    rows = chat_rows(chats, NOW, folders=[LETTERS, WORK])
    assert outline(rows) == ["Pinned", (2, 0), "Letters: 2", (6, 0), (3, 0), "Work: 1", "Today", (1, 0), (5, 0)]
    assert [row.chat.id for row in rows if isinstance(row, ChatRow) and row.is_in_folder] == [6, 3]


def test_a_fork_goes_where_its_parent_goes_unless_it_has_a_place_of_its_own() -> None:
    family = [chat(1), chat(2, parent=1), chat(3, parent=2), chat(4, parent=1)]
    folders = [LETTERS, replace(WORK, is_folded=False)]

    def stand(*others: Conversation) -> list[object]:
        changed = {other.id: other for other in others}
        return outline(chat_rows([changed.get(one.id, one) for one in family], NOW, folders=folders))

    assert stand(replace(family[0], is_pinned=True))[:5] == ["Pinned", (1, 0), (2, 1), (3, 2), (4, 1)]
    assert stand(replace(family[0], folder_id=LETTERS.id))[:5] == ["Letters: 1", (1, 0), (2, 1), (3, 2), (4, 1)]
    assert stand(replace(family[1], is_pinned=True)) == ["Pinned", (2, 0), (3, 1), "Letters: 0", "Work: 0", "Today", (1, 0), (4, 1)]
    apart = stand(replace(family[0], folder_id=LETTERS.id), replace(family[1], folder_id=WORK.id))
    assert apart == ["Letters: 1", (1, 0), (4, 1), "Work: 1", (2, 0), (3, 1)]
    together = stand(replace(family[0], folder_id=LETTERS.id), replace(family[1], folder_id=LETTERS.id))
    assert together == ["Letters: 1", (1, 0), (2, 1), (3, 2), (4, 1), "Work: 0"]


def test_forks_that_are_folded_away_are_counted() -> None:
    rows = chat_rows([chat(1), replace(chat(2, parent=1), is_folded=True), chat(3, parent=2), chat(4, parent=3)], NOW)
    assert outline(rows) == ["Today", (1, 0), (2, 1)]
    assert [row.hidden_forks for row in rows if isinstance(row, ChatRow)] == [0, 2]
    unforked = chat_rows([replace(chat(1), is_folded=True)], NOW)
    assert [row.hidden_forks for row in unforked if isinstance(row, ChatRow)] == [0]
