"""The root of every error that a person may get to read."""


class RivuletError(Exception):
    """An expected failure, told in a sentence that says what happened, what was kept and what can be done.

    Everything else that is raised is a defect and goes to the log with its traceback.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class StartError(RivuletError):
    """The application cannot start: the sentence goes to standard error and the exit code is 1."""
