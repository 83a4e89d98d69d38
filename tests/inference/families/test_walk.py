"""Whatever chats do in whatever order: the logits are those of a run that never stopped, and what is kept is not decoded again."""

import errno
import threading
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import llama_cpp.llama_cpp as llama
import pytest

from desktop.inference.job import Ending, Purpose
from desktop.sessions import writer
from desktop.sessions.keys import node_key
from desktop.sessions.segment import SegmentPart, write_part
from desktop.sessions.tokens import TokenIds, token_ids
from tests.guards import LogGuard
from tests.inference.driver import PATIENCE, Driver, Recorder
from tests.inference.families.setups import Setup
from tests.inference.families.trial import Trial
from tests.tiny_models import Family

STEPS = 60
LONGEST = 700  # tokens of a chat

on_window_and_hybrid = pytest.mark.parametrize(
    "setup", [Setup(Family.WINDOW), Setup(Family.HYBRID)], ids=str, indirect=True, scope="session"
)


@dataclass
class Chat:
    """What was said, and where messages end."""

    path: TokenIds = field(default_factory=token_ids)
    ends: list[int] = field(default_factory=list)
    later: list[tuple[TokenIds, list[int]]] = field(default_factory=list)  # taken back, the next one last

    def go_to(self, length: int) -> None:
        self.path, self.ends = self.path[:length], [end for end in self.ends if end <= length]


@dataclass
class Begun:
    """A turn under way."""

    owner: str
    ids: TokenIds
    reply: TokenIds
    seed: int
    recorder: Recorder
    decoded_before: int
    known: int  # tokens that need not be decoded


