"""The steps of a trail's document: complete, self-contained, in the order of reasons."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format, kind_of
from ruletrail.formulas import Derivation, Part, Skipped, list_of
from ruletrail.linking import (
    LinkedRulebook,
    choices_of,
    display_of,
    formulas_of,
    kind_of_entry,
    label_of,
    label_of_list,
    split_rule,
    unit_of,
)
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Clause, Display, Entry, Rule, Section
from ruletrail.schemas import FieldDeclaration
from ruletrail.trails.bases import Json, write_basis
from ruletrail.trails.conclusions import (
    AllRowsConclusion,
    CaseConclusion,
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    ExceptionConclusion,
    Judgement,
    MessageConclusion,
    Record,
    RowsConclusion,
    RuleConclusion,
    SectionConclusion,
    ShownMessage,
)
from ruletrail.trails.lookups import write_answers, write_lookups
from ruletrail.values import (
    Fact,
    Missing,
    NotEncoded,
    count_decimals,
    count_finite_decimals,
    is_non_value,
    to_json,
)

MONEY = frozenset({"euro", "EUR", "€", "USD", "GBP", "CHF"})
CENTS = 2


def has_cents(unit: str | None) -> bool:
    """Tell that numbers of a unit are shown with cents: of money, or of money for each of a thing.

    A price such as `euro/pasto` may have parts of a cent, as no sum of money has.
    """
    return (unit or "").partition("/")[0] in MONEY


def least_decimals(unit: str | None, rounded: int = 0) -> int:
    """Return how many decimals a page shows at least: of money cents, else those of the rounding.

    A rounding to a few decimals says how a number looks, so that `14,80` stands beside `14,85`; a
    finer one how exact it is. Sentences are in trails, and stay as docs/semantics.md 13.3 has them.
    """
    return CENTS if has_cents(unit) else rounded if rounded <= CENTS else 0


def format_on_page(linked: LinkedRulebook, code: str, number: Fraction) -> Format:
    """Return how a rule's value is shown on a page, as a sentence shows it but for its zeros."""
    entry, unit = linked.rulebook.entries.get(code), unit_of(linked, code)
    rounding = entry.rounding if isinstance(entry, Rule) else None
    least = least_decimals(unit, rounding.decimals if rounding is not None else 0)
    shape = shape_of(linked, code).format(number)
    return Format(shape.decimals, shape.grouping or bool(unit), least)


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known, before any report, of how a code's numbers are shown."""

    decimals: int | None
    """Those that the author asked for; else they follow from the number."""
    grouping: bool
    is_money: bool
    is_field: bool

    def count(self, top: int, bottom: int, written: int | None) -> int | None:
        """Count the decimals to show: as many as a field was written with, for money cents."""
        if self.decimals is not None or not (self.is_money or written is not None):
            return self.decimals
        decimals = written
        if decimals is None:
            decimals = 0 if bottom == 1 else count_finite_decimals(Fraction(top, bottom))
        if decimals is None:
            return None
        return max(decimals, CENTS) if self.is_money else decimals

    def format(self, number: Fraction, written: int | None = None) -> Format:
        """Return how a number is shown that the report wrote with so many decimals, if it did."""
        decimals = self.count(number.numerator, number.denominator, written)
        return Format(decimals, self.grouping)


def shape_of_unit(unit: str | None) -> Shape:
    """Find how the numbers of a unit are shown of which nothing more is known."""
    return Shape(None, grouping=True, is_money=has_cents(unit), is_field=False)


def shape_of(linked: LinkedRulebook, code: str) -> Shape:
    """Find what is known of how a code's numbers are shown."""
    display, is_money = display_of(linked, code), has_cents(unit_of(linked, code))
    is_field = code not in linked.rulebook.entries
    if display is None:
        return Shape(None, grouping=True, is_money=is_money, is_field=is_field)
    return Shape(display.decimals, display.grouping, is_money, is_field)


def format_of(
    linked: LinkedRulebook, report: Report, code: str, fact: Fact, row: int = 0
) -> Format:
    """Return how a code's value is shown, in a row if it is of one (docs/semantics.md 13.3)."""
    shape = shape_of(linked, code)
    if not isinstance(fact, Fraction):
        return Format(shape.decimals, shape.grouping)
    declared = None
    if shape.is_field:
        over, _, name = code.partition(".")
        declared = report.lists[over][row - 1].get(name) if name else report.fields.get(code)
    written = count_decimals(declared.text) if declared is not None else None
    return shape.format(fact, written)


