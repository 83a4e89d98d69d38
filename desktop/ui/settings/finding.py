"""Finding a setting by the words that stand at it."""

from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from desktop.conversations.folding import fold
from desktop.ui.settings.section import Section
from desktop.ui.settings.setting_row import SettingRow


def show_found(section: Section, sought: tuple[str, ...]) -> bool:
    """Show of a section only what has all of some folded words; return whether there is anything.

    What it has besides rows of the table is shown whole or not at all.
    """
    rows = section.findChildren(SettingRow)
    shown: list[QLabel | QAbstractButton] = [*section.findChildren(QLabel), *section.findChildren(QAbstractButton)]
    others = [it for it in shown if not _is_in(it, rows) and not _is_put_away(it, section)]
    text = fold(" ".join(it.text() for it in others))
    is_whole = all(word in text for word in sought)
    found = [row for row in rows if row.has_words(sought)]
    has_parts = others != [section.heading]
    for row in rows:
        row.setVisible(is_whole or has_parts or row in found)
    section.setVisible(is_whole or bool(found))
    return is_whole or bool(found)


def _is_put_away(widget: QWidget | None, section: Section) -> bool:
    """Return whether something between a widget and its section is hidden: a question that is not asked."""
    while widget is not None and widget is not section:
        if widget.isHidden():
            return True
        widget = widget.parentWidget()
    return False


def _is_in(widget: QWidget, rows: list[SettingRow]) -> bool:
    return any(row.isAncestorOf(widget) for row in rows)
