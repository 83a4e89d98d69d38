"""A process that downloads: `ENDPOINT MODELS FILE full` fetches once, `… many` forks one that does for each line that it reads.

The forks are processes of their own, killed one after the other, without the second that each would need to import what it needs.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import anyio._backends._asyncio  # noqa: F401 - what the first connection would import
import httpx  # noqa: F401

from desktop.models import downloads
from desktop.models.download import Download, DownloadPhase, HubFile
from tests.hub_server import HubServer
from tests.models.downloading import Bench, part_of


class _Elsewhere(HubServer):
    """The hub of another process."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    @property
    def endpoint(self) -> str:
        return self._endpoint


async def fetch(endpoint: str, models: Path, file: HubFile) -> Download:
    """Go on with what there is, or begin."""
    async with Bench(_Elsewhere(endpoint), models) as bench:
        await bench.queue.find()
        return await bench.fetched(file)


def main() -> None:
    endpoint, models, said, mode = sys.argv[1:]
    file = HubFile(**{key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(said).items()})
    if mode == "full":
        downloads.shutil.disk_usage = lambda _: SimpleNamespace(free=1 << 40)  # somebody else fills it meanwhile
        download = asyncio.run(fetch(endpoint, Path(models), file))
        kept = part_of(Path(models), download.id).stat().st_size
        sys.stdout.write(json.dumps([download.phase.name, download.done, kept, str(download.problem)]))
        return
    for _ in sys.stdin:
        if not (child := os.fork()):
            download = asyncio.run(fetch(endpoint, Path(models), file))
            os._exit(0 if download.phase is DownloadPhase.DONE else 1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
