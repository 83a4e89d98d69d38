"""All that is known of a model file."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from desktop.models.entry import ModelEntry
from desktop.system.words import say
from desktop.ui.amounts import in_bytes
from desktop.ui.models.model_words import MEMORY_WORDS
from desktop.ui.translation import tr, tr_counted, translated

_OWN, _USUAL = say("Its own"), say("None; the usual one is used")


class ModelDetails(QFrame):
    """A table of it, whose texts can be selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelDetails")
        self._shown: list[tuple[str, str]] = []
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(12, 8, 12, 8)
        self._rows.setHorizontalSpacing(16)
        self._rows.setVerticalSpacing(4)
        self._rows.setColumnStretch(1, 1)
        self.hide()

    def set_entry(self, entry: ModelEntry) -> None:
        """Show another model."""
        shown = _details(entry)
        if shown == self._shown:  # what is selected stays so
            return
        self._shown = shown
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row, (what, value) in enumerate(shown):
            label = QLabel(what)
            label.setProperty("caption", True)
            told = QLabel(_breakable(value))
            told.setTextFormat(Qt.TextFormat.PlainText)
            told.setWordWrap(True)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            told.setAccessibleName(tr("{what}: {value}", what=what, value=value))
            self._rows.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(told, row, 1)


def _details(entry: ModelEntry) -> list[tuple[str, str]]:
    header = entry.header
    told = []
    if header is not None:
        told += [
            (tr("Kind"), header.architecture),
            (tr("Quantisation"), header.quantisation or tr("Not known")),
            (tr("Reads at once"), tr_counted("{count} tokens", "{count} token", header.context_tokens) if header.context_tokens else ""),
            (tr("Remembers"), translated(MEMORY_WORDS[header.memory])),
            (tr("Licence"), header.licence or tr("Not said")),
            (tr("Maker"), header.extra.get("maker", "")),
            (tr("Made from"), header.extra.get("base", "")),
            (tr("Chat template"), translated(_OWN if header.template else _USUAL)),
        ]
        if header.parts > 1:
            told.append((tr("Files"), tr_counted("{count} parts", "{count} part", header.parts)))
    told += [(tr("Size"), in_bytes(entry.size)), (tr("File"), str(entry.path))]
    told.append((tr("SHA-256"), entry.digest or tr("Not computed yet")))
    return [(what, value) for what, value in told if value]


def _breakable(text: str) -> str:
    """Return a text with places where long paths and digests may go on in the next line."""
    whole = "".join(f"{character}\u200b" if character in "/\\_-." else character for character in text)
    return "\u200b".join(whole[at : at + 32] for at in range(0, len(whole), 32)) if len(max(whole.split("\u200b"), key=len)) > 40 else whole
