"""Random rulebooks with their schema and a report, from a seed.

For tests that compare two ways to one answer.

`generate_case(seed)` gives a rulebook's YAML text, its report's JSON Schema and a report that the
schema admits. The rulebook always links. Together the seeds reach every operator and function,
every kind of entry, `for_each`, groups, `when`, `round`, `display`, missing fields, zero divisors,
numbers beyond the limit, `first`, exclusive and `otherwise` decisions with gaps, conflicts and no
case, `part_of`, `not_encoded` in every place, declared values of each agreement, sentences with
arguments, and printed sentences. Plain `random.Random(seed)`: no two runs differ.

`load_case` compiles a case in memory, without the JSON Schema of rulebooks, which takes most of the
time; `write_case` puts it into a folder, for `ruletrail.load` and the command line.
"""

import json
import random
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

from ruletrail.api import Plan
from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS, from_python, read_text
from ruletrail.library import rulebook_schema
from ruletrail.linking import link_rulebook
from ruletrail.problems import ProblemsError
from ruletrail.rulebooks import build_rulebook, expand_for_each
from ruletrail.schemas import build_schema
from ruletrail.schemas.places import type_document

UNITS = (None, None, "euro", "ore", "utenti")
ROUNDERS = ("floor", "ceil", "trunc", "round_half_up", "round_half_even")
MODES = ("half_up", "half_even", "down", "up", "floor", "ceiling")
EVIDENCE = ("seed", "quoted", "inferred", "assumed")


class Raw(str):
    """A scalar that YAML gets as it is, without quotes."""

    __slots__ = ()


@dataclass
class _Case:
    """What has been made so far: the codes by type, and the entries by kind."""

    rng: random.Random
    numbers: dict[str, str | None] = field(default_factory=dict)
    booleans: list[str] = field(default_factory=list)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    units_of_groups: dict[str, str | None] = field(default_factory=dict)
    truths: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, dict] = field(default_factory=dict)
    report: dict[str, object] = field(default_factory=dict)
    entries: dict[str, dict] = field(default_factory=dict)
    parameters: dict[str, dict] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)
    count: int = 0

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def generate_case(seed: int) -> tuple[str, dict, dict]:
    """Make a rulebook's YAML text, its schema and a report, always the same for one seed."""
    case = _Case(random.Random(seed))  # noqa: S311 - a test, not a secret
    case.entries = {kind: {} for kind in ("rules", "decisions", "sections", "checks", "messages")}
    _make_fields(case)
    _make_parameters(case)
    _make_groups(case)
    kinds = [
        *("rule",) * 7,
        "decision",
        "decision",
        "section",
        "section",
        "check",
        "check",
        "message",
        "row",
        "declared",
    ]
    if case.chance(0.15):
        _make_large(case)
    for _ in range(case.rng.randint(4, 14)):
        _MAKERS[case.rng.choice(kinds)](case)
        if case.chance(0.15):
            _make_groups(case)
    return _write(case), _schema(case), _report(case)


# -- Fields, parameters, groups


def _number(rng: random.Random) -> Decimal:
    kind = rng.randrange(7)
    if kind <= 1:
        return Decimal(rng.choice([0, 0, 1, 1, 2, 3]))
    if kind <= 3:
        return Decimal(rng.randint(-20, 200))
    if kind == 4:
        return Decimal(rng.randint(-(10**6), 10**6)).scaleb(-2)
    if kind == 5:
        return Decimal(rng.randint(0, 10**14))
    return Decimal(
        rng.choice(["8.50", "0.0000000001", "-2.5", "2.5", "0.10", "1.005", "-1.5", "3.3333333333"])
    )


def _make_fields(case: _Case) -> None:
    rng = case.rng
    for _ in range(rng.randint(3, 7)):
        code, unit = case.name("F"), rng.choice(UNITS)
        _declare(case, code, "number", unit=unit, value=_number(rng))
    for _ in range(rng.randint(1, 2)):
        _declare(
            case, case.name("T"), "text", choices=("SI", "NO") if case.chance(0.7) else (), value=""
        )
    if case.chance(0.7):
        _declare(case, case.name("V"), "boolean", value=case.chance(0.5))


