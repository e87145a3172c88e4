"""Random rulebooks with their schema and reports, from a seed: for tests that compare two ways.

`generate(seed)` makes a case that always links. Together the seeds reach every operation of the
table, every kind of entry and key, fields of all types and constraints, `for_each`, groups, each
non-value in every place, numbers beyond the limit, constants, outcomes read as words and mixed with
other words, declared values of each agreement, sentences with arguments, and printed sentences.
One seed makes one case. `tables` cuts reports into tables of every shape for columns.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from ruletrail.api import Plan
from ruletrail.formulas import parse_formula
from ruletrail.linking import LinkedRulebook
from ruletrail.reports import Report
from ruletrail.values import RoundingMode
from support.formula_writer import (
    HOSTILE_LITERALS,
    KINDS,
    LITERALS,
    UNITS,
    WORDS,
    CodeOfLookup,
    FormulaWriter,
    Kind,
)
from support.rulebooks import (
    HEAD,
    REFERENCE,
    Raw,
    flow,
    load_text,
    rows_of,
    rulebook_text,
    schema_of,
)

MODES: tuple[str, ...] = get_args(RoundingMode)
EVIDENCE = ("seed", "quoted", "inferred", "assumed")
REASONS = ("non noto", "a; b", "b", "testo mancante")

Numbers = Literal["any", "small", "near"]
"""Which numbers reports hold: hostile ones too; only small ones; only such as lie near bounds."""

_SMALL = ("0", "1", "2", "3", "7", "10", "100", "-1", "-3", "0.5", "-2.5", "1.005")
_HOSTILE = (
    "12.3456789012", "999999999999999", "-999999999999999.9999999999", "0.0000000001", "8.50",
    "0.10", "3.3333333333", "-1.5", "99999999999999",
)  # fmt: skip
_NEAR = tuple(str(Decimal(n) / d) for n in range(-6, 9) for d in (1, 2, 10))
_CONSTANTS = (
    "0", "7", "1.005", "999999999999999", "999999999999999.9999999999", "922337203685477.5807",
    "922337203685477.5808", "461168601842738.7904", "-999999999999999.9999999999", "-1", "0.1",
)  # fmt: skip

_SHAPES: dict[Kind, Sequence[dict[str, Any]]] = {
    "number": (
        {},
        {},
        {"type": "integer", "minimum": 0},
        {"type": "integer"},
        {"minimum": -3, "maximum": 5},
        {"enum": [1, 2.5, 7]},
        {"allOf": [{"type": "number"}, {"exclusiveMinimum": 0}]},
    ),
    "text": ({}, {"enum": ["SI", "NO"]}, {"enum": ["SI", "NO", "FORSE"]}, {"enum": ["SI"]}),
    "boolean": ({},),
    "date": (
        {"format": "date"},
        {"format": "date", "formatMinimum": "1900-01-01", "formatMaximum": "2100-12-31"},
    ),
}
"""What a field's schema may say beside its type."""

_TYPES: dict[Kind, str] = {
    "number": "number", "boolean": "boolean", "text": "string", "date": "string",
}  # fmt: skip
_DAYS = ("2024-02-29", "2023-12-31", "2000-01-31", "1999-05-31", "2024-03-01", "1900-02-28")
_FAR_DAYS = ("0001-01-01", "9999-12-31", "0004-02-29", "9999-11-30")


# -- Cases -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A rulebook as a document's data, the schema of its reports, and reports that it admits."""

    head: dict[str, str]
    sections: dict[str, dict[str, Any]]
    schema: dict[str, Any]
    reports: list[dict[str, Any]]

    @property
    def text(self) -> str:
        """The rulebook's document, in YAML."""
        return rulebook_text(self.sections, **self.head)

    def load(self) -> Plan:
        """Compile it in memory; a problem is a defect of the generator."""
        return load_text(self.text, self.schema)

    def read(self, plan: Plan) -> list[Report]:
        """Read all reports."""
        return [plan.read(report) for report in self.reports]

    def write(self, folder: Path) -> tuple[Path, list[Path]]:
        """Write rulebook, schema and reports into a folder, in JSON; gives the paths."""
        head = {key: _json_scalar(value) for key, value in {**HEAD, **self.head}.items()}
        sections = {kind: entries for kind, entries in self.sections.items() if entries}
        text = flow({**head, **sections}).replace(*_PLAIN_AND_MAPPING)
        (folder / "prova.json").write_text(text, encoding="utf-8")
        (folder / "schema.json").write_text(json.dumps(self.schema), encoding="utf-8")
        paths = [folder / f"report{at}.json" for at in range(len(self.reports))]
        for path, report in zip(paths, self.reports, strict=True):
            path.write_text(flow(report), encoding="utf-8")
        return folder / "prova.json", paths


_PLAIN_AND_MAPPING = ('"otherwise": not_applicable', '"otherwise": {"not_applicable": true}')
"""What YAML has as a plain word, and JSON, which has none, as a mapping."""


def _json_scalar(written: str) -> Any:
    return Raw(written) if written.isdigit() else written.strip('"')


