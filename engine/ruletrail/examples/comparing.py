"""Run examples: each difference of a record from what is expected is a failure."""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate, islice

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode, items_of
from ruletrail.evaluations import evaluate_record
from ruletrail.evaluations.evaluating import find_causes
from ruletrail.examples.expectations import (
    OTHERWISE,
    WORDS,
    name_exception,
    read_expected_number,
)
from ruletrail.examples.reading import Example, Failure, Outcome
from ruletrail.fast_dataclasses import replace
from ruletrail.formats import Locale, kind_of
from ruletrail.formulas import Derivation, Skipped, find_called, parse_formula, write_expression
from ruletrail.intake import check_report, find_remarks
from ruletrail.linking import LinkedRulebook, kind_of_entry
from ruletrail.problems import LONGEST_QUOTE, MOST_PROBLEMS, Mark, Problem
from ruletrail.reports import Report
from ruletrail.schemas.thousands import is_parted, join_thousands
from ruletrail.trails import (
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    MessageConclusion,
    Record,
    RuleConclusion,
    SectionConclusion,
    ShownMessage,
    derivations_of,
    outcome_word,
)
from ruletrail.trails.document import missing_codes, write_result
from ruletrail.trails.slips import tell_parted
from ruletrail.trails.steps import codes_read
from ruletrail.values import ErrorValue, Fact, Missing, write_number

Comparer = Callable[[Node, Record], Iterator[Failure]]
Find = Callable[[str], Fact | None]
Evaluate = Callable[[LinkedRulebook, Report], Record]

MOST_FAILURES = MOST_PROBLEMS
"""How many failures of one file of examples are shown, each with its reasons; others are counted.

Nobody reads more, and the reasons of one are as long as a step.
"""

MOST_NAMED = 12
"""How many codes a failure names where a list was expected, or found."""

MOST_LINES = 200
"""How many lines explain one step: a sum may read twenty thousand fields."""

_THREE_ZEROS = re.compile(r"-?[1-9][0-9]{0,2}\.000")
"""A number that nobody would write so, unless its point is to part thousands."""

_LONGEST_EXCERPT = 500
"""How many characters are shown of a message that was not to appear."""
_MOST_COMPARED = 50
"""Messages of which the one is found that is most like a text that none holds."""
Same = Callable[[ScalarNode, Fact | Skipped], bool]


def run_example(
    example: Example, linked: LinkedRulebook, evaluate: Evaluate = evaluate_record
) -> Outcome:
    """Evaluate one example and list the expectations that were not met.

    `evaluate` gives a record that holds at least what is compared.
    """
    report, problems = check_report(example.report, linked)
    record = evaluate(linked, report) if report is not None else None
    written = example.expect.get("problems")
    mark = written.mark if written is not None else example.mark
    codes = [problem.code for problem in problems]
    failures = list(_compare_codes("problems", written, mark, codes))
    if record is not None:
        for key, node in example.expect.values.items():
            failures += COMPARERS[key](node, record) if key in COMPARERS else ()
    parted = list(_remark_parted(failures))
    told = {each.mark for each in parted}
    remarks = [each for each in _remark_on(example, linked) if each.mark not in told]
    remarks = [*remarks, *parted] if report is not None else []
    is_admitted = record is not None
    return Outcome(example, record, tuple(problems), tuple(failures), tuple(remarks), is_admitted)


def judge_reports(examples: Iterable[Example], linked: LinkedRulebook) -> Iterator[Problem]:
    """Yield what is wrong with the reports of examples, and what looks like a slip in them.

    An example that expects problems has a report that is wrong on purpose.
    """
    for example in examples:
        if items_of(example.expect.get("problems")):
            continue
        _, problems = check_report(example.report, linked)
        yield from problems
        # only where a point may part thousands does it take an answer to tell
        if problems or not _may_be_parted(example.expect):
            yield from _remark_on(example, linked) if not problems else ()
        else:
            yield from run_example(example, linked).remarks