def _declare(
    case: _Case, code: str, kind: str, *, value, unit=None, choices=(), present=0.8
) -> None:
    declared: dict = {
        "title": f"Campo {code}",
        "type": {"number": "number", "text": "string", "boolean": "boolean"}[kind],
    }
    if unit is not None:
        declared["unit"] = unit
    if kind == "number":
        case.numbers[code] = unit
    elif kind == "boolean":
        case.booleans.append(code)
    else:
        case.texts[code] = choices
        value = case.rng.choice(choices or ("", "perché", "so and so", "x"))
        if choices:
            declared["enum"] = list(choices)
    case.fields[code] = declared
    if case.chance(present):
        case.report[code] = value


def _make_parameters(case: _Case) -> None:
    rng = case.rng
    for _ in range(rng.randint(0, 3)):
        code, unit = case.name("P"), rng.choice(UNITS)
        value = _number(rng)
        entry = {
            "value": Raw(format(value, "f")),
            "label": f"Costante {code}",
            "source": "modulo",
            "evidence": rng.choice(EVIDENCE),
        }
        if unit is not None:
            entry["unit"] = unit
        if case.chance(0.2):
            entry["display"] = {"decimals": rng.randint(0, 4), "grouping": case.chance(0.5)}
        case.parameters[code] = entry
        case.numbers[code] = unit
    if case.chance(0.3):
        code = case.name("P")
        case.parameters[code] = {"value": "SI"}
        case.texts[code] = ("SI",)


def _make_groups(case: _Case) -> None:
    rng = case.rng
    if case.chance(0.7):
        unit = rng.choice(list(case.numbers.values()))
        members = [code for code, found in case.numbers.items() if found in (unit, None)]
        name = case.name("G")
        case.groups[name] = rng.sample(members, rng.randint(1, min(4, len(members))))
        case.units_of_groups[name] = unit
    if case.booleans and case.chance(0.3):
        case.truths[case.name("G")] = rng.sample(case.booleans, rng.randint(1, len(case.booleans)))


# -- Expressions


def number(case: _Case, depth: int, unit: str | None) -> str:
    """Write an expression that is a number, of this unit or of none."""
    rng = case.rng
    if depth <= 0 or case.chance(0.15):
        return _number_leaf(case, unit)
    kind = rng.randrange(13)
    if kind <= 2:
        return (
            f"{number(case, depth - 1, unit)} {rng.choice('+-')} "
            f"{_bracketed(number(case, depth - 1, unit))}"
        )
    if kind <= 5:
        sides = [_bracketed(number(case, depth - 1, rng.choice(UNITS))) for _ in range(2)]
        return f"{sides[0]} {rng.choice(['*', '/', '/', '%'])} {sides[1]}"
    if kind == 6:
        return f"{rng.choice('-+')}{_bracketed(number(case, depth - 1, unit))}"
    if kind == 7:
        return _choice(
            number(case, depth - 1, unit), condition(case, depth - 1), number(case, depth - 1, unit)
        )
    if kind == 8:
        name = rng.choice(("sum", "min", "max"))
        arguments = [number(case, depth - 1, unit) for _ in range(rng.randint(1, 3))]
        return f"{name}({', '.join([*arguments, *_some_group(case, unit)])})"
    if kind == 9:
        digits = f", {rng.randint(0, 4)}" if case.chance(0.5) else ""
        return f"{rng.choice(ROUNDERS)}({number(case, depth - 1, unit)}{digits})"
    if kind == 10:
        return f"abs({number(case, depth - 1, unit)})"
    if kind == 11:
        name = rng.choice(("default", "if_missing"))
        return f"{name}({number(case, depth - 1, unit)}, {number(case, depth - 1, unit)})"
    if case.chance(0.5) and case.texts:
        return f"length({rng.choice(list(case.texts))})"
    arguments = [condition(case, depth - 1) for _ in range(rng.randint(1, 3))]
    truths = [rng.choice(list(case.truths))] if case.truths and case.chance(0.5) else []
    return f"count({', '.join([*arguments, *truths])})"


