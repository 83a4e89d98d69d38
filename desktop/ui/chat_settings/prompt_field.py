"""A chat's system prompt: what it takes while it is written, and when it holds."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from desktop.chat.numbers import SetupCost
from desktop.ui.chat_settings.prompt_edit import PromptCard
from desktop.ui.chat_settings.setup_words import prompt_size, reading_sentence
from desktop.ui.controls.buttons import LinkButton
from desktop.ui.settings.section import Section, caption
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated

_COUNT_MS = 300  # after the last key


class PromptField(Section):
    """Let a person write a system prompt; it holds once they leave the field or say so, never while they write.

    Signals: applied with another text than there was; count_wanted when what it takes has to be said, by set_cost().
    """

    applied = Signal(str)
    count_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(tr("System prompt"), parent)
        self._prompt = ""
        self._card = PromptCard(theme)
        self.edit = self._card.edit
        self._size = caption()
        self._size.setObjectName("promptSize")
        self._cost = caption()
        self._cost.setObjectName("promptCost")
        self._apply = LinkButton(tr("Apply"))
        self._apply.setObjectName("applyPromptButton")
        self._discard = LinkButton(tr("Discard"))
        self._discard.setObjectName("discardPromptButton")
        self._timer = QTimer(self, interval=_COUNT_MS, singleShot=True)
        self._timer.timeout.connect(self.count_wanted)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._cost, 1)
        row.addWidget(self._discard, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._apply, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self._card)
        self.column.addWidget(self._size)
        self.column.addWidget(self._buttons)
        self.heading.setBuddy(self.edit)
        self.edit.textChanged.connect(self._on_edit_text_changed)
        self.edit.left.connect(self._on_edit_left)
        self._apply.clicked.connect(self.apply)
        self._discard.clicked.connect(self._on_discard_clicked)
        self._show_changed()

    def text(self) -> str:
        """Return what is written."""
        return self.edit.toPlainText()

    def is_changed(self) -> bool:
        """Return whether something is written that does not hold yet."""
        return self.text() != self._prompt

    def show_prompt(self, prompt: str) -> None:
        """Show the prompt of another chat."""
        self._prompt = prompt
        self.edit.put(prompt)
        self._size.clear()
        self._show_changed()
        self._timer.start()

    def set_prompt(self, prompt: str) -> None:
        """Take note of the prompt that holds; what is being written stays."""
        if prompt != self._prompt:
            was_changed, self._prompt = self.is_changed(), prompt
            if not was_changed:
                self.edit.put(prompt)
            self._show_changed()
            self._timer.start()

    def set_cost(self, cost: SetupCost | None) -> None:
        """Say what the text takes, and what it costs to apply it; None: not known."""
        self._size.setText(translated(prompt_size(cost)) if cost is not None and cost.tokens else "")
        is_long = cost is not None and cost.tokens >= cost.context_tokens
        if self._size.property("alert") != is_long:
            self._size.setProperty("alert", is_long)
            self._size.style().unpolish(self._size)
            self._size.style().polish(self._size)
        self._size.setVisible(bool(self._size.text()))
        self._cost.setText(translated(reading_sentence(cost)))
        self.edit.setAccessibleDescription(" ".join(text for text in (self._size.text(), self._cost.text()) if text))

    def apply(self) -> None:
        """Let the text hold."""
        if self.is_changed():
            had_focus = self._buttons.isAncestorOf(QApplication.focusWidget() or self)
            prompt = self.take()
            if had_focus:
                self.edit.setFocus()
            self.applied.emit(prompt)

    def take(self) -> str:
        """Return what is written, which whoever asks lets hold."""
        self._prompt = self.text()
        self._show_changed()
        return self._prompt

    def _show_changed(self) -> None:
        self._buttons.setVisible(self.is_changed())
        self._size.setVisible(bool(self._size.text()))

    def _on_edit_text_changed(self) -> None:
        self._show_changed()
        self._timer.start()

    def _on_edit_left(self) -> None:
        focused = QApplication.focusWidget()
        if focused not in (self._apply, self._discard):
            self.apply()

    def _on_discard_clicked(self) -> None:
        self.edit.setFocus()
        self.edit.write_over(self._prompt)
