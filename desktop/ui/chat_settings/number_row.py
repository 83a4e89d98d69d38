"""One number that can be chosen, what it does, and the way back to what is usual."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.chat_settings.sampling_words import Setting
from desktop.ui.controls.buttons import IconButton
from desktop.ui.settings.section import caption
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, translated

_WIDTH = 104
_PADDING = 9


class NumberField(QDoubleSpinBox):
    """Take a number by keys; the wheel scrolls the page unless the person is in it."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setDecimals(setting.decimals)
        self.setRange(setting.low, setting.high)
        self.setSingleStep(setting.step)
        if setting.lowest is not None:
            self.setSpecialValueText(translated(setting.lowest))
        self.setKeyboardTracking(False)  # what is typed counts once it is whole
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.lineEdit().setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the Tab key stops once; this changes the field's own, too
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccelerated(True)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.StyleChange):
            # Without buttons Qt gives the text no room where a style sheet draws the frame.
            self.lineEdit().setGeometry(self.rect().adjusted(_PADDING, 2, -_PADDING, -2))
        return handled

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberRow(QWidget):
    """Let a person choose the value of a setting; None: the usual one.

    Signals: changed after the person has chosen another value.
    """

    changed = Signal()

    def __init__(self, theme: Theme, setting: Setting, usual: float | None, prefix: str) -> None:
        super().__init__()
        self._setting, self._theme = setting, theme
        self._usual = 0.0
        self._chosen: float | None = None  # also where that happens to be usual: with the next model it may not be
        name = translated(setting.name)
        label = QLabel(name)
        self.field = NumberField(setting)
        self.field.setObjectName(f"{prefix}{setting.field}Field")
        self.field.setAccessibleName(name)
        label.setBuddy(self.field)
        self._reset = IconButton(theme, "undo", tr("Back to the usual value: {name}", name=name))
        self._reset.setObjectName(f"{prefix}{setting.field}Reset")
        policy = self._reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(policy)
        self._told = caption()
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(label, 1)
        row.addWidget(self._reset)
        row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._told)
        self.field.valueChanged.connect(self._on_field_value_changed)
        self._reset.clicked.connect(self._on_reset_clicked)
        theme.changed.connect(self._fit)
        self._fit()
        self.set_usual(usual)
        self.set_value(None)

    def set_usual(self, usual: float | None) -> None:
        """Say what holds where nothing is chosen; None: nothing does. To be followed by set_value()."""
        setting, stands = self._setting, self._setting.unset if usual is None else usual
        assert stands is not None, "a setting without a usual value says what stands for it"
        self._usual = round(min(max(stands, setting.low), setting.high), setting.decimals)  # as the field shows it
        told = translated(setting.told)
        if usual is not None:
            told = tr("{told} Usually {value}.", told=setting.told, value=self.field.textFromValue(usual))
        self._told.setText(told)
        self.field.setAccessibleDescription(told)
        self.field.setToolTip(told)

    def value(self) -> float | None:
        """Return what is chosen."""
        return self._chosen

    def set_value(self, value: float | None) -> None:
        """Show what is chosen."""
        self._chosen = value
        with QSignalBlocker(self.field):
            self.field.setValue(self._usual if value is None else value)
        self._reset.setVisible(value is not None)

    def _fit(self) -> None:
        self.field.setFixedWidth(self._theme.scaled(_WIDTH))

    def _on_field_value_changed(self, shown: float) -> None:
        self._chosen = None if shown == self._usual else shown if self._setting.decimals else int(shown)
        self._reset.setVisible(self._chosen is not None)
        self.changed.emit()

    def _on_reset_clicked(self) -> None:
        self.field.setFocus()  # the button goes
        self.set_value(None)
        self.changed.emit()
