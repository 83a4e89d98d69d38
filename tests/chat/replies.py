"""Replies that are known beforehand, from models that come with a template."""

from pathlib import Path

from desktop.inference.binding import Library, Model
from desktop.sessions.tokens import TokenIds
from tests.inference.prompts import as_llama_would
from tests.inference.teacher import Teacher
from tests.inference.templates import CONTROL_TOKENS, USER_DEFINED_TOKENS, Style
from tests.tiny_models import Family, Shape, TinyModel


class Replies(dict[int, TokenIds]):
    """What the teacher says: whatever seed comes next gets the next reply."""

    def __init__(self, teacher: Teacher, library: Library, folder: Path) -> None:
        super().__init__()
        teacher.replies = self
        self._library, self._folder = library, folder
        self._next: list[TokenIds] = []

    def add(self, style: Style, *texts: str) -> None:
        """Add replies as a model of a style writes them, special tokens given by what they print."""
        model = Model(self._library, styled_model(self._folder, style), lambda progress: True)
        try:
            self._next += [as_llama_would(model, text) for text in texts]
        finally:
            model.close()

    def __missing__(self, seed: int) -> TokenIds:
        self[seed] = self._next.pop(0)
        return self[seed]


def styled_model(folder: Path, style: Style, shape: Shape | None = None, family: Family = Family.DENSE) -> Path:
    """Return a model that comes with a style's template."""
    path = folder / f"{style.name} {shape is not None} {family}.gguf"
    if path.exists():
        return path
    return TinyModel(
        name=style.name,
        template=style.source,
        adds_bos=style.adds_bos,
        control_tokens=(*CONTROL_TOKENS, *style.more_tokens),
        user_defined_tokens=USER_DEFINED_TOKENS,
        shape=shape or Shape(layers=2),
        family=family,
    ).write(path)
