"""What mends a formula never changes what it means: not a number, not how many arguments it has.

Formulas are made with a value, and written as people of several habits write them: each is mended
to a formula of that value, or left alone.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ruletrail.documents import read_text
from ruletrail.editors.diagnosing import diagnose, source_of_document
from ruletrail.editors.fixes import apply_fixes as apply_pieces
from ruletrail.editors.fixes import find_sure_fix
from ruletrail.formulas import evaluate_formula, parse_formula
from ruletrail.formulas.habits import apply_mended
from ruletrail.formulas.lexer import Finding, read_tokens
from ruletrail.formulas.mending import MOST_ROUNDS, only_whole
from ruletrail.formulas.written_numbers import find_close_pairs
from ruletrail.library import Source, source_of_path
from ruletrail.lints import fixing, gather, mend
from ruletrail.problems import Fix, Mark, Problem, choose_apart
from ruletrail.values import Missing

FACTS = {"a": Fraction(7), "b": Fraction(3, 2), "c": Fraction(-1)}


@dataclass(frozen=True)
class Habit:
    """How somebody writes: the decimal sign, thousands, separators, functions, comparisons."""

    point: str
    thousands: str
    separator: str
    functions: dict[str, str]
    choice: str
    begins: str = ""
    equals: str = "=="


OURS = {"max": "max", "min": "min", "floor": "floor"}
THEIRS = {"max": "MAX", "min": "MIN", "floor": "floor"}
HABITS = (
    Habit(".", "", ", ", OURS, "{then} if {when} else {other}"),
    Habit(",", "", ", ", OURS, "{then} if {when} else {other}"),
    Habit(",", "", ",", OURS, "{then} if {when} else {other}"),
    Habit(",", ".", "; ", THEIRS, "SE({when}; {then}; {other})", "=", "="),
    Habit(",", ".", ";", THEIRS, "SE({when};{then};{other})", "", "="),
    Habit(",", "", ",", THEIRS, "IF({when},{then},{other})", "=", "="),
    Habit(",", ".", ", ", THEIRS, "SE({when}, {then}, {other})", "", "="),
    Habit(",", "", "; ", OURS, "SE({when}; {then}, {other})"),
    Habit(".", ",", ", ", THEIRS, "IF({when}, {then}, {other})", "=", "="),
    Habit(".", "", ",", THEIRS, "IF({when},{then},{other})", "", "="),
)


@dataclass
class Writer:
    """Makes a formula of some depth: its text in a habit, and its value."""

    chance: random.Random
    habit: Habit

    def write(self, depth: int) -> tuple[str, Fraction]:
        """Write a formula."""
        ways: Sequence[Callable[[int], tuple[str, Fraction]]] = (
            self.number, self.number, self.code, self.sum, self.product, self.call, self.choose,
            self.bracket,
        )  # fmt: skip
        return self.chance.choice(ways if depth else ways[:3])(depth - 1)

    def number(self, _depth: int = 0) -> tuple[str, Fraction]:
        """Write a number, often with zeros at its ends and three decimals."""
        whole = self.chance.choice((0, 0, 1, 7, 10, 200, 1234, 12000))
        decimals = self.chance.choice(("", "", "5", "05", "50", "00", "007", "250", "0"))
        text = f"{whole:,}".replace(",", self.habit.thousands)
        return text + (self.habit.point + decimals if decimals else ""), Fraction(
            f"{whole}.{decimals or 0}"
        )

    def code(self, _depth: int) -> tuple[str, Fraction]:
        """Write a code."""
        return self.chance.choice([*FACTS.items()])

    def sum(self, depth: int) -> tuple[str, Fraction]:
        """Add two formulas."""
        (one, first), (other, second) = self.write(depth), self.write(depth)
        return f"({one}) + ({other})", first + second

    def product(self, depth: int) -> tuple[str, Fraction]:
        """Multiply two numbers or codes."""
        (one, first), (other, second) = self.number(), self.code(depth)
        return f"{one} * {other}", first * second

    def bracket(self, depth: int) -> tuple[str, Fraction]:
        """Put a formula into brackets."""
        text, value = self.write(depth)
        return f"({text})", value

    def call(self, depth: int) -> tuple[str, Fraction]:
        """Call a function, of one, two or three arguments."""
        name = self.chance.choice(("max", "min", "floor"))
        count = 1 if name == "floor" else self.chance.choice((2, 2, 3))
        written = [self.write(depth) for _ in range(count)]
        values = [value for _, value in written]
        result = {"max": max, "min": min, "floor": lambda of: Fraction(of[0] // 1)}[name](values)
        text = self.habit.separator.join(text for text, _ in written)
        return f"{self.habit.functions[name]}({text})", result

    def choose(self, depth: int) -> tuple[str, Fraction]:
        """Choose by a comparison."""
        (one, first), (other, second) = self.number(), self.code(0)
        sign, holds = self.chance.choice(
            ((">", first > second), (self.habit.equals, first == second))
        )
        (then, yes), (otherwise, no) = self.write(depth), self.write(depth)
        text = self.habit.choice.format(when=f"{one} {sign} {other}", then=then, other=otherwise)
        return f"({text})", yes if holds else no


def formulas(count: int, seed: int) -> list[tuple[str, Fraction]]:
    """Make formulas of all habits, each with its value."""
    chance, made = random.Random(seed), []  # noqa: S311 - not for secrets
    while len(made) < count:
        habit = chance.choice(HABITS)
        text, value = Writer(chance, habit).write(chance.choice((1, 1, 2, 3)))
        if len(text) < 300:
            made.append((habit.begins + text, value))
    return made


def mend_whole(text: str) -> str:
    """Mend a formula as `check --fix` does; as it was where that is not certain."""
    written = text
    for _ in range(MOST_ROUNDS):
        _, findings = parse_formula(text)
        if not findings:
            return text
        sure = only_whole(text, findings)
        if any(each.mended is None for each in sure):
            assert text == written, "what is certain of the whole stays certain"
            return written
        text = apply_mended(text, sure)
    raise AssertionError(written)


def value_of(text: str) -> object:
    """Evaluate a formula."""
    formula, findings = parse_formula(text)
    assert formula is not None, findings
    return evaluate_formula(formula, lambda code: FACTS.get(code, Missing((code,)))).value


@pytest.mark.parametrize("seed", range(6))
def test_a_mended_formula_has_the_value_that_was_meant(seed: int):
    """Whatever the decimal sign, thousands and separators; many are mended, not all can be."""
    mended = 0
    for text, value in formulas(400, seed):
        after = mend_whole(text)
        if after != text:
            mended += 1
            assert value_of(after) == value, (text, after)
    assert mended > 60


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("a * 1,05", "a * 1.05"),
        ("a * 0,05 + 2,5", "a * 0.05 + 2.5"),
        ("a * 1.234,05", "a * 1234.05"),
        ("a * 200,00", "a * 200.00"),
        ("0,125 * a", "0.125 * a"),
        ("1.234.567,05 * a", "1234567.05 * a"),
        ("max(a; 1,05)", "max(a, 1.05)"),
        ("SE(a > 1,05; max(b; 0,05); 2)", "max(b, 0.05) if a > 1.05 else 2"),
        # more than one thing may have been meant
        ("a * 10,007", None),
        ("a * 1.5,05", None),
        ("a * 01,5", None),
        ("1,5,05", None),
        ("a = 1, 05", None),
        ("max(a, 1,05)", None),
        ("max(a,05)", None),
        ("max(a, 05)", None),
        ("a in [1,05]", None),
        ("a in [1,05, 2,05]", None),
        ("=max(a, 1,50)", None),
        ("a = 1 or b in [1,5]", None),
        ("SE(a > 0; max(b, 1,5); 2)", None),
        ("AND(a > 1,5, b > 2)", None),
        ("IF(a = 1,1,0)", "1 if a == 1 else 0"),
        ("if(a = 1,1,0)", "1 if a == 1 else 0"),
        ("if (a > 1; 1; 0)", "1 if a > 1 else 0"),
        ("2 * if(a > 1, 1, 0)", "2 * (1 if a > 1 else 0)"),
        ("IF(a = 1,1,0,2)", None),
        ("IF(a = 1, 1, 0)", "1 if a == 1 else 0"),
        ("=a in [1,2,3]", None),
        ("=MAX(10,50,200,5)", None),
        ("0,50 + 12.000", None),
        ("=1.234", None),
        ("=0.125", "0.125"),
    ],
)
def test_a_comma_between_digits(text: str, mended: str | None):
    """It is a decimal comma only where it can separate nothing."""
    assert mend_whole(text) == (mended or text)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a * 1,05", [("formula-decimal-comma", "1,05", "1.05")]),
        ("max(a, 1,05)", [("formula-decimal-comma", "1,05", "1.05")]),
        ("a * 1.234.567,05", [("formula-decimal-comma", "1.234.567,05", "1234567.05")]),
        ("floor(a,05)", [("formula-number", "05", "")]),
    ],
)
def test_a_decimal_comma_is_one_finding(text: str, codes: list[tuple[str, str, str]]):
    """The digits after it are no number of their own."""
    _, findings = parse_formula(text)
    assert [(each.code, each.text, each.instead) for each in findings] == codes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("max(a, 1,50)", 1), ("floor(1,5)", 1), ("a in [1,5, 2,5]", 2), ("max((1,5), a)", 1),
        ("a in [1,2,3]", 0), ("a in [1,5,2, 3]", 2), ("a in [1, 5]", 0),
        ("max(a,5)", 0), ("max(1,a)", 0), ("1,5", 0),
    ],
)  # fmt: skip
def test_two_numbers_with_only_a_comma_between_them(text: str, count: int):
    """They may be one; three in a row are a list."""
    assert len(list(find_close_pairs(read_tokens(text)))) == count


# -- Whatever applies mends ------------------------------------------------------------------------


def test_of_two_mends_that_touch_neither_is_chosen():
    """Not even where they begin together; one that is there twice is one."""
    one, other, apart = (0, 1, 3, "a"), (0, 2, 4, "b"), (0, 4, 5, "c")
    assert choose_apart([[one], [other], [apart]]) == [2]
    assert choose_apart([[one], [apart], [one]]) == [0, 1]
    assert choose_apart([[one, apart], [(1, 1, 3, "x")], [(0, 4, 4, "y")]]) == [1]
    assert choose_apart([[(0, 1, 1, "x")], [(0, 1, 1, "y")]]) == []
    assert choose_apart([]) == []


def test_findings_of_one_piece_are_not_applied():
    """A formula that two findings read otherwise stays as it is."""
    one = Finding("formula-decimal-comma", 0, "1,05", mended="1.05")
    other = Finding("formula-number", 2, "05", mended="5")
    assert apply_mended("1,05 = a", [one, other]) == "1,05 = a"
    sign = Finding("formula-equals", 5, "=", mended="==")
    assert apply_mended("1,05 = a", [one, other, sign]) == "1,05 == a"


HEAD = """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
rules:
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"a": {"type": "number"}, "b": {"type": "number"}, "c": {"type": "number"}}}}}"""
FORMS = (
    "  X:\n    formula: {}\n",
    "  X: {{formula: {}}}\n",
    '  X:\n    formula: "{}"\n',
    "  X: {{label: Uno, formula: '{}', unit: euro}}\n",
    "  X:\n    formula: >-\n      {}\n",
)
"""How a formula may stand in a file."""


def _source() -> Source:
    return source_of_path(Path("r.yaml"), "r.yaml")


def _rule(text: str) -> object:
    """Evaluate the rule of a rulebook that links."""
    (Path("r.yaml")).write_text(text, encoding="utf-8")
    linked = gather(_source()).linked
    assert linked is not None
    clause = linked.rulebook.entries["X"].formula  # type: ignore[union-attr]
    return evaluate_formula(clause.content, lambda code: FACTS[code]).value  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
def test_a_mended_file_has_the_value_that_was_meant(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """By `check --fix` and by an editor that mends all, in whatever form of YAML."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.json").write_text(SCHEMA, encoding="utf-8")
    file, chance, done = tmp_path / "r.yaml", random.Random(seed), 0  # noqa: S311 - the same
    for formula, value in formulas(60, seed + 100):
        text = HEAD + chance.choice(FORMS).format(formula)

        def check(written: str) -> Sequence[Problem]:
            file.write_text(written, encoding="utf-8")
            return gather(_source()).problems

        if not any(each.severity == "error" for each in check(text)):
            continue
        for after in (mend(text, "r.yaml", check).text, _mend_in_editor(text, file)):
            if not any(each.severity == "error" for each in check(after)):
                done += 1
                assert _rule(after) == value, (text, after)
    assert done > 20


