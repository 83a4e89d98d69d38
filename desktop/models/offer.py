"""Models that can be fetched: those of the catalogue, and what a search of the hub finds."""

from dataclasses import dataclass

from desktop.models.header import ModelShape


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A chat model that is known to run, with one file of it that suits most people."""

    name: str
    maker: str
    summary: str  # one plain sentence: what it is good at
    repository: str
    file: str  # its name in the repository
    parameters: int
    active_parameters: int  # of a mixture of experts, those at work for a token; else all
    quantisation: str
    size: int  # bytes, about; the hub says exactly
    context_tokens: int
    licence: str
    shape: ModelShape


@dataclass(frozen=True, slots=True)
class HubModel:
    """A repository with GGUF files."""

    repository: str
    downloads: int
    likes: int
    licence: str
    is_gated: bool  # whether its owner must have let the person in
    parameters: int = 0  # 0: not known
