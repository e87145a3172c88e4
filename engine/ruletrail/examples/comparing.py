"""Compare an evaluation's record with what an example expects; each difference is a failure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.evaluations import evaluate_record
from ruletrail.examples.reading import Example, Failure, Outcome, normalise_part
from ruletrail.formats import kind_of
from ruletrail.formulas import Derivation, Skipped, write_expression
from ruletrail.intake import check_report
from ruletrail.linking import LinkedRulebook, kind_of_entry
from ruletrail.problems import Problem
from ruletrail.trails import (
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    MessageConclusion,
    Record,
    RuleConclusion,
    SectionConclusion,
    outcome_word,
)
from ruletrail.trails.document import missing_codes, write_result
from ruletrail.values import ErrorValue, Fact, Missing, is_non_value, read_number, write_number


def explain_step(record: Record, code: str) -> list[str]:
    """Explain one step; empty when the rulebook has no such step."""
    conclusion = next((each for each in record.conclusions if each.entry.code == code), None)
    return list(_explain(record, conclusion)) if conclusion is not None else []


def _explain(record: Record, conclusion: Conclusion) -> Iterator[str]:
    entry = conclusion.entry
    yield f"{entry.code} = {show(conclusion.fact)} ({kind_of_entry(entry)}, {entry.mark})"
    if isinstance(conclusion, RuleConclusion) and conclusion.entry.rounding is not None:
        yield f"  before rounding: {show(conclusion.unrounded)}"
    if isinstance(conclusion, SectionConclusion) and conclusion.empty:
        yield f"  empty: {', '.join(conclusion.empty)}"
    if isinstance(conclusion, DecisionConclusion):
        for case in conclusion.cases:
            yield f"  case {case.case.outcome}: {show(case.truth)}"
    for derivation in derivations_of(conclusion):
        text = derivation.formula.text
        yield f"  {text} → {show(derivation.value)}"
        for (start, end), part in zip(derivation.formula.spans, derivation.parts, strict=True):
            if (start, end) != (0, len(text)):
                yield f"    {text[start:end]} → {show(part.outcome)}"
    for read in record.plan.reads[entry.code]:
        yield f"  {read} = {show(record.facts.get(read, Missing((read,))))}"


def run_example(example: Example, plan: LinkedRulebook) -> Outcome:
    """Evaluate one example and list the expectations that were not met."""
    report, problems = check_report(example.report, plan)
    record = evaluate_record(plan, report) if report is not None else None
    failures = list(_compare_problems(example, problems))
    if record is not None:
        failures += compare_record(example.expect, record)
    return Outcome(example, record, tuple(problems), tuple(failures))


def _compare_problems(example: Example, problems: list[Problem]) -> Iterator[Failure]:
    written = example.expect.get("problems")
    expected = sorted(item.text for item in getattr(written, "items", ()))
    found = sorted({problem.code for problem in problems})
    if expected != found:
        mark = written.mark if written is not None else example.mark
        yield Failure("problems", mark, ", ".join(expected) or "-", ", ".join(found) or "-")


def compare_record(expect: MappingNode, record: Record) -> list[Failure]:
    """List the expectations that an evaluation does not meet, in the order written."""
    failures: list[Failure] = []
    for key, node in expect.values.items():
        failures += COMPARERS[key](node, record) if key in COMPARERS else ()
    return failures


def show(fact: Fact | Skipped) -> str:
    """Write a fact as examples do: exact numbers, texts as they are, non-values and skipped parts by their word."""
    match fact:
        case Skipped():
            return "skipped"
        case bool():
            return "true" if fact else "false"
        case Fraction():
            return write_number(fact)
        case str():
            return fact
        case _:
            return kind_of(fact)


def is_same(written: str, fact: Fact | Skipped) -> bool:
    """Tell whether a fact is the one that was written; numbers compare by value, also as `1/3`."""
    if isinstance(fact, Fraction):
        top, slash, bottom = written.partition("/")
        number, divisor = _number(top), _number(bottom) if slash else Fraction(1)
        return (
            number is not None
            and bool(divisor)
            and divisor is not None
            and number / divisor == fact
        )
    return written == show(fact)


def _number(text: str) -> Fraction | None:
    bare = text.removeprefix("-")
    is_number = (
        bare.replace(".", "", 1).isdigit()
        and bare.isascii()
        and not bare.startswith(".")
        and not bare.endswith(".")
    )
    return read_number(text, digits=400, decimals=400) if is_number else None


# -- One function for each key of `expect` ---------------------------------------------------------


def _scalars(node: Node) -> Iterator[tuple[str, ScalarNode]]:
    for code, value in node.values.items() if isinstance(node, MappingNode) else ():
        if isinstance(value, ScalarNode):
            yield code, value


def _texts(node: Node) -> list[ScalarNode]:
    return (
        [item for item in node.items if isinstance(item, ScalarNode)]
        if isinstance(node, SequenceNode)
        else []
    )


def _status(node: Node, record: Record) -> Iterator[Failure]:
    if isinstance(node, ScalarNode) and node.text != record.status:
        causes = [
            c.entry.code for c in record.conclusions if is_non_value(c.fact) or c.fact == "failed"
        ]
        yield Failure("status", node.mark, node.text, record.status, causes[0] if causes else "")


def _facts(kind: str) -> Callable[[Node, Record], Iterator[Failure]]:
    def compare(node: Node, record: Record) -> Iterator[Failure]:
        for code, written in _scalars(node):
            fact = record.facts[code]
            if not is_same(written.text, fact):
                yield Failure(f"{kind}.{code}", written.mark, written.text, show(fact), code)

    return compare


def _outcomes(kind: str) -> Callable[[Node, Record], Iterator[Failure]]:
    def compare(node: Node, record: Record) -> Iterator[Failure]:
        for code, written in _scalars(node):
            found = outcome_word(record.facts[code])
            if written.text != found:
                yield Failure(f"{kind}.{code}", written.mark, written.text, found, code)

    return compare


def _declared(node: Node, record: Record) -> Iterator[Failure]:
    conclusions = _by_code(record)
    for code, written in _scalars(node):
        conclusion = conclusions[code]
        found = conclusion.agreement if isinstance(conclusion, RuleConclusion) else None
        if written.text != found:
            yield Failure(f"declared.{code}", written.mark, written.text, found or "-", code)


def _errors(node: Node, record: Record) -> Iterator[Failure]:
    for code, written in _scalars(node):
        fact = record.facts.get(code, _by_code(record)[code].fact)
        found = fact.cause if isinstance(fact, ErrorValue) else show(fact)
        if written.text != found:
            yield Failure(f"errors.{code}", written.mark, written.text, found, code)


def _codes(
    kind: str, find: Callable[[Record], Iterable[str]]
) -> Callable[[Node, Record], Iterator[Failure]]:
    def compare(node: Node, record: Record) -> Iterator[Failure]:
        expected, found = sorted(item.text for item in _texts(node)), sorted(set(find(record)))
        if expected != found:
            yield Failure(kind, node.mark, ", ".join(expected) or "-", ", ".join(found) or "-")

    return compare


def _messages(node: Node, record: Record) -> Iterator[Failure]:
    for written in _texts(node):
        if not any(written.text in message.text for message in record.messages):
            shown = ", ".join(message.step for message in record.messages)
            yield Failure("messages", written.mark, written.text, shown or "-")


def _absent_messages(node: Node, record: Record) -> Iterator[Failure]:
    for written in _texts(node):
        for message in record.messages:
            if written.text in message.text:
                yield Failure("absent_messages", written.mark, "-", message.text, message.step)


# -- Reasons ---------------------------------------------------------------------------------------


def _reasons(node: Node, record: Record) -> Iterator[Failure]:
    conclusions = _by_code(record)
    for code, asked in node.values.items() if isinstance(node, MappingNode) else ():
        conclusion = conclusions[code]
        for key, written in _scalars(asked):
            fact = _reason(key, conclusion)
            if not is_same(written.text, fact):
                yield Failure(f"reasons.{code}.{key}", written.mark, written.text, show(fact), code)
        parts = asked.get("parts") if isinstance(asked, MappingNode) else None
        for text, written in _scalars(parts) if parts is not None else ():
            facts = _part(text, conclusion)
            if not any(is_same(written.text, fact) for fact in facts):
                yield Failure(
                    f"reasons.{code}.parts.{text}",
                    written.mark,
                    written.text,
                    " / ".join(map(show, facts)) or "-",
                    code,
                )


def _reason(key: str, conclusion: Conclusion) -> Fact:
    if key == "case" and isinstance(conclusion, DecisionConclusion):
        return (
            ", ".join(case.case.outcome for case in conclusion.cases if case.truth is True) or "-"
        )
    if key == "before_rounding" and isinstance(conclusion, RuleConclusion):
        return conclusion.unrounded
    match conclusion:
        case RuleConclusion(when=when) if when is not None:
            return when.value
        case SectionConclusion(due=due):
            return due.value
        case CheckConclusion(expect=expect):
            return expect.value
        case MessageConclusion(when=shown):
            return shown.value
        case _:
            return "-"


def _part(text: str, conclusion: Conclusion) -> list[Fact | Skipped]:
    wanted = normalise_part(text)
    return [
        part.outcome
        for derivation in derivations_of(conclusion)
        for node, part in zip(derivation.formula.parts, derivation.parts, strict=True)
        if write_expression(node) == wanted
    ]


def derivations_of(conclusion: Conclusion) -> list[Derivation]:
    """List the derivations of one conclusion, in the order evaluated; what is not encoded has none."""
    match conclusion:
        case RuleConclusion(when=when, formula=formula):
            judged = [when, formula]
        case DecisionConclusion(cases=cases):
            judged = [case.judgement for case in cases]
        case SectionConclusion(due=due):
            judged = [due]
        case CheckConclusion(expect=expect):
            judged = [expect]
        case MessageConclusion(when=shown):
            judged = [shown]
    return [each.derivation for each in judged if each is not None and each.derivation is not None]


def _by_code(record: Record) -> Mapping[str, Conclusion]:
    return {conclusion.entry.code: conclusion for conclusion in record.conclusions}


def _not_encoded(record: Record) -> list[str]:
    return [each["step"] for each in write_result(record)["not_encoded"]]


COMPARERS: Mapping[str, Callable[[Node, Record], Iterator[Failure]]] = {
    "status": _status,
    "values": _facts("values"),
    "decisions": _outcomes("decisions"),
    "sections": _outcomes("sections"),
    "checks": _outcomes("checks"),
    "declared": _declared,
    "errors": _errors,
    "missing": _codes("missing", missing_codes),
    "not_encoded": _codes("not_encoded", _not_encoded),
    "messages": _messages,
    "absent_messages": _absent_messages,
    "reasons": _reasons,
}
"""How each key of `expect` is compared; `problems` is compared before there is a record."""
