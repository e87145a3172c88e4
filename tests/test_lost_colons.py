"""A colon forgotten after a key: one problem at that line, with the pair as it belongs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, read_document
from ruletrail.documents.yaml_lost_colons import KNOWN_KEYS

SCHEMAS = Path(__file__).parent.parent / "schemas"
BOOK = """language: 2
rulebook: prova
edition: "2024"
parameters:
  premio: {label: Premio, value: 500}
scales:
  provvigione:
    kind: marginal
    bands:
      - {from: 0, rate: 5 %}
      - {above: 20000, rate: 7 %}
tables:
  coefficiente:
    by: [zona]
    rows:
      - {zona: nord, value: 1.00}
      - {zona: sud, value: 1.25}
rules:
  dovuta:
    label: Provvigione dovuta
    formula: base
    round: {decimals: 2, mode: half_up}
decisions:
  esito:
    cases:
      - outcome: raggiunto
        when: fatturato >= minimo
        message: {it: "Il minimo è {minimo}."}
"""
REPORT = """rulebook: prova/2024
fields:
  data_contratto: 2025-03-01
  zona: sud
"""


def _told(text: str) -> tuple[int, str]:
    """Return the line and the hint of the only problem."""
    node, (problem,) = read_document(text.encode(), "r.yaml", RULEBOOK_LIMITS)
    assert node is None or problem.code == "null-value"
    assert problem.advice == "yaml-no-colon"
    assert problem.hint("en").startswith("the colon after the key is missing: ")
    return problem.mark.line, problem.hint("it").removeprefix(
        "dopo la chiave mancano i due punti: "
    )


@pytest.mark.parametrize(
    "pair",
    [
        "label: Provvigione dovuta",
        "kind: marginal",
        "language: 2",
        'edition: "2024"',
        "rulebook: prova",
        "outcome: raggiunto",
        "when: fatturato >= minimo",
        "premio: {label: Premio, value: 500}",
        "round: {decimals: 2, mode: half_up}",
        'message: {it: "Il minimo è {minimo}."}',
        "by: [zona]",
        "from: 0",
        "rate: 5 %",
        "zona: nord",
        "value: 1.00",
        "value: 1.25",
        "value: 500",
        "label: Premio",
        "decimals: 2",
        "mode: half_up",
    ],
)
def test_of_a_rulebook(pair: str):
    """Wherever the key stands: first of an entry or not, after a dash, before or in braces."""
    key, value = pair.split(": ", 1)
    line = BOOK[: BOOK.index(pair)].count("\n") + 1
    assert _told(BOOK.replace(pair, f"{key} {value}", 1)) == (line, f"`{pair}`")


def test_of_a_report():
    """Codes of fields are no keys of ours: they are known by where they stand."""
    pair = "data_contratto: 2025-03-01"
    assert _told(REPORT.replace(pair, pair.replace(":", ""))) == (3, f"`{pair}`")


def test_words_of_a_report_may_be_a_note():
    """Of two words nobody can tell whether the first is a code of the form."""
    text = REPORT.replace("zona: sud", "zona sud")
    _, (problem,) = read_document(text.encode(), "r.yaml", RULEBOOK_LIMITS)
    assert (problem.advice, problem.mark.line) == ("yaml-note-or-key", 4)
    assert problem.hint("it") == (
        "se questa riga è una nota, metti `#` davanti, `# zona sud`; se è una voce, dopo la chiave"
        " mancano i due punti: `zona: sud`"
    )


@pytest.mark.parametrize("pair", ["rate: 5 %", "from: 0", "zona: nord"])
def test_a_sign_of_equality_in_braces(pair: str):
    """It stands in the place of the colon, and is no part of the value."""
    line = BOOK[: BOOK.index(pair)].count("\n") + 1
    text = BOOK.replace(pair, pair.replace(":", " ="), 1)
    _, (problem,) = read_document(text.encode(), "r.yaml", RULEBOOK_LIMITS)
    assert (problem.code, problem.advice, problem.mark.line) == ("null-value", "yaml-equals", line)
    assert problem.hint("it") == f"al posto di `=` vanno i due punti: `{pair}`"


@pytest.mark.parametrize("pair", ["value = 1,5", "label = 'Premio, o altro'"])
def test_what_was_cut_at_its_comma_is_no_value(pair: str):
    """Half a number or half a text in quotes is told to be written by nobody."""
    text = BOOK.replace("{label: Premio, value: 500}", f"{{{pair}, unit: euro}}")
    _, problems = read_document(text.encode(), "r.yaml", RULEBOOK_LIMITS)
    assert "comma-in-braces" in {each.code for each in problems}
    assert not {each.advice for each in problems} & {"yaml-equals", "yaml-no-colon"}


def test_a_rule_may_be_called_as_a_part_of_reports_is():
    """In its braces words may have been cut before a name and that sign."""
    text = BOOK.replace("  dovuta:\n", "  subject: {label: Alto se, value = 3}\n  dovuta:\n")
    _, problems = read_document(text.encode(), "r.yaml", RULEBOOK_LIMITS)
    assert problems
    assert not any(each.fixes for each in problems)


def test_a_list_below_a_key_without_its_colon():
    """Its items may be in braces."""
    _, (problem,) = read_document(
        BOOK.replace("bands:", "bands").encode(), "r.yaml", RULEBOOK_LIMITS
    )
    assert (problem.advice, problem.mark.line) == ("yaml-key-colon", 9)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("a:\n  note: some text\n    value of things\n  b: c: d\n", "yaml-colon"),
        ("a:\n  note: |\n    some text\n    value of things\n  b: c: d\n", "yaml-colon"),
        ("a:\n  note: some text\n  value of things\n  b: c\n", "yaml-goes-on-or-key"),
        ("x: {label: Casa, persone sole, value: 1}\n", "write-instead"),
        ("x: {label: Distance, by road, value: 1}\n", "write-instead"),
    ],
)
def test_words_that_only_begin_like_a_key(text: str, advice: str):
    """A text that goes on below is one, though its line begins with the word of a key."""
    _, (problem,) = read_document(text.encode(), "r.yaml", RULEBOOK_LIMITS)
    assert problem.advice == advice


def test_a_text_in_braces_before_a_key_of_the_rows_beside():
    """What stands as a key in the row above is one."""
    rows = "x:\n  - {label: A, when: b}\n  - {label: In prova, when prova, formula: c}\n"
    assert _told(rows) == (3, "`when: prova`")


def _keys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "properties":
                yield from value
            yield from _keys(value)
    elif isinstance(node, list):
        for each in node:
            yield from _keys(each)


def test_the_known_keys_are_those_of_the_schemas():
    """Of rulebooks, their examples and layouts, and of reports; `true` and `false` are values."""
    names = ("rulebook", "test", "layout")
    texts = [(SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8") for name in names]
    keys = {key for text in texts for key in _keys(json.loads(text))}
    assert keys - {"true", "false"} == KNOWN_KEYS
