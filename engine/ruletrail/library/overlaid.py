"""What an overlay takes away from its base or changes in it, and is to blame for.

The entries that read it mostly stand in the base, which is right by itself: they are named, and the
place is that of the overlay.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from ruletrail.documents import MappingNode, Node, ScalarNode, members_of
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import Formula
from ruletrail.library.sources import Source
from ruletrail.linking import clauses_of
from ruletrail.problems import (
    MOST_PROBLEMS,
    Mark,
    Problem,
    name_entry,
    quote,
    quote_to_write,
)
from ruletrail.rulebooks import Clause, Rule, Rulebook, list_readers, refuse_removal, scalars_at
from ruletrail.schemas import Schema
from ruletrail.suggestions import KnownNames, Nearest, code_like

READING_NOTHING = frozenset(
    {"unknown-code", "unknown-function", "unknown-placeholder", "unknown-section"}
    | {"unknown-source", "formula-bare-text"}
)
"""What is said of an entry that reads a code which is not there."""


_UNITS = ("unit", "of")
_DECIDED_BY: Mapping[str, tuple[str, ...]] = {
    "unit-clash": _UNITS,
    "type-mismatch": ("type", "value", "values", "formula"),
    "impossible-comparison": ("cases",),
    "wrong-argument-count": ("by",),
}
"""What is said of a reader that does not fit, and the keys of what it reads that decide it."""


_OF_FIELD = "code-of-field"
"""What is said of an entry whose code a field of the form has."""

_PARTS = frozenset({
    "parameters", "groups", "scales", "tables", "rules", "decisions", "sections", "checks",
    "messages",
})  # fmt: skip
"""The parts of a rulebook whose keys are codes."""


_KEYS = frozenset(key for keys in _DECIDED_BY.values() for key in keys)


@dataclass(frozen=True, slots=True)
class Layer:
    """A base as it is merged of its own, the file it comes from, and what is laid over it."""

    source: Source
    base: MappingNode
    over: MappingNode


@dataclass(frozen=True, slots=True)
class Change:
    """What an overlay writes in the place of what its base has under one key of an entry."""

    mark: Mark
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Overlaid:
    """What the overlays of a rulebook drop and change, by code, and by code and key."""

    removed: dict[str, Mark] = field(default_factory=dict)
    changed: dict[tuple[str, str], Change] = field(default_factory=dict)
    taken: dict[str, tuple[Mark, Mark]] = field(default_factory=dict)
    """Codes of an overlay that name something of another kind in its base; where each stands."""


def name_meant_entries(problems: list[Problem], layers: Iterable[Layer]) -> list[Problem]:
    """Say of an entry of an overlay that lacks something which one of its base was meant.

    And of one that reads itself that it replaces what it meant to read.
    """
    for layer in layers:
        meant = _find_meant(problems, layer)
        own = layer.over.mark.file
        problems = [
            _name_replaced(each, layer)
            if each.wording == "reads-itself" and each.mark.file == own
            else meant.get(id(each), each)
            for each in problems
        ]
    return problems


def name_removable(
    problems: list[Problem], find_codes: Callable[[], Iterable[str]]
) -> list[Problem]:
    """Say of a text below `remove` that is no code which code of the base is meant, if one is.

    What it would be without accents and spaces may be no code there either.
    """
    wrong = [each for each in problems if _is_no_code(each)]
    if not wrong:
        return problems
    known = KnownNames(tuple(find_codes()))
    return [_name_removable(each, known) if each in wrong else each for each in problems]


def _is_no_code(problem: Problem) -> bool:
    is_item = (problem.pointer or "").startswith("/remove/")
    return is_item and problem.code in ("wrong-form", "code-form", "foreign-letter")


def _name_removable(problem: Problem, known: KnownNames) -> Problem:
    written = problem.details.get("text", problem.details.get("code", "")).strip("`")
    meant = code_like(written)
    near = meant if meant in known else Nearest(meant or written, known)
    return Problem("remove-unknown", problem.mark, {"code": quote(written)}, near)


def _name_replaced(problem: Problem, layer: Layer) -> Problem:
    code = problem.details["code"].strip("`")
    is_replaced = any(code in members_of(layer.base.get(part)) for part in _PARTS)
    return replace(problem, suggestion="", advice="reads-replaced") if is_replaced else problem


def _find_meant(problems: Iterable[Problem], layer: Layer) -> dict[int, Problem]:
    """Say which entries of the base the incomplete ones were meant as, of all that are shown."""
    own = layer.over.mark.file
    lacking = [
        each for each in problems if each.code == "incomplete-entry" and each.mark.file == own
    ]
    lacking.sort(key=lambda each: (each.mark.line, each.mark.column))
    known: dict[str, KnownNames] = {}
    found: dict[int, Problem] = {}
    for problem in lacking[:MOST_PROBLEMS]:
        code = problem.details["code"].strip("`")
        part = next((part for part in _PARTS if _is_added(code, part, layer)), "")
        if not part:
            continue
        if part not in known:
            over, base = members_of(layer.over.get(part)), members_of(layer.base.get(part))
            known[part] = KnownNames([each for each in base if each not in over])
        near = known[part].nearest(code)
        if near:
            details = {**problem.details, "instead": quote_to_write(near)}
            found[id(problem)] = replace(problem, details=details, advice="entry-meant-inherited")
    return found


def _is_added(code: str, part: str, layer: Layer) -> bool:
    over, base = members_of(layer.over.get(part)), members_of(layer.base.get(part))
    return code in over and code not in base


def gather_changes(layers: Iterable[Layer]) -> Overlaid:
    """Gather what overlays do to their bases, the lowest first."""
    found = Overlaid()
    for layer in layers:
        found.taken.update(_find_taken(layer))
        found.removed.update({item.text: item.mark for item in scalars_at(layer.over, "remove")})
        for kind in ("parameters", "rules", "decisions", "scales", "tables"):
            under = members_of(layer.base.get(kind))
            for code, entry in members_of(layer.over.get(kind)).items():
                for key, change in _compare(members_of(under.get(code)), entry):
                    found.changed[code, key] = change
    return found


def _find_taken(layer: Layer) -> Iterator[tuple[str, tuple[Mark, Mark]]]:
    """Yield the codes that an overlay writes in one part and its base has in another."""
    removed = {item.text for item in scalars_at(layer.over, "remove")}
    below = {
        code: (kind, key.mark)
        for kind, written in layer.base.values.items()
        if kind in _PARTS and isinstance(written, MappingNode)
        for code, key in written.keys.items()
        if code not in removed
    }
    for kind, written in layer.over.values.items():
        if kind not in _PARTS or not isinstance(written, MappingNode):
            continue
        for code, key in written.keys.items():
            if code in below and below[code][0] != kind:
                yield code, (key.mark, below[code][1])


def _compare(before: Mapping[str, Node], over: Node) -> Iterator[tuple[str, Change]]:
    for key, node in members_of(over).items():
        change = Change(node.mark, _text_of(before.get(key)), _text_of(node))
        is_same = isinstance(node, ScalarNode) and change.before == change.after
        if before and key in _KEYS and not is_same:
            yield key, change


def _text_of(node: Node | None) -> str:
    return node.text if isinstance(node, ScalarNode) else ""


def blame_removals(problems: list[Problem], removed: Mapping[str, Mark]) -> list[Problem]:
    """Blame `remove` for a code that is not there any more, and not the entries that read it."""
    dropped = {quote(code): code for code in removed}
    readers: dict[str, dict[str, None]] = {}
    kept = []
    for problem in problems:
        code = dropped.get(problem.details.get("text", ""))
        if code is None or problem.code not in READING_NOTHING:
            kept.append(problem)
        else:
            readers.setdefault(code, {})[name_entry(problem)] = None
    told = [refuse_removal(code, removed[code], list(names)) for code, names in readers.items()]
    return [*told, *kept]


def may_lack_fields(problems: Iterable[Problem], rulebook: Rulebook) -> bool:
    """Tell whether an entry of a base reads what may be a field of its form alone."""
    own = rulebook.report_mark.file
    return any(each.code in READING_NOTHING and each.mark.file != own for each in problems)


def blame_fields(
    problems: list[Problem], rulebook: Rulebook, before: Schema, after: Schema
) -> list[Problem]:
    """Blame the form of an overlay for fields that only its base's has, and not what reads them."""
    own = rulebook.report_mark
    known = {**before.fields, **before.cells}
    lacking = {quote(code) for code in known if code not in {**after.fields, **after.cells}}
    readers: dict[str, dict[str, None]] = {}
    kept = []
    for problem in problems:
        code = problem.details.get("text", "")
        if problem.code in READING_NOTHING and problem.mark.file != own.file and code in lacking:
            readers.setdefault(code, {})[name_entry(problem)] = None
        else:
            kept.append(problem)
    told = (
        Problem(
            "unknown-code", own, {"text": code, "others": list_readers(list(names))},
            advice="overlay-field", wording="overlay-unknown-code",
        )
        for code, names in readers.items()
    )  # fmt: skip
    return [*told, *kept]


