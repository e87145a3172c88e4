"""From a rulebook's file to a plan: read, check, write out, merge, build, link."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    SCHEMA_LIMITS,
    MappingNode,
    ScalarNode,
    explain_misplaced,
    members_of,
    read_document,
)
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.library.bases import LONGEST_CHAIN, advise_base, find_base, follow_extends
from ruletrail.library.named_files import NamedFile, blame_quotes
from ruletrail.library.overlaid import (
    READING_NOTHING,
    Layer,
    blame_changes,
    blame_fields,
    blame_removals,
    blame_taken,
    compare_schemas,
    gather_changes,
    may_be_changed,
    may_lack_fields,
    name_meant_entries,
    name_removable,
)
from ruletrail.library.sources import (
    Source,
    find_schema,
    head_of_tree,
    own_schema_file,
    show_schema,
)
from ruletrail.library.table_files import TableFiles, write_out_tables
from ruletrail.linking import LinkedRulebook, link_rulebook, name_row_codes
from ruletrail.linking.averages import settle_averages
from ruletrail.linking.called_values import name_called_values
from ruletrail.linking.codes_for_units import blame_codes_for_units
from ruletrail.linking.codes_written_apart import name_codes_apart
from ruletrail.linking.parts_taken import settle_parts_taken
from ruletrail.linking.reserved_words import suggest_for_reserved
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    has_errors,
    quote,
    quote_to_write,
    refusal,
    sort_problems,
)
from ruletrail.references import Reference, parse_reference
from ruletrail.rulebooks import (
    REMOVABLE,
    Rulebook,
    build_rulebook,
    expand_for_each,
    find_later_constructs,
    language_of,
    merge_rulebooks,
)
from ruletrail.schemas import Schema, build_schema, check_schema
from ruletrail.schemas.days import at_limits
from ruletrail.schemas.field_marks import at_names
from ruletrail.schemas.places import type_document
from ruletrail.suggestions import within_printed_quotes

_HARMLESS = frozenset({
    "unknown-key", "code-form", "foreign-letter", "repeated-key", "misplaced-entry",
})  # fmt: skip
"""Problems of form that leave the rest of a rulebook readable, so that all can be shown at once."""
_OF_KEYS = frozenset({"unknown-key", "foreign-letter"})
"""Problems of what may be a key of ours, written otherwise."""


@dataclass(slots=True)
class Examination:
    """What became of a rulebook's file: as much as could be read, and all that is wrong with it."""

    problems: list[Problem]
    resolved: MappingNode | None = None
    rulebook: Rulebook | None = None
    schema: Schema | None = None
    linked: LinkedRulebook | None = None


def link_source(source: Source) -> LinkedRulebook:
    """Read and compile a rulebook; raises `ProblemsError` with all that is wrong."""
    examination = examine_rulebook(source)
    if examination.linked is None or has_errors(examination.problems):
        raise ProblemsError(sort_problems(examination.problems))
    return examination.linked


def examine_rulebook(source: Source) -> Examination:
    """Read a rulebook as far as it goes and collect every problem on the way."""
    found = Examination([])
    layers: list[Layer] = []
    try:
        found.resolved = resolve(source, found.problems, layers=layers)
        found.rulebook, problems = build_rulebook(found.resolved)
        found.problems += problems
        file = find_schema(found.rulebook.report, found.rulebook.report_mark, source)
        shown = show_schema(file, source)
        found.schema = load_schema(file, shown)
        content, _ = type_document(found.resolved, rulebook_schema().content)
        found.linked, problems = link_rulebook(found.rulebook, found.schema, content)
        problems = _at_schema(problems, found.rulebook.report_mark, file, shown)
        problems = blame_codes_for_units(problems, found.resolved, found.rulebook, found.schema)
        found.problems += _blame_overlays(problems, layers, found.rulebook, found.schema)
    except ProblemsError as error:
        found.problems += error.problems
    found.problems = _complete_rewritten(found)
    if found.schema is not None and found.schema.lists:
        found.problems = name_row_codes(found.problems, found.schema.lists)
    if found.schema is not None and found.rulebook is not None:
        found.problems = name_called_values(found.problems, found.rulebook, found.schema)
        found.problems = name_codes_apart(found.problems, found.rulebook, found.schema)
        found.problems = settle_averages(found.problems, found.rulebook)
        found.problems = settle_parts_taken(found.problems, found.rulebook, found.schema)
        found.problems = suggest_for_reserved(found.problems, found.rulebook, found.schema)
    found.problems = name_meant_entries(found.problems, layers)
    found.problems = name_removable(found.problems, lambda: _list_removable(source))
    found.problems = _join_outcomes(_without_lost_codes(found.problems))
    return found


