"""The formula language beyond the conformance table.

Parsing never raises, spans hold, nothing of Python leaks.
"""

import copy
import keyword
import pickle
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruletrail.formulas import (
    FUNCTIONS,
    OPERATORS,
    Operation,
    Signature,
    Skipped,
    check_condition,
    evaluate_formula,
    infer_signature,
    kleene,
    parse_formula,
    parse_written,
    skip_formula,
)
from ruletrail.formulas import Formula as ParsedFormula
from ruletrail.problems import ProblemsError
from ruletrail.values import ErrorValue, Fact, Missing, NotApplicable, NotEncoded, is_non_value
from support.rulebooks import load_text, rulebook_text, schema_of

UNITS = {
    "euro": Signature("number", "euro"),
    "teste": Signature("number", "abitanti"),
    "n": Signature("number"),
    "s": Signature("text", None, ("SI", "NO")),
}


def parse(text: str) -> ParsedFormula:
    formula, findings = parse_formula(text)
    assert formula is not None, findings
    return formula


def finding_codes(text: str) -> list[str]:
    formula, findings = parse_formula(text)
    if formula is not None:
        _, findings = infer_signature(formula, UNITS.get)
    return [finding.code for finding in findings]


def value(text: str, **facts: Fact) -> Fact:
    return evaluate_formula(parse(text), lambda code: facts.get(code, Missing((code,)))).value


PIECES = [
    "a",
    "b",
    "1",
    "2.5",
    "0",
    "'x'",
    "+",
    "-",
    "*",
    "/",
    "%",
    "(",
    ")",
    "<",
    ">=",
    "==",
    "and",
    "or",
    "not",
    "if",
    "else",
    "in",
    "[",
    "]",
    ",",
    "sum",
    "default",
    "·",
    "≤",
    "true",
    ";",
    "=",
    ".",
    "**",
    "lambda",
    "“",
    "\\",
    "{",
    "é",
    "r",
    "^",
    ":=",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14), st.sampled_from(["", " "]))
def test_any_sequence_of_words_is_a_formula_or_findings(pieces: list[str], gap: str):
    """Parsing gives a formula or findings at offsets of the text, and never raises."""
    text = gap.join(pieces)
    formula, findings = parse_formula(text)
    assert (formula is None) == bool(findings)
    for finding in findings:
        assert 0 <= finding.offset <= len(text)
    if formula is not None:
        _, found = infer_signature(formula, lambda _: Signature("unknown"))
        # a code of a row is evaluated where rows are
        if not found and not any("." in code for code in formula.names):
            assert evaluate_formula(formula, lambda code: Missing((code,))).value is not None


NUMBERS = (
    st.integers(-50, 50).map(Fraction)
    | st.just(Fraction(0))
    | st.fractions(-5, 5, max_denominator=4)
)
FACTS = NUMBERS | st.sampled_from(
    [Missing(("a",)), NotApplicable("m"), NotEncoded(("w",)), ErrorValue("conflict", "d")]
)


def expressions(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        leaves,
        lambda inner: (
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%"]), inner).map(
                lambda t: f"({t[0]} {t[1]} {t[2]})"
            )
            | inner.map(lambda x: f"-{x}")
            | st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})")
            | st.tuples(inner, inner).map(lambda t: f"default({t[0]}, {t[1]})")
            | st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} > 0 else {t[2]})")
        ),
        max_leaves=8,
    )


@settings(max_examples=150)
@given(expressions(st.sampled_from(["a", "b", "c", "2", "0.5"])), FACTS, FACTS, FACTS)
def test_arithmetic_never_raises_and_is_exact(text: str, a: Fact, b: Fact, c: Fact):
    """Over any facts a formula has a value or a non-value; each part lies inside its span."""
    formula = parse(text)
    derivation = evaluate_formula(formula, {"a": a, "b": b, "c": c}.__getitem__)
    assert isinstance(derivation.value, Fraction) or is_non_value(derivation.value)
    for (start, end), part in zip(formula.spans, derivation.parts, strict=True):
        assert 0 <= start < end <= len(formula.text)
        assert parse_formula(formula.text[start:end])[0] is not None, (
            "a span is an expression of its own"
        )
        assert isinstance(part.outcome, Fraction | bool | Skipped) or is_non_value(part.outcome)


