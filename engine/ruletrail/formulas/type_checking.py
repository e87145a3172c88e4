"""Types and units of a formula, found when a rulebook is linked; nothing is evaluated.

What each operation takes and gives stands in the table of operations. Conditions are booleans only,
texts know `==`, `!=` and `in`, and two different declared units never meet where the table says
that units must agree. An undeclared unit agrees with all.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest

from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas.expressions import Call, Constant, Expression, Name, walk_expression
from ruletrail.formulas.lexer import CONSTANTS, Finding
from ruletrail.formulas.operations import (
    ADD,
    CHOICE,
    COMPARE,
    LATEST_LANGUAGE,
    LOOKUP,
    SUBTRACT,
    Asks,
    Fault,
    Operation,
    Takes,
)
from ruletrail.formulas.parsing import Formula
from ruletrail.formulas.signatures import FactType, Signature
from ruletrail.suggestions import latin_like, nearest_name
from ruletrail.values import is_plain_number, read_date, type_of, write_number

IS_MISSING = Asks("missing", answer=True)
"""What `is_missing` does: it may be asked of a list too."""

Lookup = Callable[[str], Signature | None]
UNKNOWN = Signature("unknown")
_BOOLEAN = Signature("boolean")
_NUMBER = Signature("number")
_DATE = Signature("date")


def infer_signature(
    formula: Formula, lookup: Lookup, language: int = 1, wanted: str = ""
) -> tuple[Signature, list[Finding]]:
    """Infer type and unit of a formula; `lookup` answers for codes, None for an unknown one.

    `wanted` is the type that the value should be of, where that is known: it helps to guess codes.
    """
    checker = _Checker(formula, lookup, language)
    signature = checker.infer(formula.tree)
    checker.want(formula.tree, wanted)
    return signature, checker.findings


def check_condition(formula: Formula, lookup: Lookup, language: int = 1) -> list[Finding]:
    """Find what is wrong with a condition, which must be a boolean."""
    checker = _Checker(formula, lookup, language)
    checker.demand(formula.tree, "boolean")
    return checker.findings


@dataclass(slots=True)
class _Checker:
    """One pass over one formula."""

    formula: Formula
    lookup: Lookup
    language: int
    findings: list[Finding] = field(default_factory=list)

    def note(
        self,
        code: str,
        expression: Expression,
        *,
        instead: str = "",
        expected: str = "",
        found: str = "",
        advice: str = "",
        mended: str | None = None,
    ) -> None:
        """Note a finding at an expression."""
        place, text = self.formula.origins[expression.span[0]], self._text(expression)
        finding = Finding(code, place, text, instead, expected, found, advice, mended=mended)
        self.findings.append(finding)

    def _text(self, expression: Expression) -> str:
        return self.formula.text[slice(*expression.span)]

    def infer(self, expression: Expression) -> Signature:
        """Infer the signature of an expression, noting what does not fit below it."""
        match expression:
            case Constant(value=value):
                choices = (value,) if isinstance(value, str) else ()
                return Signature(type_of(value), None, choices)
            case Name():
                return self._name(expression)
            case Call(operation=operation) if operation.binding == COMPARE:
                self._comparison(expression)
                return _BOOLEAN
            case Call():
                return self._call(expression)

    def demand(self, expression: Expression, expected: FactType) -> Signature:
        """Infer the signature of an expression that must be of a type."""
        if expected == "boolean" and isinstance(expression, Name) and self._note_answer(expression):
            return UNKNOWN
        found = self.infer(expression)
        self.want(expression, expected)
        return self._judge(expression, found, expected)

    def want(self, expression: Expression, expected: str) -> None:
        """Say of which type a code that does not exist would be, so that one like it is guessed."""
        if isinstance(expression, Call) and expression.operation is CHOICE:
            for at, operand in enumerate(expression.operands):
                if expression.operation.taken(at) == "alike":
                    self.want(operand, expected)
        if not isinstance(expression, Name) or expected in ("", "unknown"):
            return
        place = self.formula.origins[expression.span[0]]
        for at, each in enumerate(self.findings):
            if (each.code, each.offset, each.expected) == ("unknown-code", place, ""):
                self.findings[at] = replace(each, expected=expected)

    def _judge(self, expression: Expression, found: Signature, expected: FactType) -> Signature:
        """Note an expression that was inferred to be of another type than it must be."""
        if found.type in (expected, "unknown"):
            return found
        if expected == "date" or (expected == "number" and found.type == "date"):
            self.note_other(expression, found.type, expected)
            return Signature(expected)
        code = "condition-not-boolean" if expected == "boolean" else "type-mismatch"
        instead = self._as_condition(expression, found) if expected == "boolean" else ""
        self.note(code, expression, instead=instead, expected=expected, found=found.type)
        return Signature(expected)

    def note_other(self, expression: Expression, found: str, expected: str) -> None:
        """Note an expression of another type; a day that lacks its `date(…)` is written out."""
        from ruletrail.formulas.days_meant import tell_either_day, tell_other  # noqa: PLC0415 - rare

        place = self.formula.origins[expression.span[0]]
        if any((each.code, each.offset) == ("formula-date", place) for each in self.findings):
            return  # what it is meant for is told already
        written = self._text(expression)
        if expected == "date" and (two := tell_either_day(written.strip("\"'"), place)):
            self.findings.append(two)
            return
        instead, advice, mended = tell_other(expression, written, found, expected)
        self.note(
            "type-mismatch", expression, instead=instead, expected=expected, found=found,
            advice=advice, mended=mended or None,
        )  # fmt: skip

    def _note_answer(self, name: Name) -> bool:
        """Note a word such as `sempre` that stands for a condition; tell whether it is one."""
        from ruletrail.formulas.foreign_words import translate_condition  # noqa: PLC0415 - not for all

        word = translate_condition(name.code) if self.lookup(name.code) is None else ""
        if word:
            self.note("formula-word", name, instead=word, mended=word)
        return bool(word)

    def _note_answer_of(self, operand: Expression) -> bool:
        """Note `SI` beside a value that is true or false; tell whether it is such a word."""
        return isinstance(operand, Name) and self._note_answer(operand)

    def _as_condition(self, expression: Expression, found: Signature) -> str:
        """Suggest the condition that somebody meant who wrote a code alone."""
        if not isinstance(expression, Name):
            return ""
        if found.type == "number":
            return f"{expression.code} > 0"
        choice = found.choices[0] if found.choices else "…"
        return f'{expression.code} == "{choice}"'

    def _name(self, name: Name) -> Signature:
        found = self.lookup(name.code)
        if found is None:
            from ruletrail.formulas.foreign_words import TODAY, translate_value  # noqa: PLC0415 - rare

            if self._note_month(name):
                return UNKNOWN
            word = translate_value(name.code)
            sure = word if word in CONSTANTS else None
            code = "formula-word" if word else "unknown-code"
            advice = "no-today" if name.code.lower() in TODAY else ""
            self.note(code, name, instead=word, advice=advice, mended=sure)
            return UNKNOWN
        if found.keys is not None:
            self.note("lookup-without-call", name, instead=f"{name.code}(…)")
            return UNKNOWN
        if found.type == "list":
            self.note("list-as-value", name, instead=f"size({name.code})", advice="size-or-field")
            return UNKNOWN
        if found.is_group:
            self.note("group-as-value", name, instead=f"sum({name.code})")
            return UNKNOWN
        return found

    def _note_month(self, name: Name) -> bool:
        """Note `31-ago-2025`, whose month is no code; tell whether it is one."""
        from ruletrail.formulas.days_meant import find_day_around  # noqa: PLC0415 - rare

        found = find_day_around(name, self.formula) if self.language > 1 else None
        if found is not None:
            self.findings.append(found)
        return found is not None

    # -- Operations --------------------------------------------------------------------------------

    def _call(self, call: Call) -> Signature:
        operation = call.operation
        if operation is LOOKUP:
            return self._look_up(call)
        if operation.dates == "moved":
            return self._moved(call)
        before = len(self.findings)
        found = list(self._operands(call))
        self._write_as_numbers(call, before)
        self._compare_again(call, before)
        self._count_rows(call, before)
        if operation.is_function:
            self._join_turned(call, operation.name, before)
        if operation.name == "date":
            self._possible_day(call)
        if operation.dates == "alike" and any(each.type == "date" for each in found):
            return self._one_of(call, list(zip(call.operands, found, strict=True)))
        is_open = self.language > 1 and all(each.type == "unknown" for each in found)
        if operation.dates == "alike" and is_open:
            return UNKNOWN  # as of a sum: the least of what is not encoded may be a day
        alike = [
            (operand, signature)
            for at, (operand, signature) in enumerate(zip(call.operands, found, strict=True))
            if operation.taken(at) == "alike"
        ]
        if operation.gives == "alike":
            return self._one_of(call, alike)
        if operation.gives == "boolean":
            return _BOOLEAN
        if operation.gives == "date":
            return _DATE
        match operation.units:
            case "agree":
                return Signature("number", self._agree(call, found))
            case "first":
                return Signature("number", found[0].unit)
            case _:
                return _NUMBER

    def _look_up(self, call: Call) -> Signature:
        """Infer what a scale or table gives; each argument must be of the type of its key."""
        found = self.lookup(call.code)
        if found is None or (found.keys is None and found.type != "unknown"):
            return self._look_up_nothing(call)
        keys = found.keys if found.keys is not None else ()
        if found.keys is not None and len(keys) != len(call.operands):
            signature = self._written_call(call, keys)
            place = self.formula.origins[call.span[0]]
            self.findings.append(Finding("wrong-argument-count", place, call.code, signature))
            keys = ()  # which argument is which is not known then
        before = len(self.findings)
        for operand, key in zip_longest(call.operands, keys):
            if key is not None and key.type == "text" and self._is_bare(operand):
                instead = f'"{self._text(operand)}"'
                self.note("formula-bare-text", operand, instead=instead, found=call.code)
                continue
            given = self.infer(operand) if key is None else self.demand(operand, key.type)
            if key is not None:
                self._agree(operand, [key, given], asked_by=call.code)
        self._join_turned(call, call.code, before)
        return Signature(found.type, found.unit, found.choices)

    def _written_call(self, call: Call, keys: Sequence[Signature]) -> str:
        """Write a call with as many arguments as it takes, of those given and of codes called so.

        A key for which there is none of its type keeps its own name.
        """
        given = {self._text(each).rpartition(".")[2]: self._text(each) for each in call.operands}
        names = [key.name for key in keys]
        left = [
            each.code
            for each in call.operands
            if isinstance(each, Name) and each.code.rpartition(".")[2] not in names
        ]
        found = []
        for key in keys:
            known = {code: self.lookup(code) for code in (key.name, *left)}
            fitting = [code for code, each in known.items() if each and each.type == key.type]
            written = given.get(key.name) or next(iter(fitting), key.name)
            left = [each for each in left if each != written]
            found.append(written)
        return f"{call.code}({', '.join(found)})"

    def _look_up_nothing(self, call: Call) -> Signature:
        """Note a function that is none; what it may take as a whole is not known."""
        self.findings.append(self._unknown_lookup(call))
        before = len(self.findings)
        for operand in call.operands:
            self.infer(operand)
        self.findings[before:] = [
            each
            for each in self.findings[before:]
            if each.code not in ("list-as-value", "group-as-value")
        ]
        return UNKNOWN

    def _join_turned(self, call: Call, name: str, before: int) -> None:
        """Tell once of two arguments of which each is what the other should be."""
        operands = {self.formula.origins[each.span[0]]: each for each in call.operands}
        wrong = [
            each
            for each in self.findings[before:]
            if each.code in ("type-mismatch", "condition-not-boolean")
            and each.offset in operands
            and each.text == self._text(operands[each.offset])
        ]
        if len(wrong) != 2:  # noqa: PLR2004 - a pair
            return
        first, second = wrong
        if (first.expected, first.found) != (second.found, second.expected):
            return
        turned = {first.offset: second.text, second.offset: first.text}
        written = [turned.get(at, self._text(each)) for at, each in operands.items()]
        begin, end = operands[first.offset].span[0], operands[second.offset].span[1]
        between = self.formula.text[
            operands[first.offset].span[1] : operands[second.offset].span[0]
        ]
        joined = replace(
            first, code="type-mismatch", instead=f"{name}({', '.join(written)})",
            advice="turned-arguments", old=self.formula.text[begin:end],
            mended=f"{second.text}{between}{first.text}",
        )  # fmt: skip
        self.findings = [each for each in self.findings if each is not second]
        self.findings[self.findings.index(first)] = joined

    def _write_as_numbers(self, call: Call, before: int) -> None:
        """Say how what is true or false is counted, where an operation takes numbers."""
        texts = {self._text(each) for each in call.operands}
        wrong = [
            at
            for at, each in enumerate(self.findings[before:], start=before)
            if (each.expected, each.found) == ("number", "boolean") and each.text in texts
        ]
        if wrong and self._tell_some(call, wrong):
            return
        is_sum = call.operation.name == "sum"
        if is_sum and len(wrong) == len(call.operands):
            joined = ", ".join(self._text(each) for each in call.operands)
            first = replace(
                self.findings[before], instead=f"count({joined})", advice="count-not-sum"
            )
            self.findings[before:] = [first]
            return
        for at in wrong:
            text = self.findings[at].text
            instead = f"count({text})" if is_sum else f"(1 if {text} else 0)"
            self.findings[at] = replace(
                self.findings[at], instead=instead, advice="truth-as-number"
            )

    def _tell_some(self, call: Call, wrong: Sequence[int]) -> bool:
        """Say how values are summed up with conditions behind them; tell whether that is known."""
        from ruletrail.formulas import sums_of_some  # noqa: PLC0415 - rare

        found = sums_of_some.find_sum_of_some(call, self.lookup)
        if found is None or len(found.conditions) != len(wrong):
            return False
        name, values, conditions = (
            call.operation.name, [*map(self._text, found.values)],
            [*map(self._text, found.conditions)],
        )  # fmt: skip
        if found.is_of_rows:
            told = sums_of_some.tell_sum_of_rows(name, values[0], conditions)
            place = self.formula.origins[call.span[0]]
            told = replace(told, offset=place, old=self._text(call))
        elif name == "sum" and len(wrong) == 1:
            instead = sums_of_some.write_sum_when_true(values, conditions)
            is_whole = self._text(call) == self.formula.text.strip()
            instead = instead if is_whole else f"({instead})"
            told = replace(self.findings[wrong[0]], instead=instead, advice=sums_of_some.WHEN_TRUE)
        else:
            return False
        kept = [each for at, each in enumerate(self.findings) if at not in wrong]
        self.findings[:] = [*kept, told]
        return True

    def _tell_joined_texts(self, before: int) -> None:
        """Say where a sentence stands, of which a text that is added to something is a part."""
        for at, found in enumerate(self.findings[before:], start=before):
            is_literal = found.text[:1] in ("'", '"') and found.mended is None
            if is_literal and (found.expected, found.found) == ("number", "text"):
                self.findings[at] = replace(found, advice="no-joined-texts")

    def _compare_again(self, call: Call, before: int) -> None:
        """Write out `x == "A" or "B"`, in which the second comparison is left out."""
        compared = [each for each in call.operands if isinstance(each, Call)]
        compared = [each for each in compared if each.operation.binding == COMPARE]
        alone = {self._text(each) for each in call.operands if isinstance(each, Constant)}
        for at, found in enumerate(self.findings[before:], start=before):
            if found.code == "condition-not-boolean" and found.text in alone and compared:
                operation, left = compared[0].operation, compared[0].operands[0]
                instead = f"{self._text(left)} {operation.name} {found.text}"
                self.findings[at] = replace(found, instead=instead)

    def _count_rows(self, call: Call, before: int) -> None:
        """Say how rows are counted, where `count` is given a number of each."""
        if call.operation.name != "count" or not call.over:
            return
        operand, wrong = call.operands[0], self.findings[before:]
        is_number = [(each.code, each.found) for each in wrong] == [
            ("condition-not-boolean", "number")
        ]
        if is_number and isinstance(operand, Name):
            there = f"`count(not is_missing({operand.code}))`"
            self.findings[before] = replace(
                wrong[0], instead=f"size({call.over})", expected=there, advice="count-of-rows"
            )

    def _is_bare(self, operand: Expression) -> bool:
        """Tell a word that is no code, where a text is looked up."""
        return isinstance(operand, Name) and self.lookup(operand.code) is None

    def _unknown_lookup(self, call: Call) -> Finding:
        from ruletrail.formulas.foreign_words import unknown_function  # noqa: PLC0415 - rare

        place = self.formula.origins[call.span[0]]
        return unknown_function(call.code, place, LATEST_LANGUAGE)

    def _operands(self, call: Call) -> Iterator[Signature]:
        operation = call.operation
        for at, operand in enumerate(call.operands):
            takes = operation.taken(at)
            is_name = isinstance(operand, Name) and operation.takes_groups
            group = self.lookup(operand.code) if is_name else None  # type: ignore[union-attr]
            if takes == "list" or operation.non_values == IS_MISSING:
                yield self._list(operand, takes)
            elif group is not None and group.is_group:
                is_of_days = operation.dates == "alike" and group.type == "date"
                yield group if is_of_days else self._group(operand, group, operation)
            elif operation.dates == "alike":
                found = self.infer(operand)
                yield found if found.type == "date" else self._judge(operand, found, "number")
            elif takes in ("alike", "any"):
                yield self.infer(operand)
            else:
                yield self.demand(operand, takes)  # type: ignore[arg-type]  # a type is left

    def _note_no_day(self, call: Call, found: Sequence[Signature]) -> None:
        """Note the side of a comparison with days that is none."""
        for operand, signature in zip(call.operands, found, strict=True):
            if signature.type not in ("date", "unknown"):
                self.note_other(operand, signature.type, "date")
                return

    def _moved(self, call: Call) -> Signature:
        """Infer a sum or a difference: of numbers, of a day and a number, of two days."""
        before = len(self.findings)
        found = [self.infer(operand) for operand in call.operands]
        first, second = (each.type for each in found)
        left, right = call.operands
        if "date" not in (first, second):
            judged = [
                self._judge(each, signature, "number")
                for each, signature in zip(call.operands, found, strict=True)
            ]
            self._write_as_numbers(call, before)
            if call.operation is ADD:
                self._tell_joined_texts(before)
            unit = self._agree(call, judged)
            # what is not known may be a day
            is_open = "unknown" in (first, second) and self.language > 1
            return UNKNOWN if is_open else Signature("number", unit)
        if call.operation is SUBTRACT and second == "date":
            self._judge(left, found[0], "date")
            return _NUMBER
        other, signature = (right, found[1]) if first == "date" else (left, found[0])
        self._judge(other, signature, "number")
        # with something wrong in it, it may be meant as days between two
        return _DATE if len(self.findings) == before else UNKNOWN

    def _possible_day(self, call: Call) -> None:
        """Note a day that is written out and does not exist."""
        values = [each.value for each in call.operands if isinstance(each, Constant)]
        numbers = [value for value in values if isinstance(value, Fraction)]
        if len(numbers) < len(call.operands):
            return
        if isinstance(call.operation.evaluate(numbers), Fault):
            turned = numbers[::-1]
            is_turned = not isinstance(call.operation.evaluate(turned), Fault)
            instead = f"date({', '.join(map(write_number, turned))})" if is_turned else ""
            last = "" if instead else _last_of_month(numbers)
            self.note(
                "no-such-day", call, instead=instead or last, advice="ends-before" * bool(last)
            )

    def _list(self, operand: Expression, takes: Takes) -> Signature:
        """Infer an operand that may, or must, be the name of a list."""
        found = self.lookup(operand.code) if isinstance(operand, Name) else None
        if found is not None and found.type == "list":
            return found
        if takes == "list" and found is not None and found.is_group:
            self.note("group-as-value", operand, instead=str(found.members), advice="size-of-group")
            return UNKNOWN
        inferred = self.infer(operand)
        if takes == "list" and inferred.type != "unknown":
            over, point, _ = self._text(operand).partition(".")
            is_of_row = bool(point) and isinstance(operand, Name)
            self.note("not-a-list", operand, instead=f"size({over})" if is_of_row else "")
        return inferred

    def _group(self, operand: Expression, group: Signature, operation: Operation) -> Signature:
        takes = operation.taken(0)
        if group.type not in (takes, "unknown"):
            is_counted = operation.name == "count" and group.type == "number"
            self.note(
                "type-mismatch", operand, instead=str(group.members) * is_counted, expected=takes,
                found=group.type, advice="count-of-group" * is_counted,
            )  # fmt: skip
            return UNKNOWN
        return group

    def _agree(self, at: Expression, found: Sequence[Signature], asked_by: str = "") -> str | None:
        """Return the unit that all share, and note the first two that clash.

        `asked_by` is the scale or table of which the first is the key.
        """
        units = [signature.unit for signature in found if signature.unit is not None]
        declared = list(dict.fromkeys(units))
        if len(declared) > 1:
            self.note("unit-clash", at, expected=declared[0], found=declared[1])
            if asked_by:
                self.findings[-1] = replace(
                    self.findings[-1], instead=asked_by, advice="unit-of-key"
                )
        return declared[0] if declared else None

    def _one_of(self, call: Call, alike: Sequence[tuple[Expression, Signature]]) -> Signature:
        """Join expressions of which one is the result: they must be of one type."""
        found = [signature for _, signature in alike]
        first = next((signature for signature in found if signature.type != "unknown"), UNKNOWN)
        for operand, signature in alike:
            self.want(operand, first.type)
            if signature.type not in (first.type, "unknown"):
                self.note_other(operand, signature.type, first.type)
                last = self.findings[-1]
                if call.operation is CHOICE and not (last.advice or last.instead):
                    self.findings[-1] = replace(last, advice="type-of-choice")
                return Signature(first.type)
        if call.operation is CHOICE:
            units = {signature.unit for signature in found if signature.unit is not None}
            unit = units.pop() if len(units) == 1 else None
        else:
            unit = self._agree(call, found)
        return Signature(first.type, unit, join_choices(found))

    # -- Comparisons -------------------------------------------------------------------------------

    def _comparison(self, call: Call) -> None:
        if self._asks_for_absence(call):
            return
        left, *others = call.operands
        first, *found = self._sides(call)
        known = _meant_type(call, [first, *found])
        for operand in call.operands:
            self.want(operand, known)
        if self._asks_for_nothing(call, [first, *found]):
            return
        for operand, signature in zip(call.operands, [first, *found], strict=True):
            if signature.type not in (known, "unknown"):
                if "date" in (known, signature.type):
                    self._note_no_day(call, [first, *found])
                    return
                choices = join_choices([each for each in (first, *found) if each.type == known])
                self._note_other_type(operand, known, signature, choices)
                return
        if call.operation.taken(0) == "number" and known in ("text", "boolean"):
            self.note("text-order", call, found=known)
        self._agree(call, [first, *found])
        for other, signature in zip(others, found, strict=True):
            self._possible(left, first, other, signature)

    def _asks_for_nothing(self, call: Call, found: Sequence[Signature]) -> bool:
        """Note `isee == ""`, by which a spreadsheet asks whether a cell is blank."""
        sides = list(zip(call.operands, found, strict=True))
        blank = next((each for each, _ in sides if each == Constant("", each.span)), None)
        asked = [(each, side) for each, side in sides if each is not blank]
        is_pair = blank is not None and call.operation.name in ("==", "!=") and len(asked) == 1
        if blank is None or not is_pair or asked[0][1].type not in ("number", "date", "boolean"):
            return False
        operand, signature = asked[0]
        self.note(
            "type-mismatch", blank, instead=self._written_absence(call, operand),
            expected=signature.type, found="text",
            advice="blank-is-missing",
        )  # fmt: skip
        return True

    def _asks_for_absence(self, call: Call) -> bool:
        """Note `isee != null` whole: a part of it alone would say the reverse."""
        if call.operation.name not in ("==", "!=") or len(call.operands) > 2:  # noqa: PLR2004 - a pair
            return False
        words = [each for each in call.operands if self._is_nothing(each)]
        asked = next((each for each in call.operands if each not in words), None)
        if not words or asked is None or not _names_any(asked):
            return False
        before = len(self.findings)
        found = self.infer(asked)
        if any(each.code == "list-as-value" for each in self.findings[before:]):
            return True  # how many rows there are is asked otherwise
        if self._text(words[0]) in found.choices:
            del self.findings[before:]
            return False  # what lacks its quotes is told with them
        instead = self._written_absence(call, asked)
        # a text may be the word itself, without its quotes
        is_open = found.type in ("text", "unknown") and not found.choices
        mended = None if is_open and self._text(words[0]) == "none" else instead
        self.note("formula-word", call, instead=instead, mended=mended)
        return True

    def _is_nothing(self, operand: Expression) -> bool:
        """Tell a word by which other languages say that there is no value."""
        if not isinstance(operand, Name) or operand.code.lower() not in _NOTHING:
            return False
        return self.lookup(operand.code) is None

    def _written_absence(self, call: Call, operand: Expression) -> str:
        """Write the question whether a value is missing, or is there, for such a comparison."""
        denied = "not " if call.operation.name == "!=" else ""
        return f"{denied}is_missing({self._text(operand)})"

    def _note_other_type(
        self,
        operand: Expression,
        expected: FactType,
        signature: Signature,
        choices: tuple[str, ...],
    ) -> None:
        """Note a side of another type; of a literal it is known how the other type writes it.

        It may be none of the texts that are possible.
        """
        instead = ""
        if isinstance(operand, Constant):
            instead = self._named(signature.choices, expected)
            instead = instead or _write_as(self._text(operand), expected, signature.choices)
        if expected == "text" and instead and choices and instead.strip('"') not in choices:
            self._note_impossible(operand, choices)
            return
        self.note(
            "type-mismatch", operand, instead=instead, expected=expected, found=signature.type,
            mended=instead if expected == "number" and instead else None,
        )  # fmt: skip

    def _named(self, texts: tuple[str, ...], expected: FactType) -> str:
        """Return the code that stands in quotes, whose value is of the type that is needed."""
        for text in texts:
            found = self.lookup(text) if text.isidentifier() else None
            if found is not None and found.type == expected:
                return text
        return ""

    def _sides(self, call: Call) -> list[Signature]:
        """Infer the sides of a comparison; what a text is compared with may lack its quotes."""
        noted = self.findings
        found: list[Signature] = []
        per_side: list[list[Finding]] = []
        for operand in call.operands:
            self.findings = []
            found.append(self.infer(operand))
            per_side.append(self.findings)
        self.findings = noted
        # a text is compared with a field or an outcome; beside literals it is the code that fails
        known = zip(call.operands, found, strict=True)
        codes = [each for side, each in known if each.type == "text" and _names_any(side)]
        is_truth = not codes and any(each.type == "boolean" for each in found)
        for at, (operand, findings) in enumerate(zip(call.operands, per_side, strict=True)):
            is_unknown = any(each.code in _OF_NO_CODE for each in findings)
            if is_unknown and is_truth and self._note_answer_of(operand):
                continue
            if is_unknown and codes and isinstance(operand, Call):
                found[at] = UNKNOWN  # of `C/1` it is not said twice that it is no text
            if not (is_unknown and codes and self._note_bare(operand, codes[0].choices)):
                self.findings += findings
        return found

    def _note_bare(self, operand: Expression, choices: tuple[str, ...]) -> bool:
        """Note a text without quotes, if it is like one that may stand there.

        There is no doubt only where it is one of those.
        """
        text = self._text(operand)
        if text.lower() in _NOTHING and text not in choices:
            return False
        if isinstance(operand, Call) and not self._is_cut_text(operand, choices):
            return False
        is_one = text in choices or not choices
        if isinstance(operand, Call) and not is_one:
            self._note_impossible(operand, choices)  # of classes none is a slip for the next
            return True
        likely = text if is_one else find_same_answer(text, choices) or nearest_name(text, choices)
        if not likely:
            return False
        is_sure = text in choices or (not choices and isinstance(operand, Call))
        mended = f'"{text}"' if is_sure else None
        self.note("formula-bare-text", operand, instead=f'"{likely}"', mended=mended)
        return True

    def _is_cut_text(self, operand: Call, choices: tuple[str, ...]) -> bool:
        """Tell `C/1` with nothing known in it: a quotient is no text, so its quotes lack."""
        from ruletrail.formulas.list_items import is_class  # noqa: PLC0415 - rare

        names = [each.code for each in walk_expression(operand) if isinstance(each, Name)]
        is_known = any(self.lookup(code) is not None for code in names)
        text = self._text(operand)
        return not is_known and (text in choices or is_class(text))

    def _possible(
        self, left: Expression, first: Signature, other: Expression, second: Signature
    ) -> None:
        """Note a text that the other side can never be; a branch on it could never be taken."""
        is_open = not first.choices or not second.choices
        if first.type != "text" or is_open:
            return
        # one side is most often a literal, and the other a list that may be long: no set of it
        shorter, longer = sorted((first.choices, second.choices), key=len)
        if not frozenset(shorter).isdisjoint(longer):
            return
        if self._note_code_of_text(left, first, other, second):
            return
        literal, open_side = (other, first) if isinstance(other, Constant) else (left, second)
        self._note_impossible(literal, open_side.choices)

    def _note_impossible(self, literal: Expression, choices: tuple[str, ...]) -> None:
        listed = ", ".join(f'`"{choice}"`' for choice in choices[:12])
        written = self._text(literal).strip("\"'")
        folded = [choice for choice in choices if choice.casefold() == written.casefold()]
        meant = folded[0] if len(folded) == 1 else find_same_answer(written, choices)
        latin = latin_like(written)
        is_alike = latin in choices
        instead = f'"{latin if is_alike else meant}"' if is_alike or meant else ""
        self.note(
            "impossible-comparison", literal, expected=listed, instead=instead,
            advice="look-alike" * is_alike,
        )  # fmt: skip

    def _note_code_of_text(
        self, left: Expression, first: Signature, other: Expression, second: Signature
    ) -> bool:
        """Note a text without quotes that is also a code; tell whether one side is."""
        for side, choices in ((left, second.choices), (other, first.choices)):
            if isinstance(side, Name) and side.code in choices:
                self.note("formula-bare-text", side, instead=f'"{side.code}"', advice=BARE_CODE)
                return True
        return False


def _meant_type(call: Call, found: Sequence[Signature]) -> FactType:
    """Tell the type that the sides should have: what has an order is a number, codes before words.

    A field that is a text by mistake is then blamed itself, and not what it is compared with.
    """
    known = [pair for pair in zip(call.operands, found, strict=True) if pair[1].type != "unknown"]
    types = [signature.type for _, signature in known]
    if call.operation.taken(0) == "number" and "number" in types:
        return "number"
    named = [signature.type for side, signature in known if _names_any(side)]
    return next(iter([*named, *types]), "unknown")


def _write_as(written: str, expected: FactType, texts: tuple[str, ...]) -> str:
    """Write a literal as one of another type; empty where it can be none."""
    match expected:
        case "text":
            return f'"{written}"'
        case "number":
            return next((text for text in texts if is_plain_number(text)), "")
        case _:
            from ruletrail.formulas.foreign_words import translate_condition  # noqa: PLC0415 - rare

            said = next((text.lower() for text in texts), "")
            return said if said in CONSTANTS else translate_condition(said)


def find_same_answer(text: str, choices: tuple[str, ...]) -> str:
    """Return the one text that says the same as a yes or no in another language."""
    from ruletrail.formulas.foreign_words import translate_condition  # noqa: PLC0415 - rare

    meant = translate_condition(text)
    same = [choice for choice in choices if meant and translate_condition(choice) == meant]
    return same[0] if len(same) == 1 else ""


_NOTHING = ("none", "null", "missing")
"""What other languages call what is missing."""
_OF_NO_CODE = ("unknown-code", "formula-word")
"""What is found of a word that is no code."""


def _names_any(expression: Expression) -> bool:
    return any(isinstance(each, Name) for each in walk_expression(expression))


def _last_of_month(numbers: Sequence[Fraction]) -> str:
    """Write the last day of a month that is shorter than a day asks for; nothing for any other."""
    year, month, day = (int(each) for each in numbers)
    first = read_date(f"{year:04}-{month:02}-01")
    if first is None or not 28 < day <= 31 or any(each.denominator > 1 for each in numbers):  # noqa: PLR2004 - days that some months have
        return ""
    last = next(at for at in range(day, 0, -1) if read_date(f"{year:04}-{month:02}-{at:02}"))
    return f"date({year}, {month}, {last})"


BARE_CODE = "bare-text-code"
"""The hint for a text without quotes that is also the code of something else."""

MOST_JOINED = 100
"""Texts that are known of an expression that is one of several; of more, it may be any text.

Rules that read each other would otherwise hold all the texts of those before them, each again.
"""


def join_choices(found: Sequence[Signature]) -> tuple[str, ...]:
    """List the texts that one of several expressions may be; none for any, or for too many."""
    if any(not 0 < len(signature.choices) <= MOST_JOINED for signature in found):
        return ()
    joined = dict.fromkeys(choice for signature in found for choice in signature.choices)
    return tuple(joined) if len(joined) <= MOST_JOINED else ()
