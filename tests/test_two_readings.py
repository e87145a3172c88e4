"""`1.500` is a thousand and more to some, one and a half to others: nobody is told only one."""

from pathlib import Path

import pytest

from support.command_line import call

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"isee": {"type": "number", "minimum": 0, "unit": "euro"}}, "additionalProperties": false}}}"""
BOOK = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
locale: it
parameters:
  premio: {value: 500, unit: euro}
scales:
  quota:
    kind: marginal
    bands:
      - {from: 0, rate: 5 %}
      - {above: 20000, rate: 7 %}
rules:
  dovuta: {formula: quota(isee) + premio}
"""
POINT = "scrivi `{}` se il punto separa le migliaia, `{}` se separa i decimali"
COMMA = "scrivi `{1}` se la virgola separa i decimali, `{0}` se separa le migliaia"

BATCH = ("batch", "rows.csv", "--rulebook", "r.yaml", "-o", "o.csv", "--trails", "t")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.json").write_text(SCHEMA, encoding="utf-8")
    Path("r.yaml").write_text(BOOK, encoding="utf-8")


def _check(old: str, new: str, language: str = "it") -> str:
    """Show the problems of a rulebook with another value, which `--fix` leaves alone."""
    written = BOOK.replace(old, new, 1)
    Path("r.yaml").write_text(written, encoding="utf-8")
    _, out, err = call("check", "r.yaml", "--fix", "--lang", language)
    assert Path("r.yaml").read_text(encoding="utf-8") == written
    return out + err


@pytest.mark.parametrize(
    ("old", "new", "hint", "meant"),
    [
        ("value: 500", 'value: "1.500"', POINT, ("1500", "1.5")),
        ("value: 500", "value: 1.350 euro", POINT, ("1350", "1.35")),
        ("value: 500", 'value: "1.350 euro"', POINT, ("1350", "1.35")),
        ("value: 500", "value: € 1.350", POINT, ("1350", "1.35")),
        ("value: 500", 'value: "1,500"', COMMA, ("1500", "1.5")),
        ("above: 20000", 'above: "20.000"', POINT, ("20000", "20")),
        ("above: 20000", "above: 20.000 euro", POINT, ("20000", "20")),
        ("above: 20000", 'above: "20,000"', COMMA, ("20000", "20")),
    ],
)
def test_a_value_of_a_rulebook(old: str, new: str, hint: str, meant: tuple[str, str]):
    """Both readings are shown, and no fix chooses one of them."""
    said = _check(old, new)
    assert said.count("[value-not-number]") == 1
    assert hint.format(*meant) in said


def test_in_english():
    """An English author may mean thousands by a comma."""
    said = _check("value: 500", 'value: "1.500"', "en")
    assert "write `1500` if the point separates thousands, `1.5` if it separates decimals" in said


def test_other_digits_have_one_reading():
    """With two digits behind the point nobody means thousands: the quotes are taken away."""
    changed = BOOK.replace("value: 500", 'value: "1.50"')
    Path("r.yaml").write_text(changed, encoding="utf-8")
    call("check", "r.yaml", "--fix")
    assert "value: 1.50," in Path("r.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", ['"15.000"', "15.000 euro"])
def test_a_field_of_a_report(value: str):
    """What an officer types is told alike."""
    report = f"rulebook: prova/2024\nfields: {{isee: {value}}}\n"
    Path("report.yaml").write_text(report, encoding="utf-8")
    status, out, err = call("evaluate", "report.yaml", "--rulebook", "r.yaml", "--lang", "it")
    assert status
    assert POINT.format("15000", "15.000") in out + err


@pytest.mark.parametrize("written", ["20 000", "20\u00a0000", "20'000", "20’000"])
def test_thousands_that_a_blank_or_an_apostrophe_parts_have_one_reading(written: str):
    """In a scale, too, whose thresholds may be codes."""
    said = _check("above: 20000", f"above: {written}")
    assert "[value-not-number]" in said
    assert "→ scrivi `20000`\n" in said + "\n"


@pytest.mark.parametrize("words", ["per cento", "percento", "per cent", "percent", "pct"])
def test_a_rate_with_its_sign_in_words(words: str):
    """The bare number would be a rate of seven hundred per cent."""
    said = _check("rate: 7 %", f"rate: 7 {words}")
    assert "→ scrivi `7 %`" in said
    assert "→ scrivi `7.5 %`" in _check("rate: 7 %", f'rate: "7,5 {words}"')


@pytest.mark.parametrize("word", ["it", "en"])
def test_the_language_of_the_texts_in_the_place_of_the_rulebooks(word: str):
    """What is proposed is what a new rulebook has."""
    said = _check("language: 2", f"language: {word}")
    assert "→ scrivi `2`; la lingua dei testi sta in `locale`" in said


def test_a_condition_of_an_option():
    """`prove --property` and `batch --only` read ten where ten thousand was meant."""
    Path("rows.csv").write_text("isee\n100\n", encoding="utf-8")
    for words in (
        ("prove", "r.yaml", "--property", "dovuta >= 0 or dovuta <= {}"),
        (*BATCH, "--only", "dovuta <= {}"),
    ):
        _, _, err = call(*(word.format("10.000") for word in words), "--lang", "it")
        assert "`10.000` vale `10`: il punto separa i decimali [thousands-point]" in err
        assert "se sono migliaia scrivi `10000`, altrimenti `10`" in err
        _, _, err = call(*(word.format("10.00") for word in words), "--lang", "it")
        assert "thousands-point" not in err
