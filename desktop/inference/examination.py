"""A look at a model file that this process has never seen, by a process that may die of it.

python -m desktop.inference.examination FILE SIZE

llama.cpp ends a process over much that a file can say wrong. So all that loading and replying do is done once here, from what
costs nothing to what costs most: the hyperparameters, vocabulary and shapes without memory for the weights, the chat template
under limits, a context, a few tokens with the weights mapped, and what only some kinds of memory can. Each stage is told
before it begins, so that whoever waits knows which one did not end.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.inference.errors import ModelLoadError, TemplateError, TemplateLimitError, UnsupportedModelError
from desktop.inference.placement import PROCESSOR_ONLY
from desktop.system.confinement import confine, limit_processor

if TYPE_CHECKING:
    from desktop.inference.binding import Library, Model

EXAMINATION = 1  # to be counted up where this looks at more
MOST_DETAIL = 300  # characters
MODULE = "desktop.inference.examination"
SECONDS = 20  # besides those that weights take
TEMPLATE_SECONDS = 4  # of the processor; those of the sandbox end a template before, unless it hangs where Python cannot see
OUT_OF_TIME, KILLED, PYTHON_ERROR = -24, -9, 1  # exit codes: SIGXCPU; SIGKILL, which want of memory sends too
WEIGHT_BYTES_PER_SECOND, MOST_WEIGHT_SECONDS = 100 << 20, 100.0
ROOM = 4 << 30  # bytes of memory besides the file's, most of which are never touched
PROBED_TOKENS = 8
DAY = date(2026, 1, 2)
TEXTS = ("Hello, it's 2 o'clock.\n\n\tx", "äßÇ 中文 😀 \U0010ffff", "<0x41> <|im_start|> </s>", "", " " * 40, "a1" * 40)


# Those whose memory was seen to share ranges in this llama.cpp, by the tests that save and fork them.
KNOWN_TO_SHARE = frozenset({"llama", "qwen2", "qwen3", "qwen3moe", "gemma3", "gpt-oss", "mamba", "lfm2", "granitehybrid", "qwen35"})


class Stage(StrEnum):
    """What is tried, in this order."""

    OPENING = "opening"
    TEMPLATE = "template"
    TOKENISING = "tokenising"
    CONTEXT = "context"
    RUNNING = "running"
    SHARING = "sharing"


class Fault(StrEnum):
    """What is wrong with a file."""

    REFUSED = "refused"  # by llama.cpp, which says why
    UNSUPPORTED = "unsupported"  # it writes no text
    TEMPLATE = "template"  # no chat can be rendered
    TEMPLATE_LIMIT = "template limit"  # it takes too long, or makes too long a text
    CRASH = "crash"
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of a look."""

    fault: Fault | None
    detail: str = ""
    shares_ranges: bool | None = None  # whether seq_cp of a range works, which ends the process where not; None: not found out


def library_version() -> str:
    """Return which llama.cpp, and which examination, findings hold for."""
    return f"{metadata.version('llama-cpp-python')}/{EXAMINATION}"


def seconds_for(size: int) -> float:
    """Return how long the look at a file of so many bytes may take."""
    return SECONDS + min(MOST_WEIGHT_SECONDS, size / WEIGHT_BYTES_PER_SECOND)


def findings_of(output: str, code: int | None) -> Findings | None:
    """Return what a process found, by what it wrote and how it ended; None: nothing, for a reason that is not the file's.

    code: None: it was ended from here for want of time.
    """
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{") and line.endswith("}")]
    if not lines:  # it did not even begin
        return Findings(Fault.HANG) if code is None else None
    last = lines[-1]
    if "stage" not in last:
        return Findings(Fault(last["fault"]) if last["fault"] else None, last["detail"][:MOST_DETAIL], last["shares_ranges"])
    stage, is_out_of_time = Stage(last["stage"]), code in (None, OUT_OF_TIME)
    if stage is Stage.SHARING:  # all else was well
        return Findings(None, shares_ranges=False)
    if stage is Stage.RUNNING and (is_out_of_time or code in (PYTHON_ERROR, KILLED)):
        return Findings(None)  # the weights are too large for this machine as it is just now
    if is_out_of_time and stage is Stage.TEMPLATE:
        return Findings(Fault.TEMPLATE_LIMIT)
    if is_out_of_time or code == KILLED:
        return Findings(Fault.HANG)
    return Findings(Fault.CRASH, stage) if code != PYTHON_ERROR else None  # whoever loads it gets to see the same error


