"""From a path of messages to a job for the worker, and the turns that are under way."""

import asyncio
import itertools
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from desktop.chat.chat_state import ChatState
from desktop.chat.events import RereadReason
from desktop.chat.readiness import NodePlace, reread_reason
from desktop.chat.turn import Turn, TurnPlan
from desktop.conversations.context_start import read_part, start_of
from desktop.conversations.kv_records import KvContext, SavedNode
from desktop.conversations.message import Conversation, Message, MessageId, Role, Status, is_temporary
from desktop.conversations.store import ConversationStore
from desktop.inference import prompt as prompts
from desktop.inference.engine import Engine, LoadedModel
from desktop.inference.errors import ContextOverflowError, ModelClosedError
from desktop.inference.job import Job, JobId, Purpose
from desktop.inference.prompt import Prompt, PromptSettings
from desktop.inference.sampling import SamplerSettings
from desktop.models.guide import NAME as GUIDE
from desktop.sessions.keys import KV_EPOCH, NodeKey, node_key
from desktop.sessions.store import SegmentStore
from desktop.sessions.tokens import TokenIds, token_ids

SEEDS = (1 << 32) - 1  # the next one stands for a random seed in llama.cpp
_OF_THE_REPLY = ("seed", "most_tokens")  # what is chosen of a reply besides its chain's settings
ROLES = {Role.USER: prompts.Role.USER, Role.ASSISTANT: prompts.Role.ASSISTANT}


@dataclass(frozen=True, slots=True)
class _Path:
    """A chat's messages as the prompt takes them."""

    messages: list[Message]
    turns: list[prompts.Turn]
    start: MessageId | None  # with which the context begins; None: the chat's first


@dataclass(frozen=True, slots=True)
class ContextSize:
    """How many tokens a chat takes of the context."""

    tokens: int
    unread: int  # of these, that the loaded model has not stored


@dataclass(frozen=True, slots=True)
class Opening:
    """A reply that is stored and about to begin."""

    chat: ChatState
    conversation: Conversation  # before it
    plan: TurnPlan
    reply: Message
    most_tokens: int  # 0: as many as fit


