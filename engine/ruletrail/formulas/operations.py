"""The table of operations: one record of all that is known of each operator and function.

Parsing, types, the reference, compiled code, columns, lints, rendering, coverage, completion, the
documentation and the test generators read this table; none of them keeps a list of its own. A new
function is one entry here. Only the checker of trails has its own table, on purpose.

What compiled code does is written once, as a `lower` into the primitives of `PRIMITIVES`: bounds,
sizes, the code for one report and that for columns all follow from the primitives.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Literal, Protocol, TypeVar, get_args

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.day_arithmetic import (
    add_months,
    add_years,
    count_days,
    count_months,
    count_years,
    end_of_month,
    make_day,
    move_day,
    start_of_month,
)
from ruletrail.values import ErrorCause, RoundingMode, Value, is_too_large, round_number

Takes = Literal["number", "boolean", "text", "date", "alike", "any", "list"]
"""What an operand must be; `alike` operands are of one type, whichever; `any` is not asked; `list`
is the name of a list of rows."""

Units = Literal["agree", "first", "unknown", "either"]
"""The unit of the result: the one that all declared units must be, the first operand's, not known,
or the one unit of the alternatives, where they have only one."""

Primitive = Literal[
    "neg", "pos", "abs", "add", "sub", "mul", "div", "mod", "sum", "min", "max", "count", "length",
    "round", "lt", "le", "eq", "ne", "ge", "gt", "in", "not_in", "not", "and", "or", "choose",
    "default", "if_missing", "is_missing", "applies", "starts_with", "ends_with", "contains",
    "make_day", "move_day", "count_days", "year_of", "month_of", "day_of", "weekday_of",
    "start_of_month", "end_of_month", "add_months", "add_years", "count_months", "count_years",
    "lookup",
]  # fmt: skip
PRIMITIVES: tuple[Primitive, ...] = get_args(Primitive)
"""What compiled code is made of: `analysis` bounds each, `compiled` prints each for one report and
for columns. A new function that is made of these needs nothing else."""

Operand = TypeVar("Operand")


class Build(Protocol[Operand]):
    """Makes a primitive of operands; `decimals` and `mode` are those of `round`."""

    def __call__(
        self,
        primitive: Primitive,
        *operands: Operand,
        decimals: int = 0,
        mode: RoundingMode = "half_up",
    ) -> Operand:
        """Make it."""


Lower = Callable[[Build[Any], Sequence[Any]], Any]
"""Writes an operation with primitives over its operands, those of groups written out. It must make
a primitive, not give an operand back. An operand carries its type as `kind`, a literal its value
as `fact`."""


# -- What happens when an operand is no value ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strict:
    """The worst non-value among the operands is the result."""


@dataclass(frozen=True, slots=True)
class Kleene:
    """One operand that is `decides` settles the answer; else the worst non-value is the result."""

    decides: bool


@dataclass(frozen=True, slots=True)
class Chooses:
    """The test (the second operand) chooses; what is not chosen is not evaluated."""


@dataclass(frozen=True, slots=True)
class Replaces:
    """The second operand stands in for the first where that is a non-value of one kind."""

    kind: Literal["missing", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Asks:
    """Whether the operand is a non-value of one kind, then `answer`; errors pass."""

    kind: Literal["missing", "not_applicable"]
    answer: bool


NonValueRule = Strict | Kleene | Chooses | Replaces | Asks


@dataclass(frozen=True, slots=True)
class Fault:
    """Why values have no result: the cause, and the operand that is to blame; -1 for the whole."""

    cause: ErrorCause
    operand: int = -1


Exact = Callable[[Sequence[Any]], Value | Fault]
"""The value over operands that are values, of the types that linking has shown; the reference."""


# -- The record ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operator or function of the language.

    `takes` says what each operand must be; the last one stands for all that follow. `most` is None
    where any number may follow. `binding` says how tightly an operator binds, for writing brackets;
    a function binds as a code does. `keeps_quantity`: the result is of the kind of its operands (a
    share stays a share). `texts` are how readers see the name, by language, `help` what it does;
    `aliases` are words of spreadsheets and other languages that mean it. `takes_literal`: the last
    operand is a text that is written there and not empty. `dates` says where days may stand in the
    place of numbers: all operands `alike`, or days that are `moved` by whole numbers. `since` is
    the version of the language of rulebooks that brought it. `takes_groups`: a group stands for its
    members, and one argument that reads the rows of a list for all of them; `of_none` is then the
    result where none is left, if there is one.
    """

    name: str
    signature: str
    least: int
    most: int | None
    takes: tuple[Takes, ...]
    gives: Literal["number", "boolean", "date", "alike"]
    units: Units
    lower: Lower
    exact: Exact | None = None
    non_values: NonValueRule = Strict()
    is_function: bool = True
    binding: int = 9
    takes_groups: bool = False
    takes_decimals: bool = False
    takes_literal: bool = False
    dates: Literal["never", "alike", "moved"] = "never"
    keeps_quantity: bool = False
    texts: tuple[str, str] = ("", "")
    help: tuple[str, str] = ("", "")
    aliases: tuple[str, ...] = ()
    python: type | None = None
    since: int = 1
    of_none: Value | None = None

    def evaluate(self, values: Sequence[Any]) -> Value | Fault:
        """Compute the exact value over operands that are values."""
        if self.exact is None:
            raise TypeError(f"{self.name} has no meaning over values")
        return self.exact(values)

    def text(self, language: str) -> str:
        """Return the name as readers of a language see it; an operator's has its spaces."""
        return self.texts[0 if language == "it" else 1] or self.name

    def helped(self, language: str) -> str:
        """Return what the operation does, in one sentence."""
        return self.help[0 if language == "it" else 1]

    def taken(self, at: int) -> Takes:
        """Say what the operand at a place must be."""
        return self.takes[min(at, len(self.takes) - 1)]

    def __reduce__(self) -> tuple[object, ...]:
        """Travel by its key in the table, which is the same everywhere."""
        return _find, (_key_of(self), self.is_function)


