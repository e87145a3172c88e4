"""Examples in an editor: their values beside the entries, and running them."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    ScalarNode,
    items_of,
    members_of,
    read_text,
    reading_unsaved,
)
from ruletrail.editors.answers import show_value
from ruletrail.editors.names import Knowledge, Texts
from ruletrail.editors.places import list_all, write_out
from ruletrail.examples import Outcome, read_examples, run_example
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.files import split_lines
from ruletrail.formats import Locale
from ruletrail.library import Source
from ruletrail.library.loading import link_source
from ruletrail.problems import Problem, quote, refusal
from ruletrail.trails import DecisionConclusion, outcome_word

MOST_SHOWN = 3
"""Values of one `for_each` that stand beside its key."""

_VALUED = frozenset({"rule", "decision", "section", "check"})
_WORDS = {
    "it": {
        "passed": "superato", "failed": "non superato",
        "none": "nessun esempio", "one": "Esempio «{name}»: {verdict}",
        "all": "{total}, superati: {passed}", "status": "esito {status}",
        "not": "non superati: {names}", "example": "1 esempio", "examples": "{count} esempi",
        "complete": "completo", "incomplete": "incompleto", "invalid": "non valido",
        "refused": "relazione rifiutata",
    },
    "en": {
        "passed": "passed", "failed": "not passed",
        "none": "no examples", "one": "Example “{name}”: {verdict}",
        "all": "{total}: {passed} passed", "status": "outcome {status}",
        "not": "not passed: {names}", "example": "1 example", "examples": "{count} examples",
        "complete": "complete", "incomplete": "incomplete", "invalid": "invalid",
        "refused": "report refused",
    },
}  # fmt: skip


# -- Values beside entries -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hint:
    """A value that is shown after a line, and what it is of."""

    line: int
    column: int
    text: str
    about: str


def list_hints(
    text: str, knowledge: Knowledge, first: int, last: int, language: Locale
) -> list[Hint]:
    """List the values of the entries whose keys stand on some lines, as the example has them."""
    if not knowledge.values:
        return []
    lines, hints = split_lines(text), {}
    for each in list_all(text):
        if each.defines and first <= each.line <= last:
            codes = write_out(each.code, each.variables, MOST_SHOWN + 1)
            values = list(_values(codes, knowledge, language))
            if values:
                shown = "; ".join(values[:MOST_SHOWN]) + ("; …" if len(codes) > MOST_SHOWN else "")
                column = len(lines[each.line].rstrip())
                hints[each.line] = Hint(each.line, column, f"= {shown}", knowledge.example)
    return list(hints.values())


def _values(codes: Sequence[str], knowledge: Knowledge, language: Locale) -> Iterator[str]:
    for code in codes:
        name = knowledge.names.get(code)
        if name is not None and name.kind in _VALUED:
            value = show_value(name, knowledge, language)
            if value:
                yield value


# -- Where an editor offers to run and to add ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done with examples, offered above a line; `example` is its name."""

    line: int
    action: str
    example: str = ""


def list_offers(text: str, knowledge: Knowledge | None, *, is_examples: bool) -> list[Offer]:
    """List what can be done with examples: above each in their file, above a rulebook's name."""
    node, _ = read_text(text, "", RULEBOOK_LIMITS)
    if not isinstance(node, MappingNode):
        return []
    if not is_examples:
        key = node.keys.get("rulebook")
        line = key.mark.line - 1 if key is not None else 0
        has_examples = knowledge is not None and knowledge.examples
        offers = [Offer(line, "run")] if has_examples else []
        return [*offers, Offer(line, "add"), *([Offer(line, "use")] if has_examples else [])]
    key, listed = node.keys.get("examples"), node.get("examples")
    offers = [Offer(key.mark.line - 1, action) for action in ("run", "add")] if key else []
    for item in items_of(listed):
        name = members_of(item).get("name")
        if isinstance(name, ScalarNode):
            line = item.mark.line - 1
            offers += [Offer(line, action, name.text) for action in ("run", "use")]
    return offers


# -- Running ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ran:
    """What running examples gave: a sentence for people, problems, and the names that failed."""

    sentence: str
    problems: tuple[Problem, ...]
    outcomes: Mapping[str, str]
    """Of each example, `passed` or `failed`."""


def run_examples(
    source: Source, texts: Texts, name: str, language: Locale, go_on: Callable[[], None]
) -> Ran:
    """Run the example of a name, or all; raises `ProblemsError` where nothing can be run.

    `go_on` is called before each, and may end it.
    """
    with reading_unsaved(texts):
        linked = link_source(source)
        examples = read_examples(source, linked).examples
    chosen = [example for example in examples if name in ("", example.name)]
    if not chosen:
        raise refusal("example-unknown", source.shown, example=quote(name))
    outcomes = []
    for example in chosen:
        go_on()
        outcome = run_example(example, linked)
        # of many, how each fact was reached is more than there is room for
        outcomes.append(outcome if name else replace(outcome, record=None))
    sentence = _say_one(outcomes[0], language) if name else _say_all(outcomes, language)
    problems = tuple(problem for outcome in outcomes for problem in _failures(outcome))
    verdicts = {each.example.name: _verdict(each) for each in outcomes}
    return Ran(sentence, problems, verdicts)


def _verdict(outcome: Outcome) -> str:
    return "failed" if outcome.failures else "passed"


def _failures(outcome: Outcome) -> Iterator[Problem]:
    for failure in outcome.failures:
        is_text = failure.place == "messages"
        details = {
            "example": quote(outcome.example.name),
            "place": quote(failure.place),
            # a part of a sentence is expected; what was found are the codes of the sentences
            "expected": quote(f"…{failure.expected}…" if is_text else failure.expected),
            "found": quote(failure.found),
        }
        advice = "message-text" if is_text else ""
        yield Problem("example-failed", failure.mark, details, advice=advice)


def _say_one(outcome: Outcome, language: Locale) -> str:
    words, record = _WORDS[language], outcome.record
    verdict = words[_verdict(outcome)]
    parts = [words["one"].format(name=outcome.example.name, verdict=verdict)]
    if record is None:
        return "; ".join([*parts, words["refused"]])
    parts.append(words["status"].format(status=words[record.status]))
    decided = (each for each in record.conclusions if isinstance(each, DecisionConclusion))
    parts += [f"{each.entry.code}: {outcome_word(each.fact)}" for each in decided]
    return "; ".join(parts)


def _say_all(outcomes: Sequence[Outcome], language: Locale) -> str:
    words = _WORDS[language]
    failed = [outcome.example.name for outcome in outcomes if outcome.failures]
    count = len(outcomes)
    total = words["example"] if count == 1 else words["examples"].format(count=count)
    parts = [words["all"].format(total=total, passed=count - len(failed))]
    if failed:
        parts.append(
            words["not"].format(names=", ".join(failed[:5]) + (" …" if failed[5:] else ""))
        )
    return "; ".join(parts)
