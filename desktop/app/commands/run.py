"""`rivulet run`: one message and its reply, in a session of its own."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from desktop.app.commands.command import Command, CommandError, Exit
from desktop.app.services import Services
from desktop.chat.events import ConversationAdded, Event, ModelChanged, ModelPhase, NoticeRaised, ReplyExtended, ReplyFinished
from desktop.chat.session import Session
from desktop.chat.titles import NEW_CHAT
from desktop.conversations.message import ConversationId, Message, Status

Write = Callable[[str], None]


async def run(command: Command, services: Services, write: Write, *, is_last: bool) -> tuple[dict[str, object], Exit]:
    """Send a message, write the reply as it comes, and return what it cost. Cancelled, it stops the reply, which is kept.

    is_last: the process ends after it, so what the next message needs is computed before. Raises RivuletError.
    """
    if command.chat is not None:
        await services.store.conversation(command.chat)  # before a model is loaded in vain
    await _need_model(command.model, services)
    chat = command.chat if command.chat is not None else await _new(services)
    was_open = services.chats.session(chat) is not None
    session = await services.chats.open_session(chat)
    before = session.numbers
    try:
        reply = await _reply(command, chat, services, write)
    except asyncio.CancelledError:
        await services.chats.stop(chat)
        raise
    else:
        if is_last:
            await _rest(chat, services)
    finally:
        if not was_open:
            await services.chats.close_unshown(chat)
    if reply.status is Status.FAILED:
        raise CommandError("The model could not go on. What there is of the reply is kept.")
    code = Exit.DONE if reply.status in (Status.COMPLETE, Status.CUT) else Exit.STOPPED
    return _result(chat, reply, session, before.tokens_decoded, before.tokens_restored), code


async def _need_model(wanted: Path | None, services: Services) -> None:
    await _loading_ended(services)
    model = services.chats.model
    if model.phase is ModelPhase.READY:
        if wanted in (None, model.path):
            return
        if not model.is_guide:  # which gives way to any other
            raise CommandError(f"Rivulet is running with {model.name}. Choose the other model there, or close its window first.")
    sleeping = model.path if model.phase is ModelPhase.UNLOADED else None  # the guide, too, where it was chosen or the last one is gone
    path = wanted or sleeping or services.settings.model_path or await services.chats.loading.guide_path()
    if path is None:
        raise CommandError("There is no model yet; name a GGUF file with --model before the command.")
    await services.chats.load_model(path)
    loaded = services.chats.model
    if loaded.phase is not ModelPhase.READY:
        refused = loaded.refused.error if loaded.refused is not None else ""
        raise CommandError(loaded.error or refused or "The model could not be loaded.")


async def _loading_ended(services: Services) -> None:
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, ModelChanged):
            _call(loop, changed.set)

    end = services.events.listen(on_event)
    try:
        while services.chats.model.phase is ModelPhase.LOADING:
            changed.clear()
            await changed.wait()
    finally:
        end()


async def _rest(chat: ConversationId, services: Services) -> None:
    """Let what the next message needs be computed, unless somebody does not want to wait for that."""
    try:
        await services.chats.rest(chat)
    except asyncio.CancelledError:
        await services.chats.stop(chat)


async def _new(services: Services) -> ConversationId:
    """Make a chat of its own, not the empty one that the person may have before them."""
    conversation = await services.store.create(NEW_CHAT, date.today())
    services.events.put(ConversationAdded(conversation))
    return conversation.id


async def _reply(command: Command, chat: ConversationId, services: Services, write: Write) -> Message:
    """Return the finished reply; what cannot begin is told by a notice."""
    loop, events = asyncio.get_running_loop(), asyncio.Queue[Event]()

    def on_event(event: Event) -> None:
        if isinstance(event, ReplyExtended | ReplyFinished | NoticeRaised) and event.conversation_id == chat:
            _call(loop, lambda: events.put_nowait(event))

    end = services.events.listen(on_event)
    try:
        await services.chats.send(chat, command.prompt, most_tokens=command.max_tokens)
        while True:
            match await events.get():
                case ReplyExtended(text=text, is_reasoning=False):
                    write(text)
                case ReplyFinished(message=message):
                    return message
                case NoticeRaised(sentence=sentence):
                    raise CommandError(sentence)
    finally:
        end()


def _call(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits
        loop.call_soon_threadsafe(call)


def _result(chat: ConversationId, reply: Message, session: Session, decoded: int, restored: int) -> dict[str, object]:
    numbers, stats = session.numbers, reply.stats
    return {
        "chat": chat,
        "session": str(session.id),
        "model": reply.model,
        "status": reply.status,
        "text": reply.text,
        "reasoning": reply.reasoning,
        "tokens_decoded": numbers.tokens_decoded - decoded,
        "tokens_restored": numbers.tokens_restored - restored,
        "tokens_read": stats.tokens_read if stats else 0,
        "tokens_written": stats.tokens_written if stats else 0,
        "reading_seconds": stats.reading_seconds if stats else 0.0,
        "writing_seconds": stats.writing_seconds if stats else 0.0,
        "seconds_saved": numbers.seconds_saved,
    }
