"""How far a long command is, told across threads."""

from desktop.system.errors import RivuletError
from desktop.system.words import say


class StoppedError(RivuletError):
    """The person ended a command before it was done."""

    def __init__(self) -> None:
        super().__init__(say("Stopped. No file was written."))


class Course:
    """What a command has done of what it has to do, for whoever shows it; the person may end it."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0  # 0: not known yet
        self.is_stopped = False
        self.left_out: list[str] = []  # titles of what could not be taken along

    def stop(self) -> None:
        """Have the command end soon."""
        self.is_stopped = True

    def check(self) -> None:
        """Raise StoppedError once the command is to end."""
        if self.is_stopped:
            raise StoppedError
