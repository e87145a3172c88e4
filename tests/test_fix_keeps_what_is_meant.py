"""What `check --fix` never writes: a line without one of its brackets, or quotes nobody meant.

Where the slip may be another one, there is a hint, and the file stays as it was.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    read_text,
)
from ruletrail.lints.fixing import mend
from ruletrail.problems import Problem
from support.command_line import call
from support.places import ROOT

GARDEN = ROOT / "examples/garden/garden.yaml"
IMU = ROOT / "examples/property-tax/imu.yaml"
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
    ("begin", "kept", "stray"),
    [("  immobili.sconto:", "", "]}"), ("  immobili.anno:", "\n    {label: Anno,", "}")],
)
def test_brackets_whose_opening_line_may_be_lost_stay(
    begin: str, kept: str, stray: str, tmp_path: Path
):
    """Without them what stands below a head that was cut off is another entry, and valid."""
    head = next(each for each in IMU.read_text("utf-8").split("\n") if each.startswith(begin))
    new = begin + kept + (f"\n    formula: immobili.mesi / 12}}{stray}" if kept else "")
    slip, said, left = fixed(IMU, head, new, tmp_path)
    assert left == slip
    assert f"`{stray}` closes nothing: write again what opened there" in said


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


SMALL = """\
title: Retta del nido
sources:
  delibera: {title: Delibera di Giunta, kind: regulation}
parameters:
  soglia:
    label: ISEE fino a cui non si paga
    unit: euro
    values:
      - {from: 2025-01-01, value: 6000, source: delibera}
lists:
  componenti: {label: Componenti, row: "{componenti.nome}"}
rules:
  eta: {label: Età, formula: "years_between(nascita, giorno)", source: delibera}
  retta:
    round: {decimals: 2, mode: half_up}
checks:
  nato:
    expect: frequenza == "ridotta"
    message: {it: "La domanda è {ammissione}: la retta è di {retta} euro."}