def _find(key: str, is_function: bool) -> Operation:  # noqa: FBT001 - called by pickle alone
    if key == LOOKUP.name:
        return LOOKUP
    return FUNCTIONS[key] if is_function else OPERATORS[key]


def _key_of(operation: Operation) -> str:
    """Return the name, by which the signs are told from subtraction and addition."""
    return f"unary {operation.name}" if operation.binding == SIGN else operation.name


def _primitive(primitive: Primitive) -> Lower:
    return lambda build, operands: build(primitive, *operands)


# -- Operators -------------------------------------------------------------------------------------

IF, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, ATOM = 1, 2, 3, 4, 5, 6, 7, 8, 9
"""How tightly operators bind, loosest first."""


def _over_zero(compute: Callable[[Fraction, Fraction], Fraction]) -> Exact:
    def divide(values: Sequence[Fraction]) -> Value | Fault:
        return compute(*values) if values[1] else Fault("division_by_zero", 1)

    return divide


def _plus(values: Sequence[Any]) -> Value | Fault:
    first, second = values
    if isinstance(first, date):
        return _day_or_fault(move_day(first, second))
    if isinstance(second, date):
        return _day_or_fault(move_day(second, first))
    total: Fraction = first + second
    return total


def _minus(values: Sequence[Any]) -> Value | Fault:
    first, second = values
    if isinstance(second, date):
        return count_days(second, first)
    if isinstance(first, date):
        return _day_or_fault(move_day(first, -second))
    rest: Fraction = first - second
    return rest


def _day_or_fault(day: date | None) -> Value | Fault:
    return Fault("invalid_date") if day is None else day


