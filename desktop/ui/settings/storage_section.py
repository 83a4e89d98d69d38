"""How much of the disk saved chats may take."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar

from desktop.chat.numbers import StorageNumbers
from desktop.system.settings import Settings
from desktop.ui.amounts import in_bytes
from desktop.ui.controls.buttons import SecondaryButton
from desktop.ui.controls.choice_button import Choice, ChoiceButton
from desktop.ui.settings.section import Section, caption
from desktop.ui.window_context import WindowContext

_GIGABYTE = 1_000_000_000
_SIZES = tuple(size * _GIGABYTE for size in (5, 10, 20, 50, 100))
_DAYS = (0, 30, 90)
_STEPS = 1000
_FREED = "This loses time, never messages: chats that are not open are read again when you next write in them."


class StorageSection(Section):
    """Show what saved chats take, limit it, and remove them.

    Signals: budget_chosen with bytes or None for the default; days_chosen with 0 for no limit.
    """

    budget_chosen = Signal(object)
    days_chosen = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        super().__init__("Quick resume")
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
        self._bar.setAccessibleName("Room that is used")
        self._state = caption()
        self._budget = ChoiceButton(context.theme, "Room on the disk")
        self._budget.setObjectName("budgetChoice")
        self._budget.chosen.connect(self._on_budget_chosen)
        self._days = ChoiceButton(context.theme, "Keep unused chats ready for")
        self._days.setObjectName("daysChoice")
        self._days.chosen.connect(lambda days: self.days_chosen.emit(days))
        self._clean = SecondaryButton("Free the room now")
        self._clean.setObjectName("cleanButton")
        self._clean.clicked.connect(lambda: context.spawn(self._remove()))
        self._outcome = caption()
        self._outcome.setObjectName("cleanOutcome")
        self.column.addWidget(self._used)
        self.column.addWidget(self._bar)
        self.column.addWidget(self._state)
        self.column.addSpacing(6)
        self.add_row("Room on the disk", self._budget)
        self.add_row("Keep unused chats ready for", self._days)
        self.column.addSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._clean)
        row.addWidget(self._outcome, 1)
        self.column.addLayout(row)
        self.column.addWidget(caption(_FREED))
        self.set_settings(self._settings)

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._settings = settings
        days = sorted({*_DAYS, settings.session_days})
        self._days.set_choices([(count, f"{count} days" if count else "No limit") for count in days], settings.session_days)
        sizes = sorted({*_SIZES, *([settings.budget] if settings.budget is not None else [])})
        default = f"Default, {in_bytes(self._numbers.default_budget)}" if self._numbers else "Default"
        choices: list[Choice] = [(None, default), *((size, in_bytes(size)) for size in sizes)]
        self._budget.set_choices(choices, settings.budget)

    def refresh(self) -> None:
        """Ask what saved chats take; returns before that is known."""
        self._outcome.clear()
        self._context.spawn(self._refresh())

    async def _refresh(self) -> None:
        numbers = self._numbers = await self._context.chats.storage()
        self._used.setText(f"{in_bytes(numbers.used)} of {in_bytes(numbers.budget)}")
        self._bar.setValue(min(_STEPS, round(_STEPS * numbers.used / numbers.budget)) if numbers.budget else _STEPS)
        self._state.setText(storage_sentences(numbers))
        self._state.setVisible(bool(self._state.text()))
        self.set_settings(self._settings)

    async def _remove(self) -> None:
        if self._is_removing:  # disabled, the button would lose the focus
            return
        self._is_removing = True
        self._outcome.setText("Removing…")
        try:
            freed = await self._context.chats.clean()
            self._outcome.setText(f"{in_bytes(freed)} freed." if freed else "There was nothing to remove.")
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


def storage_sentences(numbers: StorageNumbers) -> str:
    """Return what there is to say about what saved chats take."""
    sentences = []
    if not numbers.is_saving:
        sentences.append("Nothing more is saved now: the disk is full, or open chats take all the room there is.")
    if numbers.pinned:
        sentences.append(f"{in_bytes(numbers.pinned)} belong to open chats and those that are always kept ready.")
    if numbers.set_aside == 1:
        sentences.append("1 damaged or foreign file was set aside.")
    elif numbers.set_aside:
        sentences.append(f"{numbers.set_aside:,} damaged or foreign files were set aside.")
    return " ".join(sentences)
