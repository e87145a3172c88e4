"""All problems of a rulebook and its schema: what loading refuses, else what the lints find.

Lints look at a rulebook that links; where loading refuses it, its problems are the whole answer.
"""

from collections.abc import Callable
from itertools import islice

from ruletrail.analysis.condition_solver import learn_rulebook
from ruletrail.documents import (
    RULEBOOK_LIMITS,
    SCHEMA_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    read_document,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.library import (
    Listing,
    Source,
    examine_rulebook,
    load_schema,
    resolve,
)
from ruletrail.library.bases import follow_extends
from ruletrail.library.listings import find_misplaced, list_named
from ruletrail.library.manifests import check_published
from ruletrail.library.overlaid import Layer
from ruletrail.library.remembering import remember
from ruletrail.library.sources import find_schema, show_schema
from ruletrail.linking import LinkedRulebook, sentences_of
from ruletrail.lints.budgets import MOST_JUDGED, MOST_TRIED, Budget
from ruletrail.lints.cut_texts import find_cut_texts
from ruletrail.lints.ignores import Ignore, apply_ignores, read_ignores, read_schema_ignores
from ruletrail.lints.inherited import (
    blame_edition,
    find_near_inherited,
    name_meant,
    name_unused,
)
from ruletrail.lints.names import find_unused
from ruletrail.lints.replaced_lists import advise_unused, find_left_behind, place_at_edition
from ruletrail.lints.running import IGNORABLE, run_lints
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Problem, ProblemsError, has_errors
from ruletrail.rulebooks import Decision, Rule, language_of
from ruletrail.schemas import Schema


@dataclass(frozen=True, slots=True)
class Gathered:
    """All problems of a rulebook and its schema, and the two where they could be loaded."""

    problems: tuple[Problem, ...]
    schema: Schema | None = None
    linked: LinkedRulebook | None = None


def gather(source: Source, tick: Callable[[], None] = lambda: None) -> Gathered:
    """Load a rulebook and run the lints; `tick` is called after each piece of work."""
    gathered, misplaced = _gather(source, tick), find_misplaced(source)
    if misplaced is None:
        return gathered
    # a copy beside the version that it says it is: that one was not edited, or is told itself
    is_copy = bool(misplaced.details.get("twin"))
    problems = [
        each for each in gathered.problems if not is_copy or each.code != "published-edited"
    ]
    return Gathered((*problems, misplaced), gathered.schema, gathered.linked)


def _gather(source: Source, tick: Callable[[], None]) -> Gathered:
    examination = examine_rulebook(source)
    tick()
    linked = examination.linked
    if linked is None or has_errors(examination.problems):
        if examination.resolved is not None:
            return Gathered(tuple(examination.problems), examination.schema)
        schema, alone = _load_schema_alone(source)
        return Gathered((*examination.problems, *alone), schema)
    data = source.read()
    schema_node = read_schema_tree(linked, source)
    if examination.resolved is None or schema_node is None:
        return Gathered(tuple(examination.problems), linked.schema, linked)
    ignores, found = _read_all_ignores(source, data, schema_node)
    subject = make_subject(linked, examination.resolved, source, schema_node)
    own_files = (source.shown, schema_node.mark.file)
    inherited = [each for each in ignores if each.mark.file not in own_files]
    linted = apply_ignores(run_lints(subject, tick), inherited, ())
    linted = place_at_edition(linted, subject)
    linted = blame_edition(linted, subject, data, lambda: _find_unused_in_base(source))
    left = list(find_left_behind(layer)) if (layer := _last_layer(source)) is not None else []
    told = {each.mark for each in linted}  # that a row is lacking says as much
    linted = advise_unused(linted, left)
    linted += [each.problem for each in left if each.problem.mark not in told]
    linted = name_meant(linted, subject, data)
    linted += find_near_inherited(subject, data)
    linted += find_cut_texts(data.decode("utf-8-sig"), source.shown)
    own = [each for each in ignores if each.mark.file in own_files]
    kept = apply_ignores(linted, own, own_files)
    return Gathered(
        (*examination.problems, *found, *kept, *check_published(linked, source)),
        linked.schema,
        linked,
    )


def _last_layer(source: Source) -> Layer | None:
    """Give what an edition lays over its base; nothing for a rulebook that extends none."""
    layers: list[Layer] = []
    if any(head is not None and head.extends for _, _, head in islice(follow_extends(source), 1)):
        resolve(source, [], layers=layers)
    return layers[-1] if layers else None


def _find_unused_in_base(source: Source) -> frozenset[tuple[str, str]]:
    """Name what the rulebook that an edition extends does not use itself; none if it is wrong."""
    for base, _, _ in islice(follow_extends(source), 1, 2):
        examination = examine_rulebook(base)
        linked, resolved = examination.linked, examination.resolved
        if linked is None or resolved is None or has_errors(examination.problems):
            continue
        schema_node = read_schema_tree(linked, base)
        if schema_node is not None:
            subject = make_subject(linked, resolved, base, schema_node)
            return frozenset(map(name_unused, find_unused(subject)))
    return frozenset()


def _load_schema_alone(source: Source) -> tuple[Schema | None, tuple[Problem, ...]]:
    """Load the schema of a malformed rulebook, if its `report` can be read."""
    try:
        node, _ = read_document(source.read(), source.shown, RULEBOOK_LIMITS)
        report = node.get("report") if isinstance(node, MappingNode) else None
        if not isinstance(report, ScalarNode):
            return None, ()
        file = find_schema(report.text, report.mark, source)
        return load_schema(file, show_schema(file, source)), ()
    except ProblemsError as error:
        return None, error.problems


def read_schema_tree(linked: LinkedRulebook, source: Source) -> Node | None:
    """Read the schema's tree again, for the marks of its fields."""
    rulebook = linked.rulebook
    file = find_schema(rulebook.report, rulebook.report_mark, source)
    shown = show_schema(file, source)
    return read_document(file.read(shown, SCHEMA_LIMITS.size), shown, SCHEMA_LIMITS)[0]


def make_subject(
    linked: LinkedRulebook, resolved: MappingNode, source: Source, schema_node: Node
) -> Subject:
    """Make what lints look at."""
    shown = {
        name
        for entry in linked.rulebook.entries.values()
        for sentence in sentences_of(entry)
        for template in sentence.templates.values()
        for name in template.names
    }
    read = frozenset(code for codes in linked.reads.values() for code in codes)
    fields = {
        code: each
        for code, each in linked.schema.fields.items()
        if code not in linked.rulebook.entries
    }
    are_chosen = [
        isinstance(entry, Decision) or (isinstance(entry, Rule) and bool(entry.exceptions))
        for entry in linked.rulebook.entries.values()
    ]
    return Subject(
        linked,
        resolved,
        schema_node,
        _neighbours(linked, source),
        learn_rulebook(linked),
        read,
        frozenset(shown),
        fields,
        _languages(linked, source),
        Budget(MOST_JUDGED, sum(are_chosen)),
        Budget(MOST_TRIED, sum(are_chosen)),
    )


def _languages(linked: LinkedRulebook, source: Source) -> dict[str, int]:
    """Find the languages of the rulebooks that one of a later language than the first extends."""
    if linked.rulebook.language == 1:
        return {}
    found = {}
    for base, data, _ in islice(follow_extends(source), 1, None):
        node, _ = read_document(data, base.shown, RULEBOOK_LIMITS)
        if isinstance(node, MappingNode):
            found[base.shown] = language_of(node)
    return found


def _neighbours(linked: LinkedRulebook, source: Source) -> tuple[Listing, ...]:
    if source.library is None or linked.rulebook.status != "published":
        return ()
    library, name = source.library, linked.rulebook.identity.name
    return remember(("named", library, name), lambda: tuple(list_named(library, name)))


def _read_all_ignores(
    source: Source, data: bytes, schema_node: Node
) -> tuple[list[Ignore], list[Problem]]:
    """Read the ignores of the rulebook, its schema, and the rulebooks that it extends."""
    ignores, problems = read_ignores(data.decode("utf-8-sig"), source.shown, IGNORABLE)
    found, wrong = read_schema_ignores(schema_node, IGNORABLE)
    for base, text, _ in islice(follow_extends(source), 1, None):
        inherited, _ = read_ignores(text.decode("utf-8-sig"), base.shown, IGNORABLE)
        ignores += inherited
    return [*ignores, *found], [*problems, *wrong]
