"""What documents cost as they grow: four times the document is about four times the time.

Every kind of list, map and name that somebody may write, sound and broken, at a size and at four
times that size, through the command that reads it. What compares all pairs would take sixteen
times as long. Most kinds show already at a quarter of the sizes that they do not.
"""

import json
import time
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from support.command_line import call
from support.rulebooks import HEAD_TEXT

GROWN = 4
MOST = 9.0
"""Times as long that four times as much may take; n log n is below 5, the square is 16."""

LIMITED, PLAINLY = 2.0, 5.0
"""Between these a quarter of the sizes leaves no doubt."""

MOST_LENGTH = 6.0
"""Times as much that may be written of four times as much: numbers grow by a digit."""

TRIES = 4
"""The machine may be busy: the least of several times counts."""

Files = dict[str, str]
Make = Callable[[int], Files]
FIELDS = {"A": {"type": "number"}, "T": {"type": "string"}, "P": {"type": "boolean"}}


@dataclass(frozen=True)
class Kind:
    """A kind of document: how it is made, its size, and what the command must say of it."""

    make: Make
    size: int
    said: str
    command: str = "check"


KINDS: dict[str, Kind] = {}


def kind(size: int, said: str, command: str = "check") -> Callable[[Make], Make]:
    """Take a maker into the table under its own name."""

    def take(make: Make) -> Make:
        KINDS[make.__name__] = Kind(make, size, said, command)
        return make

    return take