def _complete_rewritten(found: Examination) -> list[Problem]:
    """Complete the formulas that somebody is told to write by what is known of their names."""
    if not found.problems or found.resolved is None:
        return found.problems
    if found.rulebook is None or found.schema is None:
        return found.problems
    from ruletrail.linking.rewritten_formulas import complete_rewritten  # noqa: PLC0415 - rare

    signatures = found.linked.signatures if found.linked is not None else {}
    return complete_rewritten(
        found.problems, found.resolved, found.rulebook, found.schema, signatures
    )


def _list_removable(source: Source) -> Iterable[str]:
    """List the codes that a rulebook may remove of the one that it extends; none if it is wrong."""
    for base, _, _ in islice(follow_extends(source), 1, 2):
        try:
            resolved = resolve(base, [])
        except ProblemsError:
            return ()
        return [key for kind in REMOVABLE for key in members_of(resolved.get(kind))]
    return ()


def _without_lost_codes(problems: list[Problem]) -> list[Problem]:
    """Leave out codes that are unknown because what declares them was not read.

    The `for_each` that writes them out is wrong, or their part of the rulebook stands there twice.
    """
    is_cut = any(each.advice == "join-parts" for each in problems)
    wrong = [each for each in problems if each.code in ("for-each-unused", "for-each-unknown")]
    values = {value for each in wrong for value in each.details.get("values", "").split()}
    codes = {code for each in wrong for code in each.details.get("codes", "").split()}
    told = {each.mark for each in wrong if each.advice}

    def is_echo(problem: Problem) -> bool:
        if problem.code != "unknown-code":
            return problem.code == "code-form" and problem.mark in told
        code = problem.details.get("text", "").strip("`")
        return is_cut or code in codes or not values.isdisjoint(code.split("_"))

    return [each for each in problems if not is_echo(each)]


def _join_outcomes(problems: list[Problem]) -> list[Problem]:
    """Tell once of an exception that has an outcome, as a case has, and no formula.

    What it says is read as a formula, and blamed as one: that says less than what an exception is.
    """
    if not any(each.code == "unknown-key" or each.advice == "exception-base" for each in problems):
        return problems  # the ways to thousands of others need not be written
    blamed = {each.pointer for each in problems if each.code in READING_NOTHING}
    outcomes = {
        pointer: each
        for each in problems
        if each.code == "unknown-key" and (pointer := each.pointer or "").endswith("/outcome")
        and "/exceptions/" in pointer and pointer in blamed
    }  # fmt: skip
    bases = [each.pointer or "" for each in problems if each.advice == "exception-base"]
    echoes = {pointer.rpartition("/")[0] for pointer in bases}
    kept = [
        each
        for each in problems
        if each.pointer not in outcomes
        and (each.code != "incomplete-entry" or each.pointer not in echoes)
    ]
    told = outcomes.values()
    return [*kept, *(replace(each, suggestion="", advice="exception-formula") for each in told)]


def _blame_overlays(
    problems: list[Problem], layers: Sequence[Layer], rulebook: Rulebook, schema: Schema
) -> list[Problem]:
    """Blame an overlay, in its own lines, for what it makes wrong in those of its base."""
    if not layers or not problems:
        return problems
    told = gather_changes(layers)
    problems = blame_removals(blame_taken(problems, told.taken), told.removed)
    is_lacking = may_lack_fields(problems, rulebook)
    if not (is_lacking or may_be_changed(problems)):
        return problems
    base = examine_rulebook(layers[-1].source)
    if is_lacking and base.schema is not None:
        problems = blame_fields(problems, rulebook, base.schema, schema)
    forms = dict(compare_schemas(base.schema, schema, rulebook.report_mark))
    return blame_changes(problems, rulebook, forms | told.changed, base.rulebook, base.problems)


