"""What the processes of a server for assistants do, as plain functions, beside the service's own.

Nothing here knows of the protocol.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruletrail.api import Plan
from ruletrail.assistants.fixed_files import refuse_fixed
from ruletrail.assistants.settings import Commands
from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Nulls,
    read_text,
    reading_unsaved,
)
from ruletrail.examples import examples_file
from ruletrail.formats import Locale
from ruletrail.library import Libraries, Library, Source, load_linked
from ruletrail.library.named_files import split_name
from ruletrail.library.sources import head_of_tree
from ruletrail.needs import find_needs
from ruletrail.needs.pages import write_page as write_needs
from ruletrail.problems import sort_problems
from ruletrail.proofs.pages import write_proof
from ruletrail.rendering import explain_step, read_wording, render_changes, render_trail
from ruletrail.rendering.problems import problems_json
from ruletrail.rulebook_docs import write_handbook
from ruletrail.service.answers import write_answer
from ruletrail.service.tasks import NOWHERE, Asked, find_changes, source_of_text, trail_of
from ruletrail.trails import canonical_json

WORK, WORK_IN_ALL = 20, 150
"""Millions of the solver's steps for one question of a proof, and for all."""
SECONDS_IN_ALL = 20.0
"""The time for all, whatever the work: an assistant waits for half a minute."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A rulebook that was sent as a text, with its schema and examples where they were sent too."""

    rulebook: str
    schema: str = ""
    examples: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer for people and for programs, with the trail that it rests on."""

    text: str
    content: dict[str, Any]
    trail: str
    digest: str


# -- Reports ---------------------------------------------------------------------------------------


def evaluate(plan: Plan, body: bytes, nulls: Nulls, language: Locale | None) -> Answered:
    """Evaluate one report: the first screen, and the result."""
    evaluation = plan.evaluate(body, nulls=nulls)
    content = json.loads(write_answer(evaluation, plan.linked.digest))
    trail, wording = trail_of(plan, evaluation), read_wording(evaluation.record, language)
    document = trail.to_dict()
    text = render_trail(document, "text", language, wording, brief=True, rest="support")
    return Answered(text, content, trail.to_json(), document["digest"])


def explain(plan: Plan, body: bytes, nulls: Nulls, code: str, language: Locale | None) -> Answered:
    """Explain one code of a report: as the command line writes it, and its steps."""
    evaluation = plan.evaluate(body, nulls=nulls)
    trail, wording = trail_of(plan, evaluation), read_wording(evaluation.record, language)
    document = trail.to_dict()
    text = explain_step(document, code, language, "text", wording)
    steps = json.loads(explain_step(document, code, language, "json"))
    content = {"rulebook": evaluation.reference, "code": code, "explanation": steps}
    return Answered(text, content, trail.to_json(), document["digest"])


def needed(plan: Plan, body: bytes, nulls: Nulls, target: str, language: Locale | None) -> Answered:
    """Find what is still to be asked about a report; an empty target is the whole of it."""
    evaluation = plan.evaluate(body, nulls=nulls)
    found = find_needs(evaluation.record, target or None)
    text = write_needs(found, plan.linked, "text", language)
    content = {**found.to_dict(), "rulebook": evaluation.reference}
    trail = trail_of(plan, evaluation)
    return Answered(text, content, trail.to_json(), trail.to_dict()["digest"])


def whatif(
    plan: Plan, body: bytes, nulls: Nulls, asked: Asked, language: Locale | None
) -> Answered:
    """Find what would change an outcome of a report."""
    evaluation = plan.evaluate(body, nulls=nulls)
    found = find_changes(evaluation, asked).to_dict()
    trail, wording = trail_of(plan, evaluation), read_wording(evaluation.record, language)
    document = trail.to_dict()
    text = render_changes(document, found, "text", language, wording)
    content = {**found, "rulebook": evaluation.reference}
    return Answered(text, content, trail.to_json(), document["digest"])


def write_page(plan: Plan, language: Locale | None) -> str:
    """Write a rulebook as a page of Markdown."""
    return write_handbook(plan.linked, "markdown", language)


# -- Rulebooks -------------------------------------------------------------------------------------


def check(
    about: Source | Sent, libraries: Libraries, language: Locale, commands: Commands
) -> list[dict[str, Any]]:
    """Find all that is wrong with a rulebook and what lies beside it."""
    with _reading(about, libraries) as source:
        return problems_json(sort_problems(commands.check(source)), language)


def test(
    about: Source | Sent, libraries: Libraries, language: Locale, commands: Commands
) -> tuple[str, dict[str, Any]]:
    """Run the examples of a rulebook."""
    with _reading(about, libraries) as source:
        return commands.test(source, language)


def prove(
    about: Source | Sent, libraries: Libraries, language: Locale, sentence: str
) -> tuple[str, dict[str, Any]]:
    """Prove what holds for all reports of a rulebook, in the time that an assistant waits."""
    with _reading(about, libraries) as source:
        plan = Plan(load_linked(source))
        asked = (sentence,) if sentence else ()
        proof = plan.prove(asked, work=WORK, work_in_all=WORK_IN_ALL, seconds_in_all=SECONDS_IN_ALL)
    questions = [
        {
            **each.to_dict(),
            "witness": None if each.witness is None else canonical_json(each.witness),
        }
        for each in proof.answers
    ]
    content = {"rulebook": proof.rulebook, "settled": proof.is_settled, "questions": questions}
    return write_proof(proof, language), content


def resolve(source: Source, commands: Commands) -> str:
    """Write a rulebook resolved."""
    return commands.resolve(source)


@contextmanager
def _reading(about: Source | Sent, libraries: Libraries) -> Iterator[Source]:
    """Give a rulebook's source; one that was sent lies nowhere, and so does what came with it.

    What else it names is looked up in the libraries, and nothing beside it.
    """
    if isinstance(about, Source):
        yield about
        return
    source = source_of_text(libraries)
    texts = {NOWHERE: about.rulebook}
    report = _find_report(about.rulebook) if about.schema else None
    if report is not None:
        texts[NOWHERE.parent.joinpath(*report)] = about.schema
    if about.examples:
        texts[examples_file(source).path] = about.examples
    with reading_unsaved(texts):
        yield source


def _find_report(rulebook: str) -> tuple[str, ...] | None:
    """Find under which name a rulebook's text asks for its schema."""
    node, _ = read_text(rulebook, NOWHERE.name, RULEBOOK_LIMITS)
    return split_name(head_of_tree(node).report) if isinstance(node, MappingNode) else None


def judge_file(library: Library, path: Path, shown: str, text: str) -> None:
    """Refuse to write what a published version is made of; raises `ProblemsError`."""
    refuse_fixed(library, path, shown, text)
