"""What is wrong with a formula, told in terms of the rulebook it stands in."""

from collections.abc import Mapping
from functools import partial

from ruletrail.documents import ScalarNode
from ruletrail.documents.document_shapes import VARIABLE
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Constant, Finding, Formula, write_expression
from ruletrail.formulas.lexer import join_row_codes, read_tokens
from ruletrail.formulas.lookups import KeyedTable
from ruletrail.linking.called_values import is_value, say_value_called
from ruletrail.linking.linked_rulebook import clauses_of, sentences_of
from ruletrail.linking.names import is_code
from ruletrail.linking.reserved_words import nearest_code
from ruletrail.linking.scope import Scope
from ruletrail.problems import Mark, Problem, quote, quote_to_write
from ruletrail.rulebooks import (
    FOR_EACH_VALUE,
    Clause,
    Parameter,
    say_otherwise,
    settle_quotes,
    to_problem,
    write_for_each,
)
from ruletrail.suggestions import (
    KnownNames,
    Nearest,
    day_like,
    days_of_either_order,
    days_of_short_year,
    is_for_all,
)
from ruletrail.values import is_plain_number

_Blamed = dict[str, list[Problem]]
"""What is wrong where a parameter, table or field is written, by its code."""

_BEFORE_CONDITION, _AFTER_CONDITION = ("", "(", "and", "or", "not"), ("", ")", "and", "or")
"""Between what a code is a condition by itself, no operand of a sign; nothing is an end."""


def tell_findings(findings: list[Finding], clause: Clause, scope: Scope) -> bool:
    """Tell what is wrong with a formula; return whether that is a parameter, not the formula."""
    has_blamed = False
    findings, whole = settle_quotes(findings, clause.node)
    for finding in findings:
        if finding.code == "text-order" and _reads_blamed(clause, scope):
            has_blamed = True  # it is a text only because it is written wrong
            continue
        problem = _of_formula(finding, clause, scope, whole)
        told = (
            _of_parameters(finding, clause, scope)
            or _of_table_values(finding, scope)
            or _of_intervals(finding, problem, clause, scope)
            or _of_field(finding, problem, scope)
        )
        for code in (each for each in told if each not in scope.blamed):
            scope.blamed.add(code)
            scope.problems.extend(told[code])
        has_blamed = has_blamed or bool(told)
        if not told:
            scope.problems.append(problem)
    return has_blamed


def _reads_blamed(clause: Clause, scope: Scope) -> bool:
    """Tell a formula that reads a parameter whose value was told to be wrong."""
    names = clause.content.names if isinstance(clause.content, Formula) else ()
    return not scope.blamed.isdisjoint(scope.parameters.keys() & set(names))


def _of_formula(finding: Finding, clause: Clause, scope: Scope, whole: str) -> Problem:
    """Say what is wrong with the formula itself, with what the rulebook's names tell of it."""
    problem = to_problem(finding, clause.node, whole)
    if finding.code == "unknown-code" and not finding.advice:
        return _of_unknown_code(problem, finding, clause, scope)
    if finding.code == "unknown-function" and is_value(finding.text, scope.names):
        return say_value_called(problem)
    if finding.code == "unknown-function" and not finding.instead:
        known = KnownNames(scope.names.lookups, admits=is_code)
        return replace(problem, suggestion=Nearest(finding.text, known))
    if finding.code == "type-mismatch" and not finding.instead:
        return _of_call(problem, finding, clause, scope)
    is_certain = bool(problem.fixes) or (
        clause.node.template is not None and finding.mended is not None
    )
    if finding.code == "formula-bare-text" and not is_certain and not finding.advice:
        return _code_or_text(problem, finding, clause, scope, whole)
    if finding.code in _OF_TYPES and clause.node.template is not None:
        has_text = problem.details.get("instead", "``").strip("`")
        if has_text and not _is_of_one_type(finding, clause, scope):
            return replace(problem, suggestion="", advice=FOR_EACH_VALUE, fixes=())
    return problem


_OF_TYPES = ("condition-not-boolean", "type-mismatch")
"""Codes of what is wrong because of the type that something has."""


def _is_of_one_type(finding: Finding, clause: Clause, scope: Scope) -> bool:
    """Tell whether what `for_each` wrote in a piece has one type, whichever value it writes."""
    from ruletrail.rulebooks.filled_texts import write_back  # noqa: PLC0415 - rare

    written = write_back(finding.text, finding.text, finding.offset, clause.node)
    return written is not None and scope.keep(_have_one_type, id(clause.node.template), written)


