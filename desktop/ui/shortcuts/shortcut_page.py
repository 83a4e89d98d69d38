"""All keys, over the window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.conversations.folding import fold
from desktop.ui.controls.search_field import SearchField
from desktop.ui.controls.searched_page import SearchedPage
from desktop.ui.shortcuts.key_row import KeyGroup, KeyRow
from desktop.ui.shortcuts.shortcut import Group
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, tr_counted

_WIDTH = 860
_HEIGHT = 720
_TWO_COLUMNS = 680  # pixels at least, where text has its usual size
_GAP = 32


class ShortcutPage(SearchedPage):
    """List what every key does; typing leaves what is looked for, Up and Down read it row by row."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, SearchField(tr("Find a key, or what it does")), width=_WIDTH, height=_HEIGHT)
        self.setObjectName("shortcutPage")
        self.setAccessibleName(tr("Keys"))
        self._current: KeyRow | None = None
        self._field.setObjectName("shortcutField")
        self._field.textChanged.connect(self._on_field_text_changed)
        self._field.stepped.connect(self._on_field_stepped)
        self._count = QLabel()
        self._count.setObjectName("shortcutCount")
        self._groups = [KeyGroup(group, self._body) for group in Group]
        self._columns = (QVBoxLayout(), QVBoxLayout())
        self._beside = QHBoxLayout()
        self._lay_out()
        theme.changed.connect(self._arrange)

    def open(self) -> None:
        """Begin with all keys."""
        self._field.clear()
        self._on_field_text_changed()
        self._scrolled.verticalScrollBar().setValue(0)
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def rows(self) -> list[KeyRow]:
        """Return what is listed now, in order."""
        return [row for group in self._groups for row in group.rows if not row.isHidden()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        self._lay_out_head("search", tr("Close the keys"), self._count)
        self._body.setObjectName("shortcutBody")
        self._body.setLayout(self._beside)
        self._beside.setContentsMargins(16, 16, 16, 8)
        for column in self._columns:
            column.setSpacing(0)
            self._beside.addLayout(column, 1)
        self._scrolled.setObjectName("shortcutScroll")

    def _arrange(self) -> None:
        """Put the groups into two columns of about the same length, or into one."""
        is_wide = self.width() >= self._theme.scaled(_TWO_COLUMNS)
        shown = [group for group in self._groups if not group.isHidden()]
        rows, taken = len(self.rows()), 0
        for column in self._columns:
            while column.takeAt(0) is not None:
                pass
        left, right = self._columns
        for group in shown:
            (right if is_wide and taken * 2 >= rows else left).addWidget(group)
            taken += sum(not row.isHidden() for row in group.rows)
        for column in self._columns:
            column.addStretch()
        self._beside.setStretch(1, 1 if is_wide else 0)
        self._beside.setSpacing(_GAP if is_wide else 0)

    def _on_field_text_changed(self) -> None:
        sought = fold(self._field.text()).split()
        for group in self._groups:
            group.show_matching(sought)
        count = len(self.rows())
        self._count.setText(
            tr_counted("{count} found", "{count} found", count) if sought and count else tr("Nothing found") if sought else ""
        )
        self._field.setAccessibleDescription(self._count.text() or tr("Up and Down read one after the other."))
        self._set_current(None)
        self._arrange()

    def _on_field_stepped(self, steps: int) -> None:
        rows = self.rows()
        if rows:
            before = rows.index(self._current) if self._current in rows else (-1 if steps > 0 else 0)
            self._set_current(rows[max(0, min(before + steps, len(rows) - 1))])

    def _set_current(self, row: KeyRow | None) -> None:
        if self._current is not None:
            self._current.set_current(False)
        self._current = row
        if row is not None:
            row.set_current(True)
            self._scrolled.ensureWidgetVisible(row, 0, 60)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._field, row.told))
