"""A document becomes a `Report`: it names the rulebook, it holds to the schema, it is built.

Written once for all who take reports in: the API, the examples, the rows of a batch.
"""

from collections.abc import Iterable, Sequence

from ruletrail.documents import (
    LIST_REPORT_LIMITS,
    REPORT_LIMITS,
    Limits,
    MappingNode,
    Node,
    Nulls,
    ScalarNode,
    items_of,
    members_of,
    read_document,
    take_nulls,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.linking import LinkedRulebook, has_rows
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    quote,
    quote_to_write,
    sort_problems,
    without_consequences,
)
from ruletrail.references import Reference
from ruletrail.reports import Report, build_report, find_misshapen, read_reference
from ruletrail.reports.texts import (
    explain_lines_of_texts,
    find_cut_texts,
    label_of,
    list_values,
    remark_on_signs,
)
from ruletrail.rulebooks import Identity, Rule
from ruletrail.schemas import FieldDeclaration, Schema, check_schema
from ruletrail.trails.conclusions import entry_of
from ruletrail.trails.slips import has_decimals, tell_slip


def names(reference: Reference | None, identity: Identity) -> bool:
    """Tell whether a reference names a rulebook: name, edition, and version where it is pinned."""
    return (
        reference is not None
        and (reference.name, reference.edition) == (identity.name, identity.edition)
        and reference.version in ("", identity.version)
    )


def check_reference(reference: Reference, mark: Mark, linked: LinkedRulebook) -> list[Problem]:
    """Find out whether a report's reference names another rulebook, edition or pinned version."""
    if names(reference, linked.rulebook.identity):
        return []
    return [_of_another(reference, mark, linked)]


def _of_another(reference: Reference, mark: Mark, linked: LinkedRulebook) -> Problem:
    rulebook = quote(str(linked.rulebook.identity))
    details = {"text": quote(str(reference)), "rulebook": rulebook}
    is_other = reference.name != linked.rulebook.identity.name
    advice = "report-other-form" if is_other else ""
    return Problem("report-of-another", mark, details, "", advice)


_SMALL = 5_000
"""Values of a document that is checked whole, whatever shape it has."""


def count_values(node: Node, most: int) -> int:
    """Count the values of a document, lists and mappings included; of more than `most` enough."""
    waiting, count = [node], 0
    while waiting and count <= most:
        here = waiting.pop()
        count += 1
        waiting.extend(members_of(here).values())
        waiting.extend(items_of(here))
    return count


_OF_ONE_VALUE = frozenset({
    "anchor-or-alias", "leading-zero", "lone-surrogate", "not-finite", "null-value",
    "number-out-of-limits", "repeated-key", "tag",
})  # fmt: skip


_OF_ONE_VALUE_TOO = frozenset({
    "", "values-below", "yaml-hash", "yaml-hash-number", "sheet-error", "text-or-alias",
    "text-or-tag",
})  # fmt: skip
"""Advice of such problems beyond which nothing else of the document is in doubt."""


def is_whole(problems: Iterable[Problem]) -> bool:
    """Tell whether what reading found is each wrong with one value, or key, and with no more.

    Then the rest of the document is as it was meant, and can be checked all the same.
    """
    return all(
        problem.code in _OF_ONE_VALUE and problem.advice in _OF_ONE_VALUE_TOO
        for problem in problems
    )


def check_report(
    node: Node, linked: LinkedRulebook, told: Sequence[Problem] = ()
) -> tuple[Report | None, list[Problem]]:
    """Check a report's tree and build it; None with the problems, in order of place, if it fails.

    First the rulebook that it names: a report of another is not checked. Then the schema, and what
    no schema can say; everything wrong comes at once, with what reading `told`.
    """
    reference, mark, found = read_reference(node)
    another = check_reference(reference, mark, linked) if reference is not None else []
    if another:
        return None, sort_problems([*told, *another])
    told = _name_fields(told, linked.schema)
    problems = [*told, *without_consequences(told, found)]
    misshapen = find_misshapen(node, linked.schema.lists)
    if not isinstance(node, MappingNode) or (misshapen and count_values(node, _SMALL) > _SMALL):
        # no schema has to work through what no report holds, thousands of values in lists
        return None, sort_problems([*problems, *without_consequences(problems, misshapen)])
    data, found = check_schema(node, linked.schema)
    problems += without_consequences(problems, _name_unnamed(found, linked.schema))
    report, found = build_report(node, data, linked.schema)
    if any(problem.details.get("owner") for problem in problems):
        # that keys belong below another was told of all of them at once
        found = [problem for problem in found if problem.code != "unknown-key"]
    problems += without_consequences(problems, found)
    problems = list(explain_lines_of_texts(problems, node, linked.schema))
    if report is not None and not problems:
        cut = find_cut_texts(node, linked.schema)
        return (replace(report, cut=tuple(cut)) if cut else report), []
    problems = _without_empty_owners(_without_shapes_of_unknown(problems, linked.schema))
    return None, sort_problems(_tell_unknown(problems, node.get("fields"), linked))


