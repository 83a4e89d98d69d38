"""From a chat to token ids through the model's own template, and where the KV of those ids is worth keeping.

The template never sees what people and models wrote, only placeholders; contents are put in afterwards. Replies whose
exact ids are known are spliced in, so a prompt begins with the very ids that were decoded before. Prompts are never made
by taking differences of renderings: many templates write text that the model never decoded, and some rewrite history.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.inference.detokenizer import text_of
from desktop.inference.errors import TemplateError, TemplateLimitError
from desktop.inference.template import ChatTemplate
from desktop.inference.vocabulary import SPACE, Piece, Vocabulary
from desktop.sessions.tokens import TokenIds, common_length, token_ids

OPEN, CLOSE = "\ue000", "\ue001"  # private-use characters, taken out of contents
PLACEHOLDER = re.compile(f"{OPEN}([0-9]{{1,9}}){CLOSE}")
SYSTEM = -1  # in place of a turn's index


class Role(StrEnum):
    """Who speaks, as templates spell it."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as the prompt needs it."""

    role: Role
    text: str
    ids: TokenIds | None = None  # a reply's, as generated under this vocabulary


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


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a rendering: template text and contents by turns, template text first and last."""

    text: str
    turn: int | None  # None: the template's
    ids: TokenIds | None = None  # exact ids to use instead of tokenising the text


@dataclass(frozen=True, slots=True)
class _Span:
    """A part as it came out: the control tokens in it, and where it ends in tokens."""

    turn: int | None
    end: int | None  # known for exact ids alone: a token may reach over the end of other parts
    marks: tuple[int, ...]  # token indices
    begins_with_mark: bool


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

    def build(self, turns: Sequence[Turn], system_prompt: str, today: date) -> Prompt:
        """Return the prompt for a reply to the last turn; if that is itself a reply, for its continuation.

        Raises TemplateError.
        """
        if turns[-1].role is Role.ASSISTANT:
            prompt = self.build(turns[:-1], system_prompt, today)
            text, begun = turns[-1].text, turns[-1].ids
            if begun is None or text_of(begun, self._piece) != text:  # another vocabulary has written a part of it
                begun = self._vocabulary.plain(text)
            return Prompt(prompt.ids + begun, prompt.boundaries, prompt.end_of_turn, prompt.opening)
        parts = self._render(turns, system_prompt, today)
        tail = parts[-1].text.lstrip(SPACE)
        compiled = self._compile(self._splice(parts, turns, tail))
        probe = [*turns, Turn(Role.ASSISTANT, "x"), Turn(Role.USER, "y")]
        probe_parts = self._splice(self._render(probe, system_prompt, today), probe, tail)
        agreeing = common_length(compiled.ids, self._compile(probe_parts).ids)
        boundaries = [
            *self._system_boundary(system_prompt, today, compiled.ids),
            *_history_boundaries(compiled.spans, turns),
            _last_boundary(compiled, agreeing, len(turns) - 1),
        ]
        end_of_turn = self._end_of_turn(probe_parts, len(turns))
        return Prompt(compiled.ids, _ascending(boundaries, agreeing), end_of_turn, len(compiled.ids))

    def history(self, turns: Sequence[Turn], system_prompt: str, today: date) -> Prompt:
        """Return what any continuation of a chat begins with: all up to the boundary after its last turn.

        Raises TemplateError.
        """
        further = [*turns, Turn(Role.USER, "x")] if turns[-1].role is Role.ASSISTANT else turns
        prompt = self.build(further, system_prompt, today)
        kept = tuple(boundary for boundary in prompt.boundaries if boundary.turn < len(turns))
        end = kept[-1].position if kept else 0
        return Prompt(prompt.ids[:end], kept, prompt.end_of_turn, end)

    def _render(self, turns: Sequence[Turn], system_prompt: str, today: date) -> list[_Part]:
        """Render a chat; a template that refuses system messages gets the text in the first user's turn."""
        if system_prompt:
            try:
                return self._render_messages(turns, [("system", system_prompt, SYSTEM)], today)
            except TemplateLimitError:
                raise
            except TemplateError:
                folded = Turn(turns[0].role, f"{system_prompt}\n\n{turns[0].text}")
                return self._render_messages([folded, *turns[1:]], [], today)
        return self._render_messages(turns, [], today)

    def _render_messages(self, turns: Sequence[Turn], first: list[tuple[str, str, int]], today: date) -> list[_Part]:
        messages: list[dict[str, str]] = []
        cores: dict[int, str] = {}
        for role, text, turn in [*first, *((turn.role.value, turn.text, index) for index, turn in enumerate(turns))]:
            clean = _without_placeholders(text)
            core = clean.strip(SPACE)
            if core:  # white space at the ends stays visible, because many templates trim
                cores[turn] = core
                start = clean.index(core)
                clean = f"{clean[:start]}{OPEN}{turn - SYSTEM}{CLOSE}{clean[start + len(core) :]}"
            if messages and messages[-1]["role"] == role:  # templates refuse equal roles in a row
                messages[-1]["content"] += f"\n\n{clean}"
            else:
                messages.append({"role": role, "content": clean})
        pieces = PLACEHOLDER.split(self._template.render(messages, today, add_generation_prompt=True))
        found = [int(number) + SYSTEM for number in pieces[1::2]]
        if sorted(found) != sorted(cores):
            raise TemplateError("it leaves out or repeats a message")
        parts = [_Part(pieces[0], None)]
        for turn, text in zip(found, pieces[2::2], strict=True):
            parts += [_Part(cores[turn], turn), _Part(text, None)]
        return parts

    def _splice(self, parts: list[_Part], turns: Sequence[Turn], tail: str) -> list[_Part]:
        """Put replies' own ids in where the rendering shows just their text after a generation prompt, whose text is tail."""
        spliced = parts[:]
        for index in range(1, len(parts) - 1, 2):
            turn = parts[index].turn
            reply = turns[turn].ids if turn is not None and turn != SYSTEM else None
            before, after = spliced[index - 1].text, spliced[index + 1].text
            begin = len(before) - len(before.lstrip(SPACE)) + len(tail)  # white space there may end the person's message
            if reply is None or not before.lstrip(SPACE).startswith(tail):
                continue
            text = _without_placeholders(text_of(reply, self._piece))
            shown = before[begin:] + parts[index].text
            if len(text) >= len(shown) and (shown + after).startswith(text):
                spliced[index - 1] = _Part(before[:begin], None)
                spliced[index] = _Part(text, turn, reply)
                spliced[index + 1] = _Part(after[len(text) - len(shown) :], None)
        return spliced

    def _compile(self, parts: Sequence[_Part]) -> _Compiled:
        """Tokenise parts, in runs as long as no exact ids stand between them."""
        ids, spans = token_ids(), list[_Span]()
        if self._bos is not None and self._vocabulary.control_at_start(parts[0].text) != self._bos:
            ids.append(self._bos)
        run: list[_Part] = []

        def flush() -> None:
            run_ids, marks = self._vocabulary.tokenize([Piece(part.text, part.turn is not None) for part in run])
            start = 0
            for part in run:
                end = start + len(part.text)
                own = [mark for mark in marks if start <= mark.offset < end]
                at_start = bool(own) and own[0].offset == start
                spans.append(_Span(part.turn, None, tuple(len(ids) + mark.index for mark in own), at_start))
                start = end
            ids.extend(run_ids)
            run.clear()

        for part in parts:
            if part.ids is None:
                run.append(part)
            else:
                flush()
                ids.extend(part.ids)
                spans.append(_Span(part.turn, len(ids), (), False))
        flush()
        return _Compiled(ids, spans)

    def _system_boundary(self, system_prompt: str, today: date, ids: TokenIds) -> list[Boundary]:
        """Return where prompts that differ in their first message only begin to differ."""
        if not system_prompt:
            return []
        one, other = (self._compile(self._render([Turn(Role.USER, text)], system_prompt, today)) for text in ("a", "b"))
        agreeing = min(common_length(one.ids, other.ids), common_length(one.ids, ids))
        is_own = any(span.turn == SYSTEM for span in one.spans)  # not folded into the person's message
        marks = [mark for span in one.spans[2:3] for mark in span.marks if mark < agreeing]
        return [Boundary(marks[-1], SYSTEM)] if marks and is_own else []

    def _end_of_turn(self, parts: Sequence[_Part], reply: int) -> int | None:
        index = next(index for index, part in enumerate(parts) if part.turn == reply)
        return self._vocabulary.control_at_start(parts[index + 1].text)


