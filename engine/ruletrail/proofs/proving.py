"""All questions about a rulebook, and whether two rulebooks give one answer."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from ruletrail.formulas import Formula
from ruletrail.linking import LinkedRulebook, names_of_choices
from ruletrail.proofs.answers import Answer, Limits, Proof
from ruletrail.proofs.budgets import Budget
from ruletrail.proofs.encoding import Encoding
from ruletrail.proofs.inputs import Inputs
from ruletrail.proofs.logic import Space
from ruletrail.proofs.questions import list_questions, property_question
from ruletrail.proofs.solving import Prover
from ruletrail.proofs.texts import Vocabulary
from ruletrail.proofs.witnesses import Witnesses
from ruletrail.reports import Report

MOST_STEPS_OF_ROWS = 400
"""Entries of rows, times their rows, that are looked at; of longer lists only some rows are."""
FEW_ROWS = 3


def encode(
    linked: LinkedRulebook,
    most_rows: int | None,
    formulas: Sequence[Formula] = (),
    budget: Budget | None = None,
) -> Encoding:
    """Encode a rulebook over unknowns of its own; `formulas` are asked about beside it.

    A `budget` limits how much of it is.
    """
    space, vocabulary = Space(), Vocabulary()
    vocabulary.learn(linked)
    for formula in formulas:
        vocabulary.learn_expression(formula.tree)
    inputs = Inputs(linked.schema, space, vocabulary, most_rows)
    return Encoding(linked, space, inputs, vocabulary, budget)


def rows_to_look_at(linked: LinkedRulebook) -> int | None:
    """Say how many rows of each list are looked at; None for all."""
    weight = 0
    for over, declared in linked.schema.lists.items():
        readers = sum(
            over in reads or any(each.startswith(f"{over}.") for each in reads)
            for reads in linked.reads.values()
        )
        weight += declared.most * max(readers, 1)
    return None if weight <= MOST_STEPS_OF_ROWS else FEW_ROWS


def prove_linked(
    linked: LinkedRulebook,
    properties: Sequence[tuple[str, Formula]] = (),
    *,
    limits: Limits,
    reports: Iterable[Report] = (),
    tell: Callable[[Answer], None] | None = None,
    properties_alone: bool = False,
) -> Proof:
    """Answer all questions about a rulebook, and about sentences of its author's own.

    With `properties_alone` only the latter. What one of the `reports` shows need not be sought.
    """
    budget = Budget(limits)
    own = [
        (code, each.expect.content)
        for code, each in linked.rulebook.properties.items()
        if isinstance(each.expect.content, Formula)
    ]
    asked = [*own, *properties]
    formulas = [formula for _, formula in asked]
    encoding = encode(linked, rows_to_look_at(linked), formulas, budget)
    own_questions = [property_question(about, formula, encoding) for about, formula in asked]
    encoding.inputs.tie_texts()
    prover = Prover(encoding, Witnesses(linked, encoding.inputs, budget), budget, reports)
    others = () if properties_alone else list_questions(encoding, lambda: budget.is_over)
    answers = []
    for question in chain(others, own_questions):
        answers.append(prover.answer(question))
        if tell is not None:
            tell(answers[-1])
    return Proof(str(linked.rulebook.identity), tuple(answers), names_of_choices(linked))