TRUTHS = [
    True,
    False,
    Missing(("a",)),
    NotApplicable("m"),
    NotEncoded(("w",)),
    ErrorValue("conflict", "d"),
]


@pytest.mark.parametrize("left", TRUTHS)
@pytest.mark.parametrize("right", TRUTHS)
@pytest.mark.parametrize("decides", [True, False])
def test_kleene_does_not_depend_on_order(left: Fact, right: Fact, decides: bool):  # noqa: FBT001 - a row of a truth table
    """`and` and `or` in both orders give the same, and a deciding operand sets every gap aside."""
    found = kleene([left, right], decides=decides)
    assert found == kleene([right, left], decides=decides)
    if left is decides or right is decides:
        assert found is decides
    elif is_non_value(left) or is_non_value(right):
        assert is_non_value(found)


def test_a_gap_never_becomes_a_branch():
    """`a if c else b` with a gap for c is that gap, never the else branch."""
    for gap in TRUTHS[2:]:
        assert value("1 if c else 2", c=gap) == gap


def call_of(name: str, code: str) -> str:
    """Write a call of a function with a code as every argument that need not be written out."""
    function = FUNCTIONS[name]
    arguments = [code] * max(function.least, 1)
    if function.takes_literal:
        arguments[-1] = '"x"'
    return f"{name}({', '.join(arguments)})"


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_passes_errors_on(name: str):
    """No function turns an error into a value; only a branch that is not taken sets it aside."""
    error = ErrorValue("division_by_zero", "z")
    assert value(call_of(name, "e"), e=error) == error


@pytest.mark.parametrize(
    "name", sorted(set(FUNCTIONS) - {"is_missing", "applies", "default", "if_missing"})
)
def test_every_other_function_passes_every_gap_on(name: str):
    """There is no silent skipping: a gap among the arguments is the answer."""
    for gap in TRUTHS[2:]:
        assert value(call_of(name, "g"), g=gap) == gap


@pytest.mark.parametrize(
    "word", sorted(set(keyword.kwlist) - {"and", "or", "not", "in", "if", "else"})
)
def test_keywords_of_python_are_no_words_here(word: str):
    """What Python means by a word never matters."""
    assert finding_codes(f"1 + {word}") in (["unknown-code"], ["formula-word"])


def in_other_letters(word: str) -> list[str]:
    """Write a word in every way of capital and small letters but its own."""
    pairs = [(letter, letter.upper()) for letter in word]
    return ["".join(letters) for letters in product(*pairs)][1:]


PLACES = (
    ("and", "b {} b", 2), ("or", "b {} b", 2), ("not", "{} b", 0), ("not", "b and {} b", 6),
    ("not", "b == {} 1 < 2", 5), ("in", "a {} [1, 2]", 2), ("else", "1 if b {} 2", 7),
    ("true", "{}", 0), ("true", "b == {}", 5), ("false", "not {}", 4),
    ("false", "1 if {} else 2", 5), ("true", "b and {}", 6), ("and", "{}", 0),
    ("or", "b == {}", 5), ("not", "({})", 1),
)  # fmt: skip


@pytest.mark.parametrize(("word", "formula", "at"), PLACES)
def test_a_word_in_other_letters_is_told_the_right_ones(word: str, formula: str, at: int):
    """Whatever letters are capital, and wherever it stands, the problem says the word itself."""
    for written in in_other_letters(word):
        fields = {"a": {"type": "number"}, "b": {"type": "boolean"}}
        with pytest.raises(ProblemsError) as raised:
            load_text(rulebook_text({"rules": {"X": {"formula": formula.format(written)}}}),
                      schema_of(fields))  # fmt: skip
        (problem,) = raised.value.problems
        assert (problem.code, problem.details["instead"]) == ("formula-word", f"`{word}`"), written
        assert problem.details["text"] == f"`{written}`"
        assert problem.hint("en") == f"write `{word}`"


