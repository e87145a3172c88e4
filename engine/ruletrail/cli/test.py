"""`ruletrail test RULEBOOK…`: run the examples beside rulebooks, with coverage and what would complete it."""

import argparse
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruletrail.cli.consoles import Console
from ruletrail.cli.progress import Progress
from ruletrail.cli.sources import source_as_written
from ruletrail.cli.watching import watch
from ruletrail.examples import (
    Outcome,
    Point,
    Suggestion,
    count_kinds,
    examples_path,
    explain_step,
    find_hits,
    list_points,
    read_examples,
    run_example,
    suggest,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.library import load_plan
from ruletrail.problems import Mark, Problem, ProblemsError, make_inert, quote
from ruletrail.rendering.problems import problems_json
from ruletrail.values import read_number, round_number, write_number

_TEXTS = {
    "it": {
        "passed": "{rulebook}: {total} esempi, {passed} superati",
        "expected": "atteso  {}",
        "found": "trovato {}",
        "coverage": "copertura {percent} %: {kinds}",
        "rule": "regole", "case": "casi", "section": "sezioni", "check": "controlli", "threshold": "soglie",
        "missed": "{mark}: mai visto: {what}",
        "suggestion": "→ `{code}: {value}` nell'esempio «{example}»",
        "none": "→ nessun cambio di un solo campo degli esempi lo mostra",
        "under": "la copertura {percent} % è sotto la soglia di {threshold} %",
        "watching": "in attesa di modifiche; Ctrl-C per finire",
    },
    "en": {
        "passed": "{rulebook}: {total} examples, {passed} passed",
        "expected": "expected {}",
        "found": "found    {}",
        "coverage": "coverage {percent} %: {kinds}",
        "rule": "rules", "case": "cases", "section": "sections", "check": "checks", "threshold": "thresholds",
        "missed": "{mark}: never seen: {what}",
        "suggestion": "→ `{code}: {value}` in the example “{example}”",
        "none": "→ no change of a single field of the examples shows it",
        "under": "coverage {percent} % is under the threshold of {threshold} %",
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

    @property
    def percent(self) -> Fraction:
        """The points shown, of a hundred."""
        shown, total = (sum(pair[index] for pair in self.kinds.values()) for index in (0, 1))
        return Fraction(100 * shown, total) if total else Fraction(100)

    @property
    def has_failed(self) -> bool:
        """Whether any example failed."""
        return any(outcome.failures for outcome in self.outcomes)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebooks", metavar="RULEBOOK", nargs="+")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--threshold", metavar="PERCENT", default="0")
    parser.add_argument("--watch", action="store_true")


def run(options: argparse.Namespace, console: Console) -> int:
    """Run the examples once, or again at every save until interrupted."""
    threshold = _read_percent(options.threshold)
    if not options.watch:
        return run_once(options, console, threshold)[0]

    sources = [source_as_written(written) for written in options.rulebooks]

    def again() -> list[Path]:
        try:
            return run_once(options, console, threshold)[1]
        except ProblemsError as error:
            console.show_problems(error.problems)
            return [path for source in sources for path in (source.path, examples_path(source))]

    texts = _TEXTS[console.language]
    watch(again, lambda: console.note(texts["watching"]))
    return 0


def _read_percent(written: str) -> Fraction:
    number = (
        read_number(written)
        if written.replace(".", "", 1).isdigit() and written.isascii()
        else None
    )
    if number is None or number > 100:  # noqa: PLR2004 - per cent
        raise ProblemsError([Problem("usage", Mark("--threshold", 1, 1), {"text": quote(written)})])
    return number


def run_once(
    options: argparse.Namespace, console: Console, threshold: Fraction
) -> tuple[int, list[Path]]:
    """Test each rulebook; returns the status and the files that a change of would change the answer."""
    tested: list[Tested] = []
    files: list[Path] = []
    with Progress(console.err, 2 * len(options.rulebooks)) as progress:
        for written in options.rulebooks:
            one, read = test_rulebook(written, progress)
            tested.append(one)
            files += read
    if options.format == "json":
        console.write_machine(
            json.dumps({"rulebooks": [to_json(one, console) for one in tested]}, ensure_ascii=False)
            + "\n"
        )
    else:
        for one in tested:
            console.write(to_text(one, threshold, console))
    console.flush()
    return (1 if any(one.has_failed or one.percent < threshold for one in tested) else 0), files


def test_rulebook(written: str, progress: Progress) -> tuple[Tested, list[Path]]:
    """Run the examples of one rulebook and measure what they show."""
    source = source_as_written(written)
    plan = load_plan(source)
    examples = read_examples(source, plan)
    outcomes = tuple(run_example(example, plan) for example in examples.examples)
    progress.tick()
    points = list_points(plan)
    hits = {
        point
        for outcome in outcomes
        if outcome.record is not None
        for point in find_hits(outcome.record)
    }
    missed = {point: mark for point, mark in points.items() if point not in hits}
    suggestions = dict(suggest(plan, outcomes, missed))
    progress.tick()
    files = [source.path, *map(Path, examples.files)]
    return Tested(
        str(plan.rulebook.identity), outcomes, count_kinds(points, hits), missed, suggestions
    ), files


# -- Writing ---------------------------------------------------------------------------------------


def show_percent(percent: Fraction) -> str:
    """Write a percentage with one decimal, cut, so that 99.99 never reads as 100."""
    return write_number(round_number(percent, 1, "down"))


def to_text(tested: Tested, threshold: Fraction, console: Console) -> str:
    """Write the answer for people: failures with their reasons, coverage, and what is not covered."""
    texts = _TEXTS[console.language]
    passed = sum(not outcome.failures for outcome in tested.outcomes)
    lines = [line for outcome in tested.outcomes for line in _failure_lines(outcome, texts)]
    lines.append(
        texts["passed"].format(rulebook=tested.rulebook, total=len(tested.outcomes), passed=passed)
    )
    kinds = ", ".join(
        f"{texts[kind]} {shown}/{total}" for kind, (shown, total) in tested.kinds.items()
    )
    lines.append(texts["coverage"].format(percent=show_percent(tested.percent), kinds=kinds))
    for point, mark in tested.missed.items():
        lines.append(texts["missed"].format(mark=mark, what=_show_point(point, texts)))
        found = tested.suggestions.get(point)
        lines.append(
            "  "
            + (
                texts["none"]
                if found is None
                else texts["suggestion"].format(**_suggestion_json(found))
            )
        )
    if tested.percent < threshold:
        lines.append(
            texts["under"].format(
                percent=show_percent(tested.percent), threshold=write_number(threshold)
            )
        )
    return "".join(make_inert(line) + "\n" for line in lines)


def _failure_lines(outcome: Outcome, texts: dict[str, str]) -> list[str]:
    lines = []
    for failure in outcome.failures:
        lines.append(f"{failure.mark}: {outcome.example.name}: {failure.place}")
        lines += [
            f"  {texts['expected'].format(failure.expected)}",
            f"  {texts['found'].format(failure.found)}",
        ]
        if failure.step and outcome.record is not None:
            lines += [f"    {line}" for line in explain_step(outcome.record, failure.step)]
    if outcome.failures:
        lines += [
            f"    {problem.mark}: {problem.message('it' if texts is _TEXTS['it'] else 'en')}"
            for problem in outcome.problems
        ]
    return lines


def _show_point(point: Point, texts: dict[str, str]) -> str:
    return " ".join(
        part
        for part in (
            texts[point.kind],
            point.code,
            f"({point.what})" if point.what else "",
            point.side,
        )
        if part
    )


def to_json(tested: Tested, console: Console) -> dict[str, Any]:
    """Write the answer for programs."""
    return {
        "rulebook": tested.rulebook,
        "examples": [_outcome_json(outcome, console) for outcome in tested.outcomes],
        "coverage": {
            "percent": show_percent(tested.percent),
            **{
                kind: {"shown": shown, "total": total}
                for kind, (shown, total) in tested.kinds.items()
            },
            "missed": [
                _missed_json(point, mark, tested.suggestions.get(point))
                for point, mark in tested.missed.items()
            ],
        },
    }


def _outcome_json(outcome: Outcome, console: Console) -> dict[str, Any]:
    failures = [
        {
            "place": failure.place,
            "line": failure.mark.line,
            "expected": failure.expected,
            "found": failure.found,
            "why": explain_step(outcome.record, failure.step)
            if failure.step and outcome.record is not None
            else [],
        }
        for failure in outcome.failures
    ]
    problems = problems_json(outcome.problems, console.language)
    return {
        "name": outcome.example.name,
        "passed": not failures,
        "failures": failures,
        "problems": problems,
    }


def _missed_json(point: Point, mark: Mark, suggestion: Suggestion | None) -> dict[str, Any]:
    place = {
        "kind": point.kind,
        "code": point.code,
        "what": point.what,
        "side": point.side,
        "line": mark.line,
    }
    return {**place, "suggestion": _suggestion_json(suggestion) if suggestion is not None else None}


def _suggestion_json(suggestion: Suggestion) -> dict[str, str]:
    return {"example": suggestion.example, "code": suggestion.code, "value": suggestion.value}
