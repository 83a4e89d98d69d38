"""From a command to its outcome, in whichever process holds the data directory."""

import logging

from desktop.app.commands.command import Command, CommandError, Exit, Outcome, Verb, Write
from desktop.app.commands.models import MODEL_COMMANDS
from desktop.app.commands.run import run
from desktop.app.commands.sessions import COMMANDS, exit_code
from desktop.app.services import Services
from desktop.conversations.errors import UnknownConversationError
from desktop.system.errors import RivuletError

log = logging.getLogger(__name__)

DEFECT = "Something went wrong that should not have. The chats are kept; the log in the data directory says more."


async def execute(command: Command, services: Services, write: Write, *, is_last: bool = False) -> Outcome:
    """Carry out a command; write gets what comes before its end. What fails is in the outcome. is_last: the process ends after it."""
    try:
        if command.verb is Verb.RUN:
            result, code = await run(command, services, write, is_last=is_last)
        elif command.verb in MODEL_COMMANDS:
            result, code = await MODEL_COMMANDS[command.verb](command, services, write)
        else:
            result = await COMMANDS[command.verb](command, services)
            code = exit_code(command.verb, result)
    except UnknownConversationError as error:
        return Outcome(Exit.NO_CHAT, error=error.sentence)
    except CommandError as error:
        return Outcome(error.code, error=error.sentence)
    except RivuletError as error:
        return Outcome(Exit.FAILED, error=error.sentence)
    except Exception:
        log.exception("the command %s failed", command.verb)
        return Outcome(Exit.FAILED, error=DEFECT)
    return Outcome(code, result)