def blame_taken(problems: list[Problem], taken: Mapping[str, tuple[Mark, Mark]]) -> list[Problem]:
    """Blame an overlay, at its own line, for a code that its base has for something else."""
    return [
        _at_overlay(each, taken) if each.code == "duplicate-code" else each for each in problems
    ]


def _at_overlay(problem: Problem, taken: Mapping[str, tuple[Mark, Mark]]) -> Problem:
    for code, (here, there) in taken.items():
        if problem.details["code"] == quote(code) and problem.mark in (here, there):
            details = {"code": quote(code), "file": quote(there.file), "line": str(there.line)}
            return replace(
                problem, mark=here, details=details, advice="overlay-taken",
                wording="overlay-duplicate-code",
            )  # fmt: skip
    return problem


def compare_schemas(
    before: Schema | None, after: Schema, mark: Mark
) -> Iterator[tuple[tuple[str, str], Change]]:
    """Yield what the form of an overlay has otherwise than its base's; `mark` is where it is named.

    That is the unit or the type of a field, or of a cell, which both have.
    """
    known = {**before.fields, **before.cells} if before is not None else {}
    for code, declared in {**after.fields, **after.cells}.items():
        if code in known and known[code].unit != declared.unit:
            yield (code, "unit"), Change(mark, known[code].unit or "", declared.unit or "")
        if code in known and known[code].type != declared.type:
            yield (code, "type"), Change(mark, known[code].type, declared.type)