def _remark_on(example: Example, linked: LinkedRulebook) -> Iterator[Problem]:
    """Find points that were to part thousands, in a report and in the values expected of it.

    Parts of a cent, or blanks, may be the very bound that an example is about.
    """
    for each in find_remarks(example.report, linked):
        if each.code != "blank-text" and (each.code != "money-decimals" or each.advice):
            yield each
    for _, value in _scalars(example.expect.get("values")):
        if value.style != "quoted" and _THREE_ZEROS.fullmatch(value.text):
            yield tell_parted(value.text, value.mark)


def _remark_parted(failures: Iterable[Failure]) -> Iterator[Problem]:
    """Say of a number that is expected, and would be right without its point, to leave it out."""
    for each in failures:
        if is_parted(each.expected) and each.found == join_thousands(each.expected):
            problem = tell_parted(each.expected, each.mark)
            yield replace(problem, advice="thousands-as-found")


def _may_be_parted(expected: Node) -> bool:
    """Tell whether a number that is expected somewhere has a point which may part thousands."""
    match expected:
        case ScalarNode(text=text, style=style):
            return style != "quoted" and is_parted(text)
        case MappingNode(values=values):
            return any(map(_may_be_parted, values.values()))
        case SequenceNode(items=items):
            return any(map(_may_be_parted, items))


def _compare_codes(
    kind: str, written: Node | None, mark: Mark, found: Iterable[str]
) -> Iterator[Failure]:
    expected, codes = sorted(item.text for item in _texts(written)), sorted(set(found))
    if expected != codes:
        yield Failure(kind, mark, _list(expected, codes), _list(codes, expected))


def _list(codes: Sequence[str], others: Iterable[str]) -> str:
    """Name codes; of a long list those that the other one lacks, which are what is wrong."""
    if len(codes) > MOST_NAMED:
        lacking = set(others)
        codes = [code for code in codes if code not in lacking]
    return _name_some(codes)


def _name_some(codes: Sequence[str]) -> str:
    rest = len(codes) - MOST_NAMED
    shown = ", ".join(codes[:MOST_NAMED]) or "-"
    return f"{shown}, … (+{rest})" if rest > 0 else shown


def show(fact: Fact | Skipped) -> str:
    """Write a fact as examples do: a text that would be read as something else in quotes."""
    match fact:
        case Skipped():
            return "skipped"
        case bool():
            return "true" if fact else "false"
        case Fraction():
            return write_number(fact)
        case date():
            return fact.isoformat()
        case str():
            return f'"{fact}"' if _is_no_text(fact) else fact
        case _:
            return kind_of(fact)


def is_same(written: ScalarNode, fact: Fact | Skipped) -> bool:
    """Tell whether a fact is the one that was written; numbers compare by value, also as `1/3`.

    Without quotes `missing`, `true` or `1/3` is what it says and no text; in quotes it is that text
    and no truth and no non-value.
    """
    text, is_quoted = written.text, written.style == "quoted"
    match fact:
        case Fraction():
            return read_expected_number(text) == fact
        case date():
            return text == fact.isoformat()
        case str():
            return text == fact and (is_quoted or not _is_no_text(text))
        case _:
            return text == show(fact) and not is_quoted


def _is_word(written: ScalarNode, fact: Fact | Skipped) -> bool:
    """Tell whether an outcome is the one that was written: a word, whatever it says, in quotes."""
    return written.text == (fact if isinstance(fact, str) else show(fact))


def _show_word(fact: Fact | Skipped) -> str:
    return fact if isinstance(fact, str) else show(fact)


def _expected(written: ScalarNode) -> str:
    """Write what was expected as it would be shown if it were found."""
    return show(written.text) if written.style == "quoted" else written.text


def _is_no_text(text: str) -> bool:
    """Tell what means something else than a text where it stands without quotes."""
    return text in WORDS or read_expected_number(text) is not None


# -- One function for each key of `expect` ---------------------------------------------------------


def _scalars(node: Node | None) -> Iterator[tuple[str, ScalarNode]]:
    for code, value in node.values.items() if isinstance(node, MappingNode) else ():
        if isinstance(value, ScalarNode):
            yield code, value


