"""The first hint for a formula as spreadsheets and people write it is the right one, and only that.

Each row has a slip, the code of its one problem, and the formulas that its hint tells to write:
whichever of them is chosen, `check` finds nothing wrong any more.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ruletrail.formulas.habits import finding
from ruletrail.formulas.habits.written_formulas import WrittenFormula
from ruletrail.formulas.lexer import LONGEST_FORMULA, Finding
from support.command_line import call
from support.slips import check_slip, enter_with_schema

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"lordo": {"type": "number", "unit": "euro"}, "altro": {"type": "number", "unit": "euro"},
"a": {"type": "number"}, "b": {"type": "number"}, "vero": {"type": "boolean"},
"giorno": {"type": "string", "format": "date"}, "zona": {"type": "string", "enum": ["A", "B"]},
"figli": {"type": "array", "maxItems": 9, "items": {"type": "object", "properties": {
"eta": {"type": "number"}, "spesa": {"type": "number"}, "minore": {"type": "boolean"},
"disabile": {"type": "string", "enum": ["SI", "NO"]}}}}}}}}"""
BODY = """groups: {{entrate: [lordo, altro]}}
scales: {{retta: {{kind: step, bands: [{{from: 0, value: 1}}]}}}}
tables: {{coeff: {{by: [zona], rows: [{{zona: A, value: 2}}], otherwise: 1}}}}
rules:
  x:
    formula: >-
      {formula}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter_with_schema(tmp_path, SCHEMA, monkeypatch)


def _errors(formula: str, folder: Path) -> list[dict[str, Any]]:
    return check_slip(folder, BODY.format(formula=formula))


def _obey_any(formula: str, code: str, written: tuple[str, ...], folder: Path) -> None:
    """Hold the one problem of a formula to what it tells to write, and that to `check`."""
    (problem,) = _errors(formula, folder)
    assert problem["code"] == code
    for each in written:
        assert f"`{each}`" in problem["hint"]
        assert _errors(each, folder) == []


# -- Sums of some rows, or of values where something is true ---------------------------------------

OF_DISABLED = 'sum(figli.spesa if figli.disabile == "SI" else 0)'
SUMS = [
    ('sum(figli.spesa; figli.disabile = "SI")', OF_DISABLED),
    ('sum(figli.spesa, figli.disabile == "SI")', OF_DISABLED),
    ("SOMMA(figli.spesa; figli.eta > 3)", "sum(figli.spesa if figli.eta > 3 else 0)"),
    ("sum(figli.spesa, figli.minore)", "sum(figli.spesa if figli.minore else 0)"),
    ("SUM(figli.spesa; figli.minore = VERO)", "sum(figli.spesa if figli.minore == true else 0)"),
    ("1 + sum(figli.spesa; a > 3; b > 2)", "sum(figli.spesa if a > 3 and b > 2 else 0)"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "written"), SUMS)
def test_the_condition_of_a_sum_of_rows_goes_into_its_one_argument(
    formula: str, written: str, folder: Path
):
    """Were it counted as a one, which is what truth is elsewhere, the sum would be another."""
    _obey_any(formula, "wrong-argument-count", (written,), folder)


def test_the_greatest_of_some_rows_is_that_of_a_rule_of_the_row(folder: Path):
    """A row to which that rule does not apply is left out: nought may be the greatest of a few."""
    for formula in ("max(figli.spesa; figli.eta > 3)", "max(figli.spesa, figli.eta > 3)"):
        (problem,) = _errors(formula, folder)
        assert "`formula: figli.spesa` e `when: figli.eta > 3`" in problem["hint"]


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("sum(lordo, a > 3)", "sum(lordo) if a > 3 else 0"),
        ("sum(entrate, vero)", "sum(entrate) if vero else 0"),
        ("sum(lordo, altro, a > 3)", "sum(lordo, altro) if a > 3 else 0"),
    ],
)
def test_a_sum_of_values_with_a_condition_may_be_one_that_is_made_where_it_is_true(
    formula: str, written: str, folder: Path
):
    """Or what is true is a one to be added; only the author knows."""
    _obey_any(formula, "type-mismatch", (written,), folder)


@pytest.mark.parametrize(
    "formula",
    ["sum(figli.spesa if figli.minore else 0)", "sum(lordo, altro)", "sum(lordo, count(a > 3))"],
)
def test_a_right_sum_is_left_alone(formula: str, folder: Path):
    """What it adds up are numbers."""
    assert _errors(formula, folder) == []


# -- What a hint keeps -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sign", ["‰", "%", " ‰", " %", " per mille", " per cento", "‰ di lordo", " % di lordo"]
)
@pytest.mark.parametrize("number", ["1'250", "1 250", "1'250'000"])
def test_a_percentage_of_thousands_is_told_as_a_number_first(number: str, sign: str, folder: Path):
    """Its last three digits are no percentage of their own."""
    (problem,) = _errors(f"a > {number}{sign}", folder)
    assert problem["code"] == "formula-number"
    digits = "".join(each for each in number if each.isdigit())
    assert f"`{digits}`" in problem["hint"]
    (problem,) = _errors(f"a > {digits}{sign}", folder)
    assert problem["code"] in ("formula-construct", "formula-percent")


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("SE(a,5;2;3)", "formula-comma"),
        ("SE(a>1;2;b,c)", "formula-comma"),
        ("if(a,5;2;3)", "formula-comma"),
        ("se a,5 allora 2 altrimenti 3", "formula-comma"),
        ("SE(a>1;b;SE(a,3;1;2))", "formula-comma"),
        ("SE(a>1;SE(b>1;SE(a,3;1;2);4);5)", "formula-comma"),
        ("SE(a > 1'250‰;2;3)", "formula-number"),
        ("SE(a>3;a^b;2)", "formula-power"),
    ],
)
def test_a_formula_with_a_slip_inside_is_not_written_anew(formula: str, code: str, folder: Path):
    """What it would be holds the slip still: that is told, and to be mended first."""
    whole, inner = _errors(formula, folder)
    assert (whole["hint"], inner["code"]) == (INSIDE, code)
    assert inner["column"] > whole["column"]


INSIDE = "prima correggi ciò che qui dentro è segnalato; poi `check` mostra il resto"


def test_deep_choices_with_a_slip_inside_are_told_in_time(folder: Path):
    formula = "a,5"
    for _ in range(20):
        formula = f"SE(a>1;{formula};3)"
    begun = time.process_time()
    found = _errors(formula, folder)
    assert time.process_time() - begun < 5
    assert {each["hint"] for each in found if each["code"] == "unknown-function"} == {INSIDE}


def test_a_remainder_of_thousands_stays_one(folder: Path):
    (problem,) = _errors("1'250 % a", folder)
    assert (problem["code"], problem["hint"]) == ("formula-number", "scrivi `1250`")


@pytest.mark.parametrize(
    ("formula", "code", "written"),
    [
        ("a > 20,5%", "formula-percent", ("20.5", "0.205")),
        ("a > 1.250,5%", "formula-percent", ("1250.5", "12.505")),
        ("lordo * 20,5%", "formula-percent", ("0.205",)),
        ("SE(a>20%;1;2)", "unknown-function", ("1 if a>20 else 2", "1 if a>0.2 else 2")),
        ("SE(a>20,5%;1;2)", "unknown-function", ("1 if a>20.5 else 2", "1 if a>0.205 else 2")),
        ("SE(a>3;lordo*10%;0)", "unknown-function", ("lordo*0.1 if a>3 else 0",)),
        (
            "SE(a>20%;lordo*10%;0)",
            "unknown-function",
            ("lordo*0.1 if a>20 else 0", "lordo*0.1 if a>0.2 else 0"),
        ),
        (
            "SE(a>3;SE(b>20%;1;2);3)",
            "unknown-function",
            ("(1 if b>20 else 2) if a>3 else 3", "(1 if b>0.2 else 2) if a>3 else 3"),
        ),
        ("se a>20% allora 1 altrimenti 2", "formula-syntax", ("1 if a>20 else 2",)),
        ("SE(a>1,250;1;2)", "unknown-function", ("1 if a>1.25 else 2", "1 if a>1250 else 2")),
    ],
)
def test_a_hint_keeps_nothing_that_is_itself_wrong(
    formula: str, code: str, written: tuple[str, ...], folder: Path
):
    """A percentage has two readings, and a comma too; each is written out whole."""
    _obey_any(formula, code, written, folder)


def test_what_has_no_two_readings_is_told_beside_the_hint(folder: Path):
    """A hint with a place left open, `…`, says what to write; within it the percentage is told."""
    problems = _errors("SE(a>20%;1)", folder)
    assert [each["code"] for each in problems] == ["unknown-function", "formula-percent"]


@pytest.mark.parametrize(
    ("formula", "code", "part"),
    [
        ("SE(vero;lordo-10%;altro)", "unknown-function", "formula-percent"),
        ("SE(vero;lordo;altro-10%)", "unknown-function", "formula-percent"),
        ("SE(vero;lordo meno 10%;altro)", "unknown-function", "formula-percent"),
        ("SE(vero;max(lordo-10%, 3);altro)", "unknown-function", "formula-percent"),
        ("SE(vero;lordo-(10%);altro)", "unknown-function", "formula-percent"),
        ("SE(vero;lordo - 10 per cento;altro)", "unknown-function", "formula-construct"),
        ("se vero allora lordo-10% altrimenti altro", "formula-syntax", "formula-percent"),
    ],
)
def test_with_a_part_of_an_amount_no_formula_is_written_anew(
    formula: str, code: str, part: str, folder: Path
):
    """Neither `lordo-10` nor `lordo-0.1` is ten per cent less: how that is written is told."""
    problems = {each["code"]: each["hint"] for each in _errors(formula, folder)}
    assert problems.keys() == {code, part}
    assert "`check`" in problems[code]
    assert " if " not in problems[code]
    assert "* (1 - 0.1)`" in problems[part]


@pytest.mark.parametrize(
    ("formula", "code", "part"),
    [
        ("lordo meno 10%", "formula-percent", "x * (1 - 0.1)"),
        ("lordo più 10%", "formula-percent", "x * (1 + 0.1)"),
        ("lordo – 10%", "formula-percent", "x * (1 - 0.1)"),
        ("lordo - -10%", "formula-percent", "x * (1 + 0.1)"),
        ("lordo - 10 per cento", "formula-construct", "x * (1 - 0.1)"),
        ("lordo - 5 per mille", "formula-construct", "x * (1 - 0.005)"),
        ("lordo - a per cento", "formula-construct", "x * (1 - a / 100)"),
    ],
)
def test_a_percentage_in_words_is_a_part_too(formula: str, code: str, part: str, folder: Path):
    """No hint says to write `10` or `0.1` behind the sign."""
    hints = [each["hint"] for each in _errors(formula, folder) if each["code"] == code]
    assert [f"`{part}`" in hint for hint in hints] == [True]
    assert [set(hint.split()) & {"`10`", "`0.1`", "`0.1`,"} for hint in hints] == [set()]


@pytest.mark.parametrize("formula", ["1,5^2", "a * 1,5^2", "1,5 ** 2", "max(1,5^2)"])
def test_the_rest_of_a_number_is_no_base_of_a_power(formula: str, folder: Path):
    (power,) = [each for each in _errors(formula, folder) if each["code"] == "formula-power"]
    assert "5 * 5" not in power["hint"]


def test_a_power_behind_a_comma_that_separates_is_a_product(folder: Path):
    _obey_any("max(1, 5^2)", "formula-power", ("5 * 5",), folder)


@pytest.mark.parametrize("formula", ["POTENZA(a,5;2)", "POTENZA(max(1,5);2)"])
def test_of_a_base_with_a_comma_in_doubt_no_product_is_written(formula: str, folder: Path):
    problem = _errors(formula, folder)[0]
    assert problem["code"] == "unknown-function"
    assert ",5" not in problem["hint"]


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("sum(lordo, vero)", "sum(lordo) if vero else 0"),
        ("1 + sum(lordo, vero) * 2", "(sum(lordo) if vero else 0)"),
    ],
)
def test_a_sum_when_true_stands_in_brackets_beside_anything(
    formula: str, written: str, folder: Path
):
    """Without them the choice would be one of all that stands around it."""
    (problem,) = _errors(formula, folder)
    assert f"`{written}`" in problem["hint"]


@pytest.mark.parametrize(
    ("formula", "decimal", "two"),
    [
        ("a in 1,2", "1.2", "1, 2"),
        ("a not in 1,2", "1.2", "1, 2"),
        ("vero and a in 10,20", "10.20", "10, 20"),
        ("(a in 1, 2)", "1.2", "1, 2"),
    ],
)
def test_a_list_without_brackets_has_two_readings(
    formula: str, decimal: str, two: str, folder: Path
):
    """Neither is written by `--fix`: with a wrong list every answer would be another."""
    (problem,) = _errors(formula, folder)
    assert f"`[{decimal}]`" in problem["hint"]
    assert f"`[{two}]`" in problem["hint"]
    before = Path("r.yaml").read_text("utf-8")
    call("check", "--fix", "r.yaml")
    assert Path("r.yaml").read_text("utf-8") == before


def test_a_longer_list_without_brackets_has_no_decimals(folder: Path):
    assert [each["code"] for each in _errors("a in 1,2,3", folder)] == ["formula-comma"]


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("date(2025,08,31)", "date(2025, 8, 31)"),
        ("date(2025, 08, 31)", "date(2025, 8, 31)"),
        ("date(2025,8,05)", "date(2025, 8, 5)"),
    ],
)
def test_the_commas_of_a_day_are_no_decimal_ones(formula: str, written: str, folder: Path):
    (problem,) = _errors(f"{formula} < giorno", folder)
    assert problem["code"] == "formula-number"
    assert f"`{written}`" in problem["hint"]
    assert _errors(f"{written} < giorno", folder) == []


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("a mancante", "is_missing(a)"),
        ("a manca", "is_missing(a)"),
        ("a non manca", "not is_missing(a)"),
        ("giorno mancante", "is_missing(giorno)"),
    ],
)
def test_what_lacks_is_asked_about_without_a_verb(formula: str, written: str, folder: Path):
    _obey_any(formula, "formula-word", (written,), folder)


# -- Groups and ranges in groups -------------------------------------------------------------------

GROUP = """groups:
  entrate: [lordo, altro]
  tutte: {tutte}
