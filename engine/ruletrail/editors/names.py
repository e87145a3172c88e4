"""What a rulebook's codes are, as far as it can be read: kind, label, unit, formula, place."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from ruletrail.documents import (
    REPORT_LIMITS,
    SCHEMA_LIMITS,
    MappingNode,
    read_bytes,
    read_document,
    reading_unsaved,
)
from ruletrail.evaluations import evaluate_record
from ruletrail.examples import Example, read_examples
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.files import is_special
from ruletrail.formats import Format, show_choices, show_fact, with_unit
from ruletrail.formulas import LATEST_LANGUAGE, Formula, Signature, functions_of
from ruletrail.intake import check_report
from ruletrail.library import Source, examine_rulebook
from ruletrail.library.bases import follow_extends
from ruletrail.library.loading import Examination
from ruletrail.library.sources import find_schema
from ruletrail.linking import LinkedRulebook, infer_signatures, name_text
from ruletrail.problems import Mark, ProblemsError, has_errors
from ruletrail.rendering.phrases import say_count
from ruletrail.rulebooks import Message, Rule, Rulebook, Scale, Table
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.trails import Record, format_of
from ruletrail.values import Fact, is_non_value

MOST_ROWS = 3
"""Rows whose values stand beside a code of rows."""

Texts = Mapping[Path, str]
"""Unsaved texts by the path of their file."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a rulebook; `path` and `mark` say where it is declared, if that is a place."""

    code: str
    kind: str
    label: str = ""
    unit: str = ""
    formula: str = ""
    """What stands under it, as written; of a field, what its texts are called."""
    path: Path | None = None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a rulebook: its names, and the values of an example as readers see them."""

    names: Mapping[str, Name]
    values: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    """The report, or the example, that the values are of."""
    fields: frozenset[str] = frozenset()
    """The codes that the report's schema declares."""
    schema: str = ""
    examples: tuple[str, ...] = ()
    """The names of the rulebook's examples, in the order written."""
    language: int = LATEST_LANGUAGE
    """The version of the language that the rulebook is written in."""
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    """What each code has a value of, and which texts it may be, as far as that is known."""
    declared: Mapping[str, Name] = field(default_factory=dict)
    """What the report's schema declares, also where a rule has the same code."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known of a rulebook, None where it cannot be read, and the files that were read."""

    knowledge: Knowledge | None
    files: frozenset[Path]


def learn(
    source: Source, texts: Texts, report: Path | None = None, example: str = ""
) -> Knowledge | None:
    """Learn what can be learnt of a rulebook; None when nothing can, because its YAML is broken.

    Values are those of the example of this name if there is one, else of the report given, else of
    the first example, else of a report that lies beside the rulebook.
    """
    return learn_from_files(source, texts, report, example).knowledge


def learn_from_files(
    source: Source, texts: Texts, report: Path | None = None, example: str = ""
) -> Learnt:
    """Learn what `learn` does, and from which files; also those that are not there."""
    with reading_unsaved(texts) as files:
        known = _learn(source, report, example)
    return Learnt(known, frozenset(files))


def _learn(source: Source, report: Path | None, example: str) -> Knowledge | None:
    examination = examine_rulebook(source)
    if examination.rulebook is None:
        return None
    schema = examination.schema
    in_schema = _list_fields(examination.rulebook, schema, source) if schema is not None else ()
    declared = {name.code: name for name in in_schema}
    names = {name.code: name for name in _list_names(examination, source, declared.values())}
    shown, record = "", None
    examples: tuple[Example, ...] = ()
    # what has errors is linked as far as it goes, and may lack what evaluating asks for
    if examination.linked is not None and not has_errors(examination.problems):
        examples = _examples(source, examination.linked)
        choice = _Choice(source, report, example)
        shown, record = _evaluate(examination.linked, examples, choice)
    fields: frozenset[str] = frozenset()
    if schema is not None:
        fields = frozenset([*schema.fields, *schema.lists, *schema.cells])
    values = _show(record, names) if record is not None else {}
    listed = tuple(each.name for each in examples)
    rulebook = examination.rulebook
    linked, signatures = examination.linked, dict[str, Signature]()
    if linked is not None:
        signatures |= linked.signatures
    elif schema is not None:
        signatures |= infer_signatures(rulebook, schema)
    shape = (rulebook.report, listed, rulebook.language)
    return Knowledge(names, values, shown, fields, *shape, signatures, declared)


def _list_names(examination: Examination, source: Source, fields: Iterable[Name]) -> Iterator[Name]:
    """List the names; a rule comes after the field that declares its value, so that it wins."""
    rulebook, schema = examination.rulebook, examination.schema
    if rulebook is None:
        return
    functions = functions_of(rulebook.language)
    yield from (Name(code, "function", function.signature) for code, function in functions.items())
    yield from fields
    paths = {here.shown: here.path for here, _, _ in follow_extends(source)}
    for code, parameter in rulebook.parameters.items():
        label, unit, mark = parameter.label, parameter.unit or "", parameter.mark
        text = parameter.text
        if parameter.values:
            text = "; ".join(f"{each.days}: {each.text}" for each in parameter.values)
        yield Name(code, "parameter", label, unit, text, paths.get(mark.file), mark)
    for code, group in rulebook.groups.items():
        members, mark = f"[{', '.join(group.members)}]", group.mark
        yield Name(code, "group", "", "", members, paths.get(mark.file), mark)
    for code, lookup in rulebook.lookups.items():
        kind, mark = type(lookup).__name__.lower(), lookup.mark
        called, unit = call_of(lookup), lookup.unit or ""
        called += "".join(f"; {each.days}" for each in lookup.versions)
        yield Name(code, kind, lookup.label, unit, called, paths.get(mark.file), mark)
    for code, entry in rulebook.entries.items():
        if isinstance(entry, Message):
            continue
        formula, unit = "", ""
        if isinstance(entry, Rule):
            content = entry.formula.content
            declared = {**schema.fields, **schema.cells}.get(code) if schema else None
            formula = content.text if isinstance(content, Formula) else ""
            unit = entry.unit or (declared.unit if declared is not None else "") or ""
        kind, mark = type(entry).__name__.lower(), entry.mark
        yield Name(code, kind, entry.label, unit, formula, paths.get(mark.file), mark)


