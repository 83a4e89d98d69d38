"""A pane that opens a chat while something happens in it."""

from desktop.conversations.message import Status
from tests.ui.conftest import OpenWindow, panes
from tests.ui.panes.slow_chats import SlowChats, StepSpawner
from tests.ui.window_driver import Dialogue, drain


def test_what_a_chat_does_while_it_is_opened_is_shown(
    open_window: OpenWindow, chats: SlowChats, dialogue: Dialogue, spawner: StepSpawner
) -> None:
    chat, messages = dialogue
    window = open_window()
    chats.gate.is_open = False
    window._area.open_chat(chat)
    chats.person(chat, "And now?")
    reply = chats.begin_reply(chat.id, "It ")
    drain(window)
    chats.gate.is_open = True
    spawner.go_on()
    chats.extend_reply(chat.id, reply, "depends.")
    drain(window)
    chats.finish_reply(chat.id, reply)
    drain(window)
    shown = panes(window)[0].transcript.messages()
    assert [message.text for message in shown[len(messages) :]] == ["And now?", "It depends."]
    assert shown[-1].status is Status.COMPLETE
