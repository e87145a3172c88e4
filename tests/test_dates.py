"""Dates of language 2 against a calendar that is walked day by day, and on every way in and out."""

import datetime as dt
import json
import random
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.compiled import calendar as compiled
from ruletrail.formulas import Signature, infer_signature, parse_formula
from ruletrail.formulas import day_arithmetic as reference
from ruletrail.formulas.type_checking import check_condition
from ruletrail.problems import ProblemsError
from ruletrail.trails import RuleConclusion
from ruletrail.verification import calendar as checked
from support.command_line import call
from support.evaluators import check_trail
from support.rulebooks import (
    REFERENCE,
    load_text,
    rows_of,
    rulebook_text,
    schema_of,
    write_rulebook,
)

date = dt.date
EDGES = (
    date.min, date.max, date(2000, 2, 29), date(1900, 2, 28), date(2024, 1, 31), date(2024, 2, 29),
    date(2023, 2, 28), date(2024, 12, 31), date(1, 1, 31), date(9999, 11, 30), date(4, 2, 29),
)  # fmt: skip


# -- The calendar, walked --------------------------------------------------------------------------


@cache
def walked() -> list[tuple[int, int, int]]:
    """List the days from 1895 to 2005 by their numbers, each the one after the one before."""
    found, year, month, day = [], 1895, 1, 1
    while year <= 2005:
        found.append((year, month, day))
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        last = {2: 29 if leap else 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)
        day += 1
        if day > last:
            day, month = 1, month + 1
        if month > 12:
            month, year = 1, year + 1
    return found


def test_days_follow_each_other_in_every_evaluator():
    """From one day to the next, and what day of the week it is, over two centuries and a leap."""
    days = walked()
    # 1 January 1895 was a Tuesday
    for at, (one, other) in enumerate(pairwise(days)):
        here, there = date(*one), date(*other)
        assert reference.move_day(here, Fraction(1)) == there
        assert str(checked.move(checked.Day(*one), Fraction(1))) == there.isoformat()
        assert compiled.day_at(compiled.move_day(here.toordinal(), 1, 1) or 0) == there
        assert checked.weekday(checked.Day(*one)) == compiled.weekday_of(here.toordinal())
        assert checked.weekday(checked.Day(*one)) == (at + 1) % 7 + 1


def test_every_month_ends_where_the_next_begins():
    lasts = {(y, m): d for y, m, d in walked()}
    for (year, month), last in lasts.items():
        for place in (1, 15, last):
            day = date(year, month, place)
            assert reference.end_of_month(day) == date(year, month, last)
            assert compiled.end_of_month(day.toordinal()) == date(year, month, last).toordinal()
            ended = checked.end_of_month(checked.Day(year, month, place))
            assert ended == checked.Day(year, month, last)


def steps(chance: random.Random) -> int:
    return chance.choice(
        (0, 1, -1, 12, chance.randint(-40, 40), chance.randint(-130_000, 130_000),
         chance.randint(-4_000_000, 4_000_000), 10**10, -(10**11))
    )  # fmt: skip


def some_day(chance: random.Random) -> dt.date:
    if chance.random() < 0.2:
        return chance.choice(EDGES)
    return date.fromordinal(chance.randint(1, date.max.toordinal()))


def without(what: Callable[..., Any], *given: Any) -> Any:
    """Give None where the checker finds no day."""
    try:
        return what(*given)
    except checked.NoDayError:
        return None


def test_steps_are_the_same_in_every_evaluator():
    chance = random.Random(31)  # noqa: S311 - the same cases each time
    for _ in range(4_000):
        day, count = some_day(chance), steps(chance)
        own = checked.Day(day.year, day.month, day.day)
        for name, theirs in (("move_day", "move"), ("add_months",) * 2, ("add_years",) * 2):
            found = getattr(reference, name)(day, Fraction(count))
            also = getattr(compiled, name)(day.toordinal(), 3 * count, 3)
            assert also == (found and found.toordinal()), (name, day, count)
            shown = without(getattr(checked, theirs), own, Fraction(count))
            assert (shown and str(shown)) == (found and found.isoformat()), (name, day, count)
            assert getattr(reference, name)(day, Fraction(2 * count + 1, 2)) is None
            assert getattr(compiled, name)(day.toordinal(), 2 * count + 1, 2) is None