def _lower_plus(build: Build[Any], operands: Sequence[Any]) -> Any:
    first, second = operands
    if first.kind == "date":
        return build("move_day", first, second)
    return build("move_day", second, first) if second.kind == "date" else build("add", *operands)


def _lower_minus(build: Build[Any], operands: Sequence[Any]) -> Any:
    first, second = operands
    if second.kind == "date":
        return build("count_days", second, first)
    if first.kind == "date":
        return build("move_day", first, build("neg", second))
    return build("sub", *operands)


def _operator(  # noqa: PLR0917 - a row of a table
    name: str,
    signature: str,
    python: type,
    binding: int,
    takes: Takes | tuple[Takes, ...],
    primitive: Primitive,
    exact: Exact | None,
    texts: tuple[str, str],
    help_: tuple[str, str],
    **others: Any,
) -> Operation:
    least = 1 if name == "not" else 2
    taken = takes if isinstance(takes, tuple) else (takes,) * least
    is_open = name in ("and", "or", "in", "not in")
    gives = others.pop("gives", "boolean" if binding <= COMPARE else "number")
    units = others.pop("units", "agree" if binding == COMPARE else "unknown")
    lower = others.pop("lower", _primitive(primitive))
    if primitive in ("lt", "le", "ge", "gt"):
        others["dates"] = "alike"
    return Operation(
        name, signature, len(taken), None if is_open else len(taken), taken, gives, units, lower,
        exact, is_function=False, binding=binding, python=python, texts=texts, help=help_, **others,
    )  # fmt: skip


# one row an operator: what is written, Python's class, how tightly it binds, what it takes, what it
# is lowered to, its exact value, how readers see it, what it does
# fmt: off
NEGATE = _operator(
    "-", "-a", ast.USub, SIGN, ("number",), "neg", lambda v: -v[0], ("-", "-"),
    ("il numero col segno opposto", "the number with the other sign"),
    units="first", keeps_quantity=True)
PLUS = _operator(
    "+", "+a", ast.UAdd, SIGN, ("number",), "pos", lambda v: v[0], ("+", "+"),
    ("il numero com'è", "the number as it is"), units="first", keeps_quantity=True)
ADD = _operator(
    "+", "a + b", ast.Add, SUM, "number", "add", _plus, (" + ", " + "),
    ("la somma; le unità dichiarate devono essere una", "the sum; declared units must be one"),
    units="agree", dates="moved", lower=_lower_plus)
SUBTRACT = _operator(
    "-", "a - b", ast.Sub, SUM, "number", "sub", _minus, (" - ", " - "),
    ("la differenza; le unità dichiarate devono essere una",
     "the difference; declared units must be one"), units="agree", dates="moved",
    lower=_lower_minus)
MULTIPLY = _operator(
    "*", "a * b", ast.Mult, PRODUCT, "number", "mul", lambda v: v[0] * v[1], (" · ", " · "),
    ("il prodotto, senza unità", "the product, without a unit"))
DIVIDE = _operator(
    "/", "a / b", ast.Div, PRODUCT, "number", "div", _over_zero(lambda a, b: a / b), (" / ", " / "),
    ("il quoziente esatto, senza unità; per zero è un errore",
     "the exact quotient, without a unit; by zero it is an error"))
MODULO = _operator(
    "%", "a % b", ast.Mod, PRODUCT, "number", "mod", _over_zero(lambda a, b: a % b), (" % ", " % "),
    ("il resto, col segno del divisore; per zero è un errore",
     "the remainder, with the sign of the divisor; by zero it is an error"))
LESS = _operator(
    "<", "a < b", ast.Lt, COMPARE, "number", "lt", lambda v: v[0] < v[1], (" < ", " < "),
    ("vero se il primo numero è minore", "true where the first number is less"))
AT_MOST = _operator(
    "<=", "a <= b", ast.LtE, COMPARE, "number", "le", lambda v: v[0] <= v[1], (" ≤ ", " ≤ "),
    ("vero se il primo numero è minore o uguale", "true where the first is less or equal"))