def call_of(lookup: Scale | Table) -> str:
    """Write how a scale or a table is called."""
    keys = ("x",) if isinstance(lookup, Scale) else lookup.contents[0].columns
    return f"{lookup.code}({', '.join(keys)})"


def _list_fields(rulebook: Rulebook, schema: Schema, source: Source) -> Iterator[Name]:
    shown = rulebook.report
    file = find_schema(shown, rulebook.report_mark, source)
    place, _ = read_document(file.read(shown, SCHEMA_LIMITS.size), shown, SCHEMA_LIMITS)
    for key in ("properties", "fields", "properties"):
        place = place.get(key) if isinstance(place, MappingNode) else None
    keys = place.keys if isinstance(place, MappingNode) else {}
    for code, declared in schema.fields.items():
        mark = keys[code].mark if code in keys else Mark(shown, 1, 1)
        yield _name_field(rulebook, declared, file.path, mark)
    for over, rows in schema.lists.items():
        # what is of its rows is told of where the list is declared
        mark = keys[over].mark if over in keys else Mark(shown, 1, 1)
        yield Name(over, "field", rows.label, "", "", file.path, mark)
        for cell in rows.cells.values():
            yield _name_field(rulebook, cell, file.path, mark)


def _name_field(rulebook: Rulebook, declared: FieldDeclaration, path: Path, mark: Mark) -> Name:
    choices = show_choices(declared.titles) if rulebook.language > 1 else ""
    return Name(declared.code, "field", declared.label, declared.unit or "", choices, path, mark)


# -- The values of an example ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Choice:
    """Whose values are wanted: a report, or an example by its name, if any was chosen."""

    source: Source
    report: Path | None
    example: str


def _examples(source: Source, linked: LinkedRulebook) -> tuple[Example, ...]:
    try:
        return read_examples(source, linked).examples
    except ProblemsError:
        return ()


def _evaluate(
    linked: LinkedRulebook, examples: tuple[Example, ...], choice: _Choice
) -> tuple[str, Record | None]:
    """Evaluate the first of what was chosen that can be read; `("", None)` if nothing can."""
    for example in examples:
        if example.name == choice.example:
            return example.name, evaluate_example(example, linked)
    if choice.report is not None:
        record = _evaluate_file(linked, choice.report, None)
        return (choice.report.name, record) if record is not None else ("", None)
    for example in examples:
        record = evaluate_example(example, linked)
        if record is not None:
            return example.name, record
    folder = choice.source.path.parent
    for path in sorted(folder.glob("*.yaml")):
        # what merely lies there is no choice of the user's: no link out, and no pipe to wait for
        record = _evaluate_file(linked, path, folder)
        if record is not None:
            return path.name, record
    return "", None


def evaluate_example(example: Example, linked: LinkedRulebook) -> Record | None:
    """Evaluate an example; None where its report is refused."""
    checked, _ = check_report(example.report, linked)
    return evaluate_record(linked, checked) if checked is not None else None


def _evaluate_file(linked: LinkedRulebook, path: Path, root: Path | None) -> Record | None:
    if is_special(path):
        return None  # an editor's settings come with a folder too: no pipe is waited for
    try:
        data = read_bytes(path, path.name, REPORT_LIMITS.size, root)
        node, problems = read_document(data, path.name, REPORT_LIMITS)
    except ProblemsError:
        return None
    if problems or not isinstance(node, MappingNode) or node.get("fields") is None:
        return None
    checked, _ = check_report(node, linked)
    return evaluate_record(linked, checked) if checked is not None else None


def _show(record: Record, names: Mapping[str, Name]) -> dict[str, str]:
    """Show every value as the rulebook's messages would; of a row's code those of the rows.

    A value has its unit, and what is none has no unit: `12.5 euro; not applicable`.
    """
    linked, report = record.linked, record.report
    values: dict[str, str] = {}
    rows: dict[str, list[str]] = {}
    for code, fact in record.facts.items():
        over, _, rest = code.partition("[")
        row, _, name = rest.partition("].")
        if not name:
            known = format_of(linked, report, code, fact)
            values[code] = _show_fact(linked, names.get(code), code, fact, known)
        elif row == "*":
            pass  # what the rows of an entry share
        elif len(of_rows := rows.setdefault(f"{over}.{name}", [])) <= MOST_ROWS:
            of_row = f"{over}.{name}"
            known = format_of(linked, report, of_row, fact, int(row))
            of_rows.append(_show_fact(linked, names.get(of_row), of_row, fact, known))
    for code, of_rows in rows.items():
        more = ["…"] if len(of_rows) > MOST_ROWS else []
        values.setdefault(code, "; ".join([*of_rows[:MOST_ROWS], *more]))
    return values


def _show_fact(
    linked: LinkedRulebook, name: Name | None, code: str, fact: Fact, known: Format
) -> str:
    locale = linked.rulebook.locale
    if code in linked.schema.lists and isinstance(fact, Fraction):
        return say_count("rows_count", locale, int(fact))
    if isinstance(fact, str):
        return name_text(linked, code, fact, locale)
    shown = show_fact(fact, known, locale)
    return shown if name is None or is_non_value(fact) else with_unit(shown, name.unit)
