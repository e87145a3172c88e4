"""Rulebooks that are long in two ways at once: what is long, and what asks for it often.

A document within its limits may have a thousand bands and a thousand formulas that call the scale.
Each is long in one way only, and a command that goes through all of the one for each of the other
does a million things. Every pair of a kind of source (`SOURCES`) and a kind of use (`USES`) is one
rulebook, with its schema, a report, and examples.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Text = Callable[[int], str]
"""Write the expression that is number so and so, in the language of formulas."""


@dataclass
class Book:
    """A rulebook that is being written, with the fields and values of a report."""

    head: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    examples: int = 3

    def add(self, part: str, code: str, entry: Any) -> str:
        """Write an entry; gives its code."""
        self.parts.setdefault(part, {})[code] = entry
        return code

    def ask(self, code: str, schema: dict[str, Any], value: Any = None) -> str:
        """Declare a field, with its value in the report; gives its code."""
        self.fields[code] = schema
        if value is not None:
            self.values[code] = value
        return code

    def files(self) -> dict[str, str]:
        """Write all files, by name."""
        head = {
            "language": 2,
            "rulebook": "prova",
            "edition": "2024",
            "version": "1.0.0",
            "status": "draft",
            "title": "Prova",
            "report": "schema.json",
            "locale": "it",
            **self.head,
        }
        lines = [f"{key}: {json.dumps(value)}" for key, value in head.items()]
        lines[0] = "language: 2"
        lines[3] = "version: 1.0.0"
        for part, entries in self.parts.items():
            lines.append(f"{part}:")
            lines += [f"  {code}: {_flow(entry)}" for code, entry in entries.items()]
        report = {"rulebook": "prova/2024", "fields": self.values}
        asked = {"absent_messages": ["nessuno"]}
        first = {"name": "e0", "report": {"fields": self.values}, "expect": asked}
        others = [
            {"name": f"e{at}", "like": "e0", "change": {"A": at}, "expect": asked}
            for at in range(1, self.examples)
        ]
        tests = "".join(f"  - {json.dumps(each)}\n" for each in (first, *others))
        schema = {
            "type": "object",
            "properties": {"fields": {"type": "object", "properties": self.fields}},
        }
        return {
            "r.yaml": "\n".join(lines) + "\n",
            "schema.json": json.dumps(schema),
            "report.json": json.dumps(report),
            "r.test.yaml": f"test: 1\nrulebook: prova/2024\nexamples:\n{tests}",
        }


@dataclass(frozen=True)
class Source:
    """What is long: how it is asked for as a number, and as a condition."""

    number: Text
    condition: Text


def _flow(entry: Any) -> str:
    """Write an entry as JSON, but days and what begins with `!` without quotes."""
    if isinstance(entry, dict):
        members = (f"{json.dumps(key)}: {_flow(value)}" for key, value in entry.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(entry, list):
        return "[" + ", ".join(map(_flow, entry)) + "]"
    if isinstance(entry, str) and entry.startswith("!"):
        return entry[1:]
    return json.dumps(entry)


def _compared(number: Text) -> Source:
    return Source(number, lambda at: f"{number(at)} > {at}")


def _chosen(condition: Text) -> Source:
    return Source(lambda at: f"({at} if {condition(at)} else A)", condition)


def _day(at: int) -> str:
    return f"!{1000 + at // 336:04}-{at // 28 % 12 + 1:02}-{at % 28 + 1:02}"


SOURCES: dict[str, Callable[[Book, int], Source]] = {}
USES: dict[str, Callable[[Book, int, Source], None]] = {}


def _source(make: Callable[[Book, int], Source]) -> Callable[[Book, int], Source]:
    SOURCES[make.__name__] = make
    return make


def _use(make: Callable[[Book, int, Source], None]) -> Callable[[Book, int, Source], None]:
    USES[make.__name__] = make
    return make


# -- What is long


@_source
def bands_of_a_step_scale(book: Book, size: int) -> Source:
    bands = [{"from": at, "value": at % 7} for at in range(size)]
    book.add("scales", "s", {"kind": "step", "bands": bands})
    return _compared(lambda at: f"s(A + {at})")


@_source
def bands_of_a_marginal_scale(book: Book, size: int) -> Source:
    bands = [{"from": at, "rate": f"!0.{at + 1}"} for at in range(size)]
    book.add("scales", "s", {"kind": "marginal", "bands": bands})
    return _compared(lambda at: f"s(A + {at})")


@_source
def points_of_a_linear_scale(book: Book, size: int) -> Source:
    bands = [{"from": at, "value": at * at} for at in range(size)]
    book.add("scales", "s", {"kind": "linear", "bands": bands})
    return _compared(lambda at: f"s(A + {at})")


@_source
def bands_in_multiples_of_a_parameter(book: Book, size: int) -> Source:
    values = [{"from": _day(at), "value": at + 1} for at in range(20)]
    book.ask("D", {"type": "string", "format": "date"}, "1000-06-01")
    book.add("parameters", "minimum", {"day": "D", "values": values})
    bands = [{"from": at, "value": at % 7} for at in range(size)]
    book.add("scales", "s", {"kind": "step", "times": "minimum", "day": "D", "bands": bands})
    return _compared(lambda at: f"s(A + {at})")


@_source
def bands_with_thresholds_of_parameters(book: Book, size: int) -> Source:
    for at in range(size):
        book.add("parameters", f"t{at}", {"value": at})
    bands = [{"from": f"t{at}", "value": f"t{size - 1 - at}"} for at in range(size)]
    book.add("scales", "s", {"kind": "step", "bands": bands})
    return _compared(lambda at: f"s(A + {at})")


@_source
def versions_of_a_scale(book: Book, size: int) -> Source:
    book.ask("D", {"type": "string", "format": "date"}, "1000-06-01")
    bands = [{"from": 0, "value": 1}, {"from": 5, "value": 2}]
    versions = [{"from": _day(at), "bands": bands} for at in range(size)]
    book.add("scales", "s", {"kind": "step", "day": "D", "versions": versions})
    return _compared(lambda at: f"s(A + {at})")


@_source
def values_of_a_dated_parameter(book: Book, size: int) -> Source:
    book.ask("D", {"type": "string", "format": "date"}, "1000-06-01")
    values = [{"from": _day(at), "value": at} for at in range(size)]
    book.add("parameters", "p", {"day": "D", "values": values})
    return _compared(lambda at: f"(p + {at})")


@_source
def rows_of_a_table_of_numbers(book: Book, size: int) -> Source:
    rows = [{"k": at, "value": at % 9} for at in range(size)]
    book.add("tables", "t", {"by": ["k"], "rows": rows})
    return _compared(lambda at: f"t(A + {at})")


@_source
def rows_of_a_table_of_two_keys(book: Book, size: int) -> Source:
    rows = [{"k": at % 17, "l": at // 17, "value": at % 9} for at in range(size)]
    book.add("tables", "t", {"by": ["k", "l"], "rows": rows, "otherwise": 5})
    return _compared(lambda at: f"t(A, B + {at})")


@_source
def rows_of_a_table_of_texts(book: Book, size: int) -> Source:
    texts = [f"k{at}" for at in range(size)]
    book.ask("T", {"type": "string", "enum": texts}, "k1")
    rows = [{"k": text, "value": at % 9} for at, text in enumerate(texts)]
    book.add("tables", "t", {"by": ["k"], "rows": rows})
    return _compared(lambda at: f"(t(T) + {at})")


@_source
def keys_in_one_row_of_a_table(book: Book, size: int) -> Source:
    row = {"k": list(range(size)), "value": 1}
    book.add("tables", "t", {"by": ["k"], "rows": [row], "otherwise": 2})
    return _compared(lambda at: f"t(A + {at})")


@_source
def versions_of_a_table(book: Book, size: int) -> Source:
    book.ask("D", {"type": "string", "format": "date"}, "1000-06-01")
    rows = [{"k": 1, "value": 5}, {"k": 2, "value": 6}]
    versions = [{"from": _day(at), "rows": rows} for at in range(size)]
    book.add("tables", "t", {"by": ["k"], "day": "D", "otherwise": 3, "versions": versions})
    return _compared(lambda at: f"t(A + {at})")


@_source
def scales_that_are_short(book: Book, size: int) -> Source:
    for at in range(size):
        bands = [{"from": 0, "value": 1}, {"from": at + 1, "value": 2}]
        book.add("scales", f"s{at}", {"kind": "step", "bands": bands})
    return _compared(lambda at: f"s{at % size}(A)")


@_source
def texts_of_a_field(book: Book, size: int) -> Source:
    book.ask("T", {"type": "string", "enum": [f"k{at}" for at in range(size)]}, "k1")
    return _chosen(lambda at: f'T == "k{at % size}"')


@_source
def named_texts_of_a_field(book: Book, size: int) -> Source:
    choices = [{"const": f"k{at}", "title": f"Nome {at}"} for at in range(size)]
    book.ask("T", {"type": "string", "oneOf": choices}, "k1")
    return _chosen(lambda at: f'T in ["k{at % size}", "k{(at + 1) % size}"]')


@_source
def fields_of_a_group(book: Book, size: int) -> Source:
    codes = [book.ask(f"F{at}", {"type": "number"}, at) for at in range(min(size, 400))]
    book.add("groups", "g", codes)
    return _compared(lambda at: f"(sum(g) + {at})")


@_source
def fields_that_lack(book: Book, size: int) -> Source:
    codes = [book.ask(f"F{at}", {"type": "number"}) for at in range(min(size, 400))]
    book.add("groups", "g", codes)
    return _compared(lambda at: f"(sum(g) + {at})")


@_source
def many_fields(book: Book, size: int) -> Source:
    for at in range(size):
        book.ask(f"F{at}", {"type": "number", "minimum": 0}, at)
    return _compared(lambda at: f"(F{at % size} + A)")


@_source
def conditions_counted(book: Book, size: int) -> Source:
    codes = [book.ask(f"P{at}", {"type": "boolean"}, at % 2 == 0) for at in range(min(size, 400))]
    book.add("groups", "g", codes)
    return _compared(lambda at: f"(count(g) + {at})")


@_source
def rules_in_a_chain(book: Book, size: int) -> Source:
    for at in range(size):
        book.add("rules", f"Y{at}", {"formula": f"Y{at - 1} + 1" if at else "A"})
    return _compared(lambda at: f"(Y{size - 1} + {at})")


@_source
def rules_with_steps_in_a_chain(book: Book, size: int) -> Source:
    for at in range(size):
        formula = f"(Y{at - 1} + 1 if A > {at} else Y{at - 1} - 1)" if at else "A"
        book.add("rules", f"Y{at}", {"formula": formula})
    return _compared(lambda at: f"(Y{size - 1} + {at})")


@_source
def rules_beside_each_other(book: Book, size: int) -> Source:
    for at in range(size):
        book.add("rules", f"Y{at}", {"formula": f"A * {at + 1}"})
    return _compared(lambda at: f"(Y{at % size} + B)")


@_source
def rules_that_may_not_apply(book: Book, size: int) -> Source:
    for at in range(size):
        book.add("rules", f"Y{at}", {"formula": f"A * {at + 1}", "when": f"B > {at}"})
    return _compared(lambda at: f"default(Y{at % size}, 0)")


@_source
def cases_of_a_decision(book: Book, size: int) -> Source:
    size = min(size, 900)
    cases: list[dict[str, Any]] = [
        {"outcome": f"o{at}", "when": f"A >= {at} and A < {at + 1}"} for at in range(size)
    ]
    book.add("decisions", "d", {"cases": [*cases, {"outcome": "z", "otherwise": True}]})
    return _chosen(lambda at: f'd == "o{at % size}"')


@_source
def cases_in_an_order(book: Book, size: int) -> Source:
    size = min(size, 900)
    cases: list[dict[str, Any]] = [
        {"outcome": f"o{at}", "when": f"A * B < {at}"} for at in range(size)
    ]
    entry = {"policy": "first", "cases": [*cases, {"outcome": "z", "otherwise": True}]}
    book.add("decisions", "d", entry)
    return _chosen(lambda at: f'd == "o{at % size}"')


@_source
def exceptions_of_a_rule(book: Book, size: int) -> Source:
    size = min(size, 300)
    exceptions = [{"when": f"A == {at}", "formula": f"B + {at}"} for at in range(size)]
    book.add("rules", "Y", {"formula": "0", "exceptions": exceptions})
    return _compared(lambda at: f"(Y + {at})")


@_source
def decisions_beside_each_other(book: Book, size: int) -> Source:
    for at in range(size):
        cases = [{"outcome": "a", "when": f"A > {at}"}, {"outcome": "b", "otherwise": True}]
        book.add("decisions", f"d{at}", {"cases": cases})
    return _chosen(lambda at: f'd{at % size} == "a"')


@_source
def rows_of_a_list(book: Book, size: int) -> Source:
    size = min(size, 100)
    cells = {"x": {"type": "number", "minimum": 0}, "y": {"type": "number"}}
    items = {"type": "object", "additionalProperties": False, "properties": cells}
    rows = [{"x": at, "y": at} for at in range(size)]
    book.ask("L", {"type": "array", "maxItems": size, "items": items}, rows)
    return _compared(lambda at: f"sum(L.x + {at})")


@_source
def constants_in_a_list(book: Book, size: int) -> Source:
    values = ", ".join(str(at) for at in range(60))
    return _chosen(lambda at: f"A + {at} in [{values}]")


@_source
def long_conditions(book: Book, size: int) -> Source:
    for at in range(12):
        book.ask(f"F{at}", {"type": "number", "minimum": 0, "maximum": 9}, at % 9)

    def condition(at: int) -> str:
        return " or ".join(f"(F{each} > {at % 9} and A < {at + each})" for each in range(12))

    return _chosen(condition)


@_source
def divisions(book: Book, size: int) -> Source:
    return _compared(lambda at: f"A / (B - {at})")


@_source
def days(book: Book, size: int) -> Source:
    book.ask("D", {"type": "string", "format": "date"}, "2020-01-31")
    return _compared(lambda at: f"years_between(D, add_months(date(2024, 2, 29), A + {at}))")


@_source
def texts_compared(book: Book, size: int) -> Source:
    book.ask("S", {"type": "string"}, "abc")
    return _chosen(lambda at: f'(starts_with(S, "a{at}") or S == "b{at}")')


# -- What asks for it often


@_use
def in_rules(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        book.add("rules", f"X{at}", {"formula": source.number(at)})


@_use
def in_rules_with_conditions(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        rounding = {"decimals": 2, "mode": "half_up"}
        entry = {"formula": f"A + {at}", "when": source.condition(at), "round": rounding}
        book.add("rules", f"X{at}", entry)


@_use
def in_rules_of_one_chain(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        before = f" + X{at - 1}" if at else ""
        book.add("rules", f"X{at}", {"formula": f"{source.number(at)}{before}"})


@_use
def in_checks(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        entry = {
            "expect": source.condition(at),
            "severity": "warning",
            "message": {"it": f"{at}: {{A}}"},
        }
        book.add("checks", f"C{at}", entry)


@_use
def in_cases(book: Book, size: int, source: Source) -> None:
    cases: list[dict[str, Any]] = [
        {"outcome": f"o{at}", "when": source.condition(at)} for at in range(min(size, 900))
    ]
    book.add("decisions", "q", {"cases": [*cases, {"outcome": "z", "otherwise": True}]})


@_use
def in_cases_in_an_order(book: Book, size: int, source: Source) -> None:
    cases: list[dict[str, Any]] = [
        {"outcome": f"o{at}", "when": source.condition(at)} for at in range(min(size, 900))
    ]
    entry = {"policy": "first", "cases": [*cases, {"outcome": "z", "otherwise": True}]}
    book.add("decisions", "q", entry)


@_use
def in_decisions(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        cases = [
            {"outcome": "a", "when": source.condition(at)},
            {"outcome": "b", "otherwise": True},
        ]
        book.add("decisions", f"q{at}", {"cases": cases})


@_use
def in_exceptions(book: Book, size: int, source: Source) -> None:
    exceptions = [
        {"when": source.condition(at), "formula": source.number(at)} for at in range(size)
    ]
    book.add("rules", "X", {"formula": "0", "exceptions": exceptions})


@_use
def in_exceptions_of_many_rules(book: Book, size: int, source: Source) -> None:
    for at in range(size // 2):
        exceptions = [
            {"when": source.condition(2 * at + each), "formula": f"{each}"} for each in range(2)
        ]
        book.add("rules", f"X{at}", {"formula": "A", "exceptions": exceptions})


@_use
def in_parts(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        code = book.ask(f"Z{at}", {"type": "number"})
        entry = {"title": f"Parte {at}", "due": source.condition(at), "fields": [code]}
        book.add("sections", f"P{at}", entry)


@_use
def in_messages(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        book.add("rules", f"X{at}", {"formula": source.number(at)})
        text = {"it": f"Il valore {at} è {{X{at}}} con {{A}}."}
        book.add("messages", f"M{at}", {"when": source.condition(at), "text": text})


@_use
def in_properties(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        book.add("properties", f"V{at}", {"expect": source.condition(at)})


@_use
def in_rows(book: Book, size: int, source: Source) -> None:
    cells = {"v": {"type": "number", "minimum": 0}}
    items = {"type": "object", "additionalProperties": False, "properties": cells}
    rows = [{"v": at} for at in range(10)]
    book.ask("R", {"type": "array", "maxItems": 10, "items": items}, rows)
    for at in range(size):
        book.add("rules", f"R.X{at}", {"formula": f"R.v + {source.number(at)}"})
    book.add("rules", "X", {"formula": f"sum(R.X{size - 1})"})


@_use
def in_sums_of_rules(book: Book, size: int, source: Source) -> None:
    codes = [book.add("rules", f"X{at}", {"formula": source.number(at)}) for at in range(size)]
    book.add("groups", "h", codes)
    for at in range(size // 10):
        book.add("rules", f"W{at}", {"formula": f"sum(h) - X{at}"})


@_use
def in_declared_values(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        book.ask(f"X{at}", {"type": "number"}, at)
        book.add("rules", f"X{at}", {"formula": source.number(at)})


@_use
def in_examples(book: Book, size: int, source: Source) -> None:
    book.examples = size
    for at in range(10):
        book.add("rules", f"X{at}", {"formula": source.number(at)})
        entry = {"expect": source.condition(at), "severity": "info", "message": {"it": "x"}}
        book.add("checks", f"C{at}", entry)


@_use
def in_formulas_with_unknown_codes(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        book.add("rules", f"X{at}", {"formula": f"{source.number(at)} + Qx{at}"})


@_use
def in_formulas_of_wrong_types(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        book.add("rules", f"X{at}", {"formula": f'{source.number(at)} + "a{at}"'})


@_use
def in_formulas_that_break(book: Book, size: int, source: Source) -> None:
    for at in range(size):
        book.add("rules", f"X{at}", {"formula": f"SE({source.condition(at)}; {at},5; 10%)"})


def write_product(source: str, use: str, size: int, often: int) -> dict[str, str]:
    """Write the files of one pair: so long a source, and so many uses of it."""
    book = Book()
    book.ask("A", {"type": "number", "minimum": 0}, 3)
    book.ask("B", {"type": "number", "minimum": 0}, 4)
    made = SOURCES[source](book, size)
    USES[use](book, often, made)
    return book.files()
