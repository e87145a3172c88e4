"""Evaluation reads no clock, no network, no files, and does not touch its inputs.

The same bytes come out anywhere.
"""

import copy
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

import ruletrail
from support.places import ROOT
from support.plain_yaml import load_texts

EXAMPLES = [ROOT / "examples" / name for name in ("jesi-2024.yaml", "livorno-2024.yaml")]

AUDIT = """
import sys
import ruletrail

plan = ruletrail.load("sociale/2024")
reports = [plan.read(path) for path in sys.argv[1:]]
plan.evaluate(reports[0]).trail.to_json()  # what is imported late is imported now
seen = []

def hook(event, arguments):
    if armed and not event.startswith(("object.__getattr__", "sys._getframe")):
        seen.append((event, str(arguments)[:80]))

def clock(*_):
    raise AssertionError("evaluation asked for the time or for randomness")

import random, time
for name in ("time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime", "strftime"):
    setattr(time, name, clock)
random.random = random.getrandbits = clock
armed = False
sys.addaudithook(hook)
armed = True
texts = [plan.evaluate(report).trail.to_json() for report in reports]
armed = False
forbidden = ("open", "socket", "subprocess", "os.", "exec", "compile", "import", "time", "random")
forbidden += ("ctypes", "mmap", "shutil", "urllib")
found = [event for event in seen if event[0].startswith(forbidden)]
assert not found, found
assert all(texts)
armed = True
try:
    open(sys.argv[1]).close()
finally:
    armed = False
assert seen[-1][0] == "open" or any(event[0] == "open" for event in seen), "the hook is deaf"
print("pure")
"""

DIGEST = """
import decimal, hashlib, locale, os, sys
if os.environ.get("CONTEXT"):
    decimal.setcontext(decimal.Context(
        prec=2, rounding=decimal.ROUND_UP, Emax=5, Emin=-5, capitals=0
    ))
    sys.setrecursionlimit(400)
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
import ruletrail
plan = ruletrail.load("sociale/2024")
for path in sys.argv[1:]:
    evaluation = plan.evaluate(path)
    digest = hashlib.sha256(evaluation.trail.to_json().encode()).hexdigest()
    print(digest, sorted(evaluation.values.items())[:3], evaluation.messages[:1])
"""


def run(code: str, arguments: list[str], **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "engine"),
            "PYTHONIOENCODING": "utf-8",
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_evaluation_opens_imports_and_runs_nothing():
    """An audit hook sees no file, socket, import, process or compilation in two evaluations."""
    assert run(AUDIT, [str(path) for path in EXAMPLES]).strip() == "pure"


def test_a_compiled_plan_that_wrote_a_trail_makes_no_code_either():
    """The writer of trails is made with the first one.

    What follows opens, imports and compiles nothing.
    """
    compiled = AUDIT.replace(
        'ruletrail.load("sociale/2024")', 'ruletrail.load("sociale/2024").compile()'
    )
    assert compiled != AUDIT
    assert run(compiled, [str(path) for path in EXAMPLES]).strip() == "pure"


@pytest.mark.parametrize("runs", [1, 2])
def test_the_first_trail_of_a_loaded_plan_makes_no_code(runs: int, tmp_path: Path):
    """What writes trails is loaded or taken from the cache; only modules are imported late."""
    warmed = AUDIT.replace("\nplan.evaluate(", '\nruletrail.load("sociale/2024").evaluate(')
    assert warmed != AUDIT
    for _ in range(runs):
        found = run(warmed, [str(path) for path in EXAMPLES], RULETRAIL_CACHE=str(tmp_path))
        assert found.strip() == "pure"


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242"},
        {"LC_ALL": "it_IT.UTF-8", "LANG": "it_IT.UTF-8"},
        {"LC_ALL": "tr_TR.UTF-8"},
        {"LC_ALL": "C", "PYTHONUTF8": "1"},
        {"TZ": "Pacific/Kiritimati"},
        {"CONTEXT": "1"},
        {"PYTHONOPTIMIZE": "2"},
    ],
    ids=str,
)
def test_same_bytes_everywhere(environment: dict[str, str]):
    """Hash seed, locale, time zone, Decimal context and optimisation change no byte of a trail."""
    paths = [str(path) for path in EXAMPLES]
    assert run(DIGEST, paths, **environment) == run(DIGEST, paths, PYTHONHASHSEED="0", TZ="UTC")


def test_same_bytes_from_another_folder(tmp_path: Path):
    """A trail names no folder of the machine that made it."""
    copies = []
    for path in EXAMPLES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
        copies.append(str(tmp_path / path.name))
    assert run(DIGEST, copies) == run(DIGEST, [str(path) for path in EXAMPLES])
    plan = ruletrail.load("sociale/2024")
    assert str(ROOT) not in plan.evaluate(EXAMPLES[0]).trail.to_json()
    assert str(tmp_path) not in plan.evaluate(copies[0]).trail.to_json()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_inputs_are_not_touched(path: Path):
    """A caller's mapping and a read report stay as they were; again they give the same."""
    plan = ruletrail.load("sociale/2024")
    report = plan.read(path)
    data = {
        "rulebook": str(report.reference),
        "subject": dict(report.subject),
        "fields": {code: declared.value for code, declared in report.fields.items()},
        "printed": {"messages": list(report.printed)},
    }
    before = copy.deepcopy(data)
    first = plan.evaluate(data).trail.to_json()
    assert data == before
    assert plan.evaluate(data).trail.to_json() == first
    kept = copy.deepcopy(report.fields)
    trail = plan.evaluate(report).trail.to_json()
    assert report.fields == kept
    assert plan.evaluate(report).trail.to_json() == trail


def test_a_plan_is_shared_between_threads():
    """Eight threads evaluate two reports with one plan and get the same bytes as one."""
    plan = ruletrail.load("sociale/2024")
    expected = [plan.evaluate(path).trail.to_json() for path in EXAMPLES]
    found: list[list[str]] = []
    threads = [
        Thread(
            target=lambda: found.append([plan.evaluate(path).trail.to_json() for path in EXAMPLES])
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def test_yaml_and_json_of_one_report_give_one_trail(tmp_path: Path):
    """The form of a document does not count.

    Values, outcomes and digest of the report are the same.
    """
    plan = ruletrail.load("sociale/2024")
    for path in EXAMPLES:
        written = load_texts(path.read_text(encoding="utf-8"))
        numbers = {
            code for code, field in plan.linked.schema.fields.items() if field.type == "number"
        }
        pieces = []
        for code, text in written["fields"].items():
            pieces.append(f'"{code}": {text}' if code in numbers else f'"{code}": {_json(text)}')
        printed = ", ".join(_json(text) for text in written["printed"]["messages"])
        subject = ", ".join(f'"{key}": {_json(text)}' for key, text in written["subject"].items())
        target = tmp_path / "report.json"
        target.write_text(
            f'{{"rulebook": "{written["rulebook"]}", "subject": {{{subject}}}, '
            f'"fields": {{{", ".join(pieces)}}}, "printed": {{"messages": [{printed}]}}}}',
            encoding="utf-8",
        )
        assert plan.evaluate(target).trail.to_json() == plan.evaluate(path).trail.to_json()


def _json(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def test_digests_are_over_canonical_bytes():
    """The document's digest is SHA-256 over its canonical bytes without the digest itself."""
    trail = ruletrail.load("sociale/2024").evaluate(EXAMPLES[0]).trail
    digest = trail.to_dict()["digest"]
    bare = trail.to_json().replace(f'"digest":"{digest}",', "", 1)
    assert "sha256:" + hashlib.sha256(bare.encode()).hexdigest() == digest