def generate(
    seed: int,
    *,
    reports: int = 1,
    numbers: Numbers = "any",
    gaps: Sequence[float] = (0, 0.05, 0.2, 0.4),
    kinds: Sequence[str] | None = None,
    also: Sequence[str] = (),
    language: int | None = None,
    lists: bool = False,
) -> Case:
    """Make a case, always the same for one seed.

    `gaps` are the shares of fields that reports may lack. `kinds`, of `MAKERS`, says which entries
    the rulebook has, in this order; without it some are drawn, and then those of `also` made.
    `language` is its version; without it every third rulebook is of version 2. With `lists`, one of
    version 2 has lists of rows, and rules, checks and aggregates of them.
    """
    language = language or (2 if seed % 3 == 1 else 1)
    made = _Making(random.Random(seed), numbers, language)  # noqa: S311 - the same cases each time
    made.make_fields()
    made.make_parameters()
    made.make_groups()
    if language > 1:
        made.make_lookups()
    if lists and language > 1:
        made.make_lists()
    drawn = [made.rng.choice(USUAL_KINDS) for _ in range(made.rng.randint(4, 14))]
    if language > 1:
        drawn[1:1] = ["day", "day"]
    for kind in [*drawn, *also] if kinds is None else kinds:
        MAKERS[kind](made)
        if made.lists:
            made.make_of_rows()
        if made.chance(0.15):
            made.make_groups()
    return made.case(reports, gaps)


@dataclass
class _List:
    """A list of rows: the fields of a row, of which some may be required, and their types."""

    cells: dict[str, dict[str, Any]] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    known: list[tuple[str, Kind, str | None, Sequence[str]]] = field(default_factory=list)
    """The codes of a row that formulas may read, each with type, unit and choices."""


