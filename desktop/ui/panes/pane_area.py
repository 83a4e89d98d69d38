"""The panes side by side."""

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.conversations.message import Conversation, ConversationId, is_temporary
from desktop.conversations.written import Written
from desktop.models.entry import ModelEntry
from desktop.system.settings import PaneState, ScrollPosition
from desktop.ui.chat_drag import dragged_chat
from desktop.ui.keyboard import Region
from desktop.ui.panes.drop_place import DropMark, DropPlace, drop_place
from desktop.ui.panes.pane import MINIMUM_WIDTH, Pane
from desktop.ui.panes.pane_notices import kept_back_sentence, made_room_sentence, no_room_sentence
from desktop.ui.panes.pane_place import PanePlace
from desktop.ui.panes.pane_splitter import PaneSplitter
from desktop.ui.panes.pane_tabs import PaneTabs, TabText
from desktop.ui.window_context import WindowContext

MOST_PANES = 4


class PaneArea(QWidget):
    """Hold one to four panes, know which one the person is in, and show as many as fit.

    Signals: file_wanted to choose a model file, models_wanted for all; sidebar_requested; notice_raised with a sentence;
    chat_shown with the id of the chat the person is in now; model_chosen with the path of a recent model; temporary_requested for a new
    temporary chat, keep_requested and forget_requested with the id of one.
    """

    file_wanted = Signal()
    models_wanted = Signal()
    model_chosen = Signal(Path)
    sidebar_requested = Signal()
    notice_raised = Signal(object)  # Words
    chat_shown = Signal(object)
    temporary_requested = Signal()
    keep_requested = Signal(object)
    forget_requested = Signal(object)

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panes: list[Pane] = []
        self._last_used: list[Pane] = []  # the active pane is the last
        self._offers_sidebar = False
        self._models: tuple[Sequence[Path], Sequence[ModelEntry]] = (), ()
        self._tabs = PaneTabs(context.theme)
        self._tabs.tab_chosen.connect(lambda index: self._enter(self._panes[index]))
        self._tabs.close_requested.connect(lambda index: self.close_pane(self._panes[index]))
        self._tabs.move_requested.connect(lambda index, step: self.move_pane(self._panes[index], step))
        self._tabs.hide()
        self._splitter = PaneSplitter(context.theme)
        self._mark = DropMark(context.theme, self)
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tabs)
        column.addWidget(self._splitter, 1)
        context.directory.changed.connect(self._fit)
        context.directory.status_changed.connect(self._show_tabs)
        QApplication.instance().focusChanged.connect(self._on_application_focus_changed)  # type: ignore[union-attr]
        self._add_pane(0)

    def panes(self) -> list[Pane]:
        """Return the panes from the left, also those that do not fit now."""
        return list(self._panes)

    def parts(self) -> list[QWidget]:
        """Return what the Tab key walks through, in that order."""
        panes = [[*pane.parts(), self._splitter.handle(number + 1)] for number, pane in enumerate(self._panes[:-1])]
        return [self._tabs, *(part for parts in (*panes, self._panes[-1].parts()) for part in parts)]

    def regions(self) -> list[Region]:
        """Return what F6 leads through: of each pane what stands below its head, and of its foot the message box."""
        regions = [Region(self._tabs)]
        for pane in self._panes:
            head, *body, foot = pane.parts()
            regions += [Region(head, is_passed=True), *map(Region, body), Region(foot, pane.composer.edit)]
        return regions

    def active(self) -> Pane:
        """Return the pane the person is in."""
        return self._last_used[-1]

    def pane_of(self, chat_id: ConversationId) -> Pane | None:
        """Return the pane that shows a chat."""
        return next((pane for pane in self._panes if pane.chat_id == chat_id), None)

    def open_chat(self, chat: Conversation, position: ScrollPosition | None = None) -> None:
        """Show a chat in the active pane, or go to the pane that shows it already; at a position, if one is given.

        Beside the active pane where that would lose a temporary chat.
        """
        pane = self.pane_of(chat.id)
        if pane is None and self.active().temporary.is_at_stake:
            self.open_beside(chat, position=position)
            return
        if pane is None:
            pane = self.active()
            pane.show_chat(chat, position)
        elif position is not None:
            pane.body.show_position(position)
        self._enter(pane)

    def open_beside(self, *chats: Conversation, position: ScrollPosition | None = None) -> None:
        """Show chats in panes of their own, in order right of the active one, at a position if one is given, and enter the first.

        Where there is no room for so many, the panes used least make it: idle ones first, the active one last. A temporary chat is
        never closed for that.
        """
        index, left = self._panes.index(self.active()), list[str]()
        opened: list[Pane] = []
        for chat in chats:
            pane = self.pane_of(chat.id)
            if pane is None and (pane := self._make_pane(index + 1, opened, left)) is None:
                self.notice_raised.emit(no_room_sentence(self._context.directory.title(chat.id)))
                if chat.is_temporary:  # nothing else leads to it
                    self.forget_requested.emit(chat.id)
                continue
            if pane.chat_id != chat.id:
                pane.show_chat(chat, position)
            elif position is not None:
                pane.body.show_position(position)
            index = self._panes.index(pane)
            opened.append(pane)
        if left:
            self.notice_raised.emit(made_room_sentence(left))
        for pane in reversed(opened[1:]):
            self._activate(pane)  # what does not fit are the last ones
        self._enter(opened[0] if opened else self.active())

    def open_at(self, chat: Conversation, place: DropPlace) -> None:
        """Show a chat at a place; where it is open already its pane goes there, changing places with one that it takes."""
        pane, order = self.pane_of(chat.id), list(self._panes)
        if pane is None:
            left: list[str] = []
            takes = place.takes and not order[place.index].temporary.is_at_stake
            pane = order[place.index] if takes else self._make_pane(place.index, (), left)
            if pane is None:
                self.notice_raised.emit(no_room_sentence(self._context.directory.title(chat.id)))
                return
            pane.show_chat(chat)
            if left:
                self.notice_raised.emit(made_room_sentence(left))
        elif place.takes:
            here = order.index(pane)
            order[here], order[place.index] = order[place.index], pane
            self._arrange(order)
        else:
            self._move(pane, place.index)
        self._enter(pane)

    def move_pane(self, pane: Pane, step: int) -> None:
        """Let a pane change places with its neighbour: -1 on the left, 1 on the right."""
        here, order = self._panes.index(pane), list(self._panes)
        there = here + step
        if 0 <= there < len(order):
            order[here], order[there] = order[there], pane
            self._arrange(order)

    def step(self, step: int) -> None:
        """Go to the pane on the left with -1, on the right with 1, around the end."""
        self._enter(self._panes[(self._panes.index(self.active()) + step) % len(self._panes)])

    def go_to(self, number: int) -> None:
        """Go to a pane by its number from the left, from 0, if there is one."""
        if number < len(self._panes):
            self._enter(self._panes[number])

    def send_to_all(self, source: Pane, written: Written) -> None:
        """Send what stands in the box of one pane in every pane; those that cannot send now keep it in theirs."""
        answers = [(pane, pane.send_beside_others(written, is_own=pane is source)) for pane in self._panes]
        kept = [(self._context.directory.title(pane.chat_id), reason) for pane, reason in answers if reason is not None]
        if kept:
            self.notice_raised.emit(kept_back_sentence(kept, len(answers)))

    def close_pane(self, pane: Pane) -> None:
        """Close a pane; its chat stays, and a reply in it goes on. The last pane stays open.

        A temporary chat goes with its pane; where something was said in it, the person is asked before.
        """
        if pane.temporary.is_at_stake:
            self._activate(pane)  # where the question is seen
            pane.temporary.ask()
            return
        if len(self._panes) == 1:
            if pane.chat_id is not None and is_temporary(pane.chat_id):
                self.forget_requested.emit(pane.chat_id)
            return
        was_active = pane is self.active()
        pane.leave()
        self._panes.remove(pane)
        self._last_used.remove(pane)
        pane.hide()
        pane.setParent(None)
        pane.deleteLater()
        self._enter(self.active()) if was_active else self._note()

    def drop_chat(self, chat_id: ConversationId, *, is_deleted: bool) -> bool:
        """Let go of a chat that is gone, to the trash with what was typed; return whether a pane stands empty now."""
        pane = self.pane_of(chat_id)
        if pane is None:
            return False
        if not is_deleted:
            pane.keep_draft()
        pane.forget()
        self.close_pane(pane)
        return pane in self._panes

    def restore(self, states: Sequence[PaneState], chats: Sequence[Conversation]) -> None:
        """Open the panes of the last time."""
        for number, (state, chat) in enumerate(zip(states, chats, strict=True)):
            pane = self._panes[number] if number < len(self._panes) else self._add_pane(number)
            pane.show_chat(chat, state.position)
        if all(state.width for state in states):
            self._splitter.setSizes([state.width for state in states])
        else:
            self._splitter.share_width()
        focused = next((number for number, state in enumerate(states) if state.draft_focus), 0)
        self._enter(self._panes[focused])

    def states(self) -> tuple[PaneState, ...]:
        """Return the panes as the settings keep them."""
        sizes = self._splitter.sizes()
        return tuple(
            PaneState(pane.chat_id, sizes[number], pane.transcript.scroll_position(), pane is self.active())
            for number, pane in enumerate(self._panes)
            if pane.chat_id is not None and not is_temporary(pane.chat_id)
        )

    def offer_sidebar(self, offered: bool) -> None:
        """Offer in the first pane to show the hidden sidebar."""
        self._offers_sidebar = offered
        self._fit()

    def set_models(self, recent: Sequence[Path], entries: Sequence[ModelEntry]) -> None:
        """Offer these models in every pane's model picker: those used last, and what the library has."""
        self._models = recent, entries
        for pane in self._panes:
            pane.head.model_picker.set_models(recent, entries)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._context.directory.find(dragged_chat(event.mimeData())) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()  # it is for the window, or for nobody

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._mark.show_place(drop_place(event.position().toPoint(), self._drop_targets()))
        event.setAccepted(self._mark.place() is not None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark.show_place(None)

    def dropEvent(self, event: QDropEvent) -> None:
        place = drop_place(event.position().toPoint(), self._drop_targets())
        chat = self._context.directory.find(dragged_chat(event.mimeData()))
        self._mark.show_place(None)
        if place is not None and chat is not None:
            event.acceptProposedAction()
            self.open_at(chat, place)

    def _drop_targets(self) -> list[tuple[int, QRect]]:
        targets: list[tuple[int, QWidget]] = [*enumerate(self._tabs.tabs()), *enumerate(self._panes)]
        return [(number, QRect(it.mapTo(self, QPoint()), it.size())) for number, it in targets if it.isVisible()]

    def _add_pane(self, index: int) -> Pane:
        pane = Pane(self._context)
        pane.fork_opened.connect(lambda fork: self._on_pane_forks_opened(pane, [fork]))
        pane.ways_opened.connect(lambda forks: self._on_pane_forks_opened(pane, forks))
        pane.chat_requested.connect(self._on_pane_chat_requested)
        pane.file_wanted.connect(self.file_wanted)
        pane.models_wanted.connect(self.models_wanted)
        pane.model_chosen.connect(self.model_chosen)
        pane.move_requested.connect(lambda step: self.move_pane(pane, step))
        pane.send_to_all_requested.connect(lambda written: self.send_to_all(pane, written))
        pane.head.model_picker.set_models(*self._models)
        pane.head.close_requested.connect(lambda: self.close_pane(pane))
        pane.head.sidebar_requested.connect(self.sidebar_requested)
        pane.temporary.new_requested.connect(self.temporary_requested)
        pane.temporary.keep_requested.connect(self.keep_requested)
        pane.temporary.forget_requested.connect(self.forget_requested)
        self._panes.insert(index, pane)
        self._last_used.insert(max(0, len(self._last_used) - 1), pane)
        self._splitter.insertWidget(index, pane)
        self._splitter.setStretchFactor(index, 1)
        self._stack()
        self._note()
        return pane

    def _make_pane(self, index: int, spared: Collection[Pane], left: list[str]) -> Pane | None:
        """Return a pane before an index to show another chat in: a new one, or the one that makes room; note what it showed.

        None where all that could make room have temporary chats.
        """
        if len(self._panes) < MOST_PANES:
            pane = self._add_pane(index)
            self._splitter.share_width()
            return pane
        others = [pane for pane in self._last_used[:-1] if pane not in spared and not pane.temporary.is_at_stake]
        if not others and self.active().temporary.is_at_stake:
            return None
        others = others or [self.active()]
        pane = next((pane for pane in others if not pane.is_busy()), others[0])
        left.append(self._context.directory.title(pane.chat_id))
        self._move(pane, index)
        return pane

    def _move(self, pane: Pane, index: int) -> None:
        """Put a pane before the one at an index."""
        order: list[Pane | None] = list(self._panes)
        order[order.index(pane)] = None
        order.insert(index, pane)
        self._arrange([pane for pane in order if pane is not None])

    def _arrange(self, order: list[Pane]) -> None:
        """Let the panes stand in another order, each as wide as it was."""
        widths = dict(zip(self._panes, self._splitter.sizes(), strict=True))
        self._panes = order
        for number, pane in enumerate(order):
            self._splitter.insertWidget(number, pane)
        self._splitter.setSizes([widths[pane] for pane in order])
        self._stack()
        self._note()

    def _stack(self) -> None:
        for pane in self._panes:  # QSplitter puts a new child first; who walks the children expects them from the left
            pane.raise_()

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
        for number, pane in enumerate(self._panes):
            pane.set_active(pane is self.active())
            pane.set_place(PanePlace(number, len(self._panes)))
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
        self._context.directory.set_in_sight(pane.chat_id for pane in shown if pane.chat_id is not None)
        self._show_tabs()

    def _show_tabs(self) -> None:
        directory = self._context.directory
        tabs = [
            TabText(directory.title(it), directory.branch(it), directory.status(it), it is not None and is_temporary(it))
            for it in (pane.chat_id for pane in self._panes)
        ]
        self._tabs.set_tabs(tabs, self._panes.index(self.active()))

    def _on_pane_forks_opened(self, pane: Pane, forks: Sequence[Conversation]) -> None:
        if pane in self._panes:
            self._activate(pane)
        self.open_beside(*forks)

    def _on_pane_chat_requested(self, chat_id: ConversationId) -> None:
        chat = self._context.directory.find(chat_id)
        if chat is not None:
            self.open_beside(chat)

    def _on_application_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        pane = next((pane for pane in self._panes if now is not None and pane.isAncestorOf(now)), None)
        if pane is not None and pane is not self.active():
            self._activate(pane)
