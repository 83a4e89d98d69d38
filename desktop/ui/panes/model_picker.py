"""The chip that names the loaded model and offers others."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.chat.events import ModelPhase, ModelState
from desktop.models.entry import ModelEntry, Origin
from desktop.system.words import say
from desktop.ui.amounts import in_bytes
from desktop.ui.controls.chip import Chip
from desktop.ui.controls.tooltips import plain
from desktop.ui.shortcuts.shortcut import Shortcut
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated

WHOLE_STATES = say("Forks and quick resume take more room with this model: each fork keeps a full copy of what was read.")

_MOST_CHARACTERS = 28
_LEAST_CHARACTERS = 4
_LONGEST = 48  # characters of a name in the menu
_WORDLESS = 32  # pixels


_MOST = 12  # models in the menu


class ModelPicker(Chip):
    """Show which model answers; its menu has the models used last, then others, and leads to all.

    Signals: model_chosen with a path; models_wanted for all; file_wanted; cancel_requested while one is loading; unload_requested;
    changed after other words are shown.
    """

    model_chosen = Signal(Path)
    models_wanted = Signal()
    file_wanted = Signal()
    cancel_requested = Signal()
    unload_requested = Signal()
    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("modelPicker")
        self._model = ModelState(ModelPhase.NONE)
        self._recent: tuple[Path, ...] = ()
        self._entries: dict[Path, ModelEntry] = {}
        self._shown = ""
        self.set_model(self._model)

    def set_model(self, model: ModelState) -> None:
        """Show the loaded model, or how far it is."""
        self._model = model
        name = translated(model.name) or (model.path.stem if model.path else "")
        match model.phase:
            case ModelPhase.READY:
                shown = name
                told = tr("{name} on {device}, {count} tokens of context", name=name, device=model.device, count=model.context_tokens)
                if model.has_whole_states_only:
                    told = tr("{model}.\n{more}", model=told, more=WHOLE_STATES)
            case ModelPhase.LOADING:
                shown = name if model.is_guide else tr("Loading {name}", name=name)  # that takes no time worth a word
                told = tr("Loading {name}, {percent}%", name=name, percent=round(model.progress * 100))
            case ModelPhase.UNLOADED:
                shown = tr("{name}, sleeping", name=name)
                told = tr("{name} sleeps, so its memory is free. It loads when you send.", name=name)
            case ModelPhase.FAILED:
                shown, told = tr("Choose a model"), translated(model.error)
            case _:
                shown, told = tr("Choose a model"), tr("No model is loaded")
        self.setToolTip(plain(told))
        self.setAccessibleName(tr("Model: {name}", name=shown))
        shown = shown if len(shown) <= _MOST_CHARACTERS else shown[: _MOST_CHARACTERS - 1].rstrip() + "…"
        if shown != self._shown:
            self._shown = shown
            self.setText(shown)
            self.changed.emit()

    def fit(self, room: int) -> None:
        """Take at most this room in pixels; where the words do not fit they are cut, or left out where little would be left."""
        self.setText(self._shown)
        needed = self.sizeHint().width()
        if needed > room:
            words = room - (needed - self.fontMetrics().horizontalAdvance(self._shown))
            is_readable = words >= self.fontMetrics().horizontalAdvance("M" * _LEAST_CHARACTERS)
            self.setText(self.fontMetrics().elidedText(self._shown, Qt.TextElideMode.ElideRight, words) if is_readable else "")
        self.setFixedWidth(min(needed, room) if self.text() else _WORDLESS)

    def set_models(self, recent: Sequence[Path], entries: Sequence[ModelEntry]) -> None:
        """Offer these: files that were used last, the last first, and what the library has."""
        self._recent = tuple(recent)
        self._entries = {entry.path: entry for entry in entries}

    def fill_menu(self) -> QMenu:
        """Return the menu as it would be shown now."""
        self._menu.clear()
        for path in (paths := self._offered()):
            action = self._menu.addAction(self._words(path))
            action.setToolTip(plain(str(path)))
            action.setCheckable(True)
            action.setChecked(path == self._loaded())
            action.triggered.connect(lambda _=False, path=path: self._on_action_triggered(path))
        if paths:
            self._menu.addSeparator()
        if self._model.phase is ModelPhase.LOADING:
            self._menu.addAction(tr("Cancel loading")).triggered.connect(self.cancel_requested)
        elif self._model.phase is ModelPhase.READY:
            unload = self._menu.addAction(tr("Unload"))
            unload.setToolTip(tr("Frees its memory. It comes back with your next message."))
            unload.triggered.connect(self.unload_requested)
        self._menu.addAction(Shortcut.MODELS.beside(tr("All models…"))).triggered.connect(self.models_wanted)
        self._menu.addAction(Shortcut.OPEN_MODEL.beside(tr("Open a GGUF file…"))).triggered.connect(self.file_wanted)
        return self._menu

    def _loaded(self) -> Path | None:
        return self._model.path if self._model.phase in (ModelPhase.READY, ModelPhase.UNLOADED) else None

    def _offered(self) -> list[Path]:
        """Return the loaded model, those used last, and then the others by name, the guide last; as many as the menu has room for."""
        usable = [entry for entry in self._entries.values() if entry.header is not None]
        others = [entry.path for entry in sorted(usable, key=lambda entry: entry.origin is Origin.GUIDE)]
        loaded = self._loaded()
        return list(dict.fromkeys([*([loaded] if loaded is not None else []), *self._recent, *others]))[:_MOST]

    def _words(self, path: Path) -> str:
        entry = self._entries.get(path)
        name = translated(entry.name if entry is not None else self._model.name if path == self._loaded() else path.stem)
        words = name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"
        if entry is not None:
            words = tr("{name} · {size}", name=words, size=in_bytes(entry.size))
        return words.replace("&", "&&")

    def _on_action_triggered(self, path: Path) -> None:
        if path != self._model.path or self._model.phase is not ModelPhase.READY:
            self.model_chosen.emit(path)
