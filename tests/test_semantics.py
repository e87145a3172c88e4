"""The meaning as `docs/semantics.md` numbers it: sections have cases, cases every evaluator.

The cases are data: `conformance.yaml` (formulas alone, run by `test_conformance.py`) and
`conformance/*.yaml`, whose shape `conformance/README.md` describes. Each is written out as
documents, loaded as a user would, and put to the reference evaluator, the compiled functions,
columns and the checker of trails. Step digests are made anew here.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import ruletrail
from ruletrail.compiled import CompiledRulebook
from ruletrail.digests import canonical_json
from ruletrail.documents import REPORT_LIMITS, RULEBOOK_LIMITS, SCHEMA_LIMITS, read_document
from ruletrail.evaluations import evaluate_record
from ruletrail.library import Library
from ruletrail.problems import ProblemsError
from ruletrail.trails import Trail
from support import rulebooks
from support.conformance import ROWS
from support.evaluators import check_trail, compare_columns, compare_functions
from support.places import ROOT, TESTS

SHIPPED_LIBRARY = "ruletrail.api.shipped_library"
"""The name under which the public face finds the library, which a case replaces with its own."""

USUAL_FIELDS: dict[str, Any] = {
    **dict.fromkeys("ABDXYZ", "number"),
    **dict.fromkeys("TU", "string"),
    **dict.fromkeys("pqr", "boolean"),
    "E": {"type": "number", "unit": "euro"},
    "K": {"type": "number", "unit": "km"},
    "C": {"type": "string", "enum": ["SI", "NO"]},
}
ROW = {"x": "number", "y": "number", "t": "string", "p": "boolean"}
USUAL_ROWS: dict[str, Any] = {**USUAL_FIELDS, "L": {"rows": ROW}, "M": {"rows": ROW}}
"""The usual fields and two lists of rows: a rulebook that has them is answered row by row."""
HEAD = {**rulebooks.HEAD, "report": "prova.schema.json"}
CASE_KEYS = {
    "section", "name", "rulebook", "head", "bases", "fields_schema", "report", "expect",
    "document", "library", "ask", "as_of", "json",
}  # fmt: skip
PARTS = (
    "values",
    "decisions",
    "sections",
    "checks",
    "declared",
    "missing",
    "not_encoded",
    "errors",
    "printed",
    "lists",
)
EXPECT_KEYS = {
    "status",
    "messages",
    "order",
    "steps",
    "digests",
    "problems",
    "refused",
    "answers",
    "canonical",
    *PARTS,
}
_HEADING = re.compile(r"^#{2,3} ([0-9]+(?:\.[0-9]+)?)\.? ", re.MULTILINE)
_REPEATED = re.compile(r"<<([^>]+)\*([0-9]+)>>")
_COUNTED = re.compile(r"<<([A-Za-z]+)1\.\.[A-Za-z]+([0-9]+)>>")

Case = dict[str, Any]


# -- The data --------------------------------------------------------------------------------------


def _write_out(node: yaml.Node) -> yaml.Node:
    """Write out `<<text*count>>` and `<<n1..n3>>` in a tree."""
    if isinstance(node, yaml.ScalarNode):
        node.value = _REPEATED.sub(lambda match: match[1] * int(match[2]), node.value)
    elif isinstance(node, yaml.MappingNode):
        node.value = [(_write_out(key), _write_out(value)) for key, value in node.value]
    else:
        node.value = [written for item in node.value for written in _write_item(item)]
    return node


def _write_item(item: yaml.Node) -> Iterator[yaml.Node]:
    match = _COUNTED.fullmatch(item.value) if isinstance(item, yaml.ScalarNode) else None
    if match is None:
        yield _write_out(item)
    else:
        yield from (
            yaml.ScalarNode(item.tag, f"{match[1]}{at}") for at in range(1, int(match[2]) + 1)
        )


def _read_cases() -> dict[str, Case]:
    """Read all cases; the documents in them are kept as YAML text, with the author's quotes."""
    cases: dict[str, Case] = {}
    for path in sorted((TESTS / "conformance").glob("*.yaml")):
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        for node in _write_out(root).value:
            case = _read_case(node)
            name = f"{path.stem}: {case['section']} {case['name']}"
            assert name not in cases, f"two cases are called {name}"
            cases[name] = case
    return cases


