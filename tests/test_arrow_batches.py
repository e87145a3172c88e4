"""Batches by columns: what they call valid is valid, and every row is as if answered alone."""

import io
import json
import random
import signal
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import ruletrail
from ruletrail.batches.checkpoints import Partial
from ruletrail.batches.jobs import Job
from ruletrail.batches.lines import BlockSize
from ruletrail.batches.parquet import open_parquet
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import CHUNK_ROWS, Chunk, Place, Stretch
from ruletrail.batches.unsupported_keywords import explain_rows, find_unsupported
from ruletrail.batches.worker_pool import answer_together
from ruletrail.batches.writing import layout_of
from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns.columns import value_of
from ruletrail.documents import SCHEMA_LIMITS, from_python
from ruletrail.problems import ProblemsError
from ruletrail.schemas import build_schema
from ruletrail.schemas.places import to_exact
from ruletrail.schemas.validators import iter_violations
from support.command_line import call
from support.places import ROOT
from support.rulebook_generator import generate
from support.rulebooks import (
    HEAD_TEXT,
    load_text,
    rows_of,
    rulebook_text,
    schema_of,
    write_rulebook,
)

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
arrow_csv = pytest.importorskip("pyarrow.csv")

from ruletrail.batches import streams  # noqa: E402 - needs pyarrow
from ruletrail.batches.arrow_cells import list_rows  # noqa: E402
from ruletrail.batches.column_validation import Members, Validity  # noqa: E402
from ruletrail.batches.streams import TableWork, answer_batches  # noqa: E402
from ruletrail.compiled.columns.arrow_encoding import encode_arrow  # noqa: E402

NUMBER = {"type": "number"}

# -- What is surely valid --------------------------------------------------------------------------

NUMBERS = [
    0,
    1,
    -1,
    2,
    3,
    10,
    10**14,
    Decimal("0.1"),
    Decimal("2.5"),
    Decimal("-0.01"),
    Decimal("0.30"),
    Decimal("1e9"),
]
TEXTS = ["", "a", "SI", "NO", "SI\n", "à", "2024-02-29", "2023-02-29", "1", "abcdef"]
ATOMS = [
    lambda r: {
        "type": r.choice(
            [
                "integer",
                "number",
                "string",
                "boolean",
                "object",
                ["integer", "string"],
                ["number", "boolean"],
            ]
        )
    },
    lambda r: {
        r.choice(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]): r.choice(
            [*NUMBERS, 10**30, -(10**30)]
        )
    },
    lambda r: {
        r.choice(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]): r.choice(NUMBERS)
    },
    lambda r: {
        "multipleOf": r.choice([1, 2, Decimal("0.01"), Decimal("0.1"), Decimal("2.5"), 10**25])
    },
    lambda r: {"enum": r.sample([*TEXTS, *NUMBERS, True, False, None], 6)},
    lambda r: {"const": r.choice([*TEXTS, *NUMBERS, True])},
    lambda r: {r.choice(["minLength", "maxLength"]): r.randrange(4)},
    lambda r: {"pattern": r.choice(["^a", "^(SI|NO)$", "^[a-z]+$"])},
    lambda _: {"format": "date"},
    lambda _: {"title": "t", "unit": "u", "x-own": {"type": "string"}},
    lambda r: {"$ref": r.choice(["#/$defs/one", "#/$defs/two"])},
    lambda r: {r.choice(["minItems", "minProperties", "uniqueItems"]): 1},
]


def a_field(r, depth=2):
    """Make a schema of one field; the kinds that columns understand, and those that they do not."""
    if r.random() < 0.08:
        return r.random() < 0.7
    found = {}
    for _ in range(r.randrange(1, 3)):
        found.update(r.choice(ATOMS)(r))
    if depth and r.random() < 0.35:
        deeper = [a_field(r, depth - 1) for _ in range(r.randrange(1, 3))]
        found.update(
            r.choice(
                [
                    {"allOf": deeper},
                    {"anyOf": deeper},
                    {"oneOf": deeper},
                    {"not": deeper[0]},
                    {"if": deeper[0], "then": deeper[-1], "else": False},
                ]
            )
        )
    return found


