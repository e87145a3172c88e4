"""What examples expect, as far as it is wrong whatever a report says: codes, outcomes, values."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import get_args

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode, members_of
from ruletrail.formulas.foreign_words import translate_condition
from ruletrail.linking import LinkedRulebook
from ruletrail.problem_texts import TEXTS
from ruletrail.problems import Mark, Problem, quote, quote_to_write, term
from ruletrail.rulebooks import Check, Decision, Entry, Rule, RuleException, Section
from ruletrail.schemas.meant_numbers import advise_number
from ruletrail.suggestions import MOST_LISTED, KnownNames, Nearest, plain_word, slip_of
from ruletrail.values import ErrorCause, read_number

_KINDS: dict[str, tuple[type, ...]] = {
    "values": (Rule,),
    "decisions": (Decision,),
    "sections": (Section,),
    "checks": (Check,),
    "declared": (Rule,),
}

_OF_ONE_KIND = ("values", "decisions", "sections", "checks")
"""The parts of an expectation that hold entries of one kind each."""


def list_expectable(linked: LinkedRulebook) -> dict[str, KnownNames]:
    """Gather, for each part of an expectation, the codes that it may name."""
    entries = linked.rulebook.entries
    known = {
        kind: KnownNames(
            dict.fromkeys(code for code, entry in entries.items() if isinstance(entry, classes))
        )
        for kind, classes in _KINDS.items()
    }
    known |= dict.fromkeys(("errors", "not_encoded", "reasons"), KnownNames(entries))
    schema = linked.schema
    fields = KnownNames(entries, schema.fields, schema.lists, schema.cells)
    return {**known, "missing": fields}


OTHERWISE = "otherwise"
"""What the case for a rule's own formula is called, beside its exceptions."""


def name_exception(exception: RuleException) -> str:
    """Name an exception: by its label, else by its condition as it is written."""
    return exception.label or exception.when.node.text


_UNDECIDED = ("undetermined", "not_applicable", "not_encoded", "error")
"""What each decision, section or check may come to, besides its own outcomes."""
_AGREEMENTS = KnownNames(("equal", "rounded", "truncated", "blank", "unverified", "differs"))

_CAUSES = KnownNames(get_args(ErrorCause))


def check_refusal(expect: MappingNode) -> Iterator[Problem]:
    """Find problems that do not exist, and what a report that is refused has no answer to.

    Whatever is expected beside its problems is never compared.
    """
    written = _items(expect.get("problems"))
    known = KnownNames(TEXTS)
    for code, mark in written:
        if code not in known:
            details = {"code": quote(code), "kind": quote("problems")}
            meant = "-".join(plain_word(code).split())
            near = meant if meant in known else Nearest(meant, known)
            yield Problem("example-unknown-code", mark, details, near, "problem-codes")
    beside = [key for key in expect.values if key != "problems"]
    if written and beside:
        details = {"keys": ", ".join(map(quote, beside))}
        yield Problem("example-beside-problems", expect.keys[beside[0]].mark, details)


def list_outcomes(linked: LinkedRulebook) -> dict[str, KnownNames]:
    """Gather, for each decision, section and check, the outcomes that it may have.

    Of a rule with exceptions, what its cases are called.
    """
    found: dict[str, KnownNames] = {}
    for code, entry in linked.rulebook.entries.items():
        match entry:
            case Decision(cases=tuple() as cases):
                own = [case.outcome for case in cases]
            case Decision():
                own = []
            case Section():
                own = ["due", "not_due"]
            case Check():
                own = ["passed", "failed"]
            case Rule(exceptions=exceptions) if exceptions:
                own = [*map(name_exception, exceptions), OTHERWISE]
            case _:
                continue
        found[code] = KnownNames(dict.fromkeys([*own, *_UNDECIDED]))
    return found


def check_outcomes(expect: MappingNode, outcomes: Mapping[str, KnownNames]) -> Iterator[Problem]:
    """Find outcomes that can never come: the example would fail whatever the report says."""
    for kind in ("decisions", "sections", "checks"):
        for code, written in members_of(expect.get(kind)).items():
            yield from _check_outcome(code, written, outcomes.get(without_row(code)), kind)
    for code, written in members_of(expect.get("declared")).items():
        yield from _check_outcome(code, written, _AGREEMENTS)
    for code, written in members_of(expect.get("errors")).items():
        yield from _check_outcome(code, written, _CAUSES)
    for code, asked in members_of(expect.get("reasons")).items():
        case = members_of(asked).get("case")
        # several true cases are written one after the other, and none as a dash
        if isinstance(case, ScalarNode) and case.text != "-" and ", " not in case.text:
            yield from _check_outcome(code, case, outcomes.get(without_row(code)))


