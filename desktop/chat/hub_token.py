"""The person's key to the hub."""

import re

from desktop.system.errors import RivuletError
from desktop.system.secrets import Secret
from desktop.system.words import say

_TOKEN = re.compile(r"[!-~]{1,512}")  # what may stand in a header


class NoTokenError(RivuletError):
    """What was given cannot be a token."""

    def __init__(self) -> None:
        super().__init__(say("This is no access token, so nothing was kept. Copy it anew from your settings on Hugging Face."))


class HubAccess:
    """The token, kept as a secret. For the event loop's thread."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    async def is_kept(self) -> bool:
        """Tell whether there is one."""
        return await self.read() is not None

    async def keep(self, token: str) -> bool:
        """Take a token; return whether the keyring has it, else it holds until Rivulet ends. Raises NoTokenError."""
        if not _TOKEN.fullmatch(token := token.strip()):
            raise NoTokenError
        return await self._secret.keep(token)

    async def forget(self) -> None:
        """Remove it. Raises SecretStaysError where the keyring does not answer."""
        await self._secret.forget()

    async def disuse(self) -> None:
        """Use it no more, until another one is kept; who calls this removes it from the keyring."""
        await self._secret.disuse()

    async def read(self) -> str | None:
        """Return it, for the network alone; None also where others put into the keyring what cannot be one."""
        token = await self._secret.read()
        return token if token and _TOKEN.fullmatch(token) else None
