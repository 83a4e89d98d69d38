"""All that a window says: what is seen, what stands under the pointer, what a screen reader tells, what is painted."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QPainter, QTextDocumentFragment
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QMenu, QPlainTextEdit, QWidget

import desktop
from tests.ui.test_words import DESKTOP, is_left_out

_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


class Said(NamedTuple):
    """A text and where it is said."""

    text: str
    where: str


def said(top: QWidget) -> Iterator[Said]:
    """Walk to all texts of what is in sight, but those of modules that are left out."""
    for widget in (top, *top.findChildren(QWidget)):
        if not (widget.isVisible() or isinstance(top, QMenu)) or _is_left_out(widget):
            continue
        for kind, text in _texts(widget):
            if text:
                yield Said(_plain(text), f"{kind} of {type(widget).__name__} {widget.objectName()}".strip())


def painted(top: QWidget, monkeypatch: pytest.MonkeyPatch) -> list[Said]:
    """Return what is painted of a window by its own code; what controls paint is their text."""
    found: list[Said] = []
    draw = QPainter.drawText

    def note(painter: QPainter, *arguments: Any) -> Any:
        module = Path(sys._getframe(1).f_code.co_filename)
        text = next(it for it in arguments if isinstance(it, str))
        if module.is_relative_to(DESKTOP) and module.parent.name != "controls" and not is_left_out(module):
            found.append(Said(text, f"painted by {module.relative_to(DESKTOP)}"))
        return draw(painter, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(QPainter, "drawText", note)
        top.grab()
    return found


def _texts(widget: QWidget) -> Iterator[tuple[str, str]]:
    if widget.isWindow():
        yield "title", widget.windowTitle()
    yield "tooltip", widget.toolTip()
    yield "name", widget.accessibleName()
    yield "description", widget.accessibleDescription()
    if isinstance(widget, QLabel | QAbstractButton):
        yield "text", widget.text()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield "placeholder", widget.placeholderText()
    if isinstance(widget, QMenu):
        for action in widget.actions():
            yield "action", action.text()
            yield "action's tooltip", action.toolTip() if action.toolTip() != action.iconText() else ""
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        for index in _indexes(widget.model(), QModelIndex()):
            for role in _ROLES:
                yield f"item's {role.name}", str(index.data(role) or "")


def _indexes(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[QModelIndex]:
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        yield index
        yield from _indexes(model, index)


def _is_left_out(widget: QWidget) -> bool:
    """Return whether the words of a widget are another module's that is left out; a control has those of who made it."""
    at: QWidget | None = widget
    while at is not None:
        module = type(at).__module__
        if module.startswith(f"{desktop.__name__}.ui.") and ".controls." not in module:
            return is_left_out(DESKTOP / Path(*module.split(".")[1:]).with_suffix(".py"))
        at = at.parentWidget()
    return False


def _plain(text: str) -> str:
    return QTextDocumentFragment.fromHtml(text).toPlainText() if re.match(r"\s*<qt>", text) else text
