"""States of the window that its words are looked at in. What people, models and files are called has no Latin letter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.chat.events import Activity, ContinuesFrom, ModelPhase, ModelState, NotReady, Reading, ReadyAtOnce, RefusedModel, RereadReason
from desktop.chat.numbers import SessionNumbers, SessionState
from desktop.chat.other_model import OtherModel
from desktop.conversations.message import Conversation, Message, MessageId, Status
from desktop.models.download import DownloadPhase
from desktop.models.entry import GUIDE_WORDS, Origin
from desktop.models.fit import Fit, FitWord, MemoryNeed, MemoryRoom
from desktop.models.offer import HubModel
from desktop.system.compute_device import ComputeDevice, DeviceKind
from desktop.system.crash_report import CrashReport, Ending
from desktop.system.words import say
from desktop.ui.controls.search_field import SearchField
from desktop.ui.controls.step_slider import StepSlider
from desktop.ui.main_window import MainWindow
from desktop.ui.models.library_row import LibraryRow
from desktop.ui.models.repository_row import RepositoryRow
from desktop.ui.notice import Notice
from desktop.ui.sidebar.chat_list_model import ChatListModel
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.transcript.links import address, follow
from desktop.ui.transcript.message_view import MessageView
from tests.ui.conftest import OpenWindow, named, only, panes, settle
from tests.ui.fake_chats import NOW, FakeChats, run
from tests.ui.fake_models import GIGABYTE, FakeModels, entry_of, file_of, fit_of, offer_of

MODEL = ModelState(ModelPhase.READY, Path("μ.gguf"), "Μ 4Β", "", context_tokens=4096)
GUIDE = replace(MODEL, path=Path("ο.gguf"), name=GUIDE_WORDS, is_guide=True)
CODE = f"{'Λόγος ' * 60}.\n\n```\nx = 1\n```\n\nΚαι [εδώ](https://xn--mxa.gr).\n"


@dataclass
class Stage:
    """Where a state is built."""

    open_window: OpenWindow
    chats: FakeChats
    width: int

    def open(self, *shown: Conversation) -> MainWindow:
        return self.open_window(*(self.chats.chats[chat.id] for chat in shown), width=self.width)

    def dialogue(self) -> tuple[Conversation, list[Message]]:
        """Return a chat of two rounds, with another version of its first reply and of which a fork went on."""
        chat = self.chats.add_chat("Ποταμός")
        messages = [self.chats.person(chat, "Γιατί;"), self.chats.reply(chat, CODE)]
        self.chats._stand_at(chat.id, messages[0].id)
        self.chats.reply(chat, "Όχι.")
        self.chats._stand_at(chat.id, messages[1].id)
        messages += [self.chats.person(chat, "Και;"), self.chats.reply(chat, "Ναι.")]
        return chat, messages

    def fork(self) -> list[Conversation]:
        chat, messages = self.dialogue()
        fork = self.chats.add_chat("Ρυάκι", parent=chat, at=messages[1])
        self.chats.person(fork, "Αλλιώς;")
        self.chats.reply(fork, "Έτσι.")
        return [chat, fork]


State = Callable[[Stage], list[QWidget]]
"""Builds a window; returns it, and menus and dialogs that belong to it."""


def two_panes(stage: Stage) -> list[QWidget]:
    window = stage.open(*stage.fork())
    return [window, *(pane.menu() for pane in panes(window))]


def first_start(stage: Stage) -> list[QWidget]:
    stage.chats.loaded = ModelState(ModelPhase.NONE)
    return [stage.open()]


def models_to_choose_from(stage: Stage) -> FakeModels:
    """Put models here, on offer and on the hub, none of them known to the window yet."""
    models = stage.chats.models
    models.library.found = [
        entry_of("μ.gguf", "Μ 4Β", quantisation="Κ4", licence="Ω", architecture="μ"),
        entry_of("ν.gguf", "Ν 8Β", Origin.HUB_CACHE, quantisation="Κ8", licence="Ω", architecture="ν"),
        entry_of("ο.gguf", "ο", Origin.FILE, fault=say("It is cut short: it was perhaps not downloaded to its end.")),
    ]
    models.library.fits[Path("ν.gguf")] = fit_of(FitWord.SLOW, gpu=8 * GIGABYTE, gpu_layers=12)
    words = (FitWord.FITS, FitWord.SLOW, FitWord.TOO_LARGE, *[FitWord.FITS] * 4)
    models.catalogue.listed = [
        offer_of(f"Ξ {number}", word, is_recommended=not number, summary="Για όλα.", licence="Ω", maker="Ρ")
        for number, word in enumerate(words)
    ]
    files = [file_of("σ/τ", f"{name}.gguf", size, name) for name, size in (("Κ4", 2_500_000_000), ("Κ8", 9_000_000_000))]
    models.catalogue.hub = {HubModel("σ/τ", 1234, 5, "Ω", False, 4_000_000_000): files, HubModel("σ/υ", 1, 0, "", True): []}
    return models


def all_models(stage: Stage) -> list[QWidget]:
    models_to_choose_from(stage)
    stage.chats.loaded = replace(MODEL, phase=ModelPhase.UNLOADED)
    window = stage.open()
    window._models.open()
    settle()
    menus = [panes(window)[0].head.model_picker.fill_menu()]
    for row in window.findChildren(LibraryRow):
        menus.append(row.menu())
        row.details.show()
    window.findChildren(LibraryRow)[0]._ask_to_delete()
    only(window, "allOffersButton").click()  # type: ignore[attr-defined]
    return [window, *menus]


def models_on_the_way(stage: Stage) -> list[QWidget]:
    models = models_to_choose_from(stage)
    wanted = [*(offer.model for offer in models.catalogue.listed), file_of("σ/τ", "φ.gguf")]
    phases = (DownloadPhase.RUNNING, DownloadPhase.PAUSED, DownloadPhase.WAITING, DownloadPhase.CHECKING, DownloadPhase.FAILED)
    for model, phase in zip_longest(wanted, phases, fillvalue=DownloadPhase.QUEUED):
        assert not isinstance(model, DownloadPhase)
        number = run(models.downloads.fetch(model))
        models.downloads.change(number, phase=phase, done=1_600_000_000, speed=21_000_000.0 if phase is DownloadPhase.RUNNING else 0.0)
    models.downloads.change(models.downloads.running[4].id, problem=say("The disk is full"))
    stage.chats.loaded = replace(MODEL, phase=ModelPhase.LOADING, progress=0.4)
    window = stage.open()
    window._models.open()
    return [window, panes(window)[0].head.model_picker.fill_menu()]


def models_of_the_hub(stage: Stage) -> list[QWidget]:
    models_to_choose_from(stage)
    window = stage.open()
    window._models.open()
    field = only(window, "modelField")
    assert isinstance(field, SearchField)
    field.setText("σ")
    field.entered.emit(Qt.KeyboardModifier.NoModifier)
    for row in window.findChildren(RepositoryRow):
        row.unfold.click()
    return [window]


def models_without_a_network(stage: Stage) -> list[QWidget]:
    models = models_to_choose_from(stage)
    models.library.found, models.is_offline = [], True
    (window,) = first_start(stage)
    assert isinstance(window, MainWindow)
    window._models.open()
    return [window]


def first_start_with_an_offer(stage: Stage) -> list[QWidget]:
    models_to_choose_from(stage).library.found = []
    return first_start(stage)


def first_start_with_the_guide(stage: Stage) -> list[QWidget]:
    models = models_to_choose_from(stage)
    models.library.found = [entry_of("ο.gguf", "Ο", Origin.GUIDE, 5_000_000, quantisation="", licence="")]
    stage.chats.loaded = GUIDE
    window = stage.open()
    number = run(models.downloads.fetch(models.catalogue.listed[0].model))
    coming = stage.open()
    models.downloads.change(number, done=1_600_000_000, speed=21_000_000.0)
    coming._bridge.drain()
    listed = stage.open()
    listed._models.open()
    return [window, panes(window)[0].head.model_picker.fill_menu(), coming, listed]


def a_chat_of_another_model_beside_the_guide(stage: Stage) -> list[QWidget]:
    chat, _ = stage.dialogue()
    stage.chats.loaded = GUIDE
    stage.chats.other_models[chat.id] = OtherModel("Μ 12Β", None, None, None, GUIDE_WORDS, None, is_guide_loaded=True)
    return [stage.open(chat)]


def first_start_with_a_download(stage: Stage) -> list[QWidget]:
    models = models_to_choose_from(stage)
    number = run(models.downloads.fetch(models.catalogue.listed[0].model))
    models.downloads.change(number, done=1_600_000_000, speed=21_000_000.0)
    waiting = stage.chats.add_chat("Αναμονή")
    stage.chats.person(waiting, "Γιατί;")
    shown = first_start(stage)
    stage.chats.set_activity(waiting.id, Activity.WAITING)
    return [*shown, stage.open(waiting)]


def a_model_that_failed(stage: Stage) -> list[QWidget]:
    refused = RefusedModel(Path("μ.gguf"), "Μ", say("The disk is full"), 4096)
    stage.chats.loaded = ModelState(ModelPhase.FAILED, error=refused.error, refused=refused)
    return [stage.open(stage.dialogue()[0])]


def another_model(stage: Stage) -> list[QWidget]:
    chat = stage.dialogue()[0]
    stage.chats.other_models[chat.id] = OtherModel("Ν 8Β", Path("ν.gguf"), 6.0, 120.0, "Μ 4Β", 34.0)
    return [stage.open(chat)]


def a_model_whose_file_is_lost(stage: Stage) -> list[QWidget]:
    chat = stage.dialogue()[0]
    stage.chats.other_models[chat.id] = OtherModel("Ν 8Β", None, None, None, "Μ 4Β", None)
    window = stage.open(chat)
    panes(window)[0]._question._card.set_waits(True)
    return [window]


def endings(stage: Stage) -> list[QWidget]:
    shown = []
    for status in (Status.STOPPED, Status.INTERRUPTED, Status.CUT, Status.FAILED):
        chat = stage.chats.add_chat("Τέλος")
        stage.chats.person(chat, "Γιατί;" * 3000)
        stage.chats.reply(chat, "Διότι", status)
        shown.append(chat)
    return [stage.open(*shown[:2]), stage.open(*shown[2:])]


def a_thought(stage: Stage) -> list[QWidget]:
    chat = stage.chats.add_chat("Σκέψη")
    stage.chats.person(chat, "Γιατί;")
    reply = stage.chats.reply(chat, "Διότι.")
    stage.chats.messages[reply.id] = replace(reply, reasoning="Χμ.")
    window = stage.open(chat)
    reply = stage.chats.begin_reply(chat.id)
    stage.chats.extend_reasoning(chat.id, reply, "Χμ…")
    window._bridge.drain()
    return [window]


def messages_and_their_menus(stage: Stage) -> list[QWidget]:
    chat, messages = stage.dialogue()
    window = stage.open(chat)
    transcript = panes(window)[0].transcript
    versions: dict[MessageId, tuple[MessageId, ...]] = {messages[1].id: (messages[1].id, MessageId(3))}
    transcript.set_versions(versions)
    transcript.set_repeats(True)
    rows = [view.action_row for view in transcript.findChildren(MessageView)]
    for row in rows:
        row.show_copied()
    link = address("https://xn--mxa.gr")
    assert link is not None
    follow("ε", link, QPoint(), window)
    selection = rows[-1].parentWidget()._body.selection  # type: ignore[union-attr]
    selection._open_menu(QPoint())
    menus = [menu for row in rows for menu in (row.more_menu(), row.ways_menu())]
    return [window, *menus, *(menu for menu in window.findChildren(QWidget) if menu.isVisible() and menu.isWindow())]


def messages_being_edited(stage: Stage) -> list[QWidget]:
    chat, messages = stage.dialogue()
    window = stage.open(chat)
    transcript = panes(window)[0].transcript
    for message in messages[2:]:
        view = transcript.view(message.id)
        assert view is not None
        view._begin_edit("Αλλιώς")
    return [window]


def finding(stage: Stage) -> list[QWidget]:
    window = stage.open(stage.dialogue()[0])
    panes(window)[0].body.open_find()
    return [window]


def the_tree(stage: Stage) -> list[QWidget]:
    chat, fork = stage.fork()
    window = stage.open(chat, fork)
    pane = panes(window)[0]
    pane.body.toggle_tree(chat.id)
    settle()
    return [window, pane.body.tree.menu()]


def an_empty_tree(stage: Stage) -> list[QWidget]:
    chat = stage.chats.add_chat("Κενό")
    window = stage.open(chat)
    panes(window)[0].body.toggle_tree(chat.id)
    return [window]


def the_settings(stage: Stage) -> list[QWidget]:
    stage.chats.loaded = replace(MODEL, context_tokens=8192, trained_tokens=32_768, layers=36, gpu_layers=30)
    stage.chats.loading.seen.insert(0, ComputeDevice("CUDA0", "Κάρτα", DeviceKind.GPU, 7_000_000_000, 8_000_000_000))
    need = MemoryNeed(2_500_000_000, 500_000_000, 0)
    stage.chats.loading.fits = lambda tokens: Fit(FitWord.SLOW, need, MemoryRoom(7_000_000_000, 3_000_000_000), 30, 36)
    window = stage.open()
    window.open_settings()
    settle()
    slider = only(window, "contextLength")
    assert isinstance(slider, StepSlider)
    slider.setValue(slider.maximum())
    settle()
    return [window, only(window, "settingsDialog")]


def the_search(stage: Stage) -> list[QWidget]:
    chat, _ = stage.dialogue()
    window = stage.open(chat)
    window._search.open()
    return [window]


def the_trash(stage: Stage) -> list[QWidget]:
    stage.chats.in_trash = [replace(stage.chats.chats.pop(stage.chats.add_chat("Χαμένο").id), trashed_at=NOW)]
    folder = stage.chats.order.add("Γράμματα")
    chat, _ = stage.dialogue()
    stage.chats.change(chat.id, folder_id=folder.id, is_folded=True)
    window = stage.open(chat)
    if not named(window, "sidebar"):
        window.toggle_sidebar()
    for name in ("trashButton", "deleteChatButton"):
        button = only(window, name)
        assert isinstance(button, QAbstractButton)
        button.click()
    return [window]


def what_stands_above_the_composer(stage: Stage) -> list[QWidget]:
    chats = [stage.chats.add_chat("Ποταμός") for _ in range(3)]
    window = stage.open(*chats[:2])
    stage.chats.set_readiness(chats[0].id, Reading(1200, 3912, 20.0, RereadReason.MODEL_FILE_CHANGED))
    stage.chats.set_readiness(chats[1].id, NotReady(3912, 34.0, RereadReason.REMOVED))
    window._bridge.drain()
    other = stage.open(*chats[1:])
    stage.chats.set_readiness(chats[1].id, ReadyAtOnce(3912, 34.0, 0.04))
    stage.chats.set_readiness(chats[2].id, ContinuesFrom(2))
    other._bridge.drain()
    return [window, other]


def notices_and_details(stage: Stage) -> list[QWidget]:
    chat, _ = stage.dialogue()
    stage.chats.set_context(chat.id, 1200, 4096)
    session = SessionNumbers(UUID(int=1), SessionState.ACTIVE, "Μ 4Β", NOW, None, None, 3, 1200, 3912, 34.0, 40_000_000, 1_000_000)
    stage.chats.sessions[chat.id] = session
    window = stage.open(chat)
    window.show_notice(say("The disk is full"))
    panes(window)[0].toggle_details()
    stage.chats.move_head(chat.id, MessageId(1), None)
    window._bridge.drain()
    return [window]


def a_report(stage: Stage) -> list[QWidget]:
    window = stage.open()
    for ending in Ending:
        window.show_crash(CrashReport(Path("ρ.txt"), ending, "Ῥεῦμα: 1"))
    window.notices.findChildren(Notice)[-1].show_button.click()
    settle()
    return [window]


def the_list_and_its_menus(stage: Stage) -> list[QWidget]:
    folder = stage.chats.order.add("Γράμματα")
    chat, fork = stage.fork()
    inside = stage.chats.add_chat("Μέσα", days_ago=3)
    pinned = stage.chats.add_chat("Πάνω", days_ago=1)
    stage.chats.change(inside.id, folder_id=folder.id)
    stage.chats.change(pinned.id, is_pinned=True)
    window = stage.open(chat, fork)
    if not named(window, "sidebar"):
        window.toggle_sidebar()
    sidebar = window.findChild(Sidebar)
    model = window.findChild(ChatListModel)
    assert sidebar is not None
    assert model is not None
    menus = [menu for row in range(model.rowCount()) if (menu := sidebar.row_menu(model.index(row))) is not None]
    return [window, *menus]


STATES: list[State] = [
    *(two_panes, first_start, a_model_that_failed, another_model, a_model_whose_file_is_lost, endings, a_thought),
    *(messages_and_their_menus, messages_being_edited, finding, the_tree, an_empty_tree, the_settings, the_search, the_trash),
    *(all_models, models_on_the_way, models_of_the_hub, models_without_a_network),
    *(first_start_with_an_offer, first_start_with_a_download, first_start_with_the_guide, a_chat_of_another_model_beside_the_guide),
    *(what_stands_above_the_composer, notices_and_details, a_report, the_list_and_its_menus),
]