def _mend_in_editor(text: str, file: Path) -> str:
    """Mend all of a text, again and again, as an editor asked to would."""
    source = source_of_document(file)
    assert source is not None
    for _ in range(MOST_ROUNDS):
        lines = text.split("\n")
        found = diagnose(source, {source.path: text}, lambda each: gather(each).problems)
        fixes = [fix for each in found.get(source.path, []) if (fix := find_sure_fix(each, lines))]
        after = apply_pieces(lines, fixes)
        if after == text:
            break
        text = after
    return text


def test_two_problems_of_one_piece_leave_a_file_alone():
    """Neither in this round nor, one after the other, in the next."""
    line = "x: 1,05"
    one = Fix(Mark("f", 1, 4), "1,05", "1.05")
    other = Fix(Mark("f", 1, 6), "05", "5")

    def check(text: str) -> list[Problem]:
        return [Problem("formula-number", fix.mark, fixes=(fix,)) for fix in (one, other)]

    assert mend(line, "f", check).text == line


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["both", "returns"])
def test_a_file_keeps_what_ends_its_lines(end: str):
    """Marks count a carriage return alone as the end of a line too, as YAML does."""
    text = f"a: x{end}b: 1,05{end}c: y{end}"
    fix = Fix(Mark("f", 2, 4), "1,05", "1.05")

    def check(written: str) -> list[Problem]:
        return [Problem("formula-number", fix.mark, fixes=(fix,))] if "1,05" in written else []

    assert mend(text, "f", check).text == text.replace("1,05", "1.05")