@pytest.mark.parametrize("unit", ["months", "years"])
def test_whole_months_and_years_are_the_most_that_fit(unit):
    """The definition itself: the largest n with `add(a, n) <= b`; backwards minus the other way."""
    chance = random.Random(32)  # noqa: S311 - the same cases each time
    add, count = getattr(reference, f"add_{unit}"), getattr(reference, f"count_{unit}")
    for _ in range(3_000):
        one, other = sorted((some_day(chance), some_day(chance)))
        most = count(one, other)
        assert add(one, most) <= other
        following = add(one, most + 1)
        assert following is None or following > other
        pair = [checked.Day(day.year, day.month, day.day) for day in (one, other)]
        assert getattr(checked, f"count_{unit}")(*pair) == most
        assert getattr(compiled, f"count_{unit}")(one.toordinal(), other.toordinal()) == most
        assert count(other, one) == -most
        assert getattr(checked, f"count_{unit}")(*reversed(pair)) == -most
        assert getattr(compiled, f"count_{unit}")(other.toordinal(), one.toordinal()) == -most


# -- One rulebook, every way in and out ------------------------------------------------------------

FIELDS = {
    "nascita": {"type": "string", "format": "date", "formatMinimum": "1900-01-01",
                "formatMaximum": "2030-12-31"},
    "domanda": {"type": "string", "format": "date"},
    "scadenza": {"type": "string", "format": "date"},
    "rinvio": {"type": "string", "format": "date"},
    "giorni": {"type": "number"},
    "nota": {"type": "string"},
}  # fmt: skip
WITHOUT_CONSTANTS = rulebook_text(
    {
        "rules": {
            "eta": {"formula": "years_between(nascita, domanda)"},
            "mesi": {"formula": "months_between(nascita, domanda)"},
            "scadenza": {"formula": "end_of_month(add_months(domanda, 1))"},
            "rinvio": {"formula": "domanda + giorni", "when": "giorni != 0"},
            "primo": {"formula": "min(nascita, domanda)"},
            "apertura": {"formula": "inizio"},
            "poi": {"formula": "(nascita if eta < 18 else domanda) - 1"},
        },
        "decisions": {
            "chi": {
                "cases": [
                    {"outcome": "adulto", "when": "eta >= 18"},
                    {"outcome": "minore", "when": "eta < 18"},
                ]
            },
        },
        "checks": {
            "dopo": {
                "expect": "nascita <= domanda",
                "severity": "error",
                "message": {"it": "nato il {nascita}, domanda del {domanda}, {scadenza}"},
            },
        },
    },
    language="2",
)
CONSTANTS = "parameters:\n  inizio: {value: 2024-03-01}\n  nome: {value: '2024-03-01'}\n"
TEXT = WITHOUT_CONSTANTS.replace("rules:\n", CONSTANTS + "rules:\n")
ROWS: list[dict[str, Any]] = [
    {"nascita": "2004-02-29", "domanda": "2022-02-28", "scadenza": "2022-03-31", "giorni": 3},
    {"nascita": "2004-02-29", "domanda": "2022-02-27", "scadenza": "2022-04-30", "giorni": 0},
    {"nascita": "2024-05-31", "domanda": "2024-05-30", "rinvio": "2024-06-09", "giorni": 10},
    {"domanda": "9999-12-31", "giorni": 1},
    {"nascita": "1900-01-01", "domanda": "0001-01-01", "giorni": -1, "scadenza": "0001-02-28"},
    {"nascita": "1999-12-31", "domanda": "2000-01-01", "giorni": 0.5},
    {"giorni": 1, "nota": "2024-05-31"},
]


