"""`ruletrail test RULEBOOK…`: run the examples beside rulebooks, with their coverage."""

import argparse
import io
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruletrail.cli.consoles import Console, OutputLostError
from ruletrail.cli.coverage_points import describe_point
from ruletrail.cli.evaluations import add_library, asked_libraries, find_sources
from ruletrail.cli.progress import Progress
from ruletrail.examples import (
    MOST_FAILURES,
    Example,
    Failure,
    Outcome,
    Point,
    Run,
    Suggestion,
    count_kinds,
    examples_file,
    explain_step,
    known_reports,
    read_examples,
    suggest,
    tell_failure,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import is_folder
from ruletrail.formats import Locale
from ruletrail.library import Source, load_linked
from ruletrail.library.remembering import remembering
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    has_errors,
    make_inert,
    misuse,
    quote,
    quote_to_write,
    term,
)
from ruletrail.rendering.problems import problems_json
from ruletrail.values import read_number, round_number, write_number

_NAMED = 5
"""How many examples that fail alike are named."""

_BARE = re.compile(r"-?\w(?:[\w ./'-]*[\w.])?")
"""Numbers, days and texts that YAML reads as they are, between braces too."""

_INTERVAL = 0.5
"""Seconds between two looks at the files that are watched."""

_TEXTS = {
    "it": {
        "example": "{} esempio", "examples": "{} esempi",
        "passed": "{rulebook}: {total}, {passed}", "passed_one": "{} superato",
        "passed_more": "{} superati",
        "expected": "atteso  {}", "found": "trovato {}",
        "alike": "lo stesso in: {}", "name": "«{}»",
        "more": "non superato, altri scostamenti: {count}",
        "coverage": "copertura {percent} %: {kinds}",
        "rule": "regole", "case": "casi", "section": "sezioni", "check": "controlli",
        "threshold": "soglie", "band": "scaglioni", "row": "righe di tabelle",
        "dated": "valori per periodo",
        "missed": "{mark}: mai visto: {what}",
        "suggestion": "→ `{code}: {value}` nell'esempio «{example}»",
        "most": "per cominciare, un esempio solo ne mostra {count} su {total}:",
        "none": "→ nessun cambio di un solo campo, tra quelli provati, lo mostra",
        "under": "la copertura {percent} % è sotto la soglia di {threshold} %",
        "bare": "{}: senza esempi",
        "unevaluated": "nessun esempio è stato valutato: la copertura non dice nulla",
        "proved": "proprietà dimostrate: {proved} di {count}",
        "no_solver": "proprietà da dimostrare: {count}; serve `{command}`",
        "watching": "in attesa di modifiche; Ctrl-C per finire",
    },
    "en": {
        "example": "{} example", "examples": "{} examples",
        "passed": "{rulebook}: {total}, {passed}", "passed_one": "{} passed",
        "passed_more": "{} passed",
        "expected": "expected {}", "found": "found    {}",
        "alike": "the same in: {}", "name": "“{}”",
        "more": "not passed, more failures: {count}",
        "coverage": "coverage {percent} %: {kinds}",
        "rule": "rules", "case": "cases", "section": "sections", "check": "checks",
        "threshold": "thresholds", "band": "bands", "row": "rows of tables",
        "dated": "dated values",
        "missed": "{mark}: never seen: {what}",
        "suggestion": "→ `{code}: {value}` in the example “{example}”",
        "most": "to begin with, one example alone shows {count} of these {total}:",
        "none": "→ no change of a single field that was tried shows it",
        "under": "coverage {percent} % is under the threshold of {threshold} %",
        "bare": "{}: without examples",
        "unevaluated": "no example was evaluated: coverage says nothing",
        "proved": "properties proved: {proved} of {count}",
        "no_solver": "properties to prove: {count}; `{command}` is needed",
        "watching": "waiting for changes; Ctrl-C to end",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tested:
    """What the examples of one rulebook gave."""

    rulebook: str
    outcomes: tuple[Outcome, ...]
    kinds: dict[str, tuple[int, int]]
    missed: dict[Point, Mark]
    suggestions: dict[Point, Suggestion]
    properties: int = 0
    """How many properties the rulebook says of itself."""
    open_properties: tuple[Problem, ...] | None = ()
    """Those that do not hold, or are not known to; None where there is nothing to prove them by."""

    @property
    def percent(self) -> Fraction:
        """The points shown, of a hundred."""
        shown, total = (sum(pair[index] for pair in self.kinds.values()) for index in (0, 1))
        return Fraction(100 * shown, total) if total else Fraction(100)

    @property
    def is_evaluated(self) -> bool:
        """Whether any report could be evaluated, so that coverage says something."""
        return any(outcome.is_admitted for outcome in self.outcomes)

    @property
    def has_failed(self) -> bool:
        """Whether any example failed, or a property that does not hold."""
        return any(outcome.failures for outcome in self.outcomes) or has_errors(
            self.open_properties or ()
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebooks", metavar="RULEBOOK|DIR", nargs="*")
    add_library(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--threshold", metavar="PERCENT", default="0")
    parser.add_argument("--watch", action="store_true")


def run(options: argparse.Namespace, console: Console) -> int:
    """Run the examples once, or again at every save until interrupted."""
    threshold = _read_percent(options.threshold)
    if not options.watch:
        return run_once(options, console, threshold)[0]

    # a word that names nothing is no rulebook to wait for
    sources = _find_all(options)

    def again() -> list[Path]:
        try:
            files = run_once(options, console, threshold)[1]
        except ProblemsError as error:
            console.show_problems(error.problems)
            files = _list_watched(sources)
        if console.is_lost:
            raise OutputLostError
        return files

    texts = _TEXTS[console.language]
    watch(again, lambda: console.note(texts["watching"]))
    return 0


def _read_percent(written: str) -> Fraction:
    is_plain = written.replace(".", "", 1).isdigit() and written.isascii()
    number = read_number(written) if is_plain else None
    if number is None or number > 100:  # noqa: PLR2004 - per cent
        plain = written.strip().rstrip("% ").replace(",", ".")
        is_meant = plain != written and re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,9})?|100", plain)
        advice, details = (
            ("write-instead", {"instead": quote_to_write(plain)}) if is_meant else ("", {})
        )
        what, word = term("not-percent"), quote(written)
        raise misuse(what, advice=advice, option="`--threshold`", word=word, **details)
    return number


@remembering()
def run_once(
    options: argparse.Namespace, console: Console, threshold: Fraction
) -> tuple[int, list[Path]]:
    """Test each rulebook; returns the status and the files that the answer depends on."""
    tested: list[Tested] = []
    files: list[Path] = []
    problems: list[Problem] = []
    sources = _find_all(options)
    bare = _list_bare(options, sources)
    without = {source.path for source in bare}
    with Progress(console.err, 2 * len(sources)) as progress:
        for source in sources:
            if source.path in without:
                continue
            try:
                one, read = test_rulebook(source, progress)
            except ProblemsError as error:
                problems += error.problems
                continue
            tested.append(one)
            files += read
    if problems and (options.format == "json" or not tested):
        raise ProblemsError(problems)
    _write(tested, bare, threshold, options.format, console)
    if problems:  # of some rulebooks, beside the answers of the others
        console.show_problems(problems)
        return 2, [*files, *_list_watched(sources)]
    return (1 if any(one.has_failed or one.percent < threshold for one in tested) else 0), files


def _list_bare(options: argparse.Namespace, sources: Sequence[Source]) -> list[Source]:
    """List the rulebooks of folders that have no examples, where others have some.

    One that is named is asked for its examples, and so are all of a folder that has none at all.
    """
    if not all(is_folder(Path(word)) for word in options.rulebooks):
        return []
    bare = [source for source in sources if not examples_file(source).is_there]
    return bare if len(bare) < len(sources) else []


def _write(
    tested: Sequence[Tested], bare: Sequence[Source], threshold: Fraction, form: str,
    console: Console,
) -> None:  # fmt: skip
    if form == "json":
        without = [source.shown for source in bare]
        answers = [to_json(one, console.language) for one in tested]
        console.write_json({"rulebooks": answers, "without_examples": without})
    else:
        for one in tested:
            console.write(to_text(one, threshold, console.language))
        for source in bare:
            text = _TEXTS[console.language]["bare"].format(source.shown)
            console.write(make_inert(text) + "\n")
    console.flush()


def _list_watched(sources: Iterable[Source]) -> list[Path]:
    """List the files whose saving may mend rulebooks that do not load."""
    return [path for source in sources for path in (source.path, examples_file(source).path)]


def _find_all(options: argparse.Namespace) -> list[Source]:
    sources, problems = find_sources(options.rulebooks, asked_libraries(options))
    if problems:
        raise ProblemsError(problems)
    return sources


def test_rulebook(source: Source, progress: Progress) -> tuple[Tested, list[Path]]:
    """Run the examples of one rulebook and measure what they show."""
    plan = load_linked(source)
    examples = read_examples(source, plan)
    run = Run(plan, len(examples.examples))
    outcomes = tuple(map(run.run, examples.examples))
    progress.tick()
    missed = {point: mark for point, mark in run.points.items() if point not in run.hits}
    suggestions = dict(suggest(plan, outcomes, missed))
    progress.tick()
    name, kinds = str(plan.rulebook.identity), count_kinds(run.points, run.hits)
    files = [source.path, *map(Path, examples.files)]
    count, unproved = len(plan.rulebook.properties), _prove(plan, examples.examples)
    return Tested(name, outcomes, kinds, missed, suggestions, count, unproved), files


def _prove(plan: LinkedRulebook, examples: Iterable[Example]) -> tuple[Problem, ...] | None:
    """Prove the properties of a rulebook; None where there is nothing to prove them by."""
    if not plan.rulebook.properties:
        return ()
    from ruletrail.proofs import has_solver, judge_properties  # noqa: PLC0415 - of few rulebooks

    if not has_solver():
        return None
    return tuple(judge_properties(plan, reports=known_reports(examples, plan)))


def test_source(source: Source, language: Locale) -> tuple[str, dict[str, Any]]:
    """Test one rulebook for who shows no progress: the answer for people, and for programs."""
    tested, _ = test_rulebook(source, Progress(io.StringIO(), 1))
    return to_text(tested, Fraction(0), language), to_json(tested, language)


# -- Writing ---------------------------------------------------------------------------------------


def show_percent(percent: Fraction, language: Locale = "en") -> str:
    """Write a percentage with one decimal, cut, so that 99.99 never reads as 100."""
    shown = write_number(round_number(percent, 1, "down"))
    return shown.replace(".", ",") if language == "it" else shown


def write_suggestion(found: Suggestion, language: Locale) -> str:
    """Write a suggestion as it stands below `change`: within braces a bracket needs quotes."""
    code = f'"{found.code}"' if "[" in found.code else found.code
    # an empty text, or one with signs of YAML's, is copied with its quotes
    is_bare = _BARE.fullmatch(found.value) is not None and found.value != "null"
    value = found.value if is_bare else json.dumps(found.value, ensure_ascii=False)
    shown = {"code": code, "value": value, "example": found.example}
    return _TEXTS[language]["suggestion"].format(**shown)


def to_text(tested: Tested, threshold: Fraction, language: Locale) -> str:
    """Write the answer for people: failures and why, what is not covered, and the counts."""
    texts = _TEXTS[language]
    first, alike = _join_refused(tested.outcomes)
    lines = [
        line
        for outcome, shown in _share_failures(first)
        for line in _failure_lines(outcome, shown, alike.get(outcome.example.name, ()), language)
    ]
    kinds = [f"{texts[kind]} {shown}/{count}" for kind, (shown, count) in tested.kinds.items()]
    percent = show_percent(tested.percent, language)
    for point, mark in tested.missed.items() if tested.is_evaluated else ():
        lines.append(texts["missed"].format(mark=mark, what=describe_point(point, language)))
        found = tested.suggestions.get(point)
        text = texts["none"] if found is None else write_suggestion(found, language)
        lines.append(f"  {text}")
    lines += _tell_most(tested, language) if tested.is_evaluated else ()
    lines.append(_count_examples(tested, language))
    lines.append(
        texts["coverage"].format(percent=percent, kinds=", ".join(kinds))
        if tested.is_evaluated
        else texts["unevaluated"]
    )
    lines += _tell_properties(tested, language)
    if tested.percent < threshold:
        wanted = write_number(threshold)
        wanted = wanted.replace(".", ",") if language == "it" else wanted
        lines.append(texts["under"].format(percent=percent, threshold=wanted))
    return "".join(make_inert(line) + "\n" for line in lines)


def _tell_most(tested: Tested, language: Locale) -> list[str]:
    """Name the change that shows most of what is missed, where one shows several things."""
    found = dict.fromkeys(tested.suggestions.values())
    if len(found) < 2:  # noqa: PLR2004 - one alone is told beside what it shows
        return []
    best = max(found, key=lambda each: each.shows)
    if best.shows == 1:
        return []
    said = _TEXTS[language]["most"].format(count=best.shows, total=len(tested.missed))
    return [f"{said} {write_suggestion(best, language)}"]


def _tell_properties(tested: Tested, language: Locale) -> Iterator[str]:
    """Say which properties do not hold, and how many do."""
    texts, count = _TEXTS[language], tested.properties
    if tested.open_properties is None:
        from ruletrail.proofs import INSTALLING  # noqa: PLC0415 - of few rulebooks

        yield texts["no_solver"].format(count=count, command=INSTALLING)
        return
    for problem in tested.open_properties:
        yield f"{problem.mark}: {problem.message(language)}"
        yield f"  → {problem.hint(language)}"
    if count:
        yield texts["proved"].format(proved=count - len(tested.open_properties), count=count)


def _count_examples(tested: Tested, language: Locale) -> str:
    """Say how many examples there are and how many passed, in words that agree."""
    texts, total = _TEXTS[language], len(tested.outcomes)
    passed = sum(not each.failures for each in tested.outcomes)
    return texts["passed"].format(
        rulebook=tested.rulebook,
        total=texts["example" if total == 1 else "examples"].format(total),
        passed=texts["passed_one" if passed == 1 else "passed_more"].format(passed),
    )


def _share_failures(
    outcomes: Iterable[Outcome],
) -> Iterator[tuple[Outcome, Sequence[Failure]]]:
    """Yield each outcome with the failures of it that are shown, the first fifty of them all."""
    left = MOST_FAILURES
    for outcome in outcomes:
        shown = outcome.failures[:left]
        left -= len(shown)
        yield outcome, shown


def _join_refused(
    outcomes: Iterable[Outcome],
) -> tuple[list[Outcome], Mapping[str, Sequence[str]]]:
    """Leave out the examples whose report is refused as an earlier one is; name them by that one.

    An example that is `like` another has its report, with all that is wrong there.
    """
    first: dict[object, Outcome] = {}
    alike: dict[str, list[str]] = {}
    for outcome in outcomes:
        problems = tuple((each.mark, each.code, each.details) for each in outcome.problems)
        failed = tuple((each.place, each.expected, each.found) for each in outcome.failures)
        key = repr((problems, failed)) if problems and failed else id(outcome)
        told = first.setdefault(key, outcome)
        if told is not outcome:
            alike.setdefault(told.example.name, []).append(outcome.example.name)
    return list(first.values()), alike


def _failure_lines(
    outcome: Outcome, shown: Sequence[Failure], alike: Sequence[str], language: Locale
) -> list[str]:
    lines, texts = [], _TEXTS[language]
    for failure in shown:
        lines.append(f"{failure.mark}: {outcome.example.name}: {failure.place}")
        expected, found = tell_failure(failure, language)
        lines.append(f"  {texts['expected'].format(expected)}")
        lines.append(f"  {texts['found'].format(found)}")
        lines += [f"    {line}" for line in _why(outcome, failure, language)]
    for each in (*(outcome.problems if shown else ()), *outcome.remarks):
        lines.append(f"    {each.mark}: {each.message(language)}")
        lines.append(f"      → {each.hint(language)}")
    if alike:
        names = ", ".join(texts["name"].format(name) for name in alike[:_NAMED])
        more = f", … ({len(alike)})" if alike[_NAMED:] else ""
        lines.append(f"    {texts['alike'].format(f'{names}{more}')}")
    rest = len(outcome.failures) + outcome.more - len(shown)
    if rest:
        example = outcome.example
        lines.append(f"{example.mark}: {example.name}: {texts['more'].format(count=rest)}")
    return lines


def _why(outcome: Outcome, failure: Failure, language: Locale) -> list[str]:
    """Return the lines that explain the step of a failure."""
    if not failure.step or outcome.record is None:
        return []
    return explain_step(outcome.record, failure.step, language)


def to_json(tested: Tested, language: Locale) -> dict[str, Any]:
    """Write the answer for programs."""
    kinds = {
        kind: {"shown": shown, "total": total} for kind, (shown, total) in tested.kinds.items()
    }
    missed = []
    for point, mark in tested.missed.items():
        found = tested.suggestions.get(point)
        keys = ("example", "code", "value")
        suggestion = None if found is None else {key: getattr(found, key) for key in keys}
        missed.append({**asdict(point), "line": mark.line, "suggestion": suggestion})
    return {
        "rulebook": tested.rulebook,
        "examples": [
            _outcome_json(outcome, shown, language)
            for outcome, shown in _share_failures(tested.outcomes)
        ],
        **_properties_json(tested, language),
        "coverage": {"percent": show_percent(tested.percent), **kinds, "missed": missed},
    }


def _properties_json(tested: Tested, language: Locale) -> dict[str, Any]:
    """Write what came of a rulebook's properties, where it has any; null of what was not proved."""
    if not tested.properties:
        return {}
    if tested.open_properties is None:
        return {"properties": {"count": tested.properties, "problems": None}}
    problems = problems_json(tested.open_properties, language)
    return {"properties": {"count": tested.properties, "problems": problems}}


def _outcome_json(outcome: Outcome, shown: Sequence[Failure], language: Locale) -> dict[str, Any]:
    failures = [
        {
            "place": failure.place,
            "line": failure.mark.line,
            "expected": failure.expected,
            "found": failure.found,
            "why": _why(outcome, failure, language),
        }
        for failure in shown
    ]
    return {
        "name": outcome.example.name,
        "passed": not outcome.failures,
        "failures": failures,
        "more_failures": len(outcome.failures) + outcome.more - len(shown),
        "problems": problems_json(outcome.problems, language),
        "remarks": problems_json(outcome.remarks, language),
    }


# -- Watching: at the times of files, needing nothing of the system's --------------------


def watch(
    run: Callable[[], Iterable[Path]],
    wait_told: Callable[[], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Run, and again each time a file that the last run named is saved, until interrupted."""
    while True:
        files = sorted(set(run()))
        seen = read_times(files)
        wait_told()
        while read_times(files) == seen:
            sleep(_INTERVAL)


def read_times(files: Iterable[Path]) -> list[tuple[int, int] | None]:
    """Return when each file was saved and how large it is; None for one that is not there now."""
    return [_time(path) for path in files]


def _time(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
