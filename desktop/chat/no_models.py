"""No models and no way to get any: what stands where the library, the catalogue and the downloads were not given."""

from collections.abc import Sequence
from typing import NoReturn

from desktop.chat.models_api import Offer
from desktop.models.download import Download
from desktop.models.entry import ModelEntry
from desktop.models.fit import Fit
from desktop.system.errors import RivuletError
from desktop.system.words import say


class NoModelsError(RivuletError):
    """Something was asked of models that are not managed here."""

    def __init__(self) -> None:
        super().__init__(say("Rivulet cannot do this now. Nothing was changed."))


class NoModels:
    """Fulfils Models and all that belongs to it: nothing is there, and nothing can be asked for."""

    is_offline = True
    entries: Sequence[ModelEntry] = ()
    offers: Sequence[Offer] = ()
    all: Sequence[Download] = ()

    @property
    def library(self) -> "NoModels":
        """See Models."""
        return self

    @property
    def catalogue(self) -> "NoModels":
        """See Models."""
        return self

    @property
    def downloads(self) -> "NoModels":
        """See Models."""
        return self

    @property
    def token(self) -> "NoModels":
        """See Models."""
        return self

    async def refresh(self) -> None:
        """Do nothing."""

    async def is_kept(self) -> bool:
        """Return False."""
        return False

    def fit(self, entry: object) -> Fit | None:
        """Return None: not known."""

    async def _refuse(self, *_: object) -> NoReturn:
        raise NoModelsError

    add_file = add_folder = remove_folder = remove = verify = _refuse
    search = files = fetch = pause = resume = cancel = keep = forget = _refuse
