import threading

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import NoticeRaised


def test_events_come_out_in_order_and_once() -> None:
    buffer = EventBuffer()
    events = [NoticeRaised(str(number)) for number in range(3)]
    for event in events:
        buffer.put(event)
    assert buffer.drain() == events
    assert buffer.drain() == []


def test_whoever_listens_is_woken_once_until_it_drains() -> None:
    buffer, wakes = EventBuffer(), list[int]()
    buffer.put(NoticeRaised("before"))
    buffer.on_first(lambda: wakes.append(1))
    assert len(wakes) == 1, "what was put before is not forgotten"
    buffer.put(NoticeRaised("one"))
    assert len(wakes) == 1
    buffer.drain()
    buffer.put(NoticeRaised("two"))
    assert len(wakes) == 2
    buffer.on_first(None)
    buffer.drain()
    buffer.put(NoticeRaised("three"))
    assert len(wakes) == 2


def test_nothing_is_lost_between_threads() -> None:
    buffer, drained = EventBuffer(), list[str]()

    def put() -> None:
        for number in range(2000):
            buffer.put(NoticeRaised(str(number)))

    thread = threading.Thread(target=put)
    thread.start()
    while thread.is_alive():
        drained += [event.sentence for event in buffer.drain()]
    drained += [event.sentence for event in buffer.drain()]
    assert drained == [str(number) for number in range(2000)]
