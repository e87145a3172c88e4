"""What is counted agrees with its number, in both languages: one thing has its own words."""

import re
from collections.abc import Iterator

import pytest

from ruletrail.differences.phrases import PHRASES as DIFFERENCES
from ruletrail.problem_texts import TEXTS
from ruletrail.proofs.answers import Answer, Proof
from ruletrail.proofs.pages import write_proof
from ruletrail.rendering.phrases import say


def prove(proved: int, refuted: int, unsettled: int, fields: int = 0) -> Proof:
    witness = {"fields": {f"a{at}": at for at in range(fields)}}
    answers = [
        *(Answer(f"p{at}", "never_fails", "proved") for at in range(proved)),
        *(Answer(f"r{at}", "dead", "refuted", witness=witness) for at in range(refuted)),
        *(Answer(f"u{at}", "gap", "unsettled", reason="work") for at in range(unsettled)),
    ]
    return Proof("prova/2024@1.0.0", tuple(answers))


@pytest.mark.parametrize(
    ("counts", "it", "en"),
    [
        (
            (1, 0, 0),
            "1 domanda: 1 dimostrata, 0 con una relazione che lo mostra",
            "1 question: 1 proved, 0 shown",
        ),
        (
            (1, 1, 1),
            "3 domande: 1 dimostrata, 1 con una relazione che lo mostra, 1 aperta",
            "3 questions",
        ),
        ((2, 2, 2), "6 domande: 2 dimostrate, 2 con una relazione che lo mostra, 2 aperte", ""),
    ],
)
def test_the_head_of_a_proof_agrees(counts: tuple[int, int, int], it: str, en: str):
    proof = prove(*counts)
    assert it in write_proof(proof, "it").splitlines()[0]
    assert en in write_proof(proof, "en").splitlines()[0]


def test_one_field_left_out_of_a_witness_agrees():
    assert "e un altro campo\n" in write_proof(prove(0, 1, 0, 13), "it", is_full=True)
    assert "and one more field\n" in write_proof(prove(0, 1, 0, 13), "en", is_full=True)
    assert "e altri 2 campi\n" in write_proof(prove(0, 1, 0, 14), "it", is_full=True)


_COUNTED = re.compile(
    r"\{(?:count|found)\} (?:celle|cells|punti|places|spazi|spaces|colonne|righe|rows)\b"
)
_NEVER_ONE = {
    "batch-sheet-columns",  # more than a sheet holds
    "batch-sheet-gap",  # more than a sheet of many columns may leave
}


def sentences() -> Iterator[tuple[str, str]]:
    for code, text in TEXTS.items():
        yield from ((code, said) for said in (*text.sentences.values(), *text.hints.values()))


def test_no_problem_counts_things_in_the_plural_that_may_be_one():
    """`in 1 punti`: a sentence of a problem has one form, which must suit every number."""
    found = {code for code, said in sentences() if _COUNTED.search(said)}
    assert found <= _NEVER_ONE


def test_reports_that_were_compared_agree():
    for phrases in DIFFERENCES.values():
        assert {"reports_none", "reports_none_one", "reports_none_zero"} <= set(phrases)
        assert "{compared}" not in phrases["reports_none_one"] + phrases["reports_none_zero"]


def test_a_part_is_due_in_the_word_of_an_answer():
    """Of a Quadro that is `dovuto` for a report, `è sempre dovuta` was said for all of them."""
    answers = [
        Answer("quadro_a", question, answer)
        for question in ("always_due", "never_due")
        for answer in ("proved", "refuted")
    ]
    told = write_proof(Proof("prova/2024@1.0.0", tuple(answers)), "it", is_full=True)
    assert told.count(say("due", "it")) == len(answers)
    assert "dovuta" not in told