def write_step(record: Record, conclusion: Conclusion, message: ShownMessage | None) -> Json:
    """Write one conclusion with all that is needed to derive it again, but its digest."""
    entry, linked = conclusion.entry, record.linked
    step: Json = {
        "id": conclusion.code,
        "kind": "rows" if isinstance(conclusion, RowsConclusion) else kind_of_entry(entry),
        "label": label_of(linked, entry.code),
        **write_outcome(conclusion),
        "reads": {code: _write_read(record, code) for code in codes_read(record, conclusion)},
        "mark": str(_mark(conclusion)),
        **write_basis(entry.basis),
    }
    over = list_of(entry.code)
    if over:
        step["list"] = over
    if not isinstance(conclusion, AllRowsConclusion):  # which joins outcomes and has no formula
        step |= _write_used(linked, entry)
    step |= _write_parts(record, conclusion)
    if isinstance(conclusion, RuleConclusion | CheckConclusion) and conclusion.row:
        step["row"] = conclusion.row
    if message is not None:
        step["message"] = write_message(message, linked.rulebook.locale)
    return step


def _write_parts(record: Record, conclusion: Conclusion) -> Json:
    """Write what only an entry of this kind has."""
    match conclusion:
        case RuleConclusion():
            return _write_rule(record, conclusion)
        case DecisionConclusion():
            return _write_decision(record, conclusion)
        case SectionConclusion():
            return _write_section(record, conclusion)
        case RowsConclusion():
            return _write_shared(record, conclusion)
        case AllRowsConclusion():
            return {"severity": conclusion.entry.severity, "sentences": [], "all_rows": True}
        case CheckConclusion():
            return _write_check(record, conclusion)
        case MessageConclusion():
            clause = _write_clause(record, conclusion.entry.when, conclusion.when)
            text = conclusion.entry.text
            return {
                **clause,
                **({"text_not_encoded": text.why} if isinstance(text, NotEncoded) else {}),
            }


def _write_check(record: Record, conclusion: CheckConclusion) -> Json:
    entry = conclusion.entry
    return {
        "severity": entry.severity,
        **_write_clause(record, entry.expect, conclusion.expect, row=conclusion.row),
        "sentences": ["failed"] if entry.message is not None else [],
    }


def _write_used(linked: LinkedRulebook, entry: Entry) -> Json:
    """Write the groups, scales and tables that an entry's formulas use."""
    groups = linked.rulebook.groups
    used = [name for formula in formulas_of(entry) for name in formula.names if name in groups]
    found: Json = {}
    if used:
        found["groups"] = {name: list(groups[name].members) for name in dict.fromkeys(used)}
    return {**found, **write_lookups(linked, entry)} if linked.lookups else found


def write_outcome(conclusion: Conclusion) -> Json:
    """Write what a step came to: its outcome and its value."""
    fact = conclusion.fact
    if isinstance(conclusion, RuleConclusion | RowsConclusion):
        return {"outcome": kind_of(fact), "value": to_json(fact)}
    return {"outcome": outcome_word(fact), "value": to_json(fact)}


def outcome_word(fact: Fact) -> str:
    """Name the outcome of a decision, section, check or message; `undetermined` if missing."""
    if isinstance(fact, str):
        return fact
    return "undetermined" if isinstance(fact, Missing) else kind_of(fact)


def _mark(conclusion: Conclusion) -> Any:
    match conclusion:
        case RuleConclusion():
            return conclusion.entry.formula.mark
        case SectionConclusion():
            return conclusion.entry.due.mark
        case CheckConclusion():
            return conclusion.entry.expect.mark
        case MessageConclusion():
            return conclusion.entry.when.mark
        case AllRowsConclusion():
            return conclusion.entry.expect.mark
        case RowsConclusion(entry=Rule() as rule):
            return rule.formula.mark
        case RowsConclusion(entry=Check() as check):
            return check.expect.mark
        case _:
            return conclusion.entry.mark


def _write_read(record: Record, code: str) -> Json:
    fact = record.facts.get(code, Missing((code,)))
    return {"value": to_json(fact), "from": _origin_of(record.linked, code)}


def _origin_of(linked: LinkedRulebook, code: str) -> str:
    """Say where a fact is from: a kind of step, the rulebook's constants, the report."""
    over, bracket, rest = code.partition("[")
    if bracket and rest.startswith("*"):
        return "rows"
    written = f"{over}.{rest.partition('].')[2]}" if bracket else code
    if written in linked.rulebook.entries:
        return kind_of_entry(linked.rulebook.entries[written])
    if code in linked.schema.lists:
        return "list"
    return "parameter" if code in linked.rulebook.parameters else "report"


