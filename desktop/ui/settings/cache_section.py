"""How exactly the loaded model's memory of a chat is kept."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.chat.events import ModelPhase
from desktop.chat.numbers import CacheCost
from desktop.system.setting import HEADINGS
from desktop.system.setting import Section as Part
from desktop.system.words import Words, say, sentences
from desktop.ui.amounts import in_bytes, in_seconds
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.controls.marks import RadioButton
from desktop.ui.panes.model_picker import WHOLE_STATES
from desktop.ui.settings.section import Section, caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

_WORDS = {"f16": say("Exact (f16)"), "q8_0": say("Nearly exact (q8_0)"), "q4_0": say("Compact (q4_0)")}

_KINDS = say("What the model remembers of a chat can be kept smaller. That takes less memory and disk; replies may become a little worse.")
_ONE_SIZE = say("What this model remembers of a chat has always the same size, so there is nothing to choose.")


class CacheSection(Section):
    """Offer the cache types of the loaded model, and say what a change costs before it happens.

    Signals: asked with the widget that says it and now has to be seen.
    """

    asked = Signal(QWidget)

    def __init__(self, context: WindowContext) -> None:
        super().__init__("")
        self._context = context
        self._seconds: float | None = None
        self._costs: tuple[CacheCost, ...] = ()
        self._group = QButtonGroup(self)
        self._rows: list[QWidget] = []
        self._returns_focus = False
        self._told = caption()
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._warning = QFrame()
        self._warning.setObjectName("cacheWarning")
        self._sentence = caption()
        self._sentence.setObjectName("cacheSentence")
        self._change = LinkButton(tr("Change"))
        self._change.setObjectName("changeCacheButton")
        self._change.clicked.connect(self._on_change_clicked)
        leave = LinkButton(tr("Leave it"))
        leave.setObjectName("leaveCacheButton")
        leave.clicked.connect(self._on_leave_clicked)
        row = QHBoxLayout(self._warning)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._change)
        row.addWidget(leave)
        self.column.addWidget(self._told)
        self.column.addLayout(self._list)
        self.column.addWidget(self._warning)
        context.bridge.model_changed.connect(self.refresh)
        self.refresh()

    def set_reread_seconds(self, seconds: float | None) -> None:
        """Note how long the open chat takes to be read again; None: not known."""
        self._seconds = seconds

    def refresh(self) -> None:
        """Show what the loaded model offers."""
        model = self._context.chats.model
        costs = self._context.chats.cache_costs() if model.phase is ModelPhase.READY else ()
        grows = any(cost.bytes_per_1000_tokens for cost in costs)
        self._costs = costs if grows else ()
        self.heading.setText(tr("Memory of {name}", name=model.name) if costs else translated(HEADINGS[Part.MEMORY]))
        self._told.setText(translated(_told(model.phase, grows=grows, whole_states_only=model.has_whole_states_only)))
        self._warning.hide()
        for button in self._group.buttons():
            self._group.removeButton(button)
        for widget in self._rows:
            self._list.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._rows = [self._row(cost) for cost in self._costs]
        checked = self._group.checkedButton()
        if self._returns_focus and self._costs and checked is not None:
            self._returns_focus = False
            checked.setFocus()

    def _row(self, cost: CacheCost) -> QWidget:
        kind = str(cost.cache_type)
        size = tr("{size} per {tokens} tokens", size=in_bytes(cost.bytes_per_1000_tokens), tokens=1000)
        button = RadioButton(self._context.theme, translated(_WORDS.get(kind, kind)))
        button.setObjectName(f"cacheType_{kind}")
        button.setAccessibleName(tr("{name}, {size}", name=button.text(), size=size))
        button.setChecked(cost.is_present)
        button.clicked.connect(lambda: self._on_row_clicked(cost))
        self._group.addButton(button)
        amount = QLabel(size)
        amount.setProperty("caption", True)
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(button, 1)
        row.addWidget(amount, 0, Qt.AlignmentFlag.AlignVCenter)
        self._list.addWidget(widget)
        return widget

    def _on_row_clicked(self, cost: CacheCost) -> None:
        self._warning.setVisible(not cost.is_present)
        self._sentence.setText(translated(reread_sentence(self._seconds)))
        if not cost.is_present:
            self.asked.emit(self._warning)

    def _on_change_clicked(self) -> None:
        chosen = next((cost for cost in self._costs if self._is_checked(cost)), None)
        self._returns_focus = True  # to what was chosen, once the model is loaded
        self._warning.hide()
        if chosen is not None and not chosen.is_present:
            self._context.spawn(self._context.chats.set_cache_type(chosen.cache_type))

    def _on_leave_clicked(self) -> None:
        self._returns_focus = True
        self.refresh()

    def _is_checked(self, cost: CacheCost) -> bool:
        checked = self._group.checkedButton()
        return checked is not None and checked.objectName() == f"cacheType_{cost.cache_type}"


def reread_sentence(seconds: float | None) -> Words:
    """Return what another cache type costs; seconds: for the open chat, None where that is not known."""
    if seconds is None or seconds < 0.5:
        return say("The model is loaded again. Chats with it are read again once.")
    return say("The model is loaded again. Chats with it are read again once, {seconds} for the open one.", seconds=in_seconds(seconds))


def _told(phase: ModelPhase, *, grows: bool, whole_states_only: bool) -> Words:
    if phase is ModelPhase.LOADING:
        return say("The model is loading.")
    if phase is not ModelPhase.READY:
        return say("No model is loaded.")
    told = say(
        "What the model remembers of a chat can be kept smaller. That takes less memory and disk; replies may become a little worse."
    )
    if not grows:
        told = say("What this model remembers of a chat has always the same size, so there is nothing to choose.")
    return sentences(told, WHOLE_STATES if whole_states_only else "")
