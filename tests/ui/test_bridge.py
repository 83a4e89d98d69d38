import threading

import pytest
from PySide6.QtCore import QThread, QTimer
from pytestqt.qtbot import QtBot

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ActivityChanged, NoticeRaised, ReplyExtended
from desktop.conversations.message import ConversationId, MessageId
from desktop.ui.bridge import Bridge

CHAT, FORK, REPLY = ConversationId(1), ConversationId(2), MessageId(1)


def test_events_put_by_any_thread_arrive_in_the_windows_thread(qtbot: QtBot) -> None:
    buffer = EventBuffer()
    bridge = Bridge(buffer)
    threads: list[QThread] = []
    bridge.notice_raised.connect(lambda _: threads.append(QThread.currentThread()))
    putting = threading.Thread(target=buffer.put, args=(NoticeRaised("Disk full."),))
    with qtbot.waitSignal(bridge.notice_raised):
        putting.start()
    putting.join()
    assert threads == [bridge.thread()]
    bridge.close()


def test_what_a_reply_grew_by_in_one_frame_arrives_at_once_and_in_order(qtbot: QtBot) -> None:
    buffer = EventBuffer()
    bridge = Bridge(buffer)
    seen: list[object] = []
    bridge.reply_extended.connect(seen.append)
    bridge.activity_changed.connect(seen.append)
    idle = ActivityChanged(CHAT, Activity.IDLE)
    for start, text in enumerate("abc", start=7):
        buffer.put(ReplyExtended(CHAT, REPLY, start, text))
        buffer.put(ReplyExtended(FORK, REPLY, start, text))
    buffer.put(idle)
    buffer.put(ReplyExtended(CHAT, MessageId(2), 0, "d"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [
        ReplyExtended(CHAT, REPLY, 7, "abc"),
        ReplyExtended(FORK, REPLY, 7, "abc"),
        idle,
        ReplyExtended(CHAT, MessageId(2), 0, "d"),
    ]
    bridge.close()


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_closed_bridge_is_silent(qtbot: QtBot, is_closed: bool) -> None:
    buffer = EventBuffer()
    bridge = Bridge(buffer)
    seen: list[object] = []
    bridge.notice_raised.connect(seen.append)
    if is_closed:
        bridge.close()
    buffer.put(NoticeRaised("Disk full."))
    qtbot.wait(80)
    assert len(seen) == (0 if is_closed else 1)
    bridge.close()


def test_much_at_once_lets_the_window_live_in_between_and_stays_in_order(qtbot: QtBot) -> None:
    buffer = EventBuffer()
    bridge = Bridge(buffer)
    seen: list[object] = []

    def take(event: NoticeRaised) -> None:
        QThread.msleep(6)  # as one that has a message built
        seen.append(event.sentence)

    bridge.notice_raised.connect(take)
    for number in range(8):
        buffer.put(NoticeRaised(str(number)))
    qtbot.waitUntil(lambda: bool(seen))
    QTimer.singleShot(0, lambda: seen.append("window"))
    buffer.put(NoticeRaised("last"))
    qtbot.waitUntil(lambda: "last" in seen)
    assert [it for it in seen if it != "window"] == [*map(str, range(8)), "last"]
    assert seen.index("window") < 8
    bridge.close()


def test_all_that_was_put_off_is_told_when_it_is_asked_for(qtbot: QtBot) -> None:
    buffer = EventBuffer()
    bridge = Bridge(buffer)
    seen: list[object] = []
    bridge.notice_raised.connect(lambda event: seen.append(event.sentence) or QThread.msleep(9))
    for number in range(4):
        buffer.put(NoticeRaised(str(number)))
    qtbot.waitUntil(lambda: bool(seen))
    buffer.put(NoticeRaised("last"))
    bridge.drain()
    assert seen == [*map(str, range(4)), "last"]
    bridge.close()


def test_what_comes_while_much_is_told_waits_for_the_next_frame(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = EventBuffer()
    bridge = Bridge(buffer)
    seen: list[str] = []
    drained: list[int] = []
    drain = buffer.drain
    monkeypatch.setattr(buffer, "drain", lambda: drained.append(len(seen)) or drain())

    def take(event: NoticeRaised) -> None:
        QThread.msleep(9)
        seen.append(event.sentence)
        if len(seen) <= 3:
            buffer.put(NoticeRaised(f"after {event.sentence}"))

    bridge.notice_raised.connect(take)
    for number in range(3):
        buffer.put(NoticeRaised(str(number)))
    qtbot.waitUntil(lambda: len(seen) == 6)
    assert seen == ["0", "1", "2", "after 0", "after 1", "after 2"]
    assert drained[:2] == [0, 3], "it was not asked for more before what it had was told"
    bridge.close()


def test_a_bridge_that_is_closed_by_what_it_tells_ends_there(qtbot: QtBot) -> None:
    buffer = EventBuffer()
    bridge = Bridge(buffer)
    seen: list[str] = []
    bridge.notice_raised.connect(lambda event: seen.append(event.sentence) or QThread.msleep(9) or (len(seen) == 2 and bridge.close()))
    for number in range(4):
        buffer.put(NoticeRaised(str(number)))
    qtbot.waitUntil(lambda: len(seen) == 2)
    qtbot.wait(80)
    assert seen == ["0", "1"]
    assert not any(timer.isActive() for timer in bridge.findChildren(QTimer))
