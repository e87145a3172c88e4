"""The bytes that a report's trail has at least, known before any of its steps is made."""

from collections.abc import Iterator, Mapping, Sequence

from ruletrail.digests import canonical_json
from ruletrail.formulas import Formula, list_of
from ruletrail.linking import LinkedRulebook, clauses_of, formulas_of, kind_of_entry, label_of
from ruletrail.rulebooks import Case, Clause, Decision, Entry, Rule, RuleException
from ruletrail.trails.bases import Json, write_basis
from ruletrail.trails.lookups import write_scale, write_table

_NO_DIGEST = f"sha256:{'0' * 64}"


def count_least_bytes(linked: LinkedRulebook, rows: Mapping[str, int]) -> dict[str, int]:
    """Count, for each entry, what a trail certainly has of it where the lists have so many rows.

    For each step, and each row, it is what never changes; values, what is read and what rows share
    come on top: no trail is smaller than all together.
    """
    lookups = _count_lookups(linked)
    least = {}
    for code, entry in linked.rulebook.entries.items():
        over = list_of(code)
        times = rows.get(over, 0) if over else 1
        if times:
            used = {name for formula in formulas_of(entry) for name in formula.names}
            step = sum(map(_count_members, _list_steady(linked, entry)))
            least[code] = times * (step + sum(lookups[name] for name in used & lookups.keys()))
    return least


def _count_lookups(linked: LinkedRulebook) -> dict[str, int]:
    """Count the bytes of each scale and table, which each step that calls it repeats."""
    rulebook = linked.rulebook
    written = {
        **{code: write_scale(scale) for code, scale in rulebook.scales.items()},
        **{code: write_table(table) for code, table in rulebook.tables.items()},
    }
    return {code: _count_members(each) for code, each in written.items()}


def _count_members(written: Json) -> int:
    """Count the bytes of the members of an object, which may stand in another one."""
    return len(canonical_json(written).encode()) - len("{}")


def _list_steady(linked: LinkedRulebook, entry: Entry) -> Iterator[Json]:
    """List the members that every step of an entry has, empty where more or less may stand."""
    yield {
        "id": entry.code,
        "kind": kind_of_entry(entry),
        "label": label_of(linked, entry.code),
        "outcome": "",
        "value": 0,
        "reads": {},
        "mark": "",
        "place": 0,
        "digest": _NO_DIGEST,
        **write_basis(entry.basis),
    }
    yield from map(_write_clause, clauses_of(entry))
    for case in _cases_of(entry):
        yield {"mark": str(case.mark), **write_basis(case.basis)}


def _cases_of(entry: Entry) -> Sequence[RuleException | Case]:
    match entry:
        case Rule():
            return entry.exceptions
        case Decision(cases=tuple() as cases):
            return cases
        case _:
            return ()


def _write_clause(clause: Clause) -> Json:
    content = clause.content
    if not isinstance(content, Formula):
        return {"not_encoded": content.why}
    parts = [{"span": list(span), "value": 0} for span in content.spans]
    return {"formula": content.text, "parts": parts}  # a condition's key is longer
