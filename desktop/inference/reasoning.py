"""A reply's reasoning and its answer, told apart by the marks that each family of models writes.

Marks count only where the model is known to write them: its template or its vocabulary has them, or the generation prompt
ends with one. And only at a reply's start, so that an answer may speak of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from desktop.inference.vocabulary import SPACE, Piece


@dataclass(frozen=True, slots=True)
class ReasoningForm:
    """How a model marks its reasoning. Marks are what its special tokens print."""

    openings: tuple[str, ...]
    closing: str
    signs: tuple[str, ...]  # a template that has them all is of this form
    answer_openings: tuple[str, ...] = ()
    answer_closing: str = ""
    fillers: tuple[str, ...] = ()  # what stands between the marks
    repeats: bool = False  # there may be several stretches of reasoning
    begin: str = ""  # what is written before reasoning, and between it and the answer, where a reply is put together again
    middle: str = ""
    is_open: bool = False  # the generation prompt opens the reasoning

    def after(self, generation_prompt: str) -> "ReasoningForm":
        """Return the form of a reply to a prompt that ends with this text."""
        return replace(self, is_open=generation_prompt.rstrip(SPACE).endswith(tuple(mark.rstrip(SPACE) for mark in self.openings)))


def _tags(opening: str, closing: str) -> ReasoningForm:
    return ReasoningForm((opening,), closing, (closing,), begin=f"{opening}\n", middle=f"\n{closing}\n\n")


FORMS = (
    ReasoningForm(  # gpt-oss
        ("<|channel|>analysis<|message|>", "<|channel|>commentary<|message|>"),
        "<|end|>",
        ("<|channel|>", "<|message|>"),
        answer_openings=("<|channel|>final<|message|>",),
        fillers=("<|start|>assistant",),
        repeats=True,
        begin="<|channel|>analysis<|message|>",
        middle="<|end|><|start|>assistant<|channel|>final<|message|>",
    ),
    ReasoningForm(  # Solar Open
        ("<|think|>",),
        "<|end|>",
        ("<|think|>", "<|content|>"),
        answer_openings=("<|content|>",),
        fillers=("<|begin|>assistant",),
        begin="<|think|>",
        middle="<|end|><|begin|>assistant<|content|>",
    ),
    ReasoningForm(  # Gemma 4
        ("<|channel>thought\n",), "<channel|>", ("<|channel>", "<channel|>"), begin="<|channel>thought\n", middle="\n<channel|>"
    ),
    ReasoningForm(  # Command R and A
        ("<|START_THINKING|>",),
        "<|END_THINKING|>",
        ("<|END_THINKING|>",),
        answer_openings=("<|START_RESPONSE|>", "<|START_TEXT|>"),
        answer_closing="<|END_RESPONSE|>",
        begin="<|START_THINKING|>",
        middle="<|END_THINKING|><|START_RESPONSE|>",
    ),
    ReasoningForm(  # Apertus
        ("<|inner_prefix|>",), "<|inner_suffix|>", ("<|inner_suffix|>",), begin="<|inner_prefix|>", middle="<|inner_suffix|>"
    ),
    _tags("<seed:think>", "</seed:think>"),
    _tags("<mm:think>", "</mm:think>"),
    _tags("[THINK]", "[/THINK]"),
    _tags("<think>", "</think>"),
    _tags("<thinking>", "</thinking>"),
    _tags("<thought>", "</thought>"),
)


def find_form(template: str, special_tokens: Collection[str], generation_prompt: str) -> ReasoningForm | None:
    """Return the form of a model's replies to a prompt that ends with generation_prompt; None: it does not mark reasoning.

    A model whose template and vocabulary have no such marks may write one because the person asked about it.
    """
    known = [form.after(generation_prompt) for form in FORMS]
    opened = (form for form in known if form.is_open)
    in_template = (form for form in known if all(sign in template for sign in form.signs))
    in_vocabulary = (form for form in known if all(mark in special_tokens for mark in (*form.openings, form.closing)))
    return next((form for forms in (opened, in_template, in_vocabulary) for form in forms), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of a reply."""

    text: str
    is_reasoning: bool


class _Place(Enum):
    START = auto()
    OPENED = auto()  # by the generation prompt
    REASONING = auto()
    BETWEEN = auto()
    ANSWER = auto()


