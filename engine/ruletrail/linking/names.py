"""Which names a rulebook has, what each is, and whether two things share one."""

import keyword
from collections.abc import Iterator, Mapping
from datetime import date

from ruletrail.documents.document_shapes import CODE
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import CONSTANTS, Signature, functions_of, list_of
from ruletrail.formulas.type_checking import MOST_JOINED
from ruletrail.problems import (
    Mark,
    Problem,
    malformed_code,
    name_foreign_letters,
    quote,
    quote_to_write,
)
from ruletrail.rulebooks import (
    Check,
    Decision,
    Entry,
    Group,
    Parameter,
    Rule,
    Rulebook,
    Scale,
    Section,
    Table,
)
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.suggestions import KnownNames, Nearest

Named = Parameter | Group | Entry | Scale | Table
SECTION_OUTCOMES = ("due", "not_due")
CHECK_OUTCOMES = ("passed", "failed")
OF_ROWS_SINCE = 2
"""The version of the language that brought lists of rows."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one rulebook; `signatures` grows as rules are typed in order."""

    fields: Mapping[str, FieldDeclaration]
    """The fields of the report, and those of rows."""
    groups: Mapping[str, tuple[str, ...]]
    sections: frozenset[str]
    signatures: dict[str, Signature]
    lookups: Mapping[str, Signature] = field(default_factory=dict)
    """What scales and tables take and give; they are called, and read in no other way."""
    _grouped: dict[str, Signature] = field(default_factory=dict)
    readable: KnownNames = field(init=False, repr=False, compare=False)
    """All names that a formula may read."""

    def __post_init__(self) -> None:
        """Say where the names are, so that one index serves every hint."""
        readable = KnownNames(self.signatures, self.groups, admits=self.may_be_meant)
        object.__setattr__(self, "readable", readable)

    def may_be_meant(self, code: str) -> bool:
        """Tell a name that is right itself: of a row only where there is a list so called."""
        over = list_of(code)
        of_rows = self.signatures.get(over) if over else None
        return is_name(code) and (not over or (of_rows is not None and of_rows.type == "list"))

    def lookup(self, code: str) -> Signature | None:
        """Return the signature of a code, or of a group, whose members are typed before."""
        if code in self.lookups:
            return self.lookups[code]
        if code not in self.groups:
            return self.signatures.get(code)
        if code not in self._grouped:
            found = [
                self.signatures[member] for member in self.groups[code] if member in self.signatures
            ]
            types = [signature.type for signature in found if signature.type not in _OF_NO_MEMBER]
            unit = next((signature.unit for signature in found if signature.unit is not None), None)
            kind, members = types[0] if types else "unknown", len(self.groups[code])
            self._grouped[code] = Signature(kind, unit, members=members)
        return self._grouped[code]


_OF_NO_MEMBER = ("unknown", "list")
"""What says nothing of a group's type: what is wrong is told where the group is written."""


def collect_names(rulebook: Rulebook, schema: Schema) -> Names:
    """Collect what each name is; a rule's type is unknown until it is linked."""
    fields = {**schema.fields, **schema.cells}
    signatures = {
        code: _field(declaration, rulebook.language) for code, declaration in fields.items()
    }
    signatures |= {code: Signature("list") for code in schema.lists}
    signatures |= {code: _parameter(parameter) for code, parameter in rulebook.parameters.items()}
    for code, entry in rulebook.entries.items():
        signature = _entry(entry)
        if signature is not None:
            signatures[code] = signature
    for code, entry in rulebook.entries.items():
        over, _, name = code.partition(".")
        if over in schema.lists and not isinstance(entry, Rule | Check):
            # no entry of a row, which is told; what reads it by the code that it can have is right
            signatures.setdefault(name, Signature("unknown"))
    for code in rulebook.dropped:
        signatures.setdefault(code, Signature("unknown"))
    groups = {code: group.members for code, group in rulebook.groups.items()}
    sections = frozenset(
        code for code, entry in rulebook.entries.items() if isinstance(entry, Section)
    )
    return Names(fields, groups, sections, signatures, lookup_signatures(rulebook))


def lookup_signatures(rulebook: Rulebook) -> dict[str, Signature]:
    """Say what scales and tables take and give."""
    scales = {code: _scale(each) for code, each in rulebook.scales.items()}
    return scales | {code: _table(each) for code, each in rulebook.tables.items()}


def _scale(scale: Scale) -> Signature:
    return Signature("number", scale.unit, keys=(Signature("number", scale.of, name="x"),))


def _table(table: Table) -> Signature:
    content = table.contents[0]
    keys = tuple(
        Signature(kind, name=name)
        for name, kind in zip(content.columns, content.types, strict=True)
    )
    values = [each for content in table.contents for each in content.values()]
    texts = list(dict.fromkeys(each for each in values if isinstance(each, str)))
    choices = tuple(texts) if len(texts) <= MOST_JOINED else ()
    return Signature(content.value_type, table.unit, choices, keys=keys)


def _field(declaration: FieldDeclaration, language: int) -> Signature:
    titled = tuple(declaration.titles) if language > 1 else ()
    return Signature(declaration.type, declaration.unit, declaration.choices or titled)


