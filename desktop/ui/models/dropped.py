"""Models that are dropped on the window."""

from pathlib import Path

from PySide6.QtCore import QMimeData


def dropped_models(dropped: QMimeData) -> list[Path]:
    """Return the model files among what is dragged, or the folders where there are none."""
    paths = [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() == ".gguf"] or [path for path in paths if path.is_dir()]
