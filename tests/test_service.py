"""The service: what the command line writes, over HTTP, whatever is sent to it."""

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import httpx
import jsonschema
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings

import ruletrail
import ruletrail.trails.document
from ruletrail.cli.help_texts import TEXTS
from ruletrail.descriptions import Case, Choice, Description
from ruletrail.problem_texts import services as texts
from ruletrail.problems import ProblemsError, refusal
from ruletrail.rulebooks.entries import Source
from ruletrail.service import shapes, tasks
from ruletrail.service.answers import write_answer
from ruletrail.service.applications import make_application
from ruletrail.service.bodies import accepts
from ruletrail.service.connections import Flow, HeardTransport
from ruletrail.service.described_rulebooks import write_rulebook
from ruletrail.service.logs import JsonLines, tell_defect
from ruletrail.service.operations import OPERATIONS
from ruletrail.service.refusals import choose_language, refuse
from ruletrail.service.running import run_until_signal
from ruletrail.service.settings import (
    LARGEST_CHECKED,
    LARGEST_REPORT,
    LARGEST_ROWS,
    LARGEST_TRAIL,
)
from ruletrail.service.shelves import Shelf
from ruletrail.service.tasks import answer_report, write_trail
from ruletrail.service.workers import Workers
from ruletrail.versions import ENGINE_VERSION
from support.command_line import call
from support.places import EXAMPLES, JESI, REPORTS, ROOT
from support.rulebooks import REFERENCE, load_text, rows_of, rulebook_text, schema_of
from support.services import SETTINGS, serving, wait_for

JSON = {"Content-Type": "application/json"}
YAML = {"Content-Type": "application/yaml"}
LINES = {"Content-Type": "application/x-ndjson"}
TRAIL = "application/vnd.ruletrail.trail+json"
REPORT: dict[str, Any] = {
    "rulebook": "garden/2026",
    "subject": {"household": "Neri"},
    "fields": {
        "adults": 1, "children": 0, "distance": 5.5, "waiting": 2, "own_garden": False,
        "plot": "small",
    },
}  # fmt: skip
RULEBOOK = (EXAMPLES / "garden/garden.yaml").read_text("utf-8")


def write_library(folder: Path) -> Path:
    """Lay the garden's rulebook in a library of its own."""
    (folder / "rulebooks/garden").mkdir(parents=True)
    (folder / "schemas").mkdir()
    (folder / "rulebooks/garden/2026.yaml").write_text(RULEBOOK, encoding="utf-8")
    shutil.copy(EXAMPLES / "garden/garden.schema.json", folder / "schemas/garden.schema.json")
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def client(library: Path) -> Iterator[httpx.Client]:
    with serving(library) as found:
        yield found


