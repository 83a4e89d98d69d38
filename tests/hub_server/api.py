"""What the hub says of repositories: search and lists of files, for a HubServer, whose files then can be fetched."""

import json
from dataclasses import dataclass, field

from tests.hub_server.server import Answer, Fault, HubServer, Request, Served

REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Repository:
    """A repository as the hub describes it; tests may put anything into its entries."""

    entry: dict[str, object]
    siblings: list[object] = field(default_factory=list)


class HubApi:
    """The routes /api/models of a server. `answers` stand in place of what they would say, in order."""

    def __init__(self, server: HubServer) -> None:
        self.server = server
        self.repositories: dict[str, Repository] = {}
        self.answers: list[Answer] = []
        server.routes.append(self._route)

    def add(self, name: str, **entry: object) -> Repository:
        usual = {"id": name, "downloads": 10, "likes": 1, "gated": False, "tags": ["gguf", "license:apache-2.0"]}
        self.repositories[name] = Repository({**usual, **entry})
        return self.repositories[name]

    def add_file(self, repository: str, name: str, content: bytes, *faults: Fault) -> Served:
        """Add a file that can be fetched, and its repository where there is none yet."""
        served = self.server.add(repository, REVISION, name, content, *faults)
        self.list_file(repository, name, len(content), served.digest)
        return served

    def list_file(self, repository: str, name: object, size: object, digest: object) -> None:
        """Add a file that is only told of."""
        listed = self.repositories.get(repository) or self.add(repository)
        listed.siblings.append({"rfilename": name, "size": size, "lfs": {"sha256": digest, "size": size, "pointerSize": 135}})

    def _route(self, request: Request) -> Answer | None:
        if not request.path.startswith("/api/models"):
            return None
        if self.answers:
            return self.answers.pop(0)
        if request.path == "/api/models":
            sought = request.query.get("search", [""])[0].lower()
            found = [it.entry for name, it in self.repositories.items() if sought in name.lower()]
            return _json(found[: int(request.query["limit"][0])])
        repository = self.repositories.get(request.path.removeprefix("/api/models/"))
        if repository is None:
            return Answer(404, b'{"error":"Repository not found"}', {"Content-Type": "application/json"})
        return _json({**repository.entry, "sha": REVISION, "siblings": repository.siblings})


def _json(value: object) -> Answer:
    return Answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})
