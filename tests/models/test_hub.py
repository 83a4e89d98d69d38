"""Search of the hub and its lists of files, asked of a real server that may answer anything."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from desktop.models.download import HubFile
from desktop.models.hub import Hub, quantisation_of
from desktop.models.network import Network
from desktop.models.network_errors import (
    BusyHostError,
    HostFaultError,
    NetworkError,
    NoAccessError,
    NotThereError,
    OfflineError,
    UnexpectedAnswerError,
)
from desktop.models.offer import HubModel
from tests.hub_server import REVISION, Answer, HubApi, HubServer, trusting_nobody

DIGEST = "ab" * 32
HOSTILE = [
    "../../x",
    "owner/../x",
    "/etc/passwd",
    "a/b/c",
    "owner/name\n",
    "owner/na\u202eme",
    "owner/<img src=x>",
    "owner/" + "x" * 1_000_000,
    "owner/\x00",
    "",
    None,
    7,
    ["owner/name"],
]


class Asker:
    """Asks a server's hub in one event loop, because making a client takes its time."""

    def __init__(self, server: HubServer, runner: asyncio.Runner) -> None:
        self.server = server
        self.api = HubApi(server)
        self.is_allowed = True
        self.token: str | None = None
        self._runner = runner
        self._network = Network(lambda: self.is_allowed, server.endpoint, self._read_token, trust=trusting_nobody)
        self._hub = Hub(self._network)

    def search(self, text: str) -> list[HubModel]:
        return self._runner.run(self._hub.search(text))

    def files(self, repository: str) -> list[HubFile]:
        return self._runner.run(self._hub.files(repository))

    def resolve(self, repository: str, file: str) -> HubFile:
        return self._runner.run(self._hub.resolve(repository, file))

    def close(self) -> None:
        self._runner.run(self._network.close())

    async def _read_token(self) -> str | None:
        return self.token


@pytest.fixture(scope="module")
def server() -> Iterator[HubServer]:
    with HubServer().running() as server:
        yield server


@pytest.fixture
def hub(server: HubServer) -> Iterator[Asker]:
    server.routes.clear()
    server.requests.clear()
    with asyncio.Runner() as runner:
        asker = Asker(server, runner)
        yield asker
        asker.close()


def test_a_search_finds_what_is_used_most_first(hub: Asker) -> None:
    hub.api.add("maker/Small-GGUF", downloads=5, likes=2)
    hub.api.add("maker/Large-GGUF", downloads=900, tags=["gguf", "license:mit"], gguf={"total": 8_190_735_360}, gated="manual")
    hub.api.add("maker/other", downloads=1)
    assert hub.search("  gguf ") == [
        HubModel("maker/Large-GGUF", 900, 1, "mit", is_gated=True, parameters=8_190_735_360),
        HubModel("maker/Small-GGUF", 5, 2, "apache-2.0", is_gated=False),
    ]
    [request] = hub.server.requests
    assert request.path == "/api/models"
    assert request.query["search"] == ["gguf"]
    assert request.query["filter"] == ["gguf"]


def test_what_is_searched_for_is_one_short_line(hub: Asker) -> None:
    for text, sought in (
        ("https://huggingface.co/Qwen/Qwen3-8B-GGUF/tree/main", "Qwen/Qwen3-8B-GGUF"),
        ("Qwen/Qwen3-8B-GGUF", "Qwen/Qwen3-8B-GGUF"),
        ("two\n words & more=1#", "two words & more=1#"),
        ("x" * 1_000_000, "x" * 200),
    ):
        hub.search(text)
        assert hub.server.requests[-1].query["search"] == [sought]
    asked = len(hub.server.requests)
    for text in ("", " \n", "https://huggingface.co"):
        assert hub.search(text) == []
    assert len(hub.server.requests) == asked, "nothing is asked for nothing"