def _number_leaf(case: _Case, unit: str | None) -> str:
    codes = [code for code, found in case.numbers.items() if found in (unit, None)]
    if not codes or case.chance(0.25):
        return case.rng.choice(["0", "1", "2", "3", "100", "0.5", "1.25", "7"])
    return case.rng.choice(codes)


def _some_group(case: _Case, unit: str | None) -> list[str]:
    found = [name for name, of in case.units_of_groups.items() if of in (unit, None)]
    return [case.rng.choice(found)] if found and case.chance(0.5) else []


def _bracketed(text: str) -> str:
    return text if text.replace(".", "").isalnum() else f"({text})"


def _choice(body: str, test: str, other: str) -> str:
    return f"({body} if {test} else {other})"


def condition(case: _Case, depth: int) -> str:
    """Write an expression that is a boolean."""
    rng = case.rng
    kind = rng.randrange(11)
    if depth <= 0 or kind <= 2:
        return _condition_leaf(case, max(depth - 1, 0))
    if kind <= 5:
        word = rng.choice((" and ", " or "))
        return (
            "("
            + word.join(_bracketed(condition(case, depth - 1)) for _ in range(rng.randint(2, 3)))
            + ")"
        )
    if kind == 6:
        return f"(not {_bracketed(condition(case, depth - 1))})"
    if kind == 7:
        name = rng.choice(("is_missing", "applies"))
        if case.chance(0.7):
            return f"{name}({rng.choice([*case.numbers, *case.texts, *case.booleans])})"
        return f"{name}({number(case, depth - 1, None)})"
    if kind == 8:
        return _choice(
            condition(case, depth - 1), condition(case, depth - 1), condition(case, depth - 1)
        )
    if kind == 9:
        return (
            f"{rng.choice(('default', 'if_missing'))}({condition(case, depth - 1)}, "
            f"{rng.choice(('true', 'false'))})"
        )
    return (
        f"({_bracketed(condition(case, depth - 1))} {rng.choice(('==', '!='))} "
        f"{_bracketed(condition(case, depth - 1))})"
    )


def _condition_leaf(case: _Case, depth: int) -> str:
    rng = case.rng
    kind = rng.randrange(8)
    if kind <= 3 or (kind <= 5 and not case.texts):
        unit = rng.choice(UNITS)
        sign = rng.choice(("<", "<=", "==", "!=", ">=", ">"))
        return f"{number(case, depth, unit)} {sign} {number(case, depth, unit)}"
    if kind == 4:
        code = rng.choice(list(case.texts))
        choices = case.texts[code] or ("", "x", "perché")
        quote = rng.choice("\"'")
        return f"{code} {rng.choice(('==', '!='))} {quote}{rng.choice(choices)}{quote}"
    if kind == 5:
        code = rng.choice(list(case.texts))
        listed = [f'"{choice}"' for choice in case.texts[code] or ("x", "")]
        return (
            f"{code} {rng.choice(('in', 'not in'))} "
            f"[{', '.join(rng.sample(listed, rng.randint(1, len(listed))))}]"
        )
    if kind == 6 and case.booleans:
        return rng.choice(case.booleans)
    if kind == 7 and case.numbers:
        unit = rng.choice(UNITS)
        return (
            f"{number(case, depth, unit)} in [{rng.randint(0, 3)}, -{rng.randint(1, 3)}, "
            f"{_number_leaf(case, unit)}]"
        )
    return rng.choice(("true", "false", "true or false", "not false"))


def _clip(text: str, otherwise: str) -> str:
    """Keep the language's limits of length and depth, which a deep random expression may pass."""
    deepest = depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return text if len(text) <= 300 and deepest <= 20 else otherwise


# -- Entries


def _basis(case: _Case) -> dict:
    rng = case.rng
    found: dict = {}
    if case.chance(0.5):
        found["source"] = rng.choice(("modulo", "legge", ["modulo", "legge"]))
    if case.chance(0.5):
        found["evidence"] = rng.choice(EVIDENCE)
    if case.chance(0.2):
        found["note"] = "nota; con «segni» e {graffe}"
    return found


