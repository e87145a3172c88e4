"""What is wrong only because something else is, which is told: it is left out."""

from collections.abc import Iterable, Iterator

from ruletrail.formulas import list_of
from ruletrail.formulas.type_checking import BARE_CODE
from ruletrail.linking.names import is_name
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Rulebook
from ruletrail.suggestions import code_like

CONSTANT_OF_RULE = "constant-of-rule"
"""What is said of a code that stands in a scale and differs from one report to the next."""

SHOWN_BY_RULE = "shown-by-rule"
"""The hint for a code of rows in a sentence that is of no row."""

SHOWN_BY_CHECK = "shown-by-check"
"""The same for a code of texts, which no rule gathers to one."""

_MISSHAPEN = frozenset({"code-form", "foreign-letter"})
_READING = frozenset({"unknown-code", "unknown-placeholder", "unknown-field", "row-outside-list"})
"""What is told where a code is read that is none, or none of what is read there."""


def without_echoes(
    problems: list[Problem], rulebook: Rulebook, lists: Iterable[str]
) -> list[Problem]:
    """Leave out what the reader of a code is told where the code itself is written wrong.

    So are rings that come of a text without quotes, which is also the code of an entry, and of a
    rule that stands in a scale.
    """
    bare = {
        each.details["text"].strip("`")
        for each in problems
        if each.advice == BARE_CODE or each.wording == CONSTANT_OF_RULE
    }
    meant = {quote(code) for code in _codes_meant(rulebook, set(lists))}
    meant |= {each.details.get("instead", "") for each in problems if each.code in _MISSHAPEN}
    meant |= {
        each.details.get("text", each.details.get("code", ""))
        for each in problems
        if each.code in _MISSHAPEN
    }
    meant |= {each.details["row"] for each in problems if "row" in each.details}
    # what its sentence shows of a row is right once the entry is written for each row
    of_rows = {_entry_of(each) for each in problems if "row" in each.details}
    # a code that is none is of no row either
    unknown = {each.mark for each in problems if each.code in ("unknown-code", "not-a-list")}
    return [
        each
        for each in problems
        if not _is_echo(each, bare, meant)
        and (each.code != "row-outside-list" or each.mark not in unknown)
        and (each.advice not in (SHOWN_BY_RULE, SHOWN_BY_CHECK) or _entry_of(each) not in of_rows)
    ]


def _entry_of(problem: Problem) -> tuple[str, ...]:
    """Return the way to the entry in which a problem stands: its part, its code."""
    return tuple((problem.pointer or "").split("/")[1:3])


def _codes_meant(rulebook: Rulebook, lists: set[str]) -> Iterator[str]:
    """Yield the codes that rules of a list that is none would have, of each list that is one."""
    for code in rulebook.entries:
        if list_of(code) and list_of(code) not in lists:
            yield from (f"{each}.{code.partition('.')[2]}" for each in lists)
        elif not is_name(code):
            like = code_like(code)
            yield from (f"{each}.{like[len(each) + 1 :]}" for each in lists if each in like)


def _is_echo(problem: Problem, bare: set[str], meant: set[str]) -> bool:
    if problem.code == "cycle":
        return not bare.isdisjoint(problem.details["ring"].strip("`").split(" → "))
    is_read = problem.code in _READING
    return is_read and problem.details.get("text", "") in meant
