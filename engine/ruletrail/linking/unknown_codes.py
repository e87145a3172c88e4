"""Codes in a report that its form does not have: what to do with the line, by what it is.

A decision or a rule is the rulebook's to compute; a title is none of the report's; codes in groups
belong side by side.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from ruletrail.documents import MappingNode, Node, ScalarNode, members_of
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.linking.linked_rulebook import LinkedRulebook
from ruletrail.linking.unencoded import tell_unencoded
from ruletrail.problems import Problem, quote, quote_to_write
from ruletrail.suggestions import Nearest, code_like

_MOST_MOVED = 3
"""Codes of a group that are named."""
_MOST_OF_ROW = 6
"""Codes of a row that are named; one of more is no row."""
_LEAST_ALIKE = 3
"""Rows that have what another lacks."""
_MOST_ENDS = 20
_LEAST_OF_END = 2
"""Letters at least of an end that is cut short."""


@dataclass(frozen=True, slots=True)
class FormRows:
    """The codes of each row of a form, `M1` and `M1_hours`, and the words that several end in.

    A year is none: that of another one of the row may be meant.
    """

    codes: Mapping[str, Sequence[str]]
    ends: Collection[str]
    names: Mapping[str, str]
    """The rows, by how people may write them."""

    def find(self, code: str) -> str:
        """Find the row that a code would be of, which lacks what others have; empty for others.

        Also of `M3hours` and `M3 hour`: as `M3` its value would be another one.
        """
        written = code.casefold()
        for end in self.ends:
            for length in range(len(end), _LEAST_OF_END - 1, -1):
                begun = written.removesuffix(end[:length].casefold())
                row = self.names.get(begun.rstrip(" _-."), "") if begun != written else ""
                own = self.codes.get(row, ())
                if row and len(own) <= _MOST_OF_ROW:
                    # `M1_hours_2019` is of a row called `M1_hours`: then it does not lack
                    is_there = f"{row}_{end}" in own or f"{row}_{end}" in self.codes
                    return "" if is_there else row
        return ""


def list_rows(codes: Iterable[str]) -> FormRows:
    """Put the codes of a form together by their rows."""
    rows: dict[str, list[str]] = {}
    ends: Counter[str] = Counter()
    for code in codes:
        row, sign, end = code.rpartition("_")
        rows.setdefault(row if sign else code, []).append(code)
        ends[end] += bool(sign)
    words = [end for end, count in ends.most_common() if count >= _LEAST_ALIKE and end.isalpha()]
    common = [end for end in words if len(end) >= _LEAST_OF_END][:_MOST_ENDS]
    return FormRows(rows, common, {row.casefold(): row for row in rows})


def tell_unknown(
    problem: Problem, fields: Node | None, linked: LinkedRulebook, rows: FormRows | None = None
) -> Problem:
    """Say of a code that is none of the form what it is, and what becomes of its line."""
    key = problem.details["key"].strip("`")
    unencoded = tell_unencoded(linked, key, problem.mark, "code-by-hand")
    if unencoded is not None:
        return unencoded
    value = members_of(fields).get(key)
    grouped = [code for code in members_of(value) if code in linked.schema.fields]
    if isinstance(value, MappingNode) and grouped:
        named = ", ".join(map(quote, grouped[:_MOST_MOVED])) + ", …" * (len(grouped) > _MOST_MOVED)
        details = {**problem.details, "codes": named, "line": quote(f"{key}:")}
        return replace(problem, details=details, advice="codes-in-group", suggestion="")
    if isinstance(value, ScalarNode) and not value.text and value.style == "plain":
        details = {**problem.details, "note": quote_to_write(f"# {key}")}
        return replace(problem, details=details, advice="title-or-code", suggestion="")
    if _is_of_rulebook(key, linked):
        return replace(problem, advice="code-of-rulebook", suggestion="")
    row = rows.find(key) if rows is not None else ""
    if rows is not None and row:
        shown = ", ".join(map(quote, rows.codes[row]))
        details = {**problem.details, "row": quote(row), "codes": shown}
        return replace(problem, details=details, advice="lacking-in-row", suggestion="")
    # what is near is looked for where it is shown, and comes before the advice
    is_near = isinstance(problem.suggestion, Nearest)
    return replace(problem, advice="codes-known-or-none") if is_near else problem


def tell_keys_below(problem: Problem, fields: Node | None, linked: LinkedRulebook) -> Problem:
    """Write codes for the years that stand below one, where the form has a code for each.

    `M1_2019` is last year's value, and `M1` that of the rulebook's edition.
    """
    code, known = problem.field or "", linked.schema.fields
    below = members_of(members_of(fields).get(code))
    edition = linked.rulebook.identity.edition
    meant = {
        sub: f"{code}_{sub}" if f"{code}_{sub}" in known else code if sub == edition else ""
        for sub in below
    }
    values = [value.text for value in below.values() if isinstance(value, ScalarNode)]
    if not meant or not all(meant.values()) or len(values) != len(meant):
        return problem
    pairs = zip(meant.values(), values, strict=True)
    shown = ", ".join(quote_to_write(f"{name}: {value}") for name, value in pairs)
    return replace(problem, details={**problem.details, "instead": shown}, advice="keys-as-codes")


def _is_of_rulebook(key: str, linked: LinkedRulebook) -> bool:
    rulebook, written = linked.rulebook, {key, code_like(key).lower()}
    parts = (rulebook.entries, rulebook.parameters, rulebook.groups, linked.lookups)
    return any(each in part for each in written for part in parts)
