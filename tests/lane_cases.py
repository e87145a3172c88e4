"""Rulebooks and reports made from a seed, to set the lanes against the reference: every construct, hostile numbers."""

import json
import random
from pathlib import Path

NUMBERS = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "10",
    "100",
    "-1",
    "-3",
    "0.5",
    "-2.5",
    "1.005",
    "12.3456789012",
    "999999999999999",
    "-999999999999999.9999999999",
]
CHOICES = ["SI", "NO", "FORSE"]
ABC = '"abc"'
MODES = ["half_up", "half_even", "down", "up", "floor", "ceiling"]
ROUNDERS = ["floor", "ceil", "trunc", "round_half_up", "round_half_even"]


class Writer:
    """Writes formulas over the codes known so far; `pick` is the only source of chance."""

    def __init__(self, seed):
        """Start from a seed."""
        self.random = random.Random(seed)  # noqa: S311 - the same cases each time
        self.numbers = ["n1", "n2", "n3", "i1", "i2", "p1"]
        self.texts = {"t1": CHOICES, "t2": CHOICES}
        self.booleans = ["b1", "b2"]
        self.groups = ["g1", "g2"]

    def literal(self):
        """Write a number that is not negative."""
        return self.random.choice([text for text in NUMBERS if not text.startswith("-")])

    def number(self, depth):
        """Write an expression that is a number."""
        r = self.random
        if depth <= 0 or r.random() < 0.2:
            return r.choice([*self.numbers, *self.numbers, self.literal()])
        n, b = (lambda: self.number(depth - 1)), (lambda: self.boolean(depth - 1))
        return r.choice([
            lambda: f"({n()} {r.choice('+-*/')} {n()})",
            lambda: f"({n()} {r.choice('+-*/%')} {n()})",
            lambda: f"-({n()})",
            lambda: f"({n()} if {b()} else {n()})",
            lambda: f"{r.choice(['sum', 'min', 'max'])}({', '.join(r.choice([n(), r.choice(self.groups)]) for _ in 'abc')})",
            lambda: f"count({', '.join(b() for _ in range(r.randint(1, 3)))})",
            lambda: f"abs({n()})",
            lambda: f"{r.choice(ROUNDERS)}({n()}{r.choice(['', ', 0', ', 1', ', 3', ', 10'])})",
            lambda: f"length({r.choice(['t1', 'free', ABC])})",
            lambda: f"{r.choice(['default', 'if_missing'])}({n()}, {n()})",
        ])()  # fmt: skip

    def boolean(self, depth):
        """Write a condition."""
        r = self.random
        if depth <= 0 or r.random() < 0.1:
            return r.choice([*self.booleans, "true", "false"])
        n, b = (lambda: self.number(depth - 1)), (lambda: self.boolean(depth - 1))
        return r.choice([
            lambda: f"({n()} {r.choice(['<', '<=', '==', '!=', '>=', '>'])} {n()})",
            lambda: f"({n()} {r.choice(['<', '<=', '==', '!=', '>=', '>'])} {n()})",
            lambda: f"({n()} {r.choice(['in', 'not in'])} [{self.literal()}, -{self.literal()}, n1])",
            self.text_test,
            lambda: "(" + r.choice([" and ", " or "]).join(b() for _ in range(r.randint(2, 3))) + ")",
            lambda: f"(not {b()})",
            lambda: f"({b()} == {b()})",
            lambda: f"({b()} if {b()} else {b()})",
            lambda: f"is_missing({r.choice([n(), 't1', 'free'])})",
            lambda: f"applies({n()})",
            lambda: f"{r.choice(['default', 'if_missing'])}({b()}, {b()})",
        ])()  # fmt: skip

    def text_test(self):
        """Write a comparison of texts."""
        code = self.random.choice(list(self.texts))
        choice = self.random.choice(self.texts[code])
        return self.random.choice(
            [
                f'({code} == "{choice}")',
                f'({code} != "{choice}")',
                f'({code} in ["{choice}", "{self.texts[code][0]}"])',
                "(t1 == t2)",
            ]
        )

    def text(self):
        """Write an expression that is a text."""
        return self.random.choice(
            [
                "t1",
                "t2",
                '("SI" if b1 else "NO")',
                "(t1 if b2 else t2)",
                "if_missing(t1, t2)",
                "if_missing(free, t2)",
                '"NO"',
            ]
        )


def fit(text):
    return text if len(text) <= 480 and text.count("(") <= 60 else None