def _condition_or_gap(case: _Case) -> object:
    if case.chance(0.08):
        return {"not_encoded": case.rng.choice(("non noto", "a; b", "b", "testo mancante"))}
    return _clip(condition(case, 3), "true")


def _sentence(case: _Case) -> dict:
    names = [*case.numbers, *case.texts, *case.booleans, "edition", "version", "rulebook"]
    shown = "".join(f" {{{case.rng.choice(names)}}}," for _ in range(case.rng.randint(0, 3)))
    return {"it": f"Frase {case.name('N')}:{shown} l'anno è finito.", **_basis(case)}


def _make_rule(case: _Case) -> None:
    rng = case.rng
    code, kind = case.name("R"), rng.random()
    entry: dict = {"label": f"Regola {code}", **_basis(case)}
    if case.chance(0.3):
        entry["when"] = _condition_or_gap(case)
    if kind < 0.07:
        entry["not_encoded"] = rng.choice(("non noto", "formula mancante", "b"))
        case.numbers[code] = None
    elif kind < 0.75:
        unit = rng.choice(UNITS)
        entry["formula"] = _clip(number(case, 4, unit), "1 / 3")
        if unit is not None:
            entry["unit"] = unit
        case.numbers[code] = unit
        if case.chance(0.4):
            entry["round"] = {"decimals": rng.randint(0, 6), "mode": rng.choice(MODES)}
        if case.chance(0.2):
            entry["display"] = (
                {"grouping": False} if case.chance(0.4) else {"decimals": rng.randint(0, 4)}
            )
    elif kind < 0.9:
        entry["formula"] = _clip(condition(case, 4), "true")
        case.booleans.append(code)
    else:
        entry["formula"] = f'"alto" if {_clip(condition(case, 2), "true")} else "basso"'
        case.texts[code] = ("alto", "basso")
    case.entries["rules"][code] = entry


def _make_row(case: _Case) -> None:
    """Make one rule and one check for each of some rows, by `for_each`."""
    rows = [case.name("M") for _ in range(case.rng.randint(1, 3))]
    for row in rows:
        _declare(case, row, "number", unit="utenti", value=Decimal(case.rng.randint(0, 4)))
        _declare(case, f"{row}_ore", "number", unit="ore", value=_number(case.rng))
    case.entries["rules"][f"{{riga}}_media_{rows[0]}"] = {
        "for_each": {"riga": rows}, "label": "Media {riga}", "when": "{riga} > 0",
        "formula": "{riga}_ore ÷ {riga}", "round": {"decimals": 2, "mode": case.rng.choice(MODES)},
    }  # fmt: skip
    case.numbers |= {f"{row}_media_{rows[0]}": None for row in rows}
    case.entries["checks"][f"{{riga}}_ore_{rows[0]}"] = {
        "for_each": {"riga": rows}, "label": "Ore {riga}",
        "expect": "{riga} > 0 or {riga}_ore == 0", "severity": "warning",
        "message": {"it": "Rigo {riga}: ore senza utenti nel {edition}."},
    }  # fmt: skip


def _make_declared(case: _Case) -> None:
    """Make a rule that the report declares too, with each way to agree."""
    rng = case.rng
    code, top, bottom = case.name("D"), case.name("F"), case.name("F")
    upper, lower = Decimal(rng.randint(0, 500)), Decimal(rng.choice((0, 3, 4, 7, 8)))
    _declare(case, top, "number", value=upper, present=0.9)
    _declare(case, bottom, "number", value=lower, present=0.9)
    decimals = rng.randint(0, 3)
    exact = upper / (lower or 1)
    how = rng.choice((ROUND_HALF_UP, ROUND_DOWN, "zero", "other"))
    value = {"zero": Decimal(0), "other": Decimal(rng.randint(0, 9))}.get(how)
    if value is None:
        value = exact.quantize(Decimal(1).scaleb(-decimals), rounding=how)
    entry = {"label": f"Dichiarato {code}", "formula": f"{top} / {bottom}", "when": f"{bottom} > 0"}
    if case.chance(0.6):
        entry["round"] = {"decimals": rng.randint(0, 4), "mode": rng.choice(MODES)}
    if case.chance(0.3):
        entry["unit"] = "euro"
    case.entries["rules"][code] = entry
    _declare(case, code, "number", value=value, present=0.9)
    case.numbers[code] = entry.get("unit")