@pytest.fixture(scope="module")
def plan():
    return load_text(TEXT, schema_of(FIELDS))


def as_python(row):
    days = {code for code, field in FIELDS.items() if field.get("format") == "date"}
    return {code: date.fromisoformat(it) if code in days else it for code, it in row.items()}


def answers(plan, rows=ROWS):
    return [plan.evaluate({"rulebook": REFERENCE, "fields": row}) for row in rows]


def test_what_it_comes_to(plan):
    first, second, third, *_ = answers(plan)
    assert first.values["eta"] == 18
    assert second.values["eta"] == 17
    assert first.values["scadenza"] == date(2022, 3, 31)
    assert first.values["rinvio"] == date(2022, 3, 3)
    assert first.values["apertura"] == date(2024, 3, 1)
    assert first.decisions["chi"] == "adulto"
    assert second.record.facts["rinvio"].code == "rinvio"
    agreements = [
        {
            each.entry.code: each.agreement
            for each in answer.record.conclusions
            if isinstance(each, RuleConclusion)
        }
        for answer in (first, second, third)
    ]
    assert [found["scadenza"] for found in agreements] == ["equal", "differs", None]
    assert agreements[2]["rinvio"] == "equal"
    said = [text for _, text in third.sentences]
    assert said == ["nato il 31/05/2024, domanda del 30/05/2024, 30/06/2024"]


def test_errors_name_the_whole_expression(plan):
    errors = [json.loads(answer.trail.to_json())["result"]["errors"] for answer in answers(plan)]
    assert {"step": "rinvio", "cause": "invalid_date", "of": "domanda + giorni"} in errors[3]
    causes = {(each["step"], each["of"]) for each in errors[4]}
    assert ("rinvio", "domanda + giorni") in causes
    assert ("poi", "(nascita if eta < 18 else domanda) - 1") not in causes
    assert {"step": "rinvio", "cause": "invalid_date", "of": "domanda + giorni"} in errors[5]


def test_python_days_are_those_of_texts(plan):
    """A `date`, a moment at midnight and the text are one; the bytes of the trails too."""
    for row, answer in zip(ROWS, answers(plan), strict=True):
        given = as_python(row)
        moments = {
            code: dt.datetime.combine(it, dt.time()) if isinstance(it, date) else it
            for code, it in given.items()
        }
        for fields in (given, moments):
            again = plan.evaluate({"rulebook": REFERENCE, "fields": fields})
            assert again.trail.to_json() == answer.trail.to_json()
        text = json.dumps({"rulebook": REFERENCE, "fields": row})
        assert plan.evaluate(text.encode()).values == answer.values
        check_trail(answer.record)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2023-02-29", "wrong-format"),
        ("31/05/2024", "wrong-format"),
        ("2024-5-31", "wrong-format"),
        ("2024-05-31T00:00", "wrong-format"),
        ("1899-12-31", "out-of-range"),
        ("2031-01-01", "out-of-range"),
        (20240531, "wrong-type"),
        (dt.datetime(2024, 5, 31, 1), "wrong-format"),  # noqa: DTZ001 - as people have them
        (dt.datetime(2024, 5, 31, tzinfo=dt.UTC), "wrong-format"),
    ],
)
def test_what_is_no_day_of_the_field_is_refused(plan, value, code):
    """Once, with its field; the ends are ours to assert. Columns refuse what has no exact value."""
    with pytest.raises(ProblemsError) as caught:
        plan.read({"rulebook": REFERENCE, "fields": {"nascita": value}})
    assert [(each.code, each.mark.pointer) for each in caught.value.problems] == [
        (code, "/fields/nascita")
    ]
    text = json.dumps({"rulebook": REFERENCE, "fields": {"nascita": value}}, default=str)
    with pytest.raises(ProblemsError):
        plan.evaluate(text.encode())
    if code != "out-of-range":
        with pytest.raises(ProblemsError):
            plan.evaluate_many({"nascita": [value]})


