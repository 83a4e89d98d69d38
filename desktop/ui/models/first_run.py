"""What an empty chat offers while no model is there, or the guide alone: one that was found, or one that suits this computer."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.events import ModelPhase
from desktop.chat.models_api import Library, Offer
from desktop.models.download import Download
from desktop.models.entry import ModelEntry, Origin
from desktop.models.fit import FitWord
from desktop.system.words import Words, say
from desktop.ui.amounts import in_bytes
from desktop.ui.controls.buttons import LinkButton, PrimaryButton, SecondaryButton
from desktop.ui.models.asking import asked
from desktop.ui.models.download_row import DownloadRow
from desktop.ui.models.fit_label import FitLabel
from desktop.ui.models.guide_examples import GuideExamples
from desktop.ui.models.matching import download_of, file_name
from desktop.ui.models.model_words import FIT_WORDS, fetching_words, offer_caption
from desktop.ui.models.offer_row import OFFLINE
from desktop.ui.panes.other_model_text import WayOn
from desktop.ui.panes.way_button import WayButton
from desktop.ui.settings.section import caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

_MOST_FOUND = 3
_WIDTH = 480  # pixels at most, where text has its usual size
_RANK = {FitWord.FITS: 0, FitWord.SLOW: 1, FitWord.TOO_LARGE: 2}

_FOUND = say("These models are on this computer already. Choose one to begin.")
_OFFERED = say("Rivulet talks to a language model on this computer. This one suits it; what you write never leaves it.")
_COMES = say("You can write already. Your message waits until the model is here.")
_STOPPED = say("You can write already. Your message waits until a model is here.")
_GUIDE = say(
    "A tiny model that comes with Rivulet: it tells how things are done, and remembers what you tell it. For all else, get a real one."
)
_FOUND_BESIDE = say("These models are on this computer already.")
_OFFERED_BESIDE = say("This real one suits this computer. What you write never leaves it.")
_COMES_BESIDE = say("The guide answers until this one is here, which then goes on with your chats.")
_NOTHING = say("Rivulet talks to a language model on this computer. Choose one to begin.")

_BESIDE = {_FOUND: _FOUND_BESIDE, _OFFERED: _OFFERED_BESIDE, _COMES: _COMES_BESIDE}  # the guide, which needs less to be said


class FirstRun(QWidget):
    """Offer it; hidden while a model is loaded or on its way into memory, but for the guide. Nothing is fetched before a click.

    Signals: load_requested with a path; file_wanted; models_wanted for all others; left where the focus has nothing to do here any more.
    """

    load_requested = Signal(Path)
    file_wanted = Signal()
    models_wanted = Signal()
    left = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("firstRun")
        self._context = context
        self._offer: Offer | None = None
        self._guide = _sentence("guideSentence")
        self._guide.setText(translated(_GUIDE))
        self.examples = GuideExamples()
        self._sentence = _sentence("emptySentence")
        self._found = [self._make_way(number) for number in range(_MOST_FOUND)]
        self._card = _OfferCard(context)
        self._get = PrimaryButton(context.theme, "")
        self._get.setObjectName("getFirstModelButton")
        self._get.clicked.connect(self._on_get_clicked)
        self._problem = _sentence("firstRunProblem")
        self._have = SecondaryButton(tr("I have a file"))
        self._have.setObjectName("openModelButton")
        self._have.setToolTip(tr("Open a model file in GGUF format (Ctrl+O), or drop one on this window"))
        self._have.clicked.connect(self.file_wanted)
        self._others = LinkButton(tr("Other models"))
        self._others.setObjectName("otherModelsButton")
        self._others.clicked.connect(self.models_wanted)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        bridge = context.bridge
        for changed in (bridge.library_changed, bridge.downloads_changed, bridge.model_changed):
            changed.connect(self.refresh)
        context.theme.changed.connect(self._fit)
        self.refresh()

    def refresh(self) -> None:
        """Show what there is now."""
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        model = self._context.chats.model
        is_wanted = model.phase is ModelPhase.NONE or model.is_guide
        self.setVisible(is_wanted)
        if is_wanted:
            self._show()
        if had_focus and focused is not None and not focused.isVisible():
            self.left.emit()

    def _show(self) -> None:
        models, has_guide = self._context.chats.models, self._context.chats.model.is_guide
        offers = models.catalogue.offers
        offer = next((offer for offer in offers if offer.is_recommended and offer.entry is None), None)
        download = next(iter(models.downloads.all), None)
        found = best_of(models.library)
        comes = None if download is None else next((it for it in offers if download_of(it.model, [download]) is not None), None)
        self._show_found(found)
        self._offer = comes if download is not None else None if found else offer
        self._card.show_offer(self._offer, download)
        self._guide.setVisible(has_guide)
        self.examples.setVisible(has_guide)
        said = self._said(download, found)
        self._sentence.setText(translated(_BESIDE.get(said, "") if has_guide else said))
        self._sentence.setVisible(bool(self._sentence.text()))
        self._show_buttons(download)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _said(self, download: Download | None, found: Sequence[ModelEntry]) -> Words:
        if found:
            return _FOUND
        if download is not None:
            return _COMES if download.is_coming else _STOPPED
        return _OFFERED if self._offer is not None else _NOTHING

    def _show_found(self, found: Sequence[ModelEntry]) -> None:
        for place, way in enumerate(self._found):
            way.setVisible(place < len(found))
            if place < len(found):
                entry = found[place]
                fit = self._context.chats.models.library.fit(entry)
                size = in_bytes(entry.size)
                told = size if fit is None else tr("{fit} · {size}", fit=translated(FIT_WORDS[fit.word]), size=size)
                way.set_way(WayOn(entry.name, told))
                way.setProperty("path", str(entry.path))

    def _show_buttons(self, download: Download | None) -> None:
        is_coming = download is not None
        is_offline = self._context.chats.models.is_offline
        can_get = self._offer is not None and not is_coming
        self._get.setVisible(can_get)
        if self._offer is not None and can_get:
            size = in_bytes(self._offer.model.size)
            self._get.setText(tr("Get · {size}", size=size))
            self._get.setAccessibleName(tr("Get {name}, {size}", name=self._offer.model.name, size=size))
            self._get.setEnabled(not is_offline)
        if is_offline and can_get:
            self._tell(translated(OFFLINE))
        elif is_coming:
            self._tell("")
        self._have.setVisible(download is None or not download.is_coming)

    def _tell(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _make_way(self, number: int) -> WayButton:
        way = WayButton(self._context.theme)
        way.setObjectName(f"foundModel{number}")
        way.clicked.connect(lambda: self.load_requested.emit(Path(str(way.property("path")))))
        return way

    def _lay_out(self) -> None:
        self._buttons.setSpacing(8)
        self._buttons.addStretch()
        self._buttons.addWidget(self._get)
        self._buttons.addWidget(self._have)
        self._buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._guide)
        column.addWidget(self.examples)
        column.addSpacing(8)
        column.addWidget(self._sentence)
        for way in self._found:
            column.addWidget(way)
        column.addWidget(self._card)
        column.addLayout(self._buttons)
        column.addWidget(self._problem)
        column.addWidget(self._others, 0, Qt.AlignmentFlag.AlignHCenter)
        self._problem.hide()

    def _fit(self) -> None:
        """Put the buttons one below the other where they do not fit beside each other."""
        self.setMaximumWidth(self._context.theme.scaled(_WIDTH))
        needed = self._get.sizeHint().width() + self._have.sizeHint().width() + 24
        is_narrow = self._get.isVisibleTo(self) and needed > self.width()
        wanted = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._buttons.direction() != wanted:
            self._buttons.setDirection(wanted)
        self.examples.fit(self.width())

    def _on_get_clicked(self) -> None:
        if self._offer is not None:
            self._tell("")
            self._context.spawn(asked(self, self._context.chats.models.downloads.fetch(self._offer.model), self._tell))
            self.left.emit()


def _sentence(name: str) -> QLabel:
    label = caption()
    label.setObjectName(name)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label


class _OfferCard(QFrame):
    """One model: what it is, and how far it is while it comes."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self.setObjectName("firstModelCard")
        self._name = QLabel()
        self._name.setObjectName("firstModelName")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setWordWrap(True)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._summary = caption()
        self._details = caption()
        self._details.setObjectName("firstModelDetails")
        self._fit = FitLabel()
        self._download = DownloadRow(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        for widget in (self._name, self._summary, self._details, self._fit, self._download):
            column.addWidget(widget)

    def show_offer(self, offer: Offer | None, download: Download | None) -> None:
        """Show an offer, and its download if there is one; or a download that nobody offered."""
        self.setVisible(offer is not None or download is not None)
        if offer is not None:
            self._name.setText(offer.model.name)
            self._summary.setText(translated(offer.model.summary))
            told = offer_caption(offer.model)
            self._details.setText(told if download is not None else f"{told} · {fetching_words(offer.model.size)}")
        elif download is not None:
            self._name.setText(file_name(download.file))
            self._details.setText(download.file.repository)
        self._summary.setVisible(offer is not None)
        self._fit.set_fit(offer.fit if offer is not None and download is None else None)
        self._download.set_download(download, self._name.text())


def best_of(library: Library) -> list[ModelEntry]:
    """Return the few models of a library to begin with: those that fit, the largest first."""
    ranked = []
    for entry in library.entries:
        if entry.header is not None and entry.fault is None and entry.origin is not Origin.GUIDE:
            fit = library.fit(entry)
            ranked.append((_RANK[fit.word] if fit is not None else 1, -entry.header.parameters, entry))
    return [entry for _, _, entry in sorted(ranked, key=lambda it: it[:2])[:_MOST_FOUND]]