def _make_large(case: _Case) -> None:
    """Make numbers that grow past four hundred digits."""
    first = case.name("F")
    _declare(
        case,
        first,
        "number",
        value=Decimal(case.rng.choice(("999999999999999", "3.0000000001", "7"))),
        present=1,
    )
    previous = first
    for _ in range(3):
        code = case.name("B")
        sign = case.rng.choice("**/")
        formula = f"{previous} {sign} {previous} * {previous} * {previous} * {previous}"
        case.entries["rules"][code] = {
            "formula": f"1 / 3 / ({formula})" if case.chance(0.2) else formula
        }
        case.numbers[code] = None
        previous = code


def _make_decision(case: _Case) -> None:
    rng = case.rng
    code = case.name("D")
    entry: dict = {"label": f"Decisione {code}", **_basis(case)}
    outcomes = ("alto", "basso", "medio")
    if case.chance(0.06):
        case.entries["decisions"][code] = {**entry, "not_encoded": "casi non noti"}
        case.texts[code] = ()
        return
    if case.chance(0.45):
        entry["policy"] = rng.choice(("first", "exclusive"))
    test = _clip(condition(case, 3), "true")
    split = case.chance(0.4)
    cases: list[dict] = []
    for at in range(rng.randint(1, 3)):
        one: dict = {"outcome": rng.choice(outcomes), **_basis(case)}
        if case.chance(0.06):
            one["not_encoded"] = "caso non noto"
        else:
            one["when"] = (
                (test if at == 0 else f"not ({test})")
                if split and at < 2
                else _condition_or_gap(case)
            )
        cases.append(one)
    if case.chance(0.4):
        cases.append({"outcome": rng.choice(outcomes), "otherwise": Raw("true")})
    for one in cases:
        if case.chance(0.6):
            one["message"] = _sentence(case)
    entry["cases"] = cases
    case.entries["decisions"][code] = entry
    case.texts[code] = tuple(dict.fromkeys(one["outcome"] for one in cases))


def _make_section(case: _Case) -> None:
    rng = case.rng
    code = case.name("S")
    entry: dict = {"title": f"Quadro {code}", "due": _condition_or_gap(case), **_basis(case)}
    parents = list(case.entries["sections"])
    if parents and case.chance(0.4):
        entry["part_of"] = rng.choice(parents)
    if case.chance(0.15):
        entry["not_encoded"] = "righi non noti"
    else:
        listed = rng.sample(list(case.fields), rng.randint(0, min(3, len(case.fields))))
        entry["fields"] = listed
        entry["optional"] = rng.sample(listed, rng.randint(0, len(listed)))
    spoken = [word for word in ("due", "not_due") if case.chance(0.5)]
    if spoken:
        entry["message"] = {word: _sentence(case) for word in spoken}
    case.entries["sections"][code] = entry
    case.texts[code] = ("due", "not_due")


def _make_check(case: _Case) -> None:
    code = case.name("C")
    entry: dict = {
        "label": f"Controllo {code}",
        "severity": case.rng.choice(("error", "warning", "info")),
        **_basis(case),
    }
    if case.chance(0.06):
        entry["not_encoded"] = "controllo non noto"
    else:
        entry["expect"] = _condition_or_gap(case)
    if case.chance(0.6):
        entry["message"] = _sentence(case)
    case.entries["checks"][code] = entry
    case.texts[code] = ("passed", "failed")