def test_tables_of_every_library_answer_alike(plan):
    """Lists, numpy, Arrow, pandas and Polars; what has no day is missing; answers are days."""
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    arrow, polars = pytest.importorskip("pyarrow"), pytest.importorskip("polars")
    days = [date(2004, 2, 29), None, date(1999, 12, 31)]
    texts = [day and day.isoformat() for day in days]
    asked = [date(2022, 2, 28)] * 3
    expected = plan.evaluate_many({"nascita": days, "domanda": asked, "giorni": [1, 2, 3]})
    assert expected.values["eta"].to_list() == [18, None, 22]
    assert expected.values["rinvio"].to_list() == [date(2022, 3, day) for day in (1, 2, 3)]
    seconds = arrow.array(days, arrow.date32()).cast(arrow.timestamp("s"))
    forms = {
        "texts": texts,
        "numpy": numpy.array(texts, "datetime64[s]"),
        "moments of numpy": [numpy.datetime64(text or "NaT", "ns") for text in texts],
        "days": arrow.array(days),
        "date64": arrow.array(days, arrow.date64()),
        "moments": seconds,
        "words": arrow.array(texts).dictionary_encode(),
        "days by index": arrow.array(days).dictionary_encode(),
        "moments by index": seconds.dictionary_encode(),
        "objects": pandas.Series(days, dtype="object"),
        "pandas": pandas.Series(pandas.to_datetime(texts)),
        "polars": polars.Series(days),
    }
    for name, column in forms.items():
        table = {"nascita": column, "domanda": asked, "giorni": [1, 2, 3]}
        found = plan.evaluate_many(table)
        assert found.to_dict() == expected.to_dict(), name
    for wrong in (
        numpy.array(["2024-01-01T01:00"], "datetime64[s]"),
        arrow.array([1], arrow.timestamp("s")),
        arrow.array([0], arrow.timestamp("s", "UTC")),
        arrow.array([10**6], arrow.int32()),
        arrow.array([-(10**6)], arrow.int32()).cast(arrow.date32()),
        arrow.array(["2024-02-30"]),
        [numpy.datetime64("2024-01-01T01:00")],
        [numpy.datetime64("12024-01-01")],
        [5],
    ):
        with pytest.raises(ProblemsError):
            plan.evaluate_many({"nascita": wrong})
    table = expected.to_arrow()
    assert table.schema.field("scadenza").type == arrow.date32()
    assert table.column("rinvio").to_pylist() == [date(2022, 3, day) for day in (1, 2, 3)]
    assert expected.to_polars()["rinvio"].to_list()[0] == date(2022, 3, 1)


