"""From a chat to token ids through the model's own template, and where the KV of those ids is worth keeping.

The template never sees what people and models wrote, only placeholders; contents are put in afterwards. Replies whose
exact ids are known are spliced in, so a prompt begins with the very ids that were decoded before. Prompts are never made
by taking differences of renderings: many templates write text that the model never decoded, and some rewrite history.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from desktop.inference.detokenizer import text_of
from desktop.inference.errors import TemplateError, TemplateLimitError
from desktop.inference.reasoning import ReasoningForm, find_form, join_reply, split_reply
from desktop.inference.splicing import Generated, Part, splice
from desktop.inference.template import ChatTemplate
from desktop.inference.vocabulary import SPACE, Piece, Vocabulary
from desktop.sessions.tokens import TokenIds, common_length, token_ids
from desktop.system.words import say

OPEN, CLOSE = "\ue000", "\ue001"  # private-use characters, taken out of contents
PLACEHOLDER = re.compile(f"{OPEN}([0-9]{{1,9}}){CLOSE}")
SYSTEM = -1  # in place of a turn's index


class Role(StrEnum):
    """Who speaks, as templates spell it."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class PromptSettings:
    """What a chat's prompts depend on besides what was said."""

    today: date  # the day the chat began
    system_prompt: str = ""
    thinking: bool | None = None  # whether the model is told to reason; None: as its template does by itself
    keeps_reasoning: bool = False  # replies stay as they were generated, whatever the template makes of them
    is_plain: bool = False  # no template: texts stand one after the other


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as the prompt needs it."""

    role: Role
    text: str  # of a reply, the answer
    ids: TokenIds | None = None  # a reply's, reasoning included, as generated under this vocabulary
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Boundary:
    """A token count at which a segment ends, so that a chat can be entered there."""

    position: int
    turn: int  # the index of the turn that ends there, or SYSTEM


@dataclass(frozen=True, slots=True)
class Prompt:
    """The ids of a chat, ready to decode."""

    ids: TokenIds
    boundaries: tuple[Boundary, ...]
    end_of_turn: int | None  # the control token that the template writes directly after a reply
    opening: int  # tokens before the reply; what follows them is the part of it that is continued
    begun: str = ""  # the text of that part, special tokens printed
    form: ReasoningForm | None = None  # of the reply


@dataclass(frozen=True, slots=True)
class _Span:
    """A part as it came out: the control tokens in it, and where it ends in tokens."""

    turn: int | None
    end: int | None  # known for exact ids alone: a token may reach over the end of other parts
    marks: tuple[int, ...]  # token indices
    begins_with_mark: bool
    is_reasoning: bool


@dataclass(frozen=True, slots=True)
class _Compiled:
    ids: TokenIds
    spans: list[_Span]


class PromptBuilder:
    """Build prompts for one model. Not for the window's thread: templates and tokenising take their time."""

    def __init__(self, vocabulary: Vocabulary, template: ChatTemplate, *, bos: int | None, piece: Callable[[int], bytes]) -> None:
        """Use a template; bos is put first where the vocabulary wants it and the template does not write it."""
        self._vocabulary = vocabulary
        self._template = template
        self._bos = bos
        self._piece = piece

    def build(self, turns: Sequence[Turn], settings: PromptSettings) -> Prompt:
        """Return the prompt for a reply to the last turn; if that is itself a reply, for its continuation.

        Raises TemplateError.
        """
        if turns[-1].role is Role.ASSISTANT:
            return self._continued(self.build(turns[:-1], settings), turns[-1])
        return self._plain(turns, settings) if settings.is_plain else self._built(turns, settings)[0]

    def history(self, turns: Sequence[Turn], settings: PromptSettings) -> Prompt:
        """Return what any continuation of a chat begins with: all up to the boundary after its last turn.

        Raises TemplateError.
        """
        if settings.is_plain:
            return self._plain(turns, settings, is_history=True)
        further = [*turns, Turn(Role.USER, "x")] if turns[-1].role is Role.ASSISTANT else turns
        prompt, agreeing = self._built(further, settings)
        kept = tuple(boundary for boundary in prompt.boundaries if boundary.turn < len(turns) and boundary.position <= agreeing)
        end = kept[-1].position if kept else 0
        return Prompt(prompt.ids[:end], kept, prompt.end_of_turn, end)

    def system_ids(self, settings: PromptSettings) -> TokenIds:
        """Return what all chats with a system prompt begin with, up to the boundary after it; nothing where there is none.

        Raises TemplateError.
        """
        if not settings.system_prompt.strip(SPACE):
            return token_ids()
        prompt = self.build([Turn(Role.USER, "x")], settings)
        end = next((boundary.position for boundary in prompt.boundaries if boundary.turn == SYSTEM), 0)
        return prompt.ids[:end]

    def count(self, text: str) -> int:
        """Return how many tokens a text has by itself."""
        return len(self._vocabulary.plain(text))

    def _built(self, turns: Sequence[Turn], settings: PromptSettings) -> tuple[Prompt, int]:
        """Return the prompt for a reply, and how many tokens of it any continuation has too."""
        parts = self._render(turns, settings)
        tail = parts[-1].text.lstrip(SPACE)
        replies = self._generated(turns, settings, tail)
        compiled = self._compile(splice(parts, replies, tail))
        probe = [*turns, Turn(Role.ASSISTANT, "x"), Turn(Role.USER, "y")]
        probe_parts = splice(self._render(probe, settings), replies, tail)
        agreeing = common_length(compiled.ids, self._compile(probe_parts).ids)
        last, mark = _last_boundary(compiled, agreeing, len(turns) - 1)
        end_of_turn = self._end_of_turn(probe_parts, len(turns))
        boundaries = [*_history_boundaries(compiled.spans, turns, mark, has_end=end_of_turn is not None), last]
        system = self._system_boundary(settings, compiled.ids)
        form = self._form(tail)
        return Prompt(compiled.ids, _ascending(system, boundaries, agreeing), end_of_turn, len(compiled.ids), form=form), agreeing

    def _continued(self, prompt: Prompt, reply: Turn) -> Prompt:
        ids = reply.ids
        if ids is None or not self._spells(ids, reply, prompt.form):  # another vocabulary has written a part of it
            ids, _ = self._vocabulary.tokenize(join_reply(reply.reasoning, reply.text, prompt.form))
        return replace(prompt, ids=prompt.ids + ids, begun=text_of(ids, self._piece))

    def _plain(self, turns: Sequence[Turn], settings: PromptSettings, *, is_history: bool = False) -> Prompt:
        """Return texts and replies' ids one after the other.

        Each text is tokenised by itself, so that what follows changes nothing before it. The boundary before a reply stands
        one token early: something must be left to decode.
        """
        ids, boundaries = token_ids([] if self._bos is None else [self._bos]), list[Boundary]()
        said = [(SYSTEM, Turn(Role.USER, settings.system_prompt)), *enumerate(turns)]
        for index, turn in said:
            own = turn.ids if turn.ids is not None and text_of(turn.ids, self._piece) == turn.text else self._vocabulary.plain(turn.text)
            ids.extend(own)
            is_answered = turns[index + 1].role is Role.ASSISTANT if index + 1 < len(turns) else not is_history
            position = len(ids) - (is_answered and turn.role is Role.USER)
            if position > (boundaries[-1].position if boundaries else 0) and own:
                boundaries.append(Boundary(position, index))
        return Prompt(ids, tuple(boundaries), None, len(ids))

    def _form(self, tail: str) -> ReasoningForm | None:
        """Return how the model marks its reasoning after a generation prompt."""
        return find_form(self._template.source, self._vocabulary.special, tail)

    def _spells(self, ids: TokenIds, reply: Turn, form: ReasoningForm | None) -> bool:
        """Tell whether ids are those of a reply that was generated in this form."""
        text = text_of(ids, self._piece)
        return split_reply(text, form) == (reply.reasoning, reply.text) or (text == reply.text and not reply.reasoning)

    def _generated(self, turns: Sequence[Turn], settings: PromptSettings, tail: str) -> dict[int, Generated]:
        """Return the replies whose ids are known; if they are to stay as they are, with the generation prompts before them."""
        tails = self._tails(settings, tail) if settings.keeps_reasoning else []
        replies = {}
        for index, turn in enumerate(turns):
            if turn.role is Role.ASSISTANT and turn.ids is not None:
                follows = index > 0 and turns[index - 1].role is Role.USER
                own = self._own_tail(turn, turn.ids, tails) if follows else None
                replies[index] = Generated(turn.ids, _without_placeholders(text_of(turn.ids, self._piece)), own)
        return replies

    def _own_tail(self, reply: Turn, ids: TokenIds, tails: Sequence[str]) -> str | None:
        """Return the generation prompt that a reply followed; None where its text is not that of its ids."""
        fitting = [(tail, form) for tail, form in ((tail, self._form(tail)) for tail in tails) if self._spells(ids, reply, form)]
        reasoned = [tail for tail, form in fitting if not (form and reply.reasoning and tail.rstrip(SPACE).endswith(form.closing))]
        return next((tail for tail in (*reasoned, *(tail for tail, _ in fitting))), None)

    def _tails(self, settings: PromptSettings, tail: str) -> list[str]:
        """Return the generation prompts after which replies of a chat may have been generated, the present one first."""
        tails = [tail]
        if self._template.can_toggle_thinking:
            for thinking in (None, True, False):
                parts = self._render([Turn(Role.USER, "x")], replace(settings, thinking=thinking))
                tails.append(parts[-1].text.lstrip(SPACE))
        return tails

    def _render(self, turns: Sequence[Turn], settings: PromptSettings) -> list[Part]:
        """Render a chat; a template that refuses system messages gets the text in the first user's turn."""
        if system_prompt := settings.system_prompt:
            try:
                return self._render_messages(turns, [("system", SYSTEM, Turn(Role.USER, system_prompt))], settings)
            except TemplateLimitError:
                raise
            except TemplateError:
                turns = [replace(turns[0], text=f"{system_prompt}\n\n{turns[0].text}"), *turns[1:]]
        return self._render_messages(turns, [], settings)

    def _render_messages(self, turns: Sequence[Turn], first: list[tuple[str, int, Turn]], settings: PromptSettings) -> list[Part]:
        messages: list[dict[str, str]] = []
        hidden = _Contents()
        for role, index, turn in [*first, *((turn.role.value, index, turn) for index, turn in enumerate(turns))]:
            is_kept = settings.keeps_reasoning and turn.ids is not None
            shown = {"content": hidden.hide(turn.text, index, even_empty=is_kept)}
            if turn.reasoning.strip(SPACE):
                shown["reasoning_content"] = hidden.hide(turn.reasoning, index, is_reasoning=True)
            if messages and messages[-1]["role"] == role:  # templates refuse equal roles in a row
                for key, text in shown.items():
                    messages[-1][key] = f"{messages[-1][key]}\n\n{text}" if key in messages[-1] else text
            else:
                messages.append({"role": role, **shown})
        return hidden.reveal(self._template.render(messages, settings.today, add_generation_prompt=True, thinking=settings.thinking))

    def _compile(self, parts: Sequence[Part]) -> _Compiled:
        """Tokenise parts, in runs as long as no exact ids stand between them."""
        ids, spans = token_ids(), list[_Span]()
        if self._bos is not None and self._vocabulary.control_at_start(parts[0].text) != self._bos:
            ids.append(self._bos)
        run: list[Part] = []

        def flush() -> None:
            run_ids, marks = self._vocabulary.tokenize([Piece(part.text, part.turn is not None) for part in run])
            start = 0
            for part in run:
                end = start + len(part.text)
                own = [mark for mark in marks if start <= mark.offset < end]
                at_start = bool(own) and own[0].offset == start
                spans.append(_Span(part.turn, None, tuple(len(ids) + mark.index for mark in own), at_start, part.is_reasoning))
                start = end
            ids.extend(run_ids)
            run.clear()

        for part in parts:
            if part.ids is None:
                run.append(part)
            else:
                flush()
                ids.extend(part.ids)
                spans.append(_Span(part.turn, len(ids), (), begins_with_mark=False, is_reasoning=False))
        flush()
        return _Compiled(ids, spans)

    def _system_boundary(self, settings: PromptSettings, ids: TokenIds) -> Boundary | None:
        """Return where prompts that differ in their first message only begin to differ.

        Where no control token stands before the message, one token earlier: it may be another before another message.
        """
        if not settings.system_prompt.strip(SPACE):
            return None
        one, other = (self._compile(self._render([Turn(Role.USER, text)], settings)) for text in ("a", "b"))
        shared = common_length(one.ids, other.ids)
        is_own = any(span.turn == SYSTEM for span in one.spans)  # not folded into the person's message
        marks = [mark for span in one.spans[2:3] for mark in span.marks if mark < shared and is_own]
        position = marks[-1] if marks else shared - 1
        return Boundary(position, SYSTEM) if 0 < position < min(len(ids), common_length(one.ids, ids) + 1) else None

    def _end_of_turn(self, parts: Sequence[Part], reply: int) -> int | None:
        index = next(index for index, part in enumerate(parts) if part.turn == reply)
        return self._vocabulary.control_at_start(parts[index + 1].text)