def codes(answer: httpx.Response) -> list[str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["type"] == f"urn:ruletrail:problem:{document['problems'][0]['code']}"
    return [problem["code"] for problem in document["problems"]]


def post(client: httpx.Client, path: str, document: Any, **more: Any) -> httpx.Response:
    return client.post(path, content=json.dumps(document), headers=JSON, **more)


# -- The answers are those of the command line -----------------------------------------------------


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("asked", [{}, {"trail": "true"}], ids=["quick", "worker"])
def test_an_answer_is_the_result_of_the_trail(path: Path, asked: dict[str, str], client: Any):
    """Numbers, outcomes, sentences and what is missing, from both ways of answering."""
    trail = json.loads(call("evaluate", path, "--format", "json")[1])
    declared = trail["report"]["fields"]
    fields = {code: value["text"] if isinstance(value, dict) else value
              for code, value in declared.items()}  # fmt: skip
    written = json.dumps(fields)
    for code, value in declared.items():
        if isinstance(value, str):
            written = written.replace(f'"{code}": "{value}"', f'"{code}": {value}')
    report = trail["report"]
    body = (
        f'{{"rulebook": "{report["rulebook"]}", "subject": {json.dumps(report["subject"])}, '
        f'"fields": {written}}}'
    )
    answer = client.post("/v1/evaluate", content=body, headers=JSON, params=asked)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    given = document.pop("trail", None)
    assert (given is not None) == bool(asked)
    result = trail["result"]
    for part in ("status", "values", "decisions", "sections", "checks", "messages", "missing"):
        assert document[part] == result[part], part
    assert document["digest"] == trail["rulebook"]["digest"]
    assert document["rulebook"] == "sociale/2024@1.0.1"


@pytest.mark.parametrize("is_compiled", [False, True], ids=["reference", "function"])
def test_what_a_complete_report_misses_is_told(*, is_compiled: bool):
    """A warning or a sentence may wait for a value of a report that is complete (16.3, 16.4)."""
    checks = {"c": {"expect": "a > b", "severity": "warning", "message": {"it": "no"}}}
    messages = {"m": {"when": "t > 0", "text": {"it": "testo"}}}
    schema = schema_of({code: {"type": "number"} for code in "abt"})
    plan = load_text(rulebook_text({"checks": checks, "messages": messages}), schema)
    evaluation = (plan.compile() if is_compiled else plan).evaluate({
        "rulebook": REFERENCE, "subject": {}, "fields": {"b": 1},
    })  # fmt: skip
    result = json.loads(evaluation.trail.to_json())["result"]
    answer = json.loads(write_answer(evaluation, "sha256:0"))
    assert (answer["status"], answer["missing"]) == ("complete", ["a", "t"])
    assert answer["missing"] == result["missing"]


@pytest.mark.parametrize("path", [JESI, *REPORTS[-1:]], ids=lambda path: path.stem)
def test_the_trail_is_that_of_the_command_line(path: Path, client: Any):
    """Byte for byte, on request; also as a member of the answer."""
    expected = call("evaluate", path, "--format", "json")[1].encode()
    accept = {**YAML, "Accept": TRAIL}
    alone = client.post("/v1/evaluate", content=path.read_bytes(), headers=accept)
    assert alone.content == expected
    assert alone.headers["content-type"] == TRAIL
    within = client.post("/v1/evaluate?trail=1", content=path.read_bytes(), headers=YAML)
    assert expected.rstrip(b"\n") + b"}" == within.content[within.content.index(b'"trail":') + 8 :]


def test_problems_are_those_of_the_command_line_with_pointer_and_field(client: Any, tmp_path: Path):
    """A form can mark each wrong input from the answer alone."""
    wrong = {**REPORT, "fields": {**REPORT["fields"], "adults": "two", "distance": -1}}
    (tmp_path / "report").write_text(json.dumps(wrong), encoding="utf-8")
    rulebook = EXAMPLES / "garden/garden.yaml"
    words = ("evaluate", tmp_path / "report", "--rulebook", rulebook, "--format", "json")
    expected = json.loads(call(*words, "--lang", "it")[1])["problems"]
    answer = post(client, "/v1/evaluate?lang=it", wrong)
    assert answer.status_code == 422
    found = answer.json()["problems"]
    # on the command line a file has the name that was given
    assert found == [{**problem, "file": "report"} for problem in expected]
    assert {problem.get("field") for problem in found} == {"adults", "distance"}
    assert {problem["pointer"] for problem in found} == {"/fields/adults", "/fields/distance"}


def test_many_reports_are_answered_as_a_batch(client: Any, tmp_path: Path):
    """The same bytes as `ruletrail batch`, rows with problems and broken lines among them."""
    lines = (EXAMPLES / "garden/applications.jsonl").read_bytes() + b'{"x": 1\n\xff\n[]\n'
    (tmp_path / "reports.jsonl").write_bytes(lines)
    rulebook = EXAMPLES / "garden/garden.yaml"
    source, output = tmp_path / "reports.jsonl", tmp_path / "out.jsonl"
    call("batch", source, "-o", output, "--rulebook", rulebook, "--lang", "en", "--workers", "1")
    answer = client.post(
        "/v1/evaluate-many?rulebook=garden/2026&lang=en", content=lines, headers=LINES
    )
    assert answer.content == output.read_bytes()
    assert answer.headers["content-type"] == "application/x-ndjson"


@pytest.mark.parametrize("form", ["json", "text", "markdown", "html"])
def test_an_explanation_is_that_of_the_command_line(form: str, client: Any):
    """In every form."""
    expected = call("explain", JESI, "R04", "--format", form)[1]
    answer = client.post(
        f"/v1/explain?code=R04&format={form}", content=JESI.read_bytes(), headers=YAML
    )
    assert answer.text == expected
    unknown = client.post("/v1/explain?code=R99", content=JESI.read_bytes(), headers=YAML)
    assert codes(unknown) == ["unknown-step"]


@pytest.mark.parametrize("form", ["json", "html"])
def test_what_would_change_an_answer_is_that_of_the_command_line(form: str, client: Any):
    """With what may be asked beside."""
    words = ("--want", "spesa=inferiore", "--vary", "R06,R07_2017", "--set", "R06=9", "--precision")
    expected = call("whatif", JESI, *words, "--set", "R03=80000", "--format", form)[1]
    query = "target=spesa&want=inferiore&vary=R06,R07_2017&set=R06=9,R03=80000&precision=true"
    body = JESI.read_bytes()
    answer = client.post(f"/v1/whatif?{query}&format={form}", content=body, headers=YAML)
    assert answer.text == expected
    refused = client.post("/v1/whatif?target=R04", content=body, headers=YAML)
    assert codes(refused) == ["no-outcome"]
    # what sets nothing is no wish to take a field away
    for wrong in ("R03", "=9", "R06=9,R03"):
        asked = {"target": "spesa", "set": wrong}
        refused = client.post("/v1/whatif", params=asked, content=body, headers=YAML)
        assert codes(refused) == ["parameter-wrong"], wrong


def test_what_is_told_of_rows_has_the_shapes_of_the_document():
    """Values of rows, and a rulebook that says of which language it is."""
    entries = {
        "rules": {
            "L.d": {"formula": "L.x * 2"},
            "t": {"formula": "sum(L.d)"},
            "due_day": {"formula": "date(2024, 5, 31)"},
            "L.next": {"formula": "due_day + 1", "when": "L.x > 0"},
        }
    }
    fields = schema_of({"A": "number", "L": rows_of({"x": "number", "y": {"type": "string"}})})
    plan = load_text(rulebook_text(entries, language="2"), fields)
    evaluation = plan.evaluate({"rulebook": REFERENCE, "fields": {"L": [{"x": 1}, {"y": "a"}]}})
    trail = evaluation.trail.to_json()
    answer = shapes.Answer.model_validate_json(write_answer(evaluation, "sha256:0", trail))
    assert answer.lists == {"L": [{"d": "2", "next": shapes.Day(date="2024-06-01")}, {}]}
    assert answer.values["due_day"] == shapes.Day(date="2024-05-31")
    assert shapes.Rulebook.model_validate(write_rulebook(plan.linked)).rulebook["language"] == 2
    plain = ruletrail.load(EXAMPLES / "garden/garden.yaml").evaluate(
        EXAMPLES / "garden/application.yaml"
    )
    assert "lists" not in json.loads(write_answer(plain, "sha256:0"))


def test_what_is_needed_is_that_of_the_command_line(client: Any):
    """Of one answer and of the whole report; an unknown target is refused."""
    for asked, words in (("?target=livello", ["livello"]), ("", [])):
        expected = json.loads(call("needed", JESI, *words, "--format", "json")[1])
        answer = client.post(f"/v1/needed{asked}", content=JESI.read_bytes(), headers=YAML)
        assert answer.json() == expected
    unknown = client.post("/v1/needed?target=R99", content=JESI.read_bytes(), headers=YAML)
    assert codes(unknown) == ["unknown-step"]


def test_a_trail_is_verified_and_replayed(client: Any):
    """A right trail, one that was changed, one of another rulebook, and what is no trail."""
    data = (EXAMPLES / "jesi-2024.trail.json").read_bytes()
    for asked, replayed in (("", False), ("?replay=true", True)):
        answer = client.post(f"/v1/verify{asked}", content=data, headers=JSON).json()
        assert (answer["verified"], answer["replayed"]) == (True, replayed)
        assert answer["steps"] == len(json.loads(data)["steps"])
    forged = client.post("/v1/verify", content=data.replace(b"802", b"803"), headers=JSON).json()
    assert forged["verified"] is False
    assert forged["problems"]
    assert codes(client.post("/v1/verify", content=b"{}", headers=JSON)) == ["trail-not-one"]


def test_a_rulebook_is_checked_by_reference_and_as_a_text(client: Any):
    """A text that is sent lies nowhere: what it names is looked up in the libraries alone."""
    expected = json.loads(call("check", EXAMPLES / "garden/garden.yaml", "--format", "json")[1])
    held = post(client, "/v1/check", {"rulebook": "garden/2026"}).json()["problems"]
    assert [each["code"] for each in held] == ["published-unrecorded"]
    sent = client.post("/v1/check", content=RULEBOOK, headers=YAML).json()["problems"]
    assert [each["code"] for each in sent] == ["published-unrecorded"]
    assert {each["code"] for each in expected["problems"]} <= {"published-unrecorded"}
    broken = RULEBOOK.replace("adults", "adlts", 1)
    found = client.post("/v1/check?lang=en", content=broken, headers=YAML).json()["problems"]
    assert found
    assert {problem["file"] for problem in found} == {"rulebook.yaml"}
    for name in ("../../../etc/passwd", "/etc/passwd", "garden/2026.yaml", "manifest.json"):
        away = RULEBOOK.replace("garden.schema.json", name)
        problems = client.post("/v1/check", content=away, headers=YAML).json()["problems"]
        assert {p["code"] for p in problems} & {"path-outside", "schema-not-found"}, name
    extending = RULEBOOK.replace("language: 1", "language: 1\nextends: garden/1999@1.0.0")
    problems = client.post("/v1/check", content=extending, headers=YAML).json()["problems"]
    assert "extends-unknown" in {problem["code"] for problem in problems}


def test_rulebooks_are_told_with_a_tag(client: Any):
    """List, description, schema and page; a client that has them gets nothing again."""
    listed = client.get("/v1/rulebooks").json()["rulebooks"]
    assert [each["reference"] for each in listed if each["answers_without_version"]] == [
        "garden/2026@1.0.0",
        "sociale/2024@1.0.1",
    ]
    for path in ("", "/garden/2026", "/garden/2026@1.0.0/schema", "/garden/2026/docs"):
        answer = client.get(f"/v1/rulebooks{path}")
        tag = answer.headers["etag"]
        again = client.get(f"/v1/rulebooks{path}", headers={"If-None-Match": f'"x", {tag}'})
        assert (answer.status_code, again.status_code, again.content) == (200, 304, b"")
    described = client.get("/v1/rulebooks/garden/2026").json()
    assert (
        described["rulebook"]["digest"] in client.get("/v1/rulebooks/garden/2026").headers["etag"]
    )
    schema = client.get("/v1/rulebooks/garden/2026/schema").content
    assert schema == (EXAMPLES / "garden/garden.schema.json").read_bytes()
    page = client.get("/v1/rulebooks/garden/2026/docs?lang=it").text
    expected = call("docs", EXAMPLES / "garden/garden.yaml", "--format", "html", "--lang", "it")[1]
    assert page == expected
    # nothing on the page comes from elsewhere
    assert not re.search(r'<(script|link|img|iframe)\b|src="', page)
    for path in ("garden/1999", "garden/2026@9.9.9", "garden/..%2f", "..%2f/etc"):
        missing = client.get(f"/v1/rulebooks/{path}")
        assert missing.status_code == 404


@pytest.mark.parametrize("name", ["garden/2026", "sociale/2024"])
def test_a_rulebook_is_told_as_python_tells_it(name: str, client: Any):
    """Every code of every kind, with all that `Plan` says of it; what is not said is left out."""
    told = client.get(f"/v1/rulebooks/{name}").json()
    plan = ruletrail.load(EXAMPLES / "garden/garden.yaml" if name == "garden/2026" else name)
    assert told["scales"].keys() == plan.scales.keys()
    assert told["tables"].keys() == plan.tables.keys()
    for kind in ("fields", "rules", "decisions", "sections", "checks", "parameters"):
        described = getattr(plan, kind)
        assert list(told[kind]) == list(described)
        for code, description in described.items():
            assert _read_description(told, code, told[kind][code]) == description


def _read_description(told: dict[str, Any], code: str, said: dict[str, Any]) -> Description:
    """Make of JSON what Python has."""
    sources = {key: Source(key, **source) for key, source in told["sources"].items()}

    def read_basis(part: dict[str, Any]) -> dict[str, Any]:
        lists = {key: tuple(value) for key, value in part.items() if isinstance(value, list)}
        return part | lists | {"source": tuple(sources[key] for key in part.get("source", ()))}

    whole = read_basis(said)
    whole["choices"] = tuple(Choice(**choice) for choice in said.get("choices", ()))
    whole["cases"] = tuple(Case(**read_basis(case)) for case in said.get("cases", ()))
    value = said.get("value")
    if isinstance(value, dict):
        whole["value"] = value["text"]
    elif isinstance(value, str):
        whole["value"] = Fraction(value) if "/" in value else Decimal(value)
    return Description(code, **whole)


# -- What is refused -------------------------------------------------------------------------------

WORD = "s3cret-ü"
NAMED = b'{"rulebook": "garden/2026", "fields": {"distance": %s}}'
UTF_16 = {"Content-Type": "application/json; charset=utf-16"}
HOSTILE: list[tuple[str, bytes, dict[str, str], int, str]] = [
    ("/v1/evaluate", b"", JSON, 422, "empty-document"),
    ("/v1/evaluate", b"\xff\xfe", JSON, 422, "not-utf8"),
    ("/v1/evaluate", b"[" * 100_000, JSON, 422, "document-too-deep"),
    ("/v1/evaluate", b'{"a":' * 40_000 + b"1", JSON, 422, "document-too-deep"),
    ("/v1/evaluate", b"x" * (256 * 1024 + 1), JSON, 413, "document-too-large"),
    ("/v1/evaluate", b"{}", {"Content-Type": "text/plain"}, 415, "media-type"),
    ("/v1/evaluate", b"{}", {}, 415, "media-type"),
    ("/v1/evaluate", b"{}", {**JSON, "Content-Encoding": "gzip"}, 415, "media-type"),
    ("/v1/evaluate", b"{}", UTF_16, 415, "media-type"),
    ("/v1/evaluate", NAMED % b"NaN", JSON, 422, ""),
    ("/v1/evaluate", NAMED % b"1e999999", JSON, 422, ""),
    ("/v1/evaluate", b'{"rulebook": "garden/2026", "rulebook": "x/1"}', JSON, 422, "repeated-key"),
    ("/v1/evaluate", b'{"rulebook": "../../etc/passwd"}', JSON, 422, "reference-form"),
    ("/v1/evaluate", b'{"rulebook": "/etc/passwd.yaml"}', JSON, 422, "reference-form"),
    ("/v1/evaluate", b'{"rulebook": "garden/2026\\u0000"}', JSON, 422, "reference-form"),
    ("/v1/evaluate?lang=fr", b"{}", JSON, 400, "parameter-wrong"),
    ("/v1/evaluate?as_of=yesterday", b"{}", JSON, 400, "date-form"),
    ("/v1/evaluate?rulebook=x", b"{}", JSON, 400, "parameter-unknown"),
    ("/v1/explain", b"{}", JSON, 400, "parameter-missing"),
    ("/v1/evaluate-many?rulebook=no/1", b"{}", LINES, 422, "rulebook-unknown"),
    ("/v1/check", b'{"rulebook": "garden/2026", "path": "/etc"}', JSON, 422, "unknown-key"),
    ("/v1/check", b'{"rulebook": "/etc/passwd"}', JSON, 422, "reference-form"),
    ("/v1/check", b"[]", JSON, 400, "parameter-missing"),
    ("/v1/verify", b"\xff", JSON, 422, "not-utf8"),
    ("/v2/evaluate", b"{}", JSON, 404, "path-unknown"),
    ("/v1/evaluate?trail=false&trail=true", b"{}", JSON, 400, "parameter-wrong"),
    ("/v1/whatif?target=o&set=a=1&set=b=2", b"{}", JSON, 400, "parameter-wrong"),
    ("/v1/evaluate?as_of=2025-01-01&as_of=", b"{}", JSON, 400, "parameter-wrong"),
    ("/v1/evaluate?as_of=", NAMED % b"1", JSON, 400, "parameter-wrong"),
    ("/v1/needed?target=", NAMED % b"1", JSON, 400, "parameter-wrong"),
    *((f"/v1/whatif?target=outcome&{wrong}", NAMED % b"1", JSON, 400, "parameter-wrong")
      for wrong in ("set=", "want=", "vary=", "vary=adults", "set=adults=1,adults=2")),
    ("/v1/evaluate", b"{}", {"Content-Type": "application/json; charset=utf-8; charset=latin-1"},
     415, "media-type"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "headers", "status", "code"), HOSTILE)
def test_hostile_bodies_are_refused(  # noqa: PLR0917 - a row of the table
    path: str, body: bytes, headers: dict[str, str], status: int, code: str, client: Any
):
    """Each with its code, in one document of problems, and the service goes on."""
    answer = client.post(path, content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert code in ("", *codes(answer))
    assert client.get("/health").json()["status"] == "ok"


def test_methods_and_languages(client: Any):
    """Another method is told which is admitted; problems speak what the client wants most."""
    answer = client.put("/v1/evaluate")
    assert (codes(answer), answer.headers["allow"]) == (["method-unknown"], "POST")
    said = post(client, "/v1/evaluate", {}).json()["detail"]
    detto = client.post("/v1/evaluate", content="{}", headers={**JSON, "Accept-Language": "it"})
    assert said != detto.json()["detail"]
    assert detto.headers["content-language"] == "it"
    wanted = {"it-IT,en;q=0.5": "it", "fr, en;q=0.2, it;q=0.1": "en", "fr": "en", "it;q=0": "en",
              "it;q=x": "en", ",;=": "en"}  # fmt: skip
    assert {header: choose_language(header, "en") for header in wanted} == wanted


def test_no_path_of_the_machine_is_told(client: Any, library: Path):
    """Neither in problems, nor where rulebooks are described."""
    schema = library / "schemas/broken.schema.json"
    schema.write_text('{"type": 5', encoding="utf-8")
    sent = RULEBOOK.replace("garden.schema.json", "broken.schema.json")
    try:
        answers = [client.post("/v1/check", content=sent, headers=YAML)]
        assert answers[0].json()["problems"][0]["file"] == "schemas/broken.schema.json"
    finally:
        schema.unlink()
    answers += [client.get("/v1/rulebooks"), client.get("/v1/rulebooks/garden/2026")]
    answers.append(client.post("/v1/evaluate?trail=1", content=JESI.read_bytes(), headers=YAML))
    for answer in answers:
        for place in (str(library), str(ROOT), str(Path.home())):
            assert place not in answer.text


def send_raw(client: httpx.Client, *pieces: bytes, pause: float = 0) -> bytes:
    """Send bytes as they are, and read what comes back until the service closes."""
    port = client.base_url.port
    with socket.create_connection(("127.0.0.1", port), timeout=30) as stream:
        try:
            for piece in pieces:
                stream.sendall(piece)
                time.sleep(pause)
        except OSError:  # it has closed already
            pass
        found = b""
        try:
            while piece := stream.recv(65_536):
                found += piece
        except ConnectionResetError:
            pass
        return found


HEAD = b"POST /v1/evaluate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
ASKED = b"GET /health HTTP/1.1\r\nHost: x\r\n"


def test_a_body_without_an_end_is_cut_at_the_limit(client: Any):
    """Nobody announced its length, so it is counted as it comes; then the connection ends."""
    piece = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    pieces = [piece] * (LARGEST_REPORT // 65_536 + 2)
    answer = send_raw(client, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *pieces)
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_body_that_was_announced_too_large_is_not_read(client: Any):
    """The answer comes before the body does."""
    answer = send_raw(client, HEAD + b"Content-Length: 99999999999\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 413")


def _send_on(client: httpx.Client, head: bytes, seconds: float) -> tuple[bytes, float]:
    """Send a body whatever is answered, and only then read; returns that, and how long it went."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", client.base_url.port), timeout=30) as stream:
        stream.sendall(head)
        try:
            while time.monotonic() - began < seconds:
                stream.sendall(b"x" * 65_536)
        except OSError:
            return b"", time.monotonic() - began
        stream.shutdown(socket.SHUT_WR)
        found = b""
        while piece := stream.recv(65_536):
            found += piece
        return found, time.monotonic() - began


REFUSED_EARLY: dict[str, tuple[bytes, bytes]] = {
    "announced": (HEAD + b"Content-Length: 99999999999\r\n\r\n", b"413"),
    "other type": (HEAD.replace(b"json", b"pdf") + b"Content-Length: 99999999999\r\n\r\n", b"415"),
    "the last": (HEAD + b"Connection: close\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
    "headers": (ASKED + b"X-Long: ", b"413"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED_EARLY)
def test_a_client_that_is_still_sending_hears_why_it_was_refused(case: str, client: Any):
    """Bytes that reach a closed socket reset the connection, and the answer would be lost."""
    head, status = REFUSED_EARLY[case]
    answer, _ = _send_on(client, head, seconds=0.3)
    assert answer.startswith(b"HTTP/1.1 " + status), answer
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_client_that_sends_for_ever_is_left(hasty: Any):
    """It has heard long ago, or never will; its time is that of a head."""
    answer, seconds = _send_on(hasty, REFUSED_EARLY["announced"][0], seconds=20)
    assert answer == b""
    assert seconds < 3


def send_head(client: httpx.Client, *pieces: bytes) -> tuple[bytes, float]:
    """Send pieces of a head, one every tenth of a second; returns what came, and after how long."""
    began = time.monotonic()
    answer = send_raw(client, *pieces, pause=0.1)
    return answer, time.monotonic() - began


LATE = b"HTTP/1.1 408 Request Timeout\r\n"
TRICKLE = [b"X: y\r\n"] * 15
SLOW_HEADS: dict[str, tuple[list[bytes], bytes]] = {
    "headers without an end": ([ASKED, *TRICKLE], LATE),
    "a path without an end": ([b"GET /", *[b"x"] * 15], LATE),
    "a letter of the method": ([b"G"], LATE),
    "nothing": ([], b""),
    "empty lines": ([b"\r\n"] * 15, b""),
}


@pytest.fixture(scope="module")
def hasty(library: Path) -> Iterator[httpx.Client]:
    """Ask a service that waits for nobody."""
    with serving(library, body_timeout=0.5, timeout=1.0, head_timeout=0.5) as client:
        yield client


@pytest.mark.parametrize("case", SLOW_HEADS)
@pytest.mark.parametrize("before", [b"", ASKED + b"\r\n"], ids=["first", "second"])
def test_a_head_that_comes_too_slowly_ends_the_connection(case: str, before: bytes, hasty: Any):
    """However it is drawn out, on a new connection and after an answer, within its time."""
    pieces, said = SLOW_HEADS[case]
    answer, seconds = send_head(hasty, *([before] if before else []), *pieces)
    first, _, rest = answer.partition(LATE)
    assert first.startswith(b"HTTP/1.1 200") == bool(before)
    assert (LATE in answer) == bool(said)
    assert seconds < 1.4
    if said:
        head, _, body = rest.partition(b"\r\n\r\n")
        assert b"connection: close" in head.lower()
        assert [each["code"] for each in json.loads(body)["problems"]] == ["request-slow"]
    # kept for the next test, the connection would end while that asks by it
    assert hasty.get("/health", headers={"Connection": "close"}).status_code == 200


@pytest.mark.parametrize("piece", [b"X: y\r\n", b"x"], ids=["headers", "one header"])
def test_a_head_without_an_end_is_cut_at_the_limit(piece: bytes, client: Any):
    """It is counted as it comes, so that nobody fills the memory in its seconds."""
    answer = send_raw(client, ASKED, *[piece * 4_096] * 40)
    assert answer.startswith(b"HTTP/1.1 413"), answer
    large = {"X-Long": "y" * 30_000}
    assert client.get("/health", headers=large).status_code == 200


def test_a_large_head_is_refused_though_it_has_an_end(client: Any):
    """The loop reads more than the limit at once; what is behind such a head is not answered."""
    long = b"X-Long: %b\r\n"
    answer = send_raw(client, ASKED + long % (b"y" * 70_000) + b"\r\n" + ASKED + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 413"), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1
    many = b"".join(b"X-%d: y\r\n" % at for at in range(8_000))
    assert send_raw(client, ASKED + many + b"\r\n").startswith(b"HTTP/1.1 413")
    assert client.get("/health", headers={"X-Long": "y" * 60_000}).status_code == 200


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
UNENDING = {
    "behind the body": HEAD + CHUNKED + b"1\r\n{\r\n0\r\nX: ",
    "beside a chunk": HEAD + CHUNKED + b"1;x=",
    "behind the body of who is answered": ASKED + CHUNKED + b"0\r\nX: ",
    "a second head, while the first is answered": HEAD + CHUNKED + b"0\r\n\r\n" + ASKED + b"X: ",
}


@pytest.mark.parametrize("case", UNENDING)
def test_what_is_neither_head_nor_body_has_an_end_too(case: str, client: Any):
    """One client filled gigabytes with it in ten seconds; a head is no answer to another request.

    It is left for the size of it, long before its time is up.
    """
    began = time.monotonic()
    answer = send_raw(client, UNENDING[case], *[b"x" * 65_536] * 40)
    assert time.monotonic() - began < 3
    assert not answer.startswith(b"HTTP/1.1 413"), "which would be read as the first one's"
    report = json.dumps(REPORT).encode()
    body = b"".join(b"1;signature=%064d\r\n%c\r\n" % (0, sign) for sign in report)
    signed = HEAD + b"Connection: close\r\n" + CHUNKED + body + b"0\r\nX-Sum: 1\r\n\r\n"
    assert send_raw(client, signed).startswith(b"HTTP/1.1 200"), "what proxies add is no harm"


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket"])
@pytest.mark.parametrize("cut", [1, 60, 140, 230, 100_000])
def test_who_asks_for_another_protocol_is_answered_in_this_one(
    protocol: bytes, cut: int, client: Any
):
    """Java's client does with its first request; the parser took the report for what follows.

    Wherever what is sent is cut, the answer is the report's, and the next request has its own.
    """
    report = json.dumps(REPORT).encode()
    asked = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\nUpgrade: " + protocol
    sent = HEAD + asked + b"\r\nContent-Length: %d\r\n\r\n" % len(report) + report
    sent += ASKED + b"Upgrade: x\r\nConnection: upgrade, close\r\n\r\n"
    answer = send_raw(client, sent[:cut], sent[cut:], pause=0.05)
    assert answer.count(b"HTTP/1.1 200 OK") == 2, answer
    assert b'"status":"complete"' in answer
    assert answer.count(b"HTTP/1.1 ") == 2


def test_what_is_no_request_is_refused(client: Any):
    """In plain text, for nothing is known of who asks."""
    for sent in (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"):
        answer = send_raw(client, sent)
        assert answer.startswith(b"HTTP/1.1 4"), answer


def test_requests_that_come_together_are_all_answered(client: Any):
    """However many of them a piece of what arrives holds, and wherever one of them begins."""
    for more in (b"", b"Upgrade: x\r\nConnection: upgrade\r\n"):
        asked = (ASKED + more + b"\r\n") * 3_000 + ASKED + b"Connection: close\r\n\r\n"
        assert send_raw(client, asked).count(b"HTTP/1.1 200") == 3_001


def test_nothing_is_written_to_who_has_left():
    """Of several requests uvicorn tells the last alone; the others were defects of ours."""
    sent: list[bytes] = []
    transport = SimpleNamespace(is_closing=lambda: bool(sent), write=sent.append)
    heard = HeardTransport(SimpleNamespace(transport=transport))  # type: ignore[arg-type]  # the same
    heard.write(b"first")
    heard.write(b"second")
    assert sent == [b"first"]


def test_requests_wait_outside_until_it_is_their_turn():
    """Each answer let a piece more in, of thousands of requests, for a client that reads none."""
    connection = SimpleNamespace(transport=SimpleNamespace(resume_reading=list), is_busy=True)
    flow = Flow(connection)  # type: ignore[arg-type]  # all that it asks
    flow.read_paused = True
    flow.resume_reading()
    assert flow.read_paused
    connection.is_busy = False
    flow.resume_reading()
    assert not flow.read_paused


def test_a_client_that_takes_no_answer_is_left(hasty: Any):
    """What it asked for stays in memory only so long; one that takes it slowly has it all."""
    whole = len(send_raw(hasty, b"GET /openapi.json HTTP/1.1\r\nConnection: close\r\n\r\n"))
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    count = 20_000_000 // whole
    assert len(_take(hasty, asked * count, pause=1.5)) < whole * (count - 1)
    assert len(_take(hasty, asked * 3, pause=0.01)) >= 3 * (whole - 100)


def _take(client: httpx.Client, asked: bytes, pause: float) -> bytes:
    """Ask and read after a pause, so much at a time that few pauses take all."""
    with socket.socket() as stream:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        stream.settimeout(10)
        stream.connect(("127.0.0.1", client.base_url.port))
        stream.sendall(asked)
        found = b""
        time.sleep(pause)
        try:
            while piece := stream.recv(65_536):
                found += piece
        except ConnectionResetError:
            pass
        return found


def test_slow_bodies_and_long_work_end(hasty: Any):
    """Neither a client that does not go on nor work without an end holds anything up."""
    slow = send_raw(hasty, HEAD + b"Content-Length: 100\r\n\r\n{")
    assert slow.startswith(b"HTTP/1.1 408")
    assert b"request-slow" in slow
    entries = "".join(f"  X{at}: {{formula: adults + {at}}}\n" for at in range(9_000))
    long = RULEBOOK.replace("rules:\n", f"rules:\n{entries}", 1)
    began = time.monotonic()
    answer = hasty.post("/v1/check", content=long, headers=YAML)
    assert codes(answer) == ["answer-slow"]
    assert time.monotonic() - began < 20
    assert post(hasty, "/v1/evaluate", REPORT).status_code == 200


def test_a_service_with_too_much_work_says_so(library: Path, monkeypatch: pytest.MonkeyPatch):
    """Work that nobody has room for is refused at once, with a time to come again."""
    monkeypatch.setattr("ruletrail.service.workers.MOST_WAITING", 0)
    with serving(library) as client:
        answer = client.post("/v1/evaluate", content=JESI.read_bytes(), headers=YAML)
        assert codes(answer) == ["service-busy"]
        assert answer.headers["retry-after"] == "1"
        # what needs no process is answered all the same
        assert post(client, "/v1/evaluate", REPORT).status_code == 200


def test_a_process_that_is_ended_from_outside_is_no_defect():
    """As by a system that is short of memory: another process answers whoever comes again."""

    async def ask() -> tuple[str, Any]:
        workers = Workers(SETTINGS)
        with pytest.raises(ProblemsError) as caught:
            await workers.do("en", signal.raise_signal, signal.SIGKILL)
        return caught.value.problems[0].code, await workers.do("en", abs, -1)

    code, answer = anyio.run(ask)
    assert (code, answer) == ("answer-broken-off", 1)
    refused = refuse(refusal(code, "service").problems, "en", ())
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")


def test_a_token_is_asked_for(library: Path):
    """Everything but health and readiness asks for it; it is compared whole."""
    with serving(library, token=WORD) as client:
        for path in ("/v1/rulebooks", "/metrics", "/openapi.json", "/nothing"):
            assert codes(client.get(path)) == ["token-needed"]
        for header in ("Bearer wrong", "Bearer", "s3cret-ü", "Basic s3cret-ü", "Bearer s3cret"):
            answer = client.get("/v1/rulebooks", headers={"Authorization": header.encode()})
            assert codes(answer) == ["token-needed"], header
            assert answer.headers["www-authenticate"] == "Bearer"
        right = {"Authorization": "Bearer s3cret-ü".encode()}
        assert client.get("/v1/rulebooks", headers=right).status_code == 200
        assert client.get("/health").status_code == client.get("/ready").status_code == 200
        document = client.get("/openapi.json", headers=right).json()
        assert document["security"] == [{"token": []}]


def test_an_empty_token_does_not_open_the_service(monkeypatch: pytest.MonkeyPatch):
    """A variable that was meant to be filled is no wish for a service without a token."""
    for value in ("", " ", " x"):
        monkeypatch.setenv("RULETRAIL_TOKEN", value)
        status, _, said = call("serve")
        assert (status, "[token-empty]" in said) == (2, True)


def test_a_process_that_dies_while_it_loads_is_begun_again(
    library: Path, monkeypatch: pytest.MonkeyPatch
):
    """Killed where memory is short, say: the rulebooks are there a moment later all the same."""
    load, calls = Workers.load, list[object]()

    async def die_twice(workers: Workers, act: Any, *given: Any) -> Any:
        calls.append(act)
        if len(calls) in (1, 3):
            raise anyio.BrokenWorkerProcess
        return await load(workers, act, *given)

    monkeypatch.setattr(Workers, "load", die_twice)
    with serving(library) as client:
        assert post(client, "/v1/evaluate", REPORT).status_code == 200
    assert len(calls) > 3


def test_ctrl_c_is_for_the_service_and_not_for_its_processes():
    """A terminal sends it to all: what a process made of it would end the service as well."""
    anyio.run(Workers(SETTINGS).load, signal.raise_signal, signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_starts_is_not_lost(number: int, monkeypatch: pytest.MonkeyPatch):
    """Ctrl-C before uvicorn listens to it: the service ends as soon as it has begun."""
    begun = uvicorn.Server.run

    def run(server: uvicorn.Server, *given: Any, **named: Any) -> None:
        signal.raise_signal(number)
        begun(server, *given, **named)

    async def answer(_scope: object, _receive: object, _send: object) -> None:
        """Answer nobody."""

    monkeypatch.setattr(uvicorn.Server, "run", run)
    config = uvicorn.Config(answer, host="127.0.0.1", port=0, lifespan="off", log_config=None)
    before = signal.getsignal(number)
    assert run_until_signal(config, "serve") == 0
    assert signal.getsignal(number) == before


@pytest.mark.parametrize("words", [("serve",), ("mcp", "--http")], ids=["serve", "mcp"])
def test_a_second_signal_stops_it_at_once_and_is_no_defect(words: tuple[str, ...]):
    """What the server writes of being cancelled has places of the machine, and tells nobody."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked = [sys.executable, "-m", "ruletrail", *words, "--port", str(port)]
    process = subprocess.Popen(asked, stderr=subprocess.PIPE, text=True)

    def answers() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_for(answers)
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "defect" not in said


def test_of_a_traceback_that_the_server_writes_the_kind_alone_is_told():
    """Its text has paths of the machine, and may have what somebody sent."""
    logging = pytest.importorskip("logging")
    text = (
        'Traceback (most recent call last):\n  File "/srv/x.py", line 1\nanyio.Broken: a secret\n'
    )
    record = logging.LogRecord("uvicorn.error", 40, "", 1, text, (), None)
    written = json.loads(JsonLines().format(record))
    assert written["event"] == "defect"
    assert written["error"] == "Broken"
    assert "secret" not in str(written)


@pytest.mark.parametrize("words", [("serve",), ("mcp", "--http")], ids=["serve", "mcp"])
def test_an_address_that_another_program_has(words: tuple[str, ...], monkeypatch: Any):
    """The most usual trouble of a start: it is named, with the option that leads out of it."""
    monkeypatch.delenv("RULETRAIL_TOKEN", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        asked = [sys.executable, "-m", "ruletrail", *words, "--port", str(port), "--lang", "en"]
        # in a process of its own: uvicorn leaves the socket that it could not bind to its end
        done = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False)
    said = done.stderr
    assert done.returncode == 2
    assert f"`127.0.0.1:{port}`" in said
    assert "[address-refused]" in said
    assert "`--port`" in said


def test_before_the_rulebooks_are_there():
    """Who comes before is told to come again."""
    assert {"service-starting"} <= set(texts.TEXTS)

    async def ask() -> tuple[int, str]:
        transport = httpx.ASGITransport(make_application(SETTINGS))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            answer = await client.get("/v1/rulebooks")
            return answer.status_code, answer.json()["problems"][0]["code"]

    assert asyncio.run(ask()) == (503, "service-starting")


def test_a_list_before_the_rulebooks_are_loaded_is_none(library: Path, monkeypatch: Any):
    """An empty list would say that there are no rulebooks, in the second in which they are read."""
    with serving(library) as client:
        monkeypatch.setattr("ruletrail.service.handlers.Handlers.shelf", Shelf())
        assert codes(client.get("/v1/rulebooks")) == ["service-starting"]


def test_a_defect_tells_nothing_of_the_report(library: Path, monkeypatch: pytest.MonkeyPatch):
    """An error of ours is status 500 with a code; neither answer nor log repeats a text."""

    def fail(*_: object) -> None:
        raise ValueError("a secret of the report")

    with serving(library) as client:
        monkeypatch.setattr("ruletrail.service.handlers.write_answer", fail)
        answer = post(client, "/v1/evaluate", REPORT)
    assert codes(answer) == ["service-defect"]
    assert "secret" not in answer.text
    try:
        fail()
    except ValueError as error:
        told = tell_defect(error)
        record = pytest.importorskip("logging").LogRecord(
            "uvicorn.error", 40, "", 1, "x", (), (type(error), error, error.__traceback__)
        )
        assert "secret" not in JsonLines().format(record) + str(told)
        assert told["error"] == "ValueError"


# -- Rulebooks that change -------------------------------------------------------------------------


def test_a_rulebook_that_becomes_wrong_keeps_its_last_good_version(tmp_path: Path):
    """It answers as before, list and readiness say so; mended it answers anew, removed not."""
    path = write_library(tmp_path) / "rulebooks/garden/2026.yaml"
    with serving(tmp_path) as client:
        before = post(client, "/v1/evaluate", REPORT).json()
        path.write_text(RULEBOOK.replace("adults", "adlts", 1), encoding="utf-8")
        wait_for(lambda: client.get("/ready").json()["stale"] == ["garden/2026@1.0.0"])
        assert post(client, "/v1/evaluate", REPORT).json() == before
        listed = client.get("/v1/rulebooks").json()["rulebooks"]
        (stale,) = [each for each in listed if each["state"] == "stale"]
        assert stale["problems"]
        assert 'ruletrail_rulebooks{state="stale"} 1.0' in client.get("/metrics").text
        path.write_text("no: [rulebook", encoding="utf-8")
        wait_for(lambda: _codes_of_stale(client) != {p["code"] for p in stale["problems"]})
        assert post(client, "/v1/evaluate", REPORT).json() == before
        path.write_text(RULEBOOK.replace("1.0.0", "1.1.0"), encoding="utf-8")
        wait_for(lambda: client.get("/ready").json()["stale"] == [])
        assert post(client, "/v1/evaluate", REPORT).json()["rulebook"] == "garden/2026@1.1.0"
        (tmp_path / "rulebooks/garden/2027.yaml").write_text("language: 1\n", encoding="utf-8")
        wait_for(lambda: client.get("/ready").json()["invalid"] == ["garden/2027.yaml"])
        path.unlink()
        wait_for(lambda: post(client, "/v1/evaluate", REPORT).status_code == 422)
        assert codes(post(client, "/v1/evaluate", REPORT)) == ["rulebook-unknown"]


def test_a_file_that_meets_a_defect_of_ours_harms_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """It is invalid, and said to be; the other rulebooks answer, and go on being looked at."""
    path = write_library(tmp_path) / "rulebooks/garden/2026.yaml"
    other = path.with_name("2027.yaml")
    other.write_text(RULEBOOK.replace("2026", "2027"), encoding="utf-8")
    load_all = Workers.load

    async def load_others(self: Workers, act: Any, *given: Any) -> Any:
        if act is tasks.load and given[0].path == other:
            raise AttributeError("a secret of the file")
        return await load_all(self, act, *given)

    monkeypatch.setattr(Workers, "load", load_others)
    with serving(tmp_path) as client:
        assert client.get("/ready").json()["invalid"] == ["garden/2027.yaml"]
        listed = client.get("/v1/rulebooks").json()["rulebooks"]
        (broken,) = [each for each in listed if each["state"] == "invalid"]
        assert [problem["code"] for problem in broken["problems"]] == ["rulebook-defect"]
        assert "secret" not in json.dumps(broken)
        path.write_text(RULEBOOK.replace("1.0.0", "1.1.0"), encoding="utf-8")
        wait_for(lambda: post(client, "/v1/evaluate", REPORT).json()["rulebook"][-5:] == "1.1.0")


def test_looking_at_the_files_goes_on_after_a_defect_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Else the rulebooks of the first second would answer for ever, and nobody be told."""
    path = write_library(tmp_path) / "rulebooks/garden/2026.yaml"
    survey, failed = tasks.survey, []

    async def fail_once(self: Workers, act: Any, *given: Any) -> Any:
        if act is survey and path.read_text(encoding="utf-8") != RULEBOOK and not failed:
            failed.append(act)
            raise LookupError("a secret of the file")
        return await load_all(self, act, *given)

    load_all = Workers.load
    monkeypatch.setattr(Workers, "load", fail_once)
    with serving(tmp_path) as client:
        path.write_text(RULEBOOK.replace("1.0.0", "1.1.0"), encoding="utf-8")
        wait_for(lambda: post(client, "/v1/evaluate", REPORT).json()["rulebook"][-5:] == "1.1.0")
    assert failed


def _codes_of_stale(client: httpx.Client) -> set[str]:
    listed = client.get("/v1/rulebooks").json()["rulebooks"]
    return {p["code"] for each in listed if each["state"] == "stale" for p in each["problems"]}


def test_a_rulebook_that_never_loaded_is_told_apart(tmp_path: Path):
    """Its head is known, so it is not unknown; it cannot answer either."""
    path = write_library(tmp_path) / "rulebooks/garden/2026.yaml"
    path.write_text(RULEBOOK.replace("adults", "adlts", 1), encoding="utf-8")
    with serving(tmp_path) as client:
        assert codes(post(client, "/v1/evaluate", REPORT)) == ["rulebook-unloaded"]
        listed = client.get("/v1/rulebooks").json()["rulebooks"]
        assert [each["state"] for each in listed].count("invalid") == 1


@pytest.mark.parametrize(
    ("old", "new"), [("1.0.0", "[1.1.0"), ("1.0.0", "1.1"), ("status: published", "status: final")]
)
def test_no_older_version_answers_in_the_place_of_an_unclear_one(
    old: str, new: str, tmp_path: Path
):
    """As by the command line (tests/test_unclear_versions.py): a pin and a draft are no matter."""
    path = write_library(tmp_path) / "rulebooks/garden/2026@1.1.0.yaml"
    text = RULEBOOK if "1.0.0" in old else RULEBOOK.replace("1.0.0", "1.1.0")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with serving(tmp_path) as client:
        for day in ({}, {"as_of": "2026-06-01"}):
            refused = post(client, "/v1/evaluate", REPORT, params=day)
            assert (refused.status_code, codes(refused)) == (503, ["rulebook-unloaded"])
        listed = client.get("/v1/rulebooks").json()["rulebooks"]
        own = [each for each in listed if str(each["file"]).startswith("garden/")]
        assert {each["answers_without_version"] for each in own} == {False}
        pinned = {**REPORT, "rulebook": "garden/2026@1.0.0"}
        assert post(client, "/v1/evaluate", pinned).status_code == 200
        draft = RULEBOOK.replace("status: published", "status: draft").replace("1.0.0", "[1.1.0")
        path.write_text(draft, encoding="utf-8")
        wait_for(lambda: post(client, "/v1/evaluate", REPORT).status_code == 200)


# -- The document ----------------------------------------------------------------------------------


def test_every_example_of_the_document_runs(client: Any):
    """As it stands there, and the answer is of the shape that the document says."""
    document = client.get("/openapi.json").json()
    ran = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            query = {each["name"]: each["example"] for each in operation["parameters"]
                     if each["in"] == "query" and "example" in each}  # fmt: skip
            place = path
            for each in operation["parameters"]:
                if each["in"] == "path":
                    place = place.replace(f"{{{each['name']}}}", each["example"])
            headers, body = {}, None
            for kind, media in operation.get("requestBody", {}).get("content", {}).items():
                if "example" in media:
                    headers = {"Content-Type": kind}
                    example = media["example"]
                    body = example if isinstance(example, str) else json.dumps(
                        example, ensure_ascii=False, separators=(",", ":"), sort_keys=True
                    ) + "\n"  # fmt: skip
            assert method == "get" or body, path
            answer = client.request(
                method, place, params=query, headers=headers,
                content=body.encode() if body is not None else None,
            )  # fmt: skip
            assert answer.status_code == 200, (path, answer.text)
            kind = answer.headers["content-type"].partition(";")[0]
            schema = operation["responses"]["200"]["content"][kind].get("schema")
            if schema:
                whole = {**schema, "components": document["components"]}
                is_json = kind.endswith("json") and "ndjson" not in kind
                found = answer.json() if is_json else answer.text
                jsonschema.Draft202012Validator(whole).validate(found)
            if path == "/v1/verify":
                assert answer.json()["verified"] is True
            ran += 1
    assert ran == len(OPERATIONS)


def test_the_document_is_fuzzed_without_a_failure_of_the_service(client: Any):
    """Requests that it describes, and such as it does not, find no status 5xx or unknown shape."""
    schema = schemathesis.openapi.from_url(str(client.base_url.join("/openapi.json")))
    schemathesis.serializer(LINES["Content-Type"])(lambda _, value: _write_lines(value))
    checks = schemathesis.checks
    chosen = [
        checks.not_a_server_error,
        *(
            check for check in checks.CHECKS.get_all()
            if check.__name__ in (
                "status_code_conformance", "content_type_conformance",
                "response_schema_conformance", "response_headers_conformance",
            )
        ),
    ]  # fmt: skip

    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=15, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @schemathesis_given(operation)
        def run(case: Any) -> None:
            case.call_and_validate(checks=chosen)

        run()


def _write_lines(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def schemathesis_given(operation: Any) -> Any:
    """Give requests of an operation, those that it describes and those that it does not."""
    from hypothesis import given  # noqa: PLC0415
    from schemathesis import GenerationMode  # noqa: PLC0415

    modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
    return given(modes[0] | modes[1])


PAGE = (ROOT / "docs/service.md").read_text("utf-8")
BLOCKS = re.findall(r"```http\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_every_example_of_the_page_runs(block: str, client: Any):
    """As it stands there, and it is no failure; what it names is an operation."""
    head, _, body = block.partition("\n\n")
    first, *lines = head.splitlines()
    method, path = first.split()
    headers = dict(line.split(": ", 1) for line in lines)
    answer = client.request(method, path, headers=headers, content=body.encode())
    assert answer.status_code == 200, answer.text


def test_the_request_of_the_readme_is_answered(client: Any):
    """The words of the command are those of curl, and name what is there."""
    readme = (ROOT / "README.md").read_text("utf-8")
    (written,) = re.findall(r"^curl (.*)$", readme, re.MULTILINE)
    words = shlex.split(written)
    assert words[::2] == ["-H", "--data-binary", "http://127.0.0.1:8080/v1/evaluate"]
    name, value = words[1].split(": ")
    body = (ROOT / words[3].removeprefix("@")).read_bytes()
    answer = client.post("/v1/evaluate", content=body, headers={name: value})
    assert (answer.status_code, answer.json()["status"]) == (200, "complete")


def test_a_rulebook_that_is_too_large_to_be_checked_in_time_is_refused_in_words(client: Any):
    """What is accepted is answered: the limit is not that of files, which may take minutes."""
    headers = {"content-type": "application/yaml", "accept-language": "en"}
    answer = client.post("/v1/check", content=b"#" * (LARGEST_CHECKED + 1), headers=headers)
    (problem,) = answer.json()["problems"]
    assert (answer.status_code, problem["code"]) == (413, "document-too-large")
    assert f"larger than {LARGEST_CHECKED} bytes" in problem["message"]


def test_the_page_knows_every_operation_status_and_option(client: Any):
    """And the limits are those that hold."""
    document = client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        assert path.replace("{name}/{edition}", "sociale/2024") in PAGE.replace("@1.0.0", ""), path
        for operation in methods.values():
            for status in operation["responses"]:
                assert status in ("200", "304") or f"| {status} |" in PAGE, (path, status)
    limits = (LARGEST_REPORT, LARGEST_ROWS, LARGEST_CHECKED, LARGEST_TRAIL)
    written = re.findall(r"^\| [a-z ]+ \| ([0-9,]{7,}) \|$", PAGE, re.MULTILINE)
    assert tuple(int(size.replace(",", "")) for size in written) == limits
    options = {f"--{name}" for name in TEXTS["serve"]} | {"--library"}
    assert options <= set(re.findall(r"--[a-z]+", PAGE))


# -- The TypeScript client -------------------------------------------------------------------------

TYPESCRIPT = ROOT / "clients/typescript"


def test_the_description_is_written_without_a_service(client: Any):
    """`serve --openapi` prints what the service says of itself, and nothing is started."""
    status, out, _ = call("serve", "--openapi")
    assert (status, json.loads(out)) == (0, client.get("/openapi.json").json())


def test_the_typescript_client_locks_what_it_is_made_with():
    """It is of this version; the lock names versions and checksums, and no machine."""
    manifest = json.loads((TYPESCRIPT / "package.json").read_text("utf-8"))
    lock = json.loads((TYPESCRIPT / "package-lock.json").read_text("utf-8"))
    assert manifest["version"] == ENGINE_VERSION
    wanted = {**manifest["dependencies"], **manifest["devDependencies"]}
    assert wanted == {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted}
    packages = [each for name, each in lock["packages"].items() if name]
    assert all("integrity" in each and "resolved" not in each for each in packages)


def test_the_pages_show_the_program_whose_types_are_checked():
    """What a reader copies is what the compiler sees, but for where the client lies."""
    program = (TYPESCRIPT / "test/page.ts").read_text("utf-8")
    shown = program.replace("../src/client.js", "ruletrail-client")
    for page in (PAGE, (TYPESCRIPT / "README.md").read_text("utf-8")):
        assert re.findall(r"```typescript\n(.*?)```", page, re.DOTALL) == [shown]


def test_the_typescript_client_is_what_is_generated_and_talks_to_the_service(client: Any):
    """The generated file is today's, types agree, and its own tests pass with this service."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    if not (TYPESCRIPT / "node_modules/openapi-typescript").is_dir():
        pytest.skip("`npm ci` was not run in clients/typescript; `make client` does")

    def run(*words: str, given: bytes = b"") -> bytes:
        environment = {**os.environ, "RULETRAIL_URL": str(client.base_url).rstrip("/")}
        done = subprocess.run(
            [node, *words], cwd=TYPESCRIPT, env=environment, input=given, timeout=120,
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr).decode()
        return done.stdout

    generated = run("generate.mjs", given=client.get("/openapi.json").content)
    assert generated == (TYPESCRIPT / "src/service.ts").read_bytes(), "`make client` writes it"
    run("node_modules/typescript/bin/tsc")
    tests = json.loads((TYPESCRIPT / "package.json").read_text("utf-8"))["scripts"]["test"].split()
    written = {f"dist/test/{each.stem}.js" for each in TYPESCRIPT.glob("test/*.test.ts")}
    assert written == {word for word in tests if word.startswith("dist/")}
    assert b"\n# fail 0\n" in run("--test", "--test-reporter=tap", *sorted(written))


# -- The container ---------------------------------------------------------------------------------

CONTAINER = re.sub(
    r"\\\n\s*|^#.*\n", "", (ROOT / "Containerfile").read_text("utf-8"), flags=re.MULTILINE
)
STEPS = [line.split(None, 1) for line in CONTAINER.splitlines() if line]


def _arguments(name: str) -> list[str]:
    return [rest for step, rest in STEPS if step == name]


def test_the_container_is_made_of_what_is_there():
    """What it copies, the Python that it begins with, the extra that it installs."""
    stages = dict(each.split(" AS ")[::-1] for each in _arguments("FROM") if " AS " in each)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    least = project["project"]["requires-python"].removeprefix(">=")
    for each in _arguments("FROM"):
        found = re.search(r"python:(\d+)\.(\d+)-slim", each)
        assert found is not None
        assert (int(found[1]), int(found[2])) >= tuple(map(int, least.split(".")))
    installed = re.findall(r'pip install \S+ "\.\[(\w+)\]"', _arguments("RUN")[0])
    assert set(installed) == {"web"}
    assert installed[0] in project["project"]["optional-dependencies"]
    for each in _arguments("COPY"):
        *options, source, _ = each.split()
        stage = options[0].removeprefix("--from=") if options else ""
        assert stage in stages if stage else (ROOT / source).is_dir()
        # another stage's folder is the one that it made
        assert not stage or f"venv {source} " in _arguments("RUN")[0]
    ignored = (ROOT / ".containerignore").read_text("utf-8").split()
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = [*wheel["packages"], *wheel["force-include"], "pyproject.toml", "README.md", "LICENSE"]
    for name in needed:
        assert (ROOT / name).exists()
        assert not {name, name.split("/")[0]} & set(ignored)


def test_the_container_starts_our_command_and_asks_whether_it_is_ready(client: Any):
    """Entry point and health check run as they stand, but for the port."""
    command = json.loads(_arguments("ENTRYPOINT")[0])
    assert command[0] == "ruletrail"
    status, out, _ = call(*command[1:], "--openapi")
    assert (status, out[:1]) == (0, "{")
    port = command[command.index("--port") + 1]
    assert _arguments("EXPOSE") == [port]
    check = json.loads(_arguments("HEALTHCHECK")[0].removeprefix("CMD "))
    assert check[:2] == ["python", "-c"]
    own = check[2].replace(f":{port}/", f":{client.base_url.port}/")
    assert own != check[2]
    exec(own, {})  # noqa: S102 - our own Containerfile
    with pytest.raises(urllib.error.HTTPError):
        exec(own.replace("/ready", "/unready"), {})  # noqa: S102 - the same


# -- A thousand at once ----------------------------------------------------------------------------


AT_ONCE = 1_000
"""More than wait for a connection to be accepted, and than are worked on at the same time."""


def test_a_thousand_at_once_are_each_answered_with_their_own(tmp_path: Path):
    """One of many rules among them; every answer is that of its own report."""
    write_library(tmp_path)
    rules = "".join(f"  Y{at}: {{formula: distance + {at}}}\n" for at in range(2_000))
    large = RULEBOOK.replace("rules:\n", f"rules:\n{rules}", 1).replace(
        "rulebook: garden", "rulebook: large", 1
    )
    (tmp_path / "rulebooks/large").mkdir()
    (tmp_path / "rulebooks/large/2026.yaml").write_text(large, encoding="utf-8")
    with serving(tmp_path) as client:
        found = asyncio.run(_ask_many(str(client.base_url), AT_ONCE))
    for at, (status, document) in enumerate(found):
        assert status == 200, document
        assert document["rulebook"] == ("large/2026@1.0.0" if at == 0 else "garden/2026@1.0.0")
        if at == 0:
            assert document["values"]["Y1999"] == "2004.5"
    served = [found[at][1]["values"] for at in range(1, AT_ONCE)]
    for at in range(1, AT_ONCE):
        assert served[at - 1] == served[(at - 1) % 7], at


async def _ask_many(base: str, count: int) -> list[tuple[int, Any]]:
    limits = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(base_url=base, timeout=120, limits=limits) as client:

        async def ask(at: int) -> tuple[int, Any]:
            fields = {**REPORT["fields"], "adults": 1 + (at - 1) % 7}
            named = {"rulebook": "large/2026"} if at == 0 else {}
            if at == 0:
                fields = REPORT["fields"]
            document = {**REPORT, **named, "fields": fields}
            answer = await client.post("/v1/evaluate", content=json.dumps(document), headers=JSON)
            return answer.status_code, answer.json()

        return await asyncio.gather(*map(ask, range(count)))


# -- A process of its own --------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_a_process_starts_answers_and_lets_requests_end(workers: int, library: Path):
    """On SIGTERM it answers what it has begun, ends with status 0, and leaves no process behind."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable, "-m", "ruletrail", "serve", "--port", str(port), "--library",
            str(library), "--workers", str(workers),
        ],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, cwd=library,
        env={**os.environ, "PYTHONPATH": str(ROOT / "engine")},
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: _is_ready(base))
        with httpx.Client(base_url=base) as client:
            assert client.get("/health").json()["status"] == "ok"
            for _ in range(10):
                assert post(client, "/v1/evaluate", REPORT).status_code == 200
            wait_for(
                lambda: 'operation="evaluate",status="200"} 10.0' in client.get("/metrics").text
            )
        body = json.dumps(REPORT).encode()
        with socket.create_connection(("127.0.0.1", port), timeout=30) as begun:
            begun.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:10])
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            begun.sendall(body[10:])
            assert begun.recv(65_536).startswith(b"HTTP/1.1 200")
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out) == (0, b"")
    lines = [json.loads(line) for line in err.splitlines()]
    assert {"started", "rulebook-loaded", "request", "stopped"} <= {each["event"] for each in lines}
    assert b"Neri" not in err


def _is_ready(base: str) -> bool:
    try:
        return httpx.get(f"{base}/ready").status_code == 200
    except httpx.TransportError:
        return False


# -- Lists of rows ---------------------------------------------------------------------------------


def test_a_report_without_lists_is_no_larger_than_anywhere(client: Any):
    """What only a form with lists may hold is refused by whoever reads the report."""
    padding = " " * 300_000
    body = JESI.read_bytes() + f"\n# {padding}\n".encode()
    answer = client.post("/v1/evaluate", content=body, headers=YAML)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (413, "document-too-large")


@pytest.mark.parametrize(
    ("header", "is_wanted"),
    [
        (TRAIL, True), (f"{TRAIL};q=0", False), (f"{TRAIL}; Q=0.000", False), ("*/*", False),
        (f"{TRAIL} ; q=0.001", True), (f"text/html, {TRAIL.upper()}", True), (f"x{TRAIL}", False),
        (f"{TRAIL}x;q=1", False), ("", False), (f"{TRAIL};v=2;q=0", False),
    ],
)  # fmt: skip
def test_a_trail_is_sent_to_who_wants_one(header: str, is_wanted: bool):  # noqa: FBT001 - a row of the table
    """As RFC 9110 has it: what weighs nothing is not wanted."""
    assert accepts(header, TRAIL) is is_wanted


def test_a_trail_that_is_too_large_is_a_problem(monkeypatch: pytest.MonkeyPatch):
    """In either way of asking for it; without it the same report is answered."""
    plan = ruletrail.load(EXAMPLES / "garden/garden.yaml")
    body = json.dumps(REPORT).encode()
    monkeypatch.setattr(ruletrail.trails.document, "MOST_BYTES", 1_000)
    for ask in (
        lambda: write_trail(plan, body, "refused"),
        lambda: _answer(plan, body, trail=True),
    ):
        with pytest.raises(ruletrail.ProblemsError) as raised:
            ask()
        answer = refuse(raised.value.problems, "en", ())
        assert (answer.status_code, codes_of(answer)) == (422, ["trail-too-large"])
    assert json.loads(_answer(plan, body, trail=False))["decisions"]


def _answer(plan: Any, body: bytes, *, trail: bool) -> bytes:
    return answer_report(plan, body, "refused", trail)


def codes_of(answer: Any) -> list[str]:
    return [problem["code"] for problem in json.loads(answer.body)["problems"]]
