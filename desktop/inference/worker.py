"""The worker thread: it alone calls into the context, and carries all chats' jobs forward batch by batch.

Each llama_decode carries one token of every chat that replies and a slice of one pending prefill, or of several that have
little left. A job is nothing but token ids to have in the context: what is neither resident nor stored is decoded, and when
the last one is, the next is sampled and appended. So stopping, pausing and going on need no states of their own.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Hashable, Sequence

from desktop.inference.batching import Batching
from desktop.inference.binding import Abort, Context, Model, Sampler
from desktop.inference.detokenizer import Detokenizer
from desktop.inference.errors import ContextOverflowError, DecodeAbortedError, NoRoomError, StateError
from desktop.inference.job import RESERVED_CELLS, Ending, Entry, Job, JobId, Outcome, Purpose, RunningJob
from desktop.inference.kv_cache import KvCache
from desktop.inference.pace import ABORTABLE_SECONDS, ALONE_SECONDS, Pace
from desktop.inference.reading_order import ReadingOrder, reachable
from desktop.inference.resident import Resident, cells_of
from desktop.inference.residents import Residents
from desktop.system.words import say

log = logging.getLogger(__name__)

KEEP_SECONDS = 1.0  # a streaming reply is stored so often
PRIMING_TOKENS = 64  # before the reply, for the repeat penalty
IDLE_SECONDS = 5.0  # after which a chat's recurrent states are written: one that goes on at once will have newer ones


class Worker:
    """One thread around one context."""

    def __init__(self, model: Model, context: Context, cache: KvCache, residents: Residents, abort: Abort, batch_tokens: int) -> None:
        """Start the thread. The context belongs to it from now on; close() gives it back."""
        self._model, self._context, self._cache, self._residents, self._abort = model, context, cache, residents, abort
        self._order = ReadingOrder(residents)
        self._pace = Pace(batch_tokens, ABORTABLE_SECONDS if abort.is_honoured else ALONE_SECONDS)
        self._batching = Batching(cache, residents, self._order, self._pace, batch_tokens)
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._closing = False
        self._reading: tuple[Job, ...] = ()  # whose slices are being decoded, where that may be aborted
        self._is_full = False  # somebody paused for want of cells, and nobody has left since
        self._waiting: list[RunningJob] = []
        self._jobs: list[RunningJob] = []  # in the context, oldest first
        self._voices: dict[JobId, tuple[Sampler, Detokenizer]] = {}
        self._thread = threading.Thread(target=self._run, name="inference")
        self._thread.start()

    def start(self, *jobs: Job) -> None:
        """Begin jobs; those that are given together come into the context together. May be called from any thread."""
        self._commands.put(lambda: self._waiting.extend(RunningJob(job, job.ids[:]) for job in jobs))
        if not all(job.is_background for job in jobs) and any(job.is_background for job in self._reading):
            self._abort.raise_flag()

    def stop(self, job_id: JobId) -> None:
        """End a job within a slice or a token; may be called from any thread. Nothing happens if it has ended."""
        self._commands.put(lambda: self._stop(job_id))
        if any(job.id == job_id for job in self._reading):
            self._abort.raise_flag()

    def leave(self, owner: Hashable) -> None:
        """Take an idle chat out of the context; may be called from any thread."""
        self._commands.put(lambda: self._leave(owner))

    def call(self, done: Callable[[], None]) -> None:
        """Have something called in the thread, once all that was saved until now was told; may be called from any thread."""
        self._commands.put(done)

    def write_states(self, owner: Hashable) -> None:
        """Have the states written that a chat has in memory only; may be called from any thread."""
        self._commands.put(lambda: self._residents.write_states(resident) if (resident := self._residents.find(owner)) else None)

    @property
    def is_busy(self) -> bool:
        """Tell whether a job is under way or waits; may be asked from any thread."""
        return bool(self._jobs or self._waiting)

    @property
    def reading_speed(self) -> float:
        """Return the measured speed of prefill in tokens a second, 0 before any; may be asked from any thread."""
        return self._pace.tokens_per_second

    def close(self, timeout: float | None) -> bool:
        """End all jobs, keeping what they have, and join the thread within timeout seconds; return whether it ended."""
        self._closing = True
        if self._reading:
            self._abort.raise_flag()
        self._commands.put(lambda: None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # Everything below runs in the thread.

    def _run(self) -> None:
        try:
            while not self._closing:
                try:
                    self._take_commands()
                    self._residents.write_idle_states(self._busy(), IDLE_SECONDS)
                    self._admit()
                    if self._jobs and not self._closing:
                        self._step()
                except Exception:  # whatever it is, the chats are told and the thread lives on
                    log.exception("decoding failed")
                    self._fail_all()
            self._take_commands()
            for running in [*self._waiting, *self._jobs]:
                self._end(running, Ending.QUIT)
            self._residents.write_idle_states((), 0.0)
        finally:
            self._batching.close()

    def _take_commands(self) -> None:
        is_idle = not self._jobs and not self._waiting and not self._closing
        patience = IDLE_SECONDS if self._residents.has_unwritten_states else None
        try:
            while True:
                self._commands.get(is_idle, patience)()
                is_idle = False
        except queue.Empty:
            pass

    def _stop(self, job_id: JobId) -> None:
        for running in [*self._waiting, *self._jobs]:
            if running.job.id == job_id:
                self._end(running, Ending.STOPPED)

    def _leave(self, owner: Hashable) -> None:
        if not self._closing:
            self._admit()  # who was begun before takes what it can from the chat that leaves
        if owner not in self._busy():
            self._residents.leave(owner)

    def _busy(self) -> set[Hashable]:
        return {running.job.owner for running in self._jobs}

    def _admit(self) -> None:
        """Let waiting jobs in, in their order, as far as there is room; those in the background only while nobody else is there."""
        self._pause_background()
        while (running := self._next_waiting()) is not None:
            needed = len(running.ids) + (1 if running.job.purpose is Purpose.WRITE else 0)
            if needed > self._cache.size:
                self._end(running, Ending.FAILED, ContextOverflowError(needed, self._cache.size).sentence)
                continue
            if running.job.is_passing and not self._residents.has_room_beside(running.ids):
                self._end(running, Ending.STOPPED)
                continue
            if self._jobs and running.job.purpose is Purpose.RESTORE:
                self._check_only(running)
                continue
            if self._jobs and not self._has_room(running):
                self._tell_waiting(running)
                return
            self._waiting.remove(running)
            self._enter(running)

    def _next_waiting(self) -> RunningJob | None:
        foreground = next((running for running in self._waiting if not running.job.is_background), None)
        return foreground or (self._waiting[0] if self._waiting and not self._jobs else None)

    def _pause_background(self) -> None:
        """Make way for who waits in the foreground; what was read so far is kept."""
        if all(running.job.is_background for running in self._waiting):
            return
        for running in [running for running in self._jobs if running.job.is_background]:
            resident = self._residents.of(running.job.owner)
            self._save(running, resident, len(resident.ids))
            self._jobs.remove(running)
            self._waiting.append(running)
            if running.job.is_passing:
                self._residents.leave(running.job.owner)

    def _has_room(self, running: RunningJob) -> bool:
        if self._is_full or len(self._jobs) >= self._residents.capacity or running.job.owner in self._busy():
            return False
        taken = cells_of([*(other.ids for other in self._jobs), running.ids])
        return taken + RESERVED_CELLS * (len(self._jobs) + 1) <= self._cache.size

    def _check_only(self, running: RunningJob) -> None:
        """Tell what could be restored: restoring it now would slow down those who decode."""
        known = self._residents.known_tokens(running.job.owner, running.ids)
        running.entry = Entry(known, 0, len(running.ids) - known, 0.0, is_damaged=False)
        running.job.sink.entered(running.entry)
        self._end(running, Ending.READY)

    def _enter(self, running: RunningJob) -> None:
        job, started = running.job, time.monotonic()
        self._jobs.append(running)
        decodes = job.purpose is not Purpose.RESTORE
        alone = decodes and not job.is_passing
        resident, from_disk, is_damaged = self._residents.enter(job.owner, reachable(running), self._busy(), alone=alone)
        self._residents.repack_if_scattered()
        running.to_read = self._order.tokens_left(running)
        entry = Entry(len(resident.ids), from_disk, running.to_read, time.monotonic() - started, is_damaged)
        running.entry, running.is_waiting = running.entry or entry, False
        if job.purpose is Purpose.WRITE and job.id not in self._voices:
            sampler = Sampler(self._model, job.sampling, job.seed, job.ids[-PRIMING_TOKENS:])
            self._voices[job.id] = sampler, Detokenizer(self._model.piece)
        job.sink.entered(entry)
        if job.boundaries and (node := self._residents.node_at(resident, job.boundaries[-1])) is not None:
            job.sink.saved(job.boundaries[-1], node)  # by another chat that begins alike
        self._save_boundaries(running, resident)
        if not running.to_read or not decodes:
            self._end(running, Ending.READY)

    def _step(self) -> None:
        self._abort.lower_flag()
        readers = self._next_readers()
        carried = self._batching.fill([running for running in self._jobs if not running.is_reading], readers)
        if not carried:
            return
        if self._abort.is_honoured and (self._cache.can_cut or len(carried) == 1):  # else all that others decode would be lost
            self._reading = tuple(part.running.job for part in carried if part.running.is_reading)
        started = time.monotonic()
        try:
            self._context.decode(self._batching.batch)
        except NoRoomError:
            self._make_room()
            return
        except DecodeAbortedError:
            self._recover([part.running for part in carried])
            return
        finally:
            self._reading = ()
        elapsed = time.monotonic() - started
        self._pace.measured(sum(len(part.ids) for part in carried if part.running.is_reading), elapsed)
        for part in carried:  # all, before one ends and the others are perhaps re-packed
            self._residents.advance(part.resident, part.ids)
        for part in carried:
            running, resident = part.running, part.resident
            if running.is_reading:
                self._advance_reading(running, resident, len(part.ids), elapsed)
            self._save_boundaries(running, resident)
            if len(resident.ids) == len(running.ids):
                self._go_on(running, resident, part.index)

    def _next_readers(self) -> list[RunningJob]:
        """Return whose slices come next; who has found all with others has ended."""
        readers = list[RunningJob]()
        for running in self._order.next(self._jobs):
            if self._order.tokens_left(running):
                readers.append(running)
            else:
                self._end(running, Ending.READY)
        return readers

    def _advance_reading(self, running: RunningJob, resident: Resident, count: int, elapsed: float) -> None:
        running.reading_seconds += elapsed
        running.tokens_read += count
        left = len(running.ids) - len(resident.ids)
        running.job.sink.read(running.to_read - left, running.to_read, self._pace.seconds_for(left))
        if not left:
            running.to_read = 0
            running.kept_at = time.monotonic()
            running.writing_since = running.writing_since or running.kept_at

    def _go_on(self, running: RunningJob, resident: Resident, index: int) -> None:
        """Do what follows when all tokens of a job are in the context."""
        if running.is_closing:
            self._end(running, Ending.END_OF_TURN)
        elif running.job.purpose is Purpose.READ:
            self._end(running, Ending.READY)
        else:
            self._write(running, index)

    def _write(self, running: RunningJob, index: int) -> None:
        sampler, detokenizer = self._voices[running.job.id]
        token = sampler.sample(self._context, index)
        if self._model.ends_generation(token):
            if running.job.end_of_turn is None:
                self._end(running, Ending.END_OF_TURN)
            else:  # what the template writes there, not what was sampled: the next prompt continues from it
                running.ids.append(running.job.end_of_turn)
                running.is_closing = True
            return
        running.ids.append(token)
        running.reply.append(token)
        if text := detokenizer.feed(token):
            running.job.sink.wrote(text)
        if len(running.ids) > self._cache.size:
            self._end(running, Ending.CONTEXT_FULL)
        elif len(running.reply) == running.job.most_tokens:
            self._end(running, Ending.TOKEN_LIMIT)
        elif time.monotonic() - running.kept_at >= KEEP_SECONDS:
            running.kept_at = time.monotonic()
            running.job.sink.keep(running.reply[: len(running.reply) - detokenizer.tokens_pending])

    def _save_boundaries(self, running: RunningJob, resident: Resident) -> None:
        for boundary in running.job.boundaries:
            if boundary <= len(resident.ids):
                self._save(running, resident, boundary)
        if len(resident.ids) - resident.saved >= (most := self._residents.segment_tokens):  # so that little of a long prefill is lost
            self._save(running, resident, resident.saved + most)

    def _save(self, running: RunningJob, resident: Resident, end: int) -> None:
        if end <= resident.saved or (running.job.is_passing and not running.job.is_kept) or not running.job.is_saved:
            return
        try:
            node = self._residents.save(resident, end, self._pace.tokens_per_second)
        except (StateError, MemoryError):
            log.exception("a segment was not saved")
            return
        if node is not None:
            running.job.sink.saved(end, node)

    def _end(self, running: RunningJob, ending: Ending, error: str = "") -> None:
        """Save what a job has in the context and tell its outcome."""
        if running.is_closing and ending is not Ending.FAILED:  # the reply is whole; only its end-of-turn token is not decoded
            ending = Ending.END_OF_TURN
        voice = self._voices.pop(running.job.id, None)
        if voice is not None:
            sampler, detokenizer = voice
            sampler.close()
            if ending is Ending.END_OF_TURN:
                if text := detokenizer.finish():
                    running.job.sink.wrote(text)
            elif pending := detokenizer.tokens_pending:  # the beginning of a character is of no use
                del running.reply[-pending:]
                del running.ids[-pending:]
        makes_room = running in self._jobs and ending not in (Ending.FAILED, Ending.QUIT)
        if running in self._jobs:
            self._jobs.remove(running)
            self._is_full = False
            resident = self._residents.find(running.job.owner)
            if resident is not None and ending is not Ending.FAILED:
                resident.used_at = time.monotonic()
                end = min(len(resident.ids), len(running.ids))
                self._save(running, resident, end)
                self._residents.cut(resident, end)
            if running.job.is_passing:
                self._residents.leave(running.job.owner)
        else:
            self._waiting.remove(running)
        entry = running.entry or Entry(0, 0, 0, 0.0, is_damaged=False)
        running.job.sink.finished(
            Outcome(
                ending,
                running.reply,
                entry.restored,
                running.tokens_read,
                running.reading_seconds,
                time.monotonic() - running.writing_since if running.writing_since else 0.0,
                error,
            )
        )
        if makes_room and self._jobs and self._residents.leave_idle(self._busy()):
            self._residents.repack_if_scattered()

    def _fail_all(self) -> None:
        """End all jobs in the context and forget its cells: what is in them is in doubt."""
        for running in self._jobs[:]:
            self._end(running, Ending.FAILED, say("The model could not go on; the reply is kept up to here. Try again."))
        self._residents.leave_idle((), even_unsaved=True)
        self._context.clear()

    def _make_room(self) -> None:
        """Free cells: of chats that are idle, else of the job begun last, which pauses; a job alone is at the end."""
        last = self._jobs[-1]
        if last.job.is_passing:
            self._end(last, Ending.STOPPED)
            return
        if self._residents.leave_idle(self._busy(), even_unsaved=True):
            return
        if len(self._jobs) == 1:
            self._end(last, Ending.CONTEXT_FULL)
            return
        resident = self._residents.of(last.job.owner)
        self._save(last, resident, len(resident.ids))
        self._jobs.remove(last)
        self._is_full = True  # how many cells chats share can only be guessed, so nobody enters on a guess now
        self._residents.leave(last.job.owner)
        self._waiting.insert(0, last)
        self._tell_waiting(last)

    def _tell_waiting(self, running: RunningJob) -> None:
        if not running.is_waiting:
            running.is_waiting = True
            running.job.sink.waiting()

    def _recover(self, carried: Sequence[RunningJob]) -> None:
        """After an abort, bring back what those in the batch had before it."""
        for running in carried:
            resident = self._residents.of(running.job.owner)
            self._residents.recover(resident, reachable(running))
            left = len(running.ids) - len(resident.ids)
            if running.is_reading or left > 1:  # what a reply had is read again in slices, not token by token
                running.to_read = max(running.to_read, left)
