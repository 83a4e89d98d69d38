"""How the picture of a tree is drawn."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from desktop.conversations.chat_tree import TreeNode
from desktop.conversations.message import Role
from desktop.ui.chat_directory import ChatDirectory
from desktop.ui.theme.theme import Theme
from desktop.ui.translation import tr, tr_counted
from desktop.ui.tree.family import Family
from desktop.ui.tree.geometry import Geometry
from desktop.ui.tree.layout import Layout, Spot

_LEAST_EXCERPT = 72  # pixels
_LEAST_HAIRLINE = 16
_MOST_DOTS = 2  # for chats that stand at one message beside the first


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be drawn: the picture, and which of its spots are pointed at."""

    family: Family
    layout: Layout
    geometry: Geometry
    selected: int | None = None
    hovered: int | None = None
    has_focus: bool = False

    def spots_within(self, area: QRectF) -> list[int]:
        """Return the spots whose mark, or the line that leads to it, may be seen in an area."""
        layout, geometry = self.layout, self.geometry
        first, last = geometry.row_at(area.top()), geometry.row_at(area.bottom()) + 1
        left, right = geometry.column_at(area.left()) - 1, geometry.column_at(area.right()) + 1
        found: list[int] = []
        for row in layout.rows[max(first, 0) : last + 1]:
            beyond = [index for index in row if layout.spots[index].column > right][:1]  # its line may come from the left
            found += [index for index in row if left <= layout.spots[index].column <= right] + beyond
        return found

    def labelled(self, row: int) -> int | None:
        """Return the spot whose words stand beside a row: the one pointed at, else this chat's, else the first."""
        spots, family = self.layout.spots, self.family
        in_row = self.layout.rows[row]
        if self.geometry.centre(spots[in_row[-1]]).x() > self.geometry.label_left - self.geometry.gap / 2:
            return None
        for pointed in (self.hovered, self.selected if self.has_focus else None):
            if pointed is not None and spots[pointed].row == row:
                return pointed
        return next((index for index in in_row if spots[index].nodes[0].id in family.path), in_row[0])