def _have_one_type(scope: Scope, template: int, written: str) -> bool:
    found = set()
    for chosen in scope.keep(_chosen_by_template).get(template, ()):
        tokens = join_row_codes(read_tokens(_fill(written, chosen)))
        known = (scope.names.signatures.get(each.text) for each in tokens)
        found.add(tuple((each.type, each.choices) if each is not None else None for each in known))
    return len(found) == 1


def _fill(text: str, chosen: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda match: chosen.get(match[1], match[0]), text)


def _chosen_by_template(scope: Scope) -> dict[int, list[Mapping[str, str]]]:
    """List the values that `for_each` writes into each of the texts that it fills."""
    found: dict[int, list[Mapping[str, str]]] = {}
    for entry in scope.entries.values():
        nodes = [clause.node for clause in clauses_of(entry)]
        nodes += [node for each in sentences_of(entry) for node in each.nodes.values()]
        for node in nodes:
            if node.template is not None:
                found.setdefault(id(node.template), []).append(node.chosen or {})
    return found


def _of_unknown_code(problem: Problem, finding: Finding, clause: Clause, scope: Scope) -> Problem:
    """Say which code was meant, or what to write in its place."""
    near = nearest_code(finding.text, _entry_of(clause), scope.names, scope.lists, finding.expected)
    problem = _with_chosen(replace(problem, suggestion=near), finding, clause)
    if "chosen" in problem.details:
        problem = suggest_for_all(problem, finding.text, finding.offset, clause.node, scope)
    braced = _in_braces(finding.text, clause, scope)
    instead = (
        _size_of(finding.text, scope) or braced or _comparison_with(finding.text, clause, scope)
    )
    if instead:
        details = {**problem.details, "instead": quote_to_write(instead)}
        problem = replace(problem, suggestion="", details=details, advice="write-instead")
        if instead != braced:
            problem = write_for_each(problem, finding.text, finding.offset, clause.node)
    if finding.text in scope.without_value:
        problem = replace(
            problem, suggestion="", advice="own-condition", wording="code-without-value"
        )
    otherwise = say_otherwise(finding.text, clause.node)
    return replace(problem, suggestion="", advice=otherwise) if otherwise else problem


def suggest_for_all(
    problem: Problem, code: str, offset: int, node: ScalarNode, scope: Scope
) -> Problem:
    """Suggest, of a code that `for_each` put together, the name that is right for all values."""
    near, chosen = problem.suggestion, node.chosen
    if not near or chosen is None:
        return problem
    from ruletrail.rulebooks.filled_texts import write_back  # noqa: PLC0415 - rare

    written = write_back(code, code, offset, node)
    if written is None:
        return problem
    names, asked = scope.keep(_hold_names), (id(node.template), written)
    if asked not in names:
        found = near.found if isinstance(near, Nearest) else near
        names[asked] = _name_for_all(found, chosen, *asked, scope)
    if not names[asked]:
        return problem
    details = {**problem.details, "template": quote(written)}
    return replace(problem, suggestion=names[asked], details=details)


def _hold_names(_: Scope) -> dict[tuple[int, str], str]:
    """Hold what is meant by each name in a template, once it was looked for."""
    return {}


def _name_for_all(
    meant: str, chosen: Mapping[str, str], template: int, written: str, scope: Scope
) -> str:
    """Write what is like a code for one value with the names of `for_each`; empty if unclear.

    It is clear where each value stands once in what is meant, and all codes are there, of one
    type, of which none is as it was written.
    """
    known = scope.names.signatures
    for name in dict.fromkeys(VARIABLE.findall(written)):
        if meant.count(chosen[name]) != 1 or written.count(f"{{{name}}}") != 1:
            return ""
        meant = meant.replace(chosen[name], f"{{{name}}}")
    every = scope.keep(_chosen_by_template).get(template, ())
    types = {
        known[code].type if code in known else "" for code in map(partial(_fill, meant), every)
    }
    is_there = len(types) == 1 and "" not in types
    return meant if is_there and not any(_fill(written, each) in known for each in every) else ""


def _entry_of(clause: Clause) -> str:
    """Return the code, as it is written, of the entry in which a formula stands."""
    steps = (clause.node.mark.pointer or "").split("/")
    return steps[2] if len(steps) > 2 else ""  # noqa: PLR2004 - its part, its code