EQUAL = _operator(
    "==", "a == b", ast.Eq, COMPARE, "alike", "eq", lambda v: v[0] == v[1], (" = ", " = "),
    ("vero se i due valori sono uguali", "true where the two values are equal"))
DIFFERENT = _operator(
    "!=", "a != b", ast.NotEq, COMPARE, "alike", "ne", lambda v: v[0] != v[1], (" ≠ ", " ≠ "),
    ("vero se i due valori sono diversi", "true where the two values differ"))
AT_LEAST = _operator(
    ">=", "a >= b", ast.GtE, COMPARE, "number", "ge", lambda v: v[0] >= v[1], (" ≥ ", " ≥ "),
    ("vero se il primo numero è maggiore o uguale", "true where the first is greater or equal"))
GREATER = _operator(
    ">", "a > b", ast.Gt, COMPARE, "number", "gt", lambda v: v[0] > v[1], (" > ", " > "),
    ("vero se il primo numero è maggiore", "true where the first number is greater"))
IN = _operator(
    "in", "a in [b, …]", ast.In, COMPARE, "alike", "in", lambda v: v[0] in v[1:], (" in ", " in "),
    ("vero se il valore è uno di quelli elencati", "true where the value is one of those listed"))
NOT_IN = _operator(
    "not in", "a not in [b, …]", ast.NotIn, COMPARE, "alike", "not_in",
    lambda v: v[0] not in v[1:], (" non in ", " not in "),
    ("vero se il valore non è tra quelli elencati", "true where the value is none of those listed"))
NEGATION = _operator(
    "not", "not a", ast.Not, NOT, "boolean", "not", lambda v: not v[0], ("non ", "not "),
    ("vero se la condizione è falsa", "true where the condition is false"))
CONJUNCTION = _operator(
    "and", "a and b", ast.And, AND, "boolean", "and", None, (" e ", " and "),
    ("vero se lo sono tutte; una falsa decide", "true where all are; a false one settles it"),
    non_values=Kleene(decides=False))
DISJUNCTION = _operator(
    "or", "a or b", ast.Or, OR, "boolean", "or", None, (" o ", " or "),
    ("vero se lo è almeno una; una vera decide", "true where one is; a true one settles it"),
    non_values=Kleene(decides=True))
CHOICE = _operator(
    "if", "a if c else b", ast.IfExp, IF, ("alike", "boolean", "alike"), "choose", None, ("", ""),
    ("a se la condizione è vera, altrimenti b", "a where the condition is true, else b"),
    gives="alike", units="either", non_values=Chooses(),
    lower=lambda build, v: build("choose", v[0], v[2], v[1]))
# fmt: on
"""`a if c else b`: its operands are in the order in which they are written, a, c, b."""

_OPERATORS = (
    NEGATE, PLUS, ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, LESS, AT_MOST, EQUAL, DIFFERENT,
    AT_LEAST, GREATER, IN, NOT_IN, NEGATION, CONJUNCTION, DISJUNCTION, CHOICE,
)  # fmt: skip
BY_PYTHON: Mapping[type, Operation] = {
    operation.python: operation for operation in _OPERATORS if operation.python is not None
}
"""The operators by the class of Python's grammar that stands for them."""

OPERATORS: Mapping[str, Operation] = {_key_of(each): each for each in _OPERATORS}
"""The operators by name; the signs `unary -` and `unary +` apart from subtraction and addition."""

RELATIONS: Mapping[str, frozenset[str]] = {
    "<": frozenset("<"), "<=": frozenset("<="), "==": frozenset("="),
    "!=": frozenset("<>"), ">=": frozenset(">="), ">": frozenset(">"),
}  # fmt: skip
"""For each comparison of two, how its sides may compare where it is true."""


# -- Functions -------------------------------------------------------------------------------------