def letters(number: int) -> str:
    """Write a number in letters: names without digits are compared with one another."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def rulebook(body: str, **schema: object) -> Files:
    fields = {"type": "object", "properties": FIELDS}
    content = {"properties": {"fields": fields}, **schema}
    return {"r.yaml": HEAD_TEXT + body, "schema.json": json.dumps(content)}


def rules(lines: Iterable[str]) -> Files:
    return rulebook("rules:\n" + "".join(f"  {line}\n" for line in lines))


def of_fields(
    fields: object, body: str = "rules:\n  X: {formula: 1 + 1}\n", **parts: object
) -> Files:
    return rulebook(body, properties={"fields": fields}, **{"$defs": parts})


def reported(files: Files, fields: object, **more: object) -> Files:
    report = {"rulebook": "prova/2024", "fields": fields, **more}
    return {**files, "report.json": json.dumps(report)}


# -- Rulebooks


@kind(800, "entry-without-evidence")
def rules_in_a_chain(size: int) -> Files:
    return rules(
        f"X{i}: {{formula: X{i - 1} + 1}}" if i else "X0: {formula: A}" for i in range(size)
    )


@kind(400, "entry-without-evidence")
def texts_joined_in_a_chain(size: int) -> Files:
    rest = (f"'a{i}' if A > {i} else X{i + 1}" for i in range(size - 1))
    return rules(f'X{i}: {{formula: "{text}"}}' for i, text in enumerate([*rest, "'z'"]))


@kind(1_000, "cycle")
def rules_in_a_ring(size: int) -> Files:
    return rules(f"X{i}: {{formula: X{(i - 1) % size} + 1}}" for i in range(size))


@kind(600, "unknown-code")
def rules_of_unknown_codes(size: int) -> Files:
    return rules(f"X_{letters(i)}: {{formula: Y_{letters(i)} + 1}}" for i in range(size))


@kind(600, "unknown-code")
def rules_of_unknown_numbers(size: int) -> Files:
    return rules(f"Xab{i}: {{formula: Xba{i} + 1}}" for i in range(size))


@kind(1_000, "unknown-key")
def rules_with_unknown_keys(size: int) -> Files:
    return rules(f"X{i}: {{formula: A, unitt: x}}" for i in range(size))


@kind(1_500, "unknown-key")
def unknown_keys(size: int) -> Files:
    return rulebook("".join(f"key_{letters(i)}: 1\n" for i in range(size)))


@kind(3_000, "repeated-key")
def repeated_keys(size: int) -> Files:
    return rules("X: {formula: A}" for _ in range(size))


@kind(500, "comma-in-braces")
def keys_in_braces_without_values(size: int) -> Files:
    return rulebook("rules: {" + ", ".join(f"k{i}" for i in range(size)) + "}\n")


@kind(10_000, "table-file-cells")
def cells_on_one_line_of_a_table(size: int) -> Files:
    found = rulebook("tables:\n  t: {by: [k], file: t.csv}\nrules:\n  X: {formula: t(A)}\n")
    book = found["r.yaml"].replace("language: 1", "language: 2")
    return {**found, "r.yaml": book, "t.csv": "k,value\n" + "1," * size + "\n"}


@kind(1_500, "formula-syntax")
def formulas_that_break(size: int) -> Files:
    return rules(f"X{i}: {{formula: 'A +* {i}'}}" for i in range(size))


@kind(1_000, "type-mismatch")
def formulas_of_wrong_types(size: int) -> Files:
    return rules(f"X{i}: {{formula: A + T}}" for i in range(size))


@kind(800, "unknown-source")
def unknown_sources(size: int) -> Files:
    sources = "".join(f"  s_{letters(i)}: {{title: x, kind: law}}\n" for i in range(size))
    body = "".join(f"  X{i}: {{formula: A, source: q_{letters(i)}}}\n" for i in range(size))
    return rulebook(f"sources:\n{sources}rules:\n{body}")


@kind(1_500, "wrong-type")
def group_of_maps(size: int) -> Files:
    return rulebook("groups:\n  g: [" + ", ".join(f"{{a: {i}}}" for i in range(size)) + "]\n")


@kind(1_500, "unknown-code")
def group_of_unknown_codes(size: int) -> Files:
    return rulebook("groups:\n  g: [" + ", ".join(f"Y_{letters(i)}" for i in range(size)) + "]\n")


@kind(600, "entry-without-evidence")
def group_of_codes(size: int) -> Files:
    members = "".join(f"  X{i}: {{formula: A}}\n" for i in range(size))
    group = ", ".join(f"X{i}" for i in range(size))
    return rulebook(f"groups:\n  g: [{group}]\nrules:\n{members}  S: {{formula: sum(g)}}\n")


@kind(10_000, "unknown-code")
def one_quoted_line(size: int) -> Files:
    listed = ", ".join(f'"X{i}"' for i in range(size))
    return rulebook(f"groups: {{g: [{listed}]}}\n")


@kind(6_000, "repeated-item")
def codes_behind_a_long_indentation(size: int) -> Files:
    # what stands before a value may be a tab: the blanks of its line are looked at once
    return rulebook("groups:\n" + " " * (8 * size) + "{g: [" + ", ".join(["X"] * size) + "]}\n")


@kind(4_000, "anchor-or-alias")
def anchors_on_one_line(size: int) -> Files:
    return rulebook("groups: {g: [" + ", ".join(f"&a{i} X{i}, *a{i}" for i in range(size)) + "]}\n")


@kind(800, "unknown-code")
def one_line_of_unknown_codes(size: int) -> Files:
    entries = ", ".join(f'"X{i}": {{"formula": "AA + {i}"}}' for i in range(size))
    return rulebook(f"rules: {{{entries}}}\n")


@kind(100, "entry-without-evidence")
def cases(size: int) -> Files:
    lines = (f"      - {{outcome: o{i}, when: A >= {i} and A < {i + 1}}}\n" for i in range(size))
    return rulebook("decisions:\n  D:\n    cases:\n" + "".join(lines))


@kind(200, "entry-without-evidence")
def decisions(size: int) -> Files:
    lines = (
        f"  D{i}:\n    cases:\n      - {{outcome: a, when: A > {i}}}\n"
        f"      - {{outcome: b, when: A <= {i}}}\n"
        for i in range(size)
    )
    return rulebook("decisions:\n" + "".join(lines))


@kind(500, "entry-without-evidence")
def parts_of_one_section(size: int) -> Files:
    lines = (f"  S{i}: {{title: t, due: A > {i}, part_of: S}}\n" for i in range(size))
    return rulebook("sections:\n  S: {title: t, due: A > 0}\n" + "".join(lines))


@kind(1_000, "unknown-field")
def fields_of_a_section(size: int) -> Files:
    listed = ", ".join(f"F_{letters(i)}" for i in range(size))
    fields = {f"G_{letters(i)}": {"type": "number"} for i in range(size)}
    body = f"sections:\n  S: {{title: t, due: true, fields: [{listed}]}}\n"
    return of_fields({"properties": fields}, body)


@kind(600, "unknown-placeholder")
def messages_of_unknown_names(size: int) -> Files:
    lines = (f"  m{i}: {{when: A > {i}, text: {{it: 'x {{Q}}'}}}}\n" for i in range(size))
    return rulebook("messages:\n" + "".join(lines))


@kind(200, "unknown-placeholder")
def unknown_names_of_one_folded_message(size: int) -> Files:
    # each stands on the page where all before it do not
    names = " ".join(f"{{q{i}}}" for i in range(size))
    return rulebook(f"messages:\n  m:\n    when: 'true'\n    text: {{it: \"a\n      {names}\"}}\n")


@kind(800, "remove-without-extends")
def removed_codes(size: int) -> Files:
    return rulebook("remove: [" + ", ".join(f"x{i}" for i in range(size)) + "]\n")


@kind(400, "example-unknown-code")
def examples(size: int) -> Files:
    listed = "".join(
        f"  - name: e{i}\n    report: {{fields: {{A: {i}}}}}\n    expect: {{values: {{Y: {i}}}}}\n"
        for i in range(size)
    )
    found = rules(f"X{i}: {{formula: A}}" for i in range(size // 4))
    return {**found, "r.test.yaml": f"test: 1\nrulebook: prova/2024\nexamples:\n{listed}"}


# -- Schemas


@kind(600, "entry-without-evidence")
def references(size: int) -> Files:
    fields = {f"F{i}": {"$ref": f"#/$defs/d{i}"} for i in range(size)}
    parts = {f"d{i}": {"type": "number"} for i in range(size)}
    found = of_fields({"properties": fields})
    return {
        **found,
        "schema.json": json.dumps({**json.loads(found["schema.json"]), "$defs": parts}),
    }


@kind(500, "schema-too-costly")
def references_in_a_chain(size: int) -> Files:
    parts: dict[str, object] = {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(size)}
    parts[f"d{size}"] = True
    found = of_fields({"properties": {"A": {"$ref": "#/$defs/d0"}}})
    return {
        **found,
        "schema.json": json.dumps({**json.loads(found["schema.json"]), "$defs": parts}),
    }


@kind(15, "schema-too-costly")
def references_that_double(size: int) -> Files:
    parts = {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(size)}
    found = of_fields({"properties": {"A": {"$ref": "#/$defs/d0"}}})
    schema = {
        **json.loads(found["schema.json"]),
        "$defs": {**parts, f"d{size}": {"type": "number"}},
    }
    return {**found, "schema.json": json.dumps(schema)}


@kind(600, "schema-too-costly")
def alternatives(size: int) -> Files:
    return of_fields({"properties": FIELDS, "allOf": [{"required": ["A"]}] * size})


@kind(1_000, "schema-invalid")
def keywords_that_are_none(size: int) -> Files:
    return of_fields({"properties": {f"F{i}": {"type": "numero"} for i in range(size)}})


@kind(3_000, "entry-without-evidence")
def choices(size: int) -> Files:
    listed = {"enum": [f"v{i}" for i in range(size)]}
    return of_fields({"properties": {**FIELDS, "E": listed}})


@kind(250, "schema-too-many-choices")
def numbers_listed_for_every_field(size: int) -> Files:
    listed = {"type": "number", "enum": list(range(10 * size))}
    return of_fields(
        {"properties": {f"F{i}": {"$ref": "#/$defs/c"} for i in range(size)}}, c=listed
    )


# -- Reports


@kind(400, "missing-key", "evaluate")
def keys_of_the_subject_that_share_a_list(size: int) -> Files:
    listed = {"enum": [*range(10 * size), "x"]}
    subject = {"properties": {f"k{i}": {"$ref": "#/$defs/c"} for i in range(size)}}
    fields = {"properties": FIELDS, "required": ["B"]}
    found = rulebook(
        "rules:\n  X: {formula: A}\n",
        properties={"subject": subject, "fields": fields},
        **{"$defs": {"c": listed}},
    )
    return reported(found, {"A": 1}, subject={f"k{i}": "x" for i in range(size)})


@kind(7_000, "json-syntax", "evaluate")
def brackets_on_one_line(size: int) -> Files:
    found = rulebook("rules:\n  X: {formula: A}\n")
    return {**found, "report.json": "[1," + "[],{}," * size}


@kind(600, "wrong-type", "evaluate")
def fields_that_break_every_alternative(size: int) -> Files:
    broken = [{"additionalProperties": {"maximum": i}} for i in range(20)]
    declared = {f"F{i}": {"type": "number"} for i in range(size)}
    schema = of_fields({"properties": declared, "anyOf": broken})
    return reported(schema, {f"F{i}": 999 for i in range(size)})


@kind(500, "", "evaluate")
def fields(size: int) -> Files:
    declared = {f"F{i}": {"type": "number"} for i in range(size)}
    return reported(of_fields({"properties": declared}), {f"F{i}": i for i in range(size)})


@kind(500, "unknown-key", "evaluate")
def unknown_fields(size: int) -> Files:
    declared = {f"F_{letters(i)}": {"type": "number"} for i in range(size)}
    schema = of_fields({"properties": declared, "additionalProperties": False})
    return reported(schema, {f"G_{letters(i)}": i for i in range(size)})


@kind(500, "missing-key", "evaluate")
def unknown_fields_where_others_are_required(size: int) -> Files:
    # of each unknown code it is asked whether one that lacks is meant
    declared = {f"F_{letters(i)}": {"type": "number"} for i in range(size)}
    required = list(declared)[:100]
    closed = {"properties": declared, "additionalProperties": False, "required": required}
    return reported(of_fields(closed), {f"G_{letters(i)}": i for i in range(size)})


@kind(600, "unknown-key", "evaluate")
def unknown_fields_of_a_loose_schema(size: int) -> Files:
    return reported(rules(["X: {formula: A}"]), {f"G_{letters(i)}": i for i in range(size)})


@kind(500, "wrong-type", "evaluate")
def fields_of_wrong_types(size: int) -> Files:
    declared = {f"F{i}": {"type": "number"} for i in range(size)}
    return reported(of_fields({"properties": declared}), {f"F{i}": "x" for i in range(size)})


@kind(500, "missing-key", "evaluate")
def required_fields(size: int) -> Files:
    declared = {f"F{i}": {"type": "number"} for i in range(size)}
    return reported(of_fields({"properties": declared, "required": list(declared)}), {})


@kind(2_000, "not-allowed", "evaluate")
def choices_not_listed(size: int) -> Files:
    listed = {"$ref": "#/$defs/c"}
    parts = {"c": {"type": "string", "enum": [f"v_{letters(i)}" for i in range(size)]}}
    found = of_fields({"properties": {f"F{i}": listed for i in range(20)}}, **parts)
    return reported(found, {f"F{i}": f"w_{letters(i)}" for i in range(20)})


@kind(800, "not-allowed", "evaluate")
def fields_of_choices_not_listed(size: int) -> Files:
    listed = {"$ref": "#/$defs/c"}
    parts = {"c": {"type": "string", "enum": [f"v_{letters(i)}" for i in range(50)]}}
    found = of_fields({"properties": {f"F{i}": listed for i in range(size)}}, **parts)
    return reported(found, {f"F{i}": f"w_{letters(i)}" for i in range(size)})


@kind(1_000, "unknown-key", "evaluate")
def unique_objects(size: int) -> Files:
    found = rulebook(
        "rules:\n  X: {formula: A}\n",
        properties={"extra": {"uniqueItems": True}, "fields": {"properties": FIELDS}},
    )
    return reported(found, {"A": 1}, extra=[{"a": i} for i in range(size)])


@kind(6_000, "subject-not-flat", "evaluate")
def values_in_a_list(size: int) -> Files:
    # lists are no part of a report: a schema need not work through them
    costly = {"items": {"not": {"anyOf": [{"multipleOf": 1.5 + i} for i in range(50)]}}}
    subject = {"properties": {"x": costly}}
    fields = {"properties": FIELDS}
    found = rulebook(
        "rules:\n  X: {formula: A}\n", properties={"subject": subject, "fields": fields}
    )
    return reported(found, {"A": 1}, subject={"x": [0] * size})


@kind(1_000, "unknown-key", "evaluate")
def unevaluated_fields(size: int) -> Files:
    loose = {
        "properties": FIELDS,
        "allOf": [{"patternProperties": {"^Q": {}}}],
        "unevaluatedProperties": False,
    }
    return reported(of_fields(loose), {f"Q{i}": 1 for i in range(size)})


@kind(1_000, "", "evaluate")
def printed_sentences(size: int) -> Files:
    sentence = "messages:\n  m: {when: 'true', text: {it: 'x {A}'}}\n"
    return reported(
        rulebook(sentence), {"A": 1}, printed={"messages": [f"f {i}" for i in range(size)]}
    )


def saying(texts: Iterable[str], printed: list[str]) -> Files:
    """Write a rulebook that always says some texts, and a report with some on its paper."""
    lines = (
        f"  m{i}: {{when: 'true', text: {{it: {json.dumps(text)}}}}}\n"
        for i, text in enumerate(texts)
    )
    return reported(rulebook("messages:\n" + "".join(lines)), {}, printed={"messages": printed})


@kind(10, "il modulo stampa", "evaluate")
def sentences_inside_one_word(size: int) -> Files:
    return saying(("a" * (i + 1) for i in range(size)), ["a" * 500 * size])


@kind(10, "il modulo stampa", "evaluate")
def sentences_that_a_letter_follows_at_each_place(size: int) -> Files:
    return saying(("aa-" * 10 * i + "a" for i in range(size)), ["aa-" * 200 * size])


@kind(100, "il modulo stampa", "evaluate")
def sentences_that_begin_at_each_word(size: int) -> Files:
    return saying(("a " * 40 + f"b{i} a" for i in range(size)), ["a " * 40] * size)


@kind(100, "il modulo stampa", "evaluate")
def sentences_that_differ_in_one_place(size: int) -> Files:
    paper = [f"La persona numero {-i} di questo comune è iscritta." for i in range(size)]
    return saying(
        (f"La persona numero {i} di questo comune è iscritta." for i in range(size)), paper
    )


@kind(100, "frasi ritrovate", "evaluate")
def sentences_all_printed(size: int) -> Files:
    texts = [f"La persona numero {i} di questo comune è iscritta." for i in range(size)]
    return saying(texts, texts[::-1])


@kind(60, "frasi ritrovate", "evaluate")
def one_sentence_printed_many_times(size: int) -> Files:
    return saying(["a a."] * size, ["xa a. " * 20, "a a. "] * size)


@kind(500, "frasi ritrovate", "evaluate")
def sentences_made_of_pieces_of_the_paper(size: int) -> Files:
    # as much paper as a report may have: that there is no more of it bounds each search
    words = [f"parola{i * i % 997}{letters(i)}" for i in range(2_100)]
    whole = (" ".join(words[i % 2_000 : i % 2_000 + 3]) for i in range(0, 7 * size, 14))
    mixed = (f"{words[i % 2_000]} {words[i * 31 % 2_000]}" for i in range(0, 7 * size, 14))
    return saying((*whole, *mixed), [" ".join(words)])


# -- Pages


@kind(500, "flowchart LR", "graph")
def rules_that_read_a_long_group(size: int) -> Files:
    read = [f"F{i}" for i in range(100)]
    body = "".join(f"  X{i}: {{formula: sum(g) + {i}}}\n" for i in range(size))
    body = f"groups:\n  g: [{', '.join(read)}]\nrules:\n{body}"
    return of_fields({"properties": {code: {"type": "number"} for code in read}}, body)


@kind(1_500, "flowchart LR", "graph")
def graph_of_a_chain(size: int) -> Files:
    return rules_in_a_chain(size)


@kind(400, "t0", "docs")
def tables_that_a_rule_calls_each(size: int) -> Files:
    tables = "".join(f"  t{i}: {{by: [k], rows: [{{k: 1, value: 2}}]}}\n" for i in range(size))
    rules = "".join(f"  X{i}: {{formula: t{i}(A)}}\n" for i in range(size))
    files = of_fields({"properties": FIELDS}, f"tables:\n{tables}rules:\n{rules}")
    return {**files, "r.yaml": files["r.yaml"].replace("language: 1", "language: 2")}


# -- Trails


@kind(500, "the digests match", "verify")
def stored_sentences_made_of_pieces_of_the_paper(size: int) -> Files:
    return sentences_made_of_pieces_of_the_paper(size)


# -- Examples


def with_examples(
    files: Files, expect: object, report: object = (("A", 1),), count: int = 1
) -> Files:
    """Put examples beside a rulebook; the first has a report, the others are like it."""
    first = {"name": "e0", "report": {"fields": dict(report)}, "expect": expect}
    others = ({"name": f"e{i}", "like": "e0", "expect": expect} for i in range(1, count))
    listed = "".join(f"  - {json.dumps(each)}\n" for each in (first, *others))
    return {**files, "r.test.yaml": f"test: 1\nrulebook: prova/2024\nexamples:\n{listed}"}


def of_each(key: str, size: int, written: object) -> dict[str, object]:
    """Write the same expectation of every step."""
    return {key: {f"X{i}": written for i in range(size)}}


def alike(kind_of_entry: str, line: str, size: int) -> Files:
    return rulebook(f"{kind_of_entry}:\n" + "".join(f"  X{i}: {line}\n" for i in range(size)))


def declaring(size: int, agreement: str) -> Files:
    declared = {f"X{i}": {"type": "number"} for i in range(size)}
    book = alike("rules", "{formula: A + 1}", size)
    schema = of_fields({"properties": {**FIELDS, **declared}})["schema.json"]
    report = {"A": 1, **dict.fromkeys(declared, 2)}.items()
    return with_examples(
        {**book, "schema.json": schema}, of_each("declared", size, agreement), report
    )


EXPECTED = {
    "values": ("rules", "{formula: A + 1}", "2", "3"),
    "errors": ("rules", "{formula: A / 0}", "division_by_zero", "limit"),
    "decisions": (
        "decisions",
        "{cases: [{outcome: a, when: A > 0}, {outcome: b, when: A <= 0}]}",
        "a",
        "b",
    ),
    "sections": ("sections", "{title: t, due: A > 0}", "due", "not_due"),
    "checks": ("checks", "{expect: A > 0, message: {it: x}}", "passed", "failed"),
    "reasons": ("rules", "{formula: A + 1}", {"before_rounding": 2}, {"before_rounding": 3}),
}
"""What may be expected of each step, by key: its entries, what holds of them, and what does not."""

ALL_PASSED, NONE_PASSED = "1 example, 1 passed", "1 example, 0 passed"


def _take_expectation(key: str, said: str, place: int) -> None:
    entries, line, *written = EXPECTED[key]

    def make(size: int) -> Files:
        return with_examples(alike(entries, line, size), of_each(key, size, written[place]))

    KINDS[f"expected_{key}_{said[-8]}"] = Kind(make, 250, said, "test")


for _key in EXPECTED:
    _take_expectation(_key, ALL_PASSED, 0)
    _take_expectation(_key, NONE_PASSED, 1)


@kind(500, ALL_PASSED, "test")
def expected_agreements(size: int) -> Files:
    return declaring(size, "equal")


@kind(500, NONE_PASSED, "test")
def expected_agreements_that_are_not(size: int) -> Files:
    return declaring(size, "differs")


def codes_expected(key: str, entry: str, listed: Callable[[int], list[str]]) -> Make:
    def make(size: int) -> Files:
        return with_examples(alike("rules", entry, size), {key: listed(size)}, ())

    return make


NOT_ENCODED = "{not_encoded: x}"
for _key, _entry in {"missing": "{formula: A + 1}", "not_encoded": NOT_ENCODED}.items():
    KINDS[f"expected_{_key}_lacking"] = Kind(
        codes_expected(_key, _entry, lambda _: []), 500, NONE_PASSED, "test"
    )
    KINDS[f"expected_{_key}_too_many"] = Kind(
        codes_expected(_key, "{formula: 1 + 1}", lambda size: [f"X{i}" for i in range(size)]),
        500,
        NONE_PASSED,
        "test",
    )


def speaking(size: int, key: str, texts: Callable[[int], Iterable[str]]) -> Files:
    book = alike("messages", "{when: 'true', text: {it: 'abc {A}'}}", 10 * size)
    # as many as an example may have
    return with_examples(book, {key: list(texts(min(size, 100)))})


@kind(25, NONE_PASSED, "test")
def texts_that_every_message_holds_and_none_should(size: int) -> Files:
    return speaking(size, "absent_messages", lambda size: ["abc"] * size)


@kind(25, ALL_PASSED, "test")
def texts_that_no_message_holds(size: int) -> Files:
    return speaking(size, "absent_messages", lambda size: (f"abc 1{i}" for i in range(size)))


@kind(25, ALL_PASSED, "test")
def texts_that_some_message_holds(size: int) -> Files:
    return speaking(size, "messages", lambda size: ["abc 1"] * size)


@kind(25, NONE_PASSED, "test")
def texts_that_some_message_should_hold(size: int) -> Files:
    return speaking(size, "messages", lambda size: (f"abc 1{i}" for i in range(size)))


def parts_of_cases(size: int, written: object) -> Files:
    cases = [{"outcome": f"o{i}", "when": f"A > {i} and A <= {i + 1}"} for i in range(size)]
    book = rulebook(f"decisions:\n  D: {{cases: {json.dumps(cases)}}}\n")
    asked = {f"A > {i}": written for i in range(2, size)}
    return with_examples(book, {"reasons": {"D": {"parts": asked}}})


@kind(50, ALL_PASSED, "test")
def parts_of_one_decision(size: int) -> Files:
    return parts_of_cases(size, written=False)


@kind(50, NONE_PASSED, "test")
def parts_of_one_decision_that_differ(size: int) -> Files:
    return parts_of_cases(size, written=True)


@kind(60, NONE_PASSED, "test")
def one_part_in_many_writings(size: int) -> Files:
    cases = [{"outcome": f"o{i}", "when": f"A > 5 and A < {i}"} for i in range(size)]
    book = rulebook(f"decisions:\n  D: {{cases: {json.dumps(cases)}}}\n")
    asked = {f"A {' ' * i}> 5": True for i in range(size)}
    return with_examples(book, {"reasons": {"D": {"parts": asked}}})


@kind(600, NONE_PASSED, "test")
def problems_that_were_not_expected(size: int) -> Files:
    fields = {f"F{i}": {"type": "number"} for i in range(size)}
    report = {f"F{i}": "x" for i in range(size)}.items()
    return with_examples(of_fields({"properties": fields}), {"status": "complete"}, report)


@kind(200, "examples, 0 passed", "test")
def examples_that_fail(size: int) -> Files:
    book = alike("rules", "{formula: A + 1}", 20)
    return with_examples(book, of_each("values", 20, 7), count=size)


@kind(450, "examples-too-large", "test")
def examples_that_name_one_large_report(size: int) -> Files:
    # examples times fields: what a short file may ask for is limited
    fields = [f"F{i}" for i in range(5 * size)]
    found = of_fields({"properties": {code: {"type": "number"} for code in fields}})
    asked = {"report": "report.json", "expect": {"status": "complete"}}
    listed = [{"name": f"e{i}", **asked} for i in range(size)]
    content = {"test": 1, "rulebook": "prova/2024", "examples": listed}
    return {**reported(found, dict.fromkeys(fields, 1)), "r.test.yaml": json.dumps(content)}


@kind(60, ALL_PASSED, "test")
def steps_that_read_many(size: int) -> Files:
    # what an evaluation costs is what its steps read: fewer trials are made
    group = ", ".join(f"Y{i}" for i in range(10 * size))
    members = "".join(f"  Y{i}: {{formula: A}}\n" for i in range(10 * size))
    sums = "".join(f"  X{i}: {{formula: sum(g) + {i}}}\n" for i in range(10))
    checks = "".join(f"  C{i}: {{expect: X{i} > -5, severity: info}}\n" for i in range(10))
    body = f"groups:\n  g: [{group}]\nrules:\n{members}{sums}checks:\n{checks}"
    return with_examples(rulebook(body), {"status": "complete"})


def chained(size: int, first: str) -> Files:
    links = "".join(
        f"  X{i}: {{formula: {f'X{i - 1} + 1' if i else first}}}\n" for i in range(size)
    )
    checks = "".join(
        f"  C{i}: {{expect: X{i} > 1, severity: info, message: {{it: x}}}}\n" for i in range(size)
    )
    body = f"parameters:\n  p: {{value: 3}}\nrules:\n{links}checks:\n{checks}"
    return with_examples(rulebook(body), {"values": {"X0": 3}}, {"A": 3}.items(), count=2)


@kind(150, "2 passed", "test")
def points_that_rest_on_no_field(size: int) -> Files:
    return chained(size, "p")


@kind(100, "2 passed", "test")
def points_that_rest_on_one_field(size: int) -> Files:
    return chained(size, "A")


@kind(200, ALL_PASSED, "test")
def points_that_rest_on_many_fields(size: int) -> Files:
    fields = {f"F{i}": {"type": "number"} for i in range(size)}
    body = (
        f"groups:\n  g: [{', '.join(fields)}]\nrules:\n  X0: {{formula: sum(g)}}\n"
        "checks:\n  C: {expect: X0 * X0 >= 0, severity: info}\n"
    )
    found = of_fields({"properties": fields}, body)
    return with_examples(found, {"status": "complete"}, dict.fromkeys(fields, 1).items())


# -- What is said of many exceptions, rows and slips


def of_language_2(files: Files) -> Files:
    return {**files, "r.yaml": files["r.yaml"].replace("language: 1", "language: 2")}


def excepted(size: int) -> Files:
    lines = (f"      - {{when: A == {i}, formula: {i}}}\n" for i in range(size))
    return of_language_2(
        rulebook("rules:\n  X:\n    formula: 0\n    exceptions:\n" + "".join(lines))
    )


@kind(250, "entry-without-evidence")
def exceptions_of_one_rule(size: int) -> Files:
    return excepted(size)


@kind(24, "nothing open", "prove")
def exceptions_that_are_proved(size: int) -> Files:
    return excepted(size)


@kind(100, "can be an error", "prove")
def divisions_that_are_proved(size: int) -> Files:
    return rules(f"X{i}: {{formula: 1 / (A - {i})}}" for i in range(size))


@kind(250, "mended", "fix")
def formulas_that_are_mended(size: int) -> Files:
    return rules(f"X{i}: {{formula: '(A = {i}) == P'}}" for i in range(size))


@kind(250, "mended", "fix")
def formulas_that_need_quotes_in_braces(size: int) -> Files:
    return rules(f"X{i}: {{formula: max(A; {i}), label: l}}" for i in range(size))


@kind(600, "not in canonical form", "fmt")
def lines_that_repeat(size: int) -> Files:
    """Each is just under one in a hundred: `difflib` leaves out what is more often there."""
    lines = (
        f"X{i}:\n      label: l{i % 130}\n      unit: u{i * 7 % 130}\n      formula: A + {i % 130}"
        for i in range(size)
    )
    return rules(lines)


def called_often(size: int, head: str, line: str) -> Files:
    """Write a scale or table of many lines, and as many rules that call it."""
    lines = "".join(f"      - {{{line.format(i=i)}}}\n" for i in range(size))
    calls = "".join(f"  X{i}: {{formula: t(A + {i})}}\n" for i in range(size))
    return of_language_2(rulebook(f"{head}{lines}rules:\n{calls}"))


@kind(300, "entry-without-evidence")
def calls_of_a_long_table(size: int) -> Files:
    head = "tables:\n  t:\n    by: [k]\n    rows:\n"
    return called_often(size, head, "k: {i}, value: {i}")


@kind(250, "entry-without-evidence")
def calls_of_a_long_step_scale(size: int) -> Files:
    head = "scales:\n  t:\n    kind: step\n    bands:\n"
    return called_often(size, head, "from: {i}, value: {i}")


@kind(250, "Nothing more is needed", "needed")
def calls_of_a_long_marginal_scale_in_a_report(size: int) -> Files:
    """Write bands as many as calls: to go through them at each grows with the square."""
    head = "scales:\n  t:\n    kind: marginal\n    bands:\n"
    return reported(called_often(size, head, "from: {i}, rate: 0.{i}"), {"A": size})


@kind(250, "entry-without-evidence")
def calls_of_a_long_marginal_scale(size: int) -> Files:
    head = "scales:\n  t:\n    kind: marginal\n    bands:\n"
    return called_often(size, head, "from: {i}, rate: 0.{i}")


@kind(60, ALL_PASSED, "test")
def calls_of_a_long_step_scale_in_examples(size: int) -> Files:
    """Of what no example shows, each call is some way from each threshold."""
    head = "scales:\n  t:\n    kind: step\n    bands:\n"
    found = called_often(size, head, "from: {i}, value: {i}")
    return with_examples(found, {"status": "complete"}, {"A": 10 * size}.items())


def of_texts(size: int, call: str, *, most: int | None = None) -> Files:
    """Write a field of many texts, a table with a row for each, or some, and as many calls."""
    texts = [f"k{i}" for i in range(size)]
    fields = {**FIELDS, **{code: {"type": "string", "enum": texts} for code in "TU"}}
    rows = "".join(f"      - {{k: {text}, value: {at}}}\n" for at, text in enumerate(texts[:most]))
    calls = "".join(f"  X{i}: {{formula: '{call.format(i=i)}'}}\n" for i in range(size))
    body = f"tables:\n  t:\n    by: [k]\n    rows:\n{rows}rules:\n{calls}"
    return of_language_2(of_fields({"properties": fields}, body))


@kind(300, "entry-without-evidence")
def calls_of_a_long_table_of_texts(size: int) -> Files:
    return of_texts(size, "t(T) + {i}")


@kind(300, "table-row-lacking")
def calls_of_a_table_that_lacks_texts(size: int) -> Files:
    return of_texts(size, "t(T) + {i}", most=-size // 2)


@kind(300, "table-row-lacking")
def texts_that_a_long_table_lacks(size: int) -> Files:
    return of_texts(size, 't("a{i}")')


@kind(300, "entry-without-evidence")
def comparisons_of_two_long_lists(size: int) -> Files:
    return of_texts(size, "T == U and A > {i}")


def asked_wrongly(size: int, key: str, value: str, formula: str) -> Files:
    """Write a table of many rows, and as many formulas that are wrong about it."""
    rows = "".join(
        f"      - {{k: {key.format(i=i)}, value: {value.format(i=i)}}}\n" for i in range(size)
    )
    lines = "".join(f"  X{i}: {{formula: '{formula} + {i}'}}\n" for i in range(size))
    head = "tables:\n  t:\n    by: [k]\n    types: {k: text, value: text}\n    rows:\n"
    return of_language_2(rulebook(f"{head}{rows}rules:\n{lines}"))


@kind(200, "type-mismatch")
def numbers_that_a_table_of_intervals_is_asked_for(size: int) -> Files:
    return asked_wrongly(size, "{i}-{i}9", "'{i}'", "t(A)")


@kind(200, "type-mismatch")
def numbers_that_a_table_of_texts_is_asked_for(size: int) -> Files:
    return asked_wrongly(size, "k{i}", "'{i}'", "t(A)")


@kind(200, "type-mismatch")
def answers_that_a_table_of_texts_is_asked_for(size: int) -> Files:
    return asked_wrongly(size, "k{i}", "'{i}'", "t(P)")


@kind(200, "type-mismatch")
def texts_of_a_table_that_are_no_numbers(size: int) -> Files:
    return asked_wrongly(size, "k{i}", "'{i} €'", "t(T)")


def lacking_all(files: Files) -> Files:
    """Put a report beside a rulebook that lacks what scales and tables are asked for."""
    return reported(files, {})


@kind(120, "To ask first: A", "needed")
def calls_of_a_linear_scale_for_what_lacks(size: int) -> Files:
    head = "scales:\n  t:\n    kind: linear\n    bands:\n"
    return lacking_all(called_often(size, head, "from: {i}, value: {i}"))


@kind(120, "To ask first: A", "needed")
def calls_of_a_step_scale_for_what_lacks(size: int) -> Files:
    head = "scales:\n  t:\n    kind: step\n    bands:\n"
    return lacking_all(called_often(size, head, "from: {i}, value: {i}"))


@kind(200, "To ask first: A", "needed")
def calls_of_a_long_table_for_what_lacks(size: int) -> Files:
    head = "tables:\n  t:\n    by: [k]\n    rows:\n"
    return lacking_all(called_often(size, head, "k: {i}, value: {i}"))


@kind(200, ALL_PASSED, "test")
def tables_that_are_called_once_each(size: int) -> Files:
    tables = "".join(
        f"  t{i}: {{by: [k], rows: [{{k: 1, value: {i}}}], otherwise: 5}}\n" for i in range(size)
    )
    calls = "".join(f"  X{i}: {{formula: t{i}(A)}}\n" for i in range(size))
    found = of_language_2(rulebook(f"tables:\n{tables}rules:\n{calls}"))
    return with_examples(found, {"values": {"X1": 5}}, {"A": 3}.items())


@kind(400, "unknown-code")
def words_that_a_table_is_asked_for(size: int) -> Files:
    rows = "".join(f"      - {{k: k{i}, value: {i}}}\n" for i in range(size * 4))
    calls = "".join(f"  X{i}: {{formula: t(parola)}}\n" for i in range(size))
    return of_language_2(rulebook(f"tables:\n  t:\n    by: [k]\n    rows:\n{rows}rules:\n{calls}"))


@kind(60, "L[3].x", "whatif")
def rows_of_a_check(size: int) -> Files:
    cell = {"type": "integer", "minimum": 0, "maximum": 9}
    row = {"type": "object", "additionalProperties": False, "properties": {"x": cell}}
    closed = {"type": "array", "maxItems": 500, "items": row}
    body = "checks:\n  L.c: {expect: L.x < 5, message: {it: x}}\n"
    found = of_language_2(of_fields({"properties": {"L": closed}}, body))
    return reported(found, {"L": [{"x": i % 5} for i in range(size)]})


@kind(20, "divisor-may-be-zero")
def divisions_beside_each_other(size: int) -> Files:
    """Write as many long conditions, of which each operand stands where all others hold."""
    number = {"type": "number", "minimum": 0, "maximum": 9}
    fields = {f"A{at}": number for at in range(24)}
    text = " and ".join(f"1/A{at} > {at}" for at in range(24))
    lines = "".join(f"  C{at}: {{expect: {text}, message: {{it: x}}}}\n" for at in range(size))
    return rulebook(f"checks:\n{lines}", properties={"fields": {"properties": fields}})


# -- What an edition adds to its base


@kind(500, "incomplete-entry")
def incomplete_entries_of_an_edition(size: int) -> Files:
    numbers = range(size)
    own = "".join(f"  quota_anua_{i}: {{label: x}}\n" for i in numbers)
    base = "".join(f"  quota_annua_{i}: {{formula: A * 2}}\n" for i in numbers)
    below = HEAD_TEXT.replace("2024", "2023") + f"rules:\n{base}"
    return {**rulebook(f"extends: prova/2023@1.0.0\nrules:\n{own}"), "base.yaml": below}


# -- What is asked of many parts of a form


def parts_with_fields(size: int, due: str = "A > {i}") -> Files:
    """Write parts of a form that are due or not, each with a field that lacks."""
    fields = {**FIELDS, **{f"F{i}": {"type": "number"} for i in range(size)}}
    lines = (f"  S{i}: {{title: t, due: {due.format(i=i)}, fields: [F{i}]}}\n" for i in range(size))
    return reported(of_fields({"properties": fields}, "sections:\n" + "".join(lines)), {"A": size})


@kind(400, "To ask first: F0", "needed")
def fields_that_many_parts_want(size: int) -> Files:
    return parts_with_fields(size)


@kind(300, "S5", "margins")
def parts_that_another_value_would_change(size: int) -> Files:
    return parts_with_fields(size)


@kind(150, "entry-without-evidence")
def cases_of_a_computed_number(size: int) -> Files:
    lines = "".join(
        f"      - {{outcome: o{i}, when: X >= {i} and X < {i + 1}}}\n" for i in range(size)
    )
    ends = f"      - {{outcome: a, when: X < 0}}\n      - {{outcome: z, when: X >= {size}}}\n"
    return rulebook(f"rules:\n  X: {{formula: A * 2}}\ndecisions:\n  D:\n    cases:\n{lines}{ends}")


# -- The measuring


@dataclass(frozen=True)
class Cost:
    """What a command took for one document: seconds of this process, and letters written."""

    seconds: float
    length: int
    is_said: bool


@pytest.mark.parametrize("name", KINDS)
def test_four_times_as_much_takes_four_times_as_long(name: str, tmp_path: Path):
    """A quarter of the sizes is enough where it leaves no doubt; else documents grow to them."""
    asked = KINDS[name]
    import_all(asked.command, asked.said)
    # a quarter of some documents is within the limit that the whole is to break
    small = cost(asked, max(1, asked.size // GROWN), tmp_path / "small", must_say=False)
    found = cost(asked, asked.size, tmp_path / "whole")
    if grows_plainly(small, found):
        return
    least = [found.seconds, float("inf")]
    for attempt in range(TRIES):
        grown = cost(asked, asked.size * GROWN, tmp_path / f"{attempt}-grown")
        least[1] = min(least[1], grown.seconds)
        assert grown.length < MOST_LENGTH * found.length
        if least[1] < MOST * least[0]:
            return
        found = cost(asked, asked.size, tmp_path / f"{attempt}-whole")
        least[0] = min(least[0], found.seconds)
    pytest.fail(f"{least[0]:.3f} s, and {least[1]:.3f} s for {GROWN} times as much")


def grows_plainly(small: Cost, large: Cost) -> bool:
    """Tell by two sizes that nothing grows with the square.

    What any document takes is left out, or it would hide how the rest grows: what then looks like
    the square may be nothing, and only larger documents tell. So it is where a limit cut the work
    short. What passes takes less of the square than what the larger ones let pass.
    """
    if not small.is_said or small.seconds < 2 * least_seconds():
        return False
    times = large.seconds / (small.seconds - least_seconds())
    return LIMITED < times < PLAINLY and large.length < MOST_LENGTH * small.length


@cache
def import_all(command: str, said: str) -> None:
    """Run a command to the same end before, so that nothing is imported while it is measured."""
    asked = next(each for each in KINDS.values() if (each.command, each.said) == (command, said))
    with TemporaryDirectory() as folder:
        cost(asked, asked.size // GROWN, Path(folder) / "before", must_say=False)


@cache
def least_seconds() -> float:
    """Measure what a report with nothing in it takes."""
    with TemporaryDirectory() as folder:
        return min(cost(KINDS["fields"], 1, Path(folder) / str(at)).seconds for at in range(4))


HEAVY = {
    "texts_joined_in_a_chain": 3.5,
    "choices": 2.0,
    "fields_that_break_every_alternative": 1.5,
    "texts_that_every_message_holds_and_none_should": 1.5,
}
"""Megabytes more that a document may hold than a quarter of it: half as much again as it does.

