"""Scales and keyed tables beyond their meaning: rows in files, what is kept, what is proved."""

import json
import os
import re
from dataclasses import replace
from fractions import Fraction

import pytest

import ruletrail
from ruletrail.caches import find_folder
from ruletrail.compiled.scalar_codegen.compiler import compile_rulebook
from ruletrail.editors.answers import find_references
from ruletrail.editors.completing import complete
from ruletrail.editors.names import learn
from ruletrail.editors.renaming import rename
from ruletrail.formulas.lookups import Band, BandScale
from ruletrail.library import source_of_path, table_files
from ruletrail.library.bases import list_files
from ruletrail.library.cached_loading import find_entry
from ruletrail.problems import ProblemsError
from ruletrail.rendering import render_trail
from ruletrail.rulebook_docs import write_dot, write_handbook
from ruletrail.rulebooks import Rulebook
from support.command_line import call
from support.evaluators import check_trail, compare_columns
from support.rulebooks import REFERENCE, Raw, load_text, rulebook_text, schema_of
from support.signing import judge, sign

FIELDS = {"zona": "string", "categoria": "string", "n": "number"}
TABLE = {"by": ["zona", "categoria"], "file": "coefficienti.csv"}
RULES = {"r": {"formula": "coefficiente(zona, categoria)"}}


def write(folder, rows: str | bytes, table=TABLE, rules=RULES, name="prova.yaml", **head):
    """Write a rulebook with a table whose rows stand in a file; gives its path."""
    folder.mkdir(exist_ok=True)
    (folder / "schema.json").write_text(json.dumps(schema_of(FIELDS)), encoding="utf-8")
    data = rows if isinstance(rows, bytes) else rows.encode()
    (folder / "coefficienti.csv").write_bytes(data)
    path = folder / name
    body = {"tables": {"coefficiente": table}, "rules": rules}
    path.write_text(rulebook_text(body, language="2", **head), encoding="utf-8")
    return path


def report(**fields):
    return {"rulebook": REFERENCE, "fields": fields}


def value(path, **fields):
    return ruletrail.load(path).evaluate(report(**fields)).values.get("r")


HEAD = "zona,categoria,value\n"


@pytest.mark.parametrize(
    "rows",
    [
        HEAD + "A,x,1.5\nB,x,2\n",
        "\ufeff" + HEAD + "A,x,1.5\nB,x,2",
        "value,zona,categoria\r\n1.5,A,x\r\n2,B,x\r\n",
        HEAD + '"A","x","1.5"\n"B",x,2\n',
        (HEAD + "A,x,1.5\nB,x,2\n").replace("\n", "\r"),
    ],
    ids=[
        "plain",
        "mark of order, no last line end",
        "carriage returns, other order",
        "quotes",
        "returns",
    ],
)
def test_rows_of_a_file_answer_as_rows_of_the_rulebook(tmp_path, rows):
    """Whichever way RFC 4180 lets them be written; quotes make no text."""
    path = write(tmp_path, rows)
    assert (str(value(path, zona="A", categoria="x")), value(path, zona="B", categoria="x")) == (
        "1.5",
        2,
    )
    inside = {"by": ["zona", "categoria"], "rows": [
        {"zona": "A", "categoria": "x", "value": 1.5}, {"zona": "B", "categoria": "x", "value": 2},
    ]}  # fmt: skip
    other = ruletrail.load(write(tmp_path / "rows", rows, inside))
    given = report(zona="A", categoria="x")
    by_file, by_rows = (
        plan.evaluate(given).trail.to_dict() for plan in (ruletrail.load(path), other)
    )
    assert by_file["steps"][0]["tables"] == by_rows["steps"][0]["tables"]


def test_cells_are_taken_as_they_are(tmp_path):
    """Commas, quotes and line ends stand inside quotes; blanks stay; letters become NFC."""
    path = write(tmp_path, HEAD + '"A, ""b""\nc", x,1\nperche\u0301,y,2\n')
    assert value(path, zona='A, "b"\nc', categoria=" x") == 1
    assert value(path, zona="perch\u00e9", categoria="y") == 2


