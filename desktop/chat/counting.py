"""How many tokens a message takes before it is sent, and whether it fits, by the prompts that sending makes."""

from collections.abc import Hashable

from desktop.chat.chat_table import ChatTable
from desktop.chat.errors import MessageTooLongError
from desktop.chat.events import Activity
from desktop.chat.message_size import MessageSize
from desktop.chat.turns import Turns, prompt_settings
from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.store import ConversationStore
from desktop.conversations.written import BETWEEN, Written
from desktop.inference.engine import Engine, LoadedModel
from desktop.inference.errors import ModelClosedError, TemplateError
from desktop.inference.job import RESERVED_CELLS
from desktop.system.errors import RivuletError

_UNSURE = 64  # tokens; nearer to the limit, what was put together is counted as a whole
_PIECE = 50_000  # characters that are counted at once
_MOST_KEPT = 64  # texts whose tokens are kept in mind
_AROUND = 512  # tokens, more than a template puts around a message
_ANY = "x"  # stands for a message


def most_tokens(context_tokens: int) -> int:
    """Return how long a prompt may be for a reply of some length to fit behind it."""
    return context_tokens - min(RESERVED_CELLS, context_tokens // 8)


class Counting:
    """Count what is being written; what did not change is not counted again. For the event loop's thread."""

    def __init__(self, store: ConversationStore, turns: Turns, table: ChatTable, engine: Engine) -> None:
        """Use the store and the engine."""
        self._store, self._turns, self._table, self._engine = store, turns, table, engine
        self._model: LoadedModel | None = None  # whose tokens are kept in mind
        self._tokens: dict[str, int] = {}
        self._before: dict[ConversationId, tuple[Hashable, int]] = {}  # tokens around a message, and what they were counted for

    async def size(self, conversation_id: ConversationId, written: Written) -> MessageSize | None:
        """See Composing."""
        try:
            return await self._size(await self._store.conversation(conversation_id), written)
        except RivuletError:  # told when the person sends
            return None

    async def check(self, conversation: Conversation, text: str) -> None:
        """Find out before a message is stored that it does not fit. Raises MessageTooLongError."""
        if self._fits_surely(conversation, text):  # who sends does not wait for what the model's thread does
            return
        try:
            size = await self._size(conversation, Written(text))
        except (ModelClosedError, TemplateError):  # told when its reply begins
            return
        if not size.fits:
            raise MessageTooLongError(size.total, size.most)

    async def tokens(self, text: str) -> int:
        """Return how many tokens a text has. Raises ModelClosedError."""
        self._forget_other_model()
        if (known := self._tokens.get(text)) is not None:
            return known
        pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
        count = sum([await self._engine.count(piece) for piece in pieces])
        if len(self._tokens) >= _MOST_KEPT:
            self._tokens.pop(next(iter(self._tokens)))
        self._tokens[text] = count
        return count

    async def _size(self, conversation: Conversation, written: Written) -> MessageSize:
        model = self._forget_other_model()
        files = [await self.tokens(file.block()) for file in written.attachments]
        typed = Written(written.text).message()
        parts = [await self._engine.count(typed) if len(typed) <= _PIECE else await self.tokens(typed)] if typed else []
        between = await self.tokens(BETWEEN) * max(0, len(parts) + len(files) - 1)
        message = sum(parts) + sum(files) + between
        chat, most = self._table.chat(conversation.id), most_tokens(model.context_tokens)
        if chat.activity is not Activity.IDLE:  # what stands before it still grows
            return MessageSize(message, chat.used + message, most, model.context_tokens, tuple(files))
        total = await self._tokens_before(conversation, model) + message
        if abs(total - most) < _UNSURE:
            total = await self._turns.tokens_with(conversation, written.message() or _ANY)
        return MessageSize(message, total, most, model.context_tokens, tuple(files))

    def _fits_surely(self, conversation: Conversation, text: str) -> bool:
        """Tell of a short message without counting that it fits: no text has more tokens than bytes."""
        model, used = self._engine.loaded, self._table.chat(conversation.id).used
        if model is None or (conversation.head_id is not None and not used):
            return False
        new = len(text.encode(errors="replace")) + (0 if conversation.head_id else len(conversation.system_prompt.encode(errors="replace")))
        return used + new + _AROUND <= most_tokens(model.context_tokens)

    async def _tokens_before(self, conversation: Conversation, model: LoadedModel) -> int:
        """Return the tokens of a prompt besides those of the message at its end."""
        state = (model.context, conversation.head_id, conversation.context_start_id, prompt_settings(conversation))
        known = self._before.get(conversation.id)
        if known is None or known[0] != state:
            before = await self._turns.tokens_with(conversation, _ANY) - await self.tokens(_ANY)
            known = self._before[conversation.id] = (state, before)
        return known[1]

    def _forget_other_model(self) -> LoadedModel:
        model = self._engine.loaded
        if model is None:
            raise ModelClosedError
        if model is not self._model:
            self._model = model
            self._tokens.clear()
        return model
