"""The person's secrets, with keyrings that are absent, hang, refuse, or are no place for a secret."""

import asyncio
import logging
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked

from desktop.system.secrets import HUB_TOKEN, SERVICE, TRUSTED, Secret, SecretStaysError, forget_secrets
from tests.keyring_double import Ring, in_place

CANARY = "hf_Canary7qWx"
PATIENCE = 0.15  # seconds
DOUBLE = f"{Ring.__module__}.{Ring.__qualname__}"


def secret(*trusted: str, patience: float = 20.0) -> Secret:
    return Secret(HUB_TOKEN, trusted or (DOUBLE,), patience)


@contextmanager
def used(ring: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    try:
        yield
    finally:
        keyring.set_keyring(before)


class Plain(Ring):
    """A keyring that writes to a plain file, as far as anybody knows."""


class Refusing(Ring):
    """A keyring that the person did not open, and which tells more than it should."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"locked, with {CANARY}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"locked, with {password}")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked(f"locked, with {CANARY}")


class Hanging(Ring):
    """A keyring that answers once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.asked = 0

    def _wait(self) -> None:
        self.asked += 1
        assert self.gate.wait(20)

    def get_password(self, service: str, username: str) -> str | None:
        self._wait()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._wait()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._wait()
        super().delete_password(service, username)


REFUSING = f"{Refusing.__module__}.{Refusing.__qualname__}"
HANGING = f"{Hanging.__module__}.{Hanging.__qualname__}"


def test_the_keyring_has_it_and_gives_it_to_the_next_start() -> None:
    async def scenario() -> None:
        first = secret()
        assert await first.read() is None
        assert await first.keep(CANARY)
        assert ring.entries == {(SERVICE, HUB_TOKEN): CANARY}
        second = secret()
        assert await second.read() == CANARY
        await second.forget()
        assert await second.read() is None
        await second.forget()

    with in_place() as ring:
        asyncio.run(scenario())
        assert ring.entries == {}


def test_what_is_not_to_be_used_any_more_is_not_asked_for() -> None:
    async def scenario() -> None:
        before, after = secret(), secret()
        await before.keep("hf_secret")
        await after.disuse()
        assert await after.read() is None
        assert ring.entries, "the keyring was not asked"
        await after.keep("hf_another")
        assert await after.read() == "hf_another"

    with used(ring := Ring()):
        asyncio.run(scenario())


def test_the_keyring_is_asked_once_and_not_by_the_windows_thread() -> None:
    threads: list[str] = []

    class Noting(Ring):
        def get_password(self, service: str, username: str) -> str | None:
            threads.append(threading.current_thread().name)
            return CANARY

    async def scenario() -> None:
        kept = secret(f"{Noting.__module__}.{Noting.__qualname__}")
        assert [await kept.read() for _ in range(3)] == [CANARY] * 3

    with used(Noting()):
        asyncio.run(scenario())
    assert threads == ["keyring"]


@pytest.mark.parametrize("ring", [Plain(), fail.Keyring(), null.Keyring(), Refusing()], ids=lambda ring: type(ring).__module__)
def test_without_a_keyring_to_trust_it_holds_until_the_end(ring: KeyringBackend) -> None:
    async def scenario() -> None:
        first = secret()
        assert await first.read() is None
        assert not await first.keep(CANARY)
        assert await first.read() == CANARY
        assert await secret().read() is None, "not to the next start"
        await first.forget()
        assert await first.read() is None

    with used(ring):
        asyncio.run(scenario())
    assert not getattr(ring, "entries", None)


def test_the_classes_to_trust_are_those_that_encrypt() -> None:
    assert "keyring.backends.SecretService.Keyring" in TRUSTED
    assert not any(name in entry for entry in TRUSTED for name in ("fail", "null", "chainer", "alt"))
    for entry in TRUSTED:
        assert entry.startswith("keyring.backends.")


def test_of_chained_keyrings_only_one_to_trust_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, ring = Plain(), Ring()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain, ring])

    async def scenario() -> None:
        assert await secret().keep(CANARY)
        monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain])
        assert not await secret().keep(CANARY)

    with used(chainer.ChainerBackend()):
        asyncio.run(scenario())
    assert ring.entries == {(SERVICE, HUB_TOKEN): CANARY}
    assert plain.entries == {}


def test_all_that_is_chained_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, ring = Plain(), Ring()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain, ring])
    ring.entries[SERVICE, HUB_TOKEN] = CANARY
    with used(chainer.ChainerBackend()):
        assert forget_secrets()
        assert not ring.entries
        ring.is_locked = True
        assert not forget_secrets()
    with used(fail.Keyring()):
        assert forget_secrets(), "there was none"


def test_a_keyring_that_hangs_is_waited_for_once_and_the_loop_goes_on() -> None:
    ring = Hanging()

    async def scenario() -> None:
        kept, ticks = secret(HANGING, patience=PATIENCE), 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticking = asyncio.create_task(tick())
        began = time.monotonic()
        assert await kept.read() is None
        assert ticks > 3
        assert not await kept.keep(CANARY)
        assert await kept.read() == CANARY
        with pytest.raises(SecretStaysError, match="it may still hold the token"):
            await kept.forget()
        assert await kept.read() is None
        assert time.monotonic() - began < 10 * PATIENCE
        assert ring.asked == 1, "no thread is added to one that hangs"
        ticking.cancel()

    with used(ring):
        asyncio.run(scenario())
        ring.gate.set()


def test_a_keyring_that_was_opened_late_is_asked_again() -> None:
    ring = Hanging()
    ring.entries[SERVICE, HUB_TOKEN] = CANARY

    async def scenario() -> None:
        kept = secret(HANGING, patience=PATIENCE)
        assert await kept.read() is None
        ring.gate.set()
        for thread in threading.enumerate():
            if thread.name == "keyring":
                thread.join(20)
        assert await kept.read() == CANARY

    with used(ring):
        asyncio.run(scenario())


def test_what_was_refused_may_be_there_still() -> None:
    async def scenario() -> None:
        kept = secret(REFUSING)
        assert not await kept.keep(CANARY)
        with pytest.raises(SecretStaysError):
            await kept.forget()
        assert await kept.read() is None, "and is not used any more"

    with used(Refusing()):
        asyncio.run(scenario())


def test_an_old_secret_stays_where_another_keyring_is_used_now() -> None:
    async def scenario() -> None:
        await secret().keep(CANARY)
        with used(Plain()):
            other = secret()
            assert await other.read() is None
            await other.forget()
        assert await secret().read() == CANARY

    with in_place():
        asyncio.run(scenario())


@pytest.mark.parametrize("ring", [Ring(), Refusing(), Plain(), fail.Keyring()], ids=lambda ring: type(ring).__name__)
def test_its_text_is_in_no_log_no_repr_and_no_exception(ring: KeyringBackend, caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []

    async def scenario() -> None:
        kept = secret(DOUBLE, REFUSING)
        await kept.keep(CANARY)
        told.extend([repr(kept), str(kept)])
        try:
            await kept.forget()
        except SecretStaysError as error:
            told.append("".join(traceback.format_exception(error)))
            told.append(repr(error.__context__))

    with caplog.at_level(logging.DEBUG), used(ring):
        asyncio.run(scenario(), debug=True)
    assert told
    assert CANARY not in "".join([*told, caplog.text, *(repr(record.__dict__) for record in caplog.records)])