def an_object(r, keys):
    """Make a schema of a mapping."""
    found = {"type": "object"} if r.random() < 0.8 else {}
    if r.random() < 0.9:
        found["properties"] = {key: a_field(r) for key in keys if r.random() < 0.9}
    if r.random() < 0.5:
        found["additionalProperties"] = r.choice([False, True, a_field(r)])
    if r.random() < 0.4:
        found["required"] = r.sample(keys, r.randrange(1, 3))
    if r.random() < 0.3:
        found.update(
            r.choice(
                [
                    {"patternProperties": {"^A": a_field(r)}},
                    {"propertyNames": {"maxLength": 1}},
                    {"dependentRequired": {"A": ["B"]}},
                    {"minProperties": 2},
                    {"maxProperties": 3},
                    {"if": {"required": ["A"]}, "then": {"required": ["B"]}},
                    {"allOf": [{"required": ["A"]}, {"properties": {"B": a_field(r)}}]},
                    {"anyOf": [{"required": ["A"]}, {"required": ["C"]}]},
                    {"not": {"required": ["D"]}},
                    {"unevaluatedProperties": False},
                    {"minLength": 99, "minimum": 7},
                ]
            )
        )
    return found


def a_column(r, rows):
    """Make the cells of a column, of one type as Arrow's are."""
    choices = r.choice([TEXTS, NUMBERS, NUMBERS, [0, 1, 2, 3, 10], [True, False]])
    cells = [None if r.random() < 0.15 else r.choice(choices) for _ in range(rows)]
    if choices is NUMBERS:
        return "number", pa.array(
            [None if cell is None else Decimal(cell) for cell in cells], pa.decimal128(38, 10)
        )
    return {str: "text", bool: "boolean", int: "number"}[type(choices[0])], pa.array(cells)


def documents(members, rows):
    """Write each row as the typed data that a report of its own would be."""
    found = []
    for row in range(rows):
        data = {}
        for key, part in members.columns.items():
            if isinstance(part, Members):
                data[key] = documents(Members(part.columns), rows)[row]
            elif (value := value_of(part, row)) is not None:
                data[key] = value if isinstance(value, str | bool) else to_exact(value)
        found.append(data)
    return found


@pytest.mark.parametrize("part", range(4))
def test_rows_called_valid_are_valid(part):
    """The library jsonschema agrees with every row that columns accept, of many."""
    accepted = refused = told = 0
    for seed in range(part, 1200, 4):
        r = random.Random(seed)  # noqa: S311 - the same cases each time
        content = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **an_object(r, ["A", "B", "C", "D"]),
            "$defs": {"one": a_field(r, 1), "two": {"type": "integer", "minimum": 0}},
        }
        content.setdefault("properties", {})["fields"] = an_object(r, ["A", "B", "C"])
        content.get("$defs", {}).update(
            one={"allOf": [{"minimum": 0}]}
            if "$ref" in json.dumps(content["$defs"]["one"], default=str)
            else {}
        )
        schema, problems = build_schema(
            from_python(content, "schema", SCHEMA_LIMITS)[0], of_report=False
        )
        if schema is None:
            assert {problem.code for problem in problems} <= {
                "number-out-of-limits",
                "schema-format",
                "null-value",
            }
            continue
        columns = {key: encode_arrow(*a_column(r, 9)).column for key in "ABCD" if r.random() < 0.8}
        inner = {key: encode_arrow(*a_column(r, 9)).column for key in "ABC" if r.random() < 0.8}
        members = Members({**columns, "fields": Members(inner)})
        found = Validity(schema).find_valid(members, 9)
        for row, data in enumerate(documents(members, 9)):
            is_valid = next(iter_violations(data, schema.content), None) is None
            assert is_valid or not found[row], (seed, row, data)
            accepted, refused, told = (
                accepted + bool(found[row]),
                refused + (not is_valid),
                told + is_valid,
            )
    assert accepted > told / 3
    assert refused > 300


def test_numbers_at_a_bound_and_beside_it():
    """Bounds and multiples are those of the exact number, whatever the scale of its column."""
    content = {
        "properties": {
            "A": {"minimum": Decimal("0.1"), "exclusiveMaximum": 3, "multipleOf": Decimal("0.05")}
        }
    }
    schema, _ = build_schema(from_python(content, "schema", SCHEMA_LIMITS)[0], of_report=False)
    cells = [
        Decimal(text) for text in ("0.1", "0.09", "0.15", "0.12", "2.95", "3", "-1", "0.100000001")
    ]
    column = encode_arrow("number", pa.array(cells, pa.decimal128(20, 9))).column
    assert Validity(schema).find_valid(Members({"A": column}), 8).tolist() == [
        True,
        False,
        True,
        False,
        True,
        False,
        False,
        False,
    ]


def test_a_number_kept_beside_its_column_is_not_judged():
    """It is 0 in the column, which says nothing of it."""
    content = {"properties": {"A": {"maximum": 5}}}
    schema, _ = build_schema(from_python(content, "schema", SCHEMA_LIMITS)[0], of_report=False)
    column = encode_arrow(
        "number",
        pa.array([Decimal(999999999999999), Decimal("0.0000000001")], pa.decimal128(38, 10)),
    ).column
    assert list(column.large) == [0]
    assert Validity(schema).find_valid(Members({"A": column}), 2).tolist() == [False, True]