_SAID: Mapping[str, tuple[str, str]] = {
    "checks": ("passed", "failed"),
    "sections": ("due", "not_due"),
}
"""What a check or a section comes to that holds, and one that does not."""
_HOLDS = frozenset({"true", "ok", "si", "yes", "passa", "passato", "superato", "dovuto", "dovuta"})
_HOLDS_NOT = frozenset({"false", "ko", "no", "fallito", "non superato", "non dovuto", "non dovuta"})
"""What people write for either, without accents."""


def _check_outcome(
    code: str, written: Node, known: KnownNames | None, kind: str = ""
) -> Iterator[Problem]:
    text = written.text if isinstance(written, ScalarNode) else ""
    if known is None or text in known:
        return
    allowed = ", ".join(map(quote, known.first(MOST_LISTED)))
    details = {"text": quote(text), "code": quote(code), "allowed": allowed}
    # what is only alike may be the opposite: those that can come are listed
    near = slip_of(text, known.first(MOST_LISTED))
    word = plain_word(text)
    if kind in _SAID and word in _HOLDS | _HOLDS_NOT:
        near = _SAID[kind][word in _HOLDS_NOT]
    yield Problem("example-unknown-outcome", written.mark, details, near)


def link_expectations(
    expect: MappingNode, linked: LinkedRulebook, known: Mapping[str, KnownNames]
) -> Iterator[Problem]:
    """Find expected codes that the rulebook lacks, and reasons that an entry cannot give."""
    entries = linked.rulebook.entries
    for kind in (*_KINDS, "errors"):
        yield from _check_codes(kind, _keys(expect.get(kind)), known)
    for kind in ("not_encoded", "missing"):
        yield from _check_codes(kind, _items(expect.get(kind)), known)
    reasons = expect.get("reasons")
    if isinstance(reasons, MappingNode):
        yield from _check_codes("reasons", _keys(reasons), known)
        for code, asked in reasons.values.items():
            entry = entries.get(without_row(code))
            if entry is not None and isinstance(asked, MappingNode):
                yield from _check_reasons(entry, asked)


def _keys(node: Node | None) -> list[tuple[str, Mark]]:
    keys = node.keys if isinstance(node, MappingNode) else {}
    return [(name, key.mark) for name, key in keys.items()]


def _items(node: Node | None) -> list[tuple[str, Mark]]:
    items = node.items if isinstance(node, SequenceNode) else ()
    return [(item.text, item.mark) for item in items if isinstance(item, ScalarNode)]


def _check_codes(
    kind: str, written: list[tuple[str, Mark]], known: Mapping[str, KnownNames]
) -> Iterator[Problem]:
    for code, mark in written:
        entry = without_row(code)
        if entry in known[kind] and not _lacks_row(kind, code):
            continue
        if entry in known[kind]:
            details = {"code": quote(code), "kind": quote(kind), "instead": _in_row(entry)}
            yield Problem("example-unknown-code", mark, details, "", "row-number")
            continue
        details = {"code": quote(code), "kind": quote(kind)}
        others = [quote(each) for each in _OF_ONE_KIND if entry in known[each]]
        if others:
            details["other"] = others[0]
            yield Problem("example-unknown-code", mark, details, "", "of-another-kind")
            continue
        meant = _meant_row(code, known[kind])
        if meant:
            # brackets need quotes within braces
            details["instead"] = quote_to_write(f'"{meant}"')
            yield Problem("example-unknown-code", mark, details, "", "write-instead")
        elif kind in _OF_ROWS and any("." in each for each in known[kind].first(_MOST_LOOKED_AT)):
            yield _name_in_rows(mark, details, Nearest(code, known[kind]))
        else:
            yield Problem("example-unknown-code", mark, details, Nearest(code, known[kind]))


def _name_in_rows(mark: Mark, details: dict[str, str], near: Nearest) -> Problem:
    """Make the problem of a code where those of rows are written with the number of one."""
    if "." in near.found:
        details = {**details, "instead": _in_row(near.found)}
        return Problem("example-unknown-code", mark, details, "", "write-instead")
    if near.found:
        return Problem("example-unknown-code", mark, details, near)
    names = near.several or near.listed
    shown = (_in_row(each) if "." in each else quote(each) for each in names if each != "…")
    if near.several:
        details = {**details, "names": ", ".join(shown)}
        return Problem("example-unknown-code", mark, details, "", "did-you-mean-one-of")
    more = " …" if "…" in names else ""
    return Problem("example-unknown-code", mark, {**details, "known": ", ".join(shown) + more})


