"""The answer with other values beside the one that the report has, and what printing left out."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from ruletrail.counterfactuals.admissions import declared_in
from ruletrail.counterfactuals.answers import Flip, Part, Precision, Trial, Unsettled
from ruletrail.counterfactuals.changes import MOST_FOR_ONE, Fields
from ruletrail.counterfactuals.deciding import Concluded, first_changed
from ruletrail.counterfactuals.domains import Grid, Listed, read_domain
from ruletrail.counterfactuals.following import follow
from ruletrail.counterfactuals.questions import Question
from ruletrail.counterfactuals.searching import Search
from ruletrail.counterfactuals.stretches import Allowance, Stretch, UnsettledError
from ruletrail.documents import from_python, is_nothing, members_of
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import replace
from ruletrail.intake import limits_of, remark_on, take_report
from ruletrail.linking import LinkedRulebook, declaration_of, kind_of_entry
from ruletrail.linking.field_titles import Titles
from ruletrail.linking.unencoded import tell_unencoded
from ruletrail.problems import Mark, Problem, ProblemsError, quote, quote_to_write
from ruletrail.reports import unquote_subject
from ruletrail.schemas import FieldDeclaration
from ruletrail.schemas.wrong_types import ANSWERS
from ruletrail.suggestions import MOST_LISTED, KnownNames, Nearest, plain_word, same_word
from ruletrail.trails import Record, RuleConclusion, code_in_row, cut_code, entry_of, outcome_word
from ruletrail.values import MOST_DECIMALS, count_decimals, is_plain_number

PLACE = "--set"
"""What marks call the values that somebody puts in the place of others."""


def read_settings(linked: LinkedRulebook, written: Mapping[str, str]) -> dict[str, object]:
    """Read values that were written as words, each as its field has it; an empty one is none.

    A choice may be named by its title, and a yes or no is a boolean's, whatever accents it has.
    What is no value of its field is left as a text, for the schema to refuse.
    """
    return {
        code: _read_value(declaration_of(linked, entry_of(code)), text)
        for code, text in written.items()
    }


def _read_value(field: FieldDeclaration | None, text: str) -> object:
    if not text:
        return None
    if field is not None and field.type == "number" and is_plain_number(text):
        return Decimal(text)
    if field is not None and field.type == "boolean":
        answer = ANSWERS.get(plain_word(text), "")
        return answer == "true" if answer else text
    if field is not None and text not in field.words:
        return _named_choice(field, text) or text
    return text


def _named_choice(field: FieldDeclaration, text: str) -> str:
    """Return the choice of a field that is called so; empty where none is, or more than one."""
    titles = [title for title in field.titles.values() if title not in field.words]
    name = same_word(text, [*field.words, *titles])
    if name in field.words:
        return name
    return next((code for code, title in field.titles.items() if title == name), "")


def try_values(question: Question, record: Record, values: Mapping[str, object]) -> Trial:
    """Evaluate the report with other values; None takes one away.

    Raises `ProblemsError` where the schema refuses them.
    """
    check_codes(question.linked, values)
    document = question.admission.to_document()
    for code, value in values.items():
        _put(document["fields"], code, value)
    node, problems = from_python(document, PLACE, limits_of(record.linked))
    report = take_report(unquote_subject(node), problems, record.linked)
    after = evaluate_record(record.linked, report, silent=True)
    parts: list[Part] = []
    because = ""
    for old, new in zip(record.conclusions, after.conclusions, strict=True):
        if old.fact == new.fact:
            continue
        if not parts:
            because = first_changed(Concluded(old, record.facts), Concluded(new, after.facts))
        parts.append(Part(old.code, kind_of_entry(old.entry), old.fact, new.fact))
    tried = tuple(
        (code, each.value if (each := declared_in(report, code)) else None) for code in values
    )
    outcome = outcome_word(after.facts[question.target])
    declared = tuple(
        (each.code, each.agreement, each.fact)
        for each in after.conclusions
        if isinstance(each, RuleConclusion) and each.code in values
    )
    status = (record.status, after.status)
    return Trial(tried, outcome, status, tuple(parts), because, declared)


def find_set_remarks(linked: LinkedRulebook, values: Mapping[str, object]) -> list[Problem]:
    """Find numbers among other values whose point most probably was to part thousands."""
    node, _ = from_python({"fields": dict(values)}, PLACE, limits_of(linked))
    cells = members_of(members_of(node).get("fields")).items()
    return remark_on(
        ((each, declaration_of(linked, entry_of(code))) for code, each in cells), linked
    )


def check_codes(linked: LinkedRulebook, codes: Iterable[str]) -> None:
    """Refuse what is no code of the form; near ones are named also where the report has them."""
    problems = []
    for code in codes:
        over, row, _ = cut_code(code)
        is_list = not row and code in linked.schema.lists
        mark, details = Mark(PLACE, 1, 1), {"key": quote(code)}
        if code in linked.schema.cells:
            details["instead"] = quote_to_write(code_in_row(code, 1))
            of_row = Problem("unknown-key", mark, details, "", "cell-of-which-row")
            problems.append(replace(of_row, wording="code-of-each-row"))
            continue
        if is_list or declaration_of(linked, entry_of(code)) is not None:
            continue
        by_hand = tell_unencoded(linked, code, mark, "setting-by-hand")
        if by_hand is not None:
            problems.append(by_hand)
            continue
        titles = {each: {"title": label} for each, label in linked.schema.labels.items()}
        near = Nearest(code, KnownNames(_names_beside(linked, over, row)), titles)
        problems.append(_tell_unknown(linked, code, mark, near))
    if problems:
        raise ProblemsError(problems)


def _tell_unknown(linked: LinkedRulebook, code: str, mark: Mark, near: Nearest) -> Problem:
    """Say of what is no code of the form what it is instead, or which fields have such a title."""
    details, rulebook = {"key": quote(code)}, linked.rulebook
    if code in rulebook.parameters:
        return Problem("unknown-key", mark, details, "", "constant-kept", wording="set-constant")
    if code in rulebook.entries:
        inputs = _list_inputs(linked, code)
        details["known"] = ", ".join(map(quote, inputs[:MOST_LISTED]))
        details["known"] += " …" if len(inputs) > MOST_LISTED else ""
        advice = "set-its-inputs" if inputs else ""
        return Problem("unknown-key", mark, details, "", advice, wording="set-concluded")
    if not near.found and not near.several:
        titles = Titles({each: linked.schema.labels.get(each, "") for each in linked.schema.fields})
        named = titles.find(code)
        if named:
            details["fields"] = ", ".join(named)
            advice = "titled-field" if len(named) == 1 else "titled-fields"
            return Problem("unknown-key", mark, details, "", advice, wording="no-such-code")
    return Problem("unknown-key", mark, details, near, "codes-of-form", wording="no-such-code")


def _list_inputs(linked: LinkedRulebook, code: str) -> list[str]:
    """List what of a report an entry is worked out from, at any distance, in the form's order."""
    seen, waiting = {code}, [code]
    for each in waiting:
        new = [read for read in linked.reads.get(each, ()) if read not in seen]
        seen.update(new)
        waiting += new
    schema = linked.schema
    codes = (*schema.fields, *schema.lists)
    return [each for each in codes if each in seen and each not in linked.rulebook.entries]