rules:
  x: {{formula: sum(tutte)}}
"""


@pytest.mark.parametrize(
    ("tutte", "written", "obeyed"),
    [
        ("[entrate]", "`lordo, altro`", "[lordo, altro]"),
        ("[lordo, entrate]", "scrivi `altro`", "[lordo, altro]"),
        ("[lordo, altro, entrate]", "togli `entrate`", "[lordo, altro]"),
        ("[tutte, lordo]", "togli `tutte`", "[lordo]"),
    ],
)
def test_a_group_in_a_group_is_told_with_its_codes(
    tutte: str, written: str, obeyed: str, folder: Path
):
    """It exists, and is no code."""
    (problem,) = check_slip(folder, GROUP.format(tutte=tutte))
    assert (problem["code"], written in problem["hint"]) == ("group-as-value", True)
    assert check_slip(folder, GROUP.format(tutte=obeyed)) == []


def test_groups_within_groups_are_written_out_to_their_codes(folder: Path):
    """Obeyed at each place, no code of the innermost is lost."""
    body = GROUP.format(tutte="[media, a]").replace("  tutte:", "  media: [entrate, b]\n  tutte:")
    hints = [each["hint"] for each in check_slip(folder, body)]
    assert [("`lordo, altro`" in each, "`lordo, altro, b`" in each) for each in hints] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("tutte", "code", "written"),
    [
        ("[a:b]", "wrong-form", "`a, …, b`"),
        ("[a..b]", "wrong-form", "`a, …, b`"),
        ("[da a a b]", "wrong-form", "`a, …, b`"),
        ("a:b", "wrong-type", "`[a, …, b]`"),
        ("[R1:R3]", "wrong-form", "`R1, R2, R3`"),
        ("R1:R3", "wrong-type", "`[R1, R2, R3]`"),
        ("[a - b]", "wrong-form", "una regola con questa formula"),
    ],
)
def test_a_range_of_codes_in_a_group_is_told_as_one(
    tutte: str, code: str, written: str, folder: Path
):
    """With blanks around its dash it is a difference."""
    (problem,) = check_slip(folder, GROUP.format(tutte=tutte))
    assert (problem["code"], written in problem["hint"]) == (code, True)


# -- Days ------------------------------------------------------------------------------------------

DAY = "date(2025, 8, 31)"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("20250831", "type-mismatch"),
        ("31082025", "type-mismatch"),
        ("45900", "type-mismatch"),
        ("31 agosto 2025", "formula-date"),
        ("August 31, 2025", "formula-date"),
        ("31-ago-2025", "formula-date"),
        ("31/ago/2025", "formula-date"),
        ("31/08/25", "formula-number"),
        ("31/8/25", "type-mismatch"),
        ("2025-08-31T00:00:00", "formula-date"),
        ("2025-08-31 00:00:00", "formula-date"),
        ('"31 agosto 2025"', "type-mismatch"),
        ('"31/08/25"', "type-mismatch"),
        ('"20250831"', "type-mismatch"),
        ('"2025-08-31T00:00:00"', "type-mismatch"),
        ("date(20250831)", "wrong-argument-count"),
        ('DATEVALUE("31/08/2025")', "unknown-function"),
        ('DATA.VALORE("31/08/2025")', "unknown-function"),
        ("DATA(2025;8;31)", "unknown-function"),
    ],
)
def test_a_day_is_told_however_it_is_written(written: str, code: str, folder: Path):
    """Never with the day of an example."""
    (problem,) = _errors(f"giorno > {written}", folder)
    assert problem["code"] == code
    assert f"`{DAY}`" in problem["hint"]
    assert _errors(f"giorno > {DAY}", folder) == []


@pytest.mark.parametrize(("time", "left"), [("00:00:00", DAY), ("10:30:00", "2025-08-31T10:30:00")])
def test_only_midnight_is_taken_off_for_certain(time: str, left: str, folder: Path):
    """Another hour of the day may be what somebody compares with."""
    _errors(f"giorno > 2025-08-31T{time}", folder)
    call("check", "r.yaml", "--fix")
    assert f"giorno > {left}" in (folder / "r.yaml").read_text("utf-8")


def test_a_day_in_braces_is_told_with_the_quotes_that_it_needs(folder: Path):
    """Its commas would part the entries of the map."""
    body = "decisions: {d: {cases: [{outcome: x, when: giorno > DATA(2025;8;31)}]}}\n"
    (problem,) = check_slip(folder, body)
    assert f'`"giorno > {DAY}"`' in problem["hint"]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ('DATEVALUE("8/9/2025")', "se il mese viene prima è `date(2025, 8, 9)`"),
        ("DATEVALUE(giorno)", "una data non si converte: di un campo che è una data"),
        ('date("8/9/2025")', "una data si scrive come `date(2024, 5, 31)`"),
        ("05062025", "se è un giorno scrivi `date(2025, 6, 5)`"),
        ("0", "una data si scrive come"),
    ],
)
def test_a_day_in_doubt_is_told_as_one(written: str, hint: str, folder: Path):
    """Which of two is meant only its author knows; what is no day is none of a calendar."""
    (problem,) = _errors(f"giorno > {written}", folder)
    assert hint in problem["hint"]


def test_a_code_that_is_called_as_a_month_is_subtracted(folder: Path):
    """Codes are their author's; only what is none may be a month."""
    body = BODY.format(formula="31-ago-2025").replace(
        "rules:", "parameters: {ago: {value: 1}}\nrules:"
    )
    assert check_slip(folder, body) == []