class _Contents:
    """What the template does not get to see."""

    def __init__(self) -> None:
        self._cores: dict[int, Part] = {}

    def hide(self, text: str, turn: int, *, is_reasoning: bool = False, even_empty: bool = False) -> str:
        """Return a placeholder for a text; the white space at its ends stays visible, because many templates trim."""
        clean = _without_placeholders(text)
        core = clean.strip(SPACE)
        if not core and not even_empty:
            return clean
        number, start = 2 * (turn - SYSTEM) + is_reasoning, clean.index(core)
        self._cores[number] = Part(core, turn, is_reasoning=is_reasoning)
        return f"{clean[:start]}{OPEN}{number}{CLOSE}{clean[start + len(core) :]}"

    def reveal(self, rendering: str) -> list[Part]:
        """Put the contents in; each stands once, but a template may leave reasoning out. Raises TemplateError."""
        pieces = PLACEHOLDER.split(rendering)
        found = [int(number) for number in pieces[1::2]]
        needed = {number for number, core in self._cores.items() if not core.is_reasoning}
        if len(set(found)) != len(found) or not needed <= set(found) <= set(self._cores):
            raise TemplateError(say("it leaves out or repeats a message"))
        parts = [Part(pieces[0], None)]
        for number, text in zip(found, pieces[2::2], strict=True):
            parts += [self._cores[number], Part(text, None)]
        return parts