def _read_case(node: yaml.MappingNode) -> Case:
    case: Case = {}
    for key, value in node.value:
        documents = key.value in ("rulebook", "head") or (
            key.value == "report" and "json" not in [k.value for k, _ in value.value]
        )
        case[key.value] = _members(value) if documents else _construct(value)
    if "bases" in case:
        bases = next(value for key, value in node.value if key.value == "bases")
        case["bases"] = [
            {key.value: _members(value) for key, value in base.value} for base in bases.value
        ]
    return case


def _members(node: yaml.MappingNode) -> dict[str, str]:
    """Give the members of a mapping, each as YAML text."""
    return {key.value: _serialize(value) for key, value in node.value}


def _serialize(node: yaml.Node) -> str:
    text = str(yaml.serialize(node, Dumper=yaml.CBaseDumper, allow_unicode=True, width=10**9))
    return text.removesuffix("...\n").rstrip("\n")


def _construct(node: yaml.Node) -> Any:
    loader = yaml.CBaseLoader("")
    try:
        return loader.construct_object(node, deep=True)
    finally:
        loader.dispose()


CASES = _read_cases()
EVALUATED = [
    name
    for name, case in CASES.items()
    if not {"problems", "refused", "answers", "canonical"} & set(case["expect"])
]
REFUSED = [
    name
    for name, case in CASES.items()
    if {"problems", "refused"} & set(case["expect"]) and not {"document", "library"} & set(case)
]
READ = [name for name, case in CASES.items() if "document" in case]
ASKED = [name for name, case in CASES.items() if "library" in case]
WRITTEN = [name for name, case in CASES.items() if "canonical" in case["expect"]]


# -- The documents ---------------------------------------------------------------------------------


def write_rulebook(head: dict[str, str], body: dict[str, str]) -> str:
    """Write a rulebook's document."""
    written = {
        **{key: value for key, value in {**HEAD, **head}.items() if value != "absent"},
        **body,
    }
    return "".join(f"{key}:{_below(value)}\n" for key, value in written.items())


def _below(text: str) -> str:
    return (
        " " + text
        if "\n" not in text
        else "\n" + "\n".join("  " + line for line in text.split("\n"))
    )


def write_schema(fields: dict[str, Any] | str) -> str:
    """Write the JSON Schema of a report; `rows` are the usual fields with lists of rows."""
    known = USUAL_ROWS if isinstance(fields, str) else fields
    return json.dumps(rulebooks.schema_of({code: _field(each) for code, each in known.items()}))


def _field(field: Any) -> Any:
    """Give the schema of a field; of a list, its rows are written out."""
    if not isinstance(field, dict) or "rows" not in field:
        return field
    return rulebooks.rows_of(field["rows"], int(field.get("most", 5)))


def write_report(report: dict[str, str]) -> str:
    """Write a report's document, in YAML or, where the case gives the fields so, in JSON."""
    reference = report.get("rulebook", "prova/2024")
    if "json" in report:
        return f'{{"rulebook": "{reference}", "fields": {report["json"]}}}'
    lines = [f"{key}:{_below(report[key])}\n" for key in ("subject", "fields") if key in report]
    lines += [f"printed:\n  messages:{_below(report['printed'])}\n"] if "printed" in report else []
    return f"rulebook: {reference}\n" + "".join(lines)


