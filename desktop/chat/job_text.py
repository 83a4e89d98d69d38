"""What a job of the application's own writes: a title, a summary."""

import asyncio

from desktop.inference.job import Ending, Entry, Outcome
from desktop.inference.prompt import Prompt
from desktop.inference.reasoning import ReasoningSplitter
from desktop.sessions.keys import NodeKey
from desktop.sessions.tokens import TokenIds


class JobText:
    """Gather what a job writes besides its reasoning, until done is set. A JobSink: its calls come from the worker's thread."""

    def __init__(self, prompt: Prompt, most_tokens: int | None = None) -> None:
        """most_tokens: of the text, beside the reasoning; done is set with the last, and whoever waits ends the job."""
        self._loop = asyncio.get_running_loop()
        self.done = asyncio.Event()
        self.share_read = 0.0  # of what must be read
        self.characters = 0  # written so far, reasoning included
        self._splitter = ReasoningSplitter(prompt.form)
        self._splitter.feed(prompt.begun)
        self._text = ""
        self._left = most_tokens
        self._ending = Ending.STOPPED

    def line(self) -> str:
        """Return what was written; of one line that was cut off, without its last word."""
        if self._ending is Ending.TOKEN_LIMIT and "\n" not in self._text.strip():
            return self._text.rpartition(" ")[0]
        return self.whole()

    def whole(self) -> str:
        """Return what was written, up to a limit too; empty where the job was ended before."""
        return self._text if self._ending in (Ending.END_OF_TURN, Ending.TOKEN_LIMIT) else ""

    def entered(self, entry: Entry) -> None:
        """See JobSink."""

    def read(self, done: int, total: int, seconds_left: float) -> None:
        """See JobSink."""
        self.share_read = done / total

    def wrote(self, text: str) -> None:
        """See JobSink."""
        self.share_read = 1.0
        self.characters += len(text)
        if self._left == 0:
            return
        if piece := "".join(shown.text for shown in self._splitter.feed(text) if not shown.is_reasoning):  # a token at least
            self._text += piece
            if self._left is not None:
                self._left -= 1
            if self._left == 0:
                self._end(Ending.TOKEN_LIMIT)

    def keep(self, ids: TokenIds) -> None:
        """See JobSink."""

    def saved(self, position: int, node: NodeKey) -> None:
        """See JobSink."""

    def waiting(self) -> None:
        """See JobSink."""

    def finished(self, outcome: Outcome) -> None:
        """See JobSink."""
        if self._left != 0:
            if (rest := self._splitter.rest()) is not None and not rest.is_reasoning:
                self._text += rest.text
            self._end(outcome.ending)

    def _end(self, ending: Ending) -> None:
        self._ending = ending
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.done.set)
