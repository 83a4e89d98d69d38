"""A chat that goes on in a fork which begins with a summary of it, written by the model itself.

The model reads the very chat, as much of it as fits, and after it the wish for a summary: what is stored of the chat need not be
read again. Where not all fits, the next piece begins with the summary of those before.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from time import monotonic

from desktop.chat.course import Course
from desktop.chat.errors import NoSummaryError, SummaryStoppedError
from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import ConversationAdded
from desktop.chat.job_text import JobText
from desktop.chat.titles import fork_title
from desktop.chat.turns import Turns, prompt_settings
from desktop.conversations.message import Conversation, ConversationId, Message, Role, Status
from desktop.conversations.store import ConversationStore
from desktop.inference import prompt as prompts
from desktop.inference.engine import Engine
from desktop.inference.errors import ModelClosedError, TemplateLimitError
from desktop.inference.job import Job, Purpose
from desktop.inference.prompt import Prompt, PromptSettings
from desktop.inference.sampling import SamplerSettings

MOST_TOKENS = 512  # of a summary
MOST_THOUGHT = 1024  # tokens before it, of a model that thinks whatever it is told
MOST_SHARE = 4  # of the context: one in so many
LEAST_PIECE = 16  # characters of a message
POLL_SECONDS = 0.1
CHARACTERS = 4  # of a token, about
WISH = (
    "Write a summary of our conversation so far, for somebody who goes on with it without having read it: what was asked, what was found "
    "and decided, and the names, numbers and code that are still needed. Use the language of the conversation. Write nothing but the "
    "summary, in at most {words} words."
)
SO_FAR = "Summary of our conversation before this:\n\n{summary}"
FIRST_MESSAGE = "Summary of “{title}”:\n\n{summary}"


class Summarising:
    """Write summaries in the background and begin forks with them. For the event loop's thread."""

    def __init__(self, store: ConversationStore, engine: Engine, turns: Turns, events: EventBuffer) -> None:
        """Use the store and the engine; events tell the window what happens."""
        self._store, self._engine, self._turns, self._events = store, engine, turns, events

    def most_tokens(self) -> int:
        """Return the length of a summary at most. Raises ModelClosedError."""
        return min(MOST_TOKENS, self._room() // MOST_SHARE)

    async def fork(self, conversation_id: ConversationId, course: Course) -> Conversation:
        """Return a new chat under a chat that begins with its summary, and with what waits in it for a reply.

        Raises SummaryStoppedError, NoSummaryError, ModelClosedError, with nothing made.
        """
        conversation = await self._store.conversation(conversation_id)
        path = await self._store.path(conversation_id)
        said = asked_before(path)
        summary = await self._summary(conversation, await self._turns.said(conversation, said), course)
        forks = await self._store.forks(conversation_id)
        title = fork_title(conversation.title, [conversation.title, *(fork.title for fork in forks)])
        texts = [FIRST_MESSAGE.format(title=conversation.title, summary=summary)]
        if len(said) < len(path):
            texts.append(path[len(said)].text)
        fork = await self._store.context.begin_anew(conversation_id, title, texts)
        self._events.put(ConversationAdded(fork))
        return fork

    async def _summary(self, conversation: Conversation, said: list[prompts.Turn], course: Course) -> str:
        model = self._engine.loaded
        settings = prompt_settings(conversation)
        if model is not None and model.can_toggle_thinking:
            settings = replace(settings, thinking=False)
        if not said:
            raise NoSummaryError
        left, summary = said, ""
        course.total = sum(len(turn.text) for turn in said)
        while left:
            before = await self._so_far(summary, settings)
            count, prompt, left = await self._piece(before, left, settings)
            end = course.done + sum(len(turn.text) for turn in left[:count])
            summary = await self._write(conversation.id, prompt, course, end)
            course.done, left = end, left[count:]
        return summary

    async def _so_far(self, summary: str, settings: PromptSettings) -> list[prompts.Turn]:
        """Return what was summarised, so short that it leaves half of the room beside the wish and the next summary.

        What is no text reads longer than it was written.
        """
        wish = await self._engine.prompt([self._wish()], settings)
        room = self._room() - len(wish.ids) - self._thought_tokens(wish) - self.most_tokens()
        while summary:
            turns = [prompts.Turn(prompts.Role.USER, SO_FAR.format(summary=summary))]
            if len((await self._engine.prompt(turns, settings)).ids) <= room // 2:
                return turns
            summary = summary[: len(summary) // 2]
        return []

    async def _piece(
        self, before: list[prompts.Turn], left: list[prompts.Turn], settings: PromptSettings
    ) -> tuple[int, Prompt, list[prompts.Turn]]:
        """Return how many turns fit, the prompt that asks for their summary, and the turns: the first in two if it alone is too long."""
        wish = self._wish()
        low, high, found = 0, len(left), None
        while low < high:
            middle = (low + high + 1) // 2
            prompt = await self._fitting([*before, *left[:middle], wish], settings)
            if prompt is None:
                high = middle - 1
            else:
                low, found = middle, prompt
        if found is not None:
            return low, found, left
        half = len(left[0].text) // 2
        if half < LEAST_PIECE:
            raise NoSummaryError
        first, second = (replace(left[0], text=text, ids=None, reasoning="") for text in (left[0].text[:half], left[0].text[half:]))
        return await self._piece(before, [first, second, *left[1:]], settings)

    def _wish(self) -> prompts.Turn:
        return prompts.Turn(prompts.Role.USER, WISH.format(words=self.most_tokens() // 2))

    async def _fitting(self, turns: Sequence[prompts.Turn], settings: PromptSettings) -> Prompt | None:
        """Return a prompt that leaves room for a summary, or None."""
        with suppress(TemplateLimitError):
            prompt = await self._engine.prompt(turns, settings)
            if len(prompt.ids) + self._thought_tokens(prompt) + self.most_tokens() <= self._room():
                return prompt
        return None

    async def _write(self, conversation_id: ConversationId, prompt: Prompt, course: Course, end: int) -> str:
        """Return what the model writes, in idle time; the course is at its end then."""
        text = JobText(prompt, self.most_tokens())
        owner = "summary", conversation_id, monotonic()
        job = Job(
            self._turns.next_job_id(),
            owner,
            prompt.ids,
            (),
            text,
            Purpose.WRITE,
            SamplerSettings(temperature=0),
            most_tokens=self._thought_tokens(prompt) + self.most_tokens(),
            is_background=True,
            is_saved=False,
        )
        self._engine.start(job)
        begin, most = course.done, CHARACTERS * self.most_tokens()
        try:
            while not text.done.is_set():
                if course.is_stopped:
                    raise SummaryStoppedError
                share = (text.share_read + min(1.0, text.characters / most)) / 2
                course.done = begin + round(share * (end - begin))
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await text.done.wait()
        finally:
            self._engine.stop(job.id)
            self._engine.leave(owner)
        if not (summary := text.whole().strip()):
            raise NoSummaryError
        return summary

    def _thought_tokens(self, prompt: Prompt) -> int:
        """Return the room for what a model reasons before a summary: some always do."""
        return 0 if prompt.form is None else min(MOST_THOUGHT, self._room() // MOST_SHARE)

    def _room(self) -> int:
        if (model := self._engine.loaded) is None:
            raise ModelClosedError
        return model.context_tokens


def asked_before(path: Sequence[Message]) -> Sequence[Message]:
    """Return what a summary of a path tells: all of it, or what stands before the last question where that still wants its reply."""
    waits = bool(path) and (path[-1].role is Role.USER or path[-1].status is Status.CUT)
    last = next((index for index in reversed(range(len(path))) if path[index].role is Role.USER), 0)
    return path[:last] if waits else path