@pytest.mark.parametrize("sheet", ["DATA(year(giorno);month(giorno)+1;1)", "DATE(2025,13,1)",
    "DATA(2025;2;30)", "DATA(a;b;1)"])  # fmt: skip
def test_a_day_of_parts_that_spreadsheets_roll_over_is_not_written(sheet: str, folder: Path):
    """Here the thirteenth month is an error, there the next year's January."""
    body = BODY.format(formula=f"giorno > {sheet}")
    (problem,) = check_slip(folder, body)
    assert "`add_months(d, 1)`" in problem["hint"]
    _stays_under_fix(body, folder)


@pytest.mark.parametrize(
    "formula", ["a - 12-05-2024", "a - 31-05-2024", "a - 05/2024", "a - 05062025"]
)
def test_a_day_between_dashes_may_be_a_difference(formula: str, folder: Path):
    """Without its zero it would be one, and valid."""
    body = BODY.format(formula=formula)
    assert all("`5`" not in each["hint"] for each in check_slip(folder, body))
    _stays_under_fix(body, folder)


def _stays_under_fix(body: str, folder: Path) -> None:
    check_slip(folder, body)
    written = (folder / "r.yaml").read_text(encoding="utf-8")
    call("check", "r.yaml", "--fix")
    assert (folder / "r.yaml").read_text(encoding="utf-8") == written