def _without_placeholders(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")


def _history_boundaries(spans: Sequence[_Span], turns: Sequence[Turn]) -> list[Boundary]:
    """Return the boundaries of all turns but the last: before the generation prompt, and after the end of the turn."""
    found = []
    for content, after in zip(spans[1:-2:2], spans[2::2], strict=False):
        if content.turn is None or content.turn == SYSTEM:
            continue
        if turns[content.turn].role is Role.USER:
            position = after.marks[-1] if after.marks else None
        else:
            position = after.marks[0] + 1 if after.begins_with_mark else content.end
        if position is not None:
            found.append(Boundary(position, content.turn))
    return found


def _last_boundary(prompt: _Compiled, agreeing: int, turn: int) -> Boundary:
    """Return the boundary after the last message: before the last control token that any continuation has too.

    Where no such token follows the message, as far as they agree, at most one token before the end: something must be left
    to decode.
    """
    marks = [mark for mark in prompt.spans[-1].marks if mark < agreeing]
    return Boundary(marks[-1] if marks else min(agreeing, len(prompt.ids) - 1), turn)


def _ascending(boundaries: Sequence[Boundary], agreeing: int) -> tuple[Boundary, ...]:
    """Keep the boundaries that any continuation has too and that follow each other."""
    kept: list[Boundary] = []
    for boundary in boundaries:
        if (kept[-1].position if kept else 0) < boundary.position <= agreeing:
            kept.append(boundary)
    return tuple(kept)