def _tell_unknown(
    problems: Sequence[Problem], fields: Node | None, linked: LinkedRulebook
) -> list[Problem]:
    """Say of codes that are none of the form, and of keys below one, what they are meant for.

    A title has no value that lacks.
    """
    if not any(_is_unknown(each) or each.advice == "single-of-keys" for each in problems):
        return list(problems)
    from ruletrail.linking.unknown_codes import (  # noqa: PLC0415 - rare
        list_rows,
        tell_keys_below,
        tell_unknown,
    )

    rows = list_rows(linked.schema.fields)
    told = [
        tell_unknown(each, fields, linked, rows) if _is_unknown(each) else each for each in problems
    ]
    told = [
        tell_keys_below(each, fields, linked) if each.advice == "single-of-keys" else each
        for each in told
    ]
    titles = {each.mark.line for each in told if each.advice == "title-or-code"}
    return [each for each in told if each.code != "null-value" or each.mark.line not in titles]


def _is_unknown(problem: Problem) -> bool:
    return problem.code == "unknown-key" and problem.wording == "no-such-code"


def _without_shapes_of_unknown(problems: Sequence[Problem], schema: Schema) -> list[Problem]:
    """Leave out what shape a value should have whose code is none of the form."""
    unknown = {each.details["key"] for each in problems if each.code == "unknown-key"}
    is_moved = any(each.details.get("owner") for each in problems)
    return [
        each
        for each in problems
        if each.code != "field-not-scalar"
        or not (
            each.details["code"] in unknown
            or (is_moved and each.details["code"].strip("`") not in schema.fields)
        )
    ]


def _without_empty_owners(problems: Sequence[Problem]) -> list[Problem]:
    """Leave out that a key holds nothing which is told, elsewhere, what belongs below it."""
    owners = {each.details["owner"] for each in problems if "owner" in each.details}
    return [
        each
        for each in problems
        if each.code != "null-value"
        or not isinstance(each.mark.path, tuple)
        or each.mark.path[1] not in owners
    ]


def _as_meant(problem: Problem, schema: Schema) -> Problem:
    """Say of an empty list that `[]` has no rows: without its name it would be missing."""
    if problem.code == "null-value" and not problem.advice and problem.field in schema.lists:
        return replace(problem, advice="null-list")
    return _as_number(problem, schema)


def _name_fields(problems: Sequence[Problem], schema: Schema) -> list[Problem]:
    """Say of what reading found wrong with a value what the form calls it, as a schema does."""
    labels = schema.labels if problems else {}
    return [
        replace(_as_meant(problem, schema), label=labels.get(entry_of(problem.field or ""), ""))
        for problem in problems
    ]


def _as_number(problem: Problem, schema: Schema) -> Problem:
    """Take a value that begins with a zero for the number that its field holds."""
    code = entry_of(problem.field or "")
    declared = schema.fields.get(code) or schema.cells.get(code)
    if declared is None or declared.type != "number":
        return problem
    if problem.advice in _OF_SIGNS:
        return _without_sign(problem)
    if problem.code != "leading-zero":
        return problem
    instead = quote_to_write(without_zeros(problem.details["text"].strip("`")))
    details = {**problem.details, "instead": instead}
    return replace(problem, details=details, advice="write-instead")


_ANY_NUMBER = "`1234`"
_OF_SIGNS = frozenset({"text-or-alias", "text-or-tag"})
"""Advice about a value that begins with a sign of YAML's own, and may be a text."""


def _without_sign(problem: Problem) -> Problem:
    """Take such a value for the number of its field; in quotes it would be refused as a text."""
    from ruletrail.documents.yaml_lines import find_number  # noqa: PLC0415 - rare

    number = find_number(problem.details["instead"].strip("`").strip("\"'"))
    if not number:
        details = {**problem.details, "example": _ANY_NUMBER}
        return replace(problem, details=details, advice="number-form")
    details = {**problem.details, "instead": quote_to_write(number)}
    return replace(problem, details=details, advice="write-instead")