def _add_up(numbers: Sequence[Fraction]) -> Value | Fault:
    """Add in order, watching the size at every step, because denominators multiply."""
    total = Fraction(0)
    for number in numbers:
        total += number
        if is_too_large(total):
            return Fault("limit")
    return total


def _rounding(
    name: str, mode: RoundingMode, called: str, help_it: str, help_en: str, *aliases: str
) -> Operation:
    def exact(values: Sequence[Fraction]) -> Value:
        return round_number(values[0], int(values[1]) if len(values) > 1 else 0, mode)

    def lower(build: Build[Any], operands: Sequence[Any]) -> Any:
        decimals = int(operands[1].fact) if len(operands) > 1 else 0
        return build("round", operands[0], decimals=decimals, mode=mode)

    return Operation(
        name, f"{name}(x, 2)", 1, 2, ("number",), "number", "first", lower, exact,
        takes_decimals=True, keeps_quantity=True, help=(help_it, help_en), aliases=aliases,
        texts=(called, name),
    )  # fmt: skip


def _text_test(
    name: Primitive, exact: Callable[[str, str], bool], texts: tuple[str, str], *aliases: str
) -> Operation:
    """Make a test of a text by its code points; documents and formulas hold texts in NFC."""
    return Operation(
        name, f'{name}(t, "A/")', 2, 2, ("text",), "boolean", "unknown", _primitive(name),
        lambda values: exact(values[0], values[1]), takes_literal=True, texts=texts,
        help=(f"vero se il testo {texts[0].replace('_', ' ')} l'altro, lettera per lettera",
              f"true where the text {texts[1].replace('_', ' ')} the other, letter by letter"),
        aliases=aliases, since=2,
    )  # fmt: skip


def _of_days(  # noqa: PLR0917 - a row of a table
    name: str,
    primitive: Primitive,
    gives: Literal["number", "date"],
    exact: Callable[..., Value | None],
    texts: tuple[str, str],
    help_: tuple[str, str],
    *aliases: str,
    takes: tuple[Takes, ...] = ("date",),
    signature: str = "(d)",
) -> Operation:
    """Make a function of days; where it has no day to give, that is the error `invalid_date`."""

    def compute(values: Sequence[Any]) -> Value | Fault:
        value = exact(*values)
        return Fault("invalid_date") if value is None else value

    return Operation(
        name, name + signature, len(takes), len(takes), takes, gives, "unknown",
        _primitive(primitive), compute, texts=texts, help=help_, aliases=aliases, since=2,
    )  # fmt: skip


_BETWEEN: Mapping[str, Any] = {"takes": ("date", "date"), "signature": "(a, b)"}
_MOVING: Mapping[str, Any] = {"takes": ("date", "number"), "signature": "(d, n)"}