def write_case(case: Case, folder: Path) -> Path:
    """Write a case's documents into a folder; gives the rulebook's path."""
    (folder / "prova.schema.json").write_text(
        write_schema(case.get("fields_schema", USUAL_FIELDS)), encoding="utf-8"
    )
    for at, base in enumerate(case.get("bases", ())):
        text = write_rulebook(base.get("head", {}), base.get("rulebook", {}))
        (folder / f"base{at}.yaml").write_text(text, encoding="utf-8")
    (folder / "report.yaml").write_text(write_report(case.get("report", {})), encoding="utf-8")
    path = folder / "prova.yaml"
    path.write_text(
        write_rulebook(case.get("head", {}), case.get("rulebook", {})), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def load(tmp_path_factory):
    """Give plan, report and the reference's record of a case, each made once."""

    @cache
    def load_case(name: str):
        folder = tmp_path_factory.mktemp("case")
        plan = ruletrail.load(write_case(CASES[name], folder))
        report = plan.read(folder / "report.yaml")
        return plan, report, evaluate_record(plan.linked, report)

    return load_case


# -- What is expected ------------------------------------------------------------------------------


def agrees(expected: Any, found: Any) -> bool:
    """Tell whether what was found says what is expected; mappings may hold more, lists not."""
    match expected, found:
        case dict(), dict():
            return all(
                key in found and agrees(value, found[key]) for key, value in expected.items()
            )
        case list(), list():
            return len(expected) == len(found) and all(map(agrees, expected, found))
        case str(), bool():
            return expected == str(found).lower()
        case str(), _:
            return expected == str(found)
    return False


def is_same(expected: Any, found: Any) -> bool:
    """Tell whether what was found is what is expected, keys included."""
    return agrees(expected, found) and (
        not isinstance(expected, dict) or set(expected) == set(found)
    )


def check_document(expect: dict[str, Any], document: dict[str, Any]) -> None:
    """Assert that a trail says what a case expects."""
    result, steps = document["result"], {step["id"]: step for step in document["steps"]}
    for key in PARTS:
        if key in expect:
            assert is_same(expect[key], result[key]), (key, result[key])
    if "status" in expect:
        assert result["status"] == expect["status"], result
    if "messages" in expect:
        assert [message["text"] for message in result["messages"]] == expect["messages"]
    if "order" in expect:
        assert list(steps) == expect["order"]
    for code, members in expect.get("steps", {}).items():
        for key, value in members.items():
            assert agrees(value, steps[code].get(key, "absent")), (code, key, steps[code])
    for part, digest in expect.get("digests", {}).items():
        assert document[part]["digest"] == digest


def check_digests(document: dict[str, Any]) -> None:
    """Assert the digests of section 20.2, made anew."""
    digests: dict[str, str] = {}
    for step in document["steps"]:
        reads = {code: digests[code] for code in step["reads"] if code in digests}
        digests[step["id"]] = _digest({"step": _bare(step), "reads": reads})
        assert step["digest"] == digests[step["id"]]
    for each in (document["report"], document):
        assert each["digest"] == _digest(_bare(each))


def _bare(written: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in written.items() if key != "digest"}


def _digest(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


# -- The sections and their cases ------------------------------------------------------------------


def test_every_section_has_a_row_or_a_case_and_no_case_another():
    """A section that nothing shows is a claim; a case of no section, a secret."""
    numbers = _HEADING.findall((ROOT / "docs" / "semantics.md").read_text(encoding="utf-8"))
    assert [number for number, count in Counter(numbers).items() if count > 1] == []
    wholes = {number.partition(".")[0] for number in numbers if "." in number}
    named = {row.get("section", "none") for row in ROWS} | {
        case["section"] for case in CASES.values()
    }
    assert sorted(set(numbers) - wholes - named) == [], "sections that nothing shows"
    assert sorted(named - set(numbers)) == [], "sections that do not exist"


def test_cases_have_known_keys():
    """A key written wrongly would assert nothing."""
    for name, case in CASES.items():
        assert set(case) <= CASE_KEYS, name
        assert case["expect"], name
        assert set(case["expect"]) <= EXPECT_KEYS, name


# -- Every case through every evaluator ------------------------------------------------------------


@pytest.mark.parametrize("name", EVALUATED)
def test_reference(load, name: str):
    """The reference evaluator gives what the case expects, and digests as section 20 says."""
    _, _, record = load(name)
    document = json.loads(Trail(record).to_json())
    check_document(CASES[name]["expect"], document)
    check_digests(document)


@pytest.mark.parametrize("name", EVALUATED)
def test_compiled_functions(load, name: str):
    """The compiled functions give the same record and the same bytes; the public face too."""
    plan, report, record = load(name)
    compare_functions(CompiledRulebook(plan.linked), report)
    assert plan.evaluate(report).trail.to_json() == Trail(record).to_json()


@pytest.mark.parametrize("name", EVALUATED)
def test_checker(load, name: str):
    """The checker derives the written trail anew and finds nothing."""
    _, _, record = load(name)
    check_trail(record)


@pytest.mark.parametrize("name", EVALUATED)
def test_columns(load, name: str):
    """Columns give status, outcomes and values: in a row alone, and around one that lacks all."""
    plan, report, _ = load(name)
    empty = plan.read({"rulebook": "prova/2024"})
    for rows in ([report], [report, empty, report]):
        compare_columns(CompiledRulebook(plan.linked), rows)


# -- What is refused, read, asked for, written -----------------------------------------------------


@pytest.mark.parametrize("name", REFUSED)
def test_refusal(name: str, tmp_path: Path):
    """The rulebook, or the report, is refused with exactly these problems."""
    case = CASES[name]
    path = write_case(case, tmp_path)
    if "problems" in case["expect"]:
        assert _codes(lambda: ruletrail.load(path)) == case["expect"]["problems"]
    else:
        plan = ruletrail.load(path)
        assert _codes(lambda: plan.evaluate(tmp_path / "report.yaml")) == case["expect"]["refused"]


def _codes(call: Any) -> list[str]:
    try:
        call()
    except ProblemsError as error:
        return [problem.code for problem in error.problems]
    return []


@pytest.mark.parametrize("name", READ)
def test_reading(name: str):
    """A document's text is admitted, or refused with these problems."""
    document, limits = (
        CASES[name]["document"],
        {"rulebook": RULEBOOK_LIMITS, "report": REPORT_LIMITS, "schema": SCHEMA_LIMITS},
    )
    _, problems = read_document(document["text"].encode(), "f", limits[document["kind"]])
    assert [problem.code for problem in problems] == CASES[name]["expect"]["problems"]


@pytest.mark.parametrize("name", ASKED)
def test_answering_version(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of several versions in a library one answers, or none with this problem."""
    case, folder = CASES[name], tmp_path / "rulebooks" / "prova"
    folder.mkdir(parents=True)
    (folder / "prova.schema.json").write_text(write_schema(USUAL_FIELDS), encoding="utf-8")
    for entry in case["library"]:
        bounds = ", ".join(f"{key}: {entry[key]}" for key in ("from", "to") if key in entry)
        head = {
            "version": entry["version"],
            "status": entry["status"],
            "in_force": f"{{{bounds}}}" if bounds else "absent",
        }
        (folder / f"2024@{entry['version']}.yaml").write_text(
            write_rulebook(head, {}), encoding="utf-8"
        )
    monkeypatch.setattr(SHIPPED_LIBRARY, lambda: Library(tmp_path / "rulebooks", tmp_path))
    expect, as_of = case["expect"], case.get("as_of")
    if "problems" in expect:
        assert _codes(lambda: ruletrail.load(case["ask"], as_of=as_of)) == expect["problems"]
    else:
        assert ruletrail.load(case["ask"], as_of=as_of).reference == expect["answers"]


@pytest.mark.parametrize("name", WRITTEN)
def test_canonical_json(name: str):
    """JSON's text becomes the canonical text."""
    assert (
        canonical_json(json.loads(CASES[name]["json"], parse_float=Decimal))
        == CASES[name]["expect"]["canonical"]
    )