def _without_placeholders(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")


def _history_boundaries(spans: Sequence[_Span], turns: Sequence[Turn], last_mark: int, *, has_end: bool) -> list[Boundary]:
    """Return the boundaries of all turns but the last: before the generation prompt, and after the end of the turn.

    last_mark tells which control token after a person's message the boundary stands before, as after the last message;
    has_end, whether one ends a reply.
    """
    found = []
    for content, after in zip(spans[1:-2:2], spans[2::2], strict=False):
        if content.turn is None or content.turn == SYSTEM or content.is_reasoning:
            continue
        if turns[content.turn].role is Role.USER:
            position = after.marks[min(last_mark, len(after.marks) - 1)] if after.marks else None
        else:
            position = after.marks[0] + 1 if after.begins_with_mark and has_end else content.end
            if position is None and after.marks:  # the template writes the reply anew, and no control token ends it
                position = after.marks[0]
        if position is not None:
            found.append(Boundary(position, content.turn))
    return found


def _last_boundary(prompt: _Compiled, agreeing: int, turn: int) -> tuple[Boundary, int]:
    """Return the boundary after the last message, and which control token after the message it stands before.

    It is the last one that any continuation has too. Where no such token follows the message, as far as they agree, at most
    one token before the end: something must be left to decode.
    """
    marks = [mark for mark in prompt.spans[-1].marks if mark < agreeing]
    position = marks[-1] if marks else min(agreeing, len(prompt.ids) - 1)
    return Boundary(position, turn), len(marks or prompt.spans[-1].marks) - 1


def _ascending(system: Boundary | None, boundaries: Iterable[Boundary], agreeing: int) -> tuple[Boundary, ...]:
    """Keep the boundaries that any continuation has too and that follow each other.

    The one after the system prompt serves other chats, even where this one's next prompt will not have it.
    """
    kept = [] if system is None else [system]
    for boundary in boundaries:
        if (kept[-1].position if kept else 0) < boundary.position <= agreeing:
            kept.append(boundary)
    return tuple(kept)