class Turns:
    """Begin and end turns. For the event loop's thread."""

    def __init__(self, store: ConversationStore, segments: SegmentStore, engine: Engine, model_name: Callable[[], str]) -> None:
        """Use the stores and the engine; model_name names the loaded model."""
        self._store, self._segments, self._engine, self._model_name = store, segments, engine, model_name
        self._job_ids = itertools.count(1)
        self._running: dict[JobId, Turn] = {}
        self.tokens_restored = 0  # from disk, since the start
        self.on_started: list[Callable[[ChatState, Turn], None]] = []  # called in the event loop's thread
        self.on_ended: list[Callable[[ChatState, Turn], None]] = []  # called in the event loop's thread once a chat is idle again
        self.earlier_speed = 0.0  # tokens a second of prefill, until the loaded model's is measured

    def next_job_id(self) -> JobId:
        """Return a number that no job of the worker has."""
        return JobId(next(self._job_ids))

    def streaming(self, message_id: MessageId | None) -> Turn | None:
        """Return the turn that writes a message."""
        return next((turn for turn in self._running.values() if turn.reply is not None and turn.reply.id == message_id), None)

    @property
    def reading_speed(self) -> float:
        """Return the loaded model's speed of prefill in tokens a second, as it is measured or was earlier; 0: unknown."""
        return self._engine.reading_speed or self.earlier_speed

    def is_of_another_model(self, conversation: Conversation) -> bool:
        """Tell whether a chat has messages and another model than the loaded one goes on with it; from the guide any takes over."""
        return conversation.head_id is not None and conversation.model not in ("", GUIDE, self._model_name())

    async def size(self, conversation: Conversation) -> ContextSize:
        """Return how many tokens a chat takes of the context, however many fit. Raises RivuletError."""
        path = await self._path(await self._store.path(conversation.id), conversation, self._need_model())
        if not path.turns:
            return ContextSize(0, 0)
        ids = (await self._engine.history(path.turns, prompt_settings(conversation))).ids
        return ContextSize(len(ids), len(ids) - self._segments.lookup(ids).tokens)

    async def said(self, conversation: Conversation, messages: Sequence[Message]) -> list[prompts.Turn]:
        """Return the part of a chat's messages that the model reads as prompts take it. Raises ModelClosedError."""
        return (await self._path(messages, conversation, self._need_model())).turns

    async def tokens_with(self, conversation: Conversation, text: str) -> int:
        """Return how many tokens the prompt would have if a text were sent in a chat. Raises RivuletError."""
        path = await self._path(await self._store.path(conversation.id), conversation, self._need_model())
        turns = [*path.turns, prompts.Turn(prompts.Role.USER, text)]
        return len((await self._engine.prompt(turns, prompt_settings(conversation))).ids)

    async def begin_restoring(self, chat: ChatState, conversation: Conversation, purpose: Purpose, *, is_background: bool = False) -> None:
        """Begin to bring a chat into the context: what is stored (RESTORE), or all of it (READ). Raises RivuletError.

        In the background it is silent, and gives way to all that somebody waits for.
        """
        model = self._need_model()
        path = await self._path(await self._store.path(conversation.id), conversation, model)
        if not path.turns:
            return
        prompt = await self._engine.history(path.turns, prompt_settings(conversation))
        if not is_background:
            chat.set_used(len(prompt.ids), model.context_tokens)
        await self._begin_reading(chat, path, prompt, purpose, model, is_background=is_background)

    async def refresh(self, chat: ChatState, conversation: Conversation, reason: RereadReason) -> None:
        """Let a chat's line say what a change of its prompts costs, for which reason, and restore what serves it still.

        With the chat's lock held and no reply under way. Raises RivuletError.
        """
        await self.stop(chat)
        chat.changed = reason
        await self.begin_restoring(chat, conversation, Purpose.RESTORE)

    async def settle(self, chat: ChatState, conversation: Conversation, in_context: TokenIds) -> None:
        """Read in the background what the template writes anew once another message follows; in_context was decoded last.

        With the chat's lock held and nothing else under way. Raises RivuletError.
        """
        model = self._need_model()
        path = await self._path(await self._store.path(conversation.id), conversation, model)
        if not path.turns:  # taken back meanwhile
            return
        prompt = await self._engine.history(path.turns, prompt_settings(conversation))
        if in_context[: len(prompt.ids)] != prompt.ids:
            await self._begin_reading(chat, path, prompt, Purpose.READ, model, is_background=True)

    async def prepare_reply(self, chat: ChatState, conversation: Conversation, *, most_tokens: int = 0) -> Opening:
        """Store a streaming reply to the message at a chat's head, or one that goes on with the cut reply there.

        most_tokens limits it, 0: as the chat says, or the model. It begins with start(), which must follow. Raises ContextOverflowError,
        TemplateError, ModelClosedError; no reply is stored then.
        """
        model = self._need_model()
        messages = await self._store.path(conversation.id)
        cut = messages[-1] if messages[-1].role is Role.ASSISTANT else None
        path = await self._path(messages, conversation, model, keeps_last=True)
        prompt = await self._engine.prompt(path.turns, prompt_settings(conversation))
        if len(prompt.ids) >= model.context_tokens:
            chat.set_used(len(prompt.ids), model.context_tokens)
            raise ContextOverflowError(len(prompt.ids), model.context_tokens)
        begun = prompt.ids[prompt.opening :]
        answered = len(path.turns) - (2 if cut else 1)  # the index of the message that is answered
        known = [boundary.position for boundary in prompt.boundaries if boundary.turn < answered]
        plan = await self._plan(chat, path, prompt, Purpose.WRITE, model, new_tokens=prompt.opening - (known[-1] if known else 0))
        if cut is not None and cut.stats is not None:
            plan = replace(plan, thinking_seconds=cut.stats.thinking_seconds)
        seed = conversation.sampling.seed
        if cut is not None and cut.seed is not None:  # it goes on, and does not begin again with the same throws
            seed = (cut.seed + len(begun)) % SEEDS
        elif seed is None:
            seed = secrets.randbelow(SEEDS)
        else:  # another version is another reply, the same one each time
            seed = (seed + await self._store.answers(messages[-1].id)) % SEEDS
        reply = await self._store.begin_reply(conversation.id, self._model_name(), seed, continues=cut.id if cut else None)
        return Opening(chat, conversation, plan, reply, most_tokens or conversation.sampling.most_tokens or model.source.most_tokens)

    def start(self, openings: Sequence[Opening], on_begun: Callable[[Opening], None]) -> None:
        """Let prepared replies begin in the same moment; on_begun gets each before it grows.

        Raises ModelClosedError if their model was unloaded meanwhile: they are kept as interrupted, for nobody will write.
        """
        loaded = self._engine.loaded
        if loaded is None or any(opening.plan.context != loaded.context for opening in openings):
            for opening in openings:
                reply, prompt, vocabulary = opening.reply, opening.plan.prompt, opening.plan.vocabulary
                begun = prompt.ids[prompt.opening :]
                self._store.finish_reply(reply.id, reply.text, Status.INTERRUPTED, None, vocabulary, begun, reply.reasoning)
            raise ModelClosedError
        jobs = []
        for opening in openings:
            on_begun(opening)
            job = self._job(opening.chat, opening.plan, opening.reply)
            chosen = sampling(opening.conversation, loaded.source.sampling)
            jobs.append(replace(job, sampling=chosen, most_tokens=opening.most_tokens))
        self._engine.start(*jobs)

    async def stop(self, chat: ChatState) -> None:
        """End what a chat is doing, keeping what it has; returns when it has ended."""
        turn = self._running.get(chat.job_id) if chat.job_id is not None else None
        if chat.job_id is not None and turn is not None:
            self._engine.stop(chat.job_id)
            await turn.done.wait()

    def turn_away(self, chat: ChatState) -> None:
        """Let a chat show a reply no longer that was begun in another one and goes on there."""
        turn = self._running.get(chat.job_id) if chat.job_id is not None else None
        if turn is not None and turn.chat is not chat:
            turn.dismiss(chat)

    async def ended(self, chat: ChatState) -> None:
        """Return when what a chat does has ended by itself."""
        turn = self._running.get(chat.job_id) if chat.job_id is not None else None
        if turn is not None:
            await turn.done.wait()

    async def _begin_reading(
        self, chat: ChatState, path: _Path, prompt: Prompt, purpose: Purpose, model: LoadedModel, *, is_background: bool
    ) -> None:
        if not prompt.ids or len(prompt.ids) > model.context_tokens:
            return
        plan = await self._plan(chat, path, prompt, purpose, model, is_background=is_background)
        if self._engine.loaded is model:
            self._engine.start(self._job(chat, plan))

    async def _plan(
        self,
        chat: ChatState,
        path: _Path,
        prompt: Prompt,
        purpose: Purpose,
        model: LoadedModel,
        *,
        new_tokens: int = 0,
        is_background: bool = False,
    ) -> TurnPlan:
        return TurnPlan(
            purpose,
            prompt,
            [message.id for message in path.messages],
            frozenset(message.id for message in path.messages if message.role is Role.ASSISTANT),
            model.source.vocabulary,
            model.context,
            model.context_tokens,
            await self._reason(chat, path, prompt, model),
            self.reading_speed,
            new_tokens,
            is_background,
            path.start,
        )

    def _job(self, chat: ChatState, plan: TurnPlan, reply: Message | None = None) -> Job:
        """Return a job for the worker, to be started with no pause in which the model could change."""
        job_id = self.next_job_id()
        loop = asyncio.get_running_loop()

        def on_done() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._end, job_id)

        turn = Turn(chat, plan, self._store, reply, self._on_restored, on_done)
        self._running[job_id] = turn
        chat.job_id, chat.purpose, chat.is_in_background = job_id, plan.purpose, plan.is_background
        for on_started in self.on_started:
            on_started(chat, turn)
        return Job(
            job_id,
            chat.id,
            plan.prompt.ids,
            tuple(boundary.position for boundary in plan.prompt.boundaries),
            turn,
            plan.purpose,
            seed=reply.seed if reply is not None and reply.seed is not None else 0,
            end_of_turn=plan.prompt.end_of_turn,
            is_background=plan.is_background,
            is_saved=not is_temporary(chat.id),
        )

    def _end(self, job_id: JobId) -> None:
        turn = self._running.pop(job_id)
        turn.tell_end(job_id)
        for on_ended in self.on_ended:
            on_ended(turn.chat, turn)

    def _on_restored(self, tokens: int) -> None:
        self.tokens_restored += tokens

    async def _path(
        self, messages: Sequence[Message], conversation: Conversation, model: LoadedModel, *, keeps_last: bool = False
    ) -> _Path:
        """Return what was said of what the model reads; keeps_last: also if the last message, a cut reply, has no text yet."""
        start, last = start_of(messages, conversation), messages[-1:] if keeps_last else []
        spoken = [message for message in read_part(messages, start) if _is_spoken(message, conversation) or message in last]
        replies = [message.id for message in spoken if message.role is Role.ASSISTANT]
        stored = await self._store.reply_tokens(replies, model.source.vocabulary)
        ids = {message_id: own for message_id, own in stored.items() if _are_within(own, model.vocabulary_size)}
        turns = [prompts.Turn(ROLES[m.role], m.text, token_ids(ids[m.id]) if m.id in ids else None, m.reasoning) for m in spoken]
        return _Path(spoken, turns, start)

    async def _reason(self, chat: ChatState, path: _Path, prompt: Prompt, model: LoadedModel) -> RereadReason:
        if is_temporary(chat.id):
            return RereadReason.TEMPORARY
        messages = path.messages
        nodes = await self._store.nodes([message.id for message in messages], path.start)
        known = {context.key: context for context in await self._store.kv_contexts()}
        present = known.get(model.context) or kv_context(model, self._model_name())

        def place(node: SavedNode) -> NodePlace:
            stored = self._segments.lookup(prompt.ids)
            if any(edge.end == node.end_key for edge in stored.edges):
                return NodePlace.REACHED
            if not self._segments.holds_node(NodeKey(node.end_key)):
                return NodePlace.GONE
            ends = [boundary.position for boundary in prompt.boundaries]
            ends += [end - 1 for end in ends]  # a stopped reply was saved without its end-of-turn token
            position = next((end for end in ends if node_key(model.context, prompt.ids[:end]) == node.end_key), None)
            if position is None:
                own = next(index for index, message in enumerate(messages) if message.id == node.message_id)
                before = max((boundary.position for boundary in prompt.boundaries if boundary.turn < own), default=None)
                is_form = before is not None and before <= stored.node_tokens and chat.changed is None
                return NodePlace.REWRITTEN if is_form else NodePlace.ELSEWHERE
            return NodePlace.NOT_ENTERED if position <= stored.node_tokens else NodePlace.CUT_OFF

        return reread_reason(nodes, present, known, place)

    def _need_model(self) -> LoadedModel:
        if (model := self._engine.loaded) is None:
            raise ModelClosedError
        return model


