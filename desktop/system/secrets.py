"""The person's secrets: in their keyring, outside of the data directory, or in memory; never in a file of Rivulet's or a log."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from desktop.system.errors import RivuletError
from desktop.system.threads import in_thread
from desktop.system.words import say

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

log = logging.getLogger(__name__)

SERVICE = "Rivulet"
HUB_TOKEN = "hugging-face-token"
NAMES = (HUB_TOKEN, "remote-engine-keys", "database-key")
"""All names that entries may ever have: a keyring cannot be asked what it holds."""

TRUSTED = frozenset(
    {
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
    }
)
"""The classes of keyrings that encrypt what they hold. Others may write it to a plain file, or nowhere."""

PATIENCE = 5.0  # seconds for a keyring to answer; some never do


class SecretStaysError(RivuletError):
    """A secret may still be in the keyring."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The keyring did not answer, so it may still hold the token. Rivulet does not use it any more; unlock the keyring and "
                "try again, or remove the entry Rivulet there."
            )
        )


class _NoAnswerError(Exception):
    """The keyring is absent, locked, hanging, or none to be trusted."""


class Secret:
    """One secret: in the keyring where that is one to trust, else in memory until Rivulet ends. For the event loop's thread.

    The keyring is asked in a thread of its own and has five seconds for each answer.
    """

    def __init__(self, name: str, trusted: Iterable[str] = TRUSTED, patience: float = PATIENCE) -> None:
        self._name = name
        self._trusted = frozenset(trusted)
        self._patience = patience
        self._lock = asyncio.Lock()  # one question at a time
        self._is_hanging = False
        self._is_known = False  # else the keyring may have one
        self._text: str | None = None

    async def read(self) -> str | None:
        """Return the secret; None: there is none, or the keyring does not tell."""
        async with self._lock:
            if not self._is_known:
                try:
                    self._text = await self._ask(lambda ring: ring.get_password(SERVICE, self._name))
                    self._is_known = True
                except _NoAnswerError:
                    self._is_known = not self._is_hanging  # who is unlocking it just now is asked once more
            return self._text

    async def keep(self, text: str) -> bool:
        """Take a secret; return whether the keyring has it, else it holds until Rivulet ends."""
        async with self._lock:
            self._text, self._is_known = text, True
            try:
                await self._ask(lambda ring: ring.set_password(SERVICE, self._name, text))
            except _NoAnswerError:
                return False
            return True

    async def forget(self) -> None:
        """Remove the secret. Raises SecretStaysError where the keyring may have it still; it is not used any more then."""
        async with self._lock:
            self._text, self._is_known = None, True
            try:
                await self._ask(lambda ring: _delete(ring, self._name))
            except _NoAnswerError as error:
                if error.args:  # there is a keyring that could hold it
                    raise SecretStaysError from None

    async def disuse(self) -> None:
        """Use it no more, until another one is kept. The keyring is not asked, and may have it still."""
        async with self._lock:
            self._text, self._is_known = None, True

    async def _ask(self, question: Callable[["KeyringBackend"], T]) -> T:
        if self._is_hanging:
            raise _NoAnswerError("it hangs")
        self._is_hanging = True

        def ask() -> T:
            try:
                ring = _trusted_ring(self._trusted)
                if ring is None:
                    raise _NoAnswerError
                return question(ring)
            except _NoAnswerError:
                raise
            except Exception as error:  # noqa: BLE001 - told without its text, in which the secret might stand
                log.info("the keyring did not answer: %s", type(error).__name__)
                raise _NoAnswerError("it refused") from None
            finally:
                self._is_hanging = False

        try:
            return await in_thread("keyring", ask, self._patience)
        except TimeoutError:
            log.info("the keyring did not answer in time")
            raise _NoAnswerError("it hangs") from None


def forget_secrets() -> bool:
    """Remove all entries; return whether none is left. May wait for the person to open their keyring."""
    from keyring.errors import NoKeyringError  # slow

    try:
        for ring in _rings():
            for name in NAMES:
                with suppress(NoKeyringError):  # there was none
                    _delete(ring, name)
    except Exception as error:  # noqa: BLE001 - told without its text, in which the secret might stand
        log.info("the keyring did not answer: %s", type(error).__name__)
        return False
    return True


def keyring_in_use() -> tuple[str, bool]:
    """Return the class of the keyring, and whether it is one to trust. Opens nothing, but may take as long as the desktop's bus."""
    import keyring  # slow

    ring = _trusted_ring(TRUSTED)
    return _class_name(ring or keyring.get_keyring()), ring is not None


def _rings() -> "list[KeyringBackend]":
    """Return the keyring in use, or all that it chains."""
    import keyring  # slow
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    return list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]


def _trusted_ring(trusted: frozenset[str]) -> "KeyringBackend | None":
    """Return the first keyring to be trusted; None: there is none."""
    return next((ring for ring in _rings() if _class_name(ring) in trusted), None)


def _class_name(ring: "KeyringBackend") -> str:
    return f"{type(ring).__module__}.{type(ring).__qualname__}"


def _delete(ring: "KeyringBackend", name: str) -> None:
    from keyring.errors import PasswordDeleteError

    with suppress(PasswordDeleteError):  # there was none
        ring.delete_password(SERVICE, name)