def _texts(node: Node | None) -> list[ScalarNode]:
    items = node.items if isinstance(node, SequenceNode) else ()
    return [item for item in items if isinstance(item, ScalarNode)]


def _status(node: Node, record: Record) -> Iterator[Failure]:
    if isinstance(node, ScalarNode) and node.text != record.status:
        cause = next((each.code for each in find_causes(record.conclusions)), "")
        yield Failure("status", node.mark, node.text, record.status, cause)


def _each(kind: str, finder: Callable[[Record], Find], same: Same = _is_word) -> Comparer:
    """Compare one by one what is expected of codes; `finder` looks through a record once."""

    def compare(node: Node, record: Record) -> Iterator[Failure]:
        find = finder(record)
        for code, written in _scalars(node):
            found = find(code)
            if found is None or not same(written, found):
                # an outcome is a word, in quotes or not; only a value tells them apart
                write = show if same is is_same else _show_word
                shown = write(found) if found is not None else "-"
                wanted = _expected(written) if same is is_same else written.text
                yield Failure(f"{kind}.{code}", written.mark, wanted, shown, code)

    return compare


def _value(record: Record) -> Find:
    return record.facts.get


def _outcome(record: Record) -> Find:
    facts = record.facts
    return lambda code: outcome_word(facts[code]) if code in facts else None


def _agreement(record: Record) -> Find:
    conclusions = _by_code(record)

    def find(code: str) -> Fact | None:
        conclusion = conclusions.get(code)
        return conclusion.agreement if isinstance(conclusion, RuleConclusion) else None

    return find


def _cause(record: Record) -> Find:
    facts = {code: conclusion.fact for code, conclusion in _by_code(record).items()}

    def find(code: str) -> Fact | None:
        fact = record.facts.get(code, facts.get(code))
        return fact.cause if isinstance(fact, ErrorValue) else fact

    return find


def _codes(kind: str, find: Callable[[Record], Iterable[str]]) -> Comparer:
    """Compare all the codes that are expected with all that are found."""
    return lambda node, record: _compare_codes(kind, node, node.mark, find(record))