def codes_read(record: Record, conclusion: Conclusion) -> Iterable[str]:
    """Name what a step reads, each code once: in a row its own, in an aggregate those of all.

    A step of a row reads the aggregates from the step that all rows share.
    """
    entry, linked = conclusion.entry, record.linked
    if not linked.schema.lists:
        return linked.reads[entry.code]
    from ruletrail.trails.row_reads import read_in_rows  # noqa: PLC0415 - most rulebooks have none

    return read_in_rows(record, conclusion)


# -- Formulas and conditions -----------------------------------------------------------------------


def _write_clause(
    record: Record, clause: Clause, judgement: Judgement, key: str = "condition", row: int = 0
) -> Json:
    if isinstance(clause.content, NotEncoded):
        return {"not_encoded": clause.content.why}
    return {key: clause.content.text, "parts": write_parts(record, judgement.derivation, row)}


def write_parts(record: Record, derivation: Derivation | None, row: int) -> list[Json]:
    """Write the outcome of each sub-expression, inner first; one not evaluated says why.

    Beside what a scale or a table answered stands which band or row did.
    """
    if derivation is None:
        return []
    written = []
    answers = write_answers(record, derivation, row) if record.linked.lookups else {}
    for at, (span, part) in enumerate(zip(derivation.formula.spans, derivation.parts, strict=True)):
        outcome = (
            _write_part(part, answers.get((at, row)))
            if part.rows is None
            else {
                "rows": [
                    _write_part(each, answers.get((at, number)))
                    for number, each in enumerate(part.rows, start=1)
                ]
            }
        )
        written.append({"span": list(span), **outcome})
    return written


def _write_part(part: Part, answer: Json | None) -> Json:
    if isinstance(part.outcome, Skipped):
        return {"skipped": part.outcome.reason}
    written = {"value": to_json(part.outcome), **({"replaced": True} if part.replaced else {})}
    return written if answer is None else {**written, "answer": answer}


def _write_shared(record: Record, conclusion: RowsConclusion) -> Json:
    """Write what the rows of an entry share: its clauses with the values of their aggregates."""
    entry = conclusion.entry
    if isinstance(entry, Check):
        return _write_clause(record, entry.expect, conclusion.clauses[0])
    when, formula, others = split_rule(entry, conclusion.clauses)
    written = _write_clause(record, entry.formula, formula, "formula")
    unit = unit_of(record.linked, entry.code)
    if unit is not None:
        written["unit"] = unit
    if entry.when is not None and when is not None:
        written["when"] = _write_clause(record, entry.when, when)
    if others:
        pairs = zip(entry.exceptions, others, strict=True)
        cases = [_write_exception(record, ExceptionConclusion(e, None, *each)) for e, each in pairs]
        written["cases"] = [*cases, {"otherwise": True}]
    return written


def _write_rule(record: Record, conclusion: RuleConclusion) -> Json:
    rule: Rule = conclusion.entry
    written = _write_clause(record, rule.formula, conclusion.formula, "formula", conclusion.row)
    unit = unit_of(record.linked, rule.code)
    if unit is not None:
        written["unit"] = unit
    if conclusion.when is not None and rule.when is not None:
        written["when"] = {
            **_write_clause(record, rule.when, conclusion.when, row=conclusion.row),
            "value": to_json(conclusion.when.value),
        }
    if conclusion.exceptions:
        base: Json = {"otherwise": True, **_write_truth(conclusion.base)}
        cases = [_write_exception(record, e, conclusion.row) for e in conclusion.exceptions]
        written["cases"] = [*cases, base]
    if rule.rounding is not None:
        rounding: Json = {"mode": rule.rounding.mode, "decimals": rule.rounding.decimals}
        if not is_non_value(conclusion.unrounded):
            rounding["from"] = to_json(conclusion.unrounded)
        written["rounding"] = rounding
    if rule.display is not None:
        written["display"] = write_display(rule.display)
    if conclusion.declared is not None:
        declared = conclusion.declared
        written["declared"] = {
            "text": declared.text,
            "value": declared.to_json(),
            "agreement": conclusion.agreement,
        }
    return written


def _write_exception(record: Record, conclusion: ExceptionConclusion, row: int = 0) -> Json:
    exception = conclusion.exception
    return {
        **({"label": exception.label} if exception.label else {}),
        **_write_clause(record, exception.when, conclusion.when, row=row),
        **_write_truth(conclusion.truth),
        "then": _write_clause(record, exception.formula, conclusion.formula, "formula", row),
        "mark": str(exception.mark),
        **write_basis(exception.basis),
    }