def test_a_text_is_read_once_for_all_that_is_mended_in_it(monkeypatch):
    """Read for each of them it would be the square; one that is wrong parts them in halves."""
    lines = [f"a{at}: 'b = {at}'\n" for at in range(64)]
    read: list[int] = []

    def count(text: str, *more: Any) -> Any:
        read.append(len(text))
        return read_text(text, *more)

    def check(text: str) -> list[Problem]:
        return [
            Problem("equals-sign", mark, fixes=(Fix(mark, "=", "'" if at == wrong else "=="),))
            for at, line in enumerate(text.splitlines())
            if " = " in line
            for mark in [Mark("f", at + 1, line.index("=") + 1)]
        ]

    monkeypatch.setattr(fixing, "read_text", count)
    wrong = -1
    assert mend("".join(lines), "f", check).text == "".join(lines).replace("=", "==")
    assert len(read) < 5
    read.clear()
    wrong = 40
    mended = mend("".join(lines), "f", check).text.splitlines(keepends=True)
    assert [at for at, line in enumerate(mended) if line == lines[at]] == [wrong]
    assert len(read) < 60


def test_mends_that_touch_are_found_among_all_pairs():
    """As if each was held against each, whatever pieces a mend has."""
    chance = random.Random(7)  # noqa: S311 - to draw cases
    for _ in range(400):
        mends = []
        for at in range(chance.randrange(1, 9)):
            begins = [chance.randrange(12) for _ in range(chance.choice([1, 1, 2]))]
            mends.append([(1, each, each + chance.randrange(4), str(at)) for each in begins])
        apart = choose_apart(mends)
        for at, one in enumerate(mends):
            others = [edit for other in mends if other is not one for edit in other]
            is_touched = any(
                x[1] == y[1] or (x[1] < y[2] and y[1] < x[2]) for x in one for y in others
            )
            assert (at in apart) is not is_touched