def _in_braces(text: str, clause: Clause, scope: Scope) -> str:
    """Write a code with the braces that a name of `for_each` in it lacks; empty for any other."""
    pieces = text.split("_")
    for name in VARIABLE.findall(_entry_of(clause)):
        if name not in pieces:
            continue
        braced = "_".join(f"{{{name}}}" if each == name else each for each in pieces)
        begin, end = braced.partition("{")[0], braced.rpartition("}")[2]
        least = len(begin) + len(end)
        if any(
            code.startswith(begin) and code.endswith(end) and len(code) > least
            for code in scope.names.signatures
        ):
            return braced
    return ""


def _size_of(text: str, scope: Scope) -> str:
    """Write `size(L)` for `L.size` or `L.count`, as other programs ask for it; else nothing."""
    over, _, asked = text.partition(".")
    is_asked = over in scope.lists and asked in ("size", "count", "len", "length")
    return f"size({over})" if is_asked else ""


def _comparison_with(text: str, clause: Clause, scope: Scope) -> str:
    """Write `code == "text"` for an outcome or a choice that stands alone as a condition.

    Only where one code alone may be so; else nobody knows which is meant.
    """
    written = clause.content.text if isinstance(clause.content, Formula) else clause.node.text
    if not _is_condition(text, written):
        return ""
    having = scope.keep(_codes_by_choice).get(text, ())
    return f'{having[0]} == "{text}"' if len(having) == 1 else ""


def _codes_by_choice(scope: Scope) -> dict[str, list[str]]:
    """List for each outcome and choice the codes that may be so."""
    found: dict[str, list[str]] = {}
    for code, each in scope.names.signatures.items():
        for text in dict.fromkeys(each.choices):
            found.setdefault(text, []).append(code)
    return found


def _is_condition(code: str, formula: str) -> bool:
    """Tell whether a code stands alone for a condition somewhere in a formula."""
    signs = ["", *(each.text for each in join_row_codes(read_tokens(formula))), ""]
    return any(
        sign == code and before in _BEFORE_CONDITION and after in _AFTER_CONDITION
        for before, sign, after in zip(signs, signs[1:], signs[2:], strict=False)
    )


def _code_or_text(
    problem: Problem, finding: Finding, clause: Clause, scope: Scope, whole: str
) -> Problem:
    """Say of a word that is no code, and like one, that either a code or a text is meant."""
    near = scope.names.readable.nearest(finding.text)
    if not near:
        is_of_table = finding.found in scope.tables
        is_key = not is_of_table or finding.text in scope.keys_of(finding.found)
        # in quotes it would be a text that no row has
        return (
            problem
            if is_key
            else to_problem(
                Finding("unknown-code", finding.offset, finding.text), clause.node, whole
            )
        )
    if problem.advice == FOR_EACH_VALUE:
        return problem
    details = {**problem.details, "expected": quote(near)}
    problem = replace(problem, code="unknown-code", details=details, advice="code-or-text")
    return _with_chosen(problem, finding, clause)


def _of_parameters(finding: Finding, clause: Clause, scope: Scope) -> _Blamed:
    """Blame parameters that are texts for how they write a number, not the formula that uses them.

    Only where they meet numbers or days: else a text may look like anything. Those of a base are
    as its own formulas need them, and a formula that is laid over it is to blame. Each value of one
    that changes with a day is told at its own line: mended alone it would differ from the others.
    """
    blamable = {
        code: texts
        for code, each in _parameters_in(finding, clause, scope).items()
        if (each.value_mark.file == scope.file or clause.mark.file != scope.file)
        and (texts := scope.keep(_texts_of, code))
    }
    if finding.code != "type-mismatch":
        return {}
    own = finding.text in blamable
    if finding.expected == "date":
        return {finding.text: scope.keep(_days_of, finding.text)} if own else {}
    if "number" not in (finding.expected, finding.found):
        return {}
    if finding.found == "text" and own:
        return {finding.text: scope.keep(_numbers_of, finding.text)}
    found = {code: scope.keep(_texts_like_numbers, code) for code in blamable}
    return {code: problems for code, problems in found.items() if problems}