@dataclass
class _Making:
    """What has been made so far: codes by type, and entries by kind."""

    rng: random.Random
    numbers: Numbers
    language: int
    writer: FormulaWriter = field(init=False)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    declared: list[tuple[str, str, str]] = field(default_factory=list)
    """Rules that reports declare too: their code, what they divide and what by."""
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)
    lists: dict[str, "_List"] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        """Begin with nothing."""
        literals = HOSTILE_LITERALS if self.numbers == "any" else LITERALS
        self.writer = FormulaWriter(self.rng, literals=literals, language=self.language)
        self.writer.groups = {"number": {}, "boolean": {}, "date": {}}
        kinds = (
            "parameters",
            "groups",
            "scales",
            "tables",
            "rules",
            "decisions",
            "sections",
            "checks",
            "messages",
        )
        self.sections = {kind: {} for kind in kinds}
        self.locale = self.rng.choice(("it", "it", "en"))

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def know(
        self, code: str, kind: Kind, *, unit: str | None = None, choices: Sequence[str] = ()
    ) -> None:
        """Let formulas read a code from now on."""
        match kind:
            case "number":
                self.writer.numbers[code] = unit
            case "boolean":
                self.writer.booleans.append(code)
            case "text":
                self.writer.texts[code] = tuple(choices)
            case "date":
                self.writer.dates.append(code)

    # -- Fields, parameters, groups ----------------------------------------------------------------

    def make_fields(self) -> None:
        numbers: list[tuple[Kind, int, int]] = [("number", 3, 7), ("text", 1, 3), ("boolean", 0, 2)]
        if self.language > 1:
            numbers.append(("date", 1, 3))
        for kind, fewest, most in numbers:
            for _ in range(self.rng.randint(fewest, most)):
                self.declare(self.name("F"), kind, self.rng.choice(_SHAPES[kind]))

    def declare(
        self,
        code: str,
        kind: Kind,
        shape: Mapping[str, Any] = {},
        *,
        unit: str | None = None,
    ) -> None:
        """Declare a field that formulas read."""
        unit = unit or (self.rng.choice(UNITS) if kind == "number" else None)
        self.fields[code] = {"title": f"Campo {code}", "type": _TYPES[kind], **shape}
        if unit is not None:
            self.fields[code]["unit"] = unit
        self.kinds[code] = kind
        self.know(code, kind, unit=unit, choices=shape.get("enum", ()))

    def make_parameters(self) -> None:
        rng = self.rng
        for _ in range(rng.randint(0, 3)):
            code, unit = self.name("P"), rng.choice(UNITS)
            value = rng.choice([*_SMALL, *(_HOSTILE if self.numbers == "any" else ())])
            entry = {"value": Raw(value), "label": f"Costante {code}", **self.basis()}
            if unit is not None:
                entry["unit"] = unit
            if self.chance(0.2):
                entry["display"] = {"decimals": rng.randint(0, 4), "grouping": self.chance(0.5)}
            self.sections["parameters"][code] = entry
            self.know(code, "number", unit=unit)
        for kind, value in (("text", "SI"), ("boolean", Raw("true"))):
            if self.chance(0.2):
                code = self.name("P")
                self.sections["parameters"][code] = {"value": value}
                self.know(code, kind, choices=("SI",))

    def make_groups(self) -> None:
        rng, writer = self.rng, self.writer
        if self.chance(0.7):
            unit = rng.choice(list(writer.numbers.values()))
            members = [code for code, found in writer.numbers.items() if found in (unit, None)]
            name = self.name("G")
            chosen = rng.sample(members, rng.randint(1, min(4, len(members))))
            self.sections["groups"][name] = chosen
            writer.groups["number"][name] = unit
        if writer.booleans and self.chance(0.3):
            name = self.name("G")
            chosen = rng.sample(writer.booleans, rng.randint(1, len(writer.booleans)))
            self.sections["groups"][name] = chosen
            writer.groups["boolean"][name] = None
        if writer.dates and self.chance(0.5):
            name = self.name("G")
            self.sections["groups"][name] = rng.sample(
                writer.dates, rng.randint(1, len(writer.dates))
            )
            writer.groups["date"][name] = None

    def make_lookups(self) -> None:
        """Make scales of each kind, and tables of several keys."""
        for kind in ("step", "marginal", "linear"):
            if self.chance(0.7):
                self._make_scale(kind)
        for kind in KINDS:
            if self.chance(0.7):
                self._make_table(kind)

    def _know_lookup(self, kind: Kind, lookup: CodeOfLookup) -> None:
        self.writer.lookups.setdefault(kind, []).append(lookup)

    def _make_scale(self, kind: str) -> None:
        rng, code = self.rng, self.name("S")
        numbers = sorted({Decimal(each) for each in rng.sample(_SMALL, rng.randint(1, 5))})
        gives = "rate" if kind == "marginal" else "value"
        bands: list[dict[str, Any]] = []
        for number in numbers:
            begin = "from" if kind == "linear" else rng.choice(("from", "above"))
            bands.append({begin: Raw(str(number)), gives: Raw(rng.choice(_SMALL))})
            if kind == "step" and begin == "from" and self.chance(0.3):
                bands.append({"above": Raw(str(number)), gives: Raw(rng.choice(_SMALL))})
        if kind == "marginal" and self.chance(0.5):
            bands[-1][gives] = rng.choice(("23 %", "5%", "0.125 %"))
        entry: dict[str, Any] = {"kind": kind, "bands": bands, **self.basis()}
        of, unit = rng.choice(UNITS), rng.choice(UNITS)
        entry |= {key: each for key, each in (("of", of), ("unit", unit)) if each is not None}
        numeric = self.sections["parameters"].items()
        if self.chance(0.4):
            times = self.name("P")
            self.sections["parameters"][times] = {"value": Raw(rng.choice(("2", "0.5", "1.005")))}
            entry["times"] = times
        constants = [key for key, each in numeric if each.get("unit") in (None, unit)]
        constants = [key for key in constants if key in self.writer.numbers]
        if gives == "value" and constants and self.chance(0.4):
            bands[0][gives] = rng.choice(constants)
        self.sections["scales"][code] = entry
        self._know_lookup("number", CodeOfLookup(code, (("number", of),), unit))

    def _make_table(self, gives: Kind) -> None:
        rng, code = self.rng, self.name("T")
        kinds = [rng.choice(KINDS) for _ in range(rng.randint(1, 3))]
        cells: dict[Kind, Sequence[Any]] = {
            "number": [Raw(each) for each in _SMALL],
            "text": [word for word in WORDS if word],
            "boolean": [Raw("true"), Raw("false")],
        }
        names = [f"k{at}" for at, _ in enumerate(kinds)]
        keys = list({tuple(rng.choice(cells[kind]) for kind in kinds) for _ in range(5)})
        keys.sort()
        rows = [
            {**dict(zip(names, key, strict=True)), "value": rng.choice(cells[gives])}
            for key in keys
        ]
        entry: dict[str, Any] = {"by": names, "rows": rows, **self.basis()}
        if self.chance(0.3):
            first = next((at for at, kind in enumerate(kinds) if kind != "boolean"), None)
            if first is not None and len(rows) == 1:
                rows[0][names[first]] = rng.sample(list(cells[kinds[first]]), 2)
        if self.chance(0.7):
            entry["otherwise"] = rng.choice([*cells[gives], Raw("not_applicable")])
        self.sections["tables"][code] = entry
        words = [row["value"] for row in rows]
        other = entry.get("otherwise")
        if other is not None and not isinstance(other, Raw):
            words.append(other)
        choices = tuple(dict.fromkeys(words)) if gives == "text" else ()
        self._know_lookup(
            gives, CodeOfLookup(code, tuple((kind, None) for kind in kinds), None, choices)
        )

    # -- Pieces of entries -------------------------------------------------------------------------

    def basis(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.chance(0.5):
            found["source"] = self.rng.choice(("modulo", "legge", ["modulo", "legge"]))
        if self.chance(0.5):
            found["evidence"] = self.rng.choice(EVIDENCE)
        if self.chance(0.2):
            found["note"] = "nota; con «segni» e {graffe}"
        return found

    def gap(self) -> dict[str, str]:
        return {"not_encoded": self.rng.choice(REASONS)}

    def condition(self, depth: int = 3) -> str:
        return self.writer.fitting("boolean", depth).text

    def condition_or_gap(self) -> Any:
        return self.gap() if self.chance(0.08) else self.condition()

    def sentence(self) -> dict[str, Any]:
        writer, words = self.writer, ("edition", "version", "rulebook")
        names = [*writer.numbers, *writer.texts, *writer.booleans, *writer.dates, *words]
        shown = "".join(f" {{{self.rng.choice(names)}}}," for _ in range(self.rng.randint(0, 3)))
        text = f"Frase {self.name('N')}:{shown} l'anno è finito."
        return {self.locale: text, **self.basis()}

    def rounding(self) -> dict[str, Any]:
        return {"decimals": self.rng.randint(0, 10), "mode": self.rng.choice(MODES)}

    def add_rule(
        self,
        kind: Kind,
        entry: Mapping[str, Any],
        *,
        unit: str | None = None,
        choices: Sequence[str] = (),
    ) -> None:
        """Add a rule with what any rule may have beside its formula, and perhaps a field."""
        code = self.name("R")
        entry = {"label": f"Regola {code}", **self.basis(), **entry}
        if self.chance(0.3):
            entry["when"] = self.condition_or_gap()
        if unit is not None:
            entry["unit"] = unit
        if kind == "number" and "formula" in entry:
            if self.chance(0.4):
                entry["round"] = self.rounding()
            if self.chance(0.2):
                shown = {"grouping": False}, {"decimals": self.rng.randint(0, 4)}
                entry["display"] = self.rng.choice(shown)
        if self.language > 1 and self.chance(0.5):
            most = self.rng.randint(1, 3)
            entry["exceptions"] = [self.exception(kind, unit) for _ in range(most)]
        self.sections["rules"][code] = entry
        self.know(code, kind, unit=unit, choices=choices)
        if "formula" in entry and self.chance(0.2):
            form = {"format": "date"} if kind == "date" else {}
            self.fields[code] = {"title": f"Rigo {code}", "type": _TYPES[kind], **form}
            self.kinds[code] = kind

    def exception(self, kind: Kind, unit: str | None) -> dict[str, Any]:
        """Make an exception of a rule; what a number without a unit is multiplied by hides its."""
        entry: dict[str, Any] = {"when": self.condition_or_gap(), **self.basis()}
        if self.chance(0.5):
            entry["label"] = f"Eccezione {self.name('N')}"
        if self.chance(0.08):
            return {**entry, **self.gap()}
        text = self.writer.fitting(kind, 2, unit).text
        is_free = kind == "number" and unit is None
        return {**entry, "formula": f"({text}) * {self.rng.randint(1, 3)}" if is_free else text}

    # -- Entries -----------------------------------------------------------------------------------

    def make_number(self) -> None:
        unit = self.rng.choice(UNITS)
        self.add_rule("number", {"formula": self.writer.fitting("number", 4, unit).text}, unit=unit)

    def make_boolean(self) -> None:
        self.add_rule("boolean", {"formula": self.condition(4)})

    def make_text(self) -> None:
        """Make a rule that is a word: of fields, of outcomes, of whatever was told before."""
        written = self.writer.fitting("text", 3)
        self.add_rule("text", {"formula": written.text}, choices=written.choices)

    def make_length(self) -> None:
        """Make a question about how long a word is, whatever it is put together of."""
        written = self.writer.fitting("text", 3)
        least, sign = self.rng.randint(0, 12), self.rng.choice(("<", "<=", "==", ">=", ">"))
        self.add_rule("boolean", {"formula": f"length({written.text}) {sign} {least}"})

    def make_day(self) -> None:
        """Make a day, and what follows from how far it is from another."""
        self.add_rule("date", {"formula": self.writer.fitting("date", 3).text})

    def make_gap(self) -> None:
        self.add_rule(self.rng.choice(("number", "number", "boolean", "text")), self.gap())

    def make_unencoded(self) -> None:
        """Make a rule without a formula that later ones read as a value of whatever type."""
        code = self.name("R")
        self.sections["rules"][code] = {"label": f"Regola {code}", **self.basis(), **self.gap()}
        self.writer.unencoded.append(code)

    def make_replaced(self) -> None:
        """Make a value in the place of one that is never there, or that one in a value's place."""
        code, kind = self.name("R"), self.rng.choice(KINDS)
        gap = {"label": f"Regola {code}", **self.basis(), **self.gap(), "when": self.condition()}
        self.sections["rules"][code] = gap
        operands = [code, self.writer.fitting(kind, 2).text]
        if self.chance(0.25):
            operands.reverse()
        function = self.rng.choice(("default", "if_missing"))
        self.add_rule(kind, {"formula": f"{function}({', '.join(operands)})"})
        self.know(code, kind)

    def make_constant(self) -> None:
        """Make a rule that is the same in every report."""
        kind: Kind = self.rng.choice(("number", "number", "text", "boolean"))
        words = [word for word in WORDS if word]
        word = self.rng.choice(words)
        text = {
            "number": self.rng.choice(_CONSTANTS if self.numbers == "any" else _SMALL),
            "text": f'"{word}"',
            "boolean": self.rng.choice(("true", "false")),
        }[kind]
        self.add_rule(kind, {"formula": text}, choices=(word,))

    def make_power(self) -> None:
        """Make a number that may grow past all bounds, and what is done with it."""
        base = self.rng.choice(list(self.writer.numbers))
        end = self.rng.choice(("", f" / {base}", " + 1 / 3", " % 7"))
        times = self.rng.randint(2, 28)
        self.add_rule("number", {"formula": " * ".join([base] * times) + end})

    def make_large(self) -> None:
        """Make numbers that grow past four hundred digits, each read by the next."""
        previous = self.name("F")
        self.declare(previous, "number")
        for _ in range(3):
            formula = " * ".join([previous] * 5)
            if self.chance(0.3):
                formula = f"1 / 3 / ({formula})"
            previous = self.name("B")
            self.sections["rules"][previous] = {"formula": formula}
            self.know(previous, "number")

    def make_rows(self) -> None:
        """Make one rule and one check for each of some rows, by `for_each`."""
        rows = [self.name("M") for _ in range(self.rng.randint(1, 3))]
        for row in rows:
            self.declare(row, "number", {"type": "integer", "minimum": 0}, unit="utenti")
            self.declare(f"{row}_ore", "number", unit="ore")
        each = {"for_each": {"riga": rows}}
        self.sections["rules"][f"{{riga}}_media_{rows[0]}"] = {
            **each, "label": "Media {riga}", "when": "{riga} > 0", "formula": "{riga}_ore ÷ {riga}",
            "round": {"decimals": 2, "mode": self.rng.choice(MODES)},
        }  # fmt: skip
        for row in rows:
            self.know(f"{row}_media_{rows[0]}", "number")
        self.sections["checks"][f"{{riga}}_ore_{rows[0]}"] = {
            **each, "label": "Ore {riga}", "expect": "{riga} > 0 or {riga}_ore == 0",
            "severity": "warning",
            "message": {self.locale: "Rigo {riga}: ore senza utenti nel {edition}."},
        }  # fmt: skip

    def make_declared(self) -> None:
        """Make a rule that reports declare too, with each way to agree."""
        code, top, bottom = self.name("D"), self.name("F"), self.name("F")
        self.declare(top, "number", {"type": "integer", "minimum": 0})
        self.declare(bottom, "number", {"type": "integer", "minimum": 0})
        entry: dict[str, Any] = {"label": f"Dichiarato {code}", "formula": f"{top} / {bottom}"}
        if self.chance(0.7):
            entry["when"] = f"{bottom} > 0"
        if self.chance(0.6):
            entry["round"] = {"decimals": self.rng.randint(0, 4), "mode": self.rng.choice(MODES)}
        if self.chance(0.3):
            entry["unit"] = "euro"
        self.sections["rules"][code] = entry
        self.declare(code, "number")
        self.fields[code].pop("unit", None)
        self.know(code, "number", unit=entry.get("unit"))
        self.declared.append((code, top, bottom))

    def make_decision(self) -> None:
        rng, code = self.rng, self.name("D")
        entry: dict[str, Any] = {"label": f"Decisione {code}", **self.basis()}
        self.sections["decisions"][code] = entry
        if self.chance(0.06):
            entry.update(self.gap())
            self.know(code, "text")
            return
        if self.chance(0.45):
            entry["policy"] = rng.choice(("first", "exclusive"))
        test, is_split = self.condition(), self.chance(0.4)
        outcomes = ("alto", "basso", "medio", "SI")
        cases: list[dict[str, Any]] = []
        for at in range(rng.randint(1, 4)):
            one: dict[str, Any] = {"outcome": rng.choice(outcomes), **self.basis()}
            if self.language > 1 and self.chance(0.5):
                label = f"Esito {self.name('N')}"
                one["label"] = {self.locale: label} if self.chance(0.3) else label
            if self.chance(0.06):
                one.update(self.gap())
            elif is_split and at <= 1:
                one["when"] = f"not ({test})" if at and len(test) < 480 else test
            else:
                one["when"] = self.condition_or_gap()
            cases.append(one)
        if self.chance(0.4):
            cases.append({"outcome": rng.choice(outcomes), "otherwise": Raw("true")})
        for one in cases:
            if self.chance(0.6):
                one["message"] = self.sentence()
        entry["cases"] = cases
        self.know(code, "text", choices=tuple(dict.fromkeys(one["outcome"] for one in cases)))

    def make_section(self) -> None:
        rng, code = self.rng, self.name("S")
        entry = {"title": f"Quadro {code}", "due": self.condition_or_gap(), **self.basis()}
        parents = list(self.sections["sections"])
        if parents and self.chance(0.4):
            entry["part_of"] = rng.choice(parents)
        if self.chance(0.15):
            entry.update(self.gap())
        else:
            codes = [*self.fields, *self._codes_of_lists()]
            listed = rng.sample(codes, rng.randint(0, min(3, len(codes))))
            entry["fields"] = listed
            entry["optional"] = rng.sample(listed, rng.randint(0, len(listed)))
        spoken = [word for word in ("due", "not_due") if self.chance(0.5)]
        if spoken:
            entry["message"] = {word: self.sentence() for word in spoken}
        self.sections["sections"][code] = entry
        self.know(code, "text", choices=("due", "not_due"))

    def make_check(self) -> None:
        code, severity = self.name("C"), self.rng.choice(("error", "warning", "info"))
        entry = {"label": f"Controllo {code}", "severity": severity, **self.basis()}
        if self.chance(0.06):
            entry.update(self.gap())
        else:
            entry["expect"] = self.condition_or_gap()
        if self.chance(0.6):
            entry["message"] = self.sentence()
        self.sections["checks"][code] = entry
        self.know(code, "text", choices=("passed", "failed"))

    def make_message(self) -> None:
        code, kind = self.name("N"), self.rng.random()
        entry = {"label": f"Frase {code}", "when": self.condition_or_gap(), **self.basis()}
        if kind < 0.15:
            entry.update(self.gap())
        elif kind < 0.4:
            text = f"La frase {code} – dell’ente è fissa."
            entry["text"] = {self.locale: text}
            self.printed.append(text.replace(" ", "  ").replace("–", "‑"))
        else:
            entry["text"] = self.sentence()
        self.sections["messages"][code] = entry

    # -- Lists of rows -----------------------------------------------------------------------------

    def make_lists(self) -> None:
        """Make lists, with a cell of each type at least, of which some are in every row."""
        for _ in range(self.rng.randint(1, 2)):
            code, found = self.name("L"), _List()
            self.lists[code] = found
            kinds: tuple[Kind, ...] = ("number", "number", "text", "boolean", "date")
            for kind in kinds:
                name, shape = self.name("c"), self.rng.choice(_SHAPES[kind])
                unit = self.rng.choice(UNITS) if kind == "number" else None
                found.cells[name] = {"type": _TYPES[kind], **shape}
                if unit is not None:
                    found.cells[name]["unit"] = unit
                found.kinds[name] = kind
                found.known.append((f"{code}.{name}", kind, unit, shape.get("enum", ())))
                if self.chance(0.2):
                    found.required.append(name)
            self.writer.aggregates.setdefault("number", {})[f"size({code})"] = None
            self.writer.aggregates.setdefault("boolean", {})[f"is_missing({code})"] = None

    def make_of_rows(self) -> None:
        """Make a rule or a check of rows, or an expression over them that others may read."""
        for _ in range(self.rng.randint(0, 2)):
            makers = (self._make_row_rule, self._make_row_check, self._make_aggregate)
            self.rng.choices(makers, (3, 2, 5))[0](self.rng.choice(list(self.lists)))

    def _codes_of_lists(self) -> list[str]:
        cells = [f"{code}.{name}" for code, each in self.lists.items() for name in each.cells]
        return [*self.lists, *cells]

    def _row_writer(self, over: str) -> FormulaWriter:
        """Make a writer of formulas that are of a row: it knows what belongs to no row as well."""
        plain = self.writer
        writer = replace(
            plain, numbers=dict(plain.numbers), booleans=list(plain.booleans),
            texts=dict(plain.texts), dates=list(plain.dates),
        )  # fmt: skip
        kept, self.writer = plain, writer
        for _ in range(3):  # so that what is of the row is read more often
            for code, kind, unit, choices in self.lists[over].known:
                self.know(code, kind, unit=unit, choices=choices)
        self.writer = kept
        return writer

    def _make_aggregate(self, over: str) -> None:
        kind: Kind = self.rng.choice(("number", "boolean", "boolean", "date"))
        unit = self.rng.choice(UNITS) if kind == "number" else None
        text = self._row_writer(over).fitting(kind, self.rng.randint(0, 2), unit).text
        names = {"number": ("sum", "min", "max"), "boolean": ("count", "any", "all")}
        name = self.rng.choice(names.get(kind, ("min", "max")))
        written = f"{name}({text})"
        formula, _ = parse_formula(written, self.language)
        if formula is None or len(written) > 80:
            return
        gives: Kind = "number" if name == "count" else kind
        self.writer.aggregates.setdefault(gives, {})[written] = unit

    def _make_row_rule(self, over: str) -> None:
        rng, found, writer = self.rng, self.lists[over], self._row_writer(over)
        kind: Kind = rng.choice(("number", "number", "boolean", "text", "date"))
        unit = rng.choice(UNITS) if kind == "number" else None
        written = writer.fitting(kind, 3, unit)
        name = self.name("r")
        entry: dict[str, Any] = {"formula": written.text, **self.basis()}
        if kind != "date" and self.chance(0.06):  # which has no type that says day
            entry = {**self.gap()}
        if self.chance(0.4):
            entry["when"] = writer.fitting("boolean", 2).text
        if unit is not None:
            entry["unit"] = unit
        if kind == "number" and "formula" in entry and self.chance(0.4):
            entry["round"] = self.rounding()
        if self.chance(0.3):
            kept, self.writer = self.writer, writer
            entry["exceptions"] = [self.exception(kind, unit) for _ in range(rng.randint(1, 2))]
            self.writer = kept
        self.sections["rules"][f"{over}.{name}"] = entry
        found.known.append((f"{over}.{name}", kind, unit, written.choices))
        if "formula" in entry and self.chance(0.2):
            form = {"format": "date"} if kind == "date" else {}
            found.cells[name], found.kinds[name] = {"type": _TYPES[kind], **form}, kind

    def _make_row_check(self, over: str) -> None:
        code = f"{over}.{self.name('k')}"
        severity = self.rng.choice(("error", "warning", "info"))
        expect = self._row_writer(over).fitting("boolean", 2).text
        entry: dict[str, Any] = {"expect": expect, "severity": severity, **self.basis()}
        if self.chance(0.6):
            shown = self.rng.choice([each[0] for each in self.lists[over].known])
            entry["message"] = {self.locale: f"Riga {{{shown}}}, {{edition}}."}
        self.sections["checks"][code] = entry

    def _list_schemas(self) -> dict[str, dict[str, Any]]:
        schemas = {code: rows_of(self.titled(each.cells)) for code, each in self.lists.items()}
        for code, each in self.lists.items():
            schemas[code]["items"]["required"] = each.required
        return schemas

    def _rows(self, over: str, gaps: float) -> list[dict[str, Any]]:
        found = self.lists[over]
        return [
            {
                name: self.value(found.kinds[name], declared)
                for name, declared in found.cells.items()
                if name in found.required or not self.chance(gaps)
            }
            for _ in range(self.rng.choice((0, 1, 2, 3, 4)))
        ]

    # -- The documents -----------------------------------------------------------------------------

    def case(self, reports: int, gaps: Sequence[float]) -> Case:
        sources = {
            "modulo": {"title": "Modulo", "kind": "form"},
            "legge": {"title": "Legge", "kind": "law", "url": "urn:x"},
        }
        shuffled = {"sources": sources}
        for kind, entries in self.sections.items():
            codes = list(entries)
            self.rng.shuffle(codes)
            shuffled[kind] = {code: entries[code] for code in codes}
        filled = [self.report(self.rng.choice(gaps)) for _ in range(reports)]
        head = {"locale": self.locale, "language": str(self.language)}
        fields = self.titled(self.fields) if self.language > 1 else self.fields
        return Case(head, shuffled, schema_of({**fields, **self._list_schemas()}), filled)

    def titled(self, fields: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Give fields, or cells of a row, with some lists of texts as choices that have titles."""
        found = {}
        for code, declaration in fields.items():
            texts = declaration.get("enum", ())
            found[code] = dict(declaration)
            if declaration["type"] == "string" and texts and self.chance(0.7):
                del found[code]["enum"]
                found[code]["oneOf"] = [{"const": text, "title": f"È {text}"} for text in texts]
        return found

    def report(self, gaps: float) -> dict[str, Any]:
        values = {
            code: self.value(self.kinds[code], declaration)
            for code, declaration in self.fields.items()
            if not self.chance(gaps)
        }
        for code, top, bottom in self.declared:
            if code in values and self.chance(0.8):
                values[code] = self.agreeing(values.get(top), values.get(bottom))
        for code in self.lists:
            if not self.chance(max(gaps, 0.1)):
                values[code] = self._rows(code, gaps)
        reference = self.rng.choice((REFERENCE, f"{REFERENCE}@1.0.0"))
        report = {"rulebook": reference, "subject": {"comune": "Esempio"}, "fields": values}
        if self.printed and self.chance(0.6):
            messages = [*self.printed, "Una frase che nessuno dice."]
            report["printed"] = {"messages": messages}
        return report

    def agreeing(self, top: Decimal | None, bottom: Decimal | None) -> Decimal:
        """Give what a report declares of a quotient: rounded, cut, 0, or something else."""
        how = self.rng.choice((ROUND_HALF_UP, ROUND_HALF_UP, ROUND_DOWN, "zero", "other"))
        if top is None or not bottom or how == "zero" or top > 10**12:
            return Decimal(0)
        if how == "other":
            return Decimal(self.rng.randint(0, 9))
        return (top / bottom).quantize(Decimal(1).scaleb(-self.rng.randint(0, 4)), rounding=how)

    def value(self, kind: Kind, declaration: Mapping[str, Any]) -> Any:
        """Draw a value that a field admits."""
        if kind == "boolean":
            return self.chance(0.5)
        if kind == "text":
            return self.rng.choice(declaration.get("enum") or WORDS)
        if kind == "date":
            is_near = "formatMinimum" in declaration or self.numbers != "any"
            return self.rng.choice(_DAYS if is_near else _DAYS + _FAR_DAYS)
        if "enum" in declaration:
            return Decimal(str(self.rng.choice(declaration["enum"])))
        for _ in range(12):
            number = self.number()
            if admits(declaration, number):
                return number
        return Decimal(self.rng.randint(1, 4))

    def number(self) -> Decimal:
        rng = self.rng
        if self.numbers != "any" or self.chance(0.5):
            return Decimal(rng.choice(_NEAR if self.numbers == "near" else _SMALL))
        match rng.randrange(4):
            case 0:
                return Decimal(rng.choice(_HOSTILE))
            case 1:
                return Decimal(rng.randint(-20, 200))
            case 2:
                return Decimal(rng.randint(-(10**6), 10**6)).scaleb(-2)
        return Decimal(rng.randint(0, 10**14))


def admits(declaration: Mapping[str, Any], number: Decimal) -> bool:
    """Tell whether a field's schema, of those that are made here, admits a number."""
    bounds = [declaration, *declaration.get("allOf", ())]
    is_whole = declaration["type"] != "integer" or number == int(number)
    return is_whole and all(
        bound.get("minimum", number) <= number <= bound.get("maximum", number)
        and ("exclusiveMinimum" not in bound or number > bound["exclusiveMinimum"])
        for bound in bounds
    )


MAKERS: Mapping[str, Callable[[_Making], None]] = {
    "number": _Making.make_number, "boolean": _Making.make_boolean, "text": _Making.make_text,
    "day": _Making.make_day, "length": _Making.make_length, "replaced": _Making.make_replaced,
    "gap": _Making.make_gap, "unencoded": _Making.make_unencoded,
    "constant": _Making.make_constant, "power": _Making.make_power,
    "large": _Making.make_large, "rows": _Making.make_rows, "declared": _Making.make_declared,
    "decision": _Making.make_decision, "section": _Making.make_section,
    "check": _Making.make_check, "message": _Making.make_message,
}  # fmt: skip
"""What makes an entry of each kind, or a few."""

USUAL_KINDS = (
    *("number",) * 5, "boolean", "text", "text", "gap", "unencoded", "constant", "power", "large",
    "rows", "declared", "decision", "decision", "section", "section", "check", "check", "message",
)  # fmt: skip


# -- Values that depend on a day -------------------------------------------------------------------


def dated(case: Case, seed: int) -> Case:
    """Let constants, scales and tables of a case change with a day, if its reports have one.

    Nothing else of it changes. What a value may be, where formulas depend on it, it stays.
    """
    rng = random.Random(seed)  # noqa: S311 - the same cases each time
    fields = case.schema["properties"]["fields"]["properties"]
    days = [code for code, each in fields.items() if each.get("format") == "date"]
    days = [code for code in days if code not in case.sections["rules"]]
    if not days:
        return case
    sections = {kind: dict(entries) for kind, entries in case.sections.items()}
    for code, entry in sections["parameters"].items():
        if rng.random() < 0.6:
            value = entry["value"]
            is_number = isinstance(value, Raw) and value not in ("true", "false")
            others = ("2", "0.5", "1.005") if is_number and "-" not in value else (value,)
            each = [{"value": rng.choice((value, Raw(rng.choice(others))))} for _ in range(3)]
            each = each if is_number else [{"value": value}] * 3
            kept = {key: part for key, part in entry.items() if key != "value"}
            sections["parameters"][code] = {**kept, "values": _from_days(each, rng)}
    for kind, key in (("scales", "bands"), ("tables", "rows")):
        for code, entry in sections[kind].items():
            if rng.random() < 0.6:
                listed = entry[key]
                each = [{key: listed[: rng.randint(1, len(listed))]} for _ in range(2)]
                kept = {name: part for name, part in entry.items() if name != key}
                sections[kind][code] = {**kept, "versions": _from_days([{key: listed}, *each], rng)}
    return replace(case, head={**case.head, "day": rng.choice(days)}, sections=sections)


def _from_days(entries: Sequence[dict[str, Any]], rng: random.Random) -> list[dict[str, Any]]:
    """Give some entries the days from which on they hold, and some a last one."""
    begins = sorted(rng.sample(_DAYS, rng.randint(1, len(entries))))
    dated = [{"from": Raw(day), **entry} for day, entry in zip(begins, entries, strict=False)]
    for one, after in zip(dated, [*begins[1:], "9999-12-31"], strict=True):
        if rng.random() < 0.3:
            ends = [day for day in (*_DAYS, "2010-06-30") if one["from"] <= day < after]
            one["until"] = Raw(rng.choice(ends))
    return dated


# -- Reports and tables ----------------------------------------------------------------------------


def mixed(reports: Sequence[Report], codes: Sequence[str], seed: int, count: int) -> list[Report]:
    """Make reports of the fields of others."""
    chance = random.Random(seed)  # noqa: S311 - the same cases each time
    made = []
    for _ in range(count):
        chosen = {code: chance.choice(reports).fields.get(code) for code in codes}
        kept = {code: value for code, value in chosen.items() if value is not None}
        made.append(replace(reports[0], fields=kept))
    return made


def tables(plan: LinkedRulebook, reports: Sequence[Report], seed: int) -> Iterator[list[Report]]:
    """Cut reports into tables of every shape that has its own code in columns.

    One row, two, three; as many as a field, or a decision, has words, or both together; few odd
    rows among many usual ones.
    """
    chance = random.Random(seed)  # noqa: S311 - the same cases each time
    rows = [*reports, *mixed(reports, list(plan.schema.fields), seed, 9)]
    words = {len(each.choices) for each in plan.signatures.values() if len(each.choices) > 1}
    together = {first + second for first in words for second in words}
    for size in sorted({1, 2, 3} | words | together):
        if size <= len(rows):
            yield chance.sample(rows, size)
    usual = max(rows, key=lambda report: len(report.fields))
    many = [usual] * 12
    many[3], many[8] = chance.choice(rows), chance.choice(rows)
    yield many
    yield rows
