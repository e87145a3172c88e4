"""Check a layout against the schema of the reports it makes: every name known, nothing said twice."""

from collections.abc import Iterator
from itertools import zip_longest

from ruletrail.layouts.model import Layout, Row
from ruletrail.problems import Mark, Problem, nearest_name, quote
from ruletrail.schemas import FieldDeclaration, Schema


def link_layout(layout: Layout, schema: Schema) -> list[Problem]:
    """List what is wrong with a layout for this schema; a layout with problems must not read a form."""
    problems = list(_repeats(layout))
    told: set[Mark] = set()
    headings = {heading.name for heading in layout.headings if heading.name}
    for row in layout.rows:
        problems += _check_codes(row, schema)
        new = [problem for problem in _check_variants(row) if problem.mark not in told]
        told.update(problem.mark for problem in new)  # a kind that many rows share is wrong once
        problems += new
        problems += _check_texts(row, layout, schema)
        if row.under and row.under not in headings:
            suggestion = nearest_name(row.under, headings)
            problems.append(
                Problem(
                    "layout-unknown-heading",
                    row.under_mark or row.mark,
                    {"name": quote(row.under)},
                    suggestion,
                )
            )
    problems += _check_subjects(layout, schema)
    return problems


def _repeats(layout: Layout) -> Iterator[Problem]:
    codes: set[str] = set()
    labels: set[tuple[str, ...]] = set()
    for row in layout.rows:
        if row.label in labels:
            yield Problem("layout-repeated-label", row.mark, {"text": quote(" ".join(row.label))})
        labels.add(row.label)
        for slot in row.slots:
            if slot.code in codes:
                yield Problem("layout-repeated-field", slot.mark, {"code": quote(slot.code)})
            codes.add(slot.code)


def _check_codes(row: Row, schema: Schema) -> Iterator[Problem]:
    for slot in row.slots:
        if slot.code not in schema.fields:
            suggestion = nearest_name(slot.code, schema.fields)
            yield Problem("layout-unknown-field", slot.mark, {"code": quote(slot.code)}, suggestion)


def _check_variants(row: Row) -> Iterator[Problem]:
    order = list(row.codes)
    for variant in row.variants:
        for code in (*variant.zero, *variant.positive):
            if code not in variant.codes:
                yield Problem("layout-inline-condition", variant.marks[code], {"code": quote(code)})
        in_order = [code for code in order if code in variant.codes]
        strangers = [code for code in variant.codes if code not in order]
        misplaced = [
            code for code, expected in zip_longest(variant.codes, in_order) if code != expected
        ]
        for code in (strangers or misplaced)[:1]:
            yield Problem("layout-inline-value", variant.marks[code], {"code": quote(code)})


def _check_texts(row: Row, layout: Layout, schema: Schema) -> Iterator[Problem]:
    """Find texts that do not stand alone, having no end of their own, and booleans without printed words."""
    for slot in row.slots:
        declaration = schema.fields.get(slot.code)
        if declaration is None:
            continue
        if declaration.type == "boolean" and not layout.booleans:
            yield Problem("layout-boolean-words", slot.mark, {"code": quote(slot.code)})
        is_alone = len(row.slots) == 1 and not row.after and (row.free or not row.before_sentences)
        if _is_any_text(declaration) and not is_alone:
            yield Problem("layout-text-not-alone", slot.mark, {"code": quote(slot.code)})
        if row.free and not _is_any_text(declaration):
            yield Problem("layout-free-text-type", slot.mark, {"code": quote(slot.code)})


def _is_any_text(declaration: FieldDeclaration) -> bool:
    return declaration.type == "text" and not declaration.choices


def _check_subjects(layout: Layout, schema: Schema) -> Iterator[Problem]:
    known = schema.content.get("properties", {}).get("subject", {}).get("properties", {})
    for subject in layout.subjects:
        for name in subject.names:
            if known and name not in known:
                yield Problem(
                    "layout-unknown-subject",
                    subject.mark,
                    {"name": quote(name)},
                    nearest_name(name, known),
                )