def doubtful(fields, **around):
    content = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {"many": {"not": {"const": 1}}},
        "properties": {
            "rulebook": {"pattern": "^p"},
            "subject": {"type": "object"},
            "fields": {"properties": fields, **around},
        },
    }
    schema, problems = build_schema(
        from_python(content, "schema", SCHEMA_LIMITS)[0], of_report=True
    )
    assert not problems
    return schema


def test_what_columns_do_not_understand_is_named(sociale):
    """`--explain-plan` names the place and the keyword.

    The forms' schema has none, and texts never have.
    """
    assert find_unsupported(sociale[0].linked.schema) == []
    assert "columns do not understand" not in explain_rows(sociale[0].linked)
    plain = doubtful(
        {
            "A": {"type": "number", "minimum": 0, "title": "x"},
            "T": {"type": "string", "pattern": "^a"},
        }
    )
    assert find_unsupported(plain) == []
    odd = doubtful(
        {
            "A": {"type": "number", "anyOf": [{"minimum": 0}]},
            "B": {"type": "integer", "allOf": [{"$ref": "#/$defs/many"}]},
        },
        dependentRequired={"A": ["B"]},
    )
    assert set(find_unsupported(odd)) == {
        ("fields/A", "anyOf"),
        ("fields/B", "not"),
        ("fields", "dependentRequired"),
    }


def test_every_keyword_that_is_not_named_is_understood():
    """Where no doubt is named, columns accept every valid row of numbers, and no other."""
    told = 0
    for seed in range(400):
        r = random.Random(seed)  # noqa: S311 - the same cases each time
        atoms = {key: {"type": r.choice(["number", "integer"])} for key in "AB"}
        fields = {
            key: {**(atom if isinstance(atom := a_field(r, 1), dict) else {}), **first}
            for key, first in atoms.items()
        }
        content = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "properties": {"fields": {"properties": fields}},
            "$defs": {"one": {"maximum": 9}, "two": {"type": "integer"}},
        }
        schema, _ = build_schema(from_python(content, "schema", SCHEMA_LIMITS)[0], of_report=True)
        if schema is None or find_unsupported(schema):
            continue
        cells = pa.array([Decimal(number) for number in NUMBERS], pa.decimal128(38, 10))
        members = Members(
            {"fields": Members({key: encode_arrow("number", cells).column for key in fields})}
        )
        found = Validity(schema).find_valid(members, len(NUMBERS))
        for row, data in enumerate(documents(members, len(NUMBERS))):
            assert found[row] == (next(iter_violations(data, schema.content), None) is None), (
                seed,
                row,
                data,
            )
            told += int(found[row])
    assert told > 300


# -- A batch and its rows --------------------------------------------------------------------------


def make_work(plan, header, *, named=True, name="in.parquet"):
    rulebook = plan.linked.rulebook.identity.reference if named else ""
    job = Job(
        plan.linked,
        RowForm("parquet", name, tuple(header), rulebook=rulebook),
        layout_of(plan.linked, "parquet", "en"),
    )
    return TableWork(job, CompiledRulebook(plan.linked))


def compare(work, batch, first=1):
    """Assert that a batch is answered as its rows are, one by one.

    Returns how many took the columns.
    """
    rows = [work.job.answer(raw, work.compiled) for raw in list_rows(Stretch(batch, first))]
    expected = work.packing.pack([answer.content for answer in rows])
    (answered,) = work.answer(Stretch(batch, first))
    assert answered.batch.schema == expected.schema
    for name in expected.schema.names:
        assert answered.batch.column(name).equals(expected.column(name)), name
    answered.batch.validate(full=True)
    assert answered.counts.problems == sum(answer.counts.problems for answer in rows)
    assert answered.counts.defects == 0
    compare_records(work, batch, first)
    return int(work._sure.find(work._read(Stretch(batch, first))).sum())


def compare_records(work, batch, first):
    """Assert that the same rows as CSV are the same bytes."""
    job = replace(work.job, layout=replace(work.job.layout, form="csv"))
    rows = [job.answer(raw, work.compiled).content for raw in list_rows(Stretch(batch, first))]
    answered = TableWork(job, work.compiled).write(Stretch(batch, first))
    assert answered.content.split(b"\n") == b"".join(rows).split(b"\n")
    assert answered.rows == len(rows)