def _texts_of(scope: Scope, code: str) -> list[tuple[str, Mark]]:
    """List the values of a parameter that are texts, as they are written, and where."""
    parameter = scope.parameters[code]
    return [
        (each.text, each.value_mark)
        for each in parameter.values or (parameter,)
        if isinstance(each.value, str)
    ]


def _days_of(scope: Scope, code: str) -> list[Problem]:
    """Tell of all texts of a parameter that is taken for a day."""
    from ruletrail.rulebooks import constants  # noqa: PLC0415 - rare

    return [constants.judge_no_day(*text) for text in scope.keep(_texts_of, code)]


def _numbers_of(scope: Scope, code: str) -> list[Problem]:
    """Tell of all texts of a parameter that is taken for a number."""
    from ruletrail.rulebooks import constants  # noqa: PLC0415 - rare

    texts = scope.keep(_texts_of, code)
    return [constants.judge_text(*text) or constants.judge_word(*text) for text in texts]


def _texts_like_numbers(scope: Scope, code: str) -> list[Problem]:
    """Tell of the texts of a parameter that are numbers written otherwise."""
    from ruletrail.rulebooks import constants  # noqa: PLC0415 - rare

    judged = [constants.judge_text(*text) for text in scope.keep(_texts_of, code)]
    return [each for each in judged if each is not None]


def _parameters_in(finding: Finding, clause: Clause, scope: Scope) -> dict[str, Parameter]:
    """Give the parameters that a finding, or the formula that it is in, names."""
    names = clause.content.names if isinstance(clause.content, Formula) else ()
    named = dict.fromkeys((finding.text, *names))
    return {name: scope.parameters[name] for name in named if name in scope.parameters}


def _of_call(problem: Problem, finding: Finding, clause: Clause, scope: Scope) -> Problem:
    """Say of an argument of a scale or table which column it is looked up in."""
    from ruletrail.linking.interval_keys import find_call  # noqa: PLC0415 - rare

    called = clause.content if isinstance(clause.content, Formula) else None
    found = find_call(finding.offset, called) if called is not None else None
    signature = scope.names.lookups.get(found[0]) if found is not None else None
    if found is None or signature is None or found[1] >= len(signature.keys or ()):
        return problem
    code, at = found
    table = scope.tables.get(code)
    details = {**problem.details, "code": quote(code)}
    if table is None:
        return replace(problem, details=details, advice="number-of-scale")
    details["column"] = quote(table.contents[0].columns[at])
    odd = scope.keep(_odd_keys, code, at)
    if odd.advice:
        details["instead"] = quote_to_write(odd.meant)
        return replace(problem, details=details, advice=odd.advice)
    if finding.found == "number" and odd.are_few and odd.first is not None:
        details["cell"] = quote(odd.first)
        return replace(problem, details=details, advice="column-of-texts")
    if finding.found == "date" and odd.day:
        details |= {"cell": quote(odd.written_day), "instead": quote_to_write(odd.day)}
        return replace(problem, details=details, advice="column-of-days")
    if finding.found == "boolean" and odd.unlike is not None:
        details["cell"] = quote(odd.unlike)
        return replace(problem, details=details, advice="column-of-answers")
    return replace(problem, details=details, advice="key-of-type")


def _may_be_several(written: str) -> bool:
    return bool(days_of_short_year(written) or days_of_either_order(written))


@dataclass(frozen=True, slots=True)
class _OddKeys:
    """The keys of a column that are no plain numbers: the first one, and the first of each sort."""

    first: str | None
    are_few: bool
    written_day: str
    """One of them that is a day, a clear one if there is any; and how it is to be written."""
    day: str
    unlike: str | None
    """The first that is no truth either."""
    advice: str
    """What to do about the only one, and what to write for it."""
    meant: str


def _odd_keys(scope: Scope, code: str, at: int) -> _OddKeys:
    content = scope.tables[code].contents[0]
    cells = [each for row in content.rows for each in row.cells[at]]
    odd = [each for each in cells if isinstance(each, str) and not is_plain_number(each)]
    days = (
        (each, day)
        for each in sorted(odd, key=_may_be_several)  # what is clear is the better example
        if (day := day_like(each) or next(iter(days_of_short_year(each)), ""))
    )
    unlike = (each for each in odd if each not in ("true", "false"))
    advice, meant = _say_odd_key(odd[0], content) if len(odd) == 1 else ("", "")
    return _OddKeys(
        next(iter(odd), None), 2 * len(odd) <= len(cells), *next(days, ("", "")),
        next(unlike, None), advice, meant,
    )  # fmt: skip


