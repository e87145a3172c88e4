"""What `check --fix` never writes: a line without one of its brackets, or quotes nobody meant.

Where the slip may be another one, there is a hint, and the file stays as it was.
"""

import re
from pathlib import Path

import pytest

from support.command_line import call
from support.places import ROOT

GARDEN = ROOT / "examples/garden/garden.yaml"
WATER = ROOT / "examples/water-bonus/bonus.yaml"


def fixed(source: Path, old: str, new: str, folder: Path) -> tuple[str, str, str]:
    """Return a rulebook with a slip, what is said of it, and what `--fix` makes of it."""
    for each in source.parent.glob("*.json"):
        (folder / each.name).write_bytes(each.read_bytes())
    text = source.read_text(encoding="utf-8")
    assert old in text
    slip = text.replace(old, new, 1)
    file = folder / source.name
    file.write_text(slip, encoding="utf-8")
    _, out, err = call("check", str(file), "--fix", "--lang", "en")
    return slip, out + err, file.read_text(encoding="utf-8")


SIGNS = ["=", " = ", ";", "；", "：", "->", " ->", "=>", "→", "-", "–", "|", " |", "!", "?", " is"]
SIGNS += [",", "·", "/", "~", "*", "<", "&", "@", "%", "#", "`", ""]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("inner", ["a large", "a {plot}", "a }", "a {"])
def test_a_bracket_whose_pair_stands_on_the_line_stays(sign: str, inner: str, tmp_path: Path):
    old = 'message: {en: "Say why a large plot is needed."}'
    new = f'message{sign} {{en: "Say why {inner} plot is needed."}}'
    slip, said, left = fixed(GARDEN, old, new, tmp_path)
    assert left == slip
    named = "a backtick" if sign == "`" else f"`{sign.strip()}`"
    about = f"in the place of {named} belongs a colon" if sign else "the colon after the key"
    assert about in said
    assert f'`message: {{en: "Say why {inner} plot is needed."}}`' in said


def test_a_bracket_is_no_sign_in_the_place_of_the_colon(tmp_path: Path):
    line = next(each for each in WATER.read_text().split("\n") if "litri_a_testa: {" in each)
    slip, said, left = fixed(WATER, line, line.replace(": ", " "), tmp_path)
    assert left == slip
    assert "the colon after the key is missing: `litri_a_testa: {label" in said


@pytest.mark.parametrize(
    ("new", "mended"),
    [
        ('message: {en: "Say why a {plot} is needed."}}', "}"),
        ('message: {en: "Say why a {plot is needed."}]', "]"),
        ("message: {en: [it, 'a {'], it: b}}", "}"),
    ],
)
def test_a_bracket_that_closes_nothing_is_taken_away(new: str, mended: str, tmp_path: Path):
    """Those in quotes are the text's own."""
    slip, _, left = fixed(GARDEN, 'message: {en: "Say why a large plot is needed."}', new, tmp_path)
    assert left == slip.replace(new, new.removesuffix(mended))


@pytest.mark.parametrize(
    "written",
    [
        '"Yearly", "fee"',
        '"a" "b"',
        '""People who use"',
        "''People who use''",
        '""2024"',
        '"Yearly fee",',
        '"Yearly", fee',
        '"Yearly" who "use"',
        "'Yearly', 'fee'",
        '"Yearly fee"},',
    ],
)
def test_quotes_that_nobody_meant_are_not_written(written: str, tmp_path: Path):
    slip, said, left = fixed(GARDEN, "label: Yearly fee\n", f"label: {written}\n", tmp_path)
    assert left == slip
    assert "the quotes end before this" in said


def test_an_apostrophe_at_the_beginning_may_be_quotes_that_are_not_closed(tmp_path: Path):
    slip, said, left = fixed(GARDEN, "label: Yearly fee\n", "label: 'The year's fee\n", tmp_path)
    assert left == slip
    assert "write `\"'The year's fee\"`" in said


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"The "yearly" fee"', "'The \"yearly\" fee'"),
        ('"Yearly" fee', "'\"Yearly\" fee'"),
        ("'The year's fee'", '"The year\'s fee"'),
        ('""Yearly" fee"', "'\"Yearly\" fee'"),
    ],
)
def test_quotes_around_words_of_a_text_are(written: str, meant: str, tmp_path: Path):
    slip, _, left = fixed(GARDEN, "label: Yearly fee\n", f"label: {written}\n", tmp_path)
    assert left == slip.replace(written, meant)


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("    unit: EUR\n", "    unit:、 euro\n", "a colon needs a space after it"),
        ("value: 25, source", "value:、25, source", "a colon needs a space after it"),
        ("groups:\n", "groupsː\n", "the colon is missing: `groups:`"),
    ],
)
def test_a_sign_that_looks_like_another_is_not_kept(old: str, new: str, hint: str, tmp_path: Path):
    slip, said, left = fixed(GARDEN, old, new, tmp_path)
    assert left == slip
    assert hint in said


REQUIRED = ["language", "rulebook", "edition", "version", "status", "title", "report"]


@pytest.mark.parametrize("key", REQUIRED)
@pytest.mark.parametrize("around", ["“{}”", "’{}", "{}ː", "а{}", "«{}»"])
@pytest.mark.parametrize("value", [None, " [1, 2]"])
def test_a_needed_key_with_foreign_letters_is_told(
    key: str, around: str, value: str | None, tmp_path: Path
):
    line = re.search(rf"^{key}:(.*)$", GARDEN.read_text(), re.MULTILINE)
    assert line is not None
    new = f"{around.format(key)}:{line[1] if value is None else value}"
    slip, said, left = fixed(GARDEN, line[0], new, tmp_path)
    assert left == slip
    assert "[foreign-letter]" in said
    assert f"did you mean `{key}`?" in said


def test_a_needed_key_that_is_guessed_and_holds_what_it_may_not(tmp_path: Path):
    slip, said, left = fixed(GARDEN, "report: garden.schema.json", "repart: [1, 2]", tmp_path)
    assert left == slip
    assert "did you mean `report`?" in said
