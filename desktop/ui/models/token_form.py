"""The person's key to Hugging Face."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.ui.controls.buttons import SecondaryButton
from desktop.ui.models.asking import asked
from desktop.ui.settings.section import caption
from desktop.ui.translation import tr
from desktop.ui.window_context import WindowContext

_LONGEST = 500  # characters


class TokenForm(QFrame):
    """Take it and hand it on, or have it forgotten; what stands in the field is never kept here."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tokenForm")
        self._context = context
        self._field = QLineEdit()
        self._field.setObjectName("tokenField")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setMaxLength(_LONGEST)
        self._field.setAccessibleName(tr("Access token"))
        self._field.setPlaceholderText(tr("Access token"))
        self._field.returnPressed.connect(self._on_keep_clicked)
        self._keep = SecondaryButton(tr("Keep"))
        self._keep.setObjectName("keepTokenButton")
        self._keep.clicked.connect(self._on_keep_clicked)
        self._forget = SecondaryButton(tr("Forget"))
        self._forget.setObjectName("forgetTokenButton")
        self._forget.clicked.connect(lambda: context.spawn(asked(self, self._drop(), self._tell)))
        self._told = caption()
        self._told.setObjectName("tokenOutcome")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field, 1)
        row.addWidget(self._keep)
        row.addWidget(self._forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._told)
        self._tell("")
        self._forget.hide()

    def refresh(self) -> None:
        """Ask whether there is one; returns before that is known."""
        self._context.spawn(asked(self, self._refresh(), self._tell))

    async def _refresh(self) -> None:
        is_kept = await self._context.chats.models.token.is_kept()
        if isValid(self):
            self._tell(tr("A token is kept.") if is_kept else "")
            self._forget.setVisible(is_kept)

    async def _take(self, token: str) -> None:
        in_keyring = await self._context.chats.models.token.keep(token)
        if not isValid(self):
            return
        self._forget.show()
        if in_keyring:
            self._tell(tr("The token is in the keyring of this computer."))
        else:
            self._tell(tr("The keyring of this computer cannot be used, so the token holds until Rivulet ends."))

    async def _drop(self) -> None:
        await self._context.chats.models.token.forget()
        if isValid(self):
            self._field.setFocus()  # the button goes
            self._forget.hide()
            self._tell(tr("The token is forgotten."))

    def _tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))

    def _on_keep_clicked(self) -> None:
        token = self._field.text().strip()
        self._field.clear()
        if token:
            self._context.spawn(asked(self, self._take(token), self._tell))