def _make_message(case: _Case) -> None:
    code = case.name("N")
    entry: dict = {"label": f"Frase {code}", "when": _condition_or_gap(case), **_basis(case)}
    kind = case.rng.random()
    if kind < 0.15:
        entry["not_encoded"] = "frase non nota"
    elif kind < 0.4:
        text = f"La frase {code} – dell’ente è fissa."
        entry["text"] = {"it": text}
        case.printed.append(text.replace(" ", "  ").replace("–", "‑"))
    else:
        entry["text"] = _sentence(case)
    case.entries["messages"][code] = entry


_MAKERS = {
    "rule": _make_rule, "row": _make_row, "declared": _make_declared, "decision": _make_decision,
    "section": _make_section, "check": _make_check, "message": _make_message,
}  # fmt: skip


# -- The three documents


def _flow(data: object) -> str:
    if isinstance(data, dict):
        return (
            "{"
            + ", ".join(
                f"{json.dumps(key, ensure_ascii=False)}: {_flow(value)}"
                for key, value in data.items()
            )
            + "}"
        )
    if isinstance(data, list):
        return "[" + ", ".join(map(_flow, data)) + "]"
    if isinstance(data, Raw):
        return str(data)
    return json.dumps(data, ensure_ascii=False)


def _write(case: _Case) -> str:
    lines = [
        "language: 1",
        "rulebook: prova",
        'edition: "2024"',
        "version: 1.0.0",
        "status: draft",
        "title: Rulebook generato",
    ]
    lines += ["report: prova.schema.json", f"locale: {case.rng.choice(('it', 'it', 'en'))}"]
    lines += [
        "sources:",
        '  modulo: {title: "Modulo", kind: form}',
        '  legge: {title: "Legge", kind: law, url: "urn:x"}',
    ]
    groups = {**case.groups, **case.truths}
    for kind, entries in {"parameters": case.parameters, "groups": groups, **case.entries}.items():
        codes = list(entries)
        case.rng.shuffle(codes)
        if codes:
            lines.append(f"{kind}:")
            lines += [f"  {json.dumps(code)}: {_flow(entries[code])}" for code in codes]
    text = "\n".join(lines) + "\n"
    return text.replace('"it": "', '"en": "') if "locale: en" in text else text


def _schema(case: _Case) -> dict:
    fields = {"type": "object", "properties": case.fields, "additionalProperties": False}
    printed = {
        "type": "object",
        "properties": {"messages": {"type": "array", "items": {"type": "string"}}},
    }
    properties = {
        "rulebook": {"type": "string"},
        "subject": {"type": "object"},
        "fields": fields,
        "printed": printed,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:prova:2024",
        "type": "object", "properties": properties, "required": ["rulebook", "fields"],
        "additionalProperties": False,
    }  # fmt: skip


def _report(case: _Case) -> dict:
    report: dict = {
        "rulebook": case.rng.choice(("prova/2024", "prova/2024@1.0.0")),
        "subject": {"comune": "Esempio"},
        "fields": case.report,
    }
    if case.printed and case.chance(0.6):
        report["printed"] = {"messages": [*case.printed, "Una frase che nessuno dice."]}
    return report


def load_case(text: str, schema: dict):
    """Compile a case in memory into the plan that `ruletrail.load` gives.

    A problem is a defect of the generator.
    """
    node, problems = read_text(text, "prova.yaml", RULEBOOK_LIMITS)
    written, found = expand_for_each(node)
    rulebook, more = build_rulebook(written)
    tree, _ = from_python(schema, "prova.schema.json", SCHEMA_LIMITS)
    checked, errors = build_schema(tree, of_report=True)
    problems = [*problems, *found, *more, *errors]
    if problems:
        raise ProblemsError(problems)
    plan, problems = link_rulebook(
        rulebook, checked, type_document(written, rulebook_schema().content)[0]
    )
    if plan is None:
        raise ProblemsError(problems)
    return Plan(plan)


def write_case(text: str, schema: dict, folder: Path) -> Path:
    """Write rulebook and schema into a folder; gives the rulebook's path."""
    (folder / "prova.schema.json").write_text(json.dumps(schema), "utf-8")
    path = folder / "prova.yaml"
    path.write_text(text, "utf-8")
    return path
