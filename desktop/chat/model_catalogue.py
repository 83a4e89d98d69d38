"""What can be fetched: the catalogue as this computer sees it, and the hub."""

from collections.abc import Callable, Sequence

from desktop.chat.models_api import Offer
from desktop.models.catalogue import by_fit, recommended
from desktop.models.download import HubFile
from desktop.models.entry import ModelEntry
from desktop.models.fit import Fit
from desktop.models.header import ModelShape
from desktop.models.hub import Hub
from desktop.models.offer import CatalogueModel, HubModel


class ModelCatalogue:
    """The catalogue and the hub behind it. For the event loop's thread."""

    def __init__(
        self,
        models: Sequence[CatalogueModel],
        hub: Hub,
        fit: Callable[[ModelShape, int, int], Fit],
        entries: Callable[[], Sequence[ModelEntry]],
    ) -> None:
        """Take the catalogue's models; entries tells what the library has.

        fit judges a shape with so many bytes of weights, trained on so many tokens of context.
        """
        self._models, self._hub, self._fit, self._entries = models, hub, fit, entries

    @property
    def offers(self) -> Sequence[Offer]:
        """Return the catalogue, the recommended one first, then what fits best."""
        fitted = by_fit(self._models, lambda model: self._fit(model.shape, model.size, model.context_tokens))
        best = recommended(fitted)
        there = {entry.path.name.lower(): entry for entry in self._entries() if entry.fault is None and not entry.missing_parts}
        offers = [Offer(model, fit, model is best, there.get(model.file.lower())) for model, fit in fitted]
        return sorted(offers, key=lambda offer: not offer.is_recommended)

    def fit(self, file: HubFile) -> Fit | None:
        """See Catalogue: judged as if it had the shape of the model in the catalogue that is nearest in size."""
        nearest = min(self._models, key=lambda model: abs(model.size - file.size), default=None)
        return None if nearest is None else self._fit(nearest.shape, file.size, nearest.context_tokens)

    async def search(self, text: str) -> list[HubModel]:
        """Return the hub's repositories with GGUF files that a text finds, the most used first."""
        return await self._hub.search(text)

    async def files(self, repository: str) -> list[HubFile]:
        """Return the models in a repository, the smallest first."""
        return await self._hub.files(repository)

    async def resolve(self, repository: str, file: str) -> HubFile:
        """Return what the hub says of a file: its revision, size and digest."""
        return await self._hub.resolve(repository, file)