class _Shown:
    """The messages of a record as one text, which is searched once for each text expected."""

    # half a character, which no text holds: nothing is found across two messages
    _BETWEEN = "\ud800"

    def __init__(self, record: Record) -> None:
        self._messages = record.messages
        self._joined = self._BETWEEN.join([message.text for message in self._messages])
        lengths = (len(message.text) + len(self._BETWEEN) for message in self._messages)
        self._starts = list(accumulate(lengths, initial=0))

    def find(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the steps whose messages hold a text, each with the message about that place."""
        at = self._joined.find(text)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            message = self._messages[number]
            yield message.step, _excerpt(message.text, at - self._starts[number])
            # what is found again is beyond this message: all findings of a text are one search
            at = self._joined.find(text, self._starts[number + 1])


def _excerpt(text: str, at: int) -> str:
    start = max(at - _LONGEST_EXCERPT // 2, 0) if len(text) > _LONGEST_EXCERPT else 0
    end = start + _LONGEST_EXCERPT
    return "…" * (start > 0) + text[start:end] + "…" * (end < len(text))


def _messages(node: Node, record: Record) -> Iterator[Failure]:
    shown = _Shown(record)
    steps = _name_some([message.step for message in record.messages])
    words = [set(each.text.split()) for each in record.messages[:_MOST_COMPARED]]
    for written in _texts(node):
        if not any(shown.find(written.text)):
            step, sentence = _most_alike(written.text, record.messages, words)
            yield Failure("messages", written.mark, written.text, steps, step, sentence)


def _most_alike(
    text: str, messages: Sequence[ShownMessage], words_of: Sequence[set[str]]
) -> tuple[str, str]:
    """Find the message that has most words of a text that none holds, and its step, if it has many.

    Of the only message the sentence is told in any case. `words_of` are those of the first ones.
    """
    words = set(text.split())
    shared = [len(words & each) for each in words_of]
    most = max(shared, default=0)
    if 2 * most <= len(words) and len(messages) != 1:
        return "", ""
    found = messages[shared.index(most)]
    return found.step if 2 * most > len(words) else "", _excerpt(found.text, 0)


def _absent_messages(node: Node, record: Record) -> Iterator[Failure]:
    shown = _Shown(record)
    for written in _texts(node):
        found = list(shown.find(written.text))
        if found:
            step, text = found[0]
            more = f" (+{len(found) - 1})" if len(found) > 1 else ""
            yield Failure("absent_messages", written.mark, "-", f"{text}{more}", step)


# -- Reasons ---------------------------------------------------------------------------------------


def _reasons(node: Node, record: Record) -> Iterator[Failure]:
    conclusions = _by_code(record)
    for code, asked in node.values.items() if isinstance(node, MappingNode) else ():
        conclusion = conclusions.get(code)
        if conclusion is None:
            # a row that the report does not have
            yield Failure(f"reasons.{code}", asked.mark, "…", "-")
            continue
        for key, written in _scalars(asked):
            fact, same = _reason(key, conclusion), _is_word if key == "case" else is_same
            if not same(written, fact):
                place, shown = f"reasons.{code}.{key}", show(fact)
                yield Failure(place, written.mark, _expected(written), shown, code)
        parts = asked.get("parts") if isinstance(asked, MappingNode) else None
        if parts is not None:
            yield from _compare_parts(parts, conclusion)


def _compare_parts(parts: Node, conclusion: Conclusion) -> Iterator[Failure]:
    code, outcomes = conclusion.code, _parts(conclusion)
    for text, written in _scalars(parts):
        # read and written again, so that spaces and printed signs do not matter
        formula, _ = parse_formula(text, lookups=find_called(text))
        facts = outcomes.get(write_expression(formula.tree), {}) if formula is not None else {}
        if not any(is_same(written, fact) for fact in facts.values()):
            place, shown = f"reasons.{code}.parts.{text}", " / ".join(facts) or "-"
            yield Failure(place, written.mark, _expected(written), shown, code)


def _reason(key: str, conclusion: Conclusion) -> Fact:
    if key == "case" and isinstance(conclusion, DecisionConclusion):
        taken = (case.case.outcome for case in conclusion.cases if case.truth is True)
        return ", ".join(taken) or "-"
    if key == "case" and isinstance(conclusion, RuleConclusion) and conclusion.exceptions:
        held = [name_exception(e.exception) for e in conclusion.exceptions if e.truth is True]
        return ", ".join(held) or (OTHERWISE if conclusion.base is True else "-")
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


def _parts(conclusion: Conclusion) -> Mapping[str, Mapping[str, Fact | Skipped]]:
    """Gather what each part came to; in two places one may be skipped, and reached in the other."""
    found: dict[str, dict[str, Fact | Skipped]] = {}
    for derivation in derivations_of(conclusion):
        for node, part in zip(derivation.formula.parts, derivation.parts, strict=True):
            found.setdefault(write_expression(node), {})[show(part.outcome)] = part.outcome
    return found


def _by_code(record: Record) -> Mapping[str, Conclusion]:
    return {conclusion.code: conclusion for conclusion in record.conclusions}


def _not_encoded(record: Record) -> list[str]:
    return [each["step"] for each in write_result(record)["not_encoded"]]


COMPARERS: Mapping[str, Comparer] = {
    "status": _status,
    "values": _each("values", _value, is_same),
    "decisions": _each("decisions", _outcome),
    "sections": _each("sections", _outcome),
    "checks": _each("checks", _outcome),
    "declared": _each("declared", _agreement),
    "errors": _each("errors", _cause),
    "missing": _codes("missing", missing_codes),
    "not_encoded": _codes("not_encoded", _not_encoded),
    "messages": _messages,
    "absent_messages": _absent_messages,
    "reasons": _reasons,
}
"""How each key of `expect` is compared; `problems` is compared before there is a record."""


# -- Why -------------------------------------------------------------------------------------------


_WORDS_OF_STEPS: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "rounding": "prima dell'arrotondamento", "empty": "vuoti", "case": "caso",
        "rule": "regola", "decision": "decisione", "section": "sezione", "check": "controllo",
        "message": "frase", "true": "vero", "false": "falso", "missing": "manca",
        "not_applicable": "non si applica", "not_encoded": "non codificato", "error": "errore",
        "row": "riga", "rows": "righe",
        "skipped": "non valutato", "shown": "mostrata", "not_shown": "non mostrata",
    },
    "en": {
        "rounding": "before rounding", "empty": "empty", "case": "case", "rule": "rule",
        "decision": "decision", "section": "section", "check": "check", "message": "message",
        "true": "true", "false": "false", "missing": "missing",
        "not_applicable": "not applicable", "not_encoded": "not encoded", "error": "error",
        "row": "row", "rows": "rows",
        "skipped": "not evaluated", "shown": "shown", "not_shown": "not shown",
    },
}  # fmt: skip


_OF_ROW = re.compile(r"\.(?P<list>\w+)\[(?P<row>[0-9]+)\]\.")
_NO_ROW = {"it": "la riga {row} di {list} non c'è", "en": "there is no row {row} of {list}"}
_SAID: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "wanted": "un messaggio che contenga «{expected}»",
        "one": "nessun messaggio con questo testo; quello di {found} dice «{sentence}»",
        "alike": "nessun messaggio con questo testo; ci sono quelli di {found}; il più simile dice "
                 "«{sentence}»",
        "others": "nessun messaggio con questo testo; ci sono quelli di {found}",
        "none": "nessun messaggio",
        "unwanted": "nessun messaggio che contenga questo testo", "shown": "«{found}»",
        "admitted": "una relazione senza problemi", "refused": "una relazione rifiutata: {}",
        "no_problem": "nessun problema: la relazione è ammessa", "nothing": "nulla",
    },
    "en": {
        "wanted": "a message that contains “{expected}”",
        "one": "no message with this text; that of {found} says “{sentence}”",
        "alike": "no message with this text; there are those of {found}; the one most like it says "
                 "“{sentence}”",
        "others": "no message with this text; there are those of {found}",
        "none": "no message",
        "unwanted": "no message that contains this text", "shown": "“{found}”",
        "admitted": "a report without problems", "refused": "a report that is refused: {}",
        "no_problem": "no problem: the report is admitted", "nothing": "nothing",
    },
}  # fmt: skip


def tell_failure(failure: Failure, language: Locale) -> tuple[str, str]:
    """Say what was expected and what was found; of a sentence, that it is one and not a code."""
    row = _OF_ROW.search(failure.place)
    if row is not None and failure.found == "-":
        return failure.expected, _NO_ROW[language].format(**row.groupdict())
    texts, wanted, found = _SAID[language], failure.expected, failure.found
    match failure.place:
        case "messages":
            return texts["wanted"].format(expected=wanted), _tell_messages(failure, texts)
        case "absent_messages":
            return texts["unwanted"], texts["shown"].format(found=found)
        case "problems":
            admitted = (texts["admitted"], texts["no_problem"])
            refused = (texts["refused"].format(each) for each in (wanted, found))
            pairs = zip((wanted, found), admitted, refused, strict=True)
            wanted, found = (good if each == "-" else bad for each, good, bad in pairs)
        case "missing" | "not_encoded":
            wanted, found = (texts["nothing"] if each == "-" else each for each in (wanted, found))
    return wanted, found


def _tell_messages(failure: Failure, texts: Mapping[str, str]) -> str:
    """Say which messages there are in place of the one expected: the sentence of one of them."""
    if failure.found == "-":
        return texts["none"]
    kind = "others" if not failure.sentence else "alike" if "," in failure.found else "one"
    return texts[kind].format(found=failure.found, sentence=failure.sentence)


def keep_steps(record: Record, codes: Collection[str]) -> Record:
    """Keep of a record what explains some steps."""
    conclusions = tuple(each for each in record.conclusions if each.code in codes)
    read = {code for each in conclusions for code in codes_read(record, each)}
    facts = {code: record.facts[code] for code in read if code in record.facts}
    messages = tuple(each for each in record.messages if each.step in codes)
    return replace(record, facts=facts, conclusions=conclusions, messages=messages)


def explain_step(record: Record, code: str, language: Locale = "en") -> list[str]:
    """Explain one step; empty when the rulebook has no such step."""
    conclusion = next((each for each in record.conclusions if each.code == code), None)
    if conclusion is None:
        return []
    lines = list(islice(_explain(record, conclusion, language), MOST_LINES + 1))
    return [*lines[:MOST_LINES], "  …"] if len(lines) > MOST_LINES else lines


def _explain(record: Record, conclusion: Conclusion, language: Locale) -> Iterator[str]:
    entry, words = conclusion.entry, _WORDS_OF_STEPS[language]
    kind, fact = words[kind_of_entry(entry)], _brief(conclusion.fact, language)
    # what a message comes to is a word of ours, which no example writes
    fact = words.get(fact, fact) if isinstance(conclusion, MessageConclusion) else fact
    yield f"{conclusion.code} = {fact} ({kind}, {entry.mark})"
    for message in record.messages:
        if message.step == conclusion.code:
            yield f"  {words['message']}: {_excerpt(message.text, 0)}"
    rounded = conclusion if isinstance(conclusion, RuleConclusion) else None
    # what is no number was not rounded
    if rounded and rounded.entry.rounding and isinstance(rounded.unrounded, Fraction):
        yield f"  {words['rounding']}: {show(rounded.unrounded)}"
    if isinstance(conclusion, SectionConclusion) and conclusion.empty:
        yield f"  {words['empty']}: {_name_some(conclusion.empty)}"
    if isinstance(conclusion, DecisionConclusion):
        for case in conclusion.cases:
            yield f"  {words['case']} {case.case.outcome}: {_brief(case.truth, language)}"
    if isinstance(conclusion, RuleConclusion):
        for each in conclusion.exceptions:
            truth = words["skipped"] if each.truth is None else _brief(each.truth, language)
            yield f"  {words['case']} {name_exception(each.exception)}: {truth}"
    for derivation in derivations_of(conclusion):
        if not _is_passed_over(conclusion, derivation):
            yield from _explain_derivation(derivation, language)
    for read in codes_read(record, conclusion):
        fact_read = record.facts.get(read, Missing((read,)))
        if "[*]" in read:
            continue  # what the rows of an entry share has no value
        is_list = read in record.linked.schema.lists and isinstance(fact_read, Fraction)
        counted = f" {words['row' if fact_read == 1 else 'rows']}" if is_list else ""
        yield f"  {read} = {_brief(fact_read, language)}{counted}"


def _is_passed_over(conclusion: Conclusion, derivation: Derivation) -> bool:
    """Tell a formula of a rule with exceptions that was not chosen: it came to nothing."""
    if not isinstance(conclusion, RuleConclusion) or conclusion.base is None:
        return False
    others = [(each.formula, each.truth) for each in conclusion.exceptions]
    return any(
        derivation is formula.derivation and truth is not True
        for formula, truth in [(conclusion.formula, conclusion.base), *others]
    )


def _explain_derivation(derivation: Derivation, language: Locale) -> Iterator[str]:
    text = derivation.formula.text
    yield f"  {text} → {_brief(derivation.value, language)}"
    for (start, end), part in zip(derivation.formula.spans, derivation.parts, strict=True):
        if (start, end) != (0, len(text)):
            yield f"    {text[start:end]} → {_brief(part.outcome, language)}"


def _brief(fact: Fact | Skipped, language: Locale) -> str:
    """Write a fact in an explanation: a non-value in words, a text of a whole page cut."""
    if isinstance(fact, ErrorValue):
        from ruletrail.problem_texts import WORDS  # noqa: PLC0415 - rare

        return f"{_WORDS_OF_STEPS[language]['error']}: {WORDS[f'cause-{fact.cause}'][language]}"
    shown = show(fact)
    if not isinstance(fact, Fraction | str):
        return _WORDS_OF_STEPS[language].get(shown, shown)
    is_long = isinstance(fact, str) and len(shown) > LONGEST_QUOTE
    return f"{shown[: LONGEST_QUOTE - 1]}…" if is_long else shown