def test_batches_of_every_form_answer_alike(tmp_path):
    """CSV, lines of JSON and Parquet, in and out; rows with what is no day have its problem."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = write_rulebook(TEXT, schema_of(FIELDS), tmp_path)
    rows = [*ROWS, {"nascita": "2023-02-29"}, {"nascita": "1899-12-31", "domanda": "2024-01-01"}]
    lines = [json.dumps({"rulebook": REFERENCE, "fields": row}) for row in rows]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    names = list(FIELDS)
    cells = [",".join(str(row.get(name, "")) for name in names) for row in rows]
    (tmp_path / "in.csv").write_text("\n".join([",".join(names), *cells, ""]), encoding="utf-8")
    good = [as_python(row) for row in ROWS]
    columns = {name: [row.get(name) for row in good] for name in names}
    parquet.write_table(arrow.table(columns), tmp_path / "in.parquet")
    found = {}
    for form in ("jsonl", "csv", "parquet"):
        out = tmp_path / f"{form}.jsonl"
        call("batch", str(tmp_path / f"in.{form}"), "--rulebook", str(path), "-o", str(out))
        found[form] = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert found["parquet"] == found["jsonl"][: len(ROWS)]
    assert [row.get("values") for row in found["csv"]] == [
        row.get("values") for row in found["jsonl"]
    ]
    codes = [[each["code"] for each in row.get("problems", ())] for row in found["jsonl"]]
    assert codes[-2:] == [["wrong-format"], ["out-of-range"]]
    plan = ruletrail.load(path)
    for row, answer in zip(found["jsonl"], answers(plan), strict=False):
        assert row["values"] == json.loads(answer.trail.to_json())["result"]["values"]
    out = tmp_path / "out.parquet"
    call("batch", str(tmp_path / "in.parquet"), "--rulebook", str(path), "-o", str(out))
    written = parquet.read_table(out)
    assert written.schema.field("rinvio").type == arrow.date32()
    assert written.column("rinvio").to_pylist()[0] == date(2022, 3, 3)
    call("batch", str(tmp_path / "in.csv"), "--rulebook", str(path), "-o", str(tmp_path / "o.csv"))
    assert ",2022-03-31," in (tmp_path / "o.csv").read_text("utf-8")


def test_days_of_parquet_beyond_the_calendar_are_told(tmp_path):
    """With the number that stands there, in no words of Arrow; also in the rows of a list."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    fields = {"nato": FIELDS["domanda"], "L": rows_of({"d": FIELDS["domanda"]})}
    path = write_rulebook(rulebook_text({}, language="2"), schema_of(fields), tmp_path)
    numbers = [2**31 - 1, -(2**31), 3_000_000, -800_000]
    shown = ["2147483647", "-2147483648", "10183-09-21", "-0221-09-04"]
    days = arrow.array(numbers, arrow.int32()).cast(arrow.date32())
    rows = arrow.array([[{"d": number}] for number in numbers])
    rows = rows.cast(arrow.list_(arrow.struct([("d", arrow.int32())])))
    rows = rows.cast(arrow.list_(arrow.struct([("d", arrow.date32())])))
    for name, column in {"nato": days, "L": rows}.items():
        parquet.write_table(arrow.table({name: column}), tmp_path / "in.parquet")
        out = tmp_path / "out.jsonl"
        words = (tmp_path / "in.parquet", "--rulebook", path, "-o", out, "--lang", "en")
        assert call("batch", *words)[0] == 1
        found = [json.loads(line)["problems"] for line in out.read_text("utf-8").splitlines()]
        for [problem], text in zip(found, shown, strict=True):
            assert problem["code"] == "wrong-format"
            assert f"`{text}` is not in the format of a date" in problem["message"]
            assert "from `0001-01-01` to `9999-12-31`" in problem["hint"]
    plan = ruletrail.load(path)
    with pytest.raises(ProblemsError, match="there is `'2147483647'`") as raised:
        plan.evaluate_many({"nato": days})
    assert "a day is a date, a text like" in raised.value.problems[0].hint("en")


