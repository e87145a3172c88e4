"""A pattern that is admitted takes a bounded number of steps, whatever it repeats.

The steps that are foreseen are held against those of a matcher that counts, and against Python's
own matcher in a process that may use little memory and time.
"""

import json
import random
import subprocess
import sys
from functools import cache

import pytest

from ruletrail.schemas.pattern_steps import measure_steps
from ruletrail.schemas.patterns import (
    is_linear,
    list_texts,
    longest_text,
    to_python,
    weigh,
    write_text,
)
from support.counted_matching import _parser, count_steps

BODIES = ["a", "b", "[ab]", ".", "^", r"\b", r"\B", "", "a{0}", "a{0}b{0}", "$", "(?=a)", "(?!b)"]
COUNTS = ["?", "*", "+", "{0}", "{2}", "{3}", "{9}", "{40}", "{1,3}", "{0,70}", "{3,}", "{30,99}"]
GROUPS = ["(?:{})", "({})"]
TEXTS = ["a", "b", "ab", "aab", "a b", " "]


def pattern_of(chance: random.Random, depth: int) -> str:
    """Write a nest of groups, alternatives and repetitions, most of them of little or nothing."""
    if not depth or chance.random() < 0.15:
        return chance.choice(BODIES)
    kind = chance.random()
    inside = pattern_of(chance, depth - 1)
    if kind < 0.6:
        count = chance.choice(COUNTS) + chance.choice(["", "", "", "", "?"])
        return chance.choice(GROUPS).format(inside) + count
    other = pattern_of(chance, depth - 1)
    return chance.choice(GROUPS).format(f"{inside}|{other}") if kind < 0.75 else inside + other


@cache
def admitted() -> tuple[str, ...]:
    chance = random.Random(7)  # noqa: S311 - to draw cases
    written = (chance.choice(["", "^"]) + pattern_of(chance, 5) + "b" for _ in range(4_000))
    return tuple(dict.fromkeys(each for each in written if is_linear(each)))


def foreseen(pattern: str, size: int) -> int:
    """Work out the steps of a search from the polynomial of one place."""
    steps = measure_steps(_parser.parse(to_python(pattern))).steps
    return (size + 1) * sum(each * (size + 1) ** power for power, each in enumerate(steps))


def test_no_pattern_takes_more_steps_than_are_foreseen():
    """Nor does twice the text take more than the polynomial says."""
    patterns = admitted()
    assert len(patterns) > 300
    assert sum("{40}" in each for each in patterns) > 30
    chance, near = random.Random(11), 0  # noqa: S311 - the same
    for pattern in chance.sample(patterns, 150):
        text = chance.choice(TEXTS)
        for size in (6, 12):
            taken = count_steps(to_python(pattern), (text * size)[:size])
            assert taken <= foreseen(pattern, size), pattern
            near += taken * 4 > foreseen(pattern, size)
    assert near > 30  # else the bound says little


def test_no_pattern_takes_pythons_matcher_long():
    """Each is put to texts of n and 2 n signs, in a process of 400 MB and 20 seconds."""
    program = """
import json, re, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (400 << 20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
for pattern, size, texts in json.load(sys.stdin):
    search = re.compile(pattern).search
    for text in texts:
        for length in (size, 2 * size):
            search((text * length)[:length])
"""
    longest = {each: min(longest_text(each) or 800, 800) // 2 for each in admitted()[::2]}
    given = [(to_python(each), size, TEXTS[:3]) for each, size in longest.items()]
    subprocess.run([sys.executable, "-c", program], input=json.dumps(given), text=True, check=True)


REFUSED = [
    r"(?:(?:(?:(a{0})){999}){999}){30}b",
    r"(?:(?:(?:a{0}b{0}){999}){999}){9}b",
    r"(?:(?:(?:\B){999}){999}){9}b",
    r"(?:(?:(?:^){999}){999}){9}b",
    r"(?:(?:(?:){999}){999}){9}b",
    r"(?:(?:\b){999}){999,}b",
    r"^(?:a(?:(?:){999}){999})*b",
    r"(?:(?:a{999}){999}){999}b",
    r"(?:(?:(?:){99}){99}){0,60}b",
    "(a|a)" * 9 + "a{350}b",
    r"[ab]*b{500}c",
    r"(?m)^\s*\s*b",
]


@pytest.mark.parametrize("pattern", REFUSED)
def test_repetitions_multiply_whatever_they_repeat(pattern: str):
    assert not is_linear(pattern)


@pytest.mark.parametrize(
    ("at", "past"),
    [
        # a round is a step, and so are the repetition itself and `^`
        (r"^(?:){19998}", r"^(?:){19999}"),
        (r"^a*(?:){1997}", r"^a*(?:){1998}"),
    ],
)
def test_steps_are_admitted_at_the_limit(at: str, past: str):
    """20 000 at one place of a text, 2 000 after what is repeated without end."""
    assert is_linear(at)
    assert not is_linear(past)


def test_steps_count_as_checks_where_a_match_may_begin_anywhere():
    assert weigh(r"^(?:(?:){9}){99}b") == 1
    assert weigh(r"(?:(?:){9}){99}b") > 50
    assert weigh(r"[A-Z]{6}[0-9]{2}") == 1


def test_what_is_long_is_neither_listed_nor_written():
    """A repetition is spelt once; a text that no report holds is none."""
    assert list_texts(r"^(?:a{250}){1,300}$", 300)[-1:] != ("",)
    assert write_text(r"^a{1000000000,}$") is None
    assert write_text(r"^(?:ab){3,}$") == "ababab"
    assert list_texts("^(?:a|b){2}$", 10) == ("aa", "ab", "ba", "bb")
    assert list_texts("^(?:ab){0,2}$", 10) == ("", "ab", "abab")