# -- Numbers, and words for signs ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "code", "written"),
    [
        ("lordo > 1,250,000", "formula-number", ("1250000",)),
        ("lordo > 1,250,000.50", "formula-number", ("1250000.50",)),
        ("lordo > 25 500", "formula-number", ("25500",)),
        ("lordo > 25 500,50", "formula-number", ("25500.50",)),
        ("max(25 500, a)", "formula-number", ("25500",)),
        ("lordo > 1'250'000", "formula-number", ("1250000",)),
        ("lordo * 1E3", "formula-number", ("1000",)),
        ("lordo * 1E-3", "formula-number", ("0.001",)),
        ("lordo * 3,5‰", "formula-construct", ("0.0035",)),
        ("a > 5‰", "formula-construct", ("5", "0.005")),
        ("lordo * 5 per mille", "formula-construct", ("0.005",)),
        ("lordo * 0,5 per cento", "formula-construct", ("0.005",)),
        ("a > 5 percento", "formula-construct", ("5", "0.05")),
        ("a per cento", "formula-construct", ("a / 100",)),
    ],
)
def test_a_number_is_told_however_it_is_written(
    formula: str, code: str, written: tuple[str, ...], folder: Path
):
    """With both readings where there are two."""
    _obey_any(formula, code, written, folder)