def _write_truth(truth: Fact | None) -> Json:
    """Write the truth of an exception; without one, the rule did not come so far."""
    return {} if truth is None else {"value": to_json(truth)}


def write_display(display: Display) -> Json:
    """Write how the author wants a value shown."""
    return {
        "grouping": display.grouping,
        **({} if display.decimals is None else {"decimals": display.decimals}),
    }


def _write_decision(record: Record, conclusion: DecisionConclusion) -> Json:
    decision = conclusion.entry
    if isinstance(decision.cases, NotEncoded):
        return {"policy": decision.policy, "not_encoded": decision.cases.why, "cases": []}
    # in language 1 what an outcome is called stands in the rulebook alone
    is_named = record.linked.rulebook.language > 1
    cases = [_write_case(record, case, is_named=is_named) for case in conclusion.cases]
    return {"policy": decision.policy, "cases": cases}


def _write_case(record: Record, conclusion: CaseConclusion, *, is_named: bool) -> Json:
    case = conclusion.case
    written: Json = {
        "outcome": case.outcome,
        **({"label": case.label} if is_named and case.label else {}),
        "value": to_json(conclusion.truth),
        "mark": str(case.mark),
        **write_basis(case.basis),
    }
    if case.message is not None:
        written["sentence"] = True
    if case.when is None or conclusion.judgement is None:
        return {**written, "otherwise": True}
    return {**written, **_write_clause(record, case.when, conclusion.judgement)}


def _write_section(record: Record, conclusion: SectionConclusion) -> Json:
    section: Section = conclusion.entry
    written: Json = {
        **_write_clause(record, section.due, conclusion.due),
        "due": to_json(conclusion.due.value),
        "fields": list(section.fields),
        "optional": list(section.optional),
        "empty": list(conclusion.empty),
        "filled": list(conclusion.filled),
        "sentences": [
            word
            for word, sentence in (("due", section.when_due), ("not_due", section.when_not_due))
            if sentence is not None
        ],
    }
    if section.part_of is not None and conclusion.parent is not None:
        written["part_of"] = section.part_of
    if section.not_encoded is not None:
        written["fields_not_encoded"] = section.not_encoded.why
    return written


def write_message(message: ShownMessage, language: str) -> Json:
    """Write a sentence with its template, so that it can be filled again."""
    arguments = {
        argument.name: {
            "value": to_json(argument.fact),
            "display": write_display(Display(argument.shape.decimals, argument.shape.grouping)),
            "text": argument.text,
        }
        for argument in message.arguments
    }
    template = message.sentence.templates[language].text
    return {
        "language": language,
        "template": template,
        "arguments": arguments,
        "text": message.text,
        **write_basis(message.sentence.basis),
    }


def write_parameters(linked: LinkedRulebook) -> Json:
    """Write the constants with what they rest on."""
    written = {}
    for code, parameter in linked.rulebook.parameters.items():
        entry: Json = {"label": parameter.label, **write_basis(parameter.basis)}
        if parameter.value is not None:
            entry["value"] = to_json(parameter.value)
        else:
            from ruletrail.trails.dated import write_values  # noqa: PLC0415 - few rulebooks have them

            entry |= write_values(parameter)
        if parameter.unit is not None:
            entry["unit"] = parameter.unit
        if parameter.display is not None:
            entry["display"] = write_display(parameter.display)
        written[code] = entry
    return written


def write_fields(linked: LinkedRulebook) -> Json:
    """Write what the report's fields are called and measured in."""
    written = {}
    for code, declaration in linked.schema.fields.items():
        written[code] = _write_field(declaration, choices_of(linked, code))
    return written


def _write_field(declaration: FieldDeclaration, titles: Mapping[str, str]) -> Json:
    unit = {"unit": declaration.unit} if declaration.unit is not None else {}
    named = {text: title for text, title in titles.items() if text != title}
    choices = {"choices": named} if named else {}
    return {"label": declaration.label, "type": declaration.type, **unit, **choices}


def write_lists(linked: LinkedRulebook) -> Json:
    """Write what the lists of rows are called, and their cells; and how a row is called."""
    written = {}
    for code, declaration in linked.schema.lists.items():
        named = linked.rulebook.lists.get(code)
        row = {"row": named.row.text} if named is not None and named.row is not None else {}
        cells = {
            name: _write_field(cell, choices_of(linked, cell.code))
            for name, cell in declaration.cells.items()
        }
        written[code] = {"label": label_of_list(linked, code), "fields": cells, **row}
    return written
