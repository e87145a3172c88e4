"""Normal forms of texts: Python's own answer, in time that grows with the text."""

import json
import random
import sys
import time
import unicodedata
from collections.abc import Callable

import pytest

from ruletrail.compiled.columns.columns import normal_text
from ruletrail.digests import quote_text
from ruletrail.documents import REPORT_LIMITS, ScalarNode, read_document
from ruletrail.layouts.lines import split_lines, to_words
from ruletrail.normal_forms import Form, normalise_text
from ruletrail.schemas.meant_values import plain_edition
from ruletrail.suggestions import code_like

LENGTH = 30_000
LONGEST = 0.2
"""Seconds; by insertion each of these texts takes one or more."""

DESCENDING = "\u0301\u0323"  # classes 230 and 220: each pair is out of order
HOSTILE = {
    "descending marks": "a" + DESCENDING * (LENGTH // 2),
    "a long run of each": "a" + "\u0301" * (LENGTH // 2) + "\u0323" * (LENGTH // 2),
    "letters that become two marks": "a" + "\u0f73\u0f81" * (LENGTH // 2),
    "marks that become two": "a" + "\u0344\u0323" * (LENGTH // 2),
    "half-wide marks": "\u304b" + "\uff9e\u0301" * (LENGTH // 2),
    "no letter before": DESCENDING * (LENGTH // 2),
    "many runs": ("e" + DESCENDING * 100) * (LENGTH // 200),
}


@pytest.mark.parametrize("form", ["NFC", "NFKD"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_quick_and_normal(text: str, form: Form) -> None:
    begin = time.process_time()
    found = normalise_text(text, form)
    assert time.process_time() - begin < LONGEST
    # what is normal is told so without sorting; a shorter one has Python's own answer
    assert unicodedata.is_normalized(form, found)
    short = text[:400]
    assert normalise_text(short, form) == unicodedata.normalize(form, short)


@pytest.mark.parametrize("form", ["NFC", "NFKD"])
def test_the_answer_is_pythons_own(form: Form) -> None:
    chance = random.Random(7)  # noqa: S311 - not for secrets
    marks = [chr(at) for at in range(sys.maxunicode) if unicodedata.combining(chr(at))]
    apart = [chr(at) for at in range(0x3100) if unicodedata.decomposition(chr(at))]
    apart += ["\u0f73", "\u0f75", "\u0f81", "\uff9e", "\uac01", "\u1100", "\u1161", "\u11a8"]
    others = ["a", "e", " ", "\n", "\u0438", "\u05d0", "\U0001f600"]
    for _ in range(300):
        weights = [chance.choice((1, 20)), chance.choice((1, 5)), 1]
        pools = chance.choices([marks, apart, others], weights, k=chance.randrange(120))
        text = "".join(map(chance.choice, pools))
        assert normalise_text(text, form) == unicodedata.normalize(form, text)


def test_no_character_below_the_runs_is_or_becomes_marks() -> None:
    for char in map(chr, range(0x300)):
        assert not unicodedata.combining(unicodedata.normalize("NFKD", char)[0])


def _read(text: str) -> str:
    node, problems = read_document(json.dumps(text).encode(), "t.json", REPORT_LIMITS)
    assert not problems
    assert isinstance(node, ScalarNode)
    return node.text


WAYS: dict[str, Callable[[str], object]] = {
    "documents": _read,
    "digests": quote_text,
    "columns": normal_text,
    "printed forms": split_lines,
    "words of layouts": to_words,
    "names alike": code_like,
    "editions": plain_edition,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_in_is_slow(way: str) -> None:
    text = HOSTILE["descending marks"][:8_000] + "\u00e9"
    begin = time.process_time()
    for _ in range(4):
        WAYS[way](text)
    assert time.process_time() - begin < LONGEST
