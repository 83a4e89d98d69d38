"""All presets, to be changed and deleted."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.conversations.preset import Preset
from desktop.ui.chat_settings.asking_row import AskingRow
from desktop.ui.controls.buttons import IconButton, SecondaryButton
from desktop.ui.controls.elided_label import ElidedLabel
from desktop.ui.controls.marks import CheckBox
from desktop.ui.settings.section import caption
from desktop.ui.translation import tr
from desktop.ui.window_context import WindowContext


class PresetList(QWidget):
    """List presets; what is deleted can be brought back from here.

    Signals: edit_requested with a Preset, or None for a new one; left.
    """

    edit_requested = Signal(object)
    left = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settingsPage")
        self._context = context
        self._presets = context.chats.presets
        self._rows: list[PresetRow] = []
        self._notice = AskingRow("setupNotice")
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._none = caption(tr("No presets yet. A preset is a system prompt and a way of writing with a name, for chats to begin with."))
        new, back = SecondaryButton(tr("New preset")), SecondaryButton(tr("Back to the chat"))
        new.setObjectName("newPresetButton")
        new.clicked.connect(lambda: self.edit_requested.emit(None))
        back.setObjectName("leavePresetsButton")
        back.clicked.connect(self.left)
        self.first = back
        buttons = QHBoxLayout()
        buttons.addWidget(back)
        buttons.addWidget(new)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 12, 20)
        column.setSpacing(12)
        column.addLayout(buttons)
        column.addWidget(self._notice)
        column.addWidget(self._none)
        column.addLayout(self._list)
        column.addStretch()
        context.directory.presets_changed.connect(self._show)
        self._show()

    def rows(self) -> "list[PresetRow]":
        """Return what is listed."""
        return self._rows

    def _show(self) -> None:
        presets = self._context.directory.presets()
        focused = QApplication.focusWidget()
        had_focus = focused is not None and any(row.isAncestorOf(focused) for row in self._rows)
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [PresetRow(self._context, preset) for preset in presets]
        for row in self._rows:
            row.edit.clicked.connect(lambda _=False, preset=row.preset: self.edit_requested.emit(preset))
            row.delete.clicked.connect(lambda _=False, preset=row.preset: self._delete(preset))
            row.default.clicked.connect(lambda chosen, preset=row.preset: self._set_default(preset if chosen else None))
            self._list.addWidget(row)
        self._none.setVisible(not presets)
        if had_focus:  # what had it was drawn anew
            self.first.setFocus()

    def _delete(self, preset: Preset) -> None:
        self._context.spawn(self._presets.delete(preset.id))
        words = tr("“{name}” was deleted. Chats that have it stay as they are.", name=preset.name)
        self._notice.ask(words, (tr("Undo"), lambda: self._context.spawn(self._presets.put_back(preset))))

    def _set_default(self, preset: Preset | None) -> None:
        self._context.spawn(self._presets.set_default(preset.id if preset is not None else None))


class PresetRow(QFrame):
    """One preset, with what can be done with it."""

    def __init__(self, context: WindowContext, preset: Preset) -> None:
        super().__init__()
        self.setObjectName("presetRow")
        self.preset = preset
        name = ElidedLabel()
        name.set_text(preset.name)
        self.edit = IconButton(context.theme, "edit", tr("Edit “{name}”", name=preset.name))
        self.edit.setObjectName("editPresetButton")
        self.delete = IconButton(context.theme, "delete", tr("Delete “{name}”", name=preset.name))
        self.delete.setObjectName("deletePresetButton")
        self.default = CheckBox(context.theme, tr("New chats begin with it"))
        self.default.setObjectName("defaultPresetBox")
        self.default.setAccessibleName(tr("New chats begin with “{name}”", name=preset.name))
        self.default.setChecked(preset.is_default)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(name, 1)
        row.addWidget(self.edit)
        row.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.default)