def may_be_changed(problems: Iterable[Problem]) -> bool:
    """Tell whether one of the problems may be due to what is changed."""
    return any(each.code in (*_DECIDED_BY, _OF_FIELD) for each in problems)


def blame_changes(
    problems: list[Problem],
    rulebook: Rulebook,
    changed: Mapping[tuple[str, str], Change],
    base: Rulebook | None,
    known: Iterable[Problem],
) -> list[Problem]:
    """Blame what an overlay changes for entries of its base that do not fit it any more.

    What is wrong with the base alone, `known`, is not the overlay's doing, nor is a parameter's new
    value that is of the same type.
    """
    own = {(each.code, each.mark) for each in known}
    changed = {
        (code, key): change
        for (code, key), change in changed.items()
        if key not in ("value", "values") or _type_in(base, code) != _type_in(rulebook, code)
    }
    reads = _list_reads(rulebook)
    readers: dict[tuple[str, str, str], dict[str, None]] = {}
    kept = []
    for problem in problems:
        blamed = None
        if problem.code in _DECIDED_BY and (problem.code, problem.mark) not in own:
            read = _follow(reads.get((problem.mark.file, problem.pointer), ()), rulebook)
            blamed = next(_find_changes(problem, read, changed), None)
        if blamed is None:
            is_new = problem.code == _OF_FIELD and (problem.code, problem.mark) not in own
            kept.append(_at_report(problem, rulebook.report_mark) if is_new else problem)
        else:
            readers.setdefault((problem.code, *blamed), {})[name_entry(problem)] = None
    return [*_tell(readers, changed), *kept]