class Walk:
    """Chats at random, and what must be true of each step."""

    def __init__(self, trial: Trial, seed: int, patch: pytest.MonkeyPatch) -> None:
        self.trial, self.random = trial, Random(seed)
        self.driver = self.opened()
        self.chats = {"chat 0": Chat()}
        self.number = 0  # of ids that were made up
        self.told: set[bytes] = set()  # paths whose ends were saved, as the worker told
        self.kept: set[bytes] = set()  # of these, the ones to whose ends a chat can go without decoding anything
        self.is_in_doubt = False  # a file was damaged, and nobody has noticed
        self.is_disk_full = self.was_disk_full = False
        self.failures = 0  # to write a file
        self.to_stop: Recorder | None = None  # within its next slice
        self.decode = llama.llama_decode
        patch.setattr(llama, "llama_decode", self._decode)
        patch.setattr(writer, "write_part", self._write)

    def opened(self) -> Driver:
        driver = self.trial.open(self.random.choice([2048, 4096]))
        driver.store._on_fault = lambda sentence: None  # that the disk is full is no fault of the test's
        return driver

    def go(self, steps: int) -> None:
        actions = [self.send] * 6 + [self.edit, self.undo, self.redo, self.fork, self.leave] * 2
        actions += [self.read_and_stop, self.send_two_at_once, self.send_beside_the_background, self.flush]
        actions += [self.evict, self.sweep, self.restart, self.damage, self.fill_or_free_the_disk]
        for _ in range(steps):
            self.random.choice(actions)()
            self.check_sequences()
        if self.is_disk_full:
            self.fill_or_free_the_disk()
        self.verify()
        self.restart()
        for owner in self.chats:
            self._send(owner)
        self.trial.check()

    # -- what people do

    def send(self) -> None:
        self._send(self.any_owner())

    def _send(self, owner: str) -> None:
        self._finish(self._begin(owner))

    def send_two_at_once(self) -> None:
        for begun in [self._begin(owner) for owner in self.random.sample(list(self.chats), min(2, len(self.chats)))]:
            self._finish(begun, is_alone=False)

    def send_beside_the_background(self) -> None:
        chat = self.chats[self.any_owner()]
        ids = chat.path + self.ids(100, 300)
        background = self.driver.start(ids, "background", Purpose.READ, boundaries=chat.ends, is_background=True)
        self._finish(self._begin(self.any_owner()), is_alone=False)
        assert background.outcome().ending is Ending.READY
        self._note(ids, background)

    def read_and_stop(self) -> None:
        owner = self.any_owner()
        ids, most = self.chats[owner].path + self.ids(150, 400), self.random.randint(1, 200)
        begun = threading.Event()

        def stop(done: int) -> None:
            begun.wait(PATIENCE)
            if done > most:
                self.to_stop = reading

        reading = self.driver.start(ids, owner, Purpose.READ, boundaries=self.chats[owner].ends, on_read=stop)
        begun.set()
        assert reading.outcome().ending in (Ending.STOPPED, Ending.READY)
        self.to_stop = None
        self._note(ids, reading)

    def _decode(self, context: object, batch: Any) -> int:
        if self.to_stop is not None:
            self.driver.engine.stop(self.to_stop.job_id)
        return int(self.decode(context, batch))

    def edit(self) -> None:
        owner = self.any_owner()
        if self.chats[owner].ends:
            self.chats[owner].go_to(self.random.choice(self.chats[owner].ends))
        self._send(owner)

    def fork(self) -> None:
        chat = self.chats[self.any_owner()]
        if chat.ends:
            fork = Chat(chat.path, chat.ends)
            fork.go_to(self.random.choice(chat.ends))
            self.chats[f"chat {len(self.chats)}" if len(self.chats) < 7 else self.any_owner()] = fork

    def undo(self) -> None:
        owner = self.any_owner()
        chat = self.chats[owner]
        if len(chat.ends) > 2:
            chat.later.append((chat.path, chat.ends))
            chat.go_to(chat.ends[-3])
            self._restore(owner)

    def redo(self) -> None:
        owner = self.any_owner()
        if self.chats[owner].later:
            self.chats[owner].path, self.chats[owner].ends = self.chats[owner].later.pop()
            self._restore(owner)

    def leave(self) -> None:
        self.driver.engine.leave(self.any_owner())

    def flush(self) -> None:
        self.driver.engine.flush_states(self.any_owner())

    # -- what happens to what is stored

    def evict(self) -> None:
        store = self.driver.store
        store.clean(int(store.usage().used * self.random.random()))
        self._forget_lost()

    def sweep(self) -> None:
        self.driver.wait(self.driver.engine.barrier())
        store = self.driver.store
        paths = [place for chat in self.chats.values() for place in [(chat.path, chat.ends), *chat.later]]
        store.sweep(store.context, {node_key(store.context, path[:end]) for path, ends in paths for end in ends}, store.mark())
        self.kept &= {path[:end].tobytes() for path, ends in paths for end in ends}

    def restart(self) -> None:
        self.driver.close()
        self.driver = self.opened()
        if self.was_disk_full:
            self._forget_lost()
        self.was_disk_full = self.is_disk_full

    def damage(self) -> None:
        assert self.driver.store.flush(PATIENCE)
        files = sorted(path for kind in ("kv", "state") for path in self.driver.folder.glob(f"*/*/*.{kind}"))
        if files:
            path = self.random.choice(files)
            data = bytearray(path.read_bytes())
            data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
            path.write_bytes(data if self.random.random() < 0.7 else data[: len(data) // 2])
            self.is_in_doubt = True
            if self.random.random() < 0.5:
                self.verify()

    def verify(self) -> None:
        self.driver.store.verify(lambda done, total: None)
        self.is_in_doubt = False
        self._forget_lost()

    def fill_or_free_the_disk(self) -> None:
        self.is_disk_full, self.was_disk_full = not self.is_disk_full, True
        if not self.is_disk_full:
            self.driver.store.clean(1 << 40)  # so that it is tried again

    def _write(self, path: Path, part: SegmentPart) -> None:
        if self.is_disk_full:
            self.failures += 1
            raise OSError(errno.ENOSPC, "No space left on device")
        write_part(path, part)

    # -- what must be true

    def _begin(self, owner: str) -> Begun:
        if len(self.chats[owner].path) > LONGEST:
            self.chats[owner] = Chat()
        chat = self.chats[owner]
        ids, reply = chat.path + self.ids(2, 90), self.ids(1, 30)
        known, before = self._known(ids[:-1]), self.driver.engine.tokens_decoded
        seed, recorder = self.trial.start(self.driver, ids, reply, owner, boundaries=[*chat.ends, len(ids) - 1])
        return Begun(owner, ids, reply, seed, recorder, before, known)

    def _finish(self, begun: Begun, *, is_alone: bool = True) -> None:
        outcome, entry, chat = begun.recorder.outcome(), begun.recorder.entry, self.chats[begun.owner]
        length = len(begun.ids)
        assert (outcome.ending, outcome.ids) == (Ending.END_OF_TURN, begun.reply)
        assert entry.restored + entry.to_read == length
        assert entry.from_disk <= entry.restored
        if is_alone:
            decoded = self.driver.engine.tokens_decoded - begun.decoded_before - len(begun.reply)
            assert decoded == entry.to_read or (self.was_disk_full and decoded > entry.to_read), "some chats cannot leave"
            assert self.is_in_doubt or (entry.restored >= begun.known and not entry.is_damaged)
        self.trial.compare(f"turn {begun.seed}", begun.ids, begun.seed)
        chat.path, chat.ends, chat.later = begun.ids + begun.reply, [*chat.ends, length - 1, length + len(begun.reply)], []
        self._note(chat.path, begun.recorder)

    def _restore(self, owner: str) -> None:
        path, ends = self.chats[owner].path, self.chats[owner].ends
        known = self._known(path)
        before = self.driver.engine.tokens_decoded
        recorder, outcome = self.driver.run(path, owner, Purpose.RESTORE, boundaries=ends)
        assert outcome.ending is Ending.READY
        assert self.driver.engine.tokens_decoded == before
        assert self.is_in_doubt or recorder.entry.restored >= known
        self._note(path, recorder)

    def _known(self, ids: TokenIds) -> int:
        """Return how much of ids need not be decoded."""
        self._forget_thinned()
        data = ids.tobytes()
        return max((len(path) // ids.itemsize for path in self.kept if data.startswith(path)), default=0)

    def _note(self, path: TokenIds, recorder: Recorder) -> None:
        saved = {path[:position].tobytes() for position, _ in recorder.nodes}
        self.told |= saved
        self.kept |= saved

    def _forget_thinned(self) -> None:
        """Of a recurrent model's states some go, and any of them while the disk is full, but else never a path's last."""
        self.driver.wait(self.driver.engine.barrier())
        if self.is_in_doubt or not (self.trial.setup.thins or self.was_disk_full):
            return
        before = set(self.kept)
        self._forget_lost()
        last = {path for path in before - self.kept if not any(told != path and told.startswith(path) for told in self.told)}
        assert self.was_disk_full or not last

    def _forget_lost(self) -> None:
        self.driver.wait(self.driver.engine.barrier())
        for path in list(self.kept):
            ids = token_ids(memoryview(path).cast("i"))
            if self.driver.store.lookup(ids).whole_tokens < len(ids):
                self.kept.discard(path)

    def any_owner(self) -> str:
        return self.random.choice(list(self.chats))

    def ids(self, least: int, most: int) -> TokenIds:
        self.number += 1
        return self.trial.ids(0, self.random.randint(least, most), seed=self.number)

    def check_sequences(self) -> None:
        """See that each chat's sequence holds as many tokens as it is said to, and no other holds any."""
        running, seen = self.driver.engine._running, threading.Event()
        assert running is not None
        residents, found = running.worker._residents, list[Any]()

        def look() -> None:
            cache = residents._cache
            found.extend((r.sequence, r.saved <= len(r.ids), len(r.ids), cache.length(r.sequence)) for r in residents._residents.values())
            found.extend((sequence, True, 0, cache.length(sequence)) for sequence in residents._free)
            seen.set()

        running.worker.call(look)
        assert seen.wait(PATIENCE)
        assert sorted(sequence for sequence, *_ in found) == list(range(residents.capacity))
        assert all(is_right and said == held for _, is_right, said, held in found), found


@on_window_and_hybrid
@pytest.mark.parametrize("seed", range(2))
def test_chats_are_right_whatever_happens(trial: Trial, seed: int, monkeypatch: pytest.MonkeyPatch, log_guard: LogGuard) -> None:
    monkeypatch.setattr("desktop.inference.residents.REPACK_CELLS", 16)
    if seed % 2:
        monkeypatch.setattr("desktop.inference.residents.SEGMENT_TOKENS", 64)
    walk = Walk(trial, seed, monkeypatch)
    walk.go(STEPS)
    if walk.failures:
        log_guard.expect("segment not written")