@pytest.mark.parametrize(("formula", "written"), [("a + 0x10", "16"), ("0b101 * a", "5")])
def test_a_number_of_machines_is_told_with_its_ten_digits(formula: str, written: str, folder: Path):
    (problem,) = _errors(formula, folder)
    assert (problem["code"], problem["hint"]) == ("formula-number", f"scrivi `{written}`")


def test_a_denied_condition_in_a_list_is_compared_in_brackets(folder: Path):
    _obey_any("vero in [not vero]", "formula-in-list", ("vero == (not vero)",), folder)


@pytest.mark.parametrize("sign", ["", '"'])
def test_of_two_days_that_may_be_meant_both_are_written(sign: str, folder: Path):
    days = ("date(2025, 9, 8)", "date(2025, 8, 9)")
    (problem,) = _errors(f"giorno > {sign}8/9/2025{sign}", folder)
    assert problem["code"] == "formula-date"
    assert all(f"`{day}`" in problem["hint"] for day in days)


@pytest.mark.parametrize(
    ("formula", "sign"),
    [
        ("a moltiplicato per 2", "*"),
        ("a times 2", "*"),
        ("a diviso per 2", "/"),
        ("a divided by 2", "/"),
        ("5% di lordo", "0.05 *"),
    ],
)
def test_a_word_for_a_sign_is_told_with_the_sign(formula: str, sign: str, folder: Path):
    (problem,) = _errors(formula, folder)
    assert f"scrivi `{sign}`" in problem["hint"]


@pytest.mark.parametrize("formula", ["a per 2", "a per b", "lordo * 5 per 100"])
def test_a_word_that_multiplies_or_divides_is_told_with_both_signs(formula: str, folder: Path):
    """`per` is one in Italian and the other in English; in a sum of rows it says which of them."""
    assert _errors(formula, folder)[0]["hint"] == "si moltiplica con `*` e si divide con `/`"


@pytest.mark.parametrize("formula", ["SOMMA(figli.spesa; figli.eta > 1,234)",
    "SOMMA(figli.spesa; figli.eta > a,5)"])  # fmt: skip
def test_a_condition_with_a_comma_in_doubt_goes_into_no_sum(formula: str, folder: Path):
    """In the call it would part two arguments."""
    assert all(" if " not in each["hint"] for each in _errors(formula, folder))


@pytest.mark.parametrize("formula", ["max(1,250,300)", "a in [100,200,300]", "max(1,2,3)"])
def test_values_that_commas_part_are_values(formula: str, folder: Path):
    """None of them begins with a zero."""
    assert _errors(formula, folder) == []


@pytest.mark.parametrize(
    "formula",
    ["a in [100,200,050]", "a in [100,050]", "max(lordo, 1,250,000)", "max(a, 1,250,000.50)",
     "a in 100,200,050", "max(0, 5% di lordo)", "max(0,5% * lordo)", "max(0,5% di lordo)",
     "max(0,5 per cento * lordo)"],
)  # fmt: skip
def test_what_commas_part_in_a_list_is_no_grouped_number(formula: str, folder: Path):
    """Nor are the values before and behind one a number with decimals."""
    body = BODY.format(formula=formula)
    hints = [each["hint"] for each in check_slip(folder, body)]
    joined = ("100200050", "100050", "200050", "1250000", "250000", "`0.005", "`0.5`", "100.05")
    assert hints
    assert not any(each in hint for each in joined for hint in hints)
    _stays_under_fix(body, folder)


@pytest.mark.parametrize("formula", ["max(0, 5% * lordo)", "max(0, 5 per cento * lordo)"])
def test_a_comma_with_a_blank_behind_it_parts_arguments(formula: str, folder: Path):
    (problem,) = _errors(formula, folder)
    assert problem["hint"] == "scrivi `0.05`"


