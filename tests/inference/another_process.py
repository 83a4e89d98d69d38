"""Go on with a chat in a process of its own, for tests of a restart.

    python -m tests.inference.another_process FOLDER MODEL [CACHE_TYPE CONTEXT_TOKENS] < plan.json > result.json

The plan holds prompts as ids and the replies to force; the result what was decoded, and the replies' logits.
"""

import json
import sys
from pathlib import Path

from desktop.inference import worker
from desktop.inference.engine import CONTEXT_TOKENS
from desktop.inference.job import Purpose
from desktop.sessions.tokens import token_ids
from desktop.system.cache_type import CacheType
from tests.inference.driver import Driver
from tests.inference.teacher import Teacher


def main(folder: Path, model: Path, cache_type: str = CacheType.F16, context_tokens: str = str(CONTEXT_TOKENS)) -> None:
    teacher = Teacher()
    worker.Sampler = teacher.sampler  # type: ignore[assignment,misc]
    driver = Driver(folder, int(context_tokens))
    driver.load(model, CacheType(cache_type))
    results = []
    for seed, step in enumerate(json.load(sys.stdin)):
        teacher.replies[seed] = token_ids(step["reply"])
        before = driver.engine.tokens_decoded
        purpose = Purpose.WRITE if step["reply"] else Purpose.RESTORE
        recorder, outcome = driver.run(token_ids(step["ids"]), step["owner"], purpose, seed=seed, boundaries=step.get("boundaries", ()))
        results.append(
            {
                "ending": outcome.ending.name,
                "decoded": driver.engine.tokens_decoded - before,
                "restored": recorder.entry.restored,
                "from_disk": recorder.entry.from_disk,
                "is_damaged": recorder.entry.is_damaged,
                "node": recorder.nodes[-1][1].hex() if recorder.nodes else "",
                "logits": [[float(logit) for logit in logits] for logits in teacher.logits[seed]],
            }
        )
    driver.close()
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
