"""A word that Python reserves in the place of a code: `sum(members.import)` for `amount`.

No formula with it can be parsed, so that parsing tells of it; which code was meant is known here.
"""

from collections.abc import Collection, Sequence

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import RESERVED_WORD, list_of
from ruletrail.linking.names import Names, collect_names
from ruletrail.problems import Problem
from ruletrail.rulebooks import Rulebook
from ruletrail.schemas import Schema
from ruletrail.suggestions import Nearest, nearest_name


def suggest_for_reserved(
    problems: Sequence[Problem], rulebook: Rulebook, schema: Schema
) -> list[Problem]:
    """Say of each reserved word that stands for a code which code may be meant."""
    if not any(each.advice == RESERVED_WORD for each in problems):
        return list(problems)
    names = collect_names(rulebook, schema)
    return [suggest_code(each, names, schema.lists) for each in problems]


def suggest_code(problem: Problem, names: Names, lists: Collection[str]) -> Problem:
    """Say which code is meant by a reserved word; of anything else, nothing new."""
    if problem.advice != RESERVED_WORD:
        return problem
    # the way to a formula is its part, the code of its entry, its key
    steps = [*(problem.pointer or "").split("/"), "", ""]
    near = nearest_code(problem.details["text"].strip("`"), steps[2], names, lists)
    return replace(problem, suggestion=near)


def nearest_code(
    text: str, entry: str, names: Names, lists: Collection[str], wanted: str = ""
) -> str | Nearest:
    """Say which code is meant: one so called of the rule's own row or of no row, or one like it.

    Else one so called of the rows of a list, before any like it where the list that is named is
    none; never the entry itself, which would then read itself.
    `wanted` is the type that fits, if that is known: of another type only a slip is guessed.
    """
    readable, name = names.readable, text.rpartition(".")[2]
    over = list_of(entry)
    exact = [f"{over}.{name}", name] if over else [name]
    found = next((each for each in exact if each != entry and each in readable), "")
    of_rows = [f"{each}.{name}" for each in lists if list_of(text) not in lists]
    other = [each for each in of_rows if each in readable]
    otherwise = other[0] if len(other) == 1 else ""
    if "." in text and other and not found:
        near = nearest_name(list_of(text), [list_of(each) for each in other])
        return f"{near}.{name}" if near and len(other) > 1 else otherwise

    def fits(code: str) -> bool:
        signature = names.lookup(code)
        return signature is None or signature.type in (wanted, "unknown")

    return found or Nearest(
        text, readable, without=entry, otherwise=otherwise, fits=fits if wanted else None
    )
