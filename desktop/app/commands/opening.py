"""Opening the window that is there: what a second start asks of the instance that holds the data directory."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app.commands.command import Command, Exit, Outcome, Verb

if TYPE_CHECKING:  # a second start has no window, and is quick for that
    from desktop.ui.main_window import MainWindow

ACTIVATION = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")  # in which a desktop says that the person asked for it; the first counts
ONLINE = "--offline was not followed: the Rivulet that runs may use the network. Quit it first, or forbid the network in its settings."


def opening(model: Path | None, files: tuple[Path, ...], environment: Mapping[str, str]) -> Command:
    """Return the command that brings the window forward and has files opened there."""
    activation = next(filter(None, map(environment.get, ACTIVATION)), "")
    return Command(Verb.OPEN, model=model, files=files, activation=activation)


def open_in(window: "MainWindow", command: Command, *, is_offline: bool) -> Outcome:
    """Do what a second start asks for; the result says whether the network is forbidden."""
    window.come_forward(command.activation)
    hand_over(window, command.model, command.files)
    return Outcome(Exit.DONE, {"is_offline": is_offline})


def hand_over(window: "MainWindow", model: Path | None, files: Sequence[Path]) -> None:
    """Have a model loaded and files opened; the model has precedence over those among the files."""
    if model is not None:
        window.load_model(model)
    window.open_files(files, loads=model is None)
