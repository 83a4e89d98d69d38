"""The panel beside a chat's messages; in a narrow pane it lies over them."""

from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.conversations.message import ConversationId
from desktop.conversations.preset import Preset, fitting_preset
from desktop.conversations.setup import NOTHING, Setup
from desktop.ui.chat_settings.chat_page import ChatPage
from desktop.ui.chat_settings.preset_form import PresetForm
from desktop.ui.chat_settings.preset_list import PresetList
from desktop.ui.controls.buttons import IconButton
from desktop.ui.controls.escapable import EscapableFrame
from desktop.ui.translation import tr
from desktop.ui.window_context import WindowContext

_WIDTH = 336
_HEAD = 48
_LEAST_BESIDE = 400  # pixels of the messages


class ChatSettingsPanel(EscapableFrame):
    """Show how a pane's chat is set up, or the presets; each page is made when it is needed, which it seldom is.

    Signals: opened; closed while it had the focus; offer_changed with all presets and the one that the chat has, or None.
    """

    opened = Signal()
    closed = Signal()
    offer_changed = Signal(object, object)

    def __init__(self, context: WindowContext, beside: QLayout, parent: QWidget) -> None:
        """Lie in a pane; beside is what makes room for it where there is enough."""
        super().__init__(parent)
        self.setObjectName("chatSettings")
        self.setAccessibleName(tr("Chat settings"))
        self._pane, self._beside, self._context, self._theme = parent, beside, context, context.theme
        self.hide()
        self._chat_id: ConversationId | None = None
        self._title = QLabel()
        self._title.setObjectName("chatSettingsTitle")
        close = IconButton(context.theme, "close", tr("Close the chat settings"))
        close.setObjectName("closeChatSettingsButton")
        close.setToolTip(tr("Close (Esc)"))
        close.clicked.connect(self.close_panel)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 8, 4)
        head.addWidget(self._title, 1)
        head.addWidget(close)
        self._pages = QStackedWidget()
        self._scrolled: dict[QWidget, QScrollArea] = {}
        self._comes_from_list = False
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        context.theme.changed.connect(self.place)
        context.directory.changed.connect(self._on_directory_changed)
        context.directory.presets_changed.connect(self._offer)

    @cached_property
    def chat(self) -> ChatPage:
        """Return the page of the chat."""
        chat = ChatPage(self._context)
        chat.save_requested.connect(lambda setup: self._edit(None, setup))
        chat.list_requested.connect(self._show_list)
        self._add(chat)
        chat.show_chat(self._chat_id)
        return chat

    @cached_property
    def form(self) -> PresetForm:
        """Return the page on which a preset is made or changed."""
        form = PresetForm(self._context)
        form.done.connect(self._show_list_or_chat)
        self._add(form)
        return form

    @cached_property
    def presets(self) -> PresetList:
        """Return the page that lists the presets."""
        presets = PresetList(self._context)
        presets.edit_requested.connect(lambda preset: self._edit(preset, preset.setup if preset is not None else NOTHING))
        presets.left.connect(self._show_chat_page)
        self._add(presets)
        return presets

    def show_chat(self, chat_id: ConversationId | None) -> None:
        """Show how another chat is set up."""
        self._chat_id = chat_id
        if self._has_chat_page():
            self.chat.show_chat(chat_id)
        self._offer()

    def choose(self, preset: Preset | None) -> None:
        """Give the chat a preset, or none."""
        self.chat.choose(preset)

    async def save(self) -> None:
        """Let hold what is written; returns when it does."""
        if self._has_chat_page():
            await self.chat.save()

    def toggle(self) -> None:
        """Show or hide the panel."""
        if self.isHidden():
            if self._shown() is None:
                self._show_page(self.chat, tr("Chat settings"))
            self.show()
            self.place()
            self.opened.emit()
            self.chat.count()
            self._focus()
        else:
            self.close_panel()

    def close_panel(self) -> None:
        """Hide the panel; a system prompt that was written holds from now on."""
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self._pane)
        if self._has_chat_page():
            self.chat.prompt.apply()
        self.hide()
        self.place()
        if had_focus:
            self.closed.emit()

    def place(self) -> None:
        """Take the right of the pane below its head."""
        width = min(self._theme.scaled(_WIDTH), self._pane.width())
        is_beside = not self.isHidden() and self._pane.width() - width >= _LEAST_BESIDE
        self._beside.setContentsMargins(0, 0, width if is_beside else 0, 0)
        self.setGeometry(self._pane.width() - width, _HEAD, width, max(0, self._pane.height() - _HEAD))
        self.raise_()

    def escape(self) -> None:
        self.close_panel()

    def _edit(self, preset: Preset | None, setup: Setup) -> None:
        self._comes_from_list = isinstance(self._shown(), PresetList)
        self._show_page(self.form, tr("New preset") if preset is None else tr("Edit the preset"))
        self.form.edit(preset, setup)

    def _show_list(self) -> None:
        self._show_page(self.presets, tr("Presets"))
        self._focus()

    def _show_chat_page(self) -> None:
        self._show_page(self.chat, tr("Chat settings"))
        self._focus()

    def _show_list_or_chat(self) -> None:
        self._show_list() if self._comes_from_list else self._show_chat_page()

    def _add(self, page: QWidget) -> None:
        self._scrolled[page] = _scrolled(page)
        self._pages.addWidget(self._scrolled[page])

    def _show_page(self, page: QWidget, title: str) -> None:
        self._pages.setCurrentWidget(self._scrolled[page])
        self._title.setText(title)

    def _shown(self) -> QWidget | None:
        """Return the page that is shown once the panel is; None where it never was."""
        shown = self._pages.currentWidget() if self._title.text() else None
        return next((page for page, area in self._scrolled.items() if area is shown), None)

    def _has_chat_page(self) -> bool:
        return "chat" in self.__dict__

    def _offer(self) -> None:
        presets, chat = self._context.directory.presets(), self._context.directory.find(self._chat_id)
        self.offer_changed.emit(presets, fitting_preset(chat.setup, presets) if chat is not None else None)

    def _on_directory_changed(self, changed: frozenset[ConversationId]) -> None:
        if self._chat_id in changed:
            self._offer()

    def _focus(self) -> None:
        match self._shown():
            case ChatPage() as chat:
                chat.presets.setFocus()
            case PresetForm() as form:
                form.name.setFocus()
            case PresetList() as presets:
                presets.first.setFocus()


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    area.viewport().setAutoFillBackground(False)
    return area