def _say_odd_key(cell: str, table: KeyedTable) -> tuple[str, str]:
    """Say what the one key of a column of numbers that is no number was meant for, as written.

    Several keys, or all that have no row; empty for anything else.
    """
    from ruletrail.linking.interval_keys import is_open, write_as_keys  # noqa: PLC0415 - rare

    keys = write_as_keys(cell)
    if keys:
        return "keys-as-list", f"[{', '.join(keys)}]"
    is_rest = is_for_all(cell) or (is_open(cell) and table.otherwise is None)
    if not is_rest or len(table.columns) > 1:
        return "", ""
    row = next(each for each in table.rows if cell in each.cells[0])
    return "star-in-rows", f"otherwise: {write_expression(Constant(row.value, (0, 0)))}"


def _of_table_values(finding: Finding, scope: Scope) -> _Blamed:
    """Blame a table all of whose values are numbers written as texts, where a number is needed."""
    is_met = finding.code == "type-mismatch" and finding.expected == "number"
    table = scope.tables.get(finding.text.partition("(")[0]) if is_met else None
    if table is None or finding.found != "text" or "(" not in finding.text:
        return {}
    problem = scope.keep(_table_of_texts, table.code)
    return {table.code: [problem]} if problem is not None else {}


def _table_of_texts(scope: Scope, code: str) -> Problem | None:
    """Tell of a table all of whose values are numbers written as texts."""
    from ruletrail.rulebooks import constants  # noqa: PLC0415 - rare

    table = scope.tables[code]
    values = [row.value for each in table.contents for row in each.rows]
    judged = [constants.judge_beside_numbers(str(each), table.mark) for each in values]
    if not judged or any(each is None or "instead" not in each.details for each in judged):
        return None
    first, text = judged[0], str(values[0])
    shown = f'"{text}"' if is_plain_number(text) else text
    details = {"text": quote(shown), "code": quote(table.code),
               "instead": first.details["instead"] if first else ""}  # fmt: skip
    return Problem("value-not-number", table.mark, details, "", "table-of-texts")


def _of_intervals(finding: Finding, problem: Problem, clause: Clause, scope: Scope) -> _Blamed:
    """Say once of a table in which a number looks for intervals that it is a scale."""
    is_number = finding.code == "type-mismatch" and finding.found == "number"
    if not is_number or not isinstance(clause.content, Formula) or not scope.tables:
        return {}
    from ruletrail.linking.interval_keys import find_call  # noqa: PLC0415 - rare

    code, column = find_call(finding.offset, clause.content) or ("", 0)
    shown = scope.keep(_bands_meant, code, column) if code in scope.tables else None
    if shown is None:
        return {}
    details = {**problem.details, "code": quote(code), "instead": quote_to_write(shown)}
    advice = "intervals-as-scale" if shown else "intervals-as-cases"
    return {code: [replace(problem, details=details, advice=advice)]}


def _bands_meant(scope: Scope, code: str, column: int) -> str | None:
    """Write as bands what a column's keys say as intervals; see `write_as_scale`."""
    from ruletrail.linking.interval_keys import write_as_scale  # noqa: PLC0415 - rare

    return write_as_scale(scope.tables[code], column)


def _of_field(finding: Finding, problem: Problem, scope: Scope) -> _Blamed:
    """Blame a field that the schema declares as any text where formulas take it for a number.

    It is told once: where it is declared otherwise, all of its uses are right.
    """
    declared = scope.names.fields.get(finding.text)
    is_met = finding.code == "type-mismatch" and finding.expected == "number"
    if not is_met or finding.found != "text" or declared is None or declared.words:
        return {}
    details = {**problem.details, "file": quote(scope.report)}
    return {finding.text: [replace(problem, details=details, advice="field-of-text")]}


def _with_chosen(problem: Problem, finding: Finding, clause: Clause) -> Problem:
    """Say for which values of `for_each` a code is unknown, where one of them stands in it."""
    chosen = clause.node.chosen or {}
    template = clause.node.template
    if not chosen or template is None or finding.text in template.text:
        return problem
    shown = ", ".join(f"{quote(name)} = {quote(value)}" for name, value in chosen.items())
    details = {**problem.details, "chosen": shown}
    return replace(problem, details=details, wording="unknown-code-of-value")
