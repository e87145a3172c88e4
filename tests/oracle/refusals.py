"""Reports that a schema refuses: days that do not exist, wrong shapes of lists and of cells."""

from copy import deepcopy
from datetime import date, timedelta
from random import Random

import ruletrail

from .documents import Report, Rulebook, as_json, inline
from .engine import as_mapping

NO_DAYS = ["2023-02-29", "2024-06-31", "0000-01-01", "10000-01-01", "2024-1-1", "1900-02-29"]
NO_DAYS += ["2024-05-31T00:00:00", "31/05/2024", "", "2024-13-01", " 2024-05-31", "2024-W01-1"]


def refusal_differences(
    plan: ruletrail.Plan, rulebook: Rulebook, report: Report, rng: Random
) -> list[str]:
    """Spoil one place of a report, and demand that the problem names it."""
    spoiled = _spoiled(rulebook, report, rng)
    if spoiled is None:
        return []
    mapping, field, code = spoiled
    data = inline(as_json(mapping)).encode()
    seen = [_problems(plan, mapping), _problems(plan, data)]
    found = [] if seen[0] == seen[1] else [f"refused as {seen[0]}, as bytes {seen[1]}"]
    if not any(f == field and code in {None, c} for c, f in seen[0]):
        found.append(f"{mapping}: wanted {code} at {field}, engine {seen[0]}")
    return found


def _problems(plan: ruletrail.Plan, report: object) -> list[tuple[str, str | None]]:
    """List what is wrong with a report: code and field."""
    try:
        plan.evaluate(report)
    except ruletrail.ProblemsError as error:
        return sorted((p.code, p.field or "") for p in error.problems)
    return []


def _spoiled(
    rulebook: Rulebook, report: Report, rng: Random
) -> tuple[dict, str, str | None] | None:
    """Return a report with one thing wrong, the place, and the problem's code where it is told."""
    mapping = deepcopy(as_mapping(report))
    fields = mapping["fields"]
    places = [(fields, code, code, declared) for code, declared in rulebook.fields.items()]
    for name, cells in rulebook.lists.items():
        if name in fields:
            for at, row in enumerate(fields[name], 1):
                places += [(row, c, f"{name}[{at}].{c}", d) for c, d in cells.items()]
    where, key, field, declared = rng.choice(places)
    if declared["type"] == "array":
        return _spoiled_list(mapping, key, declared, rng)
    wrong: list[tuple[object, str | None]] = [([], None), ({}, None)]
    if declared.get("format") == "date":
        wrong = [(day, "wrong-format") for day in NO_DAYS] + [(20240531, None), (True, None)]
        for end, step in (("formatMinimum", -1), ("formatMaximum", 1)):
            limit = date.fromisoformat(declared.get(end, "2000-01-01"))
            if end in declared and date.min < limit < date.max:
                wrong += [(limit + timedelta(step), "out-of-range")] * 6
    elif declared["type"] == "boolean":
        wrong += [("true", None), (0, None)]
    elif declared["type"] != "string":
        wrong += [("5", None), (True, None)]
    where[key], code = rng.choice(wrong)
    return mapping, field, code


def _spoiled_list(mapping: dict, name: str, declared: dict, rng: Random) -> tuple[dict, str, None]:
    """Put something that is no list of such rows in the place of a list."""
    cells = as_json(mapping["fields"].get(name, []))
    most = declared["maxItems"]
    wrong = [(3, name), ("[]", name), ({}, name), ([{}] * (most + 1), name)]
    wrong += [([5], f"{name}[1]"), ([[]], f"{name}[1]"), ([{"zz": 1}], f"{name}[1].zz")]
    if len(cells) < most:
        wrong.append(([*mapping["fields"].get(name, []), 7], f"{name}[{len(cells) + 1}]"))
    mapping["fields"][name], field = rng.choice(wrong)
    return mapping, field, None