FORMS = {
    "number": lambda r, cells: r.choice(
        [
            lambda: pa.array(cells, pa.decimal128(38, 10)),
            lambda: pa.array([None if cell is None else float(cell) for cell in cells]),
            lambda: pa.array([None if cell is None else int(cell) for cell in cells], pa.int64()),
            lambda: pa.array(cells, pa.decimal128(38, 18)),
        ]
    )(),
    "text": lambda r, cells: r.choice(
        [
            lambda: pa.array(cells, pa.string()),
            lambda: pa.array(cells, pa.string()).dictionary_encode(),
        ]
    )(),
    "boolean": lambda _, cells: pa.array(cells, pa.bool_()),
    "date": lambda r, cells: r.choice(
        [
            lambda: pa.array(cells, pa.date32()),
            lambda: pa.array([None if cell is None else cell.isoformat() for cell in cells]),
        ]
    )(),
}


def a_batch(r, plan, reports, rows, share=0.05):
    """Make a batch of the fields of reports, mixed.

    Some columns are left out, some cells are hostile.
    """
    columns = {}
    for code, field in plan.linked.schema.fields.items():
        if r.random() < 0.1:
            continue
        held = [report.fields.get(code) for report in reports]
        cells = [r.choice(held) for _ in range(rows)]
        if field.type == "number":
            odd = [Decimal(10**15), Decimal("0.1"), Decimal(-1), None]
            plain = [None if cell is None else Decimal(cell.text) for cell in cells]
            columns[code] = FORMS["number"](
                r, [r.choice(odd) if r.random() < share else cell for cell in plain]
            )
        elif field.type == "text":
            plain = [None if cell is None else cell.value for cell in cells]
            columns[code] = FORMS["text"](
                r,
                [
                    r.choice(["è", "e\u0300", "x" * 9000, "", "FORSE"]) if r.random() < share else c
                    for c in plain
                ],
            )
        else:
            columns[code] = FORMS[field.type](
                r, [None if cell is None else cell.value for cell in cells]
            )
    return pa.RecordBatch.from_pydict(columns)


@pytest.mark.parametrize("part", range(3))
def test_generated_rulebooks_by_batches(part):
    """Columns and single rows write the same cells, whatever a batch holds."""
    by_columns = total = 0
    for seed in range(part, 75, 3):
        case = generate(seed, reports=4)
        plan, r = case.load(), random.Random(seed)  # noqa: S311 - repeatable
        batch = a_batch(r, plan, case.read(plan), 30)
        if batch.num_columns:
            by_columns += compare(make_work(plan, batch.schema.names), batch)
            total += 30
    assert total > 300
    assert by_columns > total / 3


@pytest.fixture(scope="module")
def sociale():
    plan = ruletrail.load("sociale/2024")
    return plan, [
        plan.read(ROOT / "examples" / name) for name in ("jesi-2024.yaml", "livorno-2024.yaml")
    ]


def subject(rows):
    return {"subject.comune": ["Jesi"] * rows, "subject.provincia": ["NA"] * rows}


def test_batches_of_the_forms(sociale):
    """Variants of the real reports, with their declared values, in many column types."""
    plan, reports = sociale
    for seed in range(5):
        r = random.Random(seed)  # noqa: S311 - the same cases each time
        batch = a_batch(r, plan, reports, 40, 0.01)
        batch = pa.RecordBatch.from_arrays(
            [*batch.columns, *map(pa.array, subject(40).values())],
            [*batch.schema.names, *subject(40)],
        )
        assert compare(make_work(plan, batch.schema.names), batch) > 0