class ReasoningSplitter:
    """Split a reply as it comes. White space around the reasoning is left out, and never half a mark is shown."""

    def __init__(self, form: ReasoningForm | None) -> None:
        """None: all is the answer."""
        self._form = form
        self._place = _Place.ANSWER if form is None else _Place.OPENED if form.is_open else _Place.START
        self._held = ""
        self._has_reasoning = False
        self._gap = ""  # white space before what comes next of the reasoning

    def feed(self, text: str) -> list[Shown]:
        """Return what can be shown with a further piece of the reply."""
        self._held += text
        shown: list[Shown] = []
        before = None
        while before != (before := (self._place, self._held)):
            if self._place is _Place.ANSWER:
                shown.append(self._answer())
            elif self._place is _Place.REASONING:
                shown.append(self._reasoning())
            else:
                self._pass_mark()
        return _joined(shown)

    def rest(self) -> Shown | None:
        """Return what is still held back, as it is shown if nothing follows; may be asked at any time."""
        text = self._held
        if self._place in (_Place.OPENED, _Place.REASONING):
            text = text.strip(SPACE) if self._is_first else text.rstrip(SPACE)
            text = self._gap + text if text else ""
        elif self._place is _Place.BETWEEN or (self._form and self._form.answer_openings):
            text = ""  # the beginning of a mark
        return Shown(text, self._place in (_Place.OPENED, _Place.REASONING)) if text else None

    @property
    def _is_first(self) -> bool:
        """Tell whether nothing of this stretch of reasoning was shown."""
        return bool(self._gap) or not self._has_reasoning

    def _pass_mark(self) -> None:
        """Go on behind a mark, or to the place that nothing but text leads to."""
        text, marks = self._held.lstrip(SPACE), self._marks()
        for mark, place in marks.items():
            if text.startswith(mark):
                self._place, self._held = place, text[len(mark) :]
                self._gap = "\n\n" if self._has_reasoning else ""
                return
        if not text or any(mark.startswith(text) for mark in marks):
            return
        if self._place is _Place.OPENED:
            self._place = _Place.REASONING
            return
        if self._place is not _Place.START:
            self._held = text
        self._place = _Place.ANSWER

    def _marks(self) -> dict[str, _Place]:
        """Return the marks that may follow, and where they lead to."""
        form, place = self._form, self._place
        assert form is not None, "without a form all is the answer"
        marks: dict[str, _Place] = {}
        if place in (_Place.START, _Place.OPENED) or (form.repeats and place is _Place.BETWEEN):
            marks |= dict.fromkeys(form.openings, _Place.REASONING)
        if place in (_Place.START, _Place.BETWEEN):
            marks |= dict.fromkeys(form.answer_openings, _Place.ANSWER)
        if place is _Place.BETWEEN:
            marks |= dict.fromkeys(form.fillers, _Place.BETWEEN)
        return marks

    def _reasoning(self) -> Shown:
        assert self._form is not None, "without a form all is the answer"
        text, found, following = self._held.partition(self._form.closing)
        whole = text if found else text[: len(text) - _begun(text, self._form.closing)]
        said = whole.rstrip(SPACE)
        if found:
            self._place, self._held = _Place.BETWEEN, following
        else:
            self._held = text[len(said) :]
        said = said.lstrip(SPACE) if self._is_first else said
        shown = Shown(self._gap + said if said else "", is_reasoning=True)
        if said:
            self._has_reasoning, self._gap = True, ""
        return shown

    def _answer(self) -> Shown:
        closing = self._form.answer_closing if self._form else ""
        if closing:
            self._held = self._held.replace(closing, "")
        kept = len(self._held) - _begun(self._held, closing)
        text, self._held = self._held[:kept], self._held[kept:]
        return Shown(text, is_reasoning=False)


def split_reply(text: str, form: ReasoningForm | None) -> tuple[str, str]:
    """Return a whole reply's reasoning and answer."""
    splitter = ReasoningSplitter(form)
    shown = [*splitter.feed(text), *filter(None, [splitter.rest()])]
    return "".join(s.text for s in shown if s.is_reasoning), "".join(s.text for s in shown if not s.is_reasoning)


def join_reply(reasoning: str, text: str, form: ReasoningForm | None) -> list[Piece]:
    """Return a begun reply as a model of this form would have written it."""
    said = [Piece(reasoning, is_content=True), Piece(text, is_content=True)]
    if form is None:
        return said[1:]
    before = "" if form.is_open else form.begin if reasoning else "".join(form.answer_openings[:1])
    between = form.middle if text and (reasoning or form.is_open) else ""
    if not (reasoning or text):
        return []
    return [Piece(before, is_content=False), said[0], Piece(between, is_content=False), said[1]]


def _begun(text: str, mark: str) -> int:
    """Return how many characters at a text's end may be the beginning of a mark."""
    return next((n for n in range(min(len(mark) - 1, len(text)), 0, -1) if text.endswith(mark[:n])), 0)


def _joined(shown: Sequence[Shown]) -> list[Shown]:
    joined: list[Shown] = []
    for piece in shown:
        if not piece.text:
            continue
        if joined and joined[-1].is_reasoning is piece.is_reasoning:
            joined[-1] = Shown(joined[-1].text + piece.text, piece.is_reasoning)
        else:
            joined.append(piece)
    return joined