"""


def write_slips(line: str, below: str) -> Iterator[str]:
    """Write two lines as one, and a line without a quote, with a brace too many or few."""
    yield f"{line} {below.strip()}\n"
    yield f"{line.replace('{', '', 1)}\n{below}\n"
    for sign in ('"', "'"):
        if sign in line:
            yield f"{line.replace(sign, '', 1)}\n{below}\n"
        for other in ("“", "''", "’", '""'):
            yield f"{line.replace(sign, other, 1)}\n{below}\n"
    if "{" in line:
        yield f"{line.replace('{', '(', 1)}\n{below}\n"
        yield f"{line.replace('{', '{{', 1)}\n{below}\n"


def test_one_sign_is_mended_to_what_stood_there_or_not_at_all():
    """No line reads as another one once what its slip broke is mended."""
    meant, other = read_plain(SMALL), list[str]()
    written = SMALL.split("\n")
    for at, (line, below) in enumerate(pairwise(written)):
        for slip in write_slips(line, below) if line.strip() and below.strip() else ():
            text = "\n".join([*written[:at], slip.rstrip("\n"), *written[at + 2 :]])
            left = mend(text, "a.yaml", lambda each: read(each)[1])
            if left.fixed and read_plain(left.text) not in (None, meant):
                other.append(slip)
    assert other == []


def read(text: str) -> tuple[Node | None, Sequence[Problem]]:
    return read_text(text, "a.yaml", RULEBOOK_LIMITS)


def read_plain(text: str) -> object:
    """Read a text as plain data; None where it cannot be read."""
    node, problems = read(text)
    return None if node is None or problems else to_plain(node)


def to_plain(node: Node) -> object:
    match node:
        case MappingNode():
            return {key: to_plain(value) for key, value in node.values.items()}
        case SequenceNode():
            return [to_plain(each) for each in node.items]
        case ScalarNode():
            return node.text


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        (
            "    label: Children for each adult\n    when",
            "    label: Children for each adult when",
            'if it is one, write `"Children for each adult when: children > 0"`; two keys stand',
        ),
        ("sources:\n  statute: {", "sources: statute: {", "put `statute:` on the next one"),
        ("parameters:\n  square", "parameters: square", "put `square_metre:` on the next one"),
        ("  statute: {title", "  statute: {{title", "one is enough: `{title:`"),
    ],
)  # fmt: skip
def test_two_lines_in_one_are_told_and_stay(old: str, new: str, hint: str, tmp_path: Path):
    slip, said, left = fixed(GARDEN, old, new, tmp_path)
    assert left == slip
    assert hint in said


@pytest.mark.parametrize(
    ("new", "mended"),
    [
        ('{en: The {plot} is so: say why."}', '{en: "The {plot} is so: say why."}'),
        ("{en: The {plot} is so: say why.'}", "{en: 'The {plot} is so: say why.'}"),
        ('{en: The {plot} is so: of 24"}', "{en: 'The {plot} is so: of 24\"'}"),
        ("{en: The {plot} is so: o'}", '{en: "The {plot} is so: o\'"}'),
    ],
)
def test_an_opening_quote_that_was_lost_is_written(new: str, mended: str, tmp_path: Path):
    old = '{en: "Say why a large plot is needed."}'
    _, _, left = fixed(GARDEN, old, new, tmp_path)
    assert mended in left


OPENED = [
    'message: {en: "Say why a large plot is needed."}',
    'statute: {title: "Statute of the (imaginary) garden association, 2025", kind: standard}',
]


@pytest.mark.parametrize("right", OPENED)
@pytest.mark.parametrize("instead", ["", "("])
def test_an_opening_brace_that_was_lost_is_written(right: str, instead: str, tmp_path: Path):
    slip = right.replace("{", instead, 1)
    _, said, left = fixed(GARDEN, right, slip, tmp_path)
    assert left == GARDEN.read_text(encoding="utf-8"), said


SENTENCES = [
    ("{0}\n      en: {1}", "Limit: {plot}"),
    ("{0}\n      en: {1}", "The limit is: {plot} here"),
    ("{0}\n      en: {1}", "Choices: [A, B]"),
    ("{0} {1}", "Limit: {plot}"),
]


@pytest.mark.parametrize(("shape", "sentence"), SENTENCES)
def test_a_colon_before_a_placeholder_is_one_of_the_sentence(
    shape: str, sentence: str, tmp_path: Path
):
    """It was told to be a key."""
    old = 'message: {en: "Say why a large plot is needed."}'
    _, said, left = fixed(GARDEN, old, shape.format("message:", sentence), tmp_path)
    assert f'"{sentence}"' in left
    assert "two keys" not in said


def test_a_key_behind_words_is_not_told_with_them(tmp_path: Path):
    old = 'message: {en: "Say why a large plot is needed."}'
    slip, said, left = fixed(GARDEN, old, "message: So en: {it: no}", tmp_path)
    assert left == slip
    assert "put `So en:`" not in said


LABEL = "label: Children for each adult"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("label: See: clause 3}", 'label: "See: clause 3}"'),
        ('label: «See: x» and y"', "label: '«See: x» and y\"'"),
        ('label: d: 7/8"', "label: 'd: 7/8\"'"),
        ("label: height: 5'10\"", "label: 'height: 5''10\"'"),
        ("label: See: x '", "label: \"See: x '\""),
        ('label: See: “x"', "label: 'See: “x\"'"),
        ('label: “See: x"', 'label: "See: x"'),
        ('label: See: x"', 'label: "See: x"'),
    ],
)  # fmt: skip
def test_what_a_text_ends_in_stays_where_it_may_be_of_it(written: str, meant: str, tmp_path: Path):
    """No brace is written before words, and of quotes only those that lost their pair go."""
    slip, _, left = fixed(GARDEN, LABEL, written, tmp_path)
    assert left == slip.replace(written, meant)


def test_an_apostrophe_before_a_lost_quote_is_left(tmp_path: Path):
    slip, _, left = fixed(GARDEN, LABEL, 'label: ’90: x"', tmp_path)
    assert left == slip


@pytest.mark.parametrize("value", ["Note: see}", "(value: 3)}"])
def test_a_brace_before_what_is_no_map_is_not_written(value: str, tmp_path: Path):
    old = next(line for line in GARDEN.read_text().split("\n") if "square_metre: {" in line)
    slip, said, left = fixed(GARDEN, old, f"  square_metre: {value}", tmp_path)
    assert left == slip
    assert "brace is missing" not in said


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("formula: max(small_plot, 2)}", "`{formula: …}`"),
        ("text: it: Ciao, mondo}", "`{text: …}`"),
        ("label: In {edition}}", "`{label: …}`"),
    ],
)
def test_a_brace_before_what_would_be_parted_again_is_only_told(
    value: str, shown: str, tmp_path: Path
):
    """A comma in a call or a text parts the entries of a map; a brace in one ends it."""
    old = next(line for line in GARDEN.read_text().split("\n") if "square_metre: {" in line)
    slip, said, left = fixed(GARDEN, old, f"  square_metre: {value}", tmp_path)
    assert left == slip
    assert shown in said


@pytest.mark.parametrize("value", ["10.6 %", "10.6%", "% 10.6"])
def test_a_percentage_of_which_the_hint_gives_a_choice_stays(value: str, tmp_path: Path):
    """Formulas that multiply by it alone need `0.106`, whatever the unit says."""
    new = f'value: {value}, unit: "%"'
    slip, said, left = fixed(GARDEN, "value: 1.85, unit: EUR", new, tmp_path)
    assert left == slip
    assert "if the formulas divide by 100" in said


def test_a_currency_before_a_number_is_still_mended(tmp_path: Path):
    """Where the unit says the same, one way alone is right."""
    old, new = "value: 1.85, unit: EUR", "value: 1.85 €, unit: €"
    _, _, left = fixed(GARDEN, old, new, tmp_path)
    assert "value: 1.85, unit: €" in left
