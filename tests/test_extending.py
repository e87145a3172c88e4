"""CONTRIBUTING is true: a function added by its steps, to the letter, is known to everything.

The steps are taken from the page itself and done in a copy of the project, and nothing else is
changed there.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from support.places import ROOT

COPIED = (
    "engine",
    "schemas",
    "rulebooks",
    "examples",
    "docs",
    "tests",
    "pyproject.toml",
    "CONTRIBUTING.md",
    "README.md",
)
TABLE = "FUNCTIONS: Mapping[str, Operation] = {operation.name: operation for operation in (\n"
CHECKER = "FUNCTIONS = {\n"

PROGRAM = '''
import json, random, sys
from pathlib import Path
import ruletrail
from ruletrail.cli import main
from ruletrail.editors import completing, names
from ruletrail.library import source_of_path
from ruletrail.verification import verify_trail

folder = Path(sys.argv[1])
fields = {"a": {"type": "number"}, "b": {"type": "number"}, "c": {"type": "integer", "minimum": 0}}
properties = {"type": "object", "properties": fields}
inside = {"rulebook": {}, "subject": {}, "printed": {}, "fields": properties}
draft = "https://json-schema.org/draft/2020-12/schema"
schema = {"$schema": draft, "type": "object", "properties": inside}
(folder / "s.json").write_text(json.dumps(schema))
(folder / "r.yaml").write_text("""language: 1
rulebook: p
edition: "1"
version: 1.0.0
status: draft
title: T
report: s.json
locale: it
groups: {g: [a, b]}
rules:
  X: {formula: "clamp(a, b, c)"}
  Y: {formula: "clamp(a / 3, b, c) * 2 + sum(g)", round: {decimals: 2, mode: half_up}}
  Z: {formula: "clamp(X, 0, 10)"}
checks:
  always: {expect: "clamp(a, 0, 10) <= 10", severity: warning}
  open: {expect: "clamp(a, 0, 10) <= 9", severity: warning}
""")
plan = ruletrail.load(folder / "r.yaml")
rows = []
for seed in range(120):
    dice = random.Random(seed)
    numbers = {"a": [0, -3, 2.5, 1000, -0.01], "b": [0, -3, 7], "c": [0, 1, 5, 100]}
    row = {code: dice.choice(values) for code, values in numbers.items() if dice.random() < 0.9}
    rows.append(row)
reports = [{"rulebook": "p/1", "subject": {"s": "x"}, "fields": row} for row in rows]
short = [plan.evaluate(report).trail.to_json() for report in reports]
table = plan.evaluate_many({code: [row.get(code) for row in rows] for code in fields})
from ruletrail.evaluations import evaluate_record
for at, report in enumerate(reports):
    evaluation = plan.evaluate(report)
    record = evaluate_record(plan.linked, plan.read(report))
    assert ruletrail.Trail(record).to_json() == short[at], "compiled functions and reference differ"
    assert verify_trail((short[at] + "\\n").encode(), "t.json") == [], "the checker refuses"
    for code in "XYZ":
        assert table.values[code][at] == evaluation.values.get(code), "columns differ"
knowledge = names.learn(source_of_path(folder / "r.yaml"), {})
text = (folder / "r.yaml").read_text().replace("clamp(X", "cl")
line = next(at for at, each in enumerate(text.splitlines()) if "cl, 0" in each)
offers = completing.complete(text, line, text.splitlines()[line].index("cl") + 2, knowledge)
assert any(name.code == "clamp" for name, _ in offers), "completion does not know it"
(folder / "report.json").write_text(json.dumps(reports[0] | {"fields": {"a": 12, "b": 0, "c": 5}}))
print("READY", flush=True)
main(["check", str(folder / "r.yaml"), "--lang", "en"])
command = ["explain", str(folder / "report.json"), "X", "--rulebook", str(folder / "r.yaml")]
main([*command, "--lang", "it"])
'''


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """Copy the project and follow the steps of CONTRIBUTING."""
    copy = tmp_path_factory.mktemp("extended")
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", ".hypothesis")
    for name in COPIED:
        source = ROOT / name
        (shutil.copy if source.is_file() else lambda a, b: shutil.copytree(a, b, ignore=ignored))(
            source, copy / name
        )
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    steps = page[page.index("## To add a function") : page.index("## To add a problem")]
    entry, checker = re.findall(r"```python\n(.*?)```", steps, re.DOTALL)
    (rows,) = re.findall(r"```yaml\n(.*?)```", steps, re.DOTALL)
    _insert(copy / "engine/ruletrail/formulas/operations.py", TABLE, entry)
    _insert(copy / "engine/ruletrail/verification/operations.py", CHECKER, checker)
    with (copy / "tests/conformance.yaml").open("a", encoding="utf-8") as table:
        table.write(re.sub(r"(?m)^ +", "", rows))
    return copy


def _insert(path, after, text):
    source = path.read_text("utf-8")
    assert source.count(after) == 1, f"the steps name no place in {path.name} any more"
    path.write_text(source.replace(after, after + text), "utf-8")


def _run(copy, *words):
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy / "engine"),
        "RULETRAIL_SEEDS": "40",
        "RULETRAIL_CACHE": "off",
    }
    return subprocess.run(
        [sys.executable, *words],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_evaluators_lints_and_editor_know_it(extended, tmp_path):
    """Reference, compiled functions, columns, checker, lints and completion know the function."""
    done = _run(extended, "-c", PROGRAM, str(tmp_path))
    assert "READY" in done.stdout, done.stderr
    assert "`clamp(a, 0, 10) <= 10` is always true" in done.stderr + done.stdout
    assert "clamp(a, 0, 10) <= 9` is always" not in done.stderr + done.stdout
    assert "entro(" in done.stdout


def test_pages_are_written_from_the_table(extended):
    """The language's page and the problem's page list it."""
    for program in ("docs/operations_table.py", "docs/problems/pages.py"):
        assert _run(extended, program).returncode == 0
    assert "`clamp(x, low, high)`" in (extended / "docs/language.md").read_text("utf-8")
    assert "clamp" in (extended / "docs/problems/unknown-function.md").read_text("utf-8")


def test_the_suite_passes_over_it(extended):
    """What reads the table, the new rows, and generated rulebooks that hold the function, pass."""
    suites = ("formulas", "conformance", "condition_solver", "verification/test_agreement")
    paths = [f"tests/{name if '/' in name else 'test_' + name}.py" for name in suites]
    # of the rows of the table those of the function alone: the others do not meet it
    chosen = "test_formulas or clamp or whole_language or verify[0] or contradicted"
    done = _run(
        extended, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *paths, "-k", chosen
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "clamp" in (extended / "tests/conformance.yaml").read_text("utf-8")