_OF_ROWS = ("values", "declared", "errors", "reasons")
"""The parts in which a rule of rows is asked for in one row; a check has an outcome of all too."""
_MOST_LOOKED_AT = 1_000
"""Known codes among which one of rows is looked for."""
_IN_ROW = re.compile(r"\w+\[[1-9][0-9]{0,3}\]\.\w+")


def _lacks_row(kind: str, code: str) -> bool:
    """Tell a code of rows without a row, or with something that is no number of one."""
    if "[" in code:
        return _IN_ROW.fullmatch(code) is None
    return kind in _OF_ROWS and "." in code


_LIKE_A_ROW = re.compile(r"(\w+?)[\[(. ]([0-9]{1,4})[\]). ]{1,2}(\w+)")


def _meant_row(code: str, known: KnownNames) -> str:
    """Write a code of a row as it is known, its number as it should be; empty where none is near.

    People write `members(2).age` and `members.2.age` too.
    """
    match = _LIKE_A_ROW.fullmatch(code)
    if match is None:
        return ""
    over, row, name = match.groups()
    entry = f"{over}.{name}"
    found = entry if entry in known else known.nearest(entry)
    over, point, name = found.partition(".")
    return f"{over}[{row}].{name}" if point else ""


def _in_row(entry: str) -> str:
    return quote(f'"{entry.replace(".", "[1].")}"')


def without_row(code: str) -> str:
    """Return a code of a row without its number: `members.age` of `members[2].age`."""
    over, bracket, rest = code.partition("[")
    return f"{over}.{rest.partition('].')[2]}" if bracket else code


def _check_reasons(entry: Entry, asked: MappingNode) -> Iterator[Problem]:
    is_rule, is_decision = isinstance(entry, Rule), isinstance(entry, Decision)
    has_condition = entry.when is not None if isinstance(entry, Rule) else not is_decision
    has_cases = is_decision or (isinstance(entry, Rule) and bool(entry.exceptions))
    possible = {"case": has_cases, "before_rounding": is_rule, "condition": has_condition}
    for key, node in asked.keys.items():
        if not possible.get(key, True):
            details = {"code": quote(entry.code), "text": quote(key)}
            yield Problem("example-unknown-reason", node.mark, details)


# -- Values ----------------------------------------------------------------------------------------

WORDS = frozenset(("true", "false", "missing", "not_applicable", "not_encoded", "error", "skipped"))
"""What means something else than a text where it stands without quotes."""
_NO_VALUES = ("missing", "not_applicable", "not_encoded", "error")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def read_expected_number(text: str) -> Fraction | None:
    """Read a number as examples write it, also `1/3`; None where it is none."""
    top, slash, bottom = text.partition("/")
    number, divisor = _whole_or_decimal(top), _whole_or_decimal(bottom) if slash else Fraction(1)
    return number / divisor if number is not None and divisor else None


def _whole_or_decimal(text: str) -> Fraction | None:
    is_number = _NUMBER.fullmatch(text) is not None
    return read_number(text, digits=400, decimals=400) if is_number else None


def check_values(expect: MappingNode, linked: LinkedRulebook) -> Iterator[Problem]:
    """Find values that a rule can never have, because of their type, or how they are written."""
    for code, written in members_of(expect.get("values")).items():
        signature = linked.signatures.get(without_row(code))
        if signature is not None and isinstance(written, ScalarNode):
            yield from _check_value(written, signature.type)
    for code, asked in members_of(expect.get("reasons")).items():
        before, condition = (members_of(asked).get(key) for key in ("before_rounding", "condition"))
        signature = linked.signatures.get(without_row(code))
        if signature is not None and isinstance(before, ScalarNode):
            yield from _check_value(before, signature.type)
        if isinstance(condition, ScalarNode):
            yield from _check_value(condition, "boolean")


def _check_value(written: ScalarNode, kind: str) -> Iterator[Problem]:
    text = written.text
    if text in _NO_VALUES or kind not in ("number", "boolean"):
        return
    details = {"text": quote(text), "found": term("string"), "expected": term(kind)}
    if kind == "number" and read_expected_number(text) is None:
        advice, meant = advise_number(written)
        advice = advice if meant else "expected-number"
        yield Problem("wrong-type", written.mark, {**details, **meant}, "", advice)
    if kind == "boolean" and text not in ("true", "false"):
        instead = translate_condition(text)
        advice = "write-instead" if instead else "boolean-form"
        yield Problem(
            "wrong-type", written.mark, {**details, "instead": quote_to_write(instead)}, "", advice
        )