def _at_report(problem: Problem, report: Mark) -> Problem:
    """Say of a field of the overlay's form that its base has the code, where the form is named."""
    there = problem.mark
    if there.file == report.file:
        return problem
    details = {**problem.details, "file": quote(there.file), "line": str(there.line)}
    return replace(problem, mark=report, details=details, wording="overlay-code-of-field")


def _type_in(rulebook: Rulebook | None, code: str) -> type | None:
    """Return of which type the values of a parameter are."""
    parameter = rulebook.parameters.get(code) if rulebook is not None else None
    if parameter is None:
        return None
    return type(parameter.values[0].value if parameter.values else parameter.value)


def _tell(
    readers: Mapping[tuple[str, str, str], Mapping[str, None]],
    changed: Mapping[tuple[str, str], Change],
) -> Iterator[Problem]:
    for (kind, code, key), names in readers.items():
        change = changed[code, key]
        details = {"code": quote(code), "others": list_readers(list(names))}
        details |= {"before": quote(change.before), "after": quote(change.after)}
        wording = f"{kind}-added" if key in _UNITS and not change.before else kind
        advice = "overlay-cases" if key == "cases" else "overlay-change"
        yield Problem(kind, change.mark, details, advice=advice, wording=f"overlay-{wording}")


def _list_reads(rulebook: Rulebook) -> dict[tuple[str, str | None], dict[str, None]]:
    """List the names that stand at each place of a rulebook which reads some."""
    found: dict[tuple[str, str | None], dict[str, None]] = {}
    for entry in rulebook.entries.values():
        for clause in clauses_of(entry):
            here = found.setdefault((clause.mark.file, clause.mark.pointer), {})
            here.update(dict.fromkeys(_names_in(clause)))
        # the formulas of a rule are of one unit and type: any of them may be what does not fit
        if isinstance(entry, Rule) and entry.exceptions:
            formulas = (entry.formula, *(each.formula for each in entry.exceptions))
            names = dict.fromkeys(name for each in formulas for name in _names_in(each))
            for each in formulas:
                found[each.mark.file, each.mark.pointer].update(names)
    for group in rulebook.groups.values():
        for mark in group.marks:
            found[mark.file, mark.pointer] = dict.fromkeys(group.members)
    for scale in rulebook.scales.values():
        for code, mark in scale.constants:
            found[mark.file, mark.pointer] = {code: None, scale.code: None}
    return found


def _names_in(clause: Clause) -> tuple[str, ...]:
    return tuple(clause.content.names) if isinstance(clause.content, Formula) else ()


def _follow(names: Iterable[str], rulebook: Rulebook) -> list[str]:
    """List what names read at any distance, themselves first: a type and a unit go as far."""
    found: dict[str, None] = {}
    waiting = list(names)
    for name in waiting:
        if name in found:
            continue
        found[name] = None
        waiting += rulebook.groups[name].members if name in rulebook.groups else ()
        entry = rulebook.entries.get(name)
        if isinstance(entry, Rule):
            for clause in clauses_of(entry):
                waiting += _names_in(clause)
    return list(found)


def _find_changes(
    problem: Problem, read: Iterable[str], changed: Mapping[tuple[str, str], Change]
) -> Iterator[tuple[str, str]]:
    """Yield what is changed elsewhere, of what is read, and may be what a problem is about."""
    for key in _DECIDED_BY[problem.code]:
        for code in read:
            change = changed.get((code, key))
            if change is None or change.mark.file == problem.mark.file:
                continue
            if key not in _UNITS or quote(change.after) in problem.details.values():
                yield code, key