# fmt: off
_OF_DAYS = (
    _of_days("date", "make_day", "date", make_day, ("data", "date"),
             ("il giorno di anno, mese e giorno", "the day of a year, a month and a day"),
             "DATE", "DATA", takes=("number",) * 3, signature="(2024, 5, 31)"),
    _of_days("year", "year_of", "number", lambda d: Fraction(d.year), ("anno", "year"),
             ("l'anno di un giorno", "the year of a day"), "YEAR", "ANNO", "anno"),
    _of_days("month", "month_of", "number", lambda d: Fraction(d.month), ("mese", "month"),
             ("il mese, da 1 a 12", "the month, from 1 to 12"), "MONTH", "MESE", "mese"),
    _of_days("day", "day_of", "number", lambda d: Fraction(d.day), ("giorno", "day"),
             ("il giorno del mese", "the day of the month"), "DAY", "GIORNO", "giorno"),
    _of_days("weekday", "weekday_of", "number", lambda d: Fraction(d.isoweekday()),
             ("giorno_della_settimana", "weekday"),
             ("il giorno della settimana, da 1 (lunedì) a 7 (domenica)",
              "the day of the week, from 1 (Monday) to 7 (Sunday)")),
    _of_days("start_of_month", "start_of_month", "date", start_of_month,
             ("inizio_mese", "start_of_month"),
             ("il primo giorno del mese", "the first day of the month")),
    _of_days("end_of_month", "end_of_month", "date", end_of_month, ("fine_mese", "end_of_month"),
             ("l'ultimo giorno del mese", "the last day of the month")),
    _of_days("add_months", "add_months", "date", add_months, ("più_mesi", "add_months"),
             ("il giorno dopo n mesi, o l'ultimo di un mese più corto",
              "the day n months later, or the last one of a shorter month"),
             "EDATE", **_MOVING),
    _of_days("add_years", "add_years", "date", add_years, ("più_anni", "add_years"),
             ("il giorno dopo n anni; dal 29 febbraio il 28 dove il 29 non c'è",
              "the day n years later; from 29 February the 28th where there is no 29th"),
             **_MOVING),
    _of_days("days_between", "count_days", "number", count_days, ("giorni_tra", "days_between"),
             ("i giorni da a a b", "the days from a to b"), **_BETWEEN),
    _of_days("months_between", "count_months", "number", count_months,
             ("mesi_tra", "months_between"),
             ("i mesi interi da a a b", "the whole months from a to b"), **_BETWEEN),
    _of_days("years_between", "count_years", "number", count_years, ("anni_tra", "years_between"),
             ("gli anni interi da a a b: l'età nel giorno b di chi è nato nel giorno a",
              "the whole years from a to b: the age on day b of who was born on day a"),
             **_BETWEEN),
)
# fmt: on