@pytest.mark.parametrize("zone", [None, "Europe/Rome"])
def test_a_column_of_moments_is_told_how_to_become_days(zone, tmp_path):
    """A field's and a list's; a column of another type, which no day is made of, is not."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    fields = {"nato": FIELDS["domanda"], "L": rows_of({"d": FIELDS["domanda"]})}
    path = write_rulebook(rulebook_text({}, language="2"), schema_of(fields), tmp_path)
    moment = arrow.timestamp("us", zone)
    struct = arrow.list_(arrow.struct([("d", moment)]))
    for name, column, is_told in (
        ("nato", arrow.array([0], moment), True),
        ("L", arrow.array([[{"d": 0}]], struct), True),
        ("nato", arrow.array([0], arrow.time32("s")), False),
    ):
        parquet.write_table(arrow.table({name: column}), tmp_path / "in.parquet")
        words = (tmp_path / "in.parquet", "--rulebook", path, "-o", tmp_path / "o.csv")
        status, _, err = call("batch", *words, "--lang", "en")
        assert (status, "[batch-column-type]" in err) == (2, True)
        assert ("of type `date32`: cast this one" in err) == is_told


# -- What language 1 keeps, and what belongs to the rulebook --------------------------------------


def test_in_language_1_a_date_of_the_form_is_a_text():
    text = rulebook_text({"rules": {"x": {"formula": 'nascita == "1800-01-01"'}}})
    plan = load_text(text, schema_of(FIELDS))
    assert plan.evaluate({"rulebook": REFERENCE, "fields": {"nascita": "1800-01-01"}}).values == {
        "x": True
    }


@pytest.mark.parametrize(
    "shape",
    [
        {"$ref": "#/$defs/giorno"},
        {"allOf": [{"type": "string"}, {"format": "date", "formatMinimum": "2000-01-01"}]},
    ],
)
def test_references_and_all_of_make_dates(shape):
    schema = schema_of({"d": {"type": "string", **shape}})
    schema["$defs"] = {"giorno": {"format": "date", "formatMinimum": "2000-01-01"}}
    plan = load_text(rulebook_text({"rules": {"x": {"formula": "year(d)"}}}, language="2"), schema)
    assert plan.evaluate({"rulebook": REFERENCE, "fields": {"d": "2024-05-31"}}).values["x"] == 2024
    with pytest.raises(ProblemsError):
        plan.read({"rulebook": REFERENCE, "fields": {"d": "1999-12-31"}})


def test_a_format_that_does_not_always_hold_makes_a_text():
    shape = {"type": "string", "anyOf": [{"format": "date"}, {"const": "mai"}]}
    text = rulebook_text({"rules": {"x": {"formula": 'd == "mai"'}}}, language="2")
    assert load_text(text, schema_of({"d": shape})).linked.schema.fields["d"].type == "text"


def test_quotes_make_another_rulebook(plan):
    """A day and the text of the same letters differ in kind, and so in the rulebook's digest."""
    other = TEXT.replace("inizio: {value: 2024-03-01}", "inizio: {value: '2024-03-01'}")
    assert plan.linked.rulebook.parameters["inizio"].value == date(2024, 3, 1)
    assert plan.linked.rulebook.parameters["nome"].value == "2024-03-01"
    assert load_text(other, schema_of(FIELDS)).linked.digest != plan.linked.digest


@pytest.mark.parametrize(
    ("formula", "instead"),
    [
        ('d > "2024-05-31"', "date(2024, 5, 31)"),
        ("'2024-02-29' == d", "date(2024, 2, 29)"),
        ("d == 3", ""),
    ],
)
def test_a_day_without_its_date_is_mended(formula, instead):
    """What looks like a day is written out; anything else gets an example, and no mending."""
    parsed, found = parse_formula(formula)
    assert parsed is not None, found
    (finding,) = check_condition(parsed, {"d": Signature("date")}.get, 2)
    assert finding.code == "type-mismatch"
    assert (finding.mended or "") == instead
    assert finding.instead.startswith("date(")


@pytest.mark.parametrize("formula", ["d < 2024-05-31", "2024-12-31 == d", "(2024-05-31) - d > 3"])
def test_a_day_as_reports_write_it_is_mended(formula):
    """In language 2 no subtraction is written so; in language 1 it is one."""
    tree, (finding,) = parse_formula(formula, 2)
    assert tree is None
    assert finding.code == "formula-date"
    assert finding.mended in ("date(2024, 5, 31)", "date(2024, 12, 31)")
    assert formula.find(finding.text) == finding.offset
    assert parse_formula("a < 2024-12-31", 1)[0] is not None
    assert parse_formula("a < 2024 - 12 - 31", 2)[0] is not None


def test_there_is_no_today():
    for name in ("today", "OGGI", "now"):
        _, (finding,) = parse_formula(f"d < {name}()", 2)
        assert (finding.code, finding.advice) == ("unknown-function", "no-today")


def test_what_is_not_encoded_may_be_a_day():
    """`u + 1` is of any type where `u` is not encoded: nothing about it is wrong."""
    parsed, _ = parse_formula("u + 1 > date(2024, 5, 31) and u - 1 == 3")
    assert parsed is not None
    known = {"u": Signature("unknown")}.get
    assert infer_signature(parsed, known, 2)[1] == []


