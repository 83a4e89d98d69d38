"""What can be done with a message: quiet until the pointer or the focus is near."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from desktop.system.words import say, sentences
from desktop.ui.controls.buttons import IconButton
from desktop.ui.theme.theme import Theme
from desktop.ui.transcript.copying import CopiedSign
from desktop.ui.transcript.message_actions import REPEATS, TEXTS, WAYS, MessageAction
from desktop.ui.transcript.version_switch import VersionSwitch
from desktop.ui.translation import tr, translated

_HEIGHT = 28  # pixels, where the text has its usual size
_UNBOUND = 16_777_215  # Qt's largest size
_GAP = 2
_APART = 24  # pixels before what stands alone


class ActionButton(IconButton):
    """A button that keeps its place but is not drawn while its row is quiet."""

    focus_changed = Signal()

    is_quiet = False

    def set_words(self, words: str) -> None:
        """Show words beside the icon, or the icon alone."""
        self.setText(words)
        self.setProperty("worded", bool(words))
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        self.setToolButtonStyle(beside if words else alone)
        if words:
            self.setMinimumSize(0, 0)
            self.setMaximumSize(_UNBOUND, _UNBOUND)
        self._side = -1
        self._draw()
        self.style().polish(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_quiet:
            super().paintEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()


class ActionRow(QWidget):
    """The actions of one message: from the left under a reply, from the right at a person's bubble.

    Where there is no room, words go first, then what is needed rarely moves into a menu.

    Signals: triggered with a MessageAction.
    """

    triggered = Signal(object)

    def __init__(self, theme: Theme, *, is_reply: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_reply = is_reply
        self._is_near = False
        self._is_pinned = False
        self._can_rewind = True
        self._is_writing = False
        self._repeats = False
        self._copy = self._button(MessageAction.COPY, "copyButton")
        self._edit = self._button(MessageAction.EDIT, "editButton")
        self._regenerate = self._button(MessageAction.REGENERATE, "regenerateButton")
        self._fork = self._button(MessageAction.FORK, "forkButton")
        self._ways = ActionButton(theme, "ways", tr("Try several ways"), parent=self)
        self._ways.setObjectName("waysButton")
        self._ways.clicked.connect(lambda: self._open(self.ways_menu(), self._ways))
        self._ways.focus_changed.connect(self._update)
        self._rewind = self._button(MessageAction.REWIND, "rewindButton")
        self._delete = self._button(MessageAction.DELETE, "deleteButton")
        self._more: ActionButton | None = None
        self._versions: VersionSwitch | None = None  # most messages have one version
        self._copied = CopiedSign(self._copy)
        self._hidden: list[ActionButton] = []  # moved into the menu
        self.set_repeats(False)
        self._update()

    def set_near(self, near: bool) -> None:
        """Note whether the pointer or the focus is near."""
        self._is_near = near
        self._update()

    def set_pinned(self, pinned: bool) -> None:
        """Show the row always, or only when something is near."""
        self._is_pinned = pinned
        self._update()

    def offer_rewind(self, offered: bool) -> None:
        """Offer to go back to this message, or not: at the last one there is nothing to go back from."""
        if offered != self._can_rewind:
            self._can_rewind = offered
            self.fit()

    def set_writing(self, writing: bool) -> None:
        """Note whether the reply is still being written: it cannot be edited then."""
        self._is_writing = writing
        self._edit.setEnabled(not writing)
        self._edit.setToolTip(tr("A reply can be edited once it is finished.") if writing else TEXTS[MessageAction.EDIT].tooltip())

    def set_versions(self, number: int, count: int) -> None:
        """Show that the message is one of several versions, counted from 1; of one version nothing is said."""
        if count > 1:
            if self._versions is None:
                self._versions = VersionSwitch(self._theme, self)
                self._versions.triggered.connect(self.triggered)
                self._versions.show()
            self._versions.set_version(number, count)
        elif self._versions is not None:
            self._versions.hide()
            self._versions.deleteLater()
            self._versions = None
        self.fit()

    def set_repeats(self, repeats: bool) -> None:
        """Say at what writes another reply whether it would be the same."""
        self._repeats = repeats
        addition = REPEATS if repeats else ""
        regenerate = TEXTS[MessageAction.REGENERATE]
        self._regenerate.setToolTip(regenerate.told(sentences(regenerate.hint or regenerate.name, addition)))
        self._ways.setToolTip(tr("{words} (2, 3 or 4)", words=sentences(say("Try several ways, side by side."), addition)))
        for button in (self._regenerate, self._ways):
            button.setAccessibleDescription(button.toolTip())

    def is_offered(self, action: MessageAction) -> bool:
        """Return whether an action can be done with the message now."""
        match action:
            case MessageAction.REGENERATE:
                return self._is_reply
            case MessageAction.EDIT:
                return not self._is_writing
            case MessageAction.REWIND:
                return self._can_rewind
            case MessageAction.PREVIOUS_VERSION | MessageAction.NEXT_VERSION:
                return self._versions is not None and self._versions.is_offered(action)
        return True

    def is_quiet(self) -> bool:
        """Return whether the row is not drawn now."""
        return not (self._is_near or self._is_pinned or any(button.hasFocus() for button in self._buttons()))

    def show_copied(self) -> None:
        """Show for a moment that the message was copied."""
        self._copied.show()

    def ways_menu(self) -> QMenu:
        """Return the menu of how many ways there are to try."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._add_ways(menu)
        return menu

    def more_menu(self) -> QMenu:
        """Return the menu of what has no room in the row."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for button, action in self._singles():
            if button in self._hidden and button is not self._delete:
                self._add(menu, action).setEnabled(self.is_offered(action))
        if self._ways in self._hidden:
            self._add_ways(menu)
        if self._delete in self._hidden:
            menu.addSeparator()
            self._add(menu, MessageAction.DELETE)
        return menu

    def menu(self) -> QMenu:
        """Return the menu of all that can be done with the message now, with the keys for it."""
        menu = QMenu(self)
        menu.setObjectName("messageMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for action in sorted((it for it in MessageAction if self.is_offered(it)), key=lambda it: it is MessageAction.DELETE):
            if action is MessageAction.DELETE:
                menu.addSeparator()
            added = self._add(menu, action)
            added.setText(f"{added.text()}\t{TEXTS[action].told_key()}")
        return menu

    def row_height(self) -> int:
        """Return the height of the row."""
        return max(_HEIGHT, self._copy.minimumHeight())

    def full_width(self) -> int:
        """Return the width of all actions without words."""
        return self._width_of(self._present())

    def sizeHint(self) -> QSize:
        return QSize(self.full_width(), self.row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give everything its place, as far as there is room."""
        present = self._present()
        self._set_worded(self._is_reply and self._width_of(present) + self._word_width() <= self.width())
        rarest = [it for it in (self._ways, self._rewind, self._delete, self._regenerate, self._fork, self._edit) if it in present]
        self._hidden = []
        while rarest and self._width_of(present) > self.width():
            self._hidden.append(rarest.pop(0))
            present = [it for it in self._present(with_more=True) if it not in self._hidden]
        for button in self._buttons():
            button.setVisible(button in present)
        left = 0 if self._is_reply else self.width() - self._width_of(present)
        for widget in present:
            size = self._size_of(widget)
            if widget is self._delete and self._is_reply:
                left = self.width() - size.width()
            widget.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
            left += size.width() + (_APART if widget is self._delete else _GAP)

    def _button(self, action: MessageAction, object_name: str) -> ActionButton:
        text = TEXTS[action]
        button = ActionButton(self._theme, text.icon, translated(text.name), parent=self)
        button.setObjectName(object_name)
        button.setToolTip(text.tooltip())
        button.setAccessibleDescription(text.tooltip())
        button.clicked.connect(lambda: self.triggered.emit(action))
        button.focus_changed.connect(self._update)
        return button

    def _more_button(self) -> ActionButton:
        if self._more is None:
            self._more = ActionButton(self._theme, "more", tr("More"), parent=self)
            self._more.setObjectName("moreButton")
            self._more.setToolTip(tr("What else can be done with this message"))
            self._more.clicked.connect(lambda: self._open(self.more_menu(), self._more))
            self._more.focus_changed.connect(self._update)
        return self._more

    def _buttons(self) -> list[ActionButton]:
        some = (self._copy, self._edit, self._regenerate, self._fork, self._ways, self._rewind, self._delete, self._more)
        return [button for button in some if button is not None]

    def _singles(self) -> Sequence[tuple[ActionButton, MessageAction]]:
        """Return the buttons that do one thing."""
        return (
            (self._copy, MessageAction.COPY),
            (self._edit, MessageAction.EDIT),
            (self._regenerate, MessageAction.REGENERATE),
            (self._fork, MessageAction.FORK),
            (self._rewind, MessageAction.REWIND),
            (self._delete, MessageAction.DELETE),
        )

    def _present(self, *, with_more: bool = False) -> list[QWidget]:
        """Return what the row offers now, from the left; what deletes stands at the other end than what edits.

        Versions, which are never quiet, stand where the row begins, so that nothing unseen does beside them.
        """
        versions = [] if self._versions is None else [self._versions]
        rewind = [self._rewind] if self._can_rewind else []
        more = [self._more_button()] if with_more else []
        if self._is_reply:
            return [*versions, self._copy, self._edit, self._regenerate, self._fork, self._ways, *rewind, *more, self._delete]
        return [self._delete, *more, *rewind, self._ways, self._fork, self._edit, self._copy, *versions]

    def _width_of(self, widgets: Sequence[QWidget]) -> int:
        apart = _APART - _GAP if self._delete in widgets else 0
        return sum(self._size_of(it).width() + _GAP for it in widgets) - _GAP + apart

    def _size_of(self, widget: QWidget) -> QSize:
        wanted = widget.sizeHint() if widget is self._versions or widget.property("worded") else widget.minimumSize()
        return QSize(wanted.width(), min(wanted.height(), self.row_height()))

    def _word_width(self) -> int:
        """Return how much wider the row is with words."""
        words = translated(TEXTS[MessageAction.FORK].name)
        return 0 if self._fork.property("worded") else self._fork.fontMetrics().horizontalAdvance(words) + 12

    def _set_worded(self, worded: bool) -> None:
        if worded != bool(self._fork.property("worded")):
            self._fork.set_words(translated(TEXTS[MessageAction.FORK].name) if worded else "")

    def _add(self, menu: QMenu, action: MessageAction) -> QAction:
        text = TEXTS[action]
        added = menu.addAction(translated(text.name))
        added.setToolTip(text.tooltip())
        added.triggered.connect(lambda: self.triggered.emit(action))
        return added

    def _add_ways(self, menu: QMenu) -> None:
        for action in WAYS:
            added = self._add(menu, action)
            if self._repeats:
                added.setToolTip(translated(REPEATS))

    def _open(self, menu: QMenu, button: QWidget | None) -> None:
        assert button is not None
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def _update(self) -> None:
        is_quiet = self.is_quiet()
        for button in self._buttons():
            if button.is_quiet is not is_quiet:
                button.is_quiet = is_quiet
                button.update()