@pytest.mark.parametrize("word", ["and", "or", "not", "true", "false"])
def test_a_call_of_a_word_is_told_the_word(word: str):
    """As spreadsheets write them: `AND(a, b)`."""
    for written in in_other_letters(word):
        # language 2 may have a scale of this name; linking tells where there is none
        (finding,) = parse_formula(f"{written}(b)", 1)[1]
        assert finding.code == (
            "formula-word" if keyword.iskeyword(written) else "unknown-function"
        )
        assert finding.instead in (word, f"{word} b")


@pytest.mark.parametrize(
    "formula",
    ["{0}", "not {0}", "{0} and b", "b or {0}", "{0} in [true]", "1 if {0} else 2", "({0}) == b"],
)
def test_a_code_may_be_called_like_a_word_in_capitals(formula: str):
    """Where it is declared: the province of Oristano is `OR`."""
    codes = ("TRUE", "FALSE", "AND", "OR", "NOT", "IN", "IF", "ELSE", "E", "O", "NULL", "Not")
    for code in codes:
        fields = {code: {"type": "boolean"}, "b": {"type": "boolean"}}
        load_text(rulebook_text({"rules": {"X": {"formula": formula.format(code)}}}),
                  schema_of(fields))  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('x')", "().__class__", "a.__class__", "getattr(a, 'b')",
        "open('x')", "[a][0]", "{a: 1}", "f'{a}'",
        "rf'{a}'", "b'a'", "u'a'", "R'a'", "lambda: a", "(a := 1)", "a if b", "*a", "**a",
        "print(a)", "a()", "sum(a)(b)", "(sum)(a, b)",
        "yield a", "await a", "a @ b", "a.b.c", "...", "1 .real", "'a'.upper()", "(1, 2)", "a,",
        "()", "a\\\nb", "a\nb c", "a;b",
        "0b1", "0o7", "1_0", "1e1", "1.e1", "1E+1", "1j", "'a' 'b'", "'a'\"b\"", "'''a'''",
        "ｓｕｍ(1)", "１", "٣", "a\u200bb", "a\u00a0.b",
    ],
)  # fmt: skip
def test_python_beyond_the_language_is_refused(text: str):
    """Attributes, calls of values, other literals, look-alike letters: a finding each, no value."""
    formula, findings = parse_formula(text, 1)
    assert formula is None
    assert findings


@pytest.mark.parametrize("text", ["getattr(a, 'b')", "open('x')", "print(a)", "TRUE(a)", "rand(1)"])
def test_a_call_of_nothing_is_refused_where_scales_are_known(text: str):
    """In language 2 a call may be that of a scale: linking knows that there is none."""
    formula, findings = parse_formula(text, 2)
    assert findings == []
    assert formula is not None
    _, found = infer_signature(formula, lambda code: Signature("number") if code == "a" else None)
    assert "unknown-function" in {each.code for each in found}


@pytest.mark.parametrize("text", [
    "a + 1_0", "a + 0x1", "a + 1e1", "a + 1j", "a + 01", "a + 1.", "a + .5", "a + ٨", "a + 1 # x",
    "a  + 1", " a + 1", "a +\n1", "(a\n+ 1)", "ａ + 1", 't == "x" "y"', 't == "\\x41"', "t == r'x'",
    't == """x"""', "a · 2", "a ≥ 1",
])  # fmt: skip
def test_a_written_formula_has_one_spelling(text: str):
    """What a stored trail has as a formula is read in its ASCII writing alone, never as Python."""
    assert parse_written(text) is None


@pytest.mark.parametrize("text", ["a + 1.50", 't == "a  b ·"', "sum(a, 2) if t in ['x'] else -a"])
def test_a_written_formula_is_read_as_it_was_parsed(text: str):
    formula, _ = parse_formula(text)
    assert formula is not None
    assert parse_written(text) == formula.tree