# -- Beside rows, and read again -------------------------------------------------------------------

ROWS_OF_A_FORM = {
    "domanda": {"type": "string", "format": "date"},
    "componenti": {
        "type": "array",
        "maxItems": 5,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "nome": {"type": "string"},
                "nascita": {"type": "string", "format": "date", "formatMinimum": "1900-01-01"},
            },
        },
    },
}
RULES_OF_ROWS = {
    "componenti.eta": {"formula": "years_between(componenti.nascita, domanda)"},
    "primo": {"formula": "min(componenti.nascita)"},
    "ultimo": {"formula": "max(componenti.nascita + 1)"},
    "giovane": {"formula": "min(componenti.eta)"},
    "minori": {"formula": "count(componenti.nascita > add_years(domanda, -18))"},
}


def test_rows_have_dates_too():
    """Cells of rows are days, aggregates too; the ends are asserted with the row's place."""
    text = rulebook_text(
        {"lists": {"componenti": {"label": "C"}}, "rules": RULES_OF_ROWS}, language="2"
    )
    plan = load_text(text, schema_of(ROWS_OF_A_FORM))
    rows = [{"nome": "A", "nascita": "1980-02-29"}, {"nome": "B", "nascita": "2010-06-01"}]
    fields = {"domanda": "2024-05-31", "componenti": rows}
    answer = plan.evaluate({"rulebook": REFERENCE, "fields": fields})
    assert answer.values == {
        "primo": date(1980, 2, 29), "ultimo": date(2010, 6, 2), "giovane": 13, "minori": 1,
    }  # fmt: skip
    check_trail(answer.record)
    rows[1]["nascita"] = "1810-06-01"
    with pytest.raises(ProblemsError) as caught:
        plan.read({"rulebook": REFERENCE, "fields": fields})
    assert [(each.code, each.mark.pointer) for each in caught.value.problems] == [
        ("out-of-range", "/fields/componenti/1/nascita")
    ]


def test_a_trail_with_dates_is_replayed(tmp_path):
    path = write_rulebook(TEXT, schema_of(FIELDS), tmp_path)
    answer = ruletrail.load(path).evaluate({"rulebook": REFERENCE, "fields": ROWS[0]})
    (tmp_path / "t.json").write_text(answer.trail.to_json() + "\n", encoding="utf-8")
    status, *_ = call("verify", str(tmp_path / "t.json"), "--replay", "--rulebook", str(path))
    assert status == 0


def test_a_day_moved_by_many_decimals_is_handed_on_by_columns():
    """A product of two numbers of ten decimals has twenty, more than a word of columns holds."""
    fields = {"B": {"type": "number"}, "d": {"type": "string", "format": "date"}}
    rules = {"x": {"formula": "add_years(d, B * B)"}}
    plan = load_text(rulebook_text({"rules": rules}, language="2"), schema_of(fields))
    answers = plan.evaluate_many({"B": [0.0275003957, 2.0], "d": ["2023-12-31"] * 2})
    assert answers.values["x"].state(0) == "error"
    assert str(answers.values["x"][1]) == "2027-12-31"


@pytest.mark.parametrize(
    ("formula", "language"),
    [("D <= 08/09/2025", 2), ('D <= "08/09/2025"', 2), ("A >= 31/08/2025", 1)],
)
def test_no_day_is_chosen_for_an_author(formula: str, language: int, folder: Path) -> None:
    """Of two that are written so nobody else knows which; and none becomes a division."""
    declared = schema_of({"D": {"type": "string", "format": "date"}, "A": "number"})
    (folder / "schema.json").write_text(json.dumps(declared), encoding="utf-8")
    text = rulebook_text({"rules": {"r": {"formula": formula}}}, language=str(language))
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    status, _, err = call("check", "r.yaml", "--fix", "--lang", "en")
    assert (status, (folder / "r.yaml").read_text("utf-8")) == (1, text)
    assert '"2025-08-31"' in err if language == 1 else "date(2025, 9, 8)" in err