def without_zeros(text: str) -> str:
    """Write a number without the zeros that it begins with."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    meant = digits.lstrip("0")
    return sign + (meant if meant[:1].isdigit() else f"0{meant}")


def _name_unnamed(problems: Sequence[Problem], schema: Schema) -> list[Problem]:
    """Say the same of what was found wrong with a number before the schema's rules were asked."""
    named = zip(problems, _name_fields(problems, schema), strict=True)
    return [each if each.label or each.code == "unknown-key" else other for each, other in named]


def check_read(
    node: Node | None, problems: Sequence[Problem], linked: LinkedRulebook
) -> tuple[Report | None, list[Problem]]:
    """Check a report as it was read, with what reading found; None with the problems if any."""
    if node is None or not is_whole(problems):
        return None, sort_problems(problems)
    return check_report(node, linked, problems)


def find_remarks(node: Node, linked: LinkedRulebook) -> list[Problem]:
    """Find values that most probably are a slip, though they are admitted.

    Numbers have a point which was to part thousands: sums of money with parts of a cent, and others
    with three digits after the point. Texts hold nothing but blanks, which a rulebook that asks
    whether there is a text takes for one, end before a `#`, or have signs that nobody can read. The
    answer is that of what is written.
    """
    cut = find_cut_texts(node, linked.schema)
    names = members_of(members_of(node).get("subject")).items()
    found = (_remark_signs(each, str(name)) for name, each in names)
    spoilt = [each for each in found if each is not None]
    return sort_problems([*cut, *spoilt, *remark_on(list_values(node, linked.schema), linked)])


def remark_on(
    values: Iterable[tuple[Node, FieldDeclaration | None]], linked: LinkedRulebook
) -> list[Problem]:
    """Find the same among values of which it is known what the schema declares."""
    found = []
    for value, declared in values:
        if declared is None or not isinstance(value, ScalarNode):
            continue
        is_quoted = value.style == "quoted"
        problem = _remark_blanks(value) if is_quoted else _remark(value, declared, linked)
        problem = problem or _remark_signs(value)
        if problem is not None:
            found.append(replace(problem, label=label_of(declared)))
    return sort_problems(found)


def _remark_blanks(value: ScalarNode) -> Problem | None:
    is_blank = value.text.isspace()  # an empty text is none, and told by its length
    return Problem("blank-text", value.mark, {}) if is_blank else None


def _remark_signs(value: Node, name: str = "") -> Problem | None:
    if not isinstance(value, ScalarNode):
        return None
    return remark_on_signs(value.text, value.mark, name)


def _remark(
    value: ScalarNode, declared: FieldDeclaration, linked: LinkedRulebook
) -> Problem | None:
    is_usual = has_usual_decimals(linked, declared)
    return tell_slip(value.text, declared, value.mark, is_usual=is_usual)


def has_usual_decimals(linked: LinkedRulebook, declared: FieldDeclaration) -> bool:
    """Tell whether three decimals are usual in a field of a rulebook."""
    is_computed = isinstance(linked.rulebook.entries.get(declared.code), Rule)
    return has_decimals(declared, is_computed=is_computed)


def take_report(node: Node | None, problems: Sequence[Problem], linked: LinkedRulebook) -> Report:
    """Return the report of a tree and what reading it found; problems raise `ProblemsError`."""
    report, problems = check_read(node, problems, linked)
    if report is None:
        raise ProblemsError(problems)
    return report


def read_report(data: bytes, file: str, linked: LinkedRulebook, nulls: Nulls = "refused") -> Report:
    """Return the report of a document's bytes; whatever is wrong raises `ProblemsError`.

    JSON that is plainly a valid report is read the fast way, all else with marks.
    """
    if data.lstrip(b" \t\r\n").startswith(b"{"):
        from ruletrail.reports.plain_json import read_plain  # noqa: PLC0415 - YAML needs none

        report = read_plain(data, file, linked.schema)
        if report is not None and names(report.reference, linked.rulebook.identity):
            return report
    return take_report(*take_nulls(*read_document(data, file, limits_of(linked)), nulls), linked)


def limits_of(linked: LinkedRulebook) -> Limits:
    """Return the limits of a rulebook's reports: those with lists of rows may be larger."""
    return LIST_REPORT_LIMITS if has_rows(linked) else REPORT_LIMITS


def check_own(report: Report, linked: LinkedRulebook) -> Report:
    """Return a report that was built before; raise `ProblemsError` if it was for another rulebook.

    It must have been checked against this schema, or one of the same content.
    """
    schema, ours = report.schema, linked.schema
    is_own = schema is ours or schema.content == ours.content
    if not is_own or not names(report.reference, linked.rulebook.identity):
        raise ProblemsError([_of_another(report.reference, report.reference_mark, linked)])
    return report
