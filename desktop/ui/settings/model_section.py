"""How the model is loaded: how much it reads at once, and on what it runs."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.chat.events import ModelPhase, ModelState
from desktop.system.compute_device import AUTOMATIC, PROCESSOR, ComputeDevice, DeviceKind
from desktop.system.setting import HEADINGS
from desktop.system.setting import Section as Part
from desktop.system.words import counted, say
from desktop.ui.amounts import in_bytes
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.choice_button import Choice, ChoiceButton
from desktop.ui.controls.step_slider import StepSlider
from desktop.ui.models.fit_label import FitLabel
from desktop.ui.settings.section import Section, caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

_SHORTEST = 2048  # tokens
_UNKNOWN = 32_768  # tokens offered at most, where the file does not say for how many the model was made
_LONGEST = 32  # characters of a card's name
_PARTS = ((4, say("All of it")), (3, say("Three quarters")), (2, say("Half")), (1, say("A quarter")), (0, say("Nothing")))  # quarters


class ModelSection(Section):
    """Offer the present model's length of context with the memory it takes, and where there is a graphics card what lies on it.

    What is chosen waits for a click, because the model is loaded again for it.

    Signals: device_chosen with the name of one, AUTOMATIC or PROCESSOR; asked with the widget that now has to be seen.
    """

    device_chosen = Signal(str)
    asked = Signal(QWidget)

    def __init__(self, context: WindowContext) -> None:
        super().__init__(translated(HEADINGS[Part.MODEL]))
        self._context = context
        self._device = AUTOMATIC  # that is set
        self._devices: Sequence[ComputeDevice] = ()
        self._returns_focus = False
        self._slider = StepSlider()
        self._slider.setObjectName("contextLength")
        self._slider.moved.connect(self._on_slider_moved)
        self._length = QLabel()
        self._length.setObjectName("contextLengthChosen")
        self._memory = caption()
        self._memory.setObjectName("contextLengthMemory")
        self._fit = FitLabel()
        self._lengths = self._make_lengths()
        self._runs_on = ChoiceButton(context.theme, tr("Runs on"))
        self._runs_on.setObjectName("deviceChoice")
        self._runs_on.chosen.connect(self._on_device_chosen)
        self._share = ChoiceButton(context.theme, tr("On the graphics card"))
        self._share.setObjectName("gpuShare")
        self._share.chosen.connect(self._on_share_chosen)
        self._layers = caption()
        self._layers.setObjectName("gpuLayers")
        self._device_row = self._make_row(tr("Runs on"), self._runs_on)
        self._share_row = self._make_row(tr("On the graphics card"), self._share)
        self._warning = self._make_warning()
        self.rows = QVBoxLayout()
        self.rows.setSpacing(self.column.spacing())
        for widget in (self._lengths, self._device_row, self._share_row, self._layers, self._warning):
            self.column.addWidget(widget)
        self.column.addLayout(self.rows)
        context.bridge.model_changed.connect(self.refresh)
        self.refresh()

    def set_device(self, device: str) -> None:
        """Show which device is set."""
        if device != self._device:
            self._device = device
            self._show_devices(device)

    def look(self) -> None:
        """Show the present model anew, and ask what it could run on."""
        self.refresh()
        self._context.spawn(self._ask_devices())

    def refresh(self) -> None:
        """Show what can be chosen for the present model."""
        model, steps = self._model, context_steps(self._model)
        self._lengths.setVisible(len(steps) > 1)
        if len(steps) > 1:
            self._slider.set_steps(steps, model.context_tokens)
            self._show_length(model.context_tokens)
        self._show_devices(self._device)
        self._warning.hide()
        if self._returns_focus and model.phase is not ModelPhase.LOADING:
            self._returns_focus = False
            if self._lengths.isVisible():
                self._slider.setFocus()

    @property
    def _model(self) -> ModelState:
        return self._context.chats.model

    @property
    def _cards(self) -> list[ComputeDevice]:
        return [device for device in self._devices if device.kind is not DeviceKind.PROCESSOR]

    def _make_lengths(self) -> QWidget:
        widget = QWidget()
        name = QLabel(tr("Context length"))
        name.setBuddy(self._slider)
        head = QHBoxLayout()
        head.addWidget(name)
        head.addStretch()
        head.addWidget(self._length)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._memory, 1)
        foot.addWidget(self._fit, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._slider)
        column.addLayout(foot)
        return widget

    def _make_row(self, words: str, control: ChoiceButton) -> QWidget:
        widget, label = QWidget(), QLabel(words)
        label.setBuddy(control)
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addStretch()
        row.addWidget(control)
        return widget

    def _make_warning(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("reloadWarning")
        change = LinkButton(tr("Change"))
        change.setObjectName("changeModelButton")
        change.clicked.connect(self._on_change_clicked)
        leave = LinkButton(tr("Leave it"))
        leave.setObjectName("leaveModelButton")
        leave.clicked.connect(self._on_leave_clicked)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(caption(tr("The model is loaded again. Saved chats stay as they are.")), 1)
        row.addWidget(change)
        row.addWidget(leave)
        return frame

    def _show_length(self, tokens: int) -> None:
        words, fit = tr("{count} tokens", count=tokens), self._context.chats.loading.fit(tokens)
        memory = tr("Takes about {size} with the model.", size=in_bytes(fit.need.total)) if fit is not None else ""
        self._length.setText(words)
        self._memory.setText(memory)
        self._fit.set_fit(fit)
        self._slider.setAccessibleName(tr("Context length: {length}", length=words))
        self._slider.setAccessibleDescription(" ".join(part for part in (memory, self._fit.text()) if part))

    def _show_devices(self, device: str) -> None:
        model, cards = self._model, self._cards
        choices: list[Choice] = [(AUTOMATIC, tr("Automatic")), (PROCESSOR, tr("Processor only"))]
        choices += [(card.name, _name(card)) for card in cards]
        if device not in (value for value, _ in choices):
            choices.append((device, device))  # a card that was there once
        self._runs_on.set_choices(choices, device)
        self._device_row.setVisible(bool(cards) or device != AUTOMATIC)
        has_layers = bool(cards) and device != PROCESSOR and model.phase is ModelPhase.READY and model.layers > 0
        for widget in (self._share_row, self._layers):
            widget.setVisible(has_layers)
        if has_layers:
            self._share.set_choices(layer_choices(model), model.chosen_gpu_layers)
            self._layers.setText(tr("{count} of {total} layers lie there now.", count=model.gpu_layers, total=model.layers))

    async def _ask_devices(self) -> None:
        self._devices = await self._context.chats.loading.devices()
        self._show_devices(self._device)

    def _on_slider_moved(self, tokens: int) -> None:
        self._show_length(tokens)
        self._ask()

    def _on_device_chosen(self, device: str) -> None:
        self._show_devices(device)
        if self._model.phase is ModelPhase.READY:
            self._ask()
        else:
            self.device_chosen.emit(device)

    def _on_share_chosen(self, layers: int | None) -> None:
        self._share.set_choices(layer_choices(self._model), layers)
        self._ask()

    def _ask(self) -> None:
        """Say what a change costs, if there is one."""
        is_changed = bool(self._changes())
        self._warning.setVisible(is_changed)
        if is_changed:
            self.asked.emit(self._warning)

    def _changes(self) -> set[QWidget]:
        model = self._model
        chosen = {
            self._slider: not self._lengths.isHidden() and self._slider.chosen() != model.context_tokens,
            self._runs_on: self._runs_on.value() != self._device,
            self._share: not self._share_row.isHidden() and self._share.value() != model.chosen_gpu_layers,
        }
        return {control for control, is_changed in chosen.items() if is_changed}

    def _on_change_clicked(self) -> None:
        changes, model = self._changes(), self._model
        self._returns_focus = True
        self._warning.hide()
        if model.path is None or not changes:
            return
        tokens = self._slider.chosen() if self._slider in changes else None
        layers = self._share.value()
        if self._runs_on in changes:
            self.device_chosen.emit(self._runs_on.value())
        if self._share in changes:
            self._context.spawn(self._set_layers(layers if isinstance(layers, int) else None, tokens))
        else:
            self._context.spawn(self._context.chats.load_model(model.path, context_tokens=tokens))

    async def _set_layers(self, layers: int | None, tokens: int | None) -> None:
        await self._context.chats.loading.set_gpu_layers(layers)
        if tokens is not None and (path := self._model.path) is not None:
            await self._context.chats.load_model(path, context_tokens=tokens)

    def _on_leave_clicked(self) -> None:
        self._returns_focus = True
        self.refresh()


def context_steps(model: ModelState) -> tuple[int, ...]:
    """Return the lengths of context to choose from, twice as long each; fewer than two: there is nothing to choose."""
    if model.phase is not ModelPhase.READY:
        return ()
    most = max(model.trained_tokens or _UNKNOWN, model.context_tokens)
    steps, tokens = {model.context_tokens, most}, _SHORTEST
    while tokens < most:
        steps.add(tokens)
        tokens *= 2
    return tuple(sorted(steps))


def layer_choices(model: ModelState) -> list[Choice]:
    """Return how much of the present model may lie on the graphics card, in layers; None: as much as fits."""
    known = {model.layers * quarters // 4: words for quarters, words in _PARTS}
    if model.chosen_gpu_layers is not None and model.chosen_gpu_layers not in known:
        known[model.chosen_gpu_layers] = counted("{count} layers", "{count} layer", model.chosen_gpu_layers)
    return [(None, say("Automatic")), *((count, known[count]) for count in sorted(known, reverse=True))]


def _name(device: ComputeDevice) -> str:
    return device.description if len(device.description) <= _LONGEST else device.description[: _LONGEST - 1] + "…"
