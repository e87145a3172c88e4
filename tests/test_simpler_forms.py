"""What `check` says would be simpler is true: written as the hint says, it gives the same.

Which chains and slots are left alone is in `tests/lints/`.
"""

import json
import re
from pathlib import Path

import pytest

import ruletrail
from ruletrail.library import source_of_path
from ruletrail.lints import chains, gather

FORM = {
    "properties": {"fields": {"properties": {
        "x": {"type": "number", "minimum": -10, "maximum": 100000},
        "k": {"type": "string"}, "n": {"type": "number"}, "d": {"type": "string", "format": "date"},
        **{f"{stem}_{at}": {"type": "number"} for stem in ("a", "b") for at in range(1, 13)},
    }}}
}  # fmt: skip
HEAD = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
parameters: {low: {value: 10}, high: {value: 1000}, fee: {value: 7.5}}
"""
BANDS = [
    ("step", "1 if x <= low else fee if x <= 50.5 else 3 if x <= high else 4"),
    ("step", "4 if x > high else 3 if x >= 50.5 else fee if 10 < x else 1"),
    ("step", "1 if x < -2 else 2 if 0 > x else 3 if low > x else -4"),
    ("marginal", ("x * 0.2 + 2 if x <= 0 else 2 + x / 4 if x <= 100 else "
     "27 + (x - 100) * 0.35 if x < high else 342 + (x - high) * 0.5")),
    ("linear", ("100 if x <= 0 else 100 + x / 10 if x <= 100 else 110 + (x - 100) / 20 "
     "if x <= high else 155")),
]  # fmt: skip
ROWS = [
    ("x if x > 50 else ", ('1 if k == "a" else 2 if k in ["b", "c"] else 3 if "d" == k else 4 if '
     'k == "e" else 5')),
    ("", "1 if n == 1 else 2 if n == 2.50 else 3 if n == -3 else 4 if n in [4, 5] else 0"),
    ("", '"p" if n == 1 else "q" if n == 2 else "r" if n == 3 else "s" if n == 4 else "t"'),
    ("2 * ", "(1 if n == 1 else 2 if n == 2 else 3 if n == 5 else 4 if n == 10 else 0)"),
]  # fmt: skip


def _write(folder: Path, text: str) -> Path:
    path = folder / "r.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    (folder / "s.json").write_text(json.dumps(FORM), encoding="utf-8")
    return path


def _hints(path: Path, code: str) -> list[ruletrail.Problem]:
    found = gather(source_of_path(path)).problems
    assert not [each for each in found if each.severity == "error"]
    return [each for each in found if each.code == code]


def _compare(folder: Path, formula: str, call: str, written: str) -> None:
    """Hold a chain against the construct that a hint writes, in one rulebook."""
    quoted = json.dumps(formula), json.dumps(call)
    rules = f"rules: {{one: {{formula: {quoted[0]}}}, other: {{formula: {quoted[1]}}}}}\n"
    plan = ruletrail.load(_write(folder, written.replace(", …", "") + rules))
    numbers = ["-10", "-3", "-2", "0", "1", "2.5", "5", "10", "50.5", "60", "100", "1000", "1001"]
    texts, days = "abcdez", ["2024-02-29", "2024-03-01", "2025-01-01", "2027-01-01"]
    for at, number in enumerate(numbers):
        fields = {"x": number, "n": number, "k": texts[at % 6], "d": days[at % 4]}
        numeric = {
            key: json.loads(value) if key in "xn" else value for key, value in fields.items()
        }
        values = plan.evaluate({"rulebook": "prova/2024", "fields": numeric}).values
        assert values["one"] == values["other"], (formula, numeric)
    empty = plan.evaluate({"rulebook": "prova/2024", "fields": {}}).values
    assert ("one" in empty) == ("other" in empty)


@pytest.mark.parametrize(("kind", "formula"), BANDS)
def test_a_scale_gives_what_the_chain_gave(
    kind: str, formula: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """On both sides of each threshold, at it, and where nothing was supplied."""
    monkeypatch.setattr(chains, "_SHOWN", 99)
    path = _write(tmp_path, f"rules: {{one: {{formula: {json.dumps(formula)}}}}}\n")
    (found,) = _hints(path, "chain-as-scale")
    hint = re.search(r"`(scales: .*)` and here `(.*)`", found.hint("en"))
    assert hint is not None
    assert f"kind: {kind}," in hint[1]
    _compare(tmp_path, formula, hint[2], hint[1] + "\n")


@pytest.mark.parametrize(("before", "chain"), ROWS)
def test_a_table_gives_what_the_chain_gave(
    before: str, chain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """For each row, for none, and where the chain stands within another formula."""
    monkeypatch.setattr(chains, "_SHOWN", 99)
    path = _write(tmp_path, f"rules: {{one: {{formula: {json.dumps(before + chain)}}}}}\n")
    (found,) = _hints(path, "chain-as-table")
    hint = re.search(r"`(tables: .*)` and here `(.*)`", found.hint("en"))
    assert hint is not None
    _compare(tmp_path, before + chain, before + hint[2], hint[1] + "\n")


def _slots(count: int, more: str = "") -> str:
    rules = [f"  net_{at}: {{formula: a_{at} - b_{at}}}\n" for at in range(1, count + 1)]
    return "rules:\n" + "".join(rules) + more


EVEN = [
    "net_1 + net_2 + net_3",
    "max(net_3, net_1, net_2)",
    "count(a_1 > 0, a_2 > 0, a_3 > 0)",
    "a_1 * net_1 + a_2 * net_2 + a_3 * net_3",
]
ORDERED = [
    "a_1 * net_2 + a_2 * net_3 + a_3 * net_1",
    "net_1 - net_2 - net_3",
    "net_1",
    "a_1 + a_2",
]


@pytest.mark.parametrize("formula", [*EVEN, *ORDERED])
def test_slots_are_a_list_where_their_order_says_nothing(formula: str, tmp_path: Path):
    """Whoever reads one slot by its number, or all in an order that counts, keeps them apart."""
    path = _write(tmp_path, _slots(3, f'  more: {{formula: "{formula}"}}\n'))
    fields = {f"{stem}_{at}": {"type": "number"} for stem in ("a", "b") for at in (1, 2, 3)}
    schema = {"properties": {"fields": {"properties": fields}}}
    (tmp_path / "s.json").write_text(json.dumps(schema), encoding="utf-8")
    hints = [each.hint("en") for each in _hints(path, "slots-as-list")]
    assert len(hints) == (formula in EVEN)
    assert all("`LIST.net: {formula: LIST.a - LIST.b}`" in each for each in hints)


def test_a_chain_over_a_cell_is_a_scale_of_its_rows(tmp_path: Path):
    """The least value of a cell is known from the form, as that of a field is."""
    formula = BANDS[2][1].replace("x", "rows.x")
    path = _write(tmp_path, f'rules: {{rows.fee: {{formula: "{formula}"}}}}\n')
    cells = {"x": {"type": "number", "minimum": -10}}
    rows = {"type": "object", "additionalProperties": False, "properties": cells}
    form = {"rows": {"type": "array", "maxItems": 5, "items": rows}}
    schema = {"properties": {"fields": {"properties": form}}}
    (tmp_path / "s.json").write_text(json.dumps(schema), encoding="utf-8")
    (found,) = _hints(path, "chain-as-scale")
    hint = found.hint("en")
    assert "bands: [{from: -10, value: 1}, {from: -2, value: 2}, …]" in hint
    assert hint.endswith("and here `scale(rows.x)`")


def test_twelve_slots_are_months(tmp_path: Path):
    """Months have an order: the guide gives each a column of its own."""
    assert _hints(_write(tmp_path, _slots(12)), "slots-as-list") == []


def test_language_1_is_told_what_it_needs(tmp_path: Path):
    """The construct is not there before language 2; from there on nothing is said of it."""
    path = _write(tmp_path, f"rules: {{one: {{formula: {json.dumps(BANDS[0][1])}}}}}\n")
    assert "language" not in _hints(path, "chain-as-scale")[0].hint("it")
    path.write_text(path.read_text("utf-8").replace("language: 2", "language: 1"), encoding="utf-8")
    (found,) = _hints(path, "chain-as-scale")
    assert found.severity == "info"
    assert found.hint("it").endswith(", con `language: 2`")
