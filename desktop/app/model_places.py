"""Where models are looked for, as the settings say."""

from desktop.models.finding import Places, hub_cache
from desktop.models.guide import Guide
from desktop.system.paths import AppPaths
from desktop.system.settings import Settings


def places_of(settings: Settings, paths: AppPaths, guide: Guide | None = None) -> Places:
    """Return where models are looked for; guide: the one that comes with Rivulet."""
    return Places(
        settings.models_folder or paths.models,
        settings.watched_folders,
        hub_cache() if settings.uses_hub_cache else None,
        settings.model_files,
        settings.forgotten_models,
        guide if settings.uses_guide else None,
    )


def changes_of(places: Places) -> dict[str, object]:
    """Return the settings that a library changes with its places, by their keys."""
    return {"watched_folders": places.watched, "model_files": places.files, "forgotten_models": places.forgotten}