@pytest.mark.parametrize("division", ["/", ":", "÷", "diviso", "diviso per"])
@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("b^2", "`(b * b)`"),
        ("b²", "`(b * b)`"),
        ("b per cento", "`(b / 100)`"),
        ("b%", "`(b / 100)`"),
        ("5% di b", "`a / (0.125 * b)`"),
        ("5 per cento di b", "`a / (0.125 * b)`"),
        ("ARROTONDA.DIFETTO(b; 2)", "`(floor(b / 2) * 2)`"),
    ],
)
def test_what_is_divided_by_stands_in_brackets(
    division: str, value: str, written: str, folder: Path
):
    """Without them it would be divided by the first of two factors, and a valid formula."""
    hints = [each["hint"] for each in _errors(f"a {division} {value}", folder)]
    assert any(written in hint for hint in hints)


@pytest.mark.parametrize("turned", ["a / -b²", "a diviso -b²", "a / -b per cento", "a / -b%"])
def test_a_sign_before_what_is_divided_by_is_its_own(turned: str, folder: Path):
    """`a / -b * b` is -a."""
    hints = [each["hint"] for each in _errors(turned, folder)]
    assert any("`(b * b)`" in hint or "`(b / 100)`" in hint for hint in hints), hints


@pytest.mark.parametrize("formula", ["INT(a/1,5)", "SE(b>1;INT(a/1,5);3)", "RESTO(INT(a/1,5);2)"])
def test_what_takes_one_value_has_a_comma_of_decimals(formula: str, folder: Path):
    """`floor(a/1,5)` is valid, and rounds to five decimals."""
    hints = "".join(each["hint"] for each in _errors(formula, folder))
    assert "floor" not in hints
    assert "con il punto per i decimali" in hints


@pytest.mark.parametrize("formula", ["a - b²", "-b²", "a * -b²"])
def test_what_is_not_divided_by_needs_no_brackets(formula: str, folder: Path):
    (problem,) = _errors(formula, folder)
    assert problem["hint"] == "scrivi `b * b`"


def test_a_choice_with_a_part_to_divide_by_is_not_written(folder: Path):
    hints = [each["hint"] for each in _errors("SE(a > 3; 100 / 5% di b; 0)", folder)]
    assert "`a / (0.125 * b)`" in hints[1]
    assert "if a > 3" not in "".join(hints)


def test_a_class_that_a_field_has_not_is_told_with_those_that_it_has(folder: Path):
    """Neither is another class meant, nor a code that is called as its letter."""
    body = BODY.format(formula="1 if zona == A/9 else 0")
    (problem,) = check_slip(folder, body)
    assert problem["code"] == "impossible-comparison"
    assert problem["hint"].endswith('`"A"`, `"B"`')


@pytest.mark.parametrize("formula", ["lordo - 10% - 5%", "SE(a > 1; lordo - 10% - 5%; 0)"])
def test_of_several_percentages_each_is_told(formula: str, folder: Path):
    """The first alone would be the remainder of a division."""
    hints = "".join(each["hint"] for each in _errors(formula, folder))
    assert "`x * (1 - 0.1)`" in hints
    assert "`x * (1 - 0.05)`" in hints


@pytest.mark.parametrize(
    "formula", ["RESTO(a,5;2)", "ARROTONDA.DIFETTO(a,5;2)", "FINE.MESE(giorno,5;2)", "MEDIA(a,5;2)"]
)
def test_an_argument_that_may_be_two_is_not_written(formula: str, folder: Path):
    assert all(",5" not in each["hint"] for each in _errors(formula, folder))


@pytest.mark.parametrize("formula", ["switch(a)", "scegli(a)"])
def test_a_function_of_others_is_no_slip_for_one_of_ours(formula: str, folder: Path):
    """`switch` ends as `ends_with` does, and has nothing to do with it."""
    assert _errors(formula, folder)[0]["hint"].startswith("funzioni: ")


def test_the_semicolons_of_a_formula_are_told_once(folder: Path):
    body = BODY.format(formula="min(a; b; lordo)")
    (problem,) = check_slip(folder, body)
    assert problem["code"] == "formula-semicolon"
    call("check", "r.yaml", "--fix")
    assert "min(a, b, lordo)" in (folder / "r.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("formula", "wrong"),
    [
        ("1'000^2", "000 *"),
        ("1 250^2", "250 *"),
        ("a in {1;2}", "[1"),
        ('zona in {"A": 1}', '["A"'),
        ("giorno in 2025-08-31, 2025-09-01", "31.2025"),
        ("giorno == DATEVALUE(zona)", "`zona`"),
        ("giorno == CDATE(a)", "`a`"),
    ],
)
def test_no_piece_is_taken_for_a_whole(formula: str, wrong: str, folder: Path):
    hints = [each["hint"] for each in _errors(formula, folder)]
    assert hints
    assert not any(wrong in hint for hint in hints)


def test_a_choice_in_a_choice_keeps_its_brackets(folder: Path):
    written = "(b if a > 1 else 2) if vero else 3"
    _obey_any("vero ? b if a > 1 else 2 : 3", "formula-construct", (written,), folder)


@pytest.mark.parametrize("formula", ["not a tra 0 e 9", "b + a tra 0 e 9"])
def test_a_range_of_more_than_a_name_is_not_written(formula: str, folder: Path):
    """It would be asked of the last name alone."""
    assert "`0 <= … and … <= 9`" in _errors(formula, folder)[0]["hint"]