def load_schema(file: NamedFile, shown: str) -> Schema:
    """Load the JSON Schema of a report; raises `ProblemsError` with all that is wrong."""
    return _load(file, shown, of_report=True)


def _at_schema(problems: list[Problem], report: Mark, file: NamedFile, shown: str) -> list[Problem]:
    """Put what only linking can tell of a report's schema, by its language, into that file.

    `report` is where the rulebook names it, and where linking puts what is wrong with its names.
    """
    if not any(each.code == "schema-day" or each.mark == report for each in problems):
        return problems
    node, _ = read_document(file.read(shown, SCHEMA_LIMITS.size), shown, SCHEMA_LIMITS)
    return list(at_limits(at_names(problems, report, node), node)) if node is not None else problems


@cache
def rulebook_schema() -> Schema:
    """Load the JSON Schema of rulebooks, once."""
    return own_schema("rulebook.schema.json")


@cache
def own_schema(name: str) -> Schema:
    """Load one of the schemas that describe our own documents, once."""
    return _load(own_schema_file(name), name, of_report=False)


def _load(file: NamedFile, shown: str, *, of_report: bool) -> Schema:
    data = file.read(shown, SCHEMA_LIMITS.size)
    node, problems = read_document(data, shown, SCHEMA_LIMITS)
    schema = None
    if node is not None and not problems:
        schema, problems = build_schema(node, of_report=of_report)
    if schema is None:
        raise ProblemsError(sort_problems(problems))
    return schema


def read_checked(source: Source, harmless: list[Problem]) -> MappingNode:
    """Read a rulebook's document and check it against the schema of rulebooks.

    Problems that leave the rest readable are added to `harmless`; with any other, all are raised.
    """
    data = source.read()
    written, problems = read_document(data, source.shown, RULEBOOK_LIMITS)
    node = written
    if node is not None and not _count_harmful(problems):
        if not isinstance(node, MappingNode):
            raise refusal("rulebook-not-object", node.mark)
        as_written = node
        node, found = _check_as_meant(node)
        trees = (as_written, node)
        misplaced = _explain_lines(trees, data, source.shown, found) if found else None
        if misplaced is not None:
            raise ProblemsError(misplaced)
        found = [_with_version(each, node, source) for each in found]
        if not any("language" in (each.absent, (each.pointer or "")[1:]) for each in found):
            found += find_later_constructs(node)
        problems = [*problems, *found]
    if not isinstance(node, MappingNode) or _count_harmful(problems) or _lacks_key(node):
        from ruletrail.documents import explain_document  # noqa: PLC0415 - rare

        raise ProblemsError(explain_document(problems, written, ("rulebook",)))
    harmless += problems
    return node


def _explain_lines(
    trees: tuple[MappingNode, MappingNode], data: bytes, shown: str, found: list[Problem]
) -> list[Problem] | None:
    """Tell a line that stands elsewhere, or is missing, in the place of what comes of it.

    The second of the trees has the entries under their own headings: where one of these is in no
    line, it may be that line alone which is missing.
    """
    written, node = trees
    if any(each.advice == "entry-needs-heading" for each in found):
        missing = explain_misplaced(written, data, shown, [])
        if missing is not None and any(each.advice == "part-begins" for each in missing):
            return missing
    return explain_misplaced(node, data, shown, found)


def _check_as_meant(node: MappingNode) -> tuple[MappingNode, list[Problem]]:
    """Check a tree by the schema of rulebooks, with each entry under the heading of its kind."""
    _, found = check_schema(node, rulebook_schema())
    if not found:
        return node, found
    from ruletrail.schemas import misplaced_entries as misplaced  # noqa: PLC0415 - rare

    moved, told = misplaced.put_under_own_heading(node, rulebook_schema().content)
    if told:
        _, found = check_schema(moved, rulebook_schema())
    read, found = _read_keys_as_meant(moved, found)
    return read, [*told, *found]


