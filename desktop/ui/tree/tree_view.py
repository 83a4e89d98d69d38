"""The picture of a tree, to be looked at and walked."""

from dataclasses import replace
from html import escape

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from desktop.conversations.chat_tree import TreeNode
from desktop.conversations.message import MessageId
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, tr_counted
from desktop.ui.tree.family import Family
from desktop.ui.tree.geometry import measure
from desktop.ui.tree.layout import Layout, Spot, lay_out
from desktop.ui.tree.painting import Scene, TreePainter, pane_words

_AROUND = 48  # pixels to be seen around what is walked to
_REACH = 16  # pixels around the middle of a spot that belong to it


class TreeView(QAbstractScrollArea):
    """Show a family of chats; draws only what is in sight.

    Signals: node_chosen, fork_requested and beside_requested with a TreeNode; selection_changed;
    menu_requested with the place on the screen.
    """

    node_chosen = Signal(object)
    fork_requested = Signal(object)
    beside_requested = Signal(object)
    selection_changed = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, theme: Theme, directory: ChatDirectory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tree")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._theme = theme
        self._directory = directory
        self._scene: Scene | None = None
        self._unfolded: set[MessageId] = set()
        self._pressed: int | None = None
        self._was_touched = False  # since it was opened; until then where the chat stands is kept in sight
        self.setAccessibleDescription(tr("Arrow keys walk, Enter goes there, F forks, B opens beside, Escape shows the messages."))
        theme.changed.connect(self._on_theme_changed)
        directory.changed.connect(self._on_directory_changed)
        directory.status_changed.connect(self._on_directory_changed)

    def show_family(self, family: Family) -> None:
        """Show a family as it was just opened: folded, with the place where its chat stands in sight."""
        self._unfolded.clear()
        self._was_touched = False
        self._scene = self._made(family)
        self._fit()
        self._select(self._place(family.head_id), announce=False)
        self._centre_selected()

    def update_family(self, family: Family) -> None:
        """Show what has become of the family; what is selected stays so, or follows the chat that stood there."""
        before, kept = self._scene, self.selected()
        self._scene = self._made(family)
        self._fit()
        follows = kept is None or before is None or kept.id not in family.nodes or kept.id == before.family.head_id
        self._select(self._place(family.head_id if follows else kept.id if kept else None), announce=False, reveal=follows)

    def family(self) -> Family | None:
        """Return what is shown."""
        return self._scene.family if self._scene is not None else None

    def layout_shown(self) -> Layout:
        """Return where everything stands."""
        return self._scene.layout if self._scene is not None else Layout()

    def selected(self) -> TreeNode | None:
        """Return the selected message; None where there is none, or several that are folded."""
        spot = self._selected_spot()
        return spot.nodes[0] if spot is not None and not spot.is_folded else None

    def place_of(self, message_id: MessageId) -> QPoint:
        """Return where a message stands in the viewport, in sight or not."""
        assert self._scene is not None
        return self._in_viewport(self._scene.layout.places[message_id])

    def choose_selected(self) -> None:
        """Do with what is selected what a click on it does."""
        if self._scene is None or self._scene.selected is None:
            return
        spot = self._scene.layout.spots[self._scene.selected]
        if spot.is_folded:
            self._unfold(spot)
        else:
            self.node_chosen.emit(spot.nodes[0])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(self._theme.tokens.bg))
        if self._scene is None or not self._scene.layout.spots:
            painter.setPen(QColor(self._theme.tokens.mute))
            painter.setFont(self._theme.text_font(13))
            words = tr("Nothing has been said here yet. The tree grows with the first message.")
            painter.drawText(
                self.viewport().rect().adjusted(24, 0, -24, 0), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), words
            )
            return
        offset = self._offset()
        painter.translate(-offset)
        TreePainter(self._theme, self._directory, painter, self._scene).draw(
            self._scene.spots_within(QRectF(event.rect()).translated(offset))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        if not self._was_touched:
            self._centre_selected()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._was_touched = True
        super().wheelEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._set_scene(has_focus=True)
        self._announce()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_scene(has_focus=event.reason() == Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._was_touched = True
        if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier):
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose_selected()
        elif event.key() in (Qt.Key.Key_F, Qt.Key.Key_B):
            if (node := self.selected()) is not None:
                (self.fork_requested if event.key() == Qt.Key.Key_F else self.beside_requested).emit(node)
        elif (goal := self._goal(Qt.Key(event.key()))) is not None:
            self._select(goal)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._was_touched = True
        self._pressed = self._at(event.position())
        if self._pressed is not None:
            self._select(self._pressed, reveal=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None and self._pressed == self._at(event.position()):
            self.choose_selected()
        self._pressed = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            self._show_tooltip(event)
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place, selected = event.globalPos(), self._scene.selected if self._scene is not None else None
        if event.reason() != QContextMenuEvent.Reason.Keyboard:
            if (pointed := self._at(QPointF(event.pos()))) is None:
                return
            self._select(pointed, reveal=False)
        elif selected is not None:
            place = self.viewport().mapToGlobal(self._in_viewport(selected))
        if self.selected() is not None:
            self.menu_requested.emit(place)

    def describe(self, spot: Spot) -> str:
        """Return a spot in words: what the picture shows of it."""
        if spot.is_folded:
            return tr_counted("{count} messages, Enter shows them", "{count} message, Enter shows it", len(spot.nodes))
        family, node = self._scene_now().family, spot.nodes[0]
        heads = family.heads.get(node.id, [])
        panes = sorted(number for chat in heads if (number := self._directory.pane_number(chat.id)) is not None)
        words = [family.describe(node, self._directory.branch(node.chat_id).name), *family.notes(node)]
        if len(heads) == 1:
            words.append(tr("“{title}” stands here", title=self._directory.title(heads[0].id)))
        if panes and self._directory.pane_count() > 1:
            words.append(pane_words(panes, self._directory.pane_count()))
        return ", ".join(words)

    def _scene_now(self) -> Scene:
        assert self._scene is not None
        return self._scene

    def _made(self, family: Family) -> Scene:
        layout = lay_out(family.tree.nodes, family.heads.keys(), self._unfolded)
        return Scene(family, layout, measure(layout, self.viewport().width(), self._theme.scaled), has_focus=self.hasFocus())

    def _unfold(self, spot: Spot) -> None:
        scene = self._scene_now()
        self._unfolded.add(spot.nodes[0].id)
        self._scene = self._made(scene.family)
        self._fit()
        self._select(self._place(spot.nodes[0].id), reveal=False)

    def _fit(self) -> None:
        """Take up the width, and how far there is to scroll."""
        if self._scene is None:
            return
        geometry = measure(self._scene.layout, self.viewport().width(), self._theme.scaled)
        self._scene = replace(self._scene, geometry=geometry)
        seen = self.viewport().size()
        extents = ((self.verticalScrollBar(), geometry.height, seen.height()), (self.horizontalScrollBar(), geometry.width, seen.width()))
        for bar, extent, page in extents:
            bar.setRange(0, max(extent - page, 0))
            bar.setPageStep(page)
            bar.setSingleStep(round(geometry.row_height))
        self.viewport().update()

    def _offset(self) -> QPointF:
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _in_viewport(self, index: int) -> QPoint:
        scene = self._scene_now()
        return (scene.geometry.centre(scene.layout.spots[index]) - self._offset()).toPoint()

    def _place(self, message_id: MessageId | None) -> int | None:
        places = self._scene_now().layout.places
        return places.get(message_id) if message_id is not None else (0 if places else None)

    def _selected_spot(self) -> Spot | None:
        return self._scene.layout.spots[self._scene.selected] if self._scene is not None and self._scene.selected is not None else None

    def _at(self, place: QPointF) -> int | None:
        """Return the spot whose mark or words are at a place of the viewport."""
        if self._scene is None:
            return None
        layout, geometry, place = self._scene.layout, self._scene.geometry, place + self._offset()
        row, column = geometry.row_at(place.y()), geometry.column_at(place.x())
        if not 0 <= row < len(layout.rows):
            return None
        if geometry.label(row).contains(place) and (labelled := self._scene.labelled(row)) is not None:
            return labelled
        found = next((index for index in layout.rows[row] if layout.spots[index].column == column), None)
        if found is None or abs(geometry.centre(layout.spots[found]).x() - place.x()) > self._theme.scaled(_REACH):
            return None
        return found

    def _goal(self, key: Qt.Key) -> int | None:
        """Return the spot that a key walks to; where there is none further, the selected one."""
        scene = self._scene
        if scene is None or scene.selected is None:
            return None
        spot, spots = scene.layout.spots[scene.selected], scene.layout.spots
        row = scene.layout.rows[spot.row]
        beside = row.index(scene.selected)
        match key:
            case Qt.Key.Key_Up:
                return spot.parent if spot.parent is not None else scene.selected
            case Qt.Key.Key_Down:
                ahead = [index for index in spot.children if spots[index].nodes[0].id in scene.family.path]
                return (ahead or [*spot.children, scene.selected])[0]
            case Qt.Key.Key_Left:
                return row[max(beside - 1, 0)]
            case Qt.Key.Key_Right:
                return row[min(beside + 1, len(row) - 1)]
            case Qt.Key.Key_Home:
                return 0
            case Qt.Key.Key_End:
                return self._place(scene.family.head_id)
            case _:
                return None

    def _select(self, index: int | None, *, announce: bool = True, reveal: bool = True) -> None:
        self._set_scene(selected=index)
        if reveal and index is not None:
            self._reveal(index)
        self._name()
        if announce:
            self._announce()
        self.selection_changed.emit()

    def _reveal(self, index: int) -> None:
        """Scroll as little as brings a spot into sight."""
        scene, seen = self._scene_now(), self.viewport().rect()
        centre, around = scene.geometry.centre(scene.layout.spots[index]), self._theme.scaled(_AROUND)
        bars = ((self.horizontalScrollBar(), centre.x(), seen.width()), (self.verticalScrollBar(), centre.y(), seen.height()))
        for bar, middle, page in bars:
            margin = min(around, page / 2)
            bar.setValue(round(max(min(bar.value(), middle - margin), middle + margin - page)))

    def _centre_selected(self) -> None:
        if self._scene is not None and self._scene.selected is not None:
            self._reveal(self._scene.selected)
            middle = self._scene.geometry.centre(self._scene.layout.spots[self._scene.selected]).y()
            self.verticalScrollBar().setValue(round(middle - self.viewport().height() * 2 / 3))

    def _hover(self, index: int | None) -> None:
        if self._scene is not None and index != self._scene.hovered:
            self._set_scene(hovered=index)
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor)

    def _set_scene(self, **changes: int | bool | None) -> None:
        if self._scene is not None:
            self._scene = replace(self._scene, **changes)  # type: ignore[arg-type]
            self.viewport().update()

    def _show_tooltip(self, event: QHelpEvent) -> None:
        index = self._at(QPointF(event.pos()))
        if index is None:
            QToolTip.hideText()
        else:
            words = self.describe(self._scene_now().layout.spots[index])
            QToolTip.showText(event.globalPos(), f"<qt>{escape(words)}</qt>", self.viewport())

    def _name(self) -> None:
        spot = self._selected_spot()
        name = tr("Tree. {place}", place=self.describe(spot)) if spot is not None else tr("Tree")
        if name != self.accessibleName():
            self.setAccessibleName(name)

    def _announce(self) -> None:
        """Say what is selected: the name alone, though its change is told too, is not read again by every screen reader."""
        if self.hasFocus() and (spot := self._selected_spot()) is not None:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.describe(spot)))

    def _on_directory_changed(self) -> None:
        self.viewport().update()
        self._name()

    def _on_theme_changed(self) -> None:
        self._fit()
        if self._scene is not None and self._scene.selected is not None:
            self._reveal(self._scene.selected)
