"""Train the guide: `python -m resources.guide.train FOLDER`, with torch installed; everything random comes from one seed.

The folder gets the vocabulary, the weights now and then, and the model file at the end. Interrupted, the
same command goes on from the last weights.
"""

import argparse
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor
from torch.nn import functional

from resources.guide.dialogues import Dialogues, Turn
from resources.guide.gguf_file import write
from resources.guide.tokenizer import END_OF_TEXT, END_OF_TURN, START_OF_TURN, Tokenizer, learn
from resources.guide.topics import fingerprint, read_topics
from resources.guide.transformer import Shape, Transformer

_log = logging.getLogger(__name__)
SEED = 20261127
VOCABULARY = 2048
BATCH_TOKENS = 8192
POOL = 2048  # dialogues among which those of like length are put together
WEIGHT_OF_SAID = 0.03  # of what people say, in the loss, where a reply has 1
WEIGHT_OF_BEGINNING, BEGINNING = 3.0, 4  # of the first tokens of a reply, which decide which one it is
LONGEST = 3584  # tokens of a dialogue
_SHOWN_EVERY, _SAVED_EVERY = 20, 200  # steps


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to learn."""

    steps: int
    rate: float = 1.5e-3  # of matrices
    embedding_rate: float = 8e-4  # and of all else
    warm_up: int = 60  # steps
    long_from: float = 0.3  # of all steps, from where on some dialogues are long


def tokens_of(turn: Turn, tokenizer: Tokenizer) -> tuple[list[int], list[float]]:
    """Return the ids of a turn as the chat template writes it, and how much each counts in the loss."""
    start, end = tokenizer.special(START_OF_TURN), tokenizer.special(END_OF_TURN)
    newline = tokenizer.encode("\n")
    said = [start, *tokenizer.encode("user\n"), *tokenizer.encode(turn.said), end, *newline, start, *tokenizer.encode("assistant\n")]
    reply = [*tokenizer.encode(turn.reply), end]
    reply_weights = [WEIGHT_OF_BEGINNING if place < BEGINNING else 1.0 for place in range(len(reply))]
    return [*said, *reply, *newline], [WEIGHT_OF_SAID] * len(said) + reply_weights + [WEIGHT_OF_SAID] * len(newline)


def batches(dialogues: Dialogues, tokenizer: Tokenizer, random: Random, step: int, long_from: float) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield ids and weights, (batch, length) each, of dialogues of like length, one batch a step; from `long_from` on some are long."""
    while True:
        pool = [_as_tokens(dialogues.draw(_turns(random)), tokenizer) for _ in range(POOL)]
        if step >= long_from:
            for _ in range(POOL // 24):
                wanted = random.choice((600, 900, 1200, 1600, 2200, 3000))
                pool.append(_as_tokens(dialogues.draw_long_ago(wanted, lambda turn: len(tokens_of(turn, tokenizer)[0])), tokenizer))
        pool.sort(key=lambda dialogue: len(dialogue[0]) * random.uniform(0.93, 1.07))
        made: list[list[tuple[list[int], list[float]]]] = [[]]
        for dialogue in pool:
            longest = max([len(ids) for ids, _ in made[-1]], default=0)
            if made[-1] and max(longest, len(dialogue[0])) * (len(made[-1]) + 1) > BATCH_TOKENS:
                made.append([])
            made[-1].append(dialogue)
        random.shuffle(made)
        step += len(made)
        for batch in made:
            yield _padded(batch, tokenizer.special(END_OF_TEXT))


def _turns(random: Random) -> int:
    return random.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9))


def _as_tokens(dialogue: Sequence[Turn], tokenizer: Tokenizer) -> tuple[list[int], list[float]]:
    ids: list[int] = []
    weights: list[float] = []
    for turn in dialogue:
        turn_ids, turn_weights = tokens_of(turn, tokenizer)
        ids += turn_ids
        weights += turn_weights
    return ids[:LONGEST], weights[:LONGEST]


