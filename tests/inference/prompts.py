"""Prompts without an engine: a template on the vocabulary of many special tokens."""

import ctypes
from collections.abc import Sequence
from functools import cache
from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.inference.binding import Model
from desktop.inference.detokenizer import text_of
from desktop.inference.prompt import PromptBuilder, PromptSettings, Role, Turn
from desktop.inference.reasoning import ReasoningForm, split_reply
from desktop.inference.template import ChatTemplate
from desktop.inference.vocabulary import Vocabulary
from desktop.sessions.tokens import TokenIds, token_ids
from tests.inference.driver import TODAY
from tests.inference.templates import Style
from tests.tiny_models import BEGIN_OF_TEXT, END_OF_TURN


@cache  # compiling takes longer than all that most tests do with it
def template_of(model: Model, style: Style) -> ChatTemplate:
    return ChatTemplate(style.source, bos=printed(model, [BEGIN_OF_TEXT]), eos=printed(model, [END_OF_TURN]))


def builder_of(model: Model, style: Style) -> PromptBuilder:
    bos = BEGIN_OF_TEXT if style.adds_bos else None
    return PromptBuilder(Vocabulary(model, style.source), template_of(model, style), bos=bos, piece=model.piece)


def printed(model: Model, ids: Sequence[int]) -> str:
    return text_of(ids, model.piece)


def prompt_settings(system: str = "", **more: Any) -> PromptSettings:
    return PromptSettings(TODAY, system, **more)


def said(text: str) -> Turn:
    return Turn(Role.USER, text)


def answered(text: str, ids: TokenIds | None = None, reasoning: str = "") -> Turn:
    return Turn(Role.ASSISTANT, text, ids, reasoning)


def generated(model: Model, style: Style, text: str | TokenIds) -> Turn:
    """Return a reply as a model of a style writes it, special tokens given by what they print."""
    ids = text if isinstance(text, TokenIds) else as_llama_would(model, text)
    reasoning, answer = split_reply(printed(model, ids), _form_of(model, style))
    return answered(answer, ids, reasoning)


@cache
def _form_of(model: Model, style: Style) -> ReasoningForm | None:
    return builder_of(model, style).build([said("x")], prompt_settings()).form


def byte_ids(data: bytes | str) -> TokenIds:
    return token_ids(list(data.encode() if isinstance(data, str) else data))


def token_of(model: Model, text: str) -> int:
    """Return the special token of a text."""
    return next(token for token in range(256, model.vocabulary_size) if model.piece(token).decode() == text)


def as_llama_would(model: Model, text: str) -> TokenIds:
    """Return llama.cpp's own ids of a text in which special tokens are parsed."""
    data = text.encode()
    ids = (ctypes.c_int32 * (len(data) + 16))()
    count = llama.llama_tokenize(model._vocabulary, data, len(data), ids, len(ids), False, True)
    assert count >= 0
    return token_ids(ids[:count])
