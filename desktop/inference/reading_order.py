"""Who reads next: whoever has least left comes first, and several that have little left read in one batch."""

from collections.abc import Sequence
from dataclasses import replace

from desktop.inference.job import Purpose, RunningJob
from desktop.inference.residents import Residents
from desktop.sessions.tokens import TokenIds, common_length

SHORT_READING = 64  # tokens; who has no more left reads beside others
REPEATED_TOKENS = 32  # who lacks no more that another is about to read does not wait for it, but reads them too


class ReadingOrder:
    """Choose whose tokens a batch carries. The worker's own."""

    def __init__(self, residents: Residents) -> None:
        """Choose among jobs whose chats are residents."""
        self._residents = residents

    def next(self, jobs: Sequence[RunningJob]) -> list[RunningJob]:
        """Return who of the jobs in the context reads now, who has least left first, so that a short message waits for no long chat.

        That is one, or several that have little left. What others have read is taken over from them, and what others are about
        to read is waited for; so some may have nothing left.
        """
        ready = list[RunningJob]()
        for running in sorted((running for running in jobs if running.is_reading), key=self.tokens_left):
            if not any(self._reads_for(other, running) for other in ready):
                if len(jobs) > 1:
                    self._take_from_others(running)
                ready.append(running)
        ready.sort(key=self.tokens_left)
        return ready[:1] + [running for running in ready[1:] if self.is_short(running)]

    def tokens_left(self, running: RunningJob) -> int:
        """Return the tokens of a job that are not in the context yet."""
        return len(running.ids) - len(self._residents.of(running.job.owner).ids)

    def is_short(self, running: RunningJob) -> bool:
        """Tell whether a job has so little left that it reads beside others."""
        return self.tokens_left(running) <= SHORT_READING

    def _reads_for(self, other: RunningJob, running: RunningJob) -> bool:
        """Tell whether another is about to read so much of what a job lacks that it had better wait."""
        known = max(len(self._residents.of(it.job.owner).ids) for it in (other, running))
        return common_length(reachable(other), reachable(running)) - known > REPEATED_TOKENS

    def _take_from_others(self, running: RunningJob) -> None:
        resident, entry = self._residents.of(running.job.owner), running.entry
        assert entry is not None, "what reads has entered"
        if self._residents.take_from_memory(resident, reachable(running)):
            running.to_read = running.tokens_read + self.tokens_left(running)
            running.entry = replace(entry, restored=len(resident.ids) - running.tokens_read, to_read=running.to_read)


def reachable(running: RunningJob) -> TokenIds:
    """Return the ids that may come from elsewhere: something must be left to decode, for its logits."""
    return running.ids[:-1] if running.job.purpose is Purpose.WRITE else running.ids