def _padded(batch: Sequence[tuple[list[int], list[float]]], filler: int) -> tuple[Tensor, Tensor]:
    length = max(len(ids) for ids, _ in batch)
    ids = torch.tensor([[*ids, *[filler] * (length - len(ids))] for ids, _ in batch])
    weights = torch.tensor([[*weights, *[0.0] * (length - len(weights))] for _, weights in batch])
    return ids, weights


def loss_of(model: Transformer, ids: Tensor, weights: Tensor) -> Tensor:
    """Return the weighted mean of what the model did not foresee, in nats a token."""
    with torch.autocast("cpu", torch.bfloat16):
        hidden = model(ids[:, :-1]).flatten(0, 1)
        counted = weights[:, 1:].flatten().nonzero()[:, 0]
        logits = model.logits(hidden[counted])
    share = weights[:, 1:].flatten()[counted]
    losses = functional.cross_entropy(logits.float(), ids[:, 1:].flatten()[counted], reduction="none")
    return (losses * share).sum() / share.sum()


def optimisers(model: Transformer, plan: Plan) -> list[torch.optim.Optimizer]:
    """Return Muon for the matrices and AdamW for all else."""
    matrices = [parameter for name, parameter in model.named_parameters() if parameter.dim() == 2 and not name.startswith("embedding")]
    others = [parameter for name, parameter in model.named_parameters() if parameter.dim() != 2 or name.startswith("embedding")]
    return [
        torch.optim.Muon(matrices, lr=plan.rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=plan.embedding_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True),
    ]


def train(folder: Path, plan: Plan) -> None:
    """Train as planned, and leave everything in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    random = Random(SEED)
    dialogues = Dialogues(random)
    vocabulary = folder / "vocabulary.json"
    if not vocabulary.exists():
        texts = (text for _ in range(12_000) for turn in dialogues.draw(4) for text in (turn.said, turn.reply))
        learn(texts, VOCABULARY).save(vocabulary)
    tokenizer = Tokenizer.load(vocabulary)
    model = Transformer(Shape(tokenizer.size))
    made = optimisers(model, plan)
    state, done = folder / "state.pt", 0
    if state.exists():
        saved = torch.load(state)
        done = saved["step"]
        model.load_state_dict(saved["model"])
        for optimiser, values in zip(made, saved["optimisers"], strict=True):
            optimiser.load_state_dict(values)
        random.seed(SEED + done)
    feed = batches(dialogues, tokenizer, random, done, plan.long_from * plan.steps)
    for step, loss in _learned(model, feed, made, done, plan):
        if step % _SHOWN_EVERY == 0:
            _log.info("step %d, loss %.4f", step, loss)
        if step % _SAVED_EVERY == 0 or step == plan.steps:
            _save({"step": step, "model": model.state_dict(), "optimisers": [optimiser.state_dict() for optimiser in made]}, state)
    write(folder / "guide.gguf", model, tokenizer, fingerprint(read_topics()))


def _learned(
    model: Transformer, feed: Iterator[tuple[Tensor, Tensor]], made: Sequence[torch.optim.Optimizer], done: int, plan: Plan
) -> Iterator[tuple[int, float]]:
    """Learn from one batch after the other, and yield after each which step that was and what it lost."""
    for step in range(done + 1, plan.steps + 1):
        loss = loss_of(model, *next(feed))
        model.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser, rate in zip(made, (plan.rate, plan.embedding_rate), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = rate * _share_of_rate(step, plan)
            optimiser.step()
        yield step, loss.item()


def _save(values: dict[str, object], path: Path) -> None:
    written = path.with_suffix(".new")  # what is interrupted while it is written must not take the place of what was whole
    torch.save(values, written)
    written.replace(path)


def _share_of_rate(step: int, plan: Plan) -> float:
    left = (plan.steps - step) / plan.steps
    return min(1.0, step / plan.warm_up) * max(0.02, min(1.0, left / 0.8))


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=4520)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    train(arguments.folder, Plan(arguments.steps))


if __name__ == "__main__":
    _main()