def generate(seed):  # noqa: PLR0915 - a list of what a rulebook can hold
    """Return a rulebook's text, its schema and one report's fields."""
    w = Writer(seed)
    r = w.random
    entries = {"rules": {}, "decisions": {}, "sections": {}, "checks": {}, "messages": {}}

    def formula(kind, depth=3):
        while True:
            made = fit(getattr(w, kind)(depth) if kind != "text" else w.text())
            if made:
                return made

    fields = {code: {"type": "number"} for code in ("n1", "n2", "n3", "f_free")}
    fields |= {code: {"type": "integer", "minimum": 0} for code in ("i1", "i2")}
    fields |= {code: {"type": "string", "enum": CHOICES} for code in ("t1", "t2")}
    fields |= {"free": {"type": "string"}, "b1": {"type": "boolean"}, "b2": {"type": "boolean"}}
    sections = []
    for index in range(r.randint(3, 14)):
        kind = r.choice(
            ["number"] * 5
            + [
                "boolean",
                "text",
                "gap",
                "decision",
                "decision",
                "section",
                "check",
                "message",
                "square",
            ]
        )
        code = f"x{index}"
        if kind in ("number", "boolean", "text", "gap", "square"):
            entry = {"formula": formula(kind) if kind not in ("gap", "square") else ""}
            if kind == "square":
                base = r.choice(w.numbers)
                entry["formula"] = "*".join([base] * r.randint(2, 40)) + r.choice(
                    ["", f" / {base}", " + 1/3", " % 7"]
                )
            if kind == "gap":
                entry = {"not_encoded": f"perché {index}"}
            if r.random() < 0.4:
                entry["when"] = (
                    formula("boolean", 2)
                    if r.random() < 0.9
                    else {"not_encoded": "condizione ignota"}
                )
            if kind in ("number", "square") and r.random() < 0.5:
                entry["round"] = {"decimals": r.randint(0, 10), "mode": r.choice(MODES)}
            entries["rules"][code] = entry
            if kind in ("number", "square"):
                w.numbers.append(code)
                if r.random() < 0.4:
                    fields[code] = {"type": "number"}
            elif kind == "boolean":
                w.booleans.append(code)
                if r.random() < 0.3:
                    fields[code] = {"type": "boolean"}
            elif kind == "gap":
                (w.numbers if r.random() < 0.5 else w.booleans).append(code)
        elif kind == "decision":
            names = [f"o{n}" for n in range(r.randint(1, 4))]
            outcomes = [r.choice(names) for _ in names]
            tests = [formula("boolean", 2) for _ in names]
            if len(names) == 2 and r.random() < 0.5:
                tests[1] = f"not {tests[0]}"
            cases = [
                {
                    "outcome": o,
                    "when": t,
                    "message": {"it": f"Esito {{{r.choice(w.numbers)}}} di {{edition}}"},
                }
                if r.random() < 0.95
                else {"outcome": o, "not_encoded": "caso ignoto"}
                for o, t in zip(outcomes, tests, strict=True)
            ]
            if r.random() < 0.4:
                cases.append({"outcome": "altro", "otherwise": True})
                outcomes = [*outcomes, "altro"]
            entries["decisions"][code] = (
                {"policy": r.choice(["exclusive", "first"]), "cases": cases}
                if r.random() < 0.95
                else {"not_encoded": "decisione ignota"}
            )
            if "cases" in entries["decisions"][code]:
                w.texts[code] = outcomes
        elif kind == "section":
            entry = {
                "title": code,
                "due": formula("boolean", 2)
                if r.random() < 0.9
                else {"not_encoded": "quando è ignoto"},
            }
            if sections and r.random() < 0.5:
                entry["part_of"] = r.choice(sections)
            if r.random() < 0.7:
                entry["fields"] = r.sample(["n1", "n2", "i1", "t1", "free", "b1"], 3)
                entry["optional"] = entry["fields"][:1] if r.random() < 0.5 else []
            elif r.random() < 0.5:
                entry["not_encoded"] = "campi ignoti"
            entries["sections"][code] = entry
            w.texts[code] = ["due", "not_due"]
            sections.append(code)
        elif kind == "check":
            entries["checks"][code] = {
                "expect": formula("boolean"),
                "severity": r.choice(["error", "warning", "info"]),
                "message": {"it": "No: {free} {n1}"},
            }
            w.texts[code] = ["passed", "failed"]
        else:
            entries["messages"][code] = {
                "when": formula("boolean", 2),
                **(
                    {"text": {"it": "Vale {n1}, {t1}, {b1}"}}
                    if r.random() < 0.8
                    else {"not_encoded": "parole ignote"}
                ),
            }
    book = {
        "language": "1", "rulebook": "prova", "edition": "2024", "version": "1.0.0", "status": "draft", "title": "Prova",
        "report": "prova.schema.json",
        "parameters": {"p1": {"label": "p1", "value": r.choice(NUMBERS)}},
        "groups": {"g1": ["n1", "i1", "i2"], "g2": r.sample(w.numbers, min(3, len(w.numbers)))},
        **{key: value for key, value in entries.items() if value},
    }  # fmt: skip
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:prova", "type": "object",
        "properties": {
            "rulebook": {"type": "string"}, "subject": {"type": "object"}, "printed": {"type": "object"},
            "fields": {"type": "object", "properties": fields, "additionalProperties": False},
        },
    }  # fmt: skip
    return book, schema, [report_fields(r, fields) for _ in range(4)]


def report_fields(r, fields):
    """Fill a report: numbers as their text, some fields left out."""
    filled = {}
    for code, declaration in fields.items():
        if r.random() < r.choice([0, 0.05, 0.4]):
            continue
        if declaration["type"] == "number":
            filled[code] = ("#", r.choice(NUMBERS))
        elif declaration["type"] == "integer":
            filled[code] = (
                "#",
                r.choice([n for n in NUMBERS if "." not in n and not n.startswith("-")]),
            )
        elif declaration["type"] == "boolean":
            filled[code] = r.random() < 0.5
        else:
            filled[code] = (
                r.choice(CHOICES) if "enum" in declaration else r.choice(["", "testo", "è così"])
            )
    return filled


def to_json(value):
    """Write JSON with numbers exactly as their text; a number in a rulebook is one that is written so."""
    if isinstance(value, tuple):
        return value[1]
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {to_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def write_case(seed, folder: Path):
    """Write a rulebook and its schema into a folder; return the rulebook's path and the reports' paths."""
    book, schema, reports = generate(seed)
    book["language"] = ("#", "1")
    book["parameters"]["p1"]["value"] = ("#", book["parameters"]["p1"]["value"])
    (folder / "prova.json").write_text(to_json(book), encoding="utf-8")
    (folder / "prova.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    paths = []
    for index, fields in enumerate(reports):
        path = folder / f"report{index}.json"
        path.write_text(
            to_json({"rulebook": "prova/2024", "subject": {}, "fields": fields}), encoding="utf-8"
        )
        paths.append(path)
    return folder / "prova.json", paths
