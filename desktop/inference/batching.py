"""What one llama_decode carries: a token of every chat that writes, and slices of those that read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop.inference.binding import Batch
from desktop.inference.job import Purpose, RunningJob
from desktop.inference.kv_cache import KvCache
from desktop.inference.pace import Pace
from desktop.inference.reading_order import ReadingOrder
from desktop.inference.resident import Resident
from desktop.inference.residents import Residents
from desktop.sessions.tokens import TokenIds


@dataclass(frozen=True, slots=True)
class Slice:
    """A job's part of a batch."""

    running: RunningJob
    resident: Resident
    ids: TokenIds
    index: int  # of its last token, whose logits the next one is sampled from


class Batching:
    """Fill a batch. The worker's own."""

    def __init__(self, cache: KvCache, residents: Residents, order: ReadingOrder, pace: Pace, batch_tokens: int) -> None:
        """Carry tokens of jobs whose chats are residents, batch_tokens at most. Close it."""
        self._cache, self._residents, self._order, self._pace = cache, residents, order, pace
        self.batch = Batch(batch_tokens)

    def fill(self, writers: Iterable[RunningJob], readers: Sequence[RunningJob]) -> list[Slice]:
        """Put a token of each writer into the emptied batch, and of the readers, in their order, as much as it may take."""
        self.batch.clear()
        slices = [self._carry(running, 1) for running in writers]
        if readers:
            paced = self._pace.short_tokens if self._order.is_short(readers[0]) else self._pace.slice_tokens
            allowed = min(paced(is_shared=bool(slices)), self.batch.capacity - len(self.batch))
            for running in readers:
                if allowed > 0:
                    slices.append(self._carry(running, allowed))
                    allowed -= len(slices[-1].ids)
        return slices

    def close(self) -> None:
        """Free the batch."""
        self.batch.close()

    def _carry(self, running: RunningJob, count: int) -> Slice:
        """Add a job's next tokens to the batch."""
        resident = self._residents.of(running.job.owner)
        position = len(resident.ids)
        if not self._cache.can_cut and count > 1:
            count = min(count, self._residents.next_cut(resident, running.job.boundaries) - position)
        ids = running.ids[position : position + count]
        is_last = position + len(ids) == len(running.ids)
        index = -1
        for offset, token in enumerate(ids):
            wants_logits = is_last and offset == len(ids) - 1 and running.job.purpose is Purpose.WRITE and not running.is_closing
            index = self.batch.add(token, position + offset, resident.sequence, wants_logits=wants_logits)
        return Slice(running, resident, ids, index)