@pytest.mark.parametrize("text", ['gap < "x"', "gap >= true", 'gap in [1, "x"]', '"x" > gap'])
def test_what_is_not_encoded_hides_no_mistake_beside_it(text: str):
    """It is of every kind, the other operands are not."""
    lookup = {"gap": Signature("unknown")}.get
    assert [each.code for each in check_condition(parse(text), lookup)] in (
        ["text-order"], ["type-mismatch"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("a => 1", ">="),
        ("a =< 1", "<="),
        ("a && b", "and"),
        ("a || b", "or"),
        ("!a", "not"),
        ("8,50", "8.50"),
        ("True", "true"),
        ("SOMMA(a)", "sum"),
        ("1_000", "1000"),
        ("007", "7"),
        (".5", "0.5"),
    ],
)
def test_habits_get_what_to_write_instead(text: str, instead: str):
    """A habit from a spreadsheet or another language is answered with the spelling of this one."""
    _, findings = parse_formula(text)
    assert instead in [finding.instead for finding in findings]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("euro + teste", "unit-clash"),
        ("euro - teste", "unit-clash"),
        ("euro < teste", "unit-clash"),
        ("euro == teste", "unit-clash"),
        ("euro in [teste]", "unit-clash"),
        ("sum(euro, teste)", "unit-clash"),
        ("min(euro, teste)", "unit-clash"),
        ("max(euro, n, teste)", "unit-clash"),
        ("default(euro, teste)", "unit-clash"),
        ("abs(euro) + teste", "unit-clash"),
        ("-euro + teste", "unit-clash"),
        ("floor(euro, 2) + teste", "unit-clash"),
        ("(euro + n) + teste", "unit-clash"),
        ('s == "FORSE"', "impossible-comparison"),
        ('s in ["SI", "FORSE"]', "impossible-comparison"),
        ("unknown + 1", "unknown-code"),
    ],
)
def test_units_and_choices_are_judged_on_loading(text: str, code: str):
    """Two different declared units never meet; a text that can never occur is no comparison."""
    assert finding_codes(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "euro * teste + n",
        "euro / teste + n",
        "euro + n",
        "euro + 5",
        "euro * 2 + teste",
        "euro / teste > 5",
        "n + teste",
        's == "SI"',
        's in ["SI", "NO"]',
        "euro % 2 + teste",
    ],
)
def test_units_that_agree(text: str):
    """No unit agrees with everything, and a product or quotient has none."""
    assert finding_codes(text) == []


def test_nothing_is_evaluated_when_skipped():
    """A formula that was not evaluated records why for each of its parts."""
    derivation = skip_formula(parse("a + b * 2"), "when_false")
    assert [part.outcome for part in derivation.parts] == [Skipped("when_false")] * 2


def test_limits_of_results_name_the_expression():
    """A result of more than 400 digits is the error `limit` of the expression that grew so."""
    large = Fraction(10**300)
    assert value("a * a", a=large) == ErrorValue("limit", "a * a")
    assert value("1 / a / a", a=large) == ErrorValue("limit", "1 / a / a")
    assert value("sum(a * 1, b) * 0", a=large, b=large) == 0
    assert value("a * a > 1 or true", a=large) is True


def test_condition_of_a_code_names_the_fix():
    """`not R16` is answered with a comparison of that field."""
    (finding,) = check_condition(parse("s"), UNITS.get)
    assert (finding.code, finding.instead) == ("condition-not-boolean", 's == "SI"')


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(operation, id=key)
        for table in (OPERATORS, FUNCTIONS)
        for key, operation in table.items()
    ],
)
def test_an_operation_travels_as_itself(operation: Operation):
    """A tree that was pickled or copied means the same: the signs are not `-` and `+` of two."""
    assert pickle.loads(pickle.dumps(operation)) is operation  # noqa: S301 - our own bytes
    assert copy.deepcopy(operation) is operation