WRONG = {
    "header": ("zona,categoria\nA,x\n", "table-file-header", 1, 1),
    "other column": ("zona,cat,value\nA,x,1\n", "table-file-header", 1, 1),
    "too few cells": (HEAD + "A,x,1\nB,2\n", "table-file-cells", 3, 1),
    "decimal comma": (HEAD + "A,x,1,5\n", "table-file-cells", 2, 1),
    "blank line": (HEAD + "A,x,1\n\nB,x,1\n", "table-file-cells", 3, 1),
    "empty cell": (HEAD + "A,,1\n", "table-cell-empty", 2, 3),
    "empty in quotes": (HEAD + 'A,x,""\n', "table-cell-empty", 2, 5),
    "open quotes": (HEAD + 'A,"x,1\n', "table-file-quotes", 2, 3),
    "quotes inside": (HEAD + 'A,x"y,1\n', "table-file-quotes", 2, 3),
    "after quotes": (HEAD + 'A,"x"y,1\n', "table-file-quotes", 2, 3),
    "no rows": (HEAD, "table-file-empty", 1, 1),
    "nothing": ("", "table-file-header", 1, 1),
    "repeated key": (HEAD + "A,x,1\nA,x,1\n", "table-repeated-key", 3, 1),
    "two types": (HEAD + "A,x,1\nB,x,uno\n", "table-value-types", 3, 5),
    "not UTF-8": (HEAD.encode() + b"citt\xe0,x,1\n", "not-utf8", 2, 5),
    "too many": (
        HEAD + "".join(f"A,{n},1\n" for n in range(20_001)), "table-file-too-long", 20_002, 1
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_file_is_told_at_its_cell(tmp_path, case):
    """The mark names the file of rows, its line and its column."""
    rows, code, line, column = WRONG[case]
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(write(tmp_path, rows))
    (problem,) = raised.value.problems
    assert (problem.code, str(problem.mark)) == (code, f"coefficienti.csv:{line}:{column}")


@pytest.mark.parametrize(
    ("file", "code"),
    [("altro.csv", "table-file-unknown"), ("../c.csv", "path-outside"), ("/etc/c", "path-outside")],
)
def test_a_file_lies_beside_its_rulebook(tmp_path, file, code):
    """No name leads elsewhere; nor does a link."""
    table = {**TABLE, "file": file}
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(write(tmp_path, HEAD + "A,x,1\n", table))
    assert [problem.code for problem in raised.value.problems] == [code]


def test_printed_quotes_around_a_file(tmp_path):
    """They are part of the name, and the name without them is shown."""
    table = {**TABLE, "file": "“coefficienti.csv”"}
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(write(tmp_path, HEAD + "A,x,1\n", table))
    (problem,) = raised.value.problems
    assert problem.hint("en") == "the quotes `“ ”` do not count here: write `coefficienti.csv`"


def test_a_link_may_not_lead_out_of_the_folder(tmp_path):
    path = write(tmp_path / "inside", HEAD + "A,x,1\n")
    (tmp_path / "outside.csv").write_text(HEAD + "A,x,1\n", encoding="utf-8")
    (tmp_path / "inside/coefficienti.csv").unlink()
    (tmp_path / "inside/coefficienti.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(path)
    assert [problem.code for problem in raised.value.problems] == ["path-outside"]


def test_a_file_is_found_beside_the_rulebook_that_names_it(tmp_path):
    """One that is inherited lies beside the base."""
    base = write(tmp_path, HEAD + "A,x,7\n", name="base.yaml", rulebook="base")
    over = tmp_path / "over.yaml"
    over.write_text(rulebook_text({}, language="2", extends="base/2024@1.0.0"), encoding="utf-8")
    assert value(over, zona="A", categoria="x") == 7
    assert base.with_name("coefficienti.csv") in list(list_files(source_of_path(over)))


def test_rows_and_a_file_exclude_each_other(tmp_path):
    table = {**TABLE, "rows": [{"zona": "A", "categoria": "x", "value": 1}]}
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(write(tmp_path, HEAD + "A,x,1\n", table))
    assert [problem.code for problem in raised.value.problems] == ["conflicting-keys"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the system has no cache")
def test_a_changed_file_is_never_answered_from_the_cache(tmp_path, monkeypatch):
    """The plan is keyed by the file, and the rulebook's digest covers it."""
    (tmp_path / "cache").mkdir()
    monkeypatch.setenv("RULETRAIL_CACHE", str(tmp_path / "cache"))
    assert find_folder(os.environ) is not None
    path = write(tmp_path / "book", HEAD + "A,x,1\n")
    given, source = report(zona="A", categoria="x"), source_of_path(path)
    first, entry = ruletrail.load(path).evaluate(given), find_entry(source)
    again = ruletrail.load(path).evaluate(given)
    assert again.trail.to_json() == first.trail.to_json()
    write(tmp_path / "book", HEAD + "A,x,2\n")
    second = ruletrail.load(path).evaluate(given)
    assert (first.values["r"], second.values["r"]) == (1, 2)
    assert (
        first.trail.to_dict()["rulebook"]["digest"] != second.trail.to_dict()["rulebook"]["digest"]
    )
    assert entry is not None
    assert entry != find_entry(source)


# -- Long tables -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """Give the plan of a table of 300 rows, and its path."""
    rows = HEAD + "".join(f"Z{n},c{n % 3},{n}.5\n" for n in range(300))
    path = write(tmp_path_factory.mktemp("long"), rows, {**TABLE, "otherwise": 0})
    return ruletrail.load(path), path


def test_a_long_table_leaves_the_row_that_answered(long):
    """Not all rows: how many there are, and the row beside the call."""
    step = long[0].evaluate(report(zona="Z7", categoria="c1")).trail.to_dict()["steps"][0]
    assert step["tables"]["coefficiente"]["size"] == 300
    assert "rows" not in step["tables"]["coefficiente"]
    keys = [[{"text": "Z7"}], [{"text": "c1"}]]
    assert step["parts"][0]["answer"] == {"row": 7, "keys": keys, "value": "7.5"}


def test_the_row_of_a_long_table_must_be_of_the_key_that_was_read(long):
    """That it is the table's is proved by `--replay` alone, and `verify` says so."""
    plan, path = long
    document = json.loads(plan.evaluate(report(zona="Z7", categoria="c1")).trail.to_json())
    assert judge(document) == []
    part = document["steps"][0]["parts"][0]
    part["answer"]["keys"][0][0]["text"] = "Z8"
    assert [each.code for each in judge(document)] == ["trail-types"]
    part["answer"]["keys"][0][0]["text"] = "Z7"
    part["answer"]["value"] = "8.5"
    assert [each.code for each in judge(document)] == ["trail-step"]
    for place in (part, document["steps"][0]):
        place["value"] = "8.5"
    document["result"]["values"]["r"] = "8.5"
    forged = sign(document).encode()
    status, out, _ = call("verify", "-", stdin=forged)
    assert status == 0
    assert "long tables (coefficiente)" in out
    status, out, _ = call("verify", "-", "--format", "json", stdin=forged)
    assert json.loads(out)["rows_not_proved"] == ["coefficiente"]
    status, _, err = call("verify", "-", "--replay", "--rulebook", path, stdin=forged)
    assert (status, "trail-replay" in err) == (1, True)
    true = (plan.evaluate(report(zona="Z7", categoria="c1")).trail.to_json() + "\n").encode()
    status, out, _ = call("verify", "-", "--replay", "--rulebook", path, stdin=true)
    assert (status, "long tables" in out) == (0, False)


# -- What is made of a rulebook --------------------------------------------------------------------

SCALES = {
    "retta": {
        "label": "Retta", "kind": "step", "of": "euro", "unit": "euro",
        "bands": [{"from": 0, "value": 0}, {"above": "soglia", "value": 120}],
    },
    "imposta": {
        "kind": "marginal",
        "bands": [{"from": 0, "rate": "23 %"}, {"above": 28000, "rate": 0.35}],
    },
}  # fmt: skip
BODY = {
    "parameters": {"soglia": {"value": 7000, "unit": "euro"}},
    "scales": SCALES,
    "tables": {
        "voce": {"by": ["zona"], "rows": [{"zona": ["A", "B"], "value": 2}], "otherwise": 3},
    },
    "rules": {"r": {"formula": "retta(n) + imposta(n)"}, "v": {"formula": "voce(zona)"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Give the path of a rulebook with scales and a table, in whose folder an example lies."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "schema.json").write_text(json.dumps(schema_of(FIELDS)), encoding="utf-8")
    path = folder / "prova.yaml"
    path.write_text(rulebook_text(BODY, language="2"), encoding="utf-8")
    example = {
        "name": "uno",
        "report": {"fields": {"n": 30000, "zona": "A"}},
        "expect": {"status": "complete"},
    }
    tests = {"test": 1, "rulebook": "prova/2024@1.0.0", "examples": [example]}
    (folder / "prova.test.yaml").write_text(json.dumps(tests), encoding="utf-8")
    return path


def test_pages_show_bands_with_the_one_that_answered(book):
    """In words and by a sign; a table shows its row."""
    plan = ruletrail.load(book)
    evaluation = plan.evaluate(report(n=30000, zona="C"))
    document = evaluation.trail.to_dict()
    text = render_trail(document, "text", "en")
    assert "Retta: retta(30,000) = 120.00; band 2 of 2:" in text
    rows = [line.split() for line in text.splitlines() if "▸" in line]
    assert rows == [
        ["▸", "above", "7,000.00", "120.00"],
        ["▸", "above", "28,000", "2,000", "35", "%", "700"],
    ]
    assert "any other key" in text
    for form in ("markdown", "html"):
        assert "▸ above 28,000" in render_trail(document, form, "en")


def test_the_handbook_has_bands_and_rows_and_the_graph_what_calls_them(book):
    linked = ruletrail.load(book).linked
    page = write_handbook(linked, "markdown", "en")
    assert "| above soglia | 120.00 |" in page
    assert "| above 28,000 | 35 % |" in page
    assert "| A, B | 2 |\n| any other key | 3 |" in page
    graph = write_dot(linked)
    names = dict(re.findall(r'(n\d+) \[label="(\w+)"', graph))
    edges = {(names[one], names[two]) for one, two in re.findall(r"(n\d+) -> (n\d+)", graph)}
    assert {("soglia", "retta"), ("retta", "r"), ("imposta", "r"), ("voce", "v")} <= edges
    assert ("soglia", "r") not in edges


def test_examples_show_bands_thresholds_and_rows(book):
    """And what none shows is suggested: the key itself, the number on the threshold."""
    _, out, _ = call("test", book)
    assert "bands 2/6, rows of tables 1/2" in out
    assert "the scale retta: above 7,000, with the number on the threshold itself" in out
    assert "→ `n: 7000` in the example" in out
    assert "the table voce: any other key, answering" in out


def test_editors_know_scales_and_tables(book):
    """They are completed in formulas, found where they are read, and renamed everywhere."""
    text = book.read_text("utf-8")
    knowledge = learn(source_of_path(book), {book: text})
    assert knowledge is not None
    kinds = {name.code: (name.kind, name.formula) for name in knowledge.names.values()}
    assert kinds["retta"] == ("scale", "retta(x)")
    assert kinds["voce"] == ("table", "voce(zona)")
    lines = text.splitlines()
    line = next(at for at, each in enumerate(lines) if each.startswith('  "retta"'))
    found = find_references(text, line, 4, knowledge)
    assert len(found) == 2
    line = next(at for at, each in enumerate(lines) if each.startswith('  "soglia"'))
    assert len(find_references(text, line, 4, knowledge)) == 2
    places = rename(source_of_path(book), {book: text}, knowledge, (line, 4), "limite")
    assert [each.code for each in places] == ["soglia", "soglia"]
    typed = "scales:\n  s:\n    bands:\n      - {from: so\n"
    assert [name.code for name, _ in complete(typed, 3, 17, knowledge)] == ["soglia"]
    typed = "rules:\n  r: {formula: re\n"
    assert [name.code for name, _ in complete(typed, 1, 17, knowledge)] == ["retta"]


@pytest.mark.parametrize("other", ["02", "x"])
def test_a_zero_in_front_makes_a_code_of_a_value(tmp_path, other):
    """As of a key: `01` is no number as language 1 writes one, so the values are texts."""
    path = write(tmp_path, HEAD + f"A,x,01\nB,x,{other}\n")
    assert value(path, zona="A", categoria="x") == "01"
    assert value(path, zona="B", categoria="x") == other


def test_what_is_resolved_is_the_same_rulebook(tmp_path):
    """Rows of a file, and a plain `not_applicable`, which no text is."""
    table = {**TABLE, "otherwise": Raw("not_applicable")}
    path = write(tmp_path, HEAD + "A,x,1\n007,y,2\n", table)
    _, out, _ = call("show", path, "--resolved")
    again = tmp_path / "again.yaml"
    again.write_text(out, encoding="utf-8")
    one, two = (ruletrail.load(each) for each in (path, again))
    given = report(zona="007", categoria="y"), report(zona="7", categoria="y")
    for each in given:
        assert one.evaluate(each).values == two.evaluate(each).values
    assert one.linked.digest == two.linked.digest
    quoted = write(tmp_path / "quoted", HEAD + "A,x,1\n", {**TABLE, "otherwise": "not_applicable"})
    with pytest.raises(ProblemsError):
        ruletrail.load(quoted)  # a text among numbers


TOO_LONG = "x" * 8193


@pytest.mark.parametrize(
    ("rows", "code", "place"),
    [
        (HEAD + "A,x,1\0\n", "yaml-unprintable", (2, 6)),
        (HEAD + 'A,"x\n\x1b[31m",1\n', "yaml-unprintable", (3, 1)),
        (HEAD + "A,x,1\r\nB,\x9by,1\n", "yaml-unprintable", (3, 3)),
        (HEAD + f"A,{TOO_LONG},1\n", "text-too-long", (2, 3)),
        (HEAD + f'A,"{TOO_LONG}",1\n', "text-too-long", (2, 3)),
        (HEAD + "A,x, 5\n", "value-not-number", (2, 5)),
        (HEAD + "A,x,5\u00a0\n", "value-not-number", (2, 5)),
        (HEAD + 'A,"x\ry","5\n"\n', "value-not-number", (3, 4)),
        (HEAD + "A,x,1234567890123456\n", "number-out-of-limits", (2, 5)),
        (HEAD + "A,x,0.12345678901\n", "number-out-of-limits", (2, 5)),
        (HEAD + "1234567890123456,x,1\nB,x,1\n", "number-out-of-limits", (2, 1)),
    ],
)
def test_a_file_holds_what_any_document_may_and_no_more(tmp_path, rows, code, place):
    """Else a cell is a text where a number was meant, or what no other document of ours admits."""
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(write(tmp_path / "book", rows))
    (problem,) = raised.value.problems
    assert (problem.code, (problem.mark.line, problem.mark.column)) == (code, place)


def test_a_file_has_no_more_cells_than_a_document_has_values(tmp_path, monkeypatch):
    few = replace(table_files.RULEBOOK_LIMITS, nodes=20)
    monkeypatch.setattr(table_files, "RULEBOOK_LIMITS", few)
    assert value(write(tmp_path / "book", HEAD + "A,x,1\n" * 1), zona="A", categoria="x") == 1
    with pytest.raises(ProblemsError) as raised:
        ruletrail.load(write(tmp_path / "book", HEAD + "," * 18))
    assert [problem.code for problem in raised.value.problems] == ["too-many-nodes"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("value,zona,categoria\n9,A,x\n", 9),
        ("zona,value\nA,9\n", "table-column-unwritten"),
        ("zona,zona,categoria,value\nA,A,x,9\n", "table-file-header"),
        ("zona,categoria\nA,x\n", "table-file-header"),
    ],
)
def test_a_file_takes_the_place_of_the_bases_without_its_columns(tmp_path, rows, found):
    """`by` stands in the base: a table is merged key by key."""
    (tmp_path / "rulebooks").mkdir()
    base = write(tmp_path / "rulebooks/base", HEAD + "A,x,1\n", name="2024.yaml", rulebook="base")
    (tmp_path / "schemas").mkdir()
    (base.parent / "schema.json").rename(tmp_path / "schemas/schema.json")
    head = {"extends": "base/2024@1.0.0", "report": "schema.json"}
    path = write(base.parent.parent / "prova", rows, {"file": "coefficienti.csv"}, {},
                 name="2024.yaml", **head)  # fmt: skip
    if isinstance(found, str):
        with pytest.raises(ProblemsError) as raised:
            ruletrail.load(path)
        assert {problem.code for problem in raised.value.problems} == {found}
    else:
        assert value(path, zona="A", categoria="x") == found


def test_a_lookup_may_be_called_as_a_spreadsheet_calls_a_function():
    """Its name is a code like any other; where there is none, the hint is the function's."""
    bands = [{"from": 0, "value": 1}, {"from": 10, "value": 2}]
    rows = [{"a": 1, "b": 2, "value": 5}, {"a": 20, "b": 2, "value": 6}]
    sections = {
        "scales": {"media": {"kind": "step", "bands": bands}},
        "tables": {"se": {"by": ["a", "b"], "rows": rows, "otherwise": 0}},
        "rules": {"r": {"formula": "media(n) + se(n, 2)"}},
    }
    plan = load_text(rulebook_text(sections, language="2"), schema_of({"n": "number"}))
    evaluation = plan.evaluate({"rulebook": "prova/2024", "fields": {"n": 20}})
    assert evaluation.values["r"] == 8
    assert "media(n)" in evaluation.explain("r", "en")
    check_trail(evaluation.record)
    compare_columns(plan.functions, [evaluation.record.report])
    sections["rules"]["r"] = {"formula": "somma(n) + media(n)"}
    with pytest.raises(ProblemsError) as raised:
        load_text(rulebook_text(sections, language="2"), schema_of({"n": "number"}))
    (problem,) = raised.value.problems
    assert (problem.code, problem.details["text"]) == ("unknown-function", "`somma`")


def test_many_calls_of_a_table_or_scale_search_in_one():
    """What is looked up in is made once: 4,000 calls of 20,000 rows took minutes, and gigabytes."""
    rows = [{"k": Raw(str(at)), "value": Raw(str(at % 7))} for at in range(300)]
    bands = [{"from": Raw(str(at)), "value": Raw(str(at % 7))} for at in range(300)]
    days = [{"from": Raw(f"{year}-01-01"), "value": Raw(str(year))} for year in range(1900, 2100)]
    sections = {
        "parameters": {"p": {"day": "D", "values": days}},
        "scales": {"s": {"kind": "step", "bands": bands}},
        "tables": {"t": {"by": ["k"], "rows": rows}},
        "rules": {f"r{at}": {"formula": f"t(A + {at}) + s(A + {at}) + p"} for at in range(150)},
    }
    fields = {
        "A": {"type": "integer", "minimum": 0, "maximum": 100},
        "D": {"type": "string", "format": "date"},
    }
    linked = load_text(rulebook_text(sections, language="2"), schema_of(fields)).linked
    for is_usual in (True, False):
        function, _ = compile_rulebook(linked, is_usual=is_usual)
        assert len(function.constants) > 1  # functions, which share them too
        large = [
            value
            for constants in function.constants
            for value in constants.values()
            if isinstance(value, dict | tuple) and len(value) >= 200
        ]
        assert len(large) > 150 * (1 + 2)
        assert len({id(value) for value in large}) == 1 + 2 + 2


def test_the_bands_of_a_scale_are_not_gone_through_at_each_call(monkeypatch: pytest.MonkeyPatch):
    """Linking asks once for the constants that a name stands for, however often it is read."""
    asked: list[str] = []
    expand = Rulebook.expand

    def tell(rulebook: Rulebook, name: str) -> tuple[str, ...]:
        asked.append(name)
        return expand(rulebook, name)

    monkeypatch.setattr(Rulebook, "expand", tell)
    monkeypatch.setenv("RULETRAIL_CACHE", "off")
    bands = [{"from": Raw("0"), "value": "p"}]
    sections = {
        "parameters": {"p": {"value": Raw("1")}},
        "scales": {"s": {"kind": "step", "bands": bands}},
        "rules": {f"r{at}": {"formula": f"s(A + {at})"} for at in range(20)},
    }
    linked = load_text(rulebook_text(sections, language="2"), schema_of({"A": "number"})).linked
    assert linked.reads["r7"] == ("p", "A")
    assert asked.count("s") == 1


@pytest.mark.parametrize("number", [-3, 0, 4, 10, "41/4", 25, 26, 1000])
def test_a_marginal_scale_answers_with_the_sum_of_its_shares(number: int | str):
    """What bands below come to in full is kept, and is what cutting the number comes to."""
    thresholds, rates = (0, 10, 25), ("1/10", "1/4", "3/10")
    bands = tuple(
        Band(Fraction(at), is_past=False, value=Fraction(rate))
        for at, rate in zip(thresholds, rates, strict=True)
    )
    scale, asked = BandScale("s", "marginal", bands), Fraction(number)
    ends = (*thresholds[1:], max(asked, 25))
    amounts = [max(min(asked, end) - at, 0) for at, end in zip(thresholds, ends, strict=True)]
    assert [each.amount for each in scale.shares(asked)] == amounts
    products = zip(amounts, rates, strict=True)
    assert scale.look_up([asked]) == sum(one * Fraction(rate) for one, rate in products)
    assert scale == BandScale("s", "marginal", bands)  # what is kept is no part of it
    assert replace(scale, bands=bands[:1]).look_up([Fraction(20)]) == 2