def _examine(path: Path, size: int) -> Findings:
    from desktop.inference.binding import Library

    with ExitStack() as stack:
        library = Library()
        stack.callback(library.close)
        try:
            _look(library, path)
        except ModelLoadError:
            return Findings(Fault.REFUSED, library.first_error)
        except UnsupportedModelError:
            return Findings(Fault.UNSUPPORTED)
        except TemplateLimitError:
            return Findings(Fault.TEMPLATE_LIMIT)
        except TemplateError as error:
            return Findings(Fault.TEMPLATE, str(error.detail))  # plain: Words cannot be copied
        except MemoryError:
            return Findings(Fault.CRASH, "memory")
        _run(library, path, size)
    return Findings(None, shares_ranges=True)


def _look(library: "Library", path: Path) -> None:
    """Do all that needs no weights."""
    from desktop.inference.binding import Abort, Context, Model
    from desktop.inference.context_options import ContextOptions, DecodeCounters

    _tell(Stage.OPENING)
    model = Model(library, path, lambda _: True, PROCESSOR_ONLY, is_dry=True)
    if model.has_encoder or not model.vocabulary_size:
        raise UnsupportedModelError(path.name)
    _render(model)
    _tell(Stage.CONTEXT)
    context = Context(model, ContextOptions(256, 3, 32, 1), DecodeCounters(), Abort())
    if not context.has_memory:
        raise UnsupportedModelError(path.name)
    context.close()
    model.close()


def _render(model: "Model") -> None:
    from desktop.inference.prompt import PromptBuilder, PromptSettings, Role, Turn
    from desktop.inference.template import ChatTemplate
    from desktop.inference.vocabulary import Vocabulary

    ends = {token: model.piece(token).decode("utf-8", "replace") for token in (model.bos, model.eos) if token >= 0}
    _tell(Stage.TEMPLATE)
    limit_processor(TEMPLATE_SECONDS)
    template = ChatTemplate(model.chat_template(), bos=ends.get(model.bos, ""), eos=ends.get(model.eos, ""))
    template.render([{"role": "user", "content": "Hello"}], DAY, add_generation_prompt=True)
    _tell(Stage.TOKENISING)
    limit_processor(SECONDS)
    prompts = PromptBuilder(Vocabulary(model, template.source), template, bos=model.bos, piece=model.piece)
    for token in range(model.vocabulary_size):
        model.piece(token)
    for text in TEXTS:
        prompts.count(text)
    turns = [Turn(Role.USER, TEXTS[0]), Turn(Role.ASSISTANT, TEXTS[1]), Turn(Role.USER, TEXTS[2])]
    _tell(Stage.TEMPLATE)
    limit_processor(TEMPLATE_SECONDS)
    for count in (1, 3):
        for system_prompt in ("", "Be brief."):
            try:
                prompts.build(turns[:count], PromptSettings(DAY, system_prompt))
            except TemplateLimitError:
                raise
            except TemplateError:  # some know no system prompt, or no second turn; who writes one is told
                continue


def _run(library: "Library", path: Path, size: int) -> None:
    """Decode a few tokens on the processor, whatever else there is: a model that fills the GPU would not fit there twice."""
    from desktop.inference.binding import Abort, Batch, Context, Model
    from desktop.inference.context_options import ContextOptions, DecodeCounters

    _tell(Stage.RUNNING)
    limit_processor(round(seconds_for(size)))
    model = Model(library, path, lambda _: True, PROCESSOR_ONLY)
    context = Context(model, ContextOptions(256, 3, 32, 1), DecodeCounters(), Abort())
    batch = Batch(PROBED_TOKENS)
    for position in range(PROBED_TOKENS):
        batch.add(position, position, 0, wants_logits=position == PROBED_TOKENS - 1)
    context.decode(batch)
    context.state(0)
    _tell(Stage.SHARING)
    context.share(0, 2, 2, PROBED_TOKENS)
    context.state(2)
    context.remove(2)
    context.share(0, 1, 0, PROBED_TOKENS // 2)
    batch.close()
    context.close()
    model.close()


def _tell(stage: Stage) -> None:
    _write({"stage": stage})


def _write(said: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _main(arguments: Sequence[str]) -> int:
    path, size = arguments
    confine(2 * int(size) + ROOM)
    found = _examine(Path(path), int(size))
    _write(asdict(found))
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
