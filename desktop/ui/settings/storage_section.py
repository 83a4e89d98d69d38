"""How much of the disk saved chats may take."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout

from desktop.chat.numbers import StorageNumbers
from desktop.system.setting import HEADINGS
from desktop.system.setting import Section as Part
from desktop.system.settings import Settings
from desktop.system.words import Words, counted, say, sentences
from desktop.ui.amounts import in_bytes
from desktop.ui.controls.buttons import SecondaryButton
from desktop.ui.controls.choice_button import Choice, ChoiceButton
from desktop.ui.settings.section import Section, caption
from desktop.ui.translation import tr, translated
from desktop.ui.window_context import WindowContext

_GIGABYTE = 1_000_000_000
_SIZES = tuple(size * _GIGABYTE for size in (5, 10, 20, 50, 100))
_STEPS = 1000
_FREED = say("This loses time, never messages: chats that are not open are read again when you next write in them.")


class StorageSection(Section):
    """Show what saved chats take, limit it, and remove them.

    Signals: budget_chosen with bytes or None for the default.
    """

    budget_chosen = Signal(object)

    def __init__(self, context: WindowContext) -> None:
        super().__init__(translated(HEADINGS[Part.QUICK_RESUME]))
        self._context = context
        self._settings = Settings()
        self._is_removing = False
        self._numbers: StorageNumbers | None = None
        self._used = QLabel("…")
        self._used.setObjectName("storageUsed")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(tr("Room that is used"))
        self._state = caption()
        self._budget = ChoiceButton(context.theme, tr("Room on the disk"))
        self._budget.setObjectName("budgetChoice")
        self._budget.chosen.connect(self._on_budget_chosen)
        self._clean = SecondaryButton(tr("Free the room now"))
        self._clean.setObjectName("cleanButton")
        self._clean.clicked.connect(lambda: context.spawn(self._remove()))
        self._outcome = caption()
        self._outcome.setObjectName("cleanOutcome")
        self.column.addWidget(self._used)
        self.column.addWidget(self._bar)
        self.column.addWidget(self._state)
        self.column.addSpacing(6)
        self.add_row(tr("Room on the disk"), self._budget)
        self.rows = QVBoxLayout()
        self.column.addLayout(self.rows)
        self.column.addSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._clean)
        row.addWidget(self._outcome, 1)
        self.column.addLayout(row)
        self.column.addWidget(caption(translated(_FREED)))
        self.set_settings(self._settings)

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._settings = settings
        sizes = sorted({*_SIZES, *([settings.budget] if settings.budget is not None else [])})
        default = tr("Default, {size}", size=in_bytes(self._numbers.default_budget)) if self._numbers else tr("Default")
        choices: list[Choice] = [(None, default), *((size, in_bytes(size)) for size in sizes)]
        self._budget.set_choices(choices, settings.budget)

    def refresh(self) -> None:
        """Ask what saved chats take; returns before that is known."""
        self._outcome.clear()
        self._context.spawn(self._refresh())

    async def _refresh(self) -> None:
        numbers = self._numbers = await self._context.chats.storage()
        self._used.setText(tr("{used} of {budget}", used=in_bytes(numbers.used), budget=in_bytes(numbers.budget)))
        self._bar.setValue(min(_STEPS, round(_STEPS * numbers.used / numbers.budget)) if numbers.budget else _STEPS)
        self._state.setText(translated(storage_sentences(numbers)))
        self._state.setVisible(bool(self._state.text()))
        self.set_settings(self._settings)

    async def _remove(self) -> None:
        if self._is_removing:  # disabled, the button would lose the focus
            return
        self._is_removing = True
        self._outcome.setText(tr("Removing…"))
        try:
            freed = await self._context.chats.clean()
            self._outcome.setText(tr("{size} freed.", size=in_bytes(freed)) if freed else tr("There was nothing to remove."))
        except Exception:
            self._outcome.clear()
            raise
        finally:
            self._is_removing = False
        await self._refresh()

    def _on_budget_chosen(self, budget: int | None) -> None:
        self.budget_chosen.emit(budget)
        self._context.spawn(self._limit(budget))

    async def _limit(self, budget: int | None) -> None:
        await self._context.chats.set_budget(budget)
        await self._refresh()


def storage_sentences(numbers: StorageNumbers) -> Words:
    """Return what there is to say about what saved chats take."""
    told = []
    if not numbers.is_saving:
        told.append(say("Nothing more is saved now: the disk is full, or open chats take all the room there is."))
    if numbers.pinned:
        told.append(say("{size} belong to open chats and those that are always kept ready.", size=in_bytes(numbers.pinned)))
    if numbers.set_aside:
        told.append(
            counted(
                "{count} damaged or foreign files were set aside.",
                "{count} damaged or foreign file was set aside.",
                numbers.set_aside,
            )
        )
    return sentences(*told)