def test_files_come_with_sizes_and_digests_and_the_smallest_first(hub: Asker) -> None:
    served = hub.api.add_file("maker/name-GGUF", "Name-Q8_0.gguf", b"GGUF" + bytes(500))
    hub.api.add_file("maker/name-GGUF", "Name-Q4_K_M.gguf", b"GGUF" + bytes(300))
    hub.api.add_file("maker/name-GGUF", "mmproj-F16.gguf", b"GGUF")
    hub.api.add_file("maker/name-GGUF", "README.md", b"read me")
    small, large = hub.files("maker/name-GGUF")
    assert (small.names, small.quantisation) == (("Name-Q4_K_M.gguf",), "Q4_K_M")
    assert (large.repository, large.revision, large.names) == ("maker/name-GGUF", REVISION, ("Name-Q8_0.gguf",))
    assert (large.sizes, large.digests, large.quantisation) == ((504,), (served.digest,), "Q8_0")


def test_parts_are_one_model_and_of_half_a_model_nothing_is_said(hub: Asker) -> None:
    for number in (2, 3, 1):
        hub.api.list_file("maker/name", f"BF16/Name-BF16-0000{number}-of-00003.gguf", number * 100, DIGEST)
    hub.api.list_file("maker/name", "Name-F16-00001-of-00002.gguf", 100, DIGEST)
    [model] = hub.files("maker/name")
    assert model.names == tuple(f"BF16/Name-BF16-0000{number}-of-00003.gguf" for number in (1, 2, 3))
    assert (model.sizes, model.size, model.quantisation) == ((100, 200, 300), 600, "BF16")


def test_files_with_hostile_names_are_left_out(hub: Asker) -> None:
    hostile = ["../../x.gguf", "/x.gguf", "a/../x.gguf", "x\x00.gguf", "x\u202efugg.gguf", "<b>.gguf", "x" * 300 + ".gguf", "a\\b.gguf"]
    for name in [*hostile, "x.gguf\n", " x.gguf", ".gguf", "con/../x.gguf", "x.ggufx", 7, None, ["x.gguf"]]:
        hub.api.list_file("maker/name", name, 100, DIGEST)
    hub.api.list_file("maker/name", "good.gguf", 100, DIGEST)
    assert [model.names for model in hub.files("maker/name")] == [("good.gguf",)]


def test_what_cannot_be_checked_is_left_out(hub: Asker) -> None:
    for number, size in enumerate([0, -1, 1 << 60, "1", True, 1.5, None]):
        hub.api.list_file("maker/name", f"size{number}.gguf", size, DIGEST)
    for number, digest in enumerate(["ab", None, "G" * 64, "AB" * 32, 7]):
        hub.api.list_file("maker/name", f"digest{number}.gguf", 100, digest)
    hub.api.repositories["maker/name"].siblings += [None, 1, {}, {"rfilename": "y.gguf"}, {"rfilename": "z.gguf", "lfs": 1}]
    assert hub.files("maker/name") == []


def test_hostile_repositories_are_not_shown_and_not_asked_for(hub: Asker) -> None:
    entries = [{"id": name} for name in HOSTILE] + [
        {"id": "good/one", "tags": ["license:<b>"], "downloads": -1, "gguf": {"total": "1"}},
        7,
        None,
    ]
    hub.api.answers = [Answer(200, json.dumps(entries).encode())]
    assert hub.search("x") == [HubModel("good/one", 0, 0, "", is_gated=False)]
    hub.server.requests.clear()
    for name in HOSTILE:
        if isinstance(name, str):
            with pytest.raises(NotThereError) as raised:
                hub.files(name)
            assert len(raised.value.sentence) < 500
    assert hub.server.requests == []