def _parameter(parameter: Parameter) -> Signature:
    match parameter.any_value:
        case bool():
            return Signature("boolean", parameter.unit)
        case str():
            return Signature("text", parameter.unit, _texts(parameter))
        case date():
            return Signature("date", parameter.unit)
        case _:
            return Signature("number", parameter.unit)


def _texts(parameter: Parameter) -> tuple[str, ...]:
    """List the texts that a parameter may be."""
    values = [each.value for each in parameter.values] or [parameter.any_value]
    return tuple(dict.fromkeys(each for each in values if isinstance(each, str)))


def _entry(entry: Entry) -> Signature | None:
    match entry:
        case Rule():
            return Signature("unknown", entry.unit)
        case Decision():
            cases = entry.cases if isinstance(entry.cases, tuple) else ()
            return Signature("text", None, tuple(dict.fromkeys(case.outcome for case in cases)))
        case Section():
            return Signature("text", None, SECTION_OUTCOMES)
        case Check() if not list_of(entry.code):
            return Signature("text", None, CHECK_OUTCOMES)
        case _:
            return None


def is_code(text: str) -> bool:
    """Tell whether a text has the form of a code."""
    return CODE.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Tell whether a text has the form of a code, or of a code of a row: `LIST.NAME`."""
    return text.count(".") < 2 and all(map(is_code, text.split(".")))  # noqa: PLR2004 - one point


def check_codes(rulebook: Rulebook, schema: Schema, names: Names) -> Iterator[Problem]:
    """Find malformed codes, reserved words, and two things with one name.

    Only a field and a rule may share a code: the field is then the declared value of the rule.
    """
    taken: dict[str, Mark] = {}
    for code in schema.lists if rulebook.language < OF_ROWS_SINCE else ():
        yield _of_later_language(code, rulebook.report_mark)
        return
    for code in (*schema.fields, *schema.lists):
        yield from _check_plain_code(code, rulebook.report_mark, rulebook.language)
    for code in schema.cells:
        # of the name of its list is told above
        if not any(check_code(list_of(code), rulebook.report_mark, rulebook.language)):
            yield from check_code(code, rulebook.report_mark, rulebook.language)
    for kind in (
        rulebook.parameters,
        rulebook.groups,
        rulebook.scales,
        rulebook.tables,
        rulebook.entries,
    ):
        for code, entry in kind.items():
            if kind is rulebook.entries:
                yield from check_code(code, entry.mark, rulebook.language)
                yield from _check_row_entry(code, entry, schema)
            else:
                yield from _check_plain_code(code, entry.mark, rulebook.language)
            if code in taken:
                yield Problem(
                    "duplicate-code",
                    entry.mark,
                    {"code": quote(code), "line": str(taken[code].line)},
                )
            elif code in schema.lists or (code in names.fields and not isinstance(entry, Rule)):
                yield Problem("code-of-field", entry.mark, {"code": quote(code)})
            taken.setdefault(code, entry.mark)


def _of_later_language(code: str, mark: Mark) -> Problem:
    """Say that lists of rows, and what is of them, need a later language."""
    details = {"text": quote(code), "instead": quote_to_write(f"language: {OF_ROWS_SINCE}")}
    return Problem("later-language", mark, details)


def _check_row_entry(code: str, entry: Named, schema: Schema) -> Iterator[Problem]:
    """Find what is wrong with an entry that is written for each row of a list."""
    over = list_of(code) if is_name(code) else ""
    if over and not isinstance(entry, Rule | Check):
        is_row = over in schema.lists
        details = {"code": quote(code)}
        yield (
            Problem("row-entry-kind", entry.mark, details)
            if is_row
            else malformed_code(code, entry.mark, "", of_row=False)
        )
    elif over and over not in schema.lists:
        lists = list(filter(is_code, schema.lists))
        # where there is one list it is meant, however it is called
        near = lists[0] if len(lists) == 1 else Nearest(over, KnownNames(lists))
        yield Problem("unknown-list", entry.mark, {"text": quote(over)}, near)


def _check_plain_code(code: str, mark: Mark, language: int) -> Iterator[Problem]:
    """Find what is wrong with the code of what is of no row."""
    if "." in code:
        yield malformed_code(code, mark, name_foreign_letters(code), of_row=False)
    else:
        yield from check_code(code, mark, language)


def check_code(code: str, mark: Mark, language: int) -> Iterator[Problem]:
    """Find what is wrong with one code as a name in a version of the language."""
    foreign = name_foreign_letters(code)
    if foreign or not is_name(code):
        yield malformed_code(code, mark, foreign)
    elif list_of(code) and language < OF_ROWS_SINCE:
        yield _of_later_language(code, mark)
    elif list_of(code):
        for part in code.split("."):
            yield from check_code(part, mark, language)
    elif code in functions_of(language) or code in CONSTANTS or keyword.iskeyword(code):
        # of a rulebook that is lifted: it was a code until then
        is_later = code in functions_of(language) and code not in functions_of(1)
        advice = "function-since" if is_later else ""
        yield Problem("code-reserved", mark, {"code": quote(code)}, advice=advice)