class TreePainter:
    """Draw the part of a scene that is in sight."""

    def __init__(self, theme: Theme, directory: ChatDirectory, painter: QPainter, scene: Scene) -> None:
        self._theme = theme
        self._directory = directory
        self._painter = painter
        self._scene = scene
        self._unit = theme.scaled(100) / 100
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def draw(self, seen: Iterable[int]) -> None:
        """Draw spots, with the lines that lead to them and the words beside their rows."""
        spots = [(index, self._scene.layout.spots[index]) for index in seen]
        for row in sorted({spot.row for _, spot in spots}):
            if (labelled := self._scene.labelled(row)) is not None:
                self._draw_label(labelled, self._scene.layout.spots[labelled])
        for _, spot in sorted(
            spots, key=lambda it: (self._is_on_path(it[1]), -it[1].column)
        ):  # where lines share a way, the nearest is on top
            if spot.parent is not None:
                self._draw_line(self._scene.layout.spots[spot.parent], spot)
        for index, spot in spots:
            self._draw_spot(index, spot)

    def _colour(self, spot: Spot) -> QColor:
        if self._scene.family.is_old(spot.nodes[-1].id):
            return QColor(self._theme.tokens.trunk)
        return QColor(self._theme.tokens.branch(self._directory.branch(spot.nodes[0].chat_id)))

    def _is_on_path(self, spot: Spot) -> bool:
        return spot.nodes[0].id in self._scene.family.path

    def _draw_line(self, parent: Spot, spot: Spot) -> None:
        start, end = self._scene.geometry.centre(parent), self._scene.geometry.centre(spot)
        path = QPainterPath(start)
        if spot.column == parent.column:
            path.lineTo(end)
        else:
            middle, bend = (start.y() + end.y()) / 2, self._scene.geometry.gap / 2
            path.quadTo(start.x(), middle, start.x() + bend, middle)
            path.lineTo(end.x() - bend, middle)
            path.quadTo(end.x(), middle, end.x(), end.y())
        width = 2.2 if self._is_on_path(spot) else 1.6
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(self._colour(spot), width * self._unit))
        self._painter.drawPath(path)

    def _draw_spot(self, index: int, spot: Spot) -> None:
        centre, tokens = self._scene.geometry.centre(spot), self._theme.tokens
        heads = self._scene.family.heads.get(spot.nodes[0].id, []) if not spot.is_folded else []
        is_hovered = index == self._scene.hovered
        radius = ((8.5 if heads else 4.5) + (1.5 if is_hovered else 0)) * self._unit
        if spot.is_folded:
            self._draw_folded(centre, spot, 2.4 if is_hovered else 1.8)
        elif heads:
            self._draw_heads(centre, radius, spot.nodes[0])
        else:
            is_old = self._scene.family.is_old(spot.nodes[0].id)
            self._painter.setBrush(QColor(tokens.accent_bg if is_hovered else tokens.bg))
            self._painter.setPen(QPen(QColor(tokens.faint) if is_old else self._colour(spot), (1.2 if is_old else 2) * self._unit))
            self._painter.drawEllipse(centre, radius, radius)
        if index == self._scene.selected and self._scene.has_focus:
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.setPen(QPen(QColor(tokens.accent), 2))
            self._painter.drawEllipse(centre, radius + 4.5 * self._unit, radius + 4.5 * self._unit)

    def _draw_folded(self, centre: QPointF, spot: Spot, radius: float) -> None:
        unit = self._unit
        ground = QRectF(centre.x() - 5 * unit, centre.y() - 10 * unit, 10 * unit, 20 * unit)
        self._painter.fillRect(ground, QColor(self._theme.tokens.bg))
        for step in (-1, 0, 1):
            self._disc(centre + QPointF(0, 6 * unit * step), radius * unit, self._colour(spot))

    def _draw_heads(self, centre: QPointF, radius: float, node: TreeNode) -> None:
        """Draw the mark of chats that stand at a message: their letter, their dots, and the panes that show them."""
        heads = self._scene.family.heads[node.id]
        first, *others = heads
        colour = QColor(self._theme.tokens.branch(self._directory.branch(first.id)))
        panes = [(number, chat.id) for chat in heads if (number := self._directory.pane_number(chat.id)) is not None]
        if panes:
            halo = QColor(colour)
            halo.setAlphaF(0.22)
            self._disc(centre, radius + 4 * self._unit, QColor(self._theme.tokens.bg))
            self._disc(centre, radius + 4 * self._unit, halo)
        self._disc(centre, radius, colour)
        self._painter.setFont(self._theme.text_font(10, QFont.Weight.DemiBold))
        self._painter.setPen(QColor(self._theme.tokens.bg))
        self._draw_centred(centre, self._directory.branch(first.id).name)
        for number, chat in enumerate(others[:_MOST_DOTS]):
            place = centre + QPointF(radius + (9 + 8 * number) * self._unit, 0)
            self._disc(place, 3 * self._unit, QColor(self._theme.tokens.branch(self._directory.branch(chat.id))))
        if panes:
            self._draw_panes(centre + QPointF(0, radius + 10 * self._unit), sorted(number for number, _ in panes))

    def _draw_panes(self, centre: QPointF, numbers: list[int]) -> None:
        words = pane_words(numbers, self._directory.pane_count())
        font = self._theme.text_font(10, QFont.Weight.Medium)
        if QFontMetricsF(font).horizontalAdvance(words) > self._scene.geometry.gap:
            words = ", ".join(map(str, numbers))  # else it would cover what stands in the columns beside it
        wide = QFontMetricsF(font).horizontalAdvance(words) + 4 * self._unit
        self._painter.fillRect(QRectF(centre.x() - wide / 2, centre.y() - 6 * self._unit, wide, 12 * self._unit), self._theme.tokens.bg)
        self._painter.setFont(font)
        self._painter.setPen(QColor(self._theme.tokens.text))
        self._draw_centred(centre, words)

    def _draw_label(self, index: int, spot: Spot) -> None:
        tokens, geometry = self._theme.tokens, self._scene.geometry
        area, centre = geometry.label(spot.row), geometry.centre(spot)
        self._painter.setPen(QPen(QColor(tokens.line), 1))
        dots = 0 if spot.is_folded else min(len(self._scene.family.heads.get(spot.nodes[0].id, ())[1:]), _MOST_DOTS)
        begin, end, y = centre.x() + (16 + 8 * dots) * self._unit, area.left() - 8 * self._unit, round(centre.y()) + 0.5
        if end - begin > _LEAST_HAIRLINE * self._unit:
            self._painter.drawLine(QPointF(begin, y), QPointF(end, y))
        is_pointed = index == self._scene.hovered or (index == self._scene.selected and self._scene.has_focus)
        words, note = self._words(spot)
        font = self._theme.text_font(12)
        metrics = QFontMetricsF(font)
        self._painter.setFont(font)
        note_width = metrics.horizontalAdvance(note)
        room = area.width() - note_width
        if note and room < _LEAST_EXCERPT * self._unit:
            words, note, note_width, room = note.removeprefix(" · "), "", 0, area.width()
        is_said = not spot.is_folded and spot.nodes[0].role is Role.USER
        old = self._scene.family.is_old(spot.nodes[-1].id)
        self._painter.setPen(QColor(tokens.text if is_pointed or (is_said and not old) else tokens.faint if old else tokens.mute))
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        self._painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        if note:
            self._painter.setPen(QColor(tokens.faint))
            area.setLeft(area.left() + min(metrics.horizontalAdvance(shown), room))
            self._painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), note)

    def _words(self, spot: Spot) -> tuple[str, str]:
        if spot.is_folded:
            return tr_counted("{count} messages", "{count} message", len(spot.nodes)), ""
        node, family = spot.nodes[0], self._scene.family
        return family.excerpt(node), "".join(f" · {note}" for note in family.notes(node))

    def _disc(self, centre: QPointF, radius: float, colour: QColor) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        self._painter.drawEllipse(centre, radius, radius)

    def _draw_centred(self, centre: QPointF, words: str) -> None:
        self._painter.drawText(QRectF(centre.x() - 100, centre.y() - 20, 200, 40), int(Qt.AlignmentFlag.AlignCenter), words)


def pane_words(numbers: list[int], count: int) -> str:
    """Return which of so many panes stand at a place; empty for none."""
    if not numbers:
        return ""
    if count == 1:
        return tr("here")
    named = ", ".join(map(str, numbers))
    return tr("pane {number}", number=named) if len(numbers) == 1 else tr("panes {numbers}", numbers=named)