def test_an_answer_that_is_none_is_a_sentence(hub: Asker) -> None:
    no_json = [b"", b"{", b"<html>", b"\xff\xfe", b"[" * 100_000, b"[" + b" " * (17 << 20) + b"]"]
    no_lists = [b"null", b"1e999", b'"text"', json.dumps({"sha": "main", "siblings": []}).encode()]
    for body in [*no_json, *no_lists, json.dumps({"sha": REVISION, "siblings": {}}).encode()]:
        hub.api.answers = [Answer(200, body)] * 2
        with pytest.raises(UnexpectedAnswerError, match=r"127\.0\.0\.1 answers what Rivulet does not understand"):
            hub.files("maker/name")
        with pytest.raises(UnexpectedAnswerError):
            hub.search("name")


def test_a_huge_answer_is_shown_in_part(hub: Asker) -> None:
    hub.api.answers = [Answer(200, json.dumps([{"id": f"maker/name{number}"} for number in range(5000)]).encode())]
    assert len(hub.search("name")) == 50


def test_a_refusal_is_a_sentence(hub: Asker) -> None:
    errors: dict[int, type[NetworkError]] = {
        401: NoAccessError,
        403: NoAccessError,
        404: NotThereError,
        429: BusyHostError,
        503: HostFaultError,
    }
    for status, error in errors.items():
        hub.api.answers = [Answer(status, b"<html>something</html>")]
        with pytest.raises(error) as raised:
            hub.files("maker/gated-GGUF")
        assert "something" not in str(raised.value)
        if error is NoAccessError:
            assert "maker/gated-GGUF is only for people whom its owner has let in" in raised.value.sentence
            assert "access token" in raised.value.sentence


def test_the_token_goes_along(hub: Asker) -> None:
    hub.api.add_file("maker/name", "x.gguf", b"GGUF")
    for hub.token in ("hf_canary", None):
        hub.files("maker/name")
    assert [request.headers.get("authorization") for request in hub.server.requests] == ["Bearer hf_canary", None]


def test_nothing_is_asked_where_the_network_is_forbidden(hub: Asker) -> None:
    hub.is_allowed = False
    for ask in (lambda: hub.search("x"), lambda: hub.files("maker/name"), lambda: hub.resolve("maker/name", "x.gguf")):
        with pytest.raises(OfflineError):
            ask()
    assert hub.server.requests == []


def test_a_file_whose_name_changed_a_little_is_found(hub: Asker) -> None:
    hub.api.list_file("maker/name", "name-MXFP4.gguf", 100, DIGEST)
    hub.api.list_file("maker/name", "Name-Q4_K_M.gguf", 50, DIGEST)
    hub.api.list_file("maker/name", "Name-Q8_0.gguf", 60, DIGEST)
    hub.api.list_file("maker/name", "Name-v2-Q8_0.gguf", 60, DIGEST)
    for asked, found in (
        ("Name-Q4_K_M.gguf", "Name-Q4_K_M.gguf"),
        ("name-mxfp4.gguf", "name-MXFP4.gguf"),
        ("Name-v1-Q4_K_M.gguf", "Name-Q4_K_M.gguf"),
    ):
        assert hub.resolve("maker/name", asked).names == (found,)
    for asked in ("Name-v3-Q8_0.gguf", "Name-Q2_K.gguf", "unknown.gguf"):
        with pytest.raises(NotThereError, match=f"{asked} is not there"):
            hub.resolve("maker/name", asked)


@pytest.mark.parametrize(
    ("name", "quantisation"),
    [
        ("Qwen3-8B-Q4_K_M.gguf", "Q4_K_M"),
        ("qwen2.5-0.5b-instruct-q4_k_m.gguf", "Q4_K_M"),
        ("gemma-4-26B-A4B-it-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("model.i1-IQ3_XXS.gguf", "IQ3_XXS"),
        ("gpt-oss-20b-mxfp4.gguf", "MXFP4"),
        ("x-F16.gguf", "F16"),
        ("x-BF16-00001-of-00003.gguf", "BF16"),
        ("Q8_0/plain.gguf", ""),
        ("Qwen3-8B.gguf", ""),
        ("FQ4.gguf", ""),
    ],
)
def test_the_quantisation_stands_in_the_name(name: str, quantisation: str) -> None:
    assert quantisation_of(name) == quantisation
