"""The commands under `rivulet sessions`: each is a coroutine that returns its result as JSON takes it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from desktop.app.commands.command import Command, Exit, Form, Verb
from desktop.app.services import Services
from desktop.chat.archive import ArchiveFileError
from desktop.chat.course import Course
from desktop.chat.imported import imported_sentences
from desktop.chat.keeping import newest_ends
from desktop.conversations.context_start import start_of
from desktop.conversations.message import Conversation, ConversationId, Message
from desktop.system.files import replacing
from desktop.system.threads import in_thread

Result = dict[str, object]


async def list_chats(command: Command, services: Services) -> Result:
    """Return all chats, the last used first, and what the saved states take."""
    chats = [await _summary(conversation, services) for conversation in await services.chats.conversations()]
    storage = await services.chats.storage()
    return {"chats": chats, "used_bytes": storage.used, "budget_bytes": storage.budget}


async def show(command: Command, services: Services) -> Result:
    """Return a chat with its messages, and its session's numbers where it is open."""
    conversation = await services.store.conversation(_chat(command))
    messages = await services.store.path(conversation.id)
    numbers = services.chats.session(conversation.id)
    return {
        **await _summary(conversation, services),
        "system_prompt": conversation.system_prompt,
        "session": asdict(numbers) if numbers is not None else None,
        "messages": [_message(message) for message in messages],
    }


async def delete(command: Command, services: Services) -> Result:
    """Delete a chat for good."""
    conversation = await services.store.conversation(_chat(command))
    before = (await services.chats.storage()).used
    await services.chats.delete(conversation.id)
    return {"chat": conversation.id, "title": conversation.title, "freed_bytes": max(0, before - (await services.chats.storage()).used)}


async def export(command: Command, services: Services) -> Result:
    """Write a chat, or all, to a file, which is either complete or not there."""
    file, archives, course = _file(command), services.chats.archives, Course()
    if command.chat is not None:
        await services.store.conversation(command.chat)
    if command.form is Form.RIVULET:
        count = await _export_framed(command, services)
    elif command.form is Form.JSON:
        count = await archives.export_json(file, course, command.chat)
    else:
        count = await archives.export_markdown(file, course, command.chat, with_thoughts=command.with_thoughts)
    size = file.stat().st_size
    told: dict[str, object] = {"chat": command.chat, "chats": count, "file": str(file), "bytes": size, "with_state": command.with_state}
    return {**told, "left_out": course.left_out} if course.left_out else told


async def _export_framed(command: Command, services: Services) -> int:
    file = _file(command)
    try:
        with replacing(file) as stream:
            await services.chats.export_chat(_chat(command), stream, with_state=command.with_state)
    except OSError as error:
        raise ArchiveFileError("written", error) from error
    return 1


async def import_(command: Command, services: Services) -> Result:
    """Make chats of a file."""
    imported = await services.chats.archives.import_file(_file(command), Course(), trusted=command.trusts_state)
    first = {} if imported.first is None else await _summary(imported.first, services)
    return {
        **first,
        "chats": imported.chats,
        "trashed": imported.trashed,
        "skipped": imported.skipped,
        "reasons": [{"where": str(reason.where), "why": str(reason.why)} for reason in imported.reasons],
        "ended": str(imported.ended),
        "sentences": str(imported_sentences(imported)),
    }


async def verify(command: Command, services: Services) -> Result:
    """Read every saved state; what is damaged is set aside. Cancelled, it ends after the present one: there may be gigabytes."""
    task = asyncio.current_task()

    def on_progress(done: int, total: int) -> None:
        if task is not None and task.cancelling():
            raise InterruptedError

    verified = await in_thread("verifying", lambda: services.segments.verify(on_progress))
    return {"checked": verified.checked, "damaged": verified.damaged}


async def clean(command: Command, services: Services) -> Result:
    """Remove saved states until they keep to a budget."""
    budget = command.budget if command.budget is not None else (await services.chats.storage()).budget
    freed = await services.chats.clean(budget)
    storage = await services.chats.storage()
    return {"freed_bytes": freed, "used_bytes": storage.used, "pinned_bytes": storage.pinned, "budget_bytes": budget}


COMMANDS: Mapping[Verb, Callable[[Command, Services], Awaitable[Result]]] = {
    Verb.LIST: list_chats,
    Verb.SHOW: show,
    Verb.DELETE: delete,
    Verb.EXPORT: export,
    Verb.IMPORT: import_,
    Verb.VERIFY: verify,
    Verb.CLEAN: clean,
}


def exit_code(verb: Verb, result: Result) -> Exit:
    """Return what a command that ended with a result exits with."""
    is_failed = (verb is Verb.VERIFY and result["damaged"]) or (verb is Verb.IMPORT and (result["skipped"] or result["ended"]))
    return Exit.FAILED if is_failed else Exit.DONE


def _chat(command: Command) -> ConversationId:
    assert command.chat is not None, "the parser asks for it"
    return command.chat


def _file(command: Command) -> Path:
    assert command.file is not None, "the parser asks for it"
    return command.file


async def _summary(conversation: Conversation, services: Services) -> Result:
    messages = await services.store.path(conversation.id)
    ends = newest_ends(await services.store.nodes([message.id for message in messages], start_of(messages, conversation)))
    saved = sum(services.segments.path_bytes(context, nodes) for context, nodes in ends.items())
    return {
        "chat": conversation.id,
        "title": conversation.title,
        "model": next((message.model for message in reversed(messages) if message.model), ""),
        "message_count": len(messages),
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "is_kept_ready": conversation.is_kept_ready,
        "saved_bytes": saved,
    }


def _message(message: Message) -> Result:
    return {
        "id": message.id,
        "role": message.role,
        "text": message.text,
        "reasoning": message.reasoning,
        "model": message.model,
        "status": message.status,
        "created_at": message.created_at,
        "stats": asdict(message.stats) if message.stats is not None else None,
    }
