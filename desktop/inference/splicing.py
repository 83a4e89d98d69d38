"""A rendered chat in which replies stand as they were generated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.inference.vocabulary import SPACE
from desktop.sessions.tokens import TokenIds


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a rendering: template text and contents by turns, template text first and last."""

    text: str
    turn: int | None  # None: the template's
    ids: TokenIds | None = None  # exact ids to use instead of tokenising the text
    is_reasoning: bool = False


@dataclass(frozen=True, slots=True)
class Generated:
    """A reply as it was generated."""

    ids: TokenIds
    text: str  # of the ids, special tokens printed
    generation_prompt: str | None = None  # that it was generated after, where the reply stays behind it whatever the template writes


def splice(parts: Sequence[Part], replies: Mapping[int, Generated], generation_prompt: str) -> list[Part]:
    """Put replies' own ids in, by their turns, where the rendering shows just their text after the generation prompt.

    Reasoning and the white space around it belong to that text. Where a reply brings its own generation prompt, it is put
    in behind that, in place of what the template makes of the reply.
    """
    spliced: list[Part] = [parts[0]]
    index = 1
    while index < len(parts):
        turn, before, end = parts[index].turn, spliced[-1].text, index
        while end + 2 < len(parts) and parts[end + 2].turn == turn:  # reasoning and answer
            end += 2
        reply, after = replies.get(turn) if turn is not None else None, parts[end + 1].text
        opening, bare = len(before) - len(before.lstrip(SPACE)), before.lstrip(SPACE)  # white space there may end the person's message
        own = reply.generation_prompt if reply is not None and len(spliced) > 1 and spliced[-2].turn == (turn or 0) - 1 else None
        if reply is not None and own is not None:
            trailing = reply.text[len(reply.text.rstrip(SPACE)) :]
            spliced[-1] = Part(before[:opening] + own, None)
            spliced += [Part(reply.text, turn, reply.ids), Part(after.removeprefix(trailing), None)]
        elif reply is not None and bare.startswith(generation_prompt):
            shown = bare[len(generation_prompt) :] + "".join(part.text for part in parts[index : end + 1])
            if len(reply.text) >= len(shown) and (shown + after).startswith(reply.text):
                spliced[-1] = Part(before[: opening + len(generation_prompt)], None)
                spliced += [Part(reply.text, turn, reply.ids), Part(after[len(reply.text) - len(shown) :], None)]
            else:
                spliced += parts[index : end + 2]
        else:
            spliced += parts[index : end + 2]
        index = end + 2
    return spliced