HOSTILE = {
    "another rulebook": ("rulebook", pa.array(["altro/2024", "sociale/2024", None])),
    "another version": (
        "rulebook",
        pa.array(["sociale/2024@9.0.0", "sociale/2024@1.0.0", "sociale"]),
    ),
    "a rulebook that is a number": ("rulebook", pa.array([1, 2, 3])),
    "texts for numbers": ("R03", pa.array(["1", "x", None])),
    "numbers for texts": ("R40", pa.array([1, 2, None])),
    "a fraction for an integer": ("R03", pa.array([1.5, 2.0, None])),
    "NaN and infinity": ("R05", pa.array([float("nan"), float("inf"), 1.0])),
    "below the minimum": ("R05", pa.array([-1, 0, 1])),
    "no choice": ("R16", pa.array(["si", "SI", "FORSE"]).dictionary_encode()),
    "booleans": ("R16", pa.array([True, False, None])),
    "too large": ("R06", pa.array([10**15, 10**15 - 1, 5])),
    "too many decimals": (
        "R06",
        pa.array([Decimal("0.00000000001"), Decimal(1), None], pa.decimal128(38, 11)),
    ),
    "nothing": ("R06", pa.nulls(3)),
    "a long text": ("R40", pa.array(["x" * 9000, "x" * 40_000, "x"])),
    "a text that is not NFC": ("R40", pa.array(["e\u0300", "è", "e"])),
    "no subject": ("subject.comune", pa.array([None, "", "Jesi"])),
    "a subject that is a number": ("subject.comune", pa.array([1.5, 2.0, None])),
    "a subject that is true": ("subject.comune", pa.array([True, None, False])),
    "a subject that nobody knows": ("subject.regione", pa.array(["Marche", None, "x"])),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_columns_are_answered_as_their_rows(name, sociale):
    """Values, problems, marks and places are the same bytes.

    The rows beside a bad one are untouched.
    """
    plan, _ = sociale
    code, column = HOSTILE[name]
    columns = {**subject(3), "M12": [1, 2, 3], "R03": [1000, 2000, 3000], code: column}
    batch = pa.RecordBatch.from_pydict(columns)
    compare(make_work(plan, batch.schema.names, named="rulebook" not in columns), batch, first=41)


def test_a_bad_row_is_one_row(sociale):
    """The columns take all others, and the problem says row, line and column."""
    plan, _ = sociale
    batch = pa.RecordBatch.from_pydict({**subject(5), "R03": [1, 2, -3, 4, 5]})
    work = make_work(plan, batch.schema.names)
    assert compare(work, batch, first=11) == 4
    rows = work.answer(Stretch(batch, 11))[0].batch.to_pylist()
    assert [row["status"] is None for row in rows] == [False, False, True, False, False]
    (problem,) = json.loads(rows[2]["problems"])
    assert (problem["code"], problem["line"], problem["column"], problem["file"]) == (
        "out-of-range",
        13,
        3,
        "in.parquet",
    )


def test_a_text_that_is_no_utf8_is_its_rows_problem(sociale):
    """Parquet and Spark may hold such texts; the row says which byte, and no other row notices."""
    plan, _ = sociale
    offsets = pa.py_buffer(np.array([0, 1, 3], np.int32).tobytes())
    text = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"aa\xff")])
    batch = pa.RecordBatch.from_arrays(
        [pa.array([1, 2]), text, *map(pa.array, subject(2).values())], ["R03", "R40", *subject(2)]
    )
    work = make_work(plan, batch.schema.names)
    good, bad = work.answer(Stretch(batch, 1))[0].batch.to_pylist()
    assert good["status"] == "incomplete"
    (problem,) = json.loads(bad["problems"])
    assert (problem["code"], problem["line"], problem["column"]) == ("not-utf8", 2, 2)
    assert "0xFF" in problem["message"]


def test_a_text_is_no_number_whatever_stands_beside_it(sociale):
    """`12` in a column of texts is a text, whichever reader takes the row."""
    plan, _ = sociale
    texts = {"R03": ["12", "12", None], "R40": ["x", "x" * 9000, "x"]}
    batch = pa.RecordBatch.from_pydict({**subject(3), **texts})
    work = make_work(plan, batch.schema.names)
    compare(work, batch)
    rows = work.answer(Stretch(batch, 1))[0].batch.to_pylist()
    assert [json.loads(row["problems"] or "[{}]")[0].get("code") for row in rows] == [
        "wrong-type",
        "wrong-type",
        None,
    ]


def test_no_columns_of_fields_and_no_rows(sociale):
    """A table that only names subjects is answered by rows.

    An empty one is an empty answer of the same types.
    """
    plan, _ = sociale
    batch = pa.RecordBatch.from_pydict(subject(2))
    work = make_work(plan, batch.schema.names)
    compare(work, batch)
    assert compare(work, batch.slice(0, 0)) == 0
    empty = work.answer(Stretch(batch.slice(0, 0), 1))[0].batch
    assert (empty.num_rows, empty.schema) == (0, work.packing.schema)


def test_rows_without_columns_are_reports_that_declare_nothing(tmp_path):
    """As many answers as rows, in a batch as everywhere."""
    plan = load_text(rulebook_text({"rules": {"X": {"formula": "A"}}}), schema_of({"A": NUMBER}))
    batch = pa.RecordBatch.from_pydict({"A": [1, 2, 3]}).select([])
    work = make_work(plan, [])
    compare(work, batch)
    assert work.answer(Stretch(batch, 1))[0].batch["status"].to_pylist() == ["incomplete"] * 3


MOST = 256 * 1024