def prompt_settings(conversation: Conversation) -> PromptSettings:
    """Return what a chat's prompts depend on besides what was said."""
    return PromptSettings(
        conversation.began_on, conversation.system_prompt, conversation.thinking, conversation.keeps_reasoning, conversation.is_plain
    )


def sampling(conversation: Conversation, usual: SamplerSettings) -> SamplerSettings:
    """Return how the tokens of a chat's replies are chosen; usual: with the loaded model."""
    chosen = {name: value for name, value in asdict(conversation.sampling).items() if value is not None and name not in _OF_THE_REPLY}
    return replace(usual, **chosen)


def kv_context(model: LoadedModel, name: str) -> KvContext:
    """Return what a loaded model's context key stands for."""
    settings: dict[str, str | int | float | bool | None] = {
        "file": str(model.source.path),
        "epoch": KV_EPOCH,
        "cache_type": model.cache_type.value,
    }
    return KvContext(model.context, model.source.identity, name, settings)


def _are_within(ids: Sequence[int], size: int) -> bool:
    """Tell whether a vocabulary has all tokens that were stored as a reply's: what was imported may claim anything."""
    return not ids or (min(ids) >= 0 and max(ids) < size)


def is_cut(message: Message) -> bool:
    """Tell whether a message is a reply that can be continued."""
    return message.role is Role.ASSISTANT and message.status is not Status.COMPLETE  # streaming: its end could not be stored


def _is_spoken(message: Message, conversation: Conversation) -> bool:
    """Tell whether a message has anything that a prompt of the chat shows."""
    if conversation.is_plain:
        return bool(message.text)
    return bool(message.text.strip()) or (conversation.keeps_reasoning and bool(message.reasoning))