What grows with the square is found from a megabyte on; of four times the document it would be
sixteen.
"""


@pytest.mark.parametrize("name", HEAVY)
def test_four_times_as_much_holds_four_times_the_memory(name: str, tmp_path: Path):
    """What joins all that came before would hold sixteen times as much."""
    asked, peaks = KINDS[name], []
    size = asked.size // GROWN
    cost(asked, size, tmp_path / "before")  # so that nothing is imported while it is measured
    for grown in (size, asked.size):
        tracemalloc.start()
        try:
            cost(asked, grown, tmp_path / str(grown))
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] - peaks[0] < HEAVY[name] * 1_000_000


def cost(asked: Kind, size: int, folder: Path, *, must_say: bool = True) -> Cost:
    """Run the command on one document, which is written into a new folder."""
    folder.mkdir()
    for name, text in asked.make(size).items():
        (folder / name).write_text(text, encoding="utf-8")
    book = folder / "r.yaml"
    words = [asked.command, book] if asked.command in ("check", "docs", "graph", "test") else []
    if asked.command == "evaluate":
        words = ["evaluate", folder / "report.json", "--rulebook", book]
    if asked.command == "needed":
        words = ["needed", folder / "report.json", "--rulebook", book, "--lang", "en"]
    if asked.command == "margins":
        words = ["evaluate", folder / "report.json", "--rulebook", book, "--margins", "--brief"]
    if asked.command == "prove":
        words = ["prove", book, "--lang", "en"]
    if asked.command == "fix":
        words = ["check", "--fix", book, "--lang", "en"]
    if asked.command == "fmt":
        words = ["fmt", "--check", book, "--lang", "en"]
    if asked.command == "whatif":
        words = ["whatif", folder / "report.json", "L.c", "--rulebook", book]
    if asked.command == "verify":
        trail = folder / "trail.json"
        call("evaluate", folder / "report.json", "--rulebook", book, "--format=json", "-o", trail)
        words = ["verify", trail]
    begun = time.process_time()
    _, out, err = call(*words)
    seconds = time.process_time() - begun
    assert "defect of ruletrail" not in err
    is_said = asked.said in out + err
    assert is_said or not must_say, (out + err)[:400]
    return Cost(seconds, len(out) + len(err), is_said)