def filler(letter, missing):
    """Give texts of 32 kB and less that have so many bytes together."""
    texts = [letter * (32_000 // len(letter.encode()))] * 8
    missing -= sum(len(text.encode()) for text in texts)
    whole, rest = divmod(missing, len(letter.encode()))
    return [*texts, letter * whole + "x" * rest]


@pytest.mark.parametrize("coded", [False, True], ids=["plain", "coded"])
@pytest.mark.parametrize("place", ["fields", "subject", "rulebook"])
@pytest.mark.parametrize("letter", ["a", "è", "€", "😀"])
def test_a_row_is_no_larger_than_a_report(letter, place, coded):
    """A row of cells has the 256 kB of a mapping that says the same: keys and values, by bytes."""
    names = [f"T{n}" for n in range(9)]
    plan = load_text(
        rulebook_text({"rules": {"X": {"formula": "length(T0)"}}}),
        schema_of({**{name: {"type": "string"} for name in names}, "A": NUMBER}),
    )
    header = [f"subject.{name}" for name in names] if place == "subject" else names
    reference = plan.linked.rulebook.identity.reference
    keys = "rulebook" + reference + "fields" + "A1.5" + "".join(names)
    keys += "subject" if place == "subject" else ""
    at_limit = filler(letter, MOST - len(keys))
    past = [*at_limit[:-1], at_limit[-1] + "x"]
    short = ["x"] * 8 + [None]
    columns = {
        name: pa.array(cells)
        for name, cells in zip(header, zip(at_limit, past, short, strict=True), strict=True)
    }
    if coded:
        columns = {name: column.dictionary_encode() for name, column in columns.items()}
    columns["A"] = pa.array([Decimal("1.50")] * 3)
    if place == "rulebook":
        columns["rulebook"] = pa.array([reference] * 3)
    batch = pa.RecordBatch.from_pydict(columns)
    work = make_work(plan, batch.schema.names, named=place != "rulebook")
    compare(work, batch)
    written = work.answer(Stretch(batch, 1))[0].batch["problems"].to_pylist()
    found = [json.loads(cell or "[]") for cell in written]
    codes = [[(each["code"], each["line"], each["column"]) for each in row] for row in found]
    assert codes == [[], [("document-too-large", 2, 1)], []]
    for texts, expected in ((at_limit, []), (past, ["document-too-large"])):
        texts_by_name = dict(zip(names, texts, strict=True))
        own = {"subject": texts_by_name} if place == "subject" else {}
        fields = {"A": Decimal("1.5"), **({} if own else texts_by_name)}
        assert codes_of(plan, {"rulebook": reference, **own, "fields": fields}) == expected


def codes_of(plan, report):
    try:
        plan.evaluate(report)
    except ProblemsError as error:
        return [problem.code for problem in error.problems]
    return []


def test_a_row_that_is_too_large_harms_no_other(tmp_path):
    """At the command line, from Parquet, by columns or by rows, into every form."""
    names = [f"T{n}" for n in range(20)]
    schema = schema_of({**{name: {"type": "string"} for name in names}, "A": NUMBER})
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    book = tmp_path / "r.yaml"
    book.write_text(rulebook_text({"rules": {"X": {"formula": "A"}}}), encoding="utf-8")
    table = {name: ["short", "x" * 20_000, "short"] for name in names}
    parquet.write_table(pa.table({**table, "A": [1, 2, 3]}), tmp_path / "in.parquet")
    for form in ("jsonl", "csv", "parquet"):
        output = tmp_path / f"out.{form}"
        assert call("batch", tmp_path / "in.parquet", "-o", output, "--rulebook", book)[0] == 1
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [problem["code"] for problem in rows[1]["problems"]] == ["document-too-large"]
    assert [rows[0]["values"]["X"], rows[2]["values"]["X"]] == ["1", "3"]
    held = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["problems"] is None for row in held] == [True, False, True]


def test_slices_and_dictionaries_with_offsets(sociale):
    """A batch that begins inside its buffers is answered as a copy of its rows is."""
    plan, _ = sociale
    columns = {
        **subject(9),
        "R03": list(range(9)),
        "R05": [0.5, None, 2.5] * 3,
        "R16": pa.array(["SI", None, "NO"] * 3).dictionary_encode(),
    }
    batch = pa.RecordBatch.from_pydict(columns)
    work = make_work(plan, batch.schema.names)
    whole = work.answer(Stretch(batch, 1))[0].batch
    part = work.answer(Stretch(batch, 1)[4:8])[0]
    assert part.batch.equals(whole.slice(4, 4))
    assert compare(work, batch.slice(4, 4), first=5) == 4


def test_answers_that_no_batch_holds_come_as_several(monkeypatch):
    """A column of texts has room for 2 GB; whatever rows a batch has, the answers are the same."""
    plan, table = ruletrail.load("sociale/2024"), pa.table({"R03": list(range(1, 101))})
    (whole,) = answer_batches(plan, table)
    answer = TableWork._answer

    def full(work, part):
        if len(part) > 30:
            raise pa.ArrowCapacityError("array cannot contain more than 2147483646 bytes")
        return answer(work, part)

    monkeypatch.setattr(TableWork, "_answer", full)
    parts = list(answer_batches(plan, table))
    assert [part.num_rows for part in parts] == [25, 25, 25, 25]
    assert [row for part in parts for row in part.to_pylist()] == whole.to_pylist()


def test_what_columns_stumble_over_is_answered_by_rows(sociale, monkeypatch):
    """A defect in the columns costs time and no answer, and is said."""
    plan, _ = sociale
    batch = pa.RecordBatch.from_pydict({**subject(3), "R03": [1, -2, 3]})
    work = make_work(plan, batch.schema.names)
    expected = work.answer(Stretch(batch, 1))[0].batch

    def stumble(*_):
        raise ArithmeticError

    monkeypatch.setattr(streams, "evaluate_many", stumble)
    with pytest.warns(RuntimeWarning, match="a defect of ruletrail"):
        assert work.answer(Stretch(batch, 1))[0].batch.equals(expected)


def test_a_table_without_an_order_names_no_rows(sociale):
    """Every row calls itself the first: a problem does not depend on where its row stands."""
    plan, _ = sociale
    batch = pa.RecordBatch.from_pydict({**subject(3), "R03": [-1, 5, -1]})
    rows = make_work(plan, batch.schema.names).answer(Stretch(batch, 0))[0].batch.to_pylist()
    assert rows[0]["problems"] == rows[2]["problems"]
    assert json.loads(rows[0]["problems"])[0]["line"] == 1


# -- The command -----------------------------------------------------------------------------------


def test_pieces_of_a_table_are_cut_like_rows():
    """A stretch is cut without copying, and knows its rows' numbers."""
    stretch = Stretch(pa.RecordBatch.from_pydict({"A": list(range(10))}), 21)
    piece = stretch[3:5]
    assert [(raw.row, raw.data, raw.after) for raw in list_rows(piece)] == [
        (24, (3,), Place(24)),
        (25, (4,), Place(25)),
    ]
    assert Chunk(0, piece).after == Place(25)


@pytest.fixture
def forms(tmp_path, sociale, monkeypatch):
    """Write 450 rows of the forms, some of them bad, in groups of 120 rows.

    Chunks are of 100 rows.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ruletrail.cli.batch.BY_COLUMNS", BlockSize(100, 1 << 20))
    monkeypatch.setattr("ruletrail.cli.batch.CHUNK_ROWS", 1)
    plan, reports = sociale
    batch = a_batch(random.Random(5), plan, reports, 450, 0.004)  # noqa: S311 - the same cases each time
    table = pa.table(
        [*batch.columns, *map(pa.array, subject(450).values())],
        [*batch.schema.names, *subject(450)],
    )
    parquet.write_table(table, "in.parquet", row_group_size=120)
    return tmp_path


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    console = Console(out, err, "en", stdin=io.BytesIO(), chosen=True)
    return main(
        ["batch", "in.parquet", *map(str, arguments), "--rulebook", "sociale/2024"], console
    )


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_workers_and_columns_do_not_show(form, forms):
    """One worker, three, and single rows, which trails need, write the same file to the byte."""
    assert run("-o", f"one.{form}", "--workers", 1) == 1
    assert run("-o", f"three.{form}", "--workers", 3) == 1
    assert (
        run(
            "-o",
            f"rows.{form}",
            "--workers",
            1,
            "--trails",
            "trails",
            "--only",
            'status == "complete" and status == "invalid"',
        )
        == 1
    )
    whole = Path(f"one.{form}").read_bytes()
    assert whole == Path(f"three.{form}").read_bytes() == Path(f"rows.{form}").read_bytes()
    assert list(Path("trails").iterdir()) == []
    if form == "parquet":
        found = parquet.read_table("one.parquet")
        assert (found.num_rows, found["status"].null_count) == (
            450,
            found.num_rows - found["problems"].null_count,
        )
        assert 0 < found["status"].null_count < 300


def test_a_table_is_resumed_in_the_middle_of_a_group(forms, monkeypatch):
    """After two chunks it goes on with the third, and the file is that of an undisturbed run."""
    run("-o", "quiet.parquet", "--workers", 1)
    adds, places = Partial.add, []

    def interrupted(self, data, place, counts):
        if place.rows > 200:
            raise ProblemsError([])
        adds(self, data, place, counts)

    monkeypatch.setattr(Partial, "add", interrupted)
    run("-o", "out.parquet", "--workers", 1)
    assert not Path("out.parquet").exists()

    def counted(self, data, place, counts):
        places.append(place.rows)
        adds(self, data, place, counts)

    monkeypatch.setattr(Partial, "add", counted)
    assert run("-o", "out.parquet", "--workers", 1, "--resume") == 1
    assert places[0] > 200
    assert places[-1] == 450
    assert Path("out.parquet").read_bytes() == Path("quiet.parquet").read_bytes()


DEADLY = """
import os, signal
from ruletrail.batches.arrow_cells import list_rows
from ruletrail.batches.rows import Answered, Counts

class Deadly:
    def open(self):
        return self.work
    def work(self, part):
        cells = [raw.data[0] for raw in list_rows(part)]
        if -1 in cells:
            os.kill(os.getpid(), signal.SIGKILL)
        return [Answered(repr(cells).encode(), rows=len(cells))]
    def refuse(self, raw, code):
        return Answered(f"{code} {raw.row}".encode(), Counts(problems=1))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such death on this system")
def test_a_row_of_a_table_that_kills_its_worker(tmp_path, monkeypatch):
    """The rows that died with it go again in pieces, then alone.

    Only the row itself is given up, and order is kept.
    """
    (tmp_path / "deadly_stretches.py").write_text(DEADLY, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    import deadly_stretches  # noqa: PLC0415 - made for this test

    numbers = list(range(700))
    numbers[300] = -1
    stretches = [
        Stretch(pa.RecordBatch.from_pydict({"A": numbers[at : at + 350]}), at + 1)
        for at in (0, 350)
    ]
    done = list(
        answer_together(
            deadly_stretches.Deadly(), (Chunk(n, each) for n, each in enumerate(stretches)), 2
        )
    )
    sys.modules.pop("deadly_stretches")
    first, second = ([(answer.content, answer.rows) for answer in answers] for _, answers in done)
    assert second == [(repr(numbers[350:]).encode(), 350)]
    assert first[0] == (repr(numbers[:CHUNK_ROWS]).encode(), CHUNK_ROWS)
    assert first[1:] == [
        (b"row-killed-worker 301" if n == 300 else b"[%d]" % n, 1) for n in range(CHUNK_ROWS, 350)
    ]


def test_long_rows_are_taken_in_smaller_pieces(tmp_path):
    """A stretch holds about so many bytes, and at least so many rows, however long rows are."""
    texts = [f"{n:06d}" * 500 for n in range(3000)]
    parquet.write_table(
        pa.table({"R40": texts}),
        tmp_path / "long.parquet",
        compression="none",
        use_dictionary=False,
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ruletrail.batches.parquet._STRETCH_BYTES", 3_000_000)
        _, _, read = open_parquet(tmp_path / "long.parquet", "long.parquet")
        sizes = [len(chunk.rows) for chunk in read(Place(0), BlockSize(1 << 14, 1 << 22))]
    assert sum(sizes) == 3000
    assert CHUNK_ROWS <= max(sizes) <= 1000


def test_dictionaries_inside_lists_are_read_of_several_groups(tmp_path: Path):
    """Arrow joins none of several groups: the file was said to be damaged."""
    schema = schema_of({"n": "number", "m": rows_of({"c": "string"})})
    text = HEAD_TEXT.replace("language: 1", "language: 2") + "rules:\n  X: {formula: size(m) * n}\n"
    rulebook = write_rulebook(text, schema, tmp_path)
    cells = pa.StructArray.from_arrays([pa.array(list("ABAB")).dictionary_encode()], ["c"])
    table = pa.table({"n": [1, 2, 3], "m": pa.ListArray.from_arrays([0, 1, 3, 4], cells)})
    answers = []
    for size in (1, 2, 3):
        parquet.write_table(table, tmp_path / "t.parquet", row_group_size=size)
        out = tmp_path / f"{size}.jsonl"
        words = ("batch", tmp_path / "t.parquet", "--rulebook", rulebook, "-o", out)
        assert call(*words, "--workers", "1")[0] == 0
        answers.append([json.loads(line)["values"] for line in out.read_text().splitlines()])
    assert answers[0] == [{"X": "1"}, {"X": "4"}, {"X": "3"}]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_table_without_subjects_has_reports_without(form: str, tmp_path: Path):
    """A schema that knows no subject is not asked about one; one that does is, by its columns."""
    schema = {
        "properties": {
            "rulebook": {"type": "string"},
            "fields": {"properties": {"A": {"type": "number"}}},
        },
        "additionalProperties": False,
    }
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (tmp_path / "r.yaml").write_text(HEAD_TEXT + "rules:\n  X: {formula: A}\n", encoding="utf-8")
    for header, status in ((["A"], 0), (["A", "subject.comune"], 1)):
        table = pa.table({name: pa.array([1, 2]) for name in header})
        source, output = tmp_path / f"in.{form}", tmp_path / "out.jsonl"
        (arrow_csv.write_csv if form == "csv" else parquet.write_table)(table, source)
        assert call("batch", source, "-o", output, "--rulebook", tmp_path / "r.yaml")[0] == status
        codes = [
            [problem["code"] for problem in json.loads(line).get("problems", ())]
            for line in output.read_text("utf-8").splitlines()
        ]
        assert codes == ([["unknown-key"], ["unknown-key"]] if status else [[], []])