@pytest.mark.parametrize(
    ("formula", "code", "written"),
    [
        ("a^2", "formula-power", "a * a"),
        ("a ** 3 + 1", "formula-power", "a * a * a"),
        ("(a + b)^2", "formula-power", "(a + b) * (a + b)"),
        ("1 / a^2", "formula-power", "(a * a)"),
        ("a²", "formula-power", "a * a"),
        ("POTENZA(a; 2)", "unknown-function", "(a * a)"),
        ("POWER(a + 1, 2)", "unknown-function", "((a + 1) * (a + 1))"),
        ("SE(a^2>3;1;2)", "unknown-function", "1 if a * a>3 else 2"),
    ],
)
def test_a_power_is_told_with_its_product(formula: str, code: str, written: str, folder: Path):
    """Behind a division in brackets."""
    _obey_any(formula, code, (written,), folder)


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("a^0.5", "radici, logaritmi"),
        ("RADQ(a)", "radici, logaritmi"),
        ("sqrt(a)", "radici, logaritmi"),
        ("LN(a)", "radici, logaritmi"),
        ("a^b", "se l'esponente cambia"),
        ("POWER(a, b)", "se l'esponente cambia"),
    ],
)
def test_what_is_no_exact_number_is_told_to_be_none(formula: str, hint: str, folder: Path):
    """No list of functions that are something else."""
    (problem,) = _errors(formula, folder)
    assert hint in problem["hint"]


def test_a_square_of_what_has_a_minus_is_not_written_out(folder: Path):
    """Spreadsheets take the minus first, mathematics last."""
    (problem,) = _errors("-a^2", folder)
    assert "scrivi `" not in problem["hint"]


# -- Functions and columns of spreadsheets ---------------------------------------------------------

FILLED_IN = "count(not is_missing(figli.spesa))"


@pytest.mark.parametrize(
    ("formula", "code", "written"),
    [
        ("[@lordo] * 2", "formula-construct", ("lordo",)),
        ("figli[@[lordo]] * 2", "formula-construct", ("lordo",)),
        ("COUNT(figli.spesa)", "unknown-function", ("size(figli)", FILLED_IN)),
        ("count(figli.spesa)", "condition-not-boolean", ("size(figli)", FILLED_IN)),
        ("CONTA.VALORI(figli.spesa)", "unknown-function", ("size(figli)",)),
        ("ROUNDUP(lordo, 0)", "unknown-function", ("ceil(lordo)",)),
        ("ARROTONDA.PER.ECC(lordo; 2)", "unknown-function", ("ceil(lordo, 2)",)),
        (
            "FRAZIONE.ANNO(giorno; giorno)",
            "unknown-function",
            ("years_between(giorno, giorno)", "(days_between(giorno, giorno) / 365)"),
        ),
        ('DATEDIF(giorno; giorno; "M")', "unknown-function", ("months_between(giorno, giorno)",)),
    ],
)  # fmt: skip
def test_a_function_of_spreadsheets_is_told_with_its_own_arguments(
    formula: str, code: str, written: tuple[str, ...], folder: Path
):
    """And with the author's own lists."""
    _obey_any(formula, code, written, folder)


def test_the_members_of_a_group_of_numbers_are_no_conditions(folder: Path):
    """How many there are never changes."""
    for formula in ("count(entrate)", "any(entrate)"):
        (problem,) = _errors(formula, folder)
        assert ("sempre `2`: scrivi il numero" in problem["hint"]) == (formula[0] == "c")


@pytest.mark.parametrize(
    "formula",
    [
        "CERCA.VERT(zona;altra;2;FALSO)", "CERCA.VERT(zona;coeff;2;FALSO)",
        "INDICE(coeff; CONFRONTA(zona; coeff; 0); CONFRONTA(a; b; 0))",
    ],
)  # fmt: skip
def test_how_a_table_is_read_is_said_in_general(formula: str, folder: Path):
    """Which keys it has nobody knows where the formula is read: one of two would be lost."""
    (problem,) = _errors(formula, folder)
    assert "`tables`" in problem["hint"]
    assert "coeff" not in problem["hint"]


# -- Letters that only look like others ------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "code", "written"),
    [
        ("l\u043erdo * 2", "code-form", "lordo"),
        ("sum(entr\u0430te)", "code-form", "entrate"),
        ("sum(figli.spes\u0430)", "code-form", "figli.spesa"),
        ('zona == "\u0410"', "impossible-comparison", '"A"'),
    ],
)
def test_a_letter_of_another_alphabet_is_told_with_the_one_that_it_looks_like(
    formula: str, code: str, written: str, folder: Path
):
    """The eye sees no difference, so that it is said to be another letter."""
    (problem,) = _errors(formula, folder)
    assert problem["code"] == code
    assert f"scrivi `{written}` con le lettere A-Z" in problem["hint"]


def test_a_key_with_such_a_letter_is_told_alike(folder: Path):
    """It names a rule that nobody could read."""
    (problem,) = check_slip(
        folder, "rules: {ret\u0442a: {formula: a}}\n".replace("\u0442", "\u0430")
    )
    assert "scrivi `retaa` con le lettere A-Z" in problem["hint"]


