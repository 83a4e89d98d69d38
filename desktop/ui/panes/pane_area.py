"""The panes side by side."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from desktop.conversations.message import Conversation, ConversationId
from desktop.system.settings import PaneState
from desktop.ui.panes.pane import MINIMUM_WIDTH, Pane
from desktop.ui.panes.pane_tabs import PaneTabs
from desktop.ui.window_context import WindowContext

MOST_PANES = 4


class PaneArea(QWidget):
    """Hold one to four panes, know which one the person is in, and show as many as fit.

    Signals: file_wanted to choose a model file; sidebar_requested; notice_raised with a sentence;
    chat_shown with the id of the chat the person is in now; model_chosen with the path of a recent model.
    """

    file_wanted = Signal()
    model_chosen = Signal(Path)
    sidebar_requested = Signal()
    notice_raised = Signal(str)
    chat_shown = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panes: list[Pane] = []
        self._last_used: list[Pane] = []  # the active pane is the last
        self._offers_sidebar = False
        self._recent_models: Sequence[Path] = ()
        self._tabs = PaneTabs(context.theme)
        self._tabs.tab_chosen.connect(lambda index: self._enter(self._panes[index]))
        self._tabs.hide()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tabs)
        column.addWidget(self._splitter, 1)
        context.directory.changed.connect(self._fit)
        QApplication.instance().focusChanged.connect(self._on_application_focus_changed)  # type: ignore[union-attr]
        self._add_pane(0)

    def panes(self) -> list[Pane]:
        """Return the panes from the left, also those that do not fit now."""
        return list(self._panes)

    def parts(self) -> list[QWidget]:
        """Return what the Tab key walks through, in that order."""
        return [self._tabs, *(part for pane in self._panes for part in pane.parts())]

    def active(self) -> Pane:
        """Return the pane the person is in."""
        return self._last_used[-1]

    def pane_of(self, chat_id: ConversationId) -> Pane | None:
        """Return the pane that shows a chat."""
        return next((pane for pane in self._panes if pane.chat_id == chat_id), None)

    def open_chat(self, chat: Conversation) -> None:
        """Show a chat in the active pane, or go to the pane that shows it already."""
        pane = self.pane_of(chat.id)
        if pane is None:
            pane = self.active()
            pane.show_chat(chat)
        self._enter(pane)

    def open_beside(self, chat: Conversation) -> None:
        """Show a chat in a pane of its own, right of the active one."""
        pane = self.pane_of(chat.id)
        if pane is None:
            if len(self._panes) < MOST_PANES:
                pane = self._add_pane(self._panes.index(self.active()) + 1)
                self._share_width()
            else:
                pane = self._least_needed()
                left = self._context.directory.title(pane.chat_id)
                self.notice_raised.emit(f"Four chats are open, so “{left}” made room. It is still in the sidebar.")
            pane.show_chat(chat)
        self._enter(pane)

    def close_pane(self, pane: Pane) -> None:
        """Close a pane; its chat stays, and a reply in it goes on. The last pane stays open."""
        if len(self._panes) == 1:
            return
        was_active = pane is self.active()
        pane.leave()
        self._panes.remove(pane)
        self._last_used.remove(pane)
        pane.hide()
        pane.setParent(None)
        pane.deleteLater()
        self._enter(self.active()) if was_active else self._note()

    def drop_chat(self, chat_id: ConversationId) -> bool:
        """Let go of a chat that is gone; return whether a pane stands empty now."""
        pane = self.pane_of(chat_id)
        if pane is None:
            return False
        pane.forget()
        self.close_pane(pane)
        return pane in self._panes

    def restore(self, states: Sequence[PaneState], chats: Sequence[Conversation]) -> None:
        """Open the panes of the last time."""
        for number, (state, chat) in enumerate(zip(states, chats, strict=True)):
            pane = self._panes[number] if number < len(self._panes) else self._add_pane(number)
            pane.show_chat(chat, state.scroll)
        if all(state.width for state in states):
            self._splitter.setSizes([state.width for state in states])
        else:
            self._share_width()
        focused = next((number for number, state in enumerate(states) if state.draft_focus), 0)
        self._enter(self._panes[focused])

    def states(self) -> tuple[PaneState, ...]:
        """Return the panes as the settings keep them."""
        sizes = self._splitter.sizes()
        return tuple(
            PaneState(pane.chat_id, sizes[number], pane.transcript.scroll_position(), pane is self.active())
            for number, pane in enumerate(self._panes)
            if pane.chat_id is not None
        )

    def offer_sidebar(self, offered: bool) -> None:
        """Offer in the first pane to show the hidden sidebar."""
        self._offers_sidebar = offered
        self._fit()

    def set_recent_models(self, recent: Sequence[Path]) -> None:
        """Offer these files in every pane's model picker."""
        self._recent_models = recent
        for pane in self._panes:
            pane.head.model_picker.set_recent(recent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _add_pane(self, index: int) -> Pane:
        pane = Pane(self._context)
        pane.fork_opened.connect(lambda fork: self._on_pane_fork_opened(pane, fork))
        pane.chat_requested.connect(self._on_pane_chat_requested)
        pane.file_wanted.connect(self.file_wanted)
        pane.head.model_picker.model_chosen.connect(self.model_chosen)
        pane.head.model_picker.set_recent(self._recent_models)
        pane.head.close_requested.connect(lambda: self.close_pane(pane))
        pane.head.sidebar_requested.connect(self.sidebar_requested)
        self._panes.insert(index, pane)
        self._last_used.append(pane)
        self._splitter.insertWidget(index, pane)
        self._splitter.setStretchFactor(index, 1)
        for shown in self._panes:  # QSplitter puts a new child first; who walks the children expects them from the left
            shown.raise_()
        self._note()
        return pane

    def _least_needed(self) -> Pane:
        others = self._last_used[:-1]
        return next((pane for pane in others if not pane.is_busy()), others[0])

    def _enter(self, pane: Pane) -> None:
        self._activate(pane)
        pane.composer.edit.setFocus()

    def _activate(self, pane: Pane) -> None:
        self._last_used.remove(pane)
        self._last_used.append(pane)
        self._note()

    def _note(self) -> None:
        """Tell everybody which chats are shown and where the person is."""
        open_ids = [pane.chat_id for pane in self._panes if pane.chat_id is not None]
        for pane in self._panes:
            pane.set_active(pane is self.active())
            pane.head.set_closable(len(self._panes) > 1)
        self._context.directory.set_open(open_ids, self.active().chat_id)
        self._fit()
        self.chat_shown.emit(self.active().chat_id)

    def _fit(self) -> None:
        """Show the panes used last, as many as there is room for; the others wait in the tabs."""
        room = max(1, (self.width() + 1) // (MINIMUM_WIDTH + 1)) if self.isVisible() else MOST_PANES
        shown = self._last_used[-room:]
        for pane in self._panes:
            pane.setVisible(pane in shown)
        first = next(pane for pane in self._panes if pane in shown)
        for pane in self._panes:
            pane.head.offer_sidebar(self._offers_sidebar and pane is first)
        self._tabs.setVisible(len(shown) < len(self._panes))
        directory = self._context.directory
        tabs = [(directory.title(pane.chat_id), directory.branch(pane.chat_id)) for pane in self._panes]
        self._tabs.set_tabs(tabs, self._panes.index(self.active()))

    def _share_width(self) -> None:
        self._splitter.setSizes([10_000] * len(self._panes))

    def _on_pane_fork_opened(self, pane: Pane, fork: Conversation) -> None:
        if pane in self._panes:
            self._activate(pane)
        self.open_beside(fork)

    def _on_pane_chat_requested(self, chat_id: ConversationId) -> None:
        chat = self._context.directory.find(chat_id)
        if chat is not None:
            self.open_beside(chat)

    def _on_application_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        pane = next((pane for pane in self._panes if now is not None and pane.isAncestorOf(now)), None)
        if pane is not None and pane is not self.active():
            self._activate(pane)