def _names_beside(linked: LinkedRulebook, over: str, row: int) -> list[str]:
    """Name the cells of a row, or else the fields."""
    schema = linked.schema
    if row and over in schema.lists:
        return [code_in_row(f"{over}.{name}", row) for name in schema.lists[over].cells]
    return [*schema.fields, *schema.lists]


def _put(fields: dict[str, Any], code: str, value: object) -> None:
    """Put a value into a document's fields, or into a cell of a row; nothing takes it away."""
    over, row, name = cut_code(code)
    place, key = fields, code
    if row:
        rows = fields.get(over)
        if not isinstance(rows, list) or row > len(rows):
            raise _refuse_row(code, over, len(rows) if isinstance(rows, list) else 0)
        place, key = rows[row - 1], name
    if is_nothing(value):
        place.pop(key, None)
    else:
        place[key] = value


def _refuse_row(code: str, over: str, count: int) -> ProblemsError:
    details = {"text": quote(code), "list": quote(over), "count": str(count)}
    wording = "row-beyond" if count else ""
    return ProblemsError([Problem("row-not-there", Mark(PLACE, 1, 1), details, wording=wording)])


def weigh_precision(question: Question, allowance: Allowance, fields: Fields) -> Precision:
    """Move each input within what it was printed with, and leave out all roundings."""
    firm: list[str] = []
    moved: list[Flip] = []
    unsettled: list[Unsettled] = []
    # first, while there is work left: it is one look at each step
    unrounded = _without_roundings(question, allowance)
    for code in question.inputs:
        try:
            grid = _printed_as(question, code, fields)
            if grid is None:
                continue
            search = Search(question, code, allowance.share(MOST_FOR_ONE))
            found = search.run(grid)
        except UnsettledError as error:
            unsettled.append(Unsettled(code, error.reason))
            continue
        moved += found.flips
        if found.reason:
            unsettled.append(Unsettled(code, found.reason))
        elif not found.flips:
            firm.append(code)
    # what is not known is not promised
    is_same = unrounded == question.outcome
    return Precision(tuple(firm), tuple(moved), tuple(unsettled), unrounded, is_same)


def _printed_as(question: Question, code: str, fields: Fields) -> Grid | None:
    """Find the numbers that are printed alike; None for whole ones and others that are exact."""
    field, declared = fields.get(entry_of(code)), question.declared(code)
    if field is None or declared is None or field.kind != "number" or field.step is not None:
        return None
    domain, value = read_domain(question.linked, field, declared), declared.value
    decimals = count_decimals(declared.text)
    if isinstance(domain, Listed) or not isinstance(value, Fraction) or decimals >= MOST_DECIMALS:
        return None
    fine, half = Fraction(1, 10**MOST_DECIMALS), Fraction(1, 2 * 10**decimals)
    # halves are printed away from zero: the end nearer to zero is this number's, the other is not
    low = ceil((value - half) / fine) + (value <= 0)
    high = floor((value + half) / fine) - (value >= 0)
    ends = domain.reach(fine) if isinstance(domain, Grid) else Stretch(low, high)
    return Grid(fine, Stretch(max(low, ends.low), min(high, ends.high)), MOST_DECIMALS)


def _without_roundings(question: Question, allowance: Allowance) -> str | None:
    """Say what the target comes to where nothing is rounded; None where it is not known."""
    try:
        fact = follow(question.everything(), {}, Stretch(0, 0), allowance, rounds=False)
        return outcome_word(fact)
    except UnsettledError:
        return None