# -- Sentences in pieces ---------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["&", "+"])
def test_a_sentence_that_signs_join_is_told_with_its_codes_in_braces(sign: str, folder: Path):
    """As YAML it breaks, so that no formula is there to be judged."""
    head = "messages:\n  m:\n    when: a > 1\n    text:\n      it: "
    body = f'{head}"Totale " {sign} lordo {sign} " euro"\n'
    (problem,) = check_slip(folder, body)
    assert 'scrivi `"Totale {lordo} euro"`' in problem["hint"]
    assert check_slip(folder, f'{head}"Totale {{lordo}} euro"\n') == []


JOINED = [
    'it: "Totale " & lordo * 2 & " euro"',
    'it: "Totale " + lordo * 2',
    'it: "Totale " & SE(a;1;2) & " euro"',
    'it: "Totale " & TESTO(lordo;\'0\') & " euro"',
    'it: "Totale " & lordo, poi',
    'it: "Totale " & lordo & " eu{a}ro"',
    'it: "Totale " & lordo\n        & " euro"',
]


@pytest.mark.parametrize("sentence", JOINED)
def test_a_joined_sentence_of_more_than_codes_is_not_written_in_part(sentence: str, folder: Path):
    """What was written was valid, and said less."""
    head = "messages:\n  m:\n    when: a > 1\n    text:\n      "
    (problem,) = check_slip(folder, f"{head}{sentence}\n")
    assert problem["hint"].startswith("in una frase i testi non si uniscono")
    assert "{" not in problem["hint"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('{it: "T " & lordo & " euro", en: "x"}', '"T {lordo} euro"'),
        ('{en: "x", it: "T " & lordo}', '"T {lordo}"'),
        ('{it: "T " & lordo * 2, en: "x"}', ""),
        ('"T " & lordo # nota', '"T {lordo}"'),
    ],
)
def test_a_joined_sentence_in_braces_ends_with_its_value(text: str, written: str, folder: Path):
    (problem,) = check_slip(folder, f"messages:\n  m:\n    when: a > 1\n    text: {text}\n")
    assert ("scrivi" in problem["hint"]) == bool(written)
    assert written in problem["hint"]


@pytest.mark.parametrize("label", ['"T " & lordo', '{it: "T " & lordo, en: "T"}'])
def test_a_label_is_no_sentence_with_codes(label: str, folder: Path):
    (problem,) = check_slip(folder, f"rules:\n  x:\n    label: {label}\n    formula: a\n")
    assert "{lordo}" not in problem["hint"]


# -- A number in quotes that only an exception reads -----------------------------------------------


def test_a_number_in_quotes_is_to_blame_and_not_the_exception_that_reads_it(folder: Path):
    """Without its quotes the exception is of the type of the rule."""
    body = (
        'parameters: {ridotta: {value: "12.5"}}\n'
        "rules: {x: {formula: a, exceptions: [{when: vero, formula: ridotta}]}}\n"
    )
    (problem,) = check_slip(folder, body)
    assert problem["code"] == "value-not-number"
    assert "togli le virgolette: `12.5`" in problem["hint"]
    assert check_slip(folder, body.replace('"12.5"', "12.5")) == []


# -- Calls inside each other -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "inner", "behind"),
    [
        ("pow(", "a", ",10)"),
        ("POTENZA(", "a", ";2)"),
        ("SOMMA(", "figli.spesa", ";figli.eta>2)"),
        ("min(", "figli.spesa", ";figli.eta>2)"),
        ('VAL.NUMERO(TROVA("a";', "zona", "))"),
        ("VAL.NUMERO(", "a", ")"),
        ("SE(a>1;", "1", ";2)"),
        ("SE(", "a>1", ";1;2)"),
        ("MEDIA(", "a", ";2)"),
        ("SE.ERRORE(", "a", ";0)"),
    ],
)
def test_calls_inside_each_other_are_gone_through_once(
    before: str, inner: str, behind: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """What each level asks of the one within would double at each; so would what is written."""
    counts = []
    find = finding._find
    for depth in (6, 12):
        finding.mend_habits.cache_clear()
        seen: list[int] = []

        def count(formula: WrittenFormula, seen: list[int] = seen) -> Iterator[Finding]:
            seen.append(len(formula.tokens))
            return find(formula)

        monkeypatch.setattr(finding, "_find", count)
        problems = _errors(before * depth + inner + behind * depth, folder)
        assert problems
        assert all(len(each["hint"]) < 2 * LONGEST_FORMULA for each in problems)
        counts.append(sum(seen))
    # each level is once as long as what is within it
    assert counts[1] < 5 * counts[0]


def test_what_is_deeper_than_a_formula_may_be_is_not_written_anew(folder: Path):
    """Each of its levels would be written anew, and the whole refused."""
    (problem,) = _errors("SE(a>1;" * 40 + "1" + ";2)" * 40, folder)
    assert problem["code"] == "formula-too-deep"


def test_sums_inside_each_other_are_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """What gathers is of no row, so nothing within is written anew to know it."""
    asked: list[str] = []
    mend = finding.mend_habits
    monkeypatch.setattr(
        finding, "mend_habits", lambda text, of: asked.append(text) or mend(text, of)
    )
    assert _errors("SOMMA(" * 20 + "figli.spesa" + "; figli.eta > 2)" * 20, folder)
    assert len(asked) < 10
