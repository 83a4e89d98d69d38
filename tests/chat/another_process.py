"""Ask something in a new chat in a process of its own, for tests of a restart.

    python -m tests.chat.another_process DATA MODEL TEXT > result.json

The result is what was decoded, and the tokens of the prompt.
"""

import asyncio
import json
import sys
from pathlib import Path

from tests.chat.bench import bench


async def ask(data: Path, model: Path, text: str) -> dict[str, int]:
    async with bench(data) as made:
        await made.chats.begin()
        await made.load(model)
        before = made.engine.tokens_decoded
        chat = await made.chats.new()
        await made.chats.send(chat.id, text, most_tokens=2)
        await made.idle()
        stats = (await made.store.path(chat.id))[-1].stats
        assert stats is not None
        return {
            "loading": before,
            "decoded": made.engine.tokens_decoded - before,
            "read": stats.tokens_read,
            "prompt": stats.tokens_read + stats.tokens_restored,
        }


if __name__ == "__main__":
    json.dump(asyncio.run(ask(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])), sys.stdout)