FUNCTIONS: Mapping[str, Operation] = {operation.name: operation for operation in (
    Operation(
        "sum", "sum(a, b, …)", 1, None, ("number",), "number", "agree", _primitive("sum"), _add_up,
        takes_groups=True, of_none=Fraction(0), texts=("somma", "sum"),
        aliases=("SUM", "SOMMA", "somma"),
        help=("la somma dei valori o dei membri di un gruppo", "the sum of values or of a group"),
    ),
    Operation(
        "min", "min(a, b, …)", 1, None, ("number",), "number", "agree", _primitive("min"), min,
        takes_groups=True, dates="alike", keeps_quantity=True,
        texts=("minimo", "min"), aliases=("MIN",),
        help=("il più piccolo dei valori", "the least of the values"),
    ),
    Operation(
        "max", "max(a, b, …)", 1, None, ("number",), "number", "agree", _primitive("max"), max,
        takes_groups=True, dates="alike", keeps_quantity=True,
        texts=("massimo", "max"), aliases=("MAX",),
        help=("il più grande dei valori", "the greatest of the values"),
    ),
    Operation(
        "count", "count(a > 1, …)", 1, None, ("boolean",), "number", "unknown",
        _primitive("count"), lambda v: Fraction(sum(v)), takes_groups=True, of_none=Fraction(0),
        texts=("conta", "count"), aliases=("COUNT",),
        help=("quante condizioni sono vere", "how many of the conditions are true"),
    ),
    Operation(
        "abs", "abs(x)", 1, 1, ("number",), "number", "first", _primitive("abs"),
        lambda v: abs(v[0]), keeps_quantity=True, aliases=("ABS",),
        texts=("valore_assoluto", "abs"),
        help=("il valore senza segno", "the value without its sign"),
    ),
    _rounding("floor", "floor", "per_difetto", "per difetto", "down, towards minus infinity"),
    _rounding("ceil", "ceiling", "per_eccesso", "per eccesso", "up, towards plus infinity"),
    _rounding("trunc", "down", "tronca", "tronca, verso lo zero", "cut, towards zero",
              "TRONCA"),
    _rounding("round_half_up", "half_up", "arrotonda", "arrotonda, il mezzo lontano dallo zero",
              "round, halves away from zero", "ROUND", "round", "ARROTONDA", "arrotonda"),
    _rounding("round_half_even", "half_even", "arrotonda_al_pari",
              "arrotonda, il mezzo alla cifra pari", "round, halves to the even digit"),
    Operation(
        "length", "length(t)", 1, 1, ("text",), "number", "unknown", _primitive("length"),
        lambda v: Fraction(len(v[0])), texts=("lunghezza", "length"),
        aliases=("LEN", "len", "LUNGHEZZA"),
        help=("quanti caratteri ha un testo", "how many characters a text has"),
    ),
    Operation(
        "default", "default(x, y)", 2, 2, ("alike",), "alike", "agree", _primitive("default"),
        non_values=Replaces("not_applicable"), keeps_quantity=True,
        texts=("se_non_si_applica", "default"),
        help=("y se x non si applica, altrimenti x", "y where x does not apply, else x"),
    ),
    Operation(
        "if_missing", "if_missing(x, y)", 2, 2, ("alike",), "alike", "agree",
        _primitive("if_missing"), non_values=Replaces("missing"), keeps_quantity=True,
        texts=("se_manca", "if_missing"),
        help=("y se x manca, altrimenti x", "y where x is missing, else x"),
    ),
    Operation(
        "is_missing", "is_missing(x)", 1, 1, ("any",), "boolean", "unknown",
        _primitive("is_missing"), non_values=Asks("missing", answer=True),
        texts=("manca", "is_missing"),
        help=("vero se x non è stato fornito", "true where x was not supplied"),
    ),
    Operation(
        "applies", "applies(x)", 1, 1, ("any",), "boolean", "unknown", _primitive("applies"),
        non_values=Asks("not_applicable", answer=False), texts=("si_applica", "applies"),
        help=("falso se x non si applica", "false where x does not apply"),
    ),
    Operation(
        "any", "any(a > 1, …)", 1, None, ("boolean",), "boolean", "unknown", _primitive("or"),
        non_values=Kleene(decides=True), takes_groups=True, of_none=False,
        texts=("almeno_una", "any"), since=2,
        help=("vero se lo è almeno una delle condizioni", "true where one of the conditions is"),
    ),
    Operation(
        "all", "all(a > 1, …)", 1, None, ("boolean",), "boolean", "unknown", _primitive("and"),
        non_values=Kleene(decides=False), takes_groups=True, of_none=True,
        texts=("tutte", "all"), since=2,
        help=("vero se lo sono tutte le condizioni", "true where all of the conditions are"),
    ),
    Operation(
        "size", "size(list)", 1, 1, ("list",), "number", "unknown", _primitive("pos"),
        lambda v: v[0], texts=("righe", "size"), since=2,
        help=("quante righe ha un elenco", "how many rows a list has"),
    ),
    _text_test("starts_with", str.startswith, ("comincia_con", "starts_with"), "startswith"),
    _text_test("ends_with", str.endswith, ("finisce_con", "ends_with"), "endswith"),
    _text_test("contains", str.__contains__, ("contiene", "contains"), "includes"),
    *_OF_DAYS,
)}  # fmt: skip
"""The functions by name, in the order in which the documentation lists them."""

LOOKUP = Operation(
    "lookup", "f(x, …)", 1, None, ("any",), "alike", "unknown",
    _primitive("lookup"), texts=("tabella", "table"), since=2,
    help=("il valore di una scala o di una tabella", "the value of a scale or table"),
)  # fmt: skip
"""The call of a code: a scale or a table, whose entry says what it takes and gives."""

LATEST_LANGUAGE = 2
"""The latest version of the language of rulebooks."""


@cache
def functions_of(language: int) -> Mapping[str, Operation]:
    """Return the functions that rulebooks of a version of the language may call."""
    return {name: each for name, each in FUNCTIONS.items() if each.since <= language}