def _read_keys_as_meant(
    node: MappingNode, found: list[Problem]
) -> tuple[MappingNode, list[Problem]]:
    """Check a tree once more with unknown keys as they are meant.

    So a key that is misspelt is told, and not all that is missed without it. Where a key is only
    guessed, and as guessed is wrong in what it holds, the tree stays as it is.
    """
    if not any(each.code in _OF_KEYS for each in found):
        return node, found
    from ruletrail.schemas.meant_keys import is_certain, is_key, read_as_meant  # noqa: PLC0415 - rare

    unknown = [each for each in found if is_key(each)]
    certain = [each for each in unknown if is_certain(each)]
    for told in (unknown, certain):
        meant = read_as_meant(node, told)
        _, again = check_schema(meant, rulebook_schema())
        left = {each.mark for each in again if is_key(each)}
        again += [each for each in told if each.mark not in left]
        if told is certain or _count_harmful(again) <= _count_harmful(found):
            return meant, again
    return node, found


def _with_version(problem: Problem, node: MappingNode, source: Source) -> Problem:
    """Say of an `extends` that is no whole reference which of those that are there fit."""
    written = node.get("extends")
    if problem.code != "wrong-form" or not isinstance(written, ScalarNode):
        return problem
    if problem.mark != written.mark:
        return problem
    name, _ = within_printed_quotes(written.text)
    reference = parse_reference(name)
    if reference is not None and reference.version:
        return blame_quotes(problem, written.text)
    meant = (name or written.text.strip()).removesuffix(".yaml")
    return advise_base(problem, meant, head_of_tree(node).reference, source)


def _count_harmful(problems: list[Problem]) -> int:
    """Count the problems that leave something unreadable, as a key in the place of one needed."""
    return sum(problem.code not in _HARMLESS or "absent" in problem.details for problem in problems)


def _lacks_key(node: MappingNode) -> bool:
    """Tell whether a key that every rulebook has is told under another name, and not read so."""
    return any(key not in node.values for key in rulebook_schema().content["required"])


def _read_base(base: ScalarNode, ring: tuple[str, ...]) -> Reference:
    """Read which rulebook is extended; `ring` are those that extend it, the last at first hand."""
    reference = parse_reference(base.text)
    if reference is None:
        raise refusal("reference-form", base.mark, text=quote(base.text))
    if str(reference) in ring:
        shown = " → ".join([*ring, base.text])
        raise refusal("extends-cycle", base.mark, ring=quote(shown))
    if len(ring) >= LONGEST_CHAIN:
        raise refusal("extends-too-long", base.mark, limit=str(LONGEST_CHAIN))
    return reference


def resolve(
    source: Source,
    harmless: list[Problem],
    chain: tuple[str, ...] = (),
    layers: list[Layer] | None = None,
    files: TableFiles | None = None,
) -> MappingNode:
    """Return a rulebook's tree with `for_each` written out and `extends` merged, marks kept.

    `harmless` gathers the problems that leave the tree readable, `layers` what is merged, `files`
    those of its tables.
    """
    files = files or TableFiles()
    node = read_checked(source, harmless)
    written, problems = expand_for_each(node)
    written = write_out_tables(written, source, problems, files)
    base = node.get("extends")
    if isinstance(base, ScalarNode):
        ring = (*chain, str(head_of_tree(node).reference))
        below = find_base(_read_base(base, ring), source, base.mark)
        merged = resolve(below, harmless, ring, layers, files)
        if language_of(merged) > language_of(node):
            details = {"text": quote(base.text), "instead": quote_to_write("language: 2")}
            problems.append(Problem("extends-later-language", base.mark, details))
        if layers is not None:
            layers.append(Layer(below, merged, written))
        written, found = merge_rulebooks(merged, written)
        problems += found
    elif node.get("remove") is not None:
        problems.append(Problem("remove-without-extends", node.keys["remove"].mark))
    harmless += problems
    return written
